//! A key and its identifier without version.
//!
//! `https://{vault}.vault.azure.net/keys/{name}`; Azure compares identifiers blind to case (Azure Key Vault, object
//! identifiers). Canonical: host lower-case, the key's name as typed.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use super::Checked;
use super::cloud::{self, AzureCloud, Host};
use super::guid::{NotAnId, strip_prefix_ignore_case};
use super::prepare::{self, Prepared, Wanted};
use super::vault::{self, VaultName};
use super::version::KeyVersion;
use crate::finding::{Code, Field, Finding};
use crate::text;
use crate::text::search::{holds, places};

/// The name of a key: 1 to 127 letters, digits and hyphens (Azure Key Vault REST, create key). Kept as typed, compared
/// blind to case.
#[derive(Clone, Debug)]
pub struct KeyName(String);

impl KeyName {
    /// Reads a name.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, rest) = KeyName::first_in(text)?;
        if rest.is_empty() { Some(name) } else { None }
    }

    /// Reads the name that a text begins with, and what follows it.
    fn first_in(text: &str) -> Option<(Self, &str)> {
        let end = text.bytes().position(|byte| !byte.is_ascii_alphanumeric() && byte != b'-');
        let (name, rest) = text.split_at_checked(end.unwrap_or(text.len()))?;
        if name.is_empty() || name.len() > 127 { None } else { Some((KeyName(name.to_owned()), rest)) }
    }

    /// The name as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq for KeyName {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for KeyName {}

impl Hash for KeyName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_ascii_lowercase().hash(state);
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The identifier of a key, without version. Equal if Azure would call them equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyId {
    cloud: AzureCloud,
    vault: VaultName,
    name: KeyName,
}

impl KeyId {
    /// Reads an identifier without version, in any case and any cloud; nothing around it.
    pub fn parse(text: &str) -> Option<Self> {
        let (key, version) = KeyId::parse_with_version(text)?;
        if version.is_none() { Some(key) } else { None }
    }

    /// Reads an identifier and, as it stands, what follows the name and a slash: a version, if it is anything.
    fn parse_with_version(text: &str) -> Option<(Self, Option<&str>)> {
        let rest = strip_prefix_ignore_case(text, "https://")?;
        let (vault, rest) = VaultName::first_in(rest)?;
        let (cloud, rest) = cloud::with_vaults_at(strip_prefix_ignore_case(rest, ".")?)?;
        let (name, rest) = KeyName::first_in(strip_prefix_ignore_case(rest, "/keys/")?)?;
        let version = match rest.as_bytes().first() {
            None => None,
            Some(b'/') => rest.get(1..),
            Some(_) => return None,
        };
        Some((KeyId { cloud, vault, name }, version))
    }

    /// The cloud that the host belongs to.
    pub fn cloud(&self) -> AzureCloud {
        self.cloud
    }

    /// The vault.
    pub fn vault(&self) -> &VaultName {
        &self.vault
    }

    /// The same name of a key in another vault.
    pub(super) fn with_vault(&self, vault: &VaultName) -> Self {
        KeyId { vault: *vault, ..self.clone() }
    }

    /// The key.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The canonical form.
    pub(super) fn canonical(&self) -> String {
        let mut text = String::with_capacity(96);
        text.push_str("https://");
        text.push_str(self.vault.as_str());
        text.push('.');
        text.push_str(self.cloud.vault_suffix());
        text.push_str("/keys/");
        text.push_str(self.name.as_str());
        text
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.canonical())
    }
}

impl FromStr for KeyId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        KeyId::parse(text).ok_or(NotAnId)
    }
}

pub(super) const JSON_NAMES: &[&str] =
    &["kid", "key_id", "keyId", "keyIdentifier", "versionless_id", "keyUri", "keyUriWithVersion", "id"];

pub(super) fn fits_json(value: &str) -> bool {
    strip_prefix_ignore_case(value.trim(), "https://").is_some()
}

const WANTED: Wanted = Wanted { field: Field::KeyId, names: JSON_NAMES, fits: fits_json };

