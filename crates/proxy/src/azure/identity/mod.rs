//! Who asks Azure: the user with tokens for one request, or this server by itself, or nobody.

mod certificate;
mod claims;
mod credential;
mod tokens;
mod transport;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use azure_core::cloud::CloudConfiguration;
use azure_core::credentials::TokenCredential;
use azure_core::http::{ClientOptions, RetryOptions, Transport};
use byok_core::facts::WhyUnknown;
use byok_core::id::TenantId;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::ledger::now;
use crate::outbound::{Outbound, SetUpError, build, plain};
use transport::OurTransport;

pub(crate) use tokens::{Scope, Tokens};

/// As whom this server itself asks Azure; the user’s own tokens always come first.
#[derive(Clone, Debug, Default)]
pub enum AzureIdentity {
    /// As nobody: what can be seen without credentials, and what the user’s tokens allow.
    #[default]
    None,
    /// As an application with a secret.
    ClientSecret {
        /// Tenant that the application signs in to.
        tenant_id: String,
        /// The application.
        client_id: String,
        /// Its secret.
        client_secret: SecretString,
    },
    /// As an application with a certificate.
    Certificate {
        /// Tenant that the application signs in to.
        tenant_id: String,
        /// The application.
        client_id: String,
        /// Certificate and RSA private key, both in PEM.
        pem: SecretString,
    },
    /// As the workload of a cluster (Microsoft Entra Workload ID); what is absent comes from `AZURE_TENANT_ID`,
    /// `AZURE_CLIENT_ID` and `AZURE_FEDERATED_TOKEN_FILE`.
    Workload {
        /// Tenant that the application signs in to.
        tenant_id: Option<String>,
        /// The application.
        client_id: Option<String>,
        /// File with the workload’s own token.
        token_file: Option<PathBuf>,
    },
    /// As the machine: its system-assigned identity, or the user-assigned one of this client ID.
    Managed {
        /// Client ID of a user-assigned identity.
        client_id: Option<String>,
    },
    /// As whoever is signed in to the Azure CLI on this machine.
    Cli {
        /// Tenant, if not the CLI’s own.
        tenant_id: Option<String>,
    },
}

impl AzureIdentity {
    /// `none`, `client-secret`, `certificate`, `workload`, `managed`, `cli`.
    pub fn as_str(&self) -> &'static str {
        match self {
            AzureIdentity::None => "none",
            AzureIdentity::ClientSecret { .. } => "client-secret",
            AzureIdentity::Certificate { .. } => "certificate",
            AzureIdentity::Workload { .. } => "workload",
            AzureIdentity::Managed { .. } => "managed",
            AzureIdentity::Cli { .. } => "cli",
        }
    }
}

/// A token that may be sent to one host’s kind, and whose it is.
#[derive(Clone, Debug)]
pub(crate) struct Bearer {
    secret: SecretString,
    /// Tenant that the token says it is of; `None` for one that cannot be read.
    pub(crate) tenant: Option<TenantId>,
    /// Tells callers apart without telling who they are.
    pub(crate) caller: [u8; 32],
}

impl Bearer {
    pub(crate) fn secret(&self) -> &SecretString {
        &self.secret
    }
}

/// How long before its end a token is no longer used, in seconds.
const MARGIN: u64 = 300;
/// For how long a sign-in that failed is not tried again, so that one wrong secret is one call and not twelve.
const SULK: Duration = Duration::from_secs(5);
/// How long a sign-in may take; the Azure CLI needs some seconds.
const SIGN_IN: Duration = Duration::from_secs(10);

/// The longest word of an error that is passed on, in bytes.
const LONGEST_WORD: usize = 80;

/// A token that this server holds for itself.
#[derive(Default)]
struct Held {
    good: Option<(Bearer, u64)>,
    bad: Option<(WhyUnknown, Instant)>,
}

/// This server itself, with its tokens.
pub(crate) struct Identity {
    /// One a scope: the library’s own lets one caller sign in at a time, whatever for, and then the sign-in to Key Vault
    /// would wait for the one to Azure Resource Manager.
    credentials: [Option<Arc<dyn TokenCredential>>; 3],
    /// Values that must not show in any text, whoever sends it.
    secrets: Vec<SecretString>,
    /// One a scope; its lock lets one caller sign in while the others wait for the same token.
    held: [Mutex<Held>; 3],
}

impl Identity {
    /// Sets up the way to sign in; nothing is sent yet.
    pub(crate) fn new(kind: &AzureIdentity, outbound: &Outbound) -> Result<Self, SetUpError> {
        let through = || -> Result<ClientOptions, SetUpError> {
            let builder = outbound.client()?.connect_timeout(Duration::from_secs(2)).timeout(SIGN_IN);
            Ok(options(OurTransport::new(build(builder)?)))
        };
        // The metadata service is on this machine’s own host: no forward proxy, and no TLS.
        let within = || -> Result<ClientOptions, SetUpError> {
            let builder = plain().no_proxy().connect_timeout(Duration::from_secs(2)).timeout(SIGN_IN);
            Ok(options(OurTransport::new(build(builder)?)))
        };
        Self::with(kind, through, within)
    }

