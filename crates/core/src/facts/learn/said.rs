//! What a refusal means: by its status and the words of its body, or by the words of `az` alone.

use crate::facts::{Question, Source, WhyUnknown};
use crate::id::{Guid, TenantId};
use crate::record::Node;
use crate::region;

/// What a cloud, or `az`, says when it does not give what was asked for.
pub(super) struct Said {
    /// HTTP status; `None` where only words are known.
    pub(super) status: Option<u16>,
    /// Code, inner code and message of the error, or all that `az` said.
    words: String,
    /// The code alone, for a reason in a few words.
    code: String,
}

/// A meaning that some fact can be drawn from, or that settles why nothing is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The firewall does not know the caller's address.
    Firewall,
    /// The vault's public network access is off.
    PublicAccessOff,
    /// The caller has no role for this; the vault judges by roles.
    RoleMissing,
    /// The caller has no access policy for this; the vault judges by access policies.
    PolicyMissing,
    /// The key is disabled.
    KeyDisabled,
    /// The vault has no such key.
    KeyMissing,
    /// There is no such vault in that resource group.
    VaultMissing,
    /// There is no such subscription.
    SubscriptionMissing,
    /// The token is from another tenant.
    OtherTenant,
    /// Microsoft Entra knows no such tenant.
    TenantMissing,
    /// Too many requests.
    Throttled,
    /// Refused for lack of permission or credentials.
    Refused,
    /// Anything else.
    Other,
}

/// Words and what they mean, as Azure writes them (Azure Key Vault REST, errors; Azure Resource Manager, errors; the
/// Azure CLI's own words). The first that occurs counts.
const MEANINGS: &[(&[&str], Meaning)] = &[
    (&["ForbiddenByFirewall", "Client address is not authorized"], Meaning::Firewall),
    (&["ForbiddenByConnection", "Public network access is disabled"], Meaning::PublicAccessOff),
    (&["ForbiddenByRbac"], Meaning::RoleMissing),
    (&["AccessDenied", "does not have keys "], Meaning::PolicyMissing),
    (&["KeyDisabled", "on a disabled key"], Meaning::KeyDisabled),
    (&["InvalidAuthenticationTokenTenant", "AKV10032"], Meaning::OtherTenant),
    (&["AADSTS90002", "invalid_tenant"], Meaning::TenantMissing),
    (&["SubscriptionNotFound"], Meaning::SubscriptionMissing),
    (&["KeyNotFound", "was not found in this key vault"], Meaning::KeyMissing),
    (&["ResourceGroupNotFound", "ResourceNotFound"], Meaning::VaultMissing),
    (&["Throttled", "TooManyRequests"], Meaning::Throttled),
    (
        &["AuthorizationFailed", "Forbidden", "Authorization_RequestDenied", "Insufficient privileges"],
        Meaning::Refused,
    ),
];

impl Said {
    /// From an answer.
    pub(super) fn of_answer<N: Node>(status: u16, body: Option<&N>) -> Self {
        let text = |node: Option<N>| node.and_then(|node| node.text()).unwrap_or_default();
        let error = body.and_then(|body| body.get("error"));
        let field = |name: &str| text(error.as_ref().and_then(|error| error.get(name)));
        let inner =
            error.as_ref().and_then(|error| error.get("innererror").or_else(|| error.get("innerError")));
        let mut code = text(inner.and_then(|inner| inner.get("code")));
        if code.is_empty() {
            code = field("code");
        }
        // Microsoft Entra: `error` is the code itself (RFC 6749).
        if code.is_empty() {
            code = text(error.as_ref().and_then(|error| error.text().map(|text| N::from_text(&text))));
        }
        let words = [
            code.clone(),
            field("code"),
            field("message"),
            text(body.and_then(|body| body.get("error_description"))),
        ]
        .join(" ");
        Said { status: Some(status), words, code }
    }

    /// From what `az` said.
    pub(super) fn of_words(words: &str) -> Self {
        Said { status: None, words: words.to_owned(), code: String::new() }
    }

    pub(super) fn meaning(&self) -> Meaning {
        let known = MEANINGS.iter().find(|(words, _)| words.iter().any(|word| self.words.contains(word)));
        match (known, self.status) {
            (Some((_, Meaning::VaultMissing)), _) if self.words.contains("/keys/") => Meaning::KeyMissing,
            (Some((_, meaning)), _) => *meaning,
            (None, Some(401 | 403)) => Meaning::Refused,
            (None, Some(429)) => Meaning::Throttled,
            (None, _) => Meaning::Other,
        }
    }

