//! Typed IDs: parsed once, kept in canonical form; the rest of the code never handles a raw string.
//!
//! Strict parsing (`parse`, `FromStr`) takes the grammar and nothing else. The check functions ([`key_vault_id`],
//! [`key_id`], [`tenant_id`], [`any`]) take what people paste: they repair what is harmless, name what is wrong, and
//! tell both as findings. They never look anything up.

pub(crate) mod cloud;
mod guid;
pub(crate) mod key;
pub(crate) mod prepare;
mod repair;
pub(crate) mod tenant;
pub(crate) mod vault;
mod version;

use crate::finding::{Code, Field, Finding};
use crate::text;

pub use cloud::AzureCloud;
pub use guid::{ApplicationId, Guid, NotAnId, SubscriptionId, TenantId};
pub use key::{KeyId, KeyName, key_id};
pub use repair::{Known, KnownKind, Repair, repair, repair_may_help};
pub use tenant::tenant_id;
pub use vault::{VaultId, VaultName, key_vault_id};
pub use version::KeyVersion;

/// What became of a pasted text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Usable as it stands. Only the case of letters may differ from the canonical form.
    Ok,
    /// Usable after the repairs that the findings tell.
    Repaired,
    /// Not usable; the findings say why.
    Rejected,
}

impl Status {
    /// `ok`, `repaired`, `rejected`.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::Repaired => "repaired",
            Status::Rejected => "rejected",
        }
    }
}

/// A checked text: the ID in it, if there is one, and what there is to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked<T> {
    /// The ID; `None` when the text was rejected.
    pub value: Option<T>,
    /// What was repaired and what is wrong, in the order in which it was found.
    pub findings: Vec<Finding>,
}

impl<T> Checked<T> {
    /// What became of the text.
    pub fn status(&self) -> Status {
        if self.value.is_none() {
            Status::Rejected
        } else if self.findings.iter().any(|finding| finding.code.entry().repair) {
            Status::Repaired
        } else {
            Status::Ok
        }
    }

    fn ok(value: T) -> Self {
        Checked { value: Some(value), findings: Vec::new() }
    }

    fn rejected(findings: Vec<Finding>) -> Self {
        Checked { value: None, findings }
    }
}

impl Checked<KeyId> {
    /// The key version that was cut off, for showing it.
    pub fn version(&self) -> Option<&str> {
        self.value.as_ref().and(self.findings.iter().find_map(Finding::version))
    }
}

/// Which of the three IDs a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Resource ID of a key vault.
    KeyVaultId,
    /// Key identifier.
    KeyId,
    /// Tenant ID.
    TenantId,
    /// None of them.
    Unknown,
}

impl Kind {
    /// `key-vault-id`, `key-id`, `tenant-id`, `unknown`.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::KeyVaultId => "key-vault-id",
            Kind::KeyId => "key-id",
            Kind::TenantId => "tenant-id",
            Kind::Unknown => "unknown",
        }
    }
}

/// A checked text of whichever kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnyChecked {
    /// Checked as a resource ID.
    KeyVaultId(Checked<VaultId>),
    /// Checked as a key identifier.
    KeyId(Checked<KeyId>),
    /// Checked as a tenant ID.
    TenantId(Checked<TenantId>),
    /// None of the three; why.
    Unknown(Vec<Finding>),
}

impl AnyChecked {
    /// What became of the text.
    pub fn status(&self) -> Status {
        match self {
            AnyChecked::KeyVaultId(checked) => checked.status(),
            AnyChecked::KeyId(checked) => checked.status(),
            AnyChecked::TenantId(checked) => checked.status(),
            AnyChecked::Unknown(_) => Status::Rejected,
        }
    }

    /// What there is to tell.
    pub fn findings(&self) -> &[Finding] {
        match self {
            AnyChecked::KeyVaultId(checked) => &checked.findings,
            AnyChecked::KeyId(checked) => &checked.findings,
            AnyChecked::TenantId(checked) => &checked.findings,
            AnyChecked::Unknown(findings) => findings,
        }
    }