    /// Signs in through a server in a test, in plain HTTP; it stands for the metadata service, too.
    #[cfg(test)]
    pub(crate) fn for_test(kind: &AzureIdentity, proxy: &str) -> Self {
        let proxy = reqwest::Proxy::all(proxy).expect("a proxy");
        let http = build(plain().no_proxy().proxy(proxy)).expect("a client");
        let through = || Ok(options(OurTransport::plain(http.clone())));
        Self::with(kind, through, through).expect("an identity")
    }

    fn with(
        kind: &AzureIdentity,
        through: impl FnOnce() -> Result<ClientOptions, SetUpError>,
        within: impl FnOnce() -> Result<ClientOptions, SetUpError>,
    ) -> Result<Self, SetUpError> {
        let options = match kind {
            AzureIdentity::None | AzureIdentity::Cli { .. } => ClientOptions::default(),
            AzureIdentity::Managed { .. } => within()?,
            _ => through()?,
        };
        let secrets = match kind {
            AzureIdentity::ClientSecret { client_secret, .. } => vec![client_secret.clone()],
            _ => Vec::new(),
        };
        let one = || credential::of(kind, &options);
        Ok(Self { credentials: [one()?, one()?, one()?], secrets, held: Default::default() })
    }

    /// Whether there is a way to sign in at all.
    pub(crate) fn is_somebody(&self) -> bool {
        self.credentials.iter().any(Option::is_some)
    }

    /// A token for `scope`, fresh for at least five more minutes.
    pub(crate) async fn token(&self, scope: Scope) -> Result<Bearer, WhyUnknown> {
        let Some(Some(credential)) = self.credentials.get(scope as usize) else {
            return Err(WhyUnknown::NoCredentials);
        };
        let Some(held) = self.held.get(scope as usize) else { return Err(WhyUnknown::NoCredentials) };
        let mut held = held.lock().await;
        if let Some((bearer, expires)) = &held.good
            && *expires > now() + MARGIN
        {
            return Ok(bearer.clone());
        }
        if let Some((why, since)) = &held.bad
            && since.elapsed() < SULK
        {
            return Err(why.clone());
        }
        let scopes = [scope.requested()];
        let signed_in = tokio::time::timeout(SIGN_IN, credential.get_token(&scopes, None)).await;
        let signed_in = match signed_in {
            Ok(Ok(token)) => {
                let secret = SecretString::from(token.token.secret().to_owned());
                let tenant = claims::of(secret.expose_secret()).and_then(|claims| claims.tenant);
                let expires = u64::try_from(token.expires_on.unix_timestamp()).unwrap_or_default();
                Ok((Bearer { secret, tenant, caller: [0; 32] }, expires))
            }
            Ok(Err(error)) => Err(self.told(&error.to_string())),
            Err(_) => Err("the sign-in took too long".to_owned()),
        };
        match signed_in {
            Ok((bearer, expires)) => {
                *held = Held { good: Some((bearer.clone(), expires)), bad: None };
                Ok(bearer)
            }
            Err(reason) => {
                tracing::warn!(scope = scope.requested(), reason, "this server could not sign in to Azure");
                let why = WhyUnknown::Failed(format!("this server could not sign in to Azure ({reason})"));
                held.bad = Some((why.clone(), Instant::now()));
                Err(why)
            }
        }
    }

    /// What the sign-in said, short, on one line, and without anything secret, however it is written.
    fn told(&self, error: &str) -> String {
        let mut text: String = error.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        for secret in
            self.secrets.iter().map(|secret| secret.expose_secret()).filter(|secret| !secret.is_empty())
        {
            let encoded: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            text = text.replace(secret, "…").replace(&encoded, "…");
        }
        // Entra’s own words begin with a code and go on with trace ids and times.
        let from = text.find("AADSTS").unwrap_or(0);
        let text = text.get(from..).unwrap_or_default();
        let text = text.split(" Trace ID").next().unwrap_or_default();
        // Tokens and signed statements are one long word.
        let word = |word: &str| if word.len() > LONGEST_WORD { "…".to_owned() } else { word.to_owned() };
        let words: Vec<String> = text.split(' ').filter(|word| !word.is_empty()).map(word).collect();
        let short: String = words.join(" ").chars().take(300).collect();
        short.trim_end_matches('.').to_owned()
    }
}

fn options(transport: OurTransport) -> ClientOptions {
    ClientOptions {
        transport: Some(Transport::new(Arc::new(transport))),
        retry: RetryOptions::none(),
        // Set, so that no `AZURE_AUTHORITY_HOST` of the environment sends secrets elsewhere.
        cloud: Some(Arc::new(CloudConfiguration::AzurePublic)),
        ..ClientOptions::default()
    }
}

#[cfg(test)]
mod tests;
