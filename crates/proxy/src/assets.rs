//! The built page, from inside the binary: negotiated compression, right types, caching by name.
//!
//! A file whose name carries a hash of its content never changes and is kept for a year. `index.html` names those files,
//! so it is never kept. Whatever else there is may be kept but is asked for again each time.

use std::collections::HashMap;
use std::sync::OnceLock;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};

use crate::error::{ApiError, Kind};
use crate::middleware::of_the_page;
use crate::state::Proxy;

/// One file of the page.
#[derive(Clone, Copy, Debug)]
pub struct AssetFile {
    /// Path below the root, with `/` between folders and none in front.
    pub path: &'static str,
    /// Its content.
    pub identity: &'static [u8],
    /// The same, compressed with brotli.
    pub br: Option<&'static [u8]>,
    /// The same, compressed with gzip.
    pub gzip: Option<&'static [u8]>,
}

/// The page's files, looked up by path.
#[derive(Clone, Debug)]
pub struct Assets {
    files: HashMap<&'static str, Stored>,
    index: Stored,
}

#[derive(Clone, Debug)]
struct Stored {
    file: AssetFile,
    /// Computed at the first question, so that starting costs nothing.
    etag: OnceLock<String>,
}

/// Shown where the binary was built without the page.
const NOT_BUILT: &[u8] = b"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>BYOK Wizard</title><h1>BYOK Wizard</h1><p>The page was not built into this binary. Run <code>cargo xtask run</code>, which builds both.</p></html>\n";

impl Assets {
    /// The files of a built page; without an `index.html`, a page that says how to build it.
    pub fn new(files: &'static [AssetFile]) -> Self {
        let files: HashMap<_, _> = files.iter().map(|file| (file.path, Stored::new(*file))).collect();
        let index = files.get("index.html").cloned().unwrap_or_else(|| {
            Stored::new(AssetFile { path: "index.html", identity: NOT_BUILT, br: None, gzip: None })
        });
        Self { files, index }
    }

    /// Whether there is a page at all.
    pub fn is_built(&self) -> bool {
        self.files.contains_key("index.html")
    }

    /// The text of `index.html`, for its policy.
    pub(crate) fn index_text(&self) -> String {
        String::from_utf8_lossy(self.index.file.identity).into_owned()
    }

    /// The answer to an address of the page.
    pub(crate) fn answer(&self, path: &str, headers: &HeaderMap) -> Response {
        let name = path.strip_prefix('/').unwrap_or(path);
        if let Some(stored) = self.files.get(name).filter(|_| name != "index.html") {
            return stored.answer(StatusCode::OK, headers, caching(name));
        }
        let status = if is_page(path) { StatusCode::OK } else { StatusCode::NOT_FOUND };
        self.index.answer(status, headers, "no-store")
    }
}

impl Stored {
    fn new(file: AssetFile) -> Self {
        Self { file, etag: OnceLock::new() }
    }

    fn etag(&self) -> &str {
        self.etag.get_or_init(|| {
            let digest = Sha256::digest(self.file.identity);
            crate::random::hex(digest.get(..12).unwrap_or_default())
        })
    }

    fn answer(&self, status: StatusCode, request: &HeaderMap, caching: &'static str) -> Response {
        let accepted = Accepted::read(request);
        let (body, encoding) = match (self.file.br, self.file.gzip) {
            (Some(br), _) if accepted.br => (br, Some("br")),
            (_, Some(gzip)) if accepted.gzip => (gzip, Some("gzip")),
            _ => (self.file.identity, None),
        };
        // Each encoding is a representation of its own and has a tag of its own (RFC 9110, 8.8.3).
        let etag =
            format!("\"{}{}\"", self.etag(), encoding.map(|name| format!("-{name}")).unwrap_or_default());
        let unchanged = status == StatusCode::OK && holds(request, &etag);
        let mut answer =
            if unchanged { StatusCode::NOT_MODIFIED.into_response() } else { (status, body).into_response() };
        let headers = answer.headers_mut();
        if unchanged {
            headers.remove(header::CONTENT_TYPE);
        } else {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(self.file.path)));
        }
        if let Some(encoding) = encoding.filter(|_| !unchanged) {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(etag) = HeaderValue::try_from(etag) {
            headers.insert(header::ETAG, etag);
        }
        of_the_page(answer)
    }
}

