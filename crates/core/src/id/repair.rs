//! Repairs that one click makes: values in each other's fields, the same value twice, an ID that another one holds.
//!
//! The checks of single fields say what is wrong with each; here the three raw texts of the form are seen together. A
//! repair sets fields to values and nothing else; it is offered only where it leaves less wrong than before.

use super::{Guid, KeyId, TenantId, VaultId, key_id, key_vault_id, tenant_id};
use crate::finding::{Code, Field, Finding};
use crate::text;

/// What a GUID is known to be, from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownKind {
    /// A tenant.
    Tenant,
    /// An application (client), such as Confluent's.
    Application,
    /// An object of a directory: a user, a group, a service principal.
    Object,
}

/// A GUID of which something is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The GUID.
    pub guid: Guid,
    /// What it is.
    pub kind: KnownKind,
}

/// A repair in one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// What is wrong, and what the repair does.
    pub finding: Finding,
    /// The fields to set, each with its new text; an empty text empties the field.
    pub sets: Vec<(Field, String)>,
}

const FIELDS: [Field; 3] = [Field::KeyVaultId, Field::KeyId, Field::TenantId];
const VAULT: usize = 0;
const KEY: usize = 1;
const TENANT: usize = 2;

/// The repairs that the three texts of the form allow; alternatives where there are several.
///
/// `known` are GUIDs of which the caller knows what they are, for example the application ID of a registered key or
/// what a paste told; only with them an application or object can be told from a tenant.
pub fn repair(vault_text: &str, key_text: &str, tenant_text: &str, known: &[Known]) -> Vec<Repair> {
    let form = Form::read([vault_text, key_text, tenant_text], known);
    let mut repairs = Vec::new();
    let placed = form.placed();
    // Where something is moved, what is wrong moves, or holds nothing that another field could take.
    if placed.is_none() {
        for field in (0..3).filter(|field| !form.right(*field)) {
            repairs.extend(form.also_held(field).or_else(|| form.same_twice(field)));
        }
    }
    repairs.extend(form.wrong_tenant());
    repairs.extend(form.other_vault());
    placed.into_iter().chain(repairs).collect()
}

/// Whether what the checks found leaves hope for a repair: an ID of another kind, or more IDs than the field takes.
/// Cheap, for whoever fetches [`repair`] only when it is needed.
pub fn repair_may_help<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> bool {
    findings.into_iter().any(|finding| {
        matches!(
            finding.code,
            Code::VaultIdIsKeyId
                | Code::VaultIdShape
                | Code::KeyIdShape
                | Code::TenantIdShape
                | Code::VaultIdIsGuid
                | Code::VaultIdChildRemoved
                | Code::KeyIdIsVaultId
                | Code::KeyIdIsGuid
                | Code::KeyIdFromArm
                | Code::TenantIdIsVaultId
                | Code::TenantIdIsKeyId
                | Code::TextJson
                | Code::IdsVaultDiffers
                | Code::IdsTenantIsSubscription
        )
    })
}

/// The form, and what every text in it could be.
struct Form<'k> {
    known: &'k [Known],
    empty: [bool; 3],
    /// `reads[text][field]`: the canonical ID if the text were in the field.
    reads: [[Option<String>; 3]; 3],
}

impl<'k> Form<'k> {
    fn read(texts: [&str; 3], known: &'k [Known]) -> Self {
        Form {
            known,
            empty: texts.map(|text| text::clean(text).text.is_empty()),
            reads: texts.map(|text| {
                [
                    key_vault_id(text).value.map(|id| id.to_string()),
                    key_id(text).value.map(|id| id.to_string()),
                    tenant_id(text).value.map(|id| id.to_string()),
                ]
            }),
        }
    }

    /// What the text would be in the field.
    fn as_if(&self, text: usize, field: usize) -> Option<&str> {
        self.reads.get(text)?.get(field)?.as_deref()
    }

    fn right(&self, field: usize) -> bool {
        self.as_if(field, field).is_some()
    }

    /// What the other texts, right where they stand or not, would be in the field; `None` where they disagree.
    fn others_would_be(&self, field: usize, right: bool) -> Option<(usize, &str)> {
        let others = (0..3).filter(|text| *text != field && self.right(*text) == right);
        let values = others.filter_map(|text| Some((text, self.as_if(text, field)?)));
        let mut values = values.filter(|(_, value)| field != TENANT || self.could_be_tenant(value));
        let first = values.next()?;
        if values.all(|(_, value)| value == first.1) { Some(first) } else { None }
    }

    /// Whether nothing speaks against a GUID as the tenant: not known to be something else, not the subscription of a
    /// vault in the form.
    fn could_be_tenant(&self, value: &str) -> bool {
        let guid = Guid::parse(value);
        let other = |known: &Known| Some(known.guid) == guid && known.kind != KnownKind::Tenant;
        let vaults = self.reads.iter().filter_map(|reads| VaultId::parse(reads[VAULT].as_deref()?));
        let mut subscriptions = vaults.map(|vault| Some(vault.subscription().guid()));
        !self.known.iter().any(other) && !subscriptions.any(|subscription| subscription == guid)
    }

