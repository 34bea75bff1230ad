//! The grant for bash, and its undo.
//!
//! One function whose body is a subshell: pasted into a terminal it never closes it, run as a file its exit status is
//! the file's. Comments stand outside the function and hold no quotes or parentheses, so that other shells, zsh above
//! all, take the same text. Values stand in single quotes at the top and nowhere else.

use super::{NAMES, ROLES, Role, Snippet, assignment_name};
use crate::grant::Grant;
use crate::id::{ApplicationId, TenantId, VaultId};

/// Gives Confluent access to the vault. Safe to run again.
pub fn bash(grant: &Grant) -> Snippet {
    give(&grant.vault, grant.application_id, Some(grant.tenant))
}

/// Like [`bash`], without the check that `az` is signed in to the vault's tenant; the snippet says so.
pub fn bash_without_tenant(vault: &VaultId, application: ApplicationId) -> Snippet {
    give(vault, application, None)
}

/// Takes the access away again.
pub fn bash_undo(grant: &Grant) -> Snippet {
    take(&grant.vault, grant.application_id, Some(grant.tenant))
}

/// Like [`bash_undo`], without the check that `az` is signed in to the vault's tenant.
pub fn bash_undo_without_tenant(vault: &VaultId, application: ApplicationId) -> Snippet {
    take(vault, application, None)
}

/// A value in single quotes, whatever is in it.
fn quoted(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('\'');
    for letter in value.chars() {
        if letter == '\'' {
            out.push_str("'\\''");
        } else {
            out.push(letter);
        }
    }
    out.push('\'');
    out
}

fn set(out: &mut String, name: &str, value: &str) {
    out.push_str("  ");
    out.push_str(name);
    out.push('=');
    out.push_str(&quoted(value));
    out.push('\n');
}

fn values(out: &mut String, vault: &VaultId, application: ApplicationId, tenant: Option<TenantId>) {
    set(out, "subscription", &vault.subscription().to_string());
    set(out, "vault", &vault.to_string());
    set(out, "application", &application.to_string());
    set(out, "tenant", &tenant.map_or_else(String::new, |tenant| tenant.to_string()));
}

/// The fixed names of a role's assignment, from the first to the last.
fn names(vault: &VaultId, application: ApplicationId, role: Role) -> String {
    let names: Vec<String> = (0..NAMES).map(|n| assignment_name(vault, application, role, n)).collect();
    names.join(" ")
}

fn give(vault: &VaultId, application: ApplicationId, tenant: Option<TenantId>) -> Snippet {
    let mut out = String::with_capacity(6000);
    out.push_str("# Lets Confluent Cloud use the keys of the vault ");
    out.push_str(vault.name().as_str());
    out.push_str(": makes a service principal and two role assignments.\n");
    out.push_str("# Safe to run again: what is there already stays as it is.\n");
    if tenant.is_none() {
        out.push_str("# Does not check the tenant: sign in to the tenant of the vault before.\n");
    }
    out.push_str("byok_grant() (\n");
    values(&mut out, vault, application, tenant);
    out.push_str(SAY);
    out.push_str(SIGNED_IN);
    if tenant.is_some() {
        out.push_str(RIGHT_TENANT);
    }
    out.push_str(PRINCIPAL);
    out.push_str(ASSIGNMENTS);
    for role in ROLES {
        out.push_str("  assign ");
        for value in [role.id, role.name, &names(vault, application, role)] {
            out.push_str(&quoted(value));
            out.push(' ');
        }
        out.push_str("|| failed=1\n");
    }
    out.push_str(GIVEN);
    out.push_str(")\nbyok_grant\n");
    Snippet::of_shell(&out)
}

fn take(vault: &VaultId, application: ApplicationId, tenant: Option<TenantId>) -> Snippet {
    let mut out = String::with_capacity(4000);
    out.push_str("# Takes the access of Confluent Cloud to the vault ");
    out.push_str(vault.name().as_str());
    out.push_str(" away. A running cluster that uses one of its keys loses its data.\n");
    if tenant.is_none() {
        out.push_str("# Does not check the tenant: sign in to the tenant of the vault before.\n");
    }
    out.push_str("byok_revoke() (\n");
    values(&mut out, vault, application, tenant);
    out.push_str(SAY);
    out.push_str(SIGNED_IN);
    if tenant.is_some() {
        out.push_str(RIGHT_TENANT);
    }
    out.push_str(REMOVAL);
    for role in ROLES {
        out.push_str("  remove ");
        for value in [role.id, role.name, &names(vault, application, role)] {
            out.push_str(&quoted(value));
            out.push(' ');
        }
        out.push_str("|| failed=1\n");
    }
    out.push_str(TAKEN);
    out.push_str(")\nbyok_revoke\n");
    Snippet::of_shell(&out)
}

const SAY: &str = r#"  failed=0
  say() { printf '%s\n' "$*"; }
  lower() { tr -d '\r' | tr '[:upper:]' '[:lower:]'; }
"#;

// `az ad` works in the tenant of the default subscription, whatever --subscription says, so that is the one to check.
const SIGNED_IN: &str = r#"  if ! command -v az >/dev/null 2>&1; then
    say 'The Azure CLI (az) was not found. Install it, or use Azure Cloud Shell, and run this again.'
    exit 1
  fi
  signed_in=$(az account show --query tenantId --output tsv 2>/dev/null | lower)
  if [ -z "$signed_in" ]; then
    say "The Azure CLI is not signed in. Run: az login${tenant:+ --tenant $tenant}"
    exit 1
  fi
"#;

