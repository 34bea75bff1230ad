//! Simulated clouds in a process of their own, which a server can be stopped and started beside.
//!
//! Their control is handed on below the page, as it stands there with clouds of the server's own. Nothing else is: calls
//! to the clouds go through their proxy, as always.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;

/// What the sandbox judges a call to its control by. Its own guard answers to these as if there were nothing between.
const HANDED_ON: [HeaderName; 3] = [header::HOST, header::ORIGIN, header::CONTENT_TYPE];

/// Where simulated clouds run already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    address: SocketAddr,
}

impl Elsewhere {
    /// Reads what `byok sandbox` prints, `http://127.0.0.1:9443`, or the address alone.
    pub(crate) fn read(text: &str) -> Result<Self> {
        let bare = text.trim().trim_end_matches('/');
        let bare = bare.strip_prefix("http://").unwrap_or(bare);
        let Ok(address) = bare.parse::<SocketAddr>() else {
            bail!(
                "`sandbox_at` cannot be `{text}`: name the address that `byok sandbox` printed, for example `http://127.0.0.1:9443`"
            );
        };
        if !address.ip().is_loopback() {
            bail!(
                "`sandbox_at` cannot be `{text}`: simulated clouds are used on this machine only, at 127.0.0.1 or [::1]"
            );
        }
        Ok(Self { address })
    }

    /// Its address as a forward proxy.
    pub(crate) fn proxy_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All `/_sandbox/*` routes, handed on.
    pub(crate) fn control(&self) -> Result<Router> {
        // Fails when a provider is already chosen, which is just as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .context("no client for the simulated clouds")?;
        Ok(Router::new().route("/_sandbox/{*rest}", any(hand_on)).with_state((self.clone(), client)))
    }
}

async fn hand_on(
    State((elsewhere, client)): State<(Elsewhere, reqwest::Client)>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path_and_query().map_or("/_sandbox/", |path| path.as_str());
    let mut request = client.request(method, format!("{}{path}", elsewhere.proxy_url())).body(body);
    for name in HANDED_ON {
        if let Some(value) = headers.get(&name) {
            request = request.header(name, value);
        }
    }
    let answered = async {
        let answer = request.send().await?;
        let (status, kind) = (answer.status(), answer.headers().get(header::CONTENT_TYPE).cloned());
        Ok::<_, reqwest::Error>((status, kind, answer.bytes().await?))
    };
    match answered.await {
        Ok((status, kind, body)) => {
            let mut response = (status, Body::from(body)).into_response();
            if let Some(kind) = kind {
                response.headers_mut().insert(header::CONTENT_TYPE, kind);
            }
            response
        }
        Err(error) => {
            tracing::warn!(%error, "the simulated clouds did not answer");
            let text =
                r#"{"error": "The simulated clouds do not answer: see whether `byok sandbox` still runs."}"#;
            (StatusCode::BAD_GATEWAY, [(header::CONTENT_TYPE, "application/json")], text).into_response()
        }
    }
}

/// The certificate authority that `byok sandbox --ca-out` wrote.
pub(crate) fn authority(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| {
        format!("the certificate `{}` of the simulated clouds cannot be read", file.display())
    })
}

#[cfg(test)]
mod tests {
    use super::Elsewhere;

    #[test]
    fn what_the_sandbox_prints_is_read() {
        for text in ["http://127.0.0.1:9443", "127.0.0.1:9443", " http://127.0.0.1:9443/ "] {
            assert_eq!(Elsewhere::read(text).expect(text).proxy_url(), "http://127.0.0.1:9443");
        }
        assert_eq!(Elsewhere::read("[::1]:9443").expect("read").proxy_url(), "http://[::1]:9443");
    }

    #[test]
    fn only_this_machine_and_only_plain_addresses() {
        for text in
            ["http://192.0.2.1:9443", "https://127.0.0.1:9443", "http://sandbox.example:9443", "9443", ""]
        {
            assert!(Elsewhere::read(text).is_err(), "{text}");
        }
    }
}
