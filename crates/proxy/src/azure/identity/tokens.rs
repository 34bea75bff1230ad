//! The tokens that a user sends with one request: looked at before anything is sent, and each used for its host alone.

use std::sync::LazyLock;

use byok_core::facts::Source;
use byok_core::wire::{FindingView, NewPreflight, Secret};
use secrecy::SecretString;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{Bearer, claims};
use crate::error::finding;

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Azure Resource Manager.
    Arm = 0,
    /// Azure Key Vault.
    KeyVault = 1,
    /// Microsoft Graph.
    Graph = 2,
}

impl Scope {
    const ALL: [Scope; 3] = [Scope::Arm, Scope::KeyVault, Scope::Graph];

    /// Whose questions it is for; `None` where none is needed, or another than Azure’s.
    pub(crate) fn of(source: Source) -> Option<Self> {
        match source {
            Source::Arm => Some(Scope::Arm),
            Source::KeyVault => Some(Scope::KeyVault),
            Source::Graph => Some(Scope::Graph),
            Source::Probe | Source::Doctor | Source::Confluent => None,
        }
    }

    /// What is asked for at sign-in.
    pub(super) fn requested(self) -> &'static str {
        match self {
            Scope::Arm => "https://management.azure.com/.default",
            Scope::KeyVault => "https://vault.azure.net/.default",
            Scope::Graph => "https://graph.microsoft.com/.default",
        }
    }

    /// What `az account get-access-token --resource` is given.
    fn resource(self) -> &'static str {
        self.requested().trim_end_matches("/.default")
    }

    /// What a token’s `aud` may be: the resource in its spellings, or the application ID of the service (Microsoft,
    /// “first-party applications”).
    fn audiences(self) -> &'static [&'static str] {
        match self {
            Scope::Arm => &[
                "https://management.azure.com",
                "https://management.core.windows.net",
                "797f4846-ba00-4fd7-ba43-dac1f8f63013",
            ],
            Scope::KeyVault => &["https://vault.azure.net", "cfa8b339-82a2-471a-a3c9-0fc0be7a4093"],
            Scope::Graph => &["https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000"],
        }
    }

    fn field(self) -> &'static str {
        match self {
            Scope::Arm => "arm_token",
            Scope::KeyVault => "key_vault_token",
            Scope::Graph => "graph_token",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Scope::Arm => "Azure Resource Manager",
            Scope::KeyVault => "Azure Key Vault",
            Scope::Graph => "Microsoft Graph",
        }
    }
}

/// The user’s tokens of one request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens([Option<Bearer>; 3]);

/// The longest token that is looked at; Entra’s are below 4 KiB but for people in very many groups.
const LONGEST: usize = 16 * 1024;

/// Keeps the traces of tokens from being compared across processes.
static GRAIN: LazyLock<[u8; 32]> = LazyLock::new(|| {
    let mut grain = [0; 32];
    // Without randomness the traces are plain hashes, in memory alone.
    let _ = getrandom::fill(&mut grain);
    grain
});

impl Tokens {
    /// Reads the tokens of a request, or says which cannot be used.
    pub(crate) fn read(request: &NewPreflight, now: u64) -> Result<Self, Vec<FindingView>> {
        let (mut tokens, mut findings) = (Self::default(), Vec::new());
        let sent = [&request.arm_token, &request.key_vault_token, &request.graph_token];
        for ((scope, sent), place) in Scope::ALL.into_iter().zip(sent).zip(&mut tokens.0) {
            let Some(sent) = sent.as_ref().filter(|sent| !sent.expose().trim().is_empty()) else { continue };
            match bearer(scope, sent, now) {
                Ok(bearer) => *place = Some(bearer),
                Err(found) => findings.push(found),
            }
        }
        if findings.is_empty() { Ok(tokens) } else { Err(findings) }
    }

    /// The token for a scope.
    pub(crate) fn get(&self, scope: Scope) -> Option<&Bearer> {
        self.0.get(scope as usize)?.as_ref()
    }
}

fn bearer(scope: Scope, sent: &Secret, now: u64) -> Result<Bearer, FindingView> {
    let again = format!(
        "Run `az account get-access-token --resource {} --query accessToken --output tsv` and enter what it prints.",
        scope.resource()
    );
    let wrong = |code: &str, message: String| finding(code, Some(scope.field()), message, again.clone());
    let token = plain(sent.expose());
    let sendable = token.len() <= LONGEST && token.bytes().all(|byte| byte.is_ascii_graphic());
    let Some(claims) = claims::of(&token).filter(|_| sendable) else {
        return Err(wrong("token.unreadable", "This is not an access token of Microsoft Entra.".to_owned()));
    };
    let audience = claims.audience.trim_end_matches('/');
    if !scope.audiences().iter().any(|known| known.eq_ignore_ascii_case(audience)) {
        let made_for = Scope::ALL
            .into_iter()
            .find(|other| other.audiences().iter().any(|known| known.eq_ignore_ascii_case(audience)))
            .map_or("something else", Scope::name);
        return Err(wrong(
            "token.wrong-audience",
            format!(
                "This access token is for {made_for}, not for {}. It was not sent anywhere.",
                scope.name()
            ),
        ));
    }
    if claims.expires <= now {
        return Err(wrong("token.expired", "This access token has expired.".to_owned()));
    }
    let trace = Sha256::new().chain_update(*GRAIN).chain_update(token.as_bytes()).finalize();
    Ok(Bearer { caller: trace.into(), tenant: claims.tenant, secret: SecretString::from(token) })
}

/// Without what comes along when a token is copied: quotes, the word in front of it in a header, the JSON around it.
fn plain(text: &str) -> String {
    let text = text.trim();
    if let Ok(Value::Object(printed)) = serde_json::from_str(text)
        && let Some(token) = printed.get("accessToken").and_then(Value::as_str)
    {
        return token.to_owned();
    }
    let text = text.trim_matches(['"', '\'']);
    let text = text.strip_prefix("Bearer ").or_else(|| text.strip_prefix("bearer ")).unwrap_or(text);
    text.trim().to_owned()
}