/// Serves the page for everything that no other route takes.
pub(crate) async fn serve(State(proxy): State<Proxy>, request: Request) -> Response {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") || path.starts_with("/_sandbox") {
        let detail = "This server has no such address. `/api/openapi.json` names all that there are.";
        return ApiError::new(Kind::UNKNOWN_ROUTE, detail).into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut answer = crate::middleware::wrong_method().into_response();
        answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return answer;
    }
    proxy.assets().answer(path, request.headers())
}

/// The page's own addresses; each is answered with the same `index.html`, which finds its way by itself.
fn is_page(path: &str) -> bool {
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    match segments.as_slice() {
        ["" | "keys" | "check" | "index.html"] => true,
        ["new" | "operations", last] => !last.is_empty(),
        _ => false,
    }
}

fn caching(name: &str) -> &'static str {
    if is_hashed(name) { "public, max-age=31536000, immutable" } else { "no-cache" }
}

/// Whether a name ends in a hash of the content: `app-0123456789abcdef.js`, `app-0123456789abcdef_bg.wasm`.
fn is_hashed(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let stem = file.split('.').next().unwrap_or(file);
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    stem.rsplit_once('-').is_some_and(|(_, hash)| {
        hash.len() >= 8 && hash.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
    })
}

const TYPES: &[(&str, &str)] = &[
    ("html", "text/html; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("ico", "image/x-icon"),
    ("woff2", "font/woff2"),
    ("json", "application/json"),
    ("webmanifest", "application/manifest+json"),
    ("txt", "text/plain; charset=utf-8"),
];

fn content_type(path: &str) -> &'static str {
    let extension = path.rsplit('.').next().unwrap_or_default();
    TYPES.iter().find(|(known, _)| *known == extension).map_or("application/octet-stream", |(_, kind)| kind)
}

struct Accepted {
    br: bool,
    gzip: bool,
}

impl Accepted {
    /// What `Accept-Encoding` allows; a weight of nought forbids (RFC 9110, 12.5.3).
    fn read(headers: &HeaderMap) -> Self {
        let mut accepted = Self { br: false, gzip: false };
        let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        for offer in values.flat_map(|value| value.split(',')) {
            let (name, weight) = offer.split_once(';').unwrap_or((offer, "q=1"));
            let weight =
                weight.trim().strip_prefix("q=").and_then(|weight| weight.trim().parse::<f32>().ok());
            let allowed = weight.is_none_or(|weight| weight > 0.0);
            match name.trim().to_ascii_lowercase().as_str() {
                "br" => accepted.br = allowed,
                "gzip" | "x-gzip" => accepted.gzip = allowed,
                _ => {}
            }
        }
        accepted
    }
}

fn holds(headers: &HeaderMap, etag: &str) -> bool {
    let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|tag| tag == etag)
}

#[cfg(test)]
mod tests {
    use super::{is_hashed, is_page};

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        for name in [
            "byok-wizard-0a1b2c3d4e5f6071.js",
            "byok-wizard-0a1b2c3d4e5f6071_bg.wasm",
            "icons/key-deadbeef.svg",
        ] {
            assert!(is_hashed(name), "{name}");
        }
        for name in ["sw.js", "index.html", "byok-wizard.js", "manifest.webmanifest", "a-b.js", ""] {
            assert!(!is_hashed(name), "{name}");
        }
    }

    #[test]
    fn the_pages_own_addresses_are_known() {
        for path in ["/", "/new/cluster", "/operations/abc", "/keys", "/check", "/keys/"] {
            assert!(is_page(path), "{path}");
        }
        for path in ["/nothing", "/new", "/new/", "/new/a/b", "/operations", "/%00", "//", "/../etc/passwd"] {
            assert_eq!(is_page(path), path == "//", "{path}");
        }
    }
}
