//! A key vault and its resource ID.
//!
//! `/subscriptions/{guid}/resourceGroups/{name}/providers/Microsoft.KeyVault/vaults/{name}`; Azure compares all of it
//! blind to case (Azure Resource Manager RPC). Canonical: fixed words as written here, GUID and vault name lower-case,
//! resource group as typed, since people recognise it so.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use super::cloud::{self, Host};
use super::guid::{Guid, NotAnId, SubscriptionId, strip_prefix_ignore_case};
use super::prepare::{self, Prepared, Wanted};
use super::{Checked, key};
use crate::finding::{Code, Field, Finding};
use crate::text::search::{find_ignore_case, holds};
use crate::text::{self, letters};

/// The name of a key vault: 3 to 24 letters, digits and single hyphens, a letter first, no hyphen last (Azure Key
/// Vault, ARM vaults PUT).
///
/// Kept lower-case, and in place: it is too short for memory of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VaultName(
    /// What the name does not fill is zero.
    [u8; 24],
);

impl VaultName {
    /// Reads a name, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, rest) = VaultName::first_in(text)?;
        if rest.is_empty() { Some(name) } else { None }
    }

    /// Reads the name that a text begins with, and what follows it.
    pub(super) fn first_in(text: &str) -> Option<(Self, &str)> {
        let mut letters = [0; 24];
        let mut length = 0;
        // A hyphen stands between letters or digits: not first, not last, not beside another.
        let mut before = b'-';
        for (letter, typed) in letters.iter_mut().zip(text.bytes()) {
            if !(typed.is_ascii_alphanumeric() || (typed == b'-' && before != b'-')) {
                break;
            }
            *letter = typed | b' '; // Lower-case, if it is a letter; else it has this bit.
            before = typed;
            length += 1;
        }
        let fits = length >= 3 && before != b'-' && letters.first()?.is_ascii_lowercase();
        if fits { Some((VaultName(letters), text.get(length..)?)) } else { None }
    }

    /// The name, lower-case.
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|letter| *letter == 0).unwrap_or(self.0.len());
        std::str::from_utf8(self.0.get(..end).unwrap_or_default()).unwrap_or_default()
    }
}

impl fmt::Display for VaultName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The resource ID of a key vault. Equal if Azure would call them equal.
#[derive(Clone, Debug)]
pub struct VaultId {
    subscription: SubscriptionId,
    resource_group: String,
    name: VaultName,
}

impl VaultId {
    /// Reads a resource ID, in any case; nothing around it.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = strip_prefix_ignore_case(text, "/subscriptions/")?;
        let (subscription, rest) = rest.split_once('/')?;
        let rest = strip_prefix_ignore_case(rest, "resourceGroups/")?;
        let (group, rest) = rest.split_once('/')?;
        let name = strip_prefix_ignore_case(rest, "providers/Microsoft.KeyVault/vaults/")?;
        let subscription = SubscriptionId::parse(subscription)?;
        if subscription.guid().is_zero() || !is_resource_group(group) {
            return None;
        }
        Some(VaultId { subscription, resource_group: group.to_owned(), name: VaultName::parse(name)? })
    }

    /// The subscription.
    pub fn subscription(&self) -> SubscriptionId {
        self.subscription
    }

    /// The resource group, in the case in which it was typed.
    pub fn resource_group(&self) -> &str {
        &self.resource_group
    }

    /// The vault's name.
    pub fn name(&self) -> &VaultName {
        &self.name
    }

    /// The same place with another vault.
    pub(super) fn with_name(&self, name: &VaultName) -> Self {
        VaultId { name: *name, ..self.clone() }
    }

    /// The canonical text with every letter lower-case, for comparing and deriving.
    pub(crate) fn folded(&self) -> String {
        self.canonical().to_lowercase()
    }

    /// The canonical form.
    pub(super) fn canonical(&self) -> String {
        let mut text = String::with_capacity(160);
        text.push_str("/subscriptions/");
        self.subscription.guid().push_to(&mut text);
        text.push_str("/resourceGroups/");
        text.push_str(&self.resource_group);
        text.push_str("/providers/Microsoft.KeyVault/vaults/");
        text.push_str(self.name.as_str());
        text
    }
}

impl PartialEq for VaultId {
    fn eq(&self, other: &Self) -> bool {
        self.subscription == other.subscription
            && self.name == other.name
            && (self.resource_group == other.resource_group
                || self.resource_group.to_lowercase() == other.resource_group.to_lowercase())
    }
}

impl Eq for VaultId {}

impl Hash for VaultId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.subscription.hash(state);
        self.name.hash(state);
        self.resource_group.to_lowercase().hash(state);
    }
}

impl fmt::Display for VaultId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.canonical())
    }
}

impl FromStr for VaultId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        VaultId::parse(text).ok_or(NotAnId)
    }
}

