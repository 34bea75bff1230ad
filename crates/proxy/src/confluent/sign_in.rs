//! What a call to Confluent carries: an API key, or a token that is exchanged for one of the company’s identity provider
//! (Confluent Cloud, sts/v1 token exchange) and used until shortly before its end.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::{Answer, Failure};

/// What this server shows to Confluent.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// A Cloud API key: `id` and secret of HTTP Basic.
    ApiKey {
        /// The key's id. Not a secret by itself, but of no use to anybody else either.
        id: String,
        /// The key's secret; never shown by `Debug`.
        secret: SecretString,
    },
    /// A token of an identity provider that Confluent trusts, exchanged for one of Confluent's.
    Exchange {
        /// File with the provider's token (JWT); read again at each exchange, for whoever writes it to renew.
        token_file: PathBuf,
        /// The identity pool, for example `pool-00000`.
        identity_pool: String,
    },
}

/// The longest that Confluent lets an exchanged token live, and what is asked for, in seconds.
const LIFETIME: &str = "900";
/// How long before its end a token is no longer used.
const MARGIN: Duration = Duration::from_secs(60);
/// No answer of an exchange comes near.
const LARGEST_ANSWER: usize = 64 * 1024;

#[derive(Debug)]
pub(super) struct SignIn {
    credentials: Credentials,
    /// The exchanged token and its end; the lock lets one caller exchange while the others wait.
    held: Mutex<Option<(SecretString, Instant)>>,
}

#[derive(Deserialize)]
struct Exchanged {
    access_token: String,
    #[serde(default)]
    expires_in: Option<u64>,
}

impl SignIn {
    pub(super) fn new(credentials: Credentials) -> Self {
        Self { credentials, held: Mutex::new(None) }
    }

    /// What goes out with a call. `http` and `base` are those of the call itself.
    pub(super) async fn headers(&self, http: &reqwest::Client, base: &Url) -> Answer<HeaderMap> {
        let value = match &self.credentials {
            Credentials::ApiKey { id, secret } => {
                format!("Basic {}", STANDARD.encode(format!("{id}:{}", secret.expose_secret())))
            }
            Credentials::Exchange { token_file, identity_pool } => {
                let mut held = self.held.lock().await;
                let good = held.as_ref().filter(|(_, end)| Instant::now() + MARGIN < *end);
                let token = match good {
                    Some((token, _)) => token.clone(),
                    None => {
                        *held = None;
                        let fresh = exchange(http, base, token_file, identity_pool).await?;
                        held.insert(fresh).0.clone()
                    }
                };
                format!("Bearer {}", token.expose_secret())
            }
        };
        let mut headers = HeaderMap::new();
        if let Ok(mut value) = HeaderValue::try_from(value) {
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(headers)
    }

    /// Confluent did not accept what was sent: an exchanged token is not used again.
    pub(super) async fn refused(&self) {
        *self.held.lock().await = None;
    }

    /// Should a text of Confluent's or of something on the way repeat our credentials, they go no further.
    pub(super) fn without_secrets(&self, text: &str) -> String {
        let held = self.held.try_lock().ok().and_then(|held| held.as_ref().map(|(token, _)| token.clone()));
        let mut secrets: Vec<&str> = held.iter().map(|token| token.expose_secret()).collect();
        if let Credentials::ApiKey { id, secret } = &self.credentials {
            secrets.extend([secret.expose_secret(), id.as_str()]);
        }
        let secrets = secrets.into_iter().filter(|secret| !secret.is_empty());
        secrets.fold(text.to_owned(), |text, secret| text.replace(secret, "…"))
    }
}

async fn exchange(
    http: &reqwest::Client,
    base: &Url,
    token_file: &std::path::Path,
    identity_pool: &str,
) -> Answer<(SecretString, Instant)> {
    let started = Instant::now();
    let failed = |words: String| Failure::SignIn(words);
    let subject = tokio::fs::read_to_string(token_file).await.map_err(|error| {
        tracing::warn!(%error, "the identity provider's token cannot be read");
        failed("the file with the identity provider's token cannot be read".to_owned())
    })?;
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
        .append_pair("subject_token", subject.trim())
        .append_pair("identity_pool_id", identity_pool)
        .append_pair("subject_token_type", "urn:ietf:params:oauth:token-type:jwt")
        .append_pair("requested_token_type", "urn:ietf:params:oauth:token-type:access_token")
        .append_pair("expires_in", LIFETIME)
        .finish();
    let mut address = base.clone();
    address.set_path("/sts/v1/oauth2/token");
    let sent = http.post(address).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
    let mut answer = sent
        .send()
        .await
        .map_err(|_| failed("Confluent's token exchange could not be reached".to_owned()))?;
    let status = answer.status().as_u16();
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(Failure::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    if status != 200 {
        // Its words may repeat what was sent.
        return Err(failed(format!("Confluent's token exchange answered with status {status}")));
    }
    let exchanged: Exchanged = serde_json::from_slice(&body)
        .map_err(|_| failed("the answer of Confluent's token exchange cannot be read".to_owned()))?;
    let lifetime = Duration::from_secs(exchanged.expires_in.unwrap_or_default());
    Ok((SecretString::from(exchanged.access_token), started + lifetime))
}
