//! The token exchange: sts/v1 `oauth2/token`. A token of an identity provider, here any of this world's tenants in Entra, becomes one of
//! Confluent's, good for at most fifteen minutes.
//!
//! Form and members: sts/v1 schema. The sentences of the refusals are ours.

use serde_json::json;
use time::OffsetDateTime;

use super::{failure, method_not_allowed};
use crate::call::{Call, Outcome, Reply};
use crate::material::Material;
use crate::token::Caller;
use crate::world::World;

const AUDIENCE: &str = "https://api.confluent.cloud";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// The longest life of a token, in seconds; also what it lives unless told.
const LONGEST: i64 = 900;

/// `POST /sts/v1/oauth2/token`.
pub(super) fn exchange(world: &World, signing: &Material, call: &Call) -> Outcome {
    if call.method != "POST" {
        return Err(method_not_allowed(call));
    }
    let form: Vec<(String, String)> = form_urlencoded::parse(&call.body).into_owned().collect();
    let field = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let refuse = |name: &str, text: &str| {
        failure(400, Some("invalid_filter"), "Invalid Request", text, &json!({"parameter": name}))
    };
    let fixed = |name: &str, expected: &str| match field(name) {
        Some(value) if value == expected => Ok(()),
        _ => Err(refuse(name, &format!("The parameter '{name}' must be '{expected}'."))),
    };
    fixed("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")?;
    fixed("subject_token_type", "urn:ietf:params:oauth:token-type:jwt")?;
    fixed("requested_token_type", ACCESS_TOKEN)?;
    if field("identity_pool_id") != Some(world.identity_pool.as_str()) {
        return Err(refuse("identity_pool_id", "The identity pool was not found."));
    }
    let lifetime = match field("expires_in").map(str::parse::<i64>) {
        None => LONGEST,
        Some(Ok(seconds)) if (1..=LONGEST).contains(&seconds) => seconds,
        Some(_) => return Err(refuse("expires_in", "The parameter 'expires_in' must be between 1 and 900.")),
    };
    let subject = field("subject_token").and_then(|token| Caller::of(token, signing, call.now).ok());
    let subject = subject.filter(|subject| subject.audience != AUDIENCE).ok_or_else(|| {
        refuse("subject_token", "The subject token is not a valid token of the pool's identity provider.")
    })?;
    let token = Caller { audience: AUDIENCE.into(), ..subject }.token_for(lifetime, signing, call.now);
    let token = token.ok_or_else(|| Reply::empty(500))?;
    Ok(Reply::json(
        200,
        &json!({
            "access_token": token, "issued_token_type": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": lifetime,
        }),
    ))
}

/// Whether a token came out of the exchange and still lives.
pub(super) fn believes(token: &str, signing: &Material, now: OffsetDateTime) -> bool {
    Caller::of(token, signing, now).is_ok_and(|caller| caller.audience == AUDIENCE)
}