const RIGHT_TENANT: &str = r#"  if [ "$signed_in" != "$tenant" ]; then
    say "The Azure CLI is signed in to the tenant $signed_in, but the vault belongs to the tenant $tenant. Nothing was changed."
    say "Run: az login --tenant $tenant"
    say 'Then run this again.'
    exit 1
  fi
"#;

const PRINCIPAL: &str = r#"  look_up() { az ad sp list --filter "appId eq '$application'" --query '[].id' --output tsv | lower; }
  principal=$(look_up)
  if [ -n "$principal" ]; then
    say "Service principal: there already ($principal)."
  else
    principal=$(az ad sp create --id "$application" --query id --output tsv | lower)
    if [ -n "$principal" ]; then
      say "Service principal: created ($principal)."
    else
      principal=$(look_up)
    fi
  fi
  if [ -z "$principal" ]; then
    say "Service principal: could not be created for the application $application; Azure says why above."
    say 'This needs the role Application Administrator or Cloud Application Administrator in Microsoft Entra ID.'
    say 'Not finished: no role was assigned. Ask someone with that role to run this, or run it again when you have it.'
    exit 1
  fi
"#;

// A list that fails is no reason to stop: creating tells the same by its error. Names in the list that are not this
// principal's belong to a former one and cannot be used again.
const ASSIGNMENTS: &str = r#"  list() {
    az role assignment list --subscription "$subscription" --scope "$vault" --fill-principal-name false \
      --fill-role-definition-name false --query '[].[name, principalId, roleDefinitionId]' --output tsv | lower
  }
  assigned=$(list)
  assign() {
    if printf '%s\n' "$assigned" | grep -F -- "$principal" | grep -qF -- "$1"; then
      say "Role $2: there already."
      return 0
    fi
    answer='every name for it belongs to a former principal'
    for name in $(printf '%s' "$3"); do
      if printf '%s\n' "$assigned" | grep -qF -- "$name"; then
        continue
      fi
      attempt=1
      while :; do
        if answer=$(az role assignment create --subscription "$subscription" --name "$name" --role "$1" --scope "$vault" \
          --assignee-object-id "$principal" --assignee-principal-type ServicePrincipal --output none 2>&1); then
          say "Role $2: assigned."
          return 0
        fi
        case $answer in
          *RoleAssignmentExists*)
            say "Role $2: there already."
            return 0 ;;
          *RoleAssignmentUpdateNotPermitted* | *'not allowed to be updated'*)
            break ;;
          *PrincipalNotFound* | *'does not exist in the directory'*)
            if [ "$attempt" -ge 8 ]; then
              break 2
            fi
            say "Role $2: Azure does not know the new service principal yet. Trying again in 10 seconds."
            attempt=$((attempt + 1))
            sleep 10 ;;
          *)
            break 2 ;;
        esac
      done
    done
    say "Role $2: NOT assigned. Azure says:"
    say "$answer"
    return 1
  }
"#;

const GIVEN: &str = r#"  if [ "$failed" -ne 0 ]; then
    say 'Not finished: see what Azure says above. Assigning roles needs Owner, User Access Administrator or Key Vault Data Access Administrator on the vault.'
    say 'Run this again afterwards; what is done already stays as it is.'
    exit 1
  fi
  say 'Done. Roles can take up to 10 minutes to work. Go back to the page and continue.'
"#;

// Assignments are found by principal and role, and by our fixed names: the principal may be gone already.
const REMOVAL: &str = r#"  principal=$(az ad sp list --filter "appId eq '$application'" --query '[].id' --output tsv | lower)
  list() {
    az role assignment list --subscription "$subscription" --scope "$vault" --fill-principal-name false \
      --fill-role-definition-name false --query '[].[name, principalId, roleDefinitionId]' --output tsv
  }
  if ! assigned=$(list); then
    say 'The role assignments of the vault could not be listed; Azure says why above. Nothing was changed.'
    exit 1
  fi
  assigned=$(printf '%s' "$assigned" | lower)
  remove() {
    found=$(
      if [ -n "$principal" ]; then
        printf '%s\n' "$assigned" | grep -F -- "$principal" | grep -F -- "$1" | cut -f 1
      fi
      for name in $(printf '%s' "$3"); do
        printf '%s\n' "$assigned" | grep -F -- "$name" | cut -f 1
      done
    )
    found=$(printf '%s\n' "$found" | sort -u)
    if [ -z "$found" ]; then
      say "Role $2: not there."
      return 0
    fi
    result=0
    for name in $(printf '%s' "$found"); do
      if az role assignment delete --ids "$vault/providers/Microsoft.Authorization/roleAssignments/$name" --output none; then
        say "Role $2: taken away."
      else
        say "Role $2: NOT taken away; Azure says why above."
        result=1
      fi
    done
    return "$result"
  }
"#;

const TAKEN: &str = r#"  if [ "$failed" -ne 0 ]; then
    say 'Not finished: see what Azure says above, then run this again.'
    exit 1
  fi
  say 'Done. The service principal stays, since other vaults may use it. To remove it as well, run:'
  say "az ad sp delete --id $application"
"#;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::process::Command;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn bash_reads_a_quoted_value_as_it_is(value in "[^\\x00]*|['\"$`\\\\!\n ;&|<>(){}*?~#-]*") {
            let script = ["printf %s ", &quoted(&value)].concat();
            let Ok(output) = Command::new("/bin/bash").args(["-c", &script]).output() else {
                println!("skipped: /bin/bash is not at hand");
                return Ok(());
            };
            prop_assert_eq!(String::from_utf8_lossy(&output.stdout), value);
        }
    }
}
