//! The way to sign in: Azure’s own library makes the request, our client sends it, with our proxy, our roots and our
//! limits.

use azure_core::error::{Error, ErrorKind};
use azure_core::http::headers::{HeaderName, HeaderValue, Headers};
use azure_core::http::{AsyncRawResponse, Body, HttpClient, Method, Request};

/// No answer of a sign-in comes near.
const LARGEST_ANSWER: usize = 256 * 1024;

/// Sends what Azure’s library asks for.
#[derive(Debug)]
pub(super) struct OurTransport {
    http: reqwest::Client,
    /// Plain HTTP through a test’s server.
    #[cfg(test)]
    is_plain: bool,
}

impl OurTransport {
    pub(super) fn new(http: reqwest::Client) -> Self {
        Self {
            http,
            #[cfg(test)]
            is_plain: false,
        }
    }

    #[cfg(test)]
    pub(super) fn plain(http: reqwest::Client) -> Self {
        Self { http, is_plain: true }
    }
}

#[async_trait::async_trait]
impl HttpClient for OurTransport {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let method = match request.method() {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            _ => return Err(refused("a sign-in reads or posts, nothing else")),
        };
        let url = request.url().clone();
        #[cfg(test)]
        let url = if self.is_plain { plain(url) } else { url };
        let mut sent = self.http.request(method, url);
        for (name, value) in request.headers().iter() {
            sent = sent.header(name.as_str(), value.as_str());
        }
        match request.body() {
            Body::Bytes(bytes) => sent = sent.body(bytes.clone()),
            Body::SeekableStream(_) => return Err(refused("a sign-in has no stream")),
        }
        let mut answer = sent.send().await.map_err(lost)?;
        let status = answer.status().as_u16();
        let mut headers = Headers::new();
        for (name, value) in answer.headers() {
            if let Ok(value) = value.to_str() {
                headers
                    .insert(HeaderName::from(name.as_str().to_owned()), HeaderValue::from(value.to_owned()));
            }
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(lost)? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(refused("the answer to the sign-in is larger than any that Azure gives"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(AsyncRawResponse::from_bytes(status.into(), headers, body))
    }
}

#[cfg(test)]
fn plain(mut url: reqwest::Url) -> reqwest::Url {
    url.set_scheme("http").expect("a scheme");
    url
}

fn refused(words: &'static str) -> Error {
    Error::with_message(ErrorKind::Other, words)
}

/// Without the library’s own words: they hold the address, and for a token of this machine more than that.
fn lost(error: reqwest::Error) -> Error {
    let words = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    Error::with_message(ErrorKind::Io, words)
}
