//! The grant for bash, and its undo; for Git Bash on Windows too.
//!
//! One function whose body is a subshell: pasted into a terminal it never closes it, run as a file its exit status is
//! the file's. Comments stand outside the function and hold no quotes or parentheses, so that other shells, zsh above
//! all, take the same text. Values stand in single quotes at the top and nowhere else.

use super::quote::bash as quoted;
use super::{Grant, ROLES, Snippet, Target, Way, admin_consent_link, names};
use crate::id::{ApplicationId, VaultId};

/// Gives Confluent access to the vault. Safe to run again.
pub fn bash(grant: &Grant) -> Snippet {
    render(&grant.target(), Way::Give, false)
}

/// Like [`bash`], without the check that `az` is signed in to the vault's tenant; the snippet says so.
pub fn bash_without_tenant(vault: &VaultId, application: ApplicationId) -> Snippet {
    render(&Target { vault, application, tenant: None }, Way::Give, false)
}

/// Takes the access away again.
pub fn bash_undo(grant: &Grant) -> Snippet {
    render(&grant.target(), Way::Take, false)
}

/// Like [`bash_undo`], without the check that `az` is signed in to the vault's tenant.
pub fn bash_undo_without_tenant(vault: &VaultId, application: ApplicationId) -> Snippet {
    render(&Target { vault, application, tenant: None }, Way::Take, false)
}

/// The snippet, for Git Bash or for any other bash.
pub(super) fn render(target: &Target<'_>, way: Way, git_bash: bool) -> Snippet {
    let mut out = String::with_capacity(6000);
    out.push_str("# ");
    target.first_sentence(way, &mut out);
    if way == Way::Give {
        out.push_str("\n# Safe to run again: what is there already stays as it is.");
    }
    if target.tenant.is_none() {
        out.push_str("\n# Does not check the tenant: sign in to the tenant of the vault before.");
    }
    if git_bash {
        out.push_str(GIT_BASH_SAID);
    }
    out.push_str(match way {
        Way::Give => "\nbyok_grant() (\n",
        Way::Take => "\nbyok_revoke() (\n",
    });
    if git_bash {
        out.push_str(GIT_BASH);
    }
    values(&mut out, target);
    if way == Way::Give {
        let consent = |tenant| admin_consent_link(tenant, target.application);
        set(&mut out, "consent", &target.tenant.map_or_else(String::new, consent));
    }
    out.push_str(SAY);
    out.push_str(SIGNED_IN);
    if target.tenant.is_some() {
        out.push_str(RIGHT_TENANT);
    }
    let (before, call, after) = match way {
        Way::Give => ([PRINCIPAL, ASSIGNMENTS], "  assign ", GIVEN),
        Way::Take => ([REMOVAL, ""], "  remove ", TAKEN),
    };
    before.into_iter().for_each(|part| out.push_str(part));
    for role in ROLES {
        out.push_str(call);
        for value in [role.id, role.name, &names(target.vault, target.application, role).join(" ")] {
            out.push_str(&quoted(value));
            out.push(' ');
        }
        out.push_str("|| failed=1\n");
    }
    out.push_str(after);
    out.push_str(match way {
        Way::Give => ")\nbyok_grant\n",
        Way::Take => ")\nbyok_revoke\n",
    });
    Snippet::of_shell(&out)
}

/// Sets a variable.
pub(super) fn set(out: &mut String, name: &str, value: &str) {
    out.push_str("  ");
    out.push_str(name);
    out.push('=');
    out.push_str(&quoted(value));
    out.push('\n');
}

fn values(out: &mut String, target: &Target<'_>) {
    set(out, "subscription", &target.vault.subscription().to_string());
    set(out, "vault", &target.vault.to_string());
    set(out, "application", &target.application.to_string());
    set(out, "tenant", &target.tenant.map_or_else(String::new, |tenant| tenant.to_string()));
}

/// Said above a snippet for Git Bash.
pub(super) const GIT_BASH_SAID: &str =
    "\n# For Git Bash, which else takes a resource ID for a path and rewrites it.";

/// Git Bash rewrites an argument that begins with a slash into a path of Windows, `/subscriptions/…` too
/// (Azure CLI, use with Git Bash; MSYS2, file system paths): the first stops Git for Windows, the second MSYS2.
pub(super) const GIT_BASH: &str = "  export MSYS_NO_PATHCONV=1 MSYS2_ARG_CONV_EXCL='*'\n";

/// What every snippet says and reads with.
pub(super) const SAY: &str = r#"  failed=0
  say() { printf '%s\n' "$*"; }
  lower() { tr -d '\r' | tr '[:upper:]' '[:lower:]'; }
"#;

// `az ad` works in the tenant of the default subscription, whatever --subscription says, so that is the one to check.
pub(super) const SIGNED_IN: &str = r#"  if ! command -v az >/dev/null 2>&1; then
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
    [ -z "$consent" ] || say "An administrator can make it without commands as well, at $consent"
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