/// Whether a text is meant as an address: it has a scheme, or a host of Key Vault.
pub(super) fn is_address(text: &str) -> bool {
    if holds(text, "://") {
        return true;
    }
    let (host, _) = host_and_path(text);
    !matches!(cloud::host(host), Host::Unknown)
}

/// Host and path of an address, without scheme, port and what follows the path.
pub(crate) fn host_and_path(text: &str) -> (&str, &str) {
    let rest = places(text, "://").next().and_then(|at| text.get(at + "://".len()..)).unwrap_or(text);
    let (rest, _) = prepare::without_query(rest);
    let cut = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(cut);
    (authority.split_once(':').map_or(authority, |(host, _)| host), path)
}

/// The ID if nothing but its version, which most people copy along, is to be removed. Looks at nothing else.
pub(super) fn as_it_stands(input: &str) -> Option<Checked<KeyId>> {
    let (key, version) = KeyId::parse_with_version(input)?;
    if key.cloud != AzureCloud::Public {
        return None;
    }
    let findings = match version {
        Some(version) => vec![Finding::of_version(KeyVersion::parse(version)?)],
        None => Vec::new(),
    };
    Some(Checked { value: Some(key), findings })
}

/// Checks a pasted text as a key identifier.
pub fn key_id(input: &str) -> Checked<KeyId> {
    if let Some(checked) = as_it_stands(input) {
        return checked;
    }
    match prepare::prepare(input, &WANTED) {
        Ok(prepared) => check(prepared),
        Err(findings) => Checked::rejected(findings),
    }
}

fn about(code: Code) -> Finding {
    Finding::about(Field::KeyId, code)
}

fn check(prepared: Prepared<'_>) -> Checked<KeyId> {
    let Prepared { text, mut findings } = prepared;
    let decoded = text::percent_decoded(&text);
    if decoded.is_some() {
        findings.push(about(Code::TextPercent));
    }
    let text = decoded.as_deref().unwrap_or(&text);
    if prepare::guid_in_any_form(text).is_some() {
        findings.push(about(Code::KeyIdIsGuid));
        return Checked::rejected(findings);
    }
    let meant = is_address(text) || vault::is_arm(text);
    if let Some(part) = prepare::placeholder(text)
        && (meant || !text.contains(char::is_whitespace))
    {
        findings.push(about(Code::KeyIdPlaceholder).with("text", part));
        return Checked::rejected(findings);
    }
    if meant && text.contains(char::is_whitespace) {
        findings.push(about(Code::TextSpaceInside));
        return Checked::rejected(findings);
    }
    if is_address(text) {
        return Address::read(text, findings).checked();
    }
    findings.push(match from_arm(text) {
        Some(key) => {
            findings.push(about(Code::KeyIdFromArm).with("value", &key.to_string()));
            return Checked { value: Some(key), findings };
        }
        None if vault::is_arm(text) => about(Code::KeyIdIsVaultId),
        None => about(Code::KeyIdShape),
    });
    Checked::rejected(findings)
}

/// The key that the ARM resource ID of a key names: `…/vaults/{vault}/keys/{key}[/versions/{version}]`.
fn from_arm(text: &str) -> Option<KeyId> {
    let path = prepare::segments(prepare::without_query(text).0);
    let vault::Arm::Vault { name: vault, rest: [keys, name, ..], .. } = vault::arm(&path.parts) else {
        return None;
    };
    if !keys.eq_ignore_ascii_case("keys") {
        return None;
    }
    Some(KeyId { cloud: AzureCloud::Public, vault: VaultName::parse(vault)?, name: KeyName::parse(name)? })
}

/// An address being read: what is known of it so far, and what there is to tell.
struct Address {
    findings: Vec<Finding>,
    vault: Option<(AzureCloud, VaultName)>,
    name: Option<KeyName>,
    wrong: bool,
}

impl Address {
    fn read(text: &str, findings: Vec<Finding>) -> Self {
        let mut address = Address { findings, vault: None, name: None, wrong: false };
        let (text, query) = prepare::without_query(text);
        if query {
            address.tell(Code::KeyIdQuery);
        }
        let Some(rest) = address.scheme(text) else { return address };
        let cut = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(cut);
        let host = address.port(authority);
        if cloud::host(host) == Host::Portal {
            address.refuse(about(Code::KeyIdPortalAddress));
            return address;
        }
        address.host(host);
        address.path(path);
        address
    }

