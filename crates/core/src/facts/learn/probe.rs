//! What the clouds tell without credentials: the challenges of a vault and of a subscription, and a tenant's `OpenID`
//! configuration. Of an address in them only the GUID is read; it is never followed.

use super::merge::Slot;
use super::said::{Meaning, Said};
use super::{Heard, unreadable};
use crate::facts::{Answer, Facts, Question, Shut, WhyUnknown};
use crate::id::{Guid, TenantId};
use crate::record::Node;
use crate::region;

/// `WWW-Authenticate: Bearer authorization="https://login…/{tenant}", resource="https://vault.azure.net"` (Azure Key
/// Vault, authentication requests and responses).
pub(super) fn vault<N: Node>(facts: &mut Facts, heard: Heard<Answer<N>>) {
    let (source, answer) = match heard.answer {
        Ok(answer) => (heard.source, answer),
        Err(why) => {
            facts.vault_exists.hear(Err(why.clone()));
            facts.vault_tenant.hear(Err(why.clone()));
            facts.vault_region.hear(Err(why));
            return;
        }
    };
    let question = Question::VaultChallenge;
    let said = Said::of_answer(answer.status, answer.body.as_ref());
    let meaning = said.meaning();
    let told = answer.vault_region.as_deref().map(region::normalised).filter(|name| region::has_shape(name));
    let region = told.or_else(|| said.region());
    let challenge = answer.challenge.as_deref().map(tenant_of_vault);
    let exists = match (answer.status, meaning, challenge) {
        (0, ..) => Ok(false),
        (401, _, Some(Some(_))) | (403, Meaning::Firewall | Meaning::PublicAccessOff, _) => Ok(true),
        (401, _, Some(None)) => {
            Err(WhyUnknown::Failed("what answered is not a key vault of Azure’s public cloud".to_owned()))
        }
        (401, _, None) => Err(unreadable(question)),
        _ => Err(said.why(question)),
    };
    let known = exists == Ok(true);
    let why = exists.clone().err().unwrap_or_else(|| said.why(question));
    facts.note("whether the vault exists", |facts| &mut facts.vault_exists, source, exists);
    let tenant = challenge.flatten().filter(|_| known).ok_or_else(|| why.clone());
    facts.note("the vault’s tenant", |facts| &mut facts.vault_tenant, source, tenant);
    let silent = || WhyUnknown::Failed("the vault’s answer does not tell it".to_owned());
    let region =
        region.filter(|_| known).ok_or_else(|| if answer.status == 401 && known { silent() } else { why });
    facts.note("the vault’s region", |facts| &mut facts.vault_region, source, region);
    let shut = match meaning {
        Meaning::Firewall => Shut::Firewall,
        Meaning::PublicAccessOff => Shut::PublicAccess,
        _ => return,
    };
    facts.note("the vault’s firewall", |facts| &mut facts.shut_by, source, Ok(shut));
}

/// `WWW-Authenticate: Bearer authorization_uri="https://login.windows.net/{tenant}"`, or no such subscription (Azure
/// Resource Manager).
pub(super) fn subscription<N: Node>(facts: &mut Facts, heard: Heard<Answer<N>>) {
    let question = Question::SubscriptionChallenge;
    let tenant = heard.answer.and_then(|answer| {
        let said = Said::of_answer(answer.status, answer.body.as_ref());
        if said.meaning() == Meaning::SubscriptionMissing {
            return Ok(None);
        }
        let by_challenge =
            answer.challenge.as_deref().and_then(|challenge| login(challenge, "authorization_uri"));
        // Asked by somebody with credentials, ARM gives the subscription itself.
        let by_body = || Guid::parse(&answer.body.as_ref()?.get("tenantId")?.text()?).map(TenantId::from);
        match answer.status {
            401 => by_challenge.map(Some).ok_or_else(|| unreadable(question)),
            200 => by_body().map(Some).ok_or_else(|| unreadable(question)),
            _ => Err(said.why(question)),
        }
    });
    facts.note("the subscription’s tenant", |facts| &mut facts.subscription_tenant, heard.source, tenant);
}

/// 200 with an `issuer`, or 400 `invalid_tenant` AADSTS90002 (Microsoft Entra, `OpenID` configuration).
pub(super) fn tenant<N: Node>(facts: &mut Facts, heard: Heard<Answer<N>>) {
    let question = Question::Tenant;
    let entered = facts.entered.tenant;
    let exists = heard.answer.and_then(|answer| {
        let said = Said::of_answer(answer.status, answer.body.as_ref());
        if answer.status == 400 && said.meaning() == Meaning::TenantMissing {
            return Ok(false);
        }
        if answer.status != 200 {
            return Err(said.why(question));
        }
        let issuer = answer.body.as_ref().and_then(|body| body.get("issuer")?.text());
        let told = issuer.as_deref().and_then(first_guid).ok_or_else(|| unreadable(question))?;
        if entered.is_none_or(|entered| entered == told) { Ok(true) } else { Err(unreadable(question)) }
    });
    facts.note("whether the tenant exists", |facts| &mut facts.tenant_exists, heard.source, exists);
}

/// The tenant in a vault's challenge; refused unless the token would be for `vault.azure.net`, as Azure's own clients
/// do (challenge resource verification).
pub(super) fn tenant_of_vault(challenge: &str) -> Option<TenantId> {
    let resource = parameter(challenge, "resource").or_else(|| parameter(challenge, "scope"))?;
    let host = resource.strip_prefix("https://")?;
    let host = host.strip_suffix("/.default").unwrap_or(host).trim_end_matches('/');
    if !host.eq_ignore_ascii_case("vault.azure.net") {
        return None;
    }
    login(challenge, "authorization")
}

/// The GUID in an address for signing in.
fn login(challenge: &str, name: &str) -> Option<TenantId> {
    let address = parameter(challenge, name)?;
    if address.starts_with("https://login.") { first_guid(address) } else { None }
}

/// The first segment of an address's path, if it is a GUID.
fn first_guid(address: &str) -> Option<TenantId> {
    let (_, path) = address.strip_prefix("https://")?.split_once('/')?;
    let guid = Guid::parse(path.split(['/', '?']).next()?)?;
    if guid.is_zero() { None } else { Some(guid.into()) }
}

/// A parameter of a challenge (RFC 9110, 11.6.1), quoted or not.
fn parameter<'a>(challenge: &'a str, name: &str) -> Option<&'a str> {
    let (_, parameters) = challenge.trim().split_once(' ')?;
    parameters.split(',').find_map(|parameter| {
        let (found, value) = parameter.trim().split_once('=')?;
        found.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"'))
    })
}