/// 1 to 90 letters or digits of any script, `-_().`, no full stop last (Azure Resource Manager RPC, resource groups).
pub(super) fn is_resource_group(text: &str) -> bool {
    let short = (1..=90).contains(&text.len()) || (1..=90).contains(&text.chars().take(91).count());
    short
        && !text.ends_with('.')
        && text
            .chars()
            .all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '(' | ')' | '.'))
}

pub(super) const JSON_NAMES: &[&str] =
    &["key_vault_id", "keyVaultId", "vault_id", "id", "resourceId", "scope"];

pub(super) fn fits_json(value: &str) -> bool {
    strip_prefix_ignore_case(value.trim(), "/subscriptions/").is_some()
}

const WANTED: Wanted = Wanted { field: Field::KeyVaultId, names: JSON_NAMES, fits: fits_json };

/// Whether a text is meant as a resource ID, or holds one in an address.
pub(super) fn is_arm(text: &str) -> bool {
    text.starts_with('/')
        || strip_prefix_ignore_case(text, "subscriptions/").is_some()
        || (find_ignore_case(text, "/subscriptions/").is_some() && !text.contains(char::is_whitespace))
}

/// The ID if nothing is to be repaired and nothing to be told.
pub(super) fn as_it_stands(input: &str) -> Option<VaultId> {
    VaultId::parse(input).filter(|_| input.is_ascii())
}

/// Checks a pasted text as the resource ID of a key vault.
pub fn key_vault_id(input: &str) -> Checked<VaultId> {
    if let Some(vault) = as_it_stands(input) {
        return Checked::ok(vault);
    }
    match prepare::prepare(input, &WANTED) {
        Ok(prepared) => check(prepared),
        Err(findings) => Checked::rejected(findings),
    }
}

fn about(code: Code) -> Finding {
    Finding::about(Field::KeyVaultId, code)
}

fn check(prepared: Prepared<'_>) -> Checked<VaultId> {
    let Prepared { text, mut findings } = prepared;
    let decoded = text::percent_decoded(&text);
    if decoded.is_some() {
        findings.push(about(Code::TextPercent));
    }
    let whole = decoded.as_deref().unwrap_or(&text);
    let mut text = whole;
    let address = holds(text, "://");
    if address && let Some(start) = find_ignore_case(text, "/subscriptions/") {
        findings.push(about(Code::VaultIdPortalAddress));
        text = text.get(start..).unwrap_or(text);
    } else if let Some(finding) = something_else(text) {
        findings.push(finding);
        return Checked::rejected(findings);
    }
    // Three full stops may stand in the name of a resource group.
    if let Some(part) = prepare::placeholder(text)
        && VaultId::parse(text).is_none()
    {
        findings.push(about(Code::VaultIdPlaceholder).with("text", part));
        return Checked::rejected(findings);
    }
    if text.contains(char::is_whitespace) {
        findings.push(about(Code::TextSpaceInside));
        return Checked::rejected(findings);
    }
    let (text, query) = prepare::without_query(text);
    if query && !address {
        findings.push(about(Code::VaultIdQuery));
    }
    if !text.starts_with('/') {
        findings.push(about(Code::VaultIdSlashAdded));
    }
    let path = prepare::segments(text);
    if path.doubled {
        findings.push(about(Code::VaultIdSlashes));
    }
    if path.trailing {
        findings.push(about(Code::VaultIdTrailingSlash));
    }
    let value = match arm(&path.parts) {
        Arm::Vault { subscription, group, name, rest } => {
            if !rest.is_empty() && !address {
                findings.push(left_out(&path, rest));
            }
            vault(subscription, group, name, &mut findings)
        }
        other => {
            findings.extend(wrong(&other));
            None
        }
    };
    Checked { value, findings }
}

/// What stands where a resource ID belongs, if it is something that has a name.
fn something_else(text: &str) -> Option<Finding> {
    if prepare::guid_in_any_form(text).is_some() {
        return Some(about(Code::VaultIdIsGuid));
    }
    if is_arm(text) {
        return None;
    }
    if let Some(part) = prepare::placeholder(text)
        && !text.contains(char::is_whitespace)
    {
        return Some(about(Code::VaultIdPlaceholder).with("text", part));
    }
    if key::is_address(text) {
        let (host, path) = key::host_and_path(text);
        let known = !matches!(cloud::host(host), Host::Unknown | Host::Portal);
        let names_object = prepare::segments(path).parts.len() >= 2;
        return Some(about(match (known, names_object) {
            (true, true) => Code::VaultIdIsKeyId,
            (true, false) => Code::VaultIdIsVaultUri,
            _ => Code::VaultIdShape,
        }));
    }
    if VaultName::parse(text).is_some() {
        return Some(about(Code::VaultIdIsName).with("text", text));
    }
    Some(about(Code::VaultIdShape))
}

