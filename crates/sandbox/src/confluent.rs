//! Confluent Cloud at `api.confluent.cloud`: authentication, limits, envelopes, paging, and the way to each API.
//!
//! Source: Confluent Cloud APIs (byok/v1, cmk/v2, networking/v1, org/v2, service-quota/v1, sts/v1), "Pagination", "Rate limiting", "Errors".

mod clusters;
mod keys;
mod places;
mod quotas;
mod regions;
mod sts;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::call::{Call, Outcome, Reply};
use crate::material::Material;
use crate::world::{World, stamp};

const ROOT: &str = "https://api.confluent.cloud";

/// How many requests came in the current second.
#[derive(Default)]
pub(crate) struct Throttle {
    second: i64,
    count: u32,
}

/// Whether a call has nothing to do with tokens.
pub(crate) fn needs_no_token(call: &Call) -> bool {
    call.bearer().is_none() && !call.path.starts_with("/sts/")
}

/// Answers one call.
pub(crate) fn answer(world: &mut World, signing: &Material, throttle: &mut Throttle, call: &Call) -> Reply {
    let second = call.now.unix_timestamp();
    if throttle.second != second {
        *throttle = Throttle { second, count: 0 };
    }
    throttle.count = throttle.count.saturating_add(1);
    let limit = world.choices.confluent_per_second;
    let left = limit.checked_sub(throttle.count);
    let reply = match left {
        Some(_) => route(world, signing, call).unwrap_or_else(|reply| reply),
        None => Reply::empty(429).with("retry-after", "1"),
    };
    reply
        .with("x-request-id", Uuid::new_v4().simple().to_string())
        .with("x-ratelimit-limit", limit.to_string())
        .with("x-ratelimit-remaining", left.unwrap_or(0).to_string())
        .with("x-ratelimit-reset", "1")
}

fn route(world: &mut World, signing: &Material, call: &Call) -> Outcome {
    let parts = call.parts();
    if let ["sts", "v1", "oauth2", "token"] = parts.as_slice() {
        return sts::exchange(world, signing, call);
    }
    authenticate(world, signing, call)?;
    match parts.as_slice() {
        ["byok", "v1", "keys", rest @ ..] => keys::route(world, call, rest),
        ["cmk", "v2", "clusters", rest @ ..] => clusters::route(world, call, rest),
        ["networking", "v1", "networks", rest @ ..] => places::networks(world, call, rest),
        ["org", "v2", "environments", rest @ ..] => places::environments(world, call, rest),
        ["org", "v2", "organizations", rest @ ..] => places::organizations(world, call, rest),
        ["service-quota", "v1", "applied-quotas", rest @ ..] => quotas::route(world, call, rest),
        _ => Err(error(404, None, "Not Found")),
    }
}

/// An API key (Basic), or a token of the exchange (Bearer).
fn authenticate(world: &World, signing: &Material, call: &Call) -> Result<(), Reply> {
    let refuse = |scheme: &str, kind: &str, description: &str| {
        error(401, Some("user_unauthenticated"), "Authentication Required").with(
            "www-authenticate",
            format!("{scheme} error=\"{kind}\", error_description=\"{description}\""),
        )
    };
    let header = call
        .header("authorization")
        .ok_or_else(|| refuse("Basic", "missing_key", "The API Key is missing"))?;
    if let Some(token) = call.bearer() {
        if sts::believes(token, signing, call.now) {
            return Ok(());
        }
        return Err(refuse("Bearer", "invalid_token", "The token is invalid or has expired"));
    }
    let given = header
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))
        .and_then(|(_, encoded)| STANDARD.decode(encoded.trim()).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let expected = format!("{}:{}", world.confluent.api_key, world.confluent.api_secret);
    if given.as_deref() == Some(expected.as_str()) {
        return Ok(());
    }
    Err(refuse("Basic", "invalid_key", "The API Key is invalid"))
}