    /// The canonical form; `None` when the text was rejected.
    pub fn value(&self) -> Option<String> {
        match self {
            AnyChecked::KeyVaultId(checked) => checked.value.as_ref().map(VaultId::canonical),
            AnyChecked::KeyId(checked) => checked.value.as_ref().map(KeyId::canonical),
            AnyChecked::TenantId(checked) => checked.value.as_ref().map(TenantId::to_string),
            AnyChecked::Unknown(_) => None,
        }
    }
}

/// Finds out which of the three IDs a text is, and checks it as that.
pub fn any(input: &str) -> (Kind, AnyChecked) {
    // Most texts are an ID as they stand, but for the version of a key.
    match input.as_bytes() {
        [b'h' | b'H', ..] => {
            if let Some(checked) = key::as_it_stands(input) {
                return (Kind::KeyId, AnyChecked::KeyId(checked));
            }
        }
        [b'/', ..] => {
            if let Some(vault) = vault::as_it_stands(input) {
                return (Kind::KeyVaultId, AnyChecked::KeyVaultId(Checked::ok(vault)));
            }
        }
        _ => {
            if let Some(tenant) = tenant::as_it_stands(input) {
                return (Kind::TenantId, AnyChecked::TenantId(Checked::ok(tenant)));
            }
        }
    }
    all_else(input)
}

/// Much code, which stays out of the way of what most texts need.
#[cold]
#[inline(never)]
fn all_else(input: &str) -> (Kind, AnyChecked) {
    let kind = kind(input);
    let checked = match kind {
        Kind::KeyVaultId => AnyChecked::KeyVaultId(key_vault_id(input)),
        Kind::KeyId => AnyChecked::KeyId(key_id(input)),
        Kind::TenantId => AnyChecked::TenantId(tenant_id(input)),
        Kind::Unknown => AnyChecked::Unknown(vec![unknown(input)]),
    };
    (kind, checked)
}

fn unknown(input: &str) -> Finding {
    let cleaned = text::clean(input);
    if text::looks_secret(input) {
        Finding::new(Code::InputSecret)
    } else if cleaned.text.is_empty() {
        Finding::new(Code::TextEmpty)
    } else {
        Finding::new(Code::InputUnrecognised).with("text", &cleaned.text)
    }
}

fn kind(input: &str) -> Kind {
    if text::looks_secret(input) {
        return Kind::Unknown;
    }
    if text::json::seems_json(input) {
        let found = |names, fits| prepare::in_json(input, names, fits).is_some();
        return if found(key::JSON_NAMES, key::fits_json) {
            Kind::KeyId
        } else if found(vault::JSON_NAMES, vault::fits_json) {
            Kind::KeyVaultId
        } else if found(tenant::JSON_NAMES, tenant::fits_json) {
            Kind::TenantId
        } else {
            Kind::Unknown
        };
    }
    let cleaned = text::clean(input);
    let text = cleaned.text.as_ref();
    let decoded = text::percent_decoded(text);
    let text = decoded.as_deref().unwrap_or(text);
    if vault::is_arm(text) {
        Kind::KeyVaultId
    } else if key::is_address(text) {
        Kind::KeyId
    } else if tenant::is_tenant_like(text) {
        Kind::TenantId
    } else {
        Kind::Unknown
    }
}

/// What is wrong with IDs that are right each by itself.
pub fn together(vault: Option<&VaultId>, key: Option<&KeyId>, tenant: Option<&TenantId>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let (Some(vault), Some(key)) = (vault, key)
        && vault.name() != key.vault()
    {
        for field in [Field::KeyVaultId, Field::KeyId] {
            findings.push(
                Finding::about(field, Code::IdsVaultDiffers)
                    .with("vault", vault.name().as_str())
                    .with("other", key.vault().as_str()),
            );
        }
    }
    if let Some(key) = key
        && key.cloud() != AzureCloud::Public
    {
        findings.push(Finding::about(Field::KeyId, Code::IdsOtherCloud).with("cloud", key.cloud().name()));
    }
    if let (Some(vault), Some(tenant)) = (vault, tenant)
        && vault.subscription().guid() == tenant.guid()
    {
        findings.push(Finding::about(Field::TenantId, Code::IdsTenantIsSubscription));
    }
    findings
}
