//! Who may use the key: the service principal of Confluent's application, and its roles at the vault. Asked once the
//! application is known, that is once the key is registered.

mod denial;
mod permission;
mod scope;

use super::row::{Judged, Proof, Row, Weight};
use super::{Case, Requirement};
use crate::facts::{Assignment, Known, Principal, Question, Source, WhyUnknown};
use crate::finding::{Code, Field, Finding};
use crate::grant::{CRYPTO_SERVICE_ENCRYPTION_USER, KEY_VAULT_READER, Role};
use crate::id::Guid;
use scope::{Reach, reach};

const ROLE_NEEDS: &[Question] = &[Question::Assignments, Question::Principal];

pub(super) const ROWS: &[Row] = &[
    Row {
        requirement: Requirement::AccessPrincipal,
        rule: principal,
        needs: &[Question::Principal],
        source: "Confluent CLI, byok create: az ad sp create; Microsoft Graph, servicePrincipal.accountEnabled",
        weight: Weight::Blocking,
        proof: Proof::Proves("Confluent has used the key, signed in as this service principal"),
        who: "Whoever may create service principals (Application Administrator or Cloud Application Administrator)",
    },
    Row {
        requirement: Requirement::AccessEncryptionUser,
        rule: |case| role(case, CRYPTO_SERVICE_ENCRYPTION_USER),
        needs: ROLE_NEEDS,
        source: ROLES,
        weight: Weight::Blocking,
        proof: Proof::Proves("Confluent has used the key, which takes a role that wraps and unwraps"),
        who: ASSIGNER,
    },
    Row {
        requirement: Requirement::AccessReader,
        rule: |case| role(case, KEY_VAULT_READER),
        needs: ROLE_NEEDS,
        source: ROLES,
        weight: Weight::Blocking,
        proof: Proof::Proves("Confluent has used the key, after reading the vault’s settings"),
        who: ASSIGNER,
    },
    Row {
        requirement: Requirement::AccessDenials,
        rule: denial::denials,
        needs: &[Question::Denials, Question::Principal],
        source: "Azure RBAC, deny assignments: they count before role assignments",
        weight: Weight::Blocking,
        proof: Proof::Proves("Confluent has used the key, so nothing keeps it out"),
        who: "Whoever made it: the owner of the deployment stack or of the managed application; Azure’s own cannot be taken away",
    },
    Row {
        requirement: Requirement::AccessBroader,
        rule: broader,
        needs: ROLE_NEEDS,
        source: "Azure Key Vault, RBAC guide: least privilege",
        weight: Weight::Warning,
        proof: Proof::None,
        who: ASSIGNER,
    },
    Row {
        requirement: Requirement::AccessMayAssign,
        rule: may_assign,
        needs: &[Question::Permissions],
        source: "Azure RBAC, permissions; troubleshooting: roleAssignments/write",
        weight: Weight::Warning,
        proof: Proof::None,
        who: ASSIGNER,
    },
];

const ROLES: &str = "Confluent CLI, byok create: two role assignments; Azure Key Vault, RBAC guide; Azure RBAC, \
                     troubleshooting: up to 10 minutes";

/// Who may give roles on a vault.
const ASSIGNER: &str = "Whoever may assign roles on the vault (Owner, User Access Administrator or Key Vault Data Access Administrator)";

/// Roles that hold more than Confluent needs: id, name, whether the role also wraps and unwraps, and whether it also reads
/// the vault’s settings, `Microsoft.KeyVault/vaults/read` (Azure built-in roles). What is effective decides whether
/// Confluent can use the key; its own documents ask for the two narrow roles, so a broader one is told as a warning.
const BROADER: &[(&str, &str, bool, bool)] = &[
    ("12338af0-0e69-4776-bea7-57ae8d297424", "Key Vault Crypto User", true, false),
    ("14b46e9e-c2b7-41b4-b07b-48a6ebf60603", "Key Vault Crypto Officer", true, true),
    ("00482a5a-887f-4fb3-b363-3b7fe8e74483", "Key Vault Administrator", true, true),
    ("f25e0fa2-a7c8-4377-a976-54943a77a395", "Key Vault Contributor", false, true),
    ("8b54135c-b56d-4d72-a534-26097cfdc8d8", "Key Vault Data Access Administrator", false, true),
    ("b86a8fe4-44ce-4948-aee5-eccb2c155cd7", "Key Vault Secrets Officer", false, true),
    ("a4417e6f-fecd-4de8-b567-7b0420556985", "Key Vault Certificates Officer", false, true),
    ("b24988ac-6180-42a0-ab88-20f7382dd24c", "Contributor", false, true),
    ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner", false, true),
    ("f58310d9-a9f6-439a-9e8d-f62e7b41a168", "Role Based Access Control Administrator", false, true),
    ("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", "User Access Administrator", false, true),
];