    /// The region in the vault's own words: `Vault: kv;location=westeurope`.
    pub(super) fn region(&self) -> Option<String> {
        let (_, rest) = self.words.split_once(";location=")?;
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let name = region::normalised(rest.get(..end)?);
        region::has_shape(&name).then_some(name)
    }

    /// The tenant that a token should have been from, where exactly one is named: `It must match the tenant
    /// 'https://sts.windows.net/…/'` (ARM), `Expected one of https://sts.windows.net/…/, found …` (the vault).
    pub(super) fn expected_tenant(&self) -> Option<TenantId> {
        let after = ["It must match the tenant", "Expected one of"]
            .iter()
            .find_map(|mark| self.words.split_once(mark))
            .map(|(_, rest)| rest)?;
        let end = ["associated with", ", found "].iter().filter_map(|mark| after.find(mark)).min();
        let mut tenants = after.get(..end?)?.split("sts.windows.net/").skip(1).map(|rest| rest.get(..36));
        let first = Guid::parse(tenants.next()??)?;
        tenants.next().is_none().then_some(first.into())
    }

    /// Why nothing is known.
    pub(super) fn why(&self, question: Question) -> WhyUnknown {
        let whom = whom(question);
        match self.meaning() {
            Meaning::Firewall => {
                WhyUnknown::Denied("the vault’s firewall did not let in whoever asked".to_owned())
            }
            Meaning::PublicAccessOff => {
                WhyUnknown::Denied("the vault’s public network access is off".to_owned())
            }
            Meaning::RoleMissing => WhyUnknown::Denied("whoever asked has no role for reading it".to_owned()),
            Meaning::PolicyMissing => {
                WhyUnknown::Denied("whoever asked has no access policy for reading it".to_owned())
            }
            Meaning::OtherTenant => {
                WhyUnknown::Denied("whoever asked is signed in to another tenant".to_owned())
            }
            Meaning::Throttled => WhyUnknown::Failed(sentence(&[whom, " is asked too often"])),
            Meaning::Refused => WhyUnknown::Denied(match self.code.as_str() {
                "" => sentence(&[whom, " refused to tell"]),
                code => sentence(&[whom, " refused to tell (", code, ")"]),
            }),
            Meaning::SubscriptionMissing => WhyUnknown::Failed("there is no such subscription".to_owned()),
            Meaning::VaultMissing => {
                WhyUnknown::Failed("there is no such vault in that resource group".to_owned())
            }
            Meaning::KeyMissing => WhyUnknown::Failed("the vault has no such key".to_owned()),
            Meaning::KeyDisabled => WhyUnknown::Failed("the key is disabled".to_owned()),
            Meaning::TenantMissing => WhyUnknown::Failed("there is no such tenant".to_owned()),
            Meaning::Other => WhyUnknown::Failed(match self.status {
                Some(status) => sentence(&[whom, " answered ", &status.to_string()]),
                None => sentence(&["az said: ", &first_words(&self.words)]),
            }),
        }
    }
}

/// An answer that is not what the cloud documents.
pub(super) fn unreadable(question: Question) -> WhyUnknown {
    WhyUnknown::Failed(sentence(&["what ", whom(question), " answered could not be read"]))
}

fn whom(question: Question) -> &'static str {
    match (question, question.source()) {
        (Question::VaultChallenge, _) | (_, Source::KeyVault) => "the key vault",
        (Question::Tenant, _) => "Microsoft Entra",
        (_, Source::Graph) => "Microsoft Graph",
        (_, Source::Confluent) => "Confluent Cloud",
        (_, Source::Probe | Source::Doctor | Source::Arm) => "Azure Resource Manager",
    }
}

fn sentence(parts: &[&str]) -> String {
    parts.concat()
}

