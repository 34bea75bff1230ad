//! Says what every piece of a text is.

use super::names::{self, Meaning};
use super::pieces::{How, Piece, Pieces};
use super::shapes::{
    arm_start, decoded, guid_in, host_of, parts, percent, short, trimmed, vault_uri, without_more,
};
use super::{Collected, Confidence, Found, Kind, Origin, Place};
use crate::finding::{Code, Field, Finding};
use crate::id::cloud::{self, AzureCloud, Host};
use crate::id::prepare::segments;
use crate::id::vault::{self, Arm};
use crate::id::{self, Guid, KeyName, VaultName, key, tenant};
use crate::region;
use crate::text::search::find_ignore_case;

/// Every ID of a text whose escapes are undone.
pub(super) fn every(text: &str) -> Vec<Found> {
    let mut judge = Judge {
        pieces: Pieces::new(text),
        text,
        collected: Collected::default(),
        ids: Vec::new(),
        beside: Vec::new(),
    };
    while let Some(piece) = judge.pieces.next() {
        if judge.piece(&piece) {
            judge.pieces.claim();
        }
    }
    judge.finish()
}

/// What is known of a pair of brackets by the names in it.
#[derive(Clone, Copy, Default)]
struct Beside {
    tenant: bool,
    application: bool,
}

/// A part of a piece: an address may hold another one.
struct Part<'p> {
    text: &'p str,
    /// Whether percent-encoding was undone.
    decoded: bool,
    /// Whether the piece is an address of the portal.
    portal: bool,
    /// Whether it stands inside an address.
    inside: bool,
}

struct Judge<'t> {
    pieces: Pieces<'t>,
    text: &'t str,
    collected: Collected,
    /// GUIDs under the name `id`, each with its brackets.
    ids: Vec<(Guid, Origin, usize)>,
    /// By brackets.
    beside: Vec<Beside>,
}

/// Stand under `location` and are no region.
const NO_REGIONS: [&str; 4] = ["global", "null", "true", "false"];

/// The Entra hosts that a tenant follows, in all clouds (Azure CLI, clouds; Microsoft identity platform, issuers).
const LOGIN_HOSTS: [&str; 8] = [
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.microsoftonline.de",
    "login.chinacloudapi.cn",
    "login.partner.microsoftonline.cn",
    "login.sovcloud-identity.fr",
    "login.windows.net",
    "sts.windows.net",
];

impl<'t> Judge<'t> {
    /// Whether the piece was an ID.
    fn piece(&mut self, piece: &Piece<'t>) -> bool {
        let (run, decoded) = decoded(trimmed(piece.text));
        let portal = cloud::host(key::host_and_path(&run).0) == Host::Portal;
        let mut known = false;
        for (count, part) in parts(&run).into_iter().enumerate() {
            known |= self.part(&Part { text: part, decoded, portal, inside: count > 0 }, piece);
        }
        known
    }

    fn part(&mut self, part: &Part<'_>, piece: &Piece<'t>) -> bool {
        let text = part.text;
        let (host, path) = key::host_and_path(text);
        let host_kind = cloud::host(host);
        let in_vault = !matches!(host_kind, Host::Unknown | Host::Portal);
        if host_kind == Host::Portal {
            self.portal_tenant(text, piece);
        }
        if in_vault {
            let whole = if part.inside { without_more(text) } else { text };
            self.vault_host(&Part { text: whole, ..*part }, host, piece);
        }
        if let Some(start) = arm_start(text) {
            self.arm(part, start, piece);
            true
        } else if in_vault {
            true
        } else if LOGIN_HOSTS.iter().any(|known| host.eq_ignore_ascii_case(known)) {
            self.login(path, piece);
            true
        } else if let Some(path) = text.strip_prefix("/tenants/") {
            self.login(path, piece);
            true
        } else if text.contains("://") || host_kind == Host::Portal {
            false
        } else {
            self.value(text, piece)
        }
    }

    /// `https://portal.azure.com/#@{tenant}/…`
    fn portal_tenant(&mut self, part: &str, piece: &Piece<'t>) {
        let tenant = part.split_once("#@").and_then(|(_, rest)| rest.split('/').next()).unwrap_or("");
        if Guid::parse(tenant).is_some() || tenant.contains('.') {
            self.tenant(tenant, Confidence::Likely, at(Place::Portal, piece));
        }
    }

