//! Tenant and subscription.

use super::ids::YOU;
use super::row::{Judged, Proof, Row, Weight};
use super::{Case, Requirement};
use crate::facts::{Known, Question, WhyUnknown};
use crate::finding::{Code, Field, Finding};
use crate::id::TenantId;

pub(super) const ROWS: &[Row] = &[
    Row {
        requirement: Requirement::TenantExists,
        rule: tenant_exists,
        needs: &[Question::Tenant],
        source: "Microsoft Entra, OpenID configuration: AADSTS90002",
        weight: Weight::Blocking,
        proof: Proof::Proves("Confluent has used the key, signed in to this tenant"),
        who: YOU,
    },
    Row {
        requirement: Requirement::SubscriptionExists,
        rule: subscription_exists,
        needs: &[Question::SubscriptionChallenge, Question::Vault],
        source: "Azure Resource Manager, errors: SubscriptionNotFound",
        weight: Weight::Blocking,
        proof: Proof::Proves("Confluent has used the key, by roles that are given in the subscription"),
        who: YOU,
    },
    Row {
        requirement: Requirement::SubscriptionTenant,
        rule: subscription_tenant,
        needs: &[Question::SubscriptionChallenge, Question::VaultChallenge, Question::Vault, Question::Key],
        source: "Azure Key Vault, moving a vault to another subscription; Azure Resource Manager, errors: \
                 InvalidAuthenticationTokenTenant",
        weight: Weight::Blocking,
        proof: Proof::Proves("Confluent has used the key, by roles that are given in this tenant"),
        who: "Whoever may change the vault",
    },
];

/// The tenant of the registered key, or else the one entered.
pub(super) fn tenant_entered(case: &Case<'_>) -> Option<TenantId> {
    let registered = case.facts.key.as_ref().ok().and_then(|key| key.tenant);
    registered.or(case.facts.entered.tenant)
}

fn about(code: Code) -> Finding {
    Finding::about(Field::TenantId, code)
}

fn tenant_exists(case: &Case<'_>) -> Option<Judged> {
    let entered = tenant_entered(case)?.to_string();
    Some(match &case.facts.tenant_exists {
        Err(WhyUnknown::NotAsked) => return None,
        Err(why) => Judged::unread(Field::TenantId, why),
        Ok(Known { value: true, source }) => Judged::met().seen(*source, "Microsoft Entra knows the tenant"),
        Ok(Known { value: false, source }) => {
            Judged::not_met(about(Code::TenantMissing).with("tenant", &entered))
                .seen(*source, "Microsoft Entra does not know the tenant")
        }
    })
}

fn subscription_exists(case: &Case<'_>) -> Option<Judged> {
    let facts = case.facts;
    let id = super::ids::named(case).0.map(|vault| vault.subscription().to_string()).unwrap_or_default();
    // A vault that was found there proves its subscription.
    if let Ok(Known { value: Some(_), source }) = &facts.vault {
        return Some(Judged::met().seen(*source, "the vault was found in it"));
    }
    Some(match &facts.subscription_tenant {
        Err(WhyUnknown::NotAsked) => return None,
        Err(why) => Judged::unread(Field::KeyVaultId, why),
        Ok(Known { value: Some(_), source }) => Judged::met().seen(*source, "Azure knows the subscription"),
        Ok(Known { value: None, source }) => Judged::not_met(
            Finding::about(Field::KeyVaultId, Code::SubscriptionMissing).with("subscription", &id),
        )
        .seen(*source, "Azure does not know the subscription"),
    })
}

/// A vault keeps its tenant when its subscription moves to another, and nobody of the new one can be given a role that
/// counts. Which tenant was entered is another requirement's.
fn subscription_tenant(case: &Case<'_>) -> Option<Judged> {
    let facts = case.facts;
    let known = match &facts.subscription_tenant {
        Err(WhyUnknown::NotAsked) => return None,
        Err(why) => return Some(Judged::unread(Field::KeyVaultId, why)),
        Ok(known) => known,
    };
    let of_subscription = known.value?;
    let (other, code) = match facts.tenant_of_vault() {
        Some(of_vault) => (of_vault, Code::SubscriptionVaultMoved),
        None => (tenant_entered(case)?, Code::SubscriptionTenantDiffers),
    };
    let judged = if of_subscription == other {
        Judged::met()
    } else {
        Judged::not_met(
            about(code).with("tenant", &of_subscription.to_string()).with("other", &other.to_string()),
        )
    };
    let mut text = "the subscription belongs to ".to_owned();
    text.push_str(&of_subscription.to_string());
    Some(judged.seen(known.source, text))
}
