//! Who is let in. Loopback is not protection: every program and every web page on this machine can reach it.
//!
//! The sandbox is open to its own page. A live server prints an address with a one-time token; the first to bring it
//! gets a cookie that lasts as long as the process, and the token is gone.

use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq as _;

/// The cookie's name.
const COOKIE: &str = "byok_session";

/// The one session of this process.
#[derive(Debug)]
pub(crate) struct Sessions {
    /// Whether nobody needs to sign in.
    open: bool,
    token: Mutex<Option<SecretString>>,
    cookie: Mutex<Option<SecretString>>,
}

impl Sessions {
    /// Lets everybody in that passes the other guards.
    pub(crate) fn open() -> Self {
        Self { open: true, token: Mutex::new(None), cookie: Mutex::new(None) }
    }

    /// Lets in who brings the token.
    pub(crate) fn with_token(token: SecretString) -> Self {
        Self { open: false, token: Mutex::new(Some(token)), cookie: Mutex::new(None) }
    }

    /// The part of the printed address that holds the token; empty when none is needed or it is spent.
    pub(crate) fn fragment(&self) -> String {
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        token.as_ref().map(|token| format!("#token={}", token.expose_secret())).unwrap_or_default()
    }

    /// Exchanges the token for the value of `Set-Cookie`. `fresh` is the new session's secret.
    pub(crate) fn sign_in(&self, token: &str, fresh: SecretString) -> Option<HeaderValue> {
        let mut expected = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        let right = expected.as_ref().is_some_and(|expected| equal(expected.expose_secret(), token));
        if !right {
            return None;
        }
        let value = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict", fresh.expose_secret());
        let mut value = HeaderValue::try_from(value).ok()?;
        value.set_sensitive(true);
        *expected = None;
        *self.cookie.lock().unwrap_or_else(PoisonError::into_inner) = Some(fresh);
        Some(value)
    }

    /// Whether the sender of these headers is let in.
    pub(crate) fn knows(&self, headers: &HeaderMap) -> bool {
        if self.open {
            return true;
        }
        let cookie = self.cookie.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(expected) = cookie.as_ref() else { return false };
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .any(|(name, value)| name == COOKIE && equal(expected.expose_secret(), value))
    }

    /// Whether a token is needed at all.
    pub(crate) fn is_open(&self) -> bool {
        self.open
    }
}

/// Takes as long for a wrong value as for the right one.
fn equal(left: &str, right: &str) -> bool {
    left.as_bytes().ct_eq(right.as_bytes()).into()
}