    /// `https://login.microsoftonline.com/{tenant}/…`
    fn login(&mut self, path: &str, piece: &Piece<'t>) {
        let tenant = path.trim_start_matches('/').split(['/', '?']).next().unwrap_or("");
        if Guid::parse(tenant).is_some() || tenant.contains('.') {
            self.tenant(tenant, Confidence::Likely, at(Place::Login, piece));
        }
    }

    fn arm(&mut self, part: &Part<'_>, start: usize, piece: &Piece<'t>) {
        let decoded = part.decoded;
        let Some(path) = part.text.get(start..) else { return };
        let (path, _) = id::prepare::without_query(path);
        let split = segments(path);
        let origin = self.origin_of(part, piece);
        match vault::arm(&split.parts) {
            Arm::Vault { rest, .. } => {
                let checked = id::key_vault_id(if part.text.contains("://") { part.text } else { path });
                let value = checked.value.as_ref().map_or_else(|| path.to_owned(), ToString::to_string);
                self.add(
                    Kind::KeyVaultId,
                    value,
                    percent(checked.findings, Field::KeyVaultId, decoded),
                    origin.clone(),
                );
                if let [keys, _, ..] = rest
                    && keys.eq_ignore_ascii_case("keys")
                    && let checked = id::key_id(path)
                    && let Some(key) = checked.value
                {
                    self.add(
                        Kind::KeyId,
                        key.to_string(),
                        percent(checked.findings, Field::KeyId, decoded),
                        origin,
                    );
                }
            }
            Arm::ManagedHsm { .. } => {
                let told = vec![Finding::about(Field::KeyVaultId, Code::VaultIdManagedHsm)];
                self.add(Kind::ManagedHsm, path.to_owned(), told, origin);
            }
            Arm::Subscription => {
                let guid = split.parts.get(1).and_then(|guid| Guid::parse(guid));
                self.guid(Kind::SubscriptionId, guid, origin);
            }
            Arm::BadSubscription(_) | Arm::Ends(_)
                if find_ignore_case(path, "microsoft.keyvault").is_some() =>
            {
                let checked = id::key_vault_id(path);
                self.add(Kind::KeyVaultId, path.to_owned(), checked.findings, origin);
            }
            Arm::BadSubscription(_)
            | Arm::Ends(_)
            | Arm::ResourceGroup
            | Arm::Other { .. }
            | Arm::Nothing => {}
        }
    }

    /// An address on a host of Key Vault: a key, something else in a vault, or the vault itself.
    fn vault_host(&mut self, part: &Part<'_>, host: &str, piece: &Piece<'t>) {
        let origin = if part.portal { self.origin_of(part, piece) } else { self.origin(piece) };
        let (part, decoded) = (part.text, part.decoded);
        let names_object = segments(key::host_and_path(part).1).parts.len() >= 2;
        let told = |code| vec![Finding::about(Field::KeyId, code)];
        match cloud::host(host) {
            Host::ManagedHsm(..) => {
                self.add(Kind::ManagedHsm, part.to_owned(), told(Code::KeyIdManagedHsm), origin);
            }
            _ if names_object => {
                let checked = id::key_id(part);
                let value = checked.value.as_ref().map_or_else(|| part.to_owned(), ToString::to_string);
                self.add(Kind::KeyId, value, percent(checked.findings, Field::KeyId, decoded), origin);
            }
            Host::Vault(cloud, name) if VaultName::parse(name).is_some() => {
                let findings = if cloud == AzureCloud::Public {
                    Vec::new()
                } else {
                    vec![Finding::new(Code::IdsOtherCloud).with("cloud", cloud.name())]
                };
                self.add(Kind::VaultUri, vault_uri(name, cloud), findings, origin);
            }
            Host::PrivateLink(name) if VaultName::parse(name).is_some() => {
                let value = vault_uri(name, AzureCloud::Public);
                let finding = Finding::about(Field::KeyId, Code::KeyIdPrivateLinkHost)
                    .with("host", host)
                    .with("value", host_of(&value));
                self.add(Kind::VaultUri, value, vec![finding], origin);
            }
            Host::Vault(..) | Host::PrivateLink(_) | Host::Portal | Host::Unknown => {}
        }
    }

