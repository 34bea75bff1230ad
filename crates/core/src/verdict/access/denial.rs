//! Deny assignments: they count before roles (Azure RBAC, “Understand Azure deny assignments”). Few vaults have any: Azure
//! makes them for managed applications and deployment stacks.

use super::super::Case;
use super::super::row::Judged;
use super::about;
use super::permission::{allows, allows_data};
use super::scope::{Reach, reach};
use crate::facts::{Denial, EVERYBODY, Known, Principal, WhyUnknown};
use crate::finding::Code;
use crate::id::Guid;

/// What Confluent’s two roles are for: an action, and data actions (Azure built-in roles, “Key Vault Crypto Service
/// Encryption User” and “Key Vault Reader”).
const READ_VAULT: &str = "Microsoft.KeyVault/vaults/read";
const KEYS: [&str; 3] = [
    "Microsoft.KeyVault/vaults/keys/read",
    "Microsoft.KeyVault/vaults/keys/wrap/action",
    "Microsoft.KeyVault/vaults/keys/unwrap/action",
];

/// Whom a deny assignment hits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hits {
    Him,
    /// Perhaps: his groups are not known, or there is a condition.
    Perhaps,
    Others,
}

pub(super) fn denials(case: &Case<'_>) -> Option<Judged> {
    case.facts.entered.application?;
    let known = match &case.facts.denials {
        Err(WhyUnknown::NotAsked) => return None,
        // They are so rare that not having read them is nothing to stop at.
        Err(why) => return Some(Judged::unread(crate::finding::Field::Key, why).met_all_the_same()),
        Ok(known) => known,
    };
    let vault = super::super::ids::named(case).0?;
    let in_the_way = |denial: &&Denial| {
        let counts = match reach(&denial.scope, vault) {
            None => false,
            Some(Reach::Vault) => true,
            Some(_) => denial.inherited,
        };
        counts
            && (allows(&denial.permissions, READ_VAULT)
                || KEYS.iter().any(|action| allows_data(&denial.permissions, action)))
    };
    let principal = match &case.facts.principal {
        Ok(Known { value: Some(principal), .. }) => Some(principal),
        // Without a service principal there is nobody to refuse anything to; that is told by itself.
        Ok(Known { value: None, .. }) => return None,
        Err(_) => None,
    };
    let mut perhaps = None;
    for denial in known.value.iter().filter(in_the_way) {
        let told = |code| about(code).with("name", name(denial));
        let evidence = ["a deny assignment at ", &denial.scope].concat();
        match hits(denial, principal) {
            Hits::Him => {
                return Some(Judged::not_met(told(Code::AccessRefused)).seen(known.source, evidence));
            }
            Hits::Perhaps if perhaps.is_none() => {
                perhaps =
                    Some(Judged::unknown(told(Code::AccessPerhapsRefused)).seen(known.source, evidence));
            }
            Hits::Perhaps | Hits::Others => {}
        }
    }
    let none = || Judged::met().seen(known.source, "no deny assignment that concerns Confluent");
    Some(perhaps.unwrap_or_else(none))
}

fn name(denial: &Denial) -> &str {
    if denial.name.is_empty() { "without a name" } else { &denial.name }
}

fn hits(denial: &Denial, principal: Option<&Principal>) -> Hits {
    let everybody = Guid::parse(EVERYBODY);
    let for_all = denial.principals.iter().any(|one| Some(*one) == everybody);
    let Some(principal) = principal else { return Hits::Perhaps };
    let is_he = |one: &Guid| *one == principal.object;
    let groups = principal.groups.as_deref();
    let is_his = |one: &Guid| is_he(one) || groups.is_some_and(|groups| groups.contains(one));
    // Somebody else’s object may be a group that he is in, where nobody told his groups.
    let may_be_his = |all: &[Guid]| groups.is_none() && all.iter().any(|one| Some(*one) != everybody);
    if denial.excluded.iter().any(is_his) {
        return Hits::Others;
    }
    let sure = for_all || denial.principals.iter().any(is_his);
    if sure && !may_be_his(&denial.excluded) && !denial.conditional {
        Hits::Him
    } else if sure || may_be_his(&denial.principals) {
        Hits::Perhaps
    } else {
        Hits::Others
    }
}