    /// Brings texts that are wrong where they stand to where they belong.
    fn placed(&self) -> Option<Repair> {
        let (mut sets, mut left) = (Vec::new(), [false; 3]);
        let mut moved = None;
        for field in (0..3).filter(|field| !self.right(*field)) {
            if let Some((from, value)) = self.others_would_be(field, false) {
                sets.push((FIELDS[field], value.to_owned()));
                left[from] = true;
                moved.get_or_insert((from, field));
            }
        }
        let (from, to) = moved?;
        let exchanged =
            (0..3).filter(|field| left[*field]).all(|field| sets.iter().any(|set| set.0 == FIELDS[field]));
        let finding = if exchanged {
            Finding::new(Code::IdsSwapped)
        } else {
            Finding::about(FIELDS[from], Code::IdsMisplaced).with("other", FIELDS[to].label())
        };
        for field in (0..3).filter(|field| left[*field]) {
            if !sets.iter().any(|set| set.0 == FIELDS[field]) {
                sets.push((FIELDS[field], String::new()));
            }
        }
        Some(Repair { finding, sets })
    }

    /// Takes the ID from a text that is right in another field and holds this one as well.
    fn also_held(&self, field: usize) -> Option<Repair> {
        let (from, value) = self.others_would_be(field, true)?;
        if self.apart(Some((field, value))) > self.apart(None) {
            return None;
        }
        let finding = Finding::about(FIELDS[field], Code::IdsAlsoHolds)
            .with("other", FIELDS[from].label())
            .with("value", value);
        Some(Repair { finding, sets: vec![(FIELDS[field], value.to_owned())] })
    }

    /// How much does not fit together; with another value in one field, if one is given.
    fn apart(&self, instead: Option<(usize, &str)>) -> usize {
        let text = |field: usize| match instead {
            Some((other, value)) if other == field => Some(value),
            _ => self.as_if(field, field),
        };
        let vault = text(VAULT).and_then(VaultId::parse);
        let key = text(KEY).and_then(KeyId::parse);
        let tenant = text(TENANT).and_then(TenantId::parse);
        super::together(vault.as_ref(), key.as_ref(), tenant.as_ref()).len()
    }

    /// Empties a field whose text stands where it belongs already.
    fn same_twice(&self, field: usize) -> Option<Repair> {
        let other = (0..3).find(|other| {
            *other != field && self.right(*other) && self.as_if(field, *other) == self.as_if(*other, *other)
        })?;
        if self.empty[field] {
            return None;
        }
        let finding = Finding::about(FIELDS[field], Code::IdsSameTwice).with("other", FIELDS[other].label());
        Some(Repair { finding, sets: vec![(FIELDS[field], String::new())] })
    }

    fn vault(&self) -> Option<VaultId> {
        self.as_if(VAULT, VAULT).and_then(VaultId::parse)
    }

    /// Replaces a GUID that is something else by the tenant, or by nothing where that is not known.
    fn wrong_tenant(&self) -> Option<Repair> {
        let guid = self.as_if(TENANT, TENANT).and_then(Guid::parse)?;
        let is = |kind: KnownKind| self.known.iter().any(|known| known.guid == guid && known.kind == kind);
        let code = if is(KnownKind::Application) {
            Code::IdsTenantIsApplication
        } else if is(KnownKind::Object) {
            Code::IdsTenantIsObject
        } else if self.vault().is_some_and(|vault| vault.subscription().guid() == guid)
            && !is(KnownKind::Tenant)
        {
            Code::IdsTenantIsSubscription
        } else {
            return None;
        };
        let told = self.known.iter().filter(|known| known.kind == KnownKind::Tenant);
        let told = told.map(|known| known.guid.to_string()).filter(|tenant| self.could_be_tenant(tenant));
        let held = self.others_would_be(TENANT, true).map(|(_, value)| value.to_owned());
        let mut tenants = told.chain(held);
        let tenant = tenants.next().filter(|first| tenants.all(|other| other == *first));
        let sets = vec![(Field::TenantId, tenant.unwrap_or_default())];
        Some(Repair { finding: Finding::about(Field::TenantId, code), sets })
    }

    /// Makes both IDs name the same vault: the one's, or the other's.
    fn other_vault(&self) -> Vec<Repair> {
        let key = self.as_if(KEY, KEY).and_then(KeyId::parse);
        let (Some(vault), Some(key)) = (self.vault(), key) else { return Vec::new() };
        if vault.name() == key.vault() {
            return Vec::new();
        }
        let values = [vault.with_name(key.vault()).to_string(), key.with_vault(vault.name()).to_string()];
        let told = super::together(Some(&vault), Some(&key), None);
        let findings = told.into_iter().filter(|finding| finding.code == Code::IdsVaultDiffers);
        let fields = [Field::KeyVaultId, Field::KeyId].into_iter().zip(values);
        findings.zip(fields).map(|(finding, set)| Repair { finding, sets: vec![set] }).collect()
    }
}