    /// A piece that is no address: a GUID, or a value that its name explains.
    fn value(&mut self, part: &str, piece: &Piece<'t>) -> bool {
        let meaning = names::meaning(piece.label).or(piece.name.and_then(|name| names::meaning(name.text)));
        self.remember_beside(meaning, piece.container);
        let origin = self.origin(piece);
        let guid = guid_in(part);
        match (meaning, guid) {
            (Some(Meaning::Tenant), Some(guid)) => {
                let confidence = if self.pieces.inside("managedbytenants") {
                    Confidence::Guess
                } else if self.pieces.inside("accesspolic") || self.pieces.inside("access_polic") {
                    Confidence::Likely
                } else {
                    Confidence::Sure
                };
                self.tenant(guid, confidence, origin);
                true
            }
            (Some(Meaning::Tenant), None) => self.odd_tenant(part, piece, origin),
            (Some(Meaning::OtherTenant), Some(guid)) => {
                self.tenant(guid, Confidence::Guess, origin);
                true
            }
            (Some(Meaning::Subscription), Some(guid)) => {
                self.guid(Kind::SubscriptionId, Guid::parse(guid), origin)
            }
            (Some(Meaning::Application), Some(guid)) => {
                self.guid(Kind::ApplicationId, Guid::parse(guid), origin)
            }
            (Some(Meaning::Object), Some(guid)) => self.guid(Kind::ObjectId, Guid::parse(guid), origin),
            (Some(Meaning::Id), Some(guid)) => {
                if let Some(guid) = Guid::parse(guid) {
                    self.ids.push((guid, origin, piece.container));
                }
                true
            }
            (_, Some(guid)) => self.guid(Kind::Guid, Guid::parse(guid), origin),
            (Some(Meaning::VaultName), None) => self.vault_name(part, piece, origin),
            (Some(Meaning::Region), None) => self.region(piece, origin),
            _ if self.names_key(meaning, piece) => self.key_name(part, piece, origin),
            _ => false,
        }
    }

    fn remember_beside(&mut self, meaning: Option<Meaning>, container: usize) {
        let (Some(meaning), true) = (meaning, container > 0) else { return };
        if self.beside.len() <= container {
            self.beside.resize(container + 1, Beside::default());
        }
        if let Some(beside) = self.beside.get_mut(container) {
            beside.tenant |= matches!(meaning, Meaning::Tenant | Meaning::OtherTenant);
            beside.application |= meaning == Meaning::Application;
        }
    }

    fn tenant(&mut self, text: &str, confidence: Confidence, origin: Origin) {
        let checked = id::tenant_id(text);
        let value = checked.value.as_ref().map_or_else(|| text.to_owned(), ToString::to_string);
        self.collected.add(Found {
            kind: Kind::TenantId,
            value,
            origin,
            findings: checked.findings,
            confidence,
        });
    }

    /// A tenant by its domain, or a GUID in another form, where the name says that it is one.
    fn odd_tenant(&mut self, part: &str, piece: &Piece<'t>, origin: Origin) -> bool {
        let reference = piece.name.is_some_and(|name| name.how == How::Attribute) && !piece.quoted;
        let said = piece.name.is_some_and(|name| names::meaning(name.text) == Some(Meaning::Tenant));
        let fits = said && !reference && tenant::is_tenant_like(part);
        if fits {
            self.tenant(part, Confidence::Sure, origin);
        }
        fits
    }

    fn region(&mut self, piece: &Piece<'t>, origin: Origin) -> bool {
        let named = piece.name.is_some_and(|name| names::meaning(name.text) == Some(Meaning::Region));
        let reference = piece.name.is_some_and(|name| name.how == How::Attribute) && !piece.quoted;
        let whole = trimmed(piece.whole.trim_end());
        let words = whole.match_indices(' ').map(|(cut, _)| cut).chain([whole.len()]).take(4);
        let known = words.filter_map(|cut| region::find(whole.get(..cut)?)).last();
        let name = known.map_or_else(|| region::normalised(whole), |region| region.id.to_owned());
        let fits = known.is_some()
            || (named
                && !reference
                && !whole.contains(' ')
                && region::has_shape(&name)
                && !NO_REGIONS.contains(&name.as_str()));
        if fits {
            self.add(Kind::Region, name, Vec::new(), origin);
        }
        fits
    }

