//! Any text → the IDs in it, each with where it came from.
//!
//! One paste may hold everything: the portal's JSON View, output of the Azure CLI, Terraform, an address, a mail. What
//! the text says is taken; what it does not say is never invented, and where it says two things nothing is chosen. Time
//! and memory grow with the text, however it is nested or cut off.

mod choose;
mod judge;
mod names;
mod pieces;
mod shapes;

use std::collections::BTreeMap;
use std::fmt;

use crate::finding::{Code, Finding, Severity};
use crate::id::{self, KeyId, Known, KnownKind, TenantId, VaultId};
use crate::language::en;
use crate::text;

/// What was recognised in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// Every ID, in the order of the text; the same one once, from where it is told best.
    pub found: Vec<Found>,
    /// The resource ID of the one vault that the text names.
    pub key_vault_id: Option<Chosen<VaultId>>,
    /// The identifier of the one key that the text names.
    pub key_id: Option<Chosen<KeyId>>,
    /// The one tenant that the text names.
    pub tenant_id: Option<Chosen<TenantId>>,
    /// What there is to tell of the text as a whole: what is ambiguous, what is missing, what does not fit together.
    pub findings: Vec<Finding>,
}

/// An ID chosen for a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen<T> {
    /// The ID.
    pub value: T,
    /// Its place in [`Recognised::found`].
    pub index: usize,
}

/// How much of the three IDs a text gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// All three, and nothing stands against them.
    Recognised,
    /// Something.
    Partial,
    /// No ID at all.
    Nothing,
    /// The text looks like it holds a secret and was refused.
    Secret,
}

impl Status {
    /// `recognised`, `partial`, `nothing`, `secret`.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Recognised => "recognised",
            Status::Partial => "partial",
            Status::Nothing => "nothing",
            Status::Secret => "secret",
        }
    }
}

impl Recognised {
    /// How much the text gave.
    pub fn status(&self) -> Status {
        let wrong = self.findings.iter().any(|finding| finding.severity() == Severity::Error);
        if self.findings.iter().any(|finding| finding.code == Code::InputSecret) {
            Status::Secret
        } else if self.found.is_empty() {
            Status::Nothing
        } else if self.key_vault_id.is_some() && self.key_id.is_some() && self.tenant_id.is_some() && !wrong {
            Status::Recognised
        } else {
            Status::Partial
        }
    }

    /// The GUIDs of which the text says what they are, for [`id::repair`].
    pub fn known(&self) -> Vec<Known> {
        let of = |found: &Found| {
            let kind = match found.kind {
                Kind::TenantId if found.confidence == Confidence::Sure => KnownKind::Tenant,
                Kind::ApplicationId => KnownKind::Application,
                Kind::ObjectId => KnownKind::Object,
                _ => return None,
            };
            Some(Known { guid: id::Guid::parse(&found.value)?, kind })
        };
        self.found.iter().filter_map(of).collect()
    }

    fn nothing(findings: Vec<Finding>) -> Self {
        Recognised { found: Vec::new(), key_vault_id: None, key_id: None, tenant_id: None, findings }
    }
}

/// An ID in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// The canonical form; as it stands in the text when it cannot be used.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
    /// What was repaired and what is wrong with it.
    pub findings: Vec<Finding>,
    /// How plainly the text says that it is this.
    pub confidence: Confidence,
}

impl Found {
    /// Whether nothing is wrong with it.
    pub fn usable(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity() != Severity::Error)
    }
}

/// What a recognised ID is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Resource ID of a key vault.
    KeyVaultId,
    /// Identifier of a key.
    KeyId,
    /// A tenant, by its GUID or (not usable) by its domain.
    TenantId,
    /// A subscription.
    SubscriptionId,
    /// An application (client).
    ApplicationId,
    /// An object of a directory: a user, a group, a service principal.
    ObjectId,
    /// A GUID of which the text does not say what it is.
    Guid,
    /// The address of a key vault.
    VaultUri,
    /// The name of a key vault, where it stands under that name.
    VaultName,
    /// The name of a key.
    KeyName,
    /// An Azure region.
    Region,
    /// A Managed HSM, or something in one.
    ManagedHsm,
}

