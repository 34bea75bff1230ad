//! What an access token says of itself. It is read, not believed: the cloud that it is for checks the signature. Here it
//! only keeps a token from going to a host that it was not made for.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use byok_core::id::TenantId;
use serde_json::Value;

/// Claims of a token (Microsoft identity platform, “access token claims reference”).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claims {
    /// `aud`: what it is for.
    pub(super) audience: String,
    /// `exp`: its end, in seconds since the Unix epoch.
    pub(super) expires: u64,
    /// `tid`: the tenant that it is of.
    pub(super) tenant: Option<TenantId>,
}

/// Reads a token; `None` if it is none that can be read.
pub(super) fn of(token: &str) -> Option<Claims> {
    let mut parts = token.split('.');
    let (_, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if signature.is_empty() || parts.next().is_some() {
        return None;
    }
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    Some(Claims {
        audience: claims.get("aud")?.as_str()?.to_owned(),
        expires: claims.get("exp")?.as_u64()?,
        tenant: claims.get("tid").and_then(Value::as_str).and_then(TenantId::parse),
    })
}
