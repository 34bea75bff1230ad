//! One request to a cloud and one answer from it, without any of the machinery that carried them.
//!
//! Paths are taken apart here once: decoded segment by segment, empty segments dropped, because Key Vault's own SDKs
//! write trailing and doubled slashes (`GET /keys/NAME/`, `POST /keys/NAME//wrapkey`) and encode query names (`api%2Dversion`).

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Uri};
use hyper::body::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use time::OffsetDateTime;

/// What a caller asked a cloud.
pub(crate) struct Call {
    /// The host of the tunnel, in lower case and without port.
    pub(crate) host: String,
    pub(crate) method: Method,
    /// The path as it was sent.
    pub(crate) path: String,
    /// The path's decoded, non-empty segments.
    pub(crate) segments: Vec<String>,
    /// The decoded query, in order.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// When it arrived; everything that depends on time is judged at this moment.
    pub(crate) now: OffsetDateTime,
}

impl Call {
    pub(crate) fn new(
        host: &str,
        method: Method,
        uri: &Uri,
        headers: HeaderMap,
        body: Bytes,
        now: OffsetDateTime,
    ) -> Self {
        let segments = uri
            .path()
            .split('/')
            .filter(|part| !part.is_empty())
            .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
            .collect();
        let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
        Self { host: host.into(), method, path: uri.path().into(), segments, query, headers, body, now }
    }

    /// A query parameter; names are compared without case, as ARM does.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The segments as plain text, for matching.
    pub(crate) fn parts(&self) -> Vec<&str> {
        self.segments.iter().map(String::as_str).collect()
    }

    /// A header that is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The token of an `Authorization: Bearer` header.
    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    /// The body as a JSON object, if it is one and says so in its content type.
    pub(crate) fn json(&self) -> Option<Value> {
        if !self.is_json() {
            return None;
        }
        serde_json::from_slice::<Value>(&self.body).ok().filter(Value::is_object)
    }

    /// Whether the content type is JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.header("content-type")
            .and_then(|kind| kind.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
    }
}

/// What a cloud answers.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
}

/// An answer that ends the handling early: an error of the cloud's own, already in its envelope.
pub(crate) type Outcome = Result<Reply, Reply>;

impl Reply {
    /// A JSON answer.
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers: vec![("content-type", "application/json; charset=utf-8".into())],
            body: Bytes::from(body.to_string()),
        }
    }

    /// An answer without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    /// The same answer with one header more.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The answer as the HTTP library wants it.
    pub(crate) fn into_response(self, body: Body) -> Response<Body> {
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().append(HeaderName::from_static(name), value);
            }
        }
        response
    }
}