    /// Whether the piece stands where a key's name does: under `keyName`, in the block of a key, behind
    /// `az keyvault key … --name`.
    fn names_key(&self, meaning: Option<Meaning>, piece: &Piece<'t>) -> bool {
        const COMMAND: usize = 200;
        let Some(name) = piece.name else { return false };
        if meaning == Some(Meaning::KeyName) {
            return piece.label.is_empty() && (piece.quoted || name.how != How::Attribute);
        }
        match name.how {
            How::Attribute => {
                name.text == "name" && piece.quoted && self.pieces.inside("azurerm_key_vault_key\"")
            }
            How::Option => {
                let end = piece.start;
                let start = (end.saturating_sub(COMMAND)..=end).find(|at| self.text.is_char_boundary(*at));
                let command = start.and_then(|start| self.text.get(start..end)).unwrap_or("");
                matches!(name.text, "--name" | "-n")
                    && command
                        .rsplit('\n')
                        .next()
                        .is_some_and(|line| names::contains(line, "az keyvault key "))
            }
            How::Json | How::Label => false,
        }
    }

    fn vault_name(&mut self, part: &str, piece: &Piece<'t>, origin: Origin) -> bool {
        let named = piece.name.is_some_and(|name| piece.quoted || name.how != How::Attribute);
        match VaultName::parse(part).filter(|_| named && piece.label.is_empty() && part != "null") {
            Some(name) => {
                self.add(Kind::VaultName, name.as_str().to_owned(), Vec::new(), origin);
                true
            }
            None => false,
        }
    }

    fn key_name(&mut self, part: &str, piece: &Piece<'t>, origin: Origin) -> bool {
        let fits = KeyName::parse(part).is_some() && trimmed(piece.text) == part && part != "null";
        if fits {
            self.add(Kind::KeyName, part.to_owned(), Vec::new(), origin);
        }
        fits
    }

    fn guid(&mut self, kind: Kind, guid: Option<Guid>, origin: Origin) -> bool {
        let Some(guid) = guid.filter(|guid| !guid.is_zero()) else { return false };
        let confidence = if kind == Kind::Guid { Confidence::Guess } else { Confidence::Sure };
        self.collected.add(Found { kind, value: guid.to_string(), origin, findings: Vec::new(), confidence });
        true
    }

    fn add(&mut self, kind: Kind, value: String, findings: Vec<Finding>, origin: Origin) {
        self.collected.add(Found { kind, value, origin, findings, confidence: Confidence::Sure });
    }

    /// Where a part of a piece stands.
    fn origin_of(&self, part: &Part<'_>, piece: &Piece<'t>) -> Origin {
        if part.portal {
            at(Place::Portal, piece)
        } else if piece.name.is_none() && part.text.contains("://") {
            at(Place::Address, piece)
        } else {
            self.origin(piece)
        }
    }

    /// Where a piece stands: under its label or name, or by itself.
    fn origin(&self, piece: &Piece<'t>) -> Origin {
        let place = match piece.name {
            _ if names::meaning(piece.label).is_some() => Place::Named(short(piece.label)),
            Some(name) if name.how == How::Json => Place::Named(self.path_to(name.text)),
            Some(name) => Place::Named(short(name.text)),
            None => Place::Text,
        };
        at(place, piece)
    }

    fn path_to(&self, name: &str) -> String {
        let mut path = self.pieces.path();
        let array = path.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'));
        if !array {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(name);
        }
        path
    }

    /// Says of every `id` what it is by what stands beside it.
    fn finish(mut self) -> Vec<Found> {
        for (guid, origin, container) in std::mem::take(&mut self.ids) {
            let kind = match self.beside.get(container) {
                Some(Beside { application: true, .. }) => Kind::ObjectId,
                Some(Beside { tenant: true, .. }) => Kind::SubscriptionId,
                _ => Kind::Guid,
            };
            self.guid(kind, Some(guid), origin);
        }
        self.collected.found
    }
}

fn at(place: Place, piece: &Piece<'_>) -> Origin {
    Origin { place, line: piece.line, column: piece.column, length: piece.text.chars().count() }
}
