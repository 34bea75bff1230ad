//! The security headers of every answer, as data, each with its reason.
//!
//! The page's policy is computed once from `index.html`: its inline scripts and styles are allowed by hash, nothing else
//! inline is. Answers of the API are never rendered, so theirs allows nothing at all.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use crate::state::Proxy;

/// In the extensions of an answer that is the page or one of its files.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageAnswer;

/// Name, value, reason.
const EVERYWHERE: &[(&str, &str, &str)] = &[
    ("x-content-type-options", "nosniff", "a file is what its type says, never what it looks like"),
    ("referrer-policy", "no-referrer", "addresses hold ids of clusters and operations"),
    (
        "permissions-policy",
        "accelerometer=(), camera=(), clipboard-read=(), clipboard-write=(self), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
        "the page copies a snippet and needs nothing else of the browser",
    ),
    ("cross-origin-opener-policy", "same-origin", "no window of another site keeps a handle on ours"),
    (
        "cross-origin-resource-policy",
        "same-origin",
        "no other site may load our answers as images or scripts",
    ),
];

/// Directive, sources, reason. `{scripts}` and `{styles}` stand for the hashes of what is inline in `index.html`.
const PAGE_POLICY: &[(&str, &str, &str)] = &[
    ("default-src", "'none'", "what is not named here is not needed"),
    (
        "script-src",
        "'self' 'wasm-unsafe-eval'{scripts}",
        "our files; WebAssembly needs the keyword; the boot script by hash",
    ),
    ("style-src", "'self'{styles}", "our files and the first paint by hash"),
    ("img-src", "'self' data:", "icons"),
    ("font-src", "'self'", "our own"),
    ("connect-src", "'self'", "the page speaks to this server alone"),
    ("manifest-src", "'self'", "installing"),
    ("worker-src", "'self'", "the service worker that makes it work offline"),
    ("base-uri", "'none'", "an injected <base> would redirect every relative address"),
    ("form-action", "'none'", "no form is ever sent by the browser itself"),
    ("object-src", "'none'", "no plug-ins"),
    ("frame-ancestors", "'none'", "nobody clicks through a frame"),
    ("require-trusted-types-for", "'script'", "a string never becomes markup by accident"),
    ("trusted-types", "byok-wizard", "the one policy, named, since a host page may forbid `default`"),
];

/// The policy of answers that are never rendered as a page.
const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// Adds the headers.
pub(crate) async fn add(State(proxy): State<Proxy>, request: Request, next: Next) -> Response {
    let mut answer = next.run(request).await;
    let is_page = answer.extensions().get::<PageAnswer>().is_some();
    let headers = answer.headers_mut();
    for (name, value, _) in EVERYWHERE {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    // A file named by its content is part of a document or worker that has the policy, and never one itself: the long
    // one beside it would be a kilobyte for nothing.
    let is_part =
        headers.get(header::CACHE_CONTROL).is_some_and(|value| value.as_bytes().ends_with(b"immutable"));
    let policy =
        if is_page && !is_part { proxy.page_policy().clone() } else { HeaderValue::from_static(API_POLICY) };
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    answer
}

/// The page's policy for this `index.html`.
pub(crate) fn page_policy(index: &str) -> HeaderValue {
    let hashes =
        |tag| inline(index, tag).iter().map(|text| format!(" 'sha256-{}'", hash(text))).collect::<String>();
    let (scripts, styles) = (hashes("script"), hashes("style"));
    let directives: Vec<String> = PAGE_POLICY
        .iter()
        .map(|(name, sources, _)| {
            format!("{name} {}", sources.replace("{scripts}", &scripts).replace("{styles}", &styles))
        })
        .collect();
    // Hashes and constants are plain ASCII; should that ever fail, nothing is allowed.
    HeaderValue::try_from(directives.join("; ")).unwrap_or(HeaderValue::from_static(API_POLICY))
}

fn hash(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes()))
}

/// The contents of all `<tag>` elements that have no `src`, byte for byte, as a browser hashes them.
fn inline<'a>(html: &'a str, tag: &str) -> Vec<&'a str> {
    let lower = html.to_ascii_lowercase();
    let (open, close) = (format!("<{tag}"), format!("</{tag}"));
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = lower.get(at..).and_then(|rest| rest.find(&open)).map(|offset| at + offset) {
        // A comment is not markup.
        let comment = lower.get(at..start).and_then(|before| before.rfind("<!--")).map(|offset| at + offset);
        let end = comment.and_then(|from| Some(from + lower.get(from..)?.find("-->")?));
        if let Some(end) = end.filter(|end| *end > start) {
            at = end;
            continue;
        }
        let after_name = start + open.len();
        at = after_name;
        let is_tag = lower.as_bytes().get(after_name).is_some_and(|c| c.is_ascii_whitespace() || *c == b'>');
        let Some(head) = lower.get(after_name..).and_then(|rest| rest.find('>')).filter(|_| is_tag) else {
            continue;
        };
        let body = after_name + head + 1;
        let Some(length) = lower.get(body..).and_then(|rest| rest.find(&close)) else { continue };
        let attributes = lower.get(after_name..after_name + head).unwrap_or_default();
        let has_src = attributes.split_ascii_whitespace().any(|attribute| attribute.starts_with("src="));
        if let (false, Some(text)) = (has_src, html.get(body..body + length)) {
            found.push(text);
        }
        at = body + length;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{EVERYWHERE, PAGE_POLICY, hash, inline, page_policy};

    #[test]
    fn inline_scripts_are_found_and_linked_ones_are_not() {
        let html = r#"<script src="a.js"></script><SCRIPT type="module">init()</SCRIPT><style>p{}</style><!-- <script>no</script> --><script>two</script>"#;
        assert_eq!(inline(html, "script"), ["init()", "two"]);
        assert_eq!(inline(html, "style"), ["p{}"]);
    }

    #[test]
    fn the_hash_is_the_one_of_the_standard() {
        // The example of W3C's Content Security Policy Level 3, section on hashes.
        assert_eq!(hash("alert('Hello, world.');"), "qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");
    }

    #[test]
    fn the_policy_allows_what_is_inline_by_hash_only() {
        let policy = page_policy("<script>alert('Hello, world.');</script>");
        let policy = policy.to_str().expect("ASCII");
        assert!(policy.contains(
            "script-src 'self' 'wasm-unsafe-eval' 'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
        ));
        assert!(policy.contains("style-src 'self';"), "{policy}");
        assert!(!policy.contains("unsafe-inline"));
    }

    #[test]
    fn every_header_and_directive_has_its_reason() {
        assert!(EVERYWHERE.iter().all(|(_, value, reason)| !value.is_empty() && !reason.is_empty()));
        assert!(PAGE_POLICY.iter().all(|(_, value, reason)| !value.is_empty() && !reason.is_empty()));
    }
}