/// The first words of what `az` said, without its label and a final full stop.
fn first_words(words: &str) -> String {
    const MOST: usize = 100;
    let words = words.trim();
    let words = words.strip_prefix("ERROR:").unwrap_or(words).trim();
    let mut short: String = words.chars().take(MOST).collect();
    if words.chars().nth(MOST).is_some() {
        short.push('…');
    }
    if short.is_empty() {
        short.push_str("nothing");
    }
    short.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn answered(status: u16, body: Value) -> Said {
        Said::of_answer(status, Some(&body))
    }

    #[test]
    fn reasons_are_a_few_words() {
        let dp = |inner: &str| json!({"error": {"code": "Forbidden", "message": "x", "innererror": {"code": inner}}});
        let arm = |code: &str| json!({"error": {"code": code, "message": "x"}});
        for (question, said, reason) in [
            (
                Question::Key,
                answered(403, dp("ForbiddenByFirewall")),
                "the vault’s firewall did not let in whoever asked",
            ),
            (
                Question::Key,
                answered(403, dp("ForbiddenByConnection")),
                "the vault’s public network access is off",
            ),
            (Question::Key, answered(403, dp("ForbiddenByRbac")), "whoever asked has no role for reading it"),
            (
                Question::Key,
                answered(403, dp("AccessDenied")),
                "whoever asked has no access policy for reading it",
            ),
            (Question::Key, answered(403, dp("Strange")), "the key vault refused to tell (Strange)"),
            (Question::Key, answered(401, json!({})), "the key vault refused to tell"),
            (Question::Key, answered(503, json!({})), "the key vault answered 503"),
            (Question::Key, answered(429, json!({})), "the key vault is asked too often"),
            (
                Question::Vault,
                answered(403, arm("AuthorizationFailed")),
                "Azure Resource Manager refused to tell (AuthorizationFailed)",
            ),
            (
                Question::Vault,
                answered(404, arm("ResourceNotFound")),
                "there is no such vault in that resource group",
            ),
            (Question::Vault, answered(404, arm("SubscriptionNotFound")), "there is no such subscription"),
            (
                Question::Vault,
                answered(401, arm("InvalidAuthenticationTokenTenant")),
                "whoever asked is signed in to another tenant",
            ),
            (Question::Principal, answered(500, json!({})), "Microsoft Graph answered 500"),
            (Question::Quotas, answered(403, json!({})), "Confluent Cloud refused to tell"),
            (
                Question::Tenant,
                answered(500, json!({"error": "server_error"})),
                "Microsoft Entra answered 500",
            ),
            (
                Question::SubscriptionChallenge,
                answered(500, json!({})),
                "Azure Resource Manager answered 500",
            ),
            (Question::VaultChallenge, answered(500, json!({})), "the key vault answered 500"),
            (
                Question::Vault,
                Said::of_words("ERROR: Please run 'az login' to setup account. "),
                "az said: Please run 'az login' to setup account",
            ),
            (Question::Vault, Said::of_words(" "), "az said: nothing"),
            (
                Question::Vault,
                Said::of_words(&"é".repeat(101)),
                &["az said: ", &"é".repeat(100), "…"].concat(),
            ),
            (Question::Vault, Said::of_words(&"é".repeat(100)), &["az said: ", &"é".repeat(100)].concat()),
        ] {
            assert_eq!(said.why(question).reason(), reason);
        }
        assert_eq!(
            unreadable(Question::Locks).reason(),
            "what Azure Resource Manager answered could not be read"
        );
    }

    #[test]
    fn the_region_is_read_from_the_vaults_words() {
        for (words, region) in [
            ("Vault: kv;location=westeurope", Some("westeurope")),
            ("on key vault 'kv;location=NorthEurope'. For help", Some("northeurope")),
            ("Vault: kv;location=", None),
            ("Vault: kv;location=é", None),
            ("Vault: kv", None),
        ] {
            assert_eq!(Said::of_words(words).region().as_deref(), region, "{words}");
        }
    }

    #[test]
    fn a_tenant_is_expected_only_where_one_is_named() {
        let (one, two) = ("d5a04667-b6f4-4b0c-a628-25f5eae93da6", "33e01921-4d64-4f8c-a055-5bdaffd5e33d");
        let issuer = |tenant: &str| ["https://sts.windows.net/", tenant, "/"].concat();
        for (words, expected) in [
            (["Expected one of ", &issuer(one), ", found ", &issuer(two), "."].concat(), Some(one)),
            (["Expected one of ", &issuer(one), ", ", &issuer(two), ", found x"].concat(), None),
            (
                ["It must match the tenant '", &issuer(two), "' associated with this subscription"].concat(),
                Some(two),
            ),
            (["It must match the tenant '", &issuer(two)].concat(), None),
            ("Expected one of https://sts.windows.net/short, found x".to_owned(), None),
            (["found ", &issuer(one)].concat(), None),
        ] {
            let told = Said::of_words(&words).expected_tenant().map(|tenant| tenant.to_string());
            assert_eq!(told.as_deref(), expected, "{words}");
        }
    }
}