/// One page of a list. `page_size` is 10 unless told and at most 100; the token of the next page carries the size with it.
fn page(call: &Call, api: &str, kind: &str, all: Vec<Value>) -> Outcome {
    let (skip, size) = match call.query("page_token") {
        Some(token) => page_token(token)
            .ok_or_else(|| error(400, Some("invalid_filter"), "The page_token is invalid."))?,
        None => {
            let size = call.query("page_size").map_or(Ok(10), str::parse::<usize>);
            let size = size.ok().filter(|size| (1..=100).contains(size)).ok_or_else(|| {
                error(400, Some("invalid_filter"), "The page_size must be between 1 and 100.")
            })?;
            (0, size)
        }
    };
    let total = all.len();
    let link = |skip: usize| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in call.query.iter().filter(|(name, _)| name != "page_token" && name != "page_size")
        {
            query.append_pair(name, value);
        }
        query.append_pair("page_token", &URL_SAFE_NO_PAD.encode(format!("{skip}.{size}")));
        format!("{ROOT}{}?{}", call.path, query.finish())
    };
    let mut metadata = json!({"first": format!("{ROOT}{}", call.path), "total_size": total});
    if skip + size < total {
        metadata["next"] = link(skip + size).into();
    }
    if skip > 0 {
        metadata["prev"] = link(skip.saturating_sub(size)).into();
    }
    let data: Vec<Value> = all.into_iter().skip(skip).take(size).collect();
    Ok(Reply::json(200, &json!({"api_version": api, "kind": kind, "metadata": metadata, "data": data})))
}

fn page_token(token: &str) -> Option<(usize, usize)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let (skip, size) = text.split_once('.')?;
    Some((skip.parse().ok()?, size.parse().ok()?))
}

/// `metadata` of an object.
fn metadata(path: &str, crn: &str, created: time::OffsetDateTime, updated: time::OffsetDateTime) -> Value {
    json!({
        "self": format!("{ROOT}{path}"), "resource_name": crn,
        "created_at": stamp(created), "updated_at": stamp(updated),
    })
}

/// The JSON body of a write.
fn body(call: &Call) -> Result<Value, Reply> {
    if !call.is_json() {
        return Err(error(415, None, "The content type must be application/json."));
    }
    call.json().ok_or_else(|| error(400, Some("invalid_filter"), "The request body is not a JSON object."))
}

/// A text member of a body by its JSON pointer; `None` if it is absent or null.
fn optional_text<'body>(body: &'body Value, pointer: &str) -> Result<Option<&'body str>, Reply> {
    match body.pointer(pointer) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(invalid(pointer, &format!("The property '{pointer}' must be a string"))),
    }
}

/// A text member that must be there and not be empty.
fn text<'body>(body: &'body Value, pointer: &str) -> Result<&'body str, Reply> {
    optional_text(body, pointer)?
        .filter(|text| !text.trim().is_empty())
        .ok_or_else(|| invalid(pointer, &format!("The property '{pointer}' is required")))
}

/// A query parameter that must be there.
fn required_query<'call>(call: &'call Call, name: &str) -> Result<&'call str, Reply> {
    call.query(name).filter(|value| !value.is_empty()).ok_or_else(|| {
        failure(
            400,
            Some("invalid_filter"),
            "Invalid Filter",
            &format!("The query parameter '{name}' is required."),
            &json!({"parameter": name}),
        )
    })
}

fn method_not_allowed(call: &Call) -> Reply {
    error(405, None, &format!("Method {} is not allowed.", call.method))
}

/// Over a quota; the words by which Confluent's own CLI recognises it.
fn over_quota(what: &str, limit: u64) -> Reply {
    error(402, Some("quota_exceeded"), &format!("The number of {what} is currently limited to {limit}."))
}

/// 422 with a pointer into the body.
fn invalid(pointer: &str, detail: &str) -> Reply {
    failure(422, Some("invalid_configuration"), "Validation Failed", detail, &json!({"pointer": pointer}))
}

/// An error as it is seen in practice: no title, an empty source.
fn error(status: u16, code: Option<&str>, detail: &str) -> Reply {
    failure(status, code, "", detail, &json!({}))
}

/// Confluent's error envelope.
fn failure(status: u16, code: Option<&str>, title: &str, detail: &str, source: &Value) -> Reply {
    let mut item = json!({
        "id": Uuid::new_v4().simple().to_string(), "status": status.to_string(), "detail": detail, "source": source,
    });
    if let Some(code) = code {
        item["code"] = code.into();
    }
    if !title.is_empty() {
        item["title"] = title.into();
    }
    Reply::json(status, &json!({"errors": [item]}))
}
