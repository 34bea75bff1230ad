//! A vault's settings, and what is left of a deleted one.

use super::Heard;
use super::read::Reader;
use super::said::{Meaning, Said};
use crate::facts::{Answer, Deleted, Facts, PublicAccess, Question, VaultSettings, WhyUnknown};
use crate::id::VaultId;
use crate::record::Node;
use crate::region;

pub(super) fn settings<N: Node>(facts: &mut Facts, heard: Heard<Answer<N>>) {
    let question = Question::Vault;
    let source = heard.source;
    let settings = heard.answer.and_then(|answer| {
        if answer.status == 200 {
            return answer.body.as_ref().and_then(read).map(Some).ok_or_else(|| super::unreadable(question));
        }
        let said = Said::of_answer(answer.status, answer.body.as_ref());
        drawn(facts, source, &said);
        match said.meaning() {
            Meaning::VaultMissing => Ok(None),
            _ => Err(said.why(question)),
        }
    });
    facts.note("the vault’s settings", |facts| &mut facts.vault, source, settings);
}

/// What any refusal of Azure Resource Manager tells of the subscription.
pub(super) fn drawn(facts: &mut Facts, source: crate::facts::Source, said: &Said) {
    let tenant = match said.meaning() {
        Meaning::OtherTenant => said.expected_tenant().map(Some),
        Meaning::SubscriptionMissing => Some(None),
        _ => None,
    };
    if let Some(tenant) = tenant {
        facts.note("the subscription’s tenant", |facts| &mut facts.subscription_tenant, source, Ok(tenant));
    }
}

/// A vault as ARM and `az` write it (Azure Key Vault, management API 2026-02-01). Both leave out what is not set.
pub(super) fn read<N: Node>(body: &N) -> Option<VaultSettings> {
    let mut vault = Reader::new(body);
    let properties = vault.any(&["properties"])?;
    let mut of = Reader::new(&properties);
    let sku = of.any(&["sku"]);
    let mut sku_of = sku.as_ref().map(Reader::new);
    let acls = of.any(&["networkAcls"]);
    let mut acls_of = acls.as_ref().map(Reader::new);
    let word = |text: Option<String>| text.map(|text| text.to_ascii_lowercase());
    let default_action = word(acls_of.as_mut().and_then(|acls| acls.text(&["defaultAction"])));
    let bypass = word(acls_of.as_mut().and_then(|acls| acls.text(&["bypass"])));
    let settings = VaultSettings {
        id: vault.text(&["id"]).and_then(|id| VaultId::parse(&id)),
        region: vault.text(&["location"]).map(|name| region::normalised(&name)),
        tenant: of.guid(&["tenantId"]).map(Into::into),
        sku: word(sku_of.as_mut().and_then(|sku| sku.text(&["name"]))),
        rbac: Some(of.flag(&["enableRbacAuthorization"]).unwrap_or(false)),
        purge_protection: Some(of.flag(&["enablePurgeProtection"]).unwrap_or(false)),
        soft_delete: Some(of.flag(&["enableSoftDelete"]).unwrap_or(true)),
        retention_days: of.small_number(&["softDeleteRetentionInDays"]),
        default_allow: match (&acls, default_action.as_deref()) {
            (None, _) | (_, None | Some("allow")) => Some(true),
            (_, Some("deny")) => Some(false),
            (_, Some(_)) => None,
        },
        trusted_services: match (&acls, bypass.as_deref()) {
            (None, _) => None,
            // Not given stands for `AzureServices` (NetworkRuleSet.bypass).
            (_, None | Some("azureservices")) => Some(true),
            (_, Some("none")) => Some(false),
            (_, Some(_)) => None,
        },
        public_access: of.text(&["publicNetworkAccess"]).map(public_access),
        private_endpoints: of.items(&["privateEndpointConnections"]).map(|list| list.len()),
        access_policies: of.items(&["accessPolicies"]).map(|list| list.len()),
        provisioning: of.text(&["provisioningState"]),
    };
    // Every vault has both; without either this is something else.
    if settings.tenant.is_none() && settings.sku.is_none() {
        return None;
    }
    let parts = [&sku_of, &acls_of].into_iter().flatten();
    let whole = parts.map(|part| part.whole(())).collect::<Option<()>>();
    whole.and(vault.whole(())).and(of.whole(settings))
}

fn public_access(text: String) -> PublicAccess {
    match text.to_ascii_lowercase().as_str() {
        "enabled" => PublicAccess::Enabled,
        "disabled" => PublicAccess::Disabled,
        "securedbyperimeter" => PublicAccess::SecuredByPerimeter,
        _ => PublicAccess::Other(text),
    }
}

pub(super) fn deleted<N: Node>(facts: &mut Facts, heard: Heard<Answer<N>>) {
    let question = Question::DeletedVault;
    let deleted = heard.answer.and_then(|answer| {
        let said = Said::of_answer(answer.status, answer.body.as_ref());
        match answer.status {
            200 => answer
                .body
                .as_ref()
                .and_then(read_deleted)
                .map(Some)
                .ok_or_else(|| super::unreadable(question)),
            404 if said.meaning() != Meaning::SubscriptionMissing => Ok(None),
            _ => Err(said.why(question)),
        }
    });
    facts.note("what was deleted", |facts| &mut facts.deleted_vault, heard.source, deleted);
}

/// A deleted vault as ARM and `az` write it (`DeletedVaultProperties`).
pub(super) fn read_deleted<N: Node>(body: &N) -> Option<Deleted> {
    let properties = body.get("properties")?;
    let mut of = Reader::new(&properties);
    let deleted = Deleted {
        deleted: of.time(&["deletionDate"]),
        purge: of.time(&["scheduledPurgeDate"]),
        region: of.text(&["location"]).map(|name| region::normalised(&name)),
        id: of.text(&["vaultId"]).and_then(|id| VaultId::parse(&id)),
    };
    of.whole(deleted)
}

/// The deleted vault of a name in a list of them; `None` inside where there is none.
pub(super) fn deleted_of_name<N: Node>(list: &N, name: Option<&str>) -> Result<Option<Deleted>, WhyUnknown> {
    let unreadable = || super::unreadable(Question::DeletedVault);
    for item in list.items().ok_or_else(unreadable)? {
        let found = item.get("name").and_then(|name| name.text()).ok_or_else(unreadable)?;
        if name.is_none_or(|name| name.eq_ignore_ascii_case(&found)) {
            return read_deleted(&item).map(Some).ok_or_else(unreadable);
        }
    }
    Ok(None)
}
