//! Reading requests: JSON that names the field which is wrong.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use serde::de::DeserializeOwned;

use crate::error::{ApiError, Kind};
use crate::guard;

/// A JSON body.
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let body = Bytes::from_request(request, state).await.map_err(unread)?;
        read(&body).map(Json)
    }
}

fn unread(rejection: BytesRejection) -> ApiError {
    if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
        return guard::too_large();
    }
    ApiError::new(Kind::BAD_BODY, "The request ended before its body was complete. Send it again.")
}

/// Reads a body, or says which field is wrong and how.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value: T = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_syntax() || inner.is_eof() {
            return ApiError::new(
                Kind::BAD_BODY,
                format!("The body is not JSON: line {}, column {}.", inner.line(), inner.column()),
            );
        }
        let said = inner.to_string();
        let said = said.split(" at line ").next().unwrap_or_default();
        let field = field(&path, said);
        let code =
            if said.starts_with("missing field") { "request.field-missing" } else { "request.field-wrong" };
        ApiError::new(Kind::BAD_BODY, format!("The field `{field}` of the body is not as expected: {said}."))
            .about(
                code,
                &field,
                format!("This value was not understood: {said}."),
                "Correct this field and send the request again.",
            )
    })?;
    json.end().map_err(|_| ApiError::new(Kind::BAD_BODY, "The body holds more than one JSON value."))?;
    Ok(value)
}

/// A missing field is reported at its parent, by a message that quotes its name.
fn field(path: &str, said: &str) -> String {
    let parent = if path == "." { "" } else { path };
    let missing = said.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    match missing {
        Some(name) if parent.is_empty() => name.to_owned(),
        Some(name) => format!("{parent}.{name}"),
        None if parent.is_empty() => "body".to_owned(),
        None => parent.to_owned(),
    }
}