    fn checked(self) -> Checked<KeyId> {
        let value = match (self.vault, self.name) {
            (Some((cloud, vault)), Some(name)) if !self.wrong => Some(KeyId { cloud, vault, name }),
            _ => None,
        };
        Checked { value, findings: self.findings }
    }

    fn tell(&mut self, code: Code) {
        self.findings.push(about(code));
    }

    fn refuse(&mut self, finding: Finding) {
        self.findings.push(finding);
        self.wrong = true;
    }

    fn scheme<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        if let Some(rest) = strip_prefix_ignore_case(text, "https://") {
            Some(rest)
        } else if let Some(rest) = strip_prefix_ignore_case(text, "http://") {
            self.refuse(about(Code::KeyIdHttp));
            Some(rest)
        } else if holds(text, "://") {
            self.refuse(about(Code::KeyIdShape));
            None
        } else {
            self.tell(Code::KeyIdSchemeAdded);
            Some(text.trim_start_matches('/'))
        }
    }

    fn port<'t>(&mut self, authority: &'t str) -> &'t str {
        match authority.split_once(':') {
            Some((host, "443")) => {
                self.tell(Code::KeyIdPortRemoved);
                host
            }
            Some((host, port)) => {
                self.refuse(about(Code::KeyIdOtherPort).with("port", port));
                host
            }
            None => authority,
        }
    }

    fn host(&mut self, host: &str) {
        let (cloud, name) = match cloud::host(host) {
            Host::Vault(AzureCloud::Public, name) => (AzureCloud::Public, name),
            Host::PrivateLink(name) => {
                let mut plain = name.to_ascii_lowercase();
                plain.push_str(".vault.azure.net");
                self.findings
                    .push(about(Code::KeyIdPrivateLinkHost).with("host", host).with("value", &plain));
                (AzureCloud::Public, name)
            }
            Host::Vault(cloud, _) => {
                return self.refuse(about(Code::KeyIdOtherCloud).with("cloud", cloud.name()));
            }
            Host::ManagedHsm(..) => return self.refuse(about(Code::KeyIdManagedHsm)),
            Host::Portal | Host::Unknown => {
                return self.refuse(
                    prepare::bad_name(Field::KeyId, Code::KeyIdUnknownHost, host).with("host", host),
                );
            }
        };
        match VaultName::parse(name) {
            Some(vault) => self.vault = Some((cloud, vault)),
            None => self.refuse(prepare::bad_name(Field::KeyId, Code::KeyIdVaultName, name)),
        }
    }

    fn path(&mut self, path: &str) {
        let path = prepare::segments(path);
        if path.doubled {
            self.tell(Code::KeyIdSlashes);
        }
        let [collection, name, rest @ ..] = path.parts.as_slice() else {
            if let [collection] = path.parts.as_slice() {
                self.collection(collection);
            }
            return self.refuse(about(Code::KeyIdNameMissing));
        };
        if path.trailing {
            self.tell(Code::KeyIdTrailingSlash);
        }
        self.collection(collection);
        match KeyName::parse(name) {
            Some(name) => self.name = Some(name),
            None => self.refuse(prepare::bad_name(Field::KeyId, Code::KeyIdKeyName, name)),
        }
        let version = rest.first().and_then(|text| KeyVersion::parse(text));
        match (version, rest) {
            (_, []) => {}
            (Some(version), [_]) => self.findings.push(Finding::of_version(version)),
            (None, [other]) if other.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                self.findings.push(about(Code::KeyIdNotAVersion).with("text", other).with("name", name));
            }
            (_, more) => self.refuse(about(Code::KeyIdExtraSegments).with("text", &more.join("/"))),
        }
    }

    fn collection(&mut self, collection: &str) {
        let code = match collection.to_ascii_lowercase().as_str() {
            "keys" => return,
            "secrets" => Code::KeyIdSecret,
            "certificates" => Code::KeyIdCertificate,
            "deletedkeys" => Code::KeyIdDeletedKey,
            _ => Code::KeyIdCollection,
        };
        self.refuse(about(code).with("text", collection));
    }
}
