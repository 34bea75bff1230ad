//! The pasted output of the doctor (`byok_core::grant::doctor`): its sections go through the readers of the clouds'
//! answers. What belongs to another vault or key than was entered is not taken.

use super::said::{Meaning, Said};
use super::{access, key, unreadable, vault};
use crate::facts::{Doctor, Facts, Question, Source, WhyUnknown};
use crate::id::{self, Guid, TenantId, VaultId};
use crate::record::Node;

/// A section: what it holds, or what `az` said instead; `None` if it was not asked for.
type Section<N> = Option<Result<N, Said>>;

pub(super) fn learn<N: Node>(facts: &mut Facts, document: &N) -> bool {
    if document.get("byok_doctor").and_then(|version| version.number()).is_none() {
        return false;
    }
    let section = |name: &str| -> Section<N> {
        if let Some(node) = document.get(name).filter(|node| !node.is_null()) {
            return Some(Ok(node));
        }
        let words = document.get("errors")?.get(name)?.text()?;
        Some(Err(Said::of_words(&words)))
    };
    let (of_vault, of_key) = (section("vault"), section("key"));
    let login = match section("account") {
        Some(Ok(account)) => account,
        _ => N::empty(),
    };
    let text = |name: &str| login.get(name).and_then(|node| node.text()).filter(|text| !text.is_empty());
    let doctor = Doctor {
        tenant: text("tenantId").and_then(|text| TenantId::parse(&text)),
        subscription: text("subscriptionId").and_then(|text| Guid::parse(&text)).map(Into::into),
        cloud: text("cloud"),
        other_vault: other_vault(facts, of_vault.as_ref()),
        other_key: other_key(facts, of_key.as_ref()),
    };
    let elsewhere = doctor.other_vault.is_some();
    let other_key = elsewhere || doctor.other_key.is_some();
    facts.doctor = Some(doctor);
    let instead = |other: bool| {
        other.then(|| WhyUnknown::Failed("the pasted output is about another vault or key".to_owned()))
    };
    vault_section(facts, of_vault, instead(elsewhere));
    key_sections(facts, of_key, section("versions"), section("rotation_policy"), instead(other_key));
    access_sections(facts, section("assignments"), section("principal"), instead(elsewhere));
    deleted_section(facts, section("deleted"), instead(elsewhere));
    true
}

fn other_vault<N: Node>(facts: &Facts, section: Option<&Result<N, Said>>) -> Option<String> {
    let Some(Ok(vault)) = section else { return None };
    let id = vault.get("id")?.text()?;
    let entered = facts.entered.vault.as_ref()?;
    (VaultId::parse(&id).as_ref() != Some(entered)).then_some(id)
}

fn other_key<N: Node>(facts: &Facts, section: Option<&Result<N, Said>>) -> Option<String> {
    let Some(Ok(key)) = section else { return None };
    let kid = key.get("key")?.get("kid")?.text()?;
    let entered = facts.entered.key.as_ref()?;
    let found = id::key_id(&kid).value;
    (found.as_ref() != Some(entered)).then(|| found.map_or(kid, |key| key.to_string()))
}

/// What a section holds, read; an error of `az`; or what to say instead.
fn read<N, T>(
    question: Question,
    section: Result<N, Said>,
    instead: Option<WhyUnknown>,
    read: impl FnOnce(&N) -> Option<T>,
) -> Result<T, WhyUnknown> {
    match (instead, section) {
        (Some(why), _) => Err(why),
        (None, Ok(node)) => read(&node).ok_or_else(|| unreadable(question)),
        (None, Err(said)) => Err(said.why(question)),
    }
}

fn vault_section<N: Node>(facts: &mut Facts, section: Section<N>, instead: Option<WhyUnknown>) {
    let Some(section) = section else { return };
    let settings = match section {
        Err(said) if said.meaning() == Meaning::VaultMissing => Ok(None),
        section => {
            if let Err(said) = &section {
                vault::drawn(facts, Source::Doctor, said);
            }
            read(Question::Vault, section, instead, |node| vault::read(node).map(Some))
        }
    };
    facts.note("the vault’s settings", |facts| &mut facts.vault, Source::Doctor, settings);
}

fn key_sections<N: Node>(
    facts: &mut Facts,
    key: Section<N>,
    versions: Section<N>,
    rotation: Section<N>,
    instead: Option<WhyUnknown>,
) {
    if let Some(section) = key {
        let key = match (section, &instead) {
            (Err(said), None) => {
                key::drawn(facts, Source::Doctor, &said);
                key::told(Question::Key, &said)
            }
            (section, _) => read(Question::Key, section, instead.clone(), |node| key::read(node).map(Some)),
        };
        facts.note("the key", |facts| &mut facts.vault_key, Source::Doctor, key);
    }
    if let Some(section) = versions {
        let all = |node: &N| node.items()?.iter().map(key::read_version).collect::<Option<Vec<_>>>();
        let versions = read(Question::KeyVersions, section, instead.clone(), all);
        facts.note("the key’s versions", |facts| &mut facts.versions, Source::Doctor, versions);
    }
    if let Some(section) = rotation {
        let rotation = read(Question::RotationPolicy, section, instead, key::read_rotation);
        facts.note("the rotation policy", |facts| &mut facts.rotation, Source::Doctor, rotation);
    }
}

fn access_sections<N: Node>(
    facts: &mut Facts,
    assignments: Section<N>,
    principal: Section<N>,
    instead: Option<WhyUnknown>,
) {
    if let Some(section) = assignments {
        let all = |node: &N| node.items()?.iter().map(access::read_assignment).collect::<Option<Vec<_>>>();
        let list = read(Question::Assignments, section, instead, all);
        facts.note("role assignments", |facts| &mut facts.assignments, Source::Doctor, list);
    }
    if let Some(section) = principal {
        // `az ad sp list` looks in the tenant that `az` is signed in to.
        let here = facts.doctor.as_ref().and_then(|doctor| doctor.tenant);
        let there = facts.tenant_of_vault().or(facts.entered.tenant);
        let elsewhere = here.is_some() && there.is_some() && here != there;
        let instead = elsewhere
            .then(|| WhyUnknown::Failed("az was signed in to another tenant than the vault’s".to_owned()));
        let application = facts.entered.application;
        let one = |node: &N| access::read_principals(node, application).ok();
        let principal = read(Question::Principal, section, instead, one);
        facts.note("the service principal", |facts| &mut facts.principal, Source::Doctor, principal);
    }
}

fn deleted_section<N: Node>(facts: &mut Facts, section: Section<N>, instead: Option<WhyUnknown>) {
    let Some(section) = section else { return };
    let name = facts.entered.vault.as_ref().map(|vault| vault.name().as_str().to_owned());
    let deleted = read(Question::DeletedVault, section, instead, |node| {
        vault::deleted_of_name(node, name.as_deref()).ok()
    });
    facts.note("what was deleted", |facts| &mut facts.deleted_vault, Source::Doctor, deleted);
}