/// Tells what stood behind the vault's name.
fn left_out(path: &prepare::Segments<'_>, rest: &[&str]) -> Finding {
    let object = ["keys", "secrets", "certificates"];
    let child =
        rest.first().is_some_and(|first| object.iter().any(|known| first.eq_ignore_ascii_case(known)))
            && (rest.len() > 1 || path.trailing);
    let mut text = String::new();
    for part in rest {
        text.push('/');
        text.push_str(part);
    }
    let code = if child { Code::VaultIdChildRemoved } else { Code::VaultIdRestRemoved };
    about(code).with("text", &text)
}

fn vault(subscription: Guid, group: &str, name: &str, findings: &mut Vec<Finding>) -> Option<VaultId> {
    let mut whole = true;
    if subscription.is_zero() {
        findings.push(about(Code::VaultIdZeroSubscription));
        whole = false;
    }
    if !is_resource_group(group) {
        findings.push(about(Code::VaultIdResourceGroup).with("text", group));
        whole = false;
    } else if group.contains(|letter: char| letter.is_ascii_alphabetic())
        && let Some((letter, seen)) = letters::first_look_alike(group)
    {
        findings.push(letters::told(about(Code::TextMixedLetters), letter, seen));
    }
    let Some(name) = VaultName::parse(name) else {
        findings.push(prepare::bad_name(Field::KeyVaultId, Code::VaultIdVaultName, name));
        return None;
    };
    if whole {
        Some(VaultId { subscription: subscription.into(), resource_group: group.to_owned(), name })
    } else {
        None
    }
}

/// What a path in the form of a resource ID names.
pub(crate) enum Arm<'p, 'a> {
    Vault {
        subscription: Guid,
        group: &'a str,
        name: &'a str,
        rest: &'p [&'a str],
    },
    ManagedHsm {
        rest: bool,
    },
    Other {
        namespace: &'a str,
        kind: &'a str,
    },
    Subscription,
    ResourceGroup,
    /// Ends before what is named.
    Ends(&'static str),
    BadSubscription(&'a str),
    Nothing,
}

/// Reads the parts of a path as a resource ID.
pub(crate) fn arm<'p, 'a>(parts: &'p [&'a str]) -> Arm<'p, 'a> {
    let is = |text: &str, word: &str| text.eq_ignore_ascii_case(word);
    let (subscription, rest) = match parts {
        [first] if is(first, "subscriptions") => return Arm::Ends("the subscription’s ID"),
        [first, subscription, rest @ ..] if is(first, "subscriptions") => (*subscription, rest),
        _ => return Arm::Nothing,
    };
    let Some(subscription) = Guid::parse(subscription) else { return Arm::BadSubscription(subscription) };
    let (group, rest) = match rest {
        [] => return Arm::Subscription,
        [word] if is(word, "resourceGroups") => return Arm::Ends("the resource group’s name"),
        [word, _] if is(word, "resourceGroups") => return Arm::ResourceGroup,
        [word, group, rest @ ..] if is(word, "resourceGroups") => (Some(*group), rest),
        rest => (None, rest),
    };
    match rest {
        [word, ..] if !is(word, "providers") => Arm::Nothing,
        [] | [_] => Arm::Ends("the provider"),
        [_, _] | [_, _, _] => Arm::Ends("the vault’s name"),
        [_, namespace, kind, name, rest @ ..] => {
            let key_vault = is(namespace, "Microsoft.KeyVault");
            match group {
                Some(group) if key_vault && is(kind, "vaults") => {
                    Arm::Vault { subscription, group, name, rest }
                }
                _ if key_vault && is(kind, "managedHSMs") => Arm::ManagedHsm { rest: !rest.is_empty() },
                _ => Arm::Other { namespace, kind },
            }
        }
    }
}

/// Why a path that is not a vault's is not taken.
fn wrong(arm: &Arm<'_, '_>) -> Vec<Finding> {
    let finding = match arm {
        Arm::Vault { .. } | Arm::Nothing => about(Code::VaultIdShape),
        Arm::ManagedHsm { rest: false } => about(Code::VaultIdManagedHsm),
        Arm::ManagedHsm { rest: true } => {
            return vec![
                about(Code::VaultIdManagedHsm),
                about(Code::VaultIdOtherResource).with("type", "something inside a Managed HSM"),
            ];
        }
        Arm::Other { namespace, kind } => {
            let mut name = String::from(*namespace);
            name.push('/');
            name.push_str(kind);
            about(Code::VaultIdOtherResource).with("type", &name)
        }
        Arm::Subscription => about(Code::VaultIdSubscriptionOnly),
        Arm::ResourceGroup => about(Code::VaultIdResourceGroupOnly),
        Arm::Ends(missing) => about(Code::VaultIdIncomplete).with("missing", missing),
        Arm::BadSubscription(text) => prepare::bad_name(Field::KeyVaultId, Code::VaultIdSubscription, text),
    };
    vec![finding]
}