impl Kind {
    /// `key-vault-id`, `key-id`, `tenant-id`, and so on.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::KeyVaultId => "key-vault-id",
            Kind::KeyId => "key-id",
            Kind::TenantId => "tenant-id",
            Kind::SubscriptionId => "subscription-id",
            Kind::ApplicationId => "application-id",
            Kind::ObjectId => "object-id",
            Kind::Guid => "guid",
            Kind::VaultUri => "vault-uri",
            Kind::VaultName => "vault-name",
            Kind::KeyName => "key-name",
            Kind::Region => "region",
            Kind::ManagedHsm => "managed-hsm",
        }
    }
}

/// How plainly a text says what an ID is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// Nothing says so, or it is said of something else nearby, such as the home of an account.
    Guess,
    /// By the address in which it stands.
    Likely,
    /// By its form or its name.
    Sure,
}

/// Where an ID came from. Displayed in a few words: `properties.tenantId, line 12`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// In what it stood.
    pub place: Place,
    /// The line of the text, counted from 1.
    pub line: usize,
    /// Where on the line the word starts that holds it, in characters from 1. Escapes count as what they stand for.
    pub column: usize,
    /// How many characters that word has.
    pub length: usize,
}

/// In what an ID stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Under a name: the path in JSON, an attribute, an option of a command, a label.
    Named(String),
    /// In an address of the Azure portal.
    Portal,
    /// In an address for signing in, or in the name of an issuer of tokens.
    Login,
    /// In another address.
    Address,
    /// By itself.
    Text,
    /// Not as such: put together from other things that the text says.
    Made,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::from(en::place(&self.place));
        text.push_str(", ");
        text.push_str(en::LINE);
        text.push(' ');
        text.push_str(&self.line.to_string());
        f.write_str(&text)
    }
}

/// What a text gave so far.
#[derive(Default)]
struct Collected {
    found: Vec<Found>,
    /// Kind and value, blind to case, and where they stand in `found`.
    seen: BTreeMap<(Kind, String), usize>,
}

impl Collected {
    /// Adds an ID; of the same one that told best is kept.
    fn add(&mut self, found: Found) {
        let key = (found.kind, found.value.to_lowercase());
        let place = *self.seen.entry(key).or_insert(self.found.len());
        match self.found.get_mut(place) {
            None => self.found.push(found),
            Some(known) if found.confidence > known.confidence => *known = found,
            Some(_) => {}
        }
    }
}

/// Finds every ID in a text.
///
/// A text that looks like it holds a secret is refused as a whole and nothing of it is repeated.
pub fn recognise(input: &str) -> Recognised {
    if text::looks_secret(input) {
        return Recognised::nothing(vec![Finding::new(Code::InputSecret)]);
    }
    let mut findings = Vec::new();
    let plain = text::plain(input, &mut findings);
    let unescaped = shapes::without_escapes(&plain);
    let found = judge::every(&unescaped);
    if found.is_empty() { Recognised::nothing(why_nothing(input)) } else { choose::choose(found, findings) }
}

/// Why there is no ID in a text: what is wrong with it if it is one piece, else just that.
fn why_nothing(input: &str) -> Vec<Finding> {
    let text = first_part(input);
    let (_, checked) = id::any(text);
    if text.contains(char::is_whitespace) {
        vec![Finding::new(Code::InputUnrecognised).with("text", text)]
    } else {
        checked.findings().to_vec()
    }
}

/// Enough of a text to say why there is no ID in it.
fn first_part(input: &str) -> &str {
    const MOST: usize = 4096;
    let trimmed = input.trim();
    match trimmed.char_indices().nth(MOST) {
        Some((cut, _)) => trimmed.get(..cut).unwrap_or(""),
        None => trimmed,
    }
}