fn about(code: Code) -> Finding {
    Finding::about(Field::Key, code)
}

/// Not there: within the window that is no reason to worry, and where Confluent has used the key it got in otherwise.
fn absent(case: &Case<'_>, awaited: Finding, missing: Finding, unseen: Finding) -> Judged {
    if case.confluent_has_used_the_key() {
        return Judged::met_but(unseen);
    }
    match case.window() {
        Some(seconds) => Judged::waiting(awaited, seconds),
        None => Judged::not_met(missing),
    }
}

fn principal(case: &Case<'_>) -> Option<Judged> {
    let application = case.facts.entered.application?.to_string();
    let told = |code| about(code).with("application", &application);
    Some(match &case.facts.principal {
        Err(WhyUnknown::NotAsked) => return None,
        Err(why) => Judged::unread(Field::Key, why),
        Ok(Known { value: Some(Principal { enabled: Some(false), .. }), source }) => {
            Judged::not_met(told(Code::AccessPrincipalDisabled)).seen(*source, "accountEnabled is false")
        }
        Ok(Known { value: Some(found), source }) => {
            Judged::met().seen(*source, ["its object ID is ", &found.object.to_string()].concat())
        }
        Ok(Known { value: None, source }) => absent(
            case,
            told(Code::AccessPrincipalAwaited),
            told(Code::AccessPrincipalMissing),
            about(Code::AccessNotSeen).with("text", "service principal"),
        )
        .seen(*source, "the tenant has no service principal of this application"),
    })
}

/// One role: given to the service principal at the vault or above, by itself or by a group that it is in.
fn role(case: &Case<'_>, role: Role) -> Option<Judged> {
    case.facts.entered.application?;
    let known = match &case.facts.assignments {
        Err(WhyUnknown::NotAsked) => return None,
        Err(why) => return Some(Judged::unread(Field::Key, why)),
        Ok(known) => known,
    };
    let vault = super::ids::named(case).0?;
    let reaching: Vec<(&Assignment, Reach)> =
        known.value.iter().filter_map(|found| Some((found, reach(&found.scope, vault)?))).collect();
    let id = Guid::parse(role.id)?;
    let given: Vec<&(&Assignment, Reach)> = reaching.iter().filter(|(found, _)| found.role == id).collect();
    let principal = match &case.facts.principal {
        // Without a service principal there is nobody to have a role; that is told by itself.
        Ok(Known { value: None, .. }) => return None,
        Ok(Known { value: Some(principal), .. }) => principal,
        Err(_) => return Some(to_somebody(case, role, &given, known.source)),
    };
    let groups = principal.groups.as_deref().unwrap_or_default();
    let his = |found: &Assignment| found.principal == principal.object || groups.contains(&found.principal);
    let (plain, conditional): (Vec<&(&Assignment, Reach)>, Vec<_>) = given
        .iter()
        .copied()
        .filter(|(found, _)| his(found))
        .partition(|(found, _)| found.condition.is_none());
    if let Some((found, reach)) = plain.first() {
        let by = if found.principal == principal.object { "given " } else { "given to a group, " };
        return Some(Judged::met().seen(known.source, [by, reach.words(), ": ", &found.scope].concat()));
    }
    let told = |code| about(code).with("role", role.name);
    if let Some((found, _)) = conditional.first() {
        return Some(
            Judged::unknown(told(Code::AccessConditional))
                .seen(known.source, ["under a condition: ", &found.scope].concat()),
        );
    }
    // A role that holds more does the same.
    let same = reaching.iter().filter(|(found, _)| his(found) && found.condition.is_none()).find_map(
        |(found, _)| {
            let does = BROADER.iter().find(|(broader, _, wraps, reads)| {
                let does = if role == CRYPTO_SERVICE_ENCRYPTION_USER { *wraps } else { *reads };
                does && Guid::parse(broader) == Some(found.role)
            })?;
            Some(does.1)
        },
    );
    if let Some(name) = same {
        return Some(Judged::met_but(told(Code::AccessInstead).with("other", name)).seen(known.source, name));
    }
    let by_group = given.iter().any(|(found, _)| is_group(found));
    if by_group && principal.groups.is_none() && !case.confluent_has_used_the_key() {
        return Some(Judged::unknown(told(Code::AccessPerhapsGroup)).seen(known.source, "given to a group"));
    }
    let mut judged = absent(
        case,
        told(Code::AccessRoleAwaited),
        told(Code::AccessRoleMissing),
        about(Code::AccessNotSeen).with("text", role.name),
    );
    let wrong = given.iter().find(|(found, reach)| *reach == Reach::Vault && !is_group(found));
    if let Some((found, _)) = wrong
        && judged.outcome != super::Outcome::Met
    {
        let told = told(Code::AccessWrongPrincipal)
            .with("principal", &found.principal.to_string())
            .with("object", &principal.object.to_string());
        judged.findings.insert(0, told);
        judged = judged.seen(known.source, ["given at the vault to ", &found.principal.to_string()].concat());
    }
    let elsewhere = "not given to Confluent’s service principal at the vault or above";
    Some(judged.seen(known.source, elsewhere))
}

