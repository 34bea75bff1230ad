//! The commands that make a key, for bash and Git Bash.

use super::super::bash::{GIT_BASH, GIT_BASH_SAID, SAY, SIGNED_IN, set};
use super::super::snippet::Snippet;
use super::{NewKey, ROTATION_POLICY};

pub(super) fn render(new: &NewKey<'_>, git_bash: bool) -> Snippet {
    let mut out = String::with_capacity(6000);
    let [what, irreversible, again] = new.said();
    for part in ["# ", &what, "\n# ", &irreversible, "\n# ", &again] {
        out.push_str(part);
    }
    if git_bash {
        out.push_str(GIT_BASH_SAID);
    }
    out.push_str("\nbyok_new_key() (\n");
    if git_bash {
        out.push_str(GIT_BASH);
    }
    for (name, value) in new.values() {
        set(&mut out, name, &value);
    }
    set(&mut out, "policy", ROTATION_POLICY);
    set(&mut out, "tenant", "");
    out.push_str(SAY);
    out.push_str(SIGNED_IN);
    out.push_str(VAULT);
    out.push_str(OFFICER);
    out.push_str(KEY);
    out.push_str(")\nbyok_new_key\n");
    Snippet::of_shell(&out)
}

const VAULT: &str = r#"  if az group show --subscription "$subscription" --name "$group" --output none 2>/dev/null; then
    say 'Resource group: there already.'
  elif az group create --subscription "$subscription" --name "$group" --location "$region" --output none; then
    say 'Resource group: created.'
  else
    say 'Resource group: NOT created; Azure says why above. Not finished.'
    exit 1
  fi
  vault_is() {
    az keyvault show --subscription "$subscription" --resource-group "$group" --name "$name" --query "$1" --output tsv 2>/dev/null | lower
  }
  if [ -n "$(vault_is name)" ]; then
    say 'Vault: there already. It stays as it is.'
    if [ "$(vault_is properties.enableRbacAuthorization)" != true ]; then
      say 'It does not use Azure role-based access control, which Confluent needs. Its access policies would stop working. To switch, run:'
      say "az keyvault update --subscription $subscription --resource-group '$group' --name $name --enable-rbac-authorization true"
      failed=1
    fi
    if [ "$(vault_is properties.enablePurgeProtection)" != true ]; then
      say 'It has no purge protection, which Confluent needs. It cannot be switched off again. To switch it on, run:'
      say "az keyvault update --subscription $subscription --resource-group '$group' --name $name --enable-purge-protection true"
      failed=1
    fi
    if [ "$(vault_is location)" != "$region" ]; then
      say "It is not in the region $region, in which the cluster is to be. Key and cluster must be in the same region: use another vault."
      failed=1
    fi
    if [ "$sku" = premium ] && [ "$(vault_is properties.sku.name)" != premium ]; then
      say 'It is not of the kind Premium, which a key in a hardware security module needs. To switch, run:'
      say "az keyvault update --subscription $subscription --resource-group '$group' --name $name --set properties.sku.name=premium"
      failed=1
    fi
    if [ "$failed" -ne 0 ]; then
      say 'Not finished: see above, then run this again.'
      exit 1
    fi
  elif az keyvault create --subscription "$subscription" --resource-group "$group" --name "$name" --location "$region" --sku "$sku" \
    --enable-rbac-authorization true --enable-purge-protection true --retention-days 90 --bypass AzureServices --default-action Allow --output none; then
    say 'Vault: created.'
  else
    say 'Vault: NOT created; Azure says why above. A deleted vault keeps its name for up to 90 days: recover it, or choose another name.'
    exit 1
  fi
"#;

// Nobody may use keys of such a vault without a role on it, not even its owner. A failure here is no reason to stop:
// the role may come from above, and creating the key tells.
const OFFICER: &str = r#"  if [ "$(az account show --query user.type --output tsv | lower)" = user ]; then
    who=User
    me=$(az ad signed-in-user show --query id --output tsv | lower)
  else
    who=ServicePrincipal
    me=$(az account show --query user.name --output tsv | lower)
    me=$(az ad sp list --filter "appId eq '$me'" --query '[].id' --output tsv | lower)
  fi
  if answer=$(az role assignment create --subscription "$subscription" --role "$officer" --scope "$vault" \
    --assignee-object-id "$me" --assignee-principal-type "$who" --output none 2>&1); then
    say 'Role Key Vault Crypto Officer for yourself: assigned.'
  else
    case $answer in
      *RoleAssignmentExists*)
        say 'Role Key Vault Crypto Officer for yourself: there already.' ;;
      *)
        say 'Role Key Vault Crypto Officer for yourself: NOT assigned. Azure says:'
        say "$answer"
        say 'Going on, since you may have it from elsewhere.' ;;
    esac
  fi
"#;

// A new role takes up to 10 minutes to work, and the name of a new vault some seconds to be found.
const KEY: &str = r#"  attempt=1
  while :; do
    if az keyvault key show --subscription "$subscription" --vault-name "$name" --name "$key" --output none 2>/dev/null; then
      say 'Key: there already. It stays as it is.'
      break
    fi
    if answer=$(az keyvault key create --subscription "$subscription" --vault-name "$name" --name "$key" --kty "$kind" --size 3072 \
      --ops wrapKey unwrapKey --output none 2>&1); then
      say 'Key: created.'
      break
    fi
    case $answer in
      *Forbidden* | *'not authorized'* | *'Failed to resolve'* | *'Name or service not known'* | *getaddrinfo*)
        if [ "$attempt" -ge 40 ]; then
          failed=1
        else
          say 'Key: not yet allowed; a new role takes up to 10 minutes. Trying again in 15 seconds.'
          attempt=$((attempt + 1))
          sleep 15
        fi ;;
      *)
        failed=1 ;;
    esac
    if [ "$failed" -ne 0 ]; then
      say 'Key: NOT created. Azure says:'
      say "$answer"
      say 'Not finished: see what Azure says above, then run this again.'
      exit 1
    fi
  done
  if az keyvault key rotation-policy show --subscription "$subscription" --vault-name "$name" --name "$key" --query lifetimeActions --output json 2>/dev/null | grep -qi '"rotate"'; then
    say 'Rotation: automatic already.'
  elif az keyvault key rotation-policy update --subscription "$subscription" --vault-name "$name" --name "$key" --value "$policy" --output none; then
    say 'Rotation: automatic, once a year.'
  else
    say 'Rotation: NOT set; Azure says why above. Run this again.'
    exit 1
  fi
  say 'Done. The three IDs for the page:'
  say "Key Vault Resource ID: $vault"
  say "Key identifier: $key_id"
  say "Tenant ID: $signed_in"
"#;