fn is_group(found: &Assignment) -> bool {
    found.principal_type.to_ascii_lowercase().contains("group")
}

/// Where the service principal's object ID is not known: somebody has the role, or nobody.
fn to_somebody(case: &Case<'_>, role: Role, given: &[&(&Assignment, Reach)], source: Source) -> Judged {
    let told = |code| about(code).with("role", role.name);
    match given.first() {
        Some((found, reach)) => {
            Judged::unknown(told(Code::AccessPerhaps).with("principal", &found.principal.to_string()))
                .seen(source, ["given ", reach.words(), " to ", &found.principal.to_string()].concat())
        }
        None => absent(
            case,
            told(Code::AccessRoleAwaited),
            told(Code::AccessRoleMissing),
            about(Code::AccessNotSeen).with("text", role.name),
        )
        .seen(source, "nobody has the role at the vault or above"),
    }
}

fn broader(case: &Case<'_>) -> Option<Judged> {
    case.facts.entered.application?;
    let (Ok(known), Ok(Known { value: Some(principal), .. })) =
        (&case.facts.assignments, &case.facts.principal)
    else {
        return None;
    };
    let vault = super::ids::named(case).0?;
    let mut names: Vec<String> = Vec::new();
    for found in known.value.iter().filter(|found| found.principal == principal.object) {
        let broad = BROADER.iter().find(|(id, ..)| Guid::parse(id) == Some(found.role));
        if let (Some((_, name, ..)), Some(_)) = (broad, reach(&found.scope, vault))
            && !names.iter().any(|known| known == name)
        {
            names.push((*name).to_owned());
        }
    }
    let judged = if names.is_empty() {
        Judged::met()
    } else {
        Judged::met_but(about(Code::AccessBroader).with_list("list", &names))
    };
    Some(judged.seen(known.source, "its roles at the vault and above were read"))
}

/// Whether the account that looked may run the commands of the step Grant access itself. Told until Confluent has used
/// the key; a Contributor may not (Azure RBAC, troubleshooting).
fn may_assign(case: &Case<'_>) -> Option<Judged> {
    let Ok(known) = &case.facts.permissions else { return None };
    if case.confluent_has_used_the_key() {
        return None;
    }
    let may = permission::allows(&known.value, "Microsoft.Authorization/roleAssignments/write");
    let judged = if may { Judged::met() } else { Judged::met_but(about(Code::AccessMayNotAssign)) };
    Some(judged.seen(known.source, "the permissions of the account that looked"))
}
