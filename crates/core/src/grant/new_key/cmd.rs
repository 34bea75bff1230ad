//! The commands that make a key, for the Command Prompt.

use super::super::cmd::{FAILURES, SIGNED_IN, begin, set, settings};
use super::super::snippet::Snippet;
use super::{NewKey, ROTATION_POLICY};

pub(super) fn render(new: &NewKey<'_>) -> Snippet {
    let mut out = String::with_capacity(6000);
    let [what, irreversible, again] = new.said();
    out.push_str("@rem ");
    out.push_str(&what);
    begin(&mut out, "byok-new-key.cmd");
    for part in ["@rem ", &irreversible, "\n@rem ", &again, "\n"] {
        out.push_str(part);
    }
    settings(&mut out, new.vault.resource_group());
    for (name, value) in new.values() {
        set(&mut out, name, &value);
    }
    set(&mut out, "login", "az login");
    out.push_str(SIGNED_IN);
    out.push_str(VAULT);
    out.push_str(OFFICER);
    out.push_str(KEY);
    // JSON has double quotes, which no argument can hold; `echo` writes them as they are.
    for part in ["echo ", ROTATION_POLICY, " >\"%found%\"\n"] {
        out.push_str(part);
    }
    out.push_str(ROTATION);
    out.push_str(FAILURES);
    out.push_str(END);
    Snippet::of_cmd(&out)
}

const VAULT: &str = r#"call az group show --subscription "%subscription%" --name "%group%" --output none >nul 2>nul
if not errorlevel 1 goto group_there
call az group create --subscription "%subscription%" --name "%group%" --location "%region%" --output none
if errorlevel 1 goto no_group
echo Resource group: created.
goto vault
:group_there
echo Resource group: there already.
:vault
call az keyvault show --subscription "%subscription%" --resource-group "%group%" --name "%name%" --query "[location, properties.sku.name]" --output tsv >"%found%" 2>nul
if not errorlevel 1 goto vault_there
call az keyvault create --subscription "%subscription%" --resource-group "%group%" --name "%name%" --location "%region%" --sku "%sku%" --enable-rbac-authorization true --enable-purge-protection true --retention-days 90 --bypass AzureServices --default-action Allow --output none
if errorlevel 1 goto no_vault
echo Vault: created.
goto officer
:vault_there
echo Vault: there already. It stays as it is.
call :vault_is properties.enableRbacAuthorization
if /i "%is%"=="true" goto vault_purge
set "failed=1"
echo It does not use Azure role-based access control, which Confluent needs. Its access policies would stop working. To switch, run:
echo az keyvault update --subscription %subscription% --resource-group "%group%" --name %name% --enable-rbac-authorization true
:vault_purge
call :vault_is properties.enablePurgeProtection
if /i "%is%"=="true" goto vault_region
set "failed=1"
echo It has no purge protection, which Confluent needs. It cannot be switched off again. To switch it on, run:
echo az keyvault update --subscription %subscription% --resource-group "%group%" --name %name% --enable-purge-protection true
:vault_region
call :vault_is location
if /i "%is%"=="%region%" goto vault_sku
set "failed=1"
echo It is not in the region %region%, in which the cluster is to be. Key and cluster must be in the same region: use another vault.
:vault_sku
if /i not "%sku%"=="premium" goto vault_judged
call :vault_is properties.sku.name
if /i "%is%"=="premium" goto vault_judged
set "failed=1"
echo It is not of the kind Premium, which a key in a hardware security module needs. To switch, run:
echo az keyvault update --subscription %subscription% --resource-group "%group%" --name %name% --set properties.sku.name=premium
:vault_judged
if "%failed%"=="1" goto not_finished
:officer
"#;

// Nobody may use keys of such a vault without a role on it, not even its owner. A failure here is no reason to stop:
// the role may come from above, and creating the key tells.
const OFFICER: &str = r#"set "me="
set "who="
call az account show --query user.type --output tsv >"%answer%"
set /p who=<"%answer%"
if /i not "%who%"=="user" goto officer_principal
set "who=User"
call az ad signed-in-user show --query id --output tsv >"%answer%"
set /p me=<"%answer%"
goto officer_assign
:officer_principal
set "who=ServicePrincipal"
set "application="
call az account show --query user.name --output tsv >"%answer%"
set /p application=<"%answer%"
call az ad sp list --filter "appId eq '%application%'" --query "[].id" --output tsv >"%answer%"
set /p me=<"%answer%"
:officer_assign
call az role assignment create --subscription "%subscription%" --role "%officer%" --scope "%vault%" --assignee-object-id "%me%" --assignee-principal-type "%who%" --output none >"%answer%" 2>&1
if not errorlevel 1 goto officer_assigned
findstr /i /l /c:"RoleAssignmentExists" "%answer%" >nul
if not errorlevel 1 goto officer_there
echo Role Key Vault Crypto Officer for yourself: NOT assigned. Azure says:
type "%answer%"
echo Going on, since you may have it from elsewhere.
goto key
:officer_there
echo Role Key Vault Crypto Officer for yourself: there already.
goto key
:officer_assigned
echo Role Key Vault Crypto Officer for yourself: assigned.
"#;

// A new role takes up to 10 minutes to work, and the name of a new vault some seconds to be found.
const KEY: &str = r#":key
set "attempt=1"
:key_try
call az keyvault key show --subscription "%subscription%" --vault-name "%name%" --name "%key%" --output none >nul 2>nul
if not errorlevel 1 goto key_there
call az keyvault key create --subscription "%subscription%" --vault-name "%name%" --name "%key%" --kty "%kind%" --size 3072 --ops wrapKey unwrapKey --output none >"%answer%" 2>&1
if not errorlevel 1 goto key_created
findstr /i /l /c:"Forbidden" /c:"not authorized" /c:"Failed to resolve" /c:"Name or service not known" /c:"getaddrinfo" "%answer%" >nul
if errorlevel 1 goto no_key
if "%attempt%"=="40" goto no_key
echo Key: not yet allowed; a new role takes up to 10 minutes. Trying again in 15 seconds.
set /a attempt+=1 >nul
ping -n 16 127.0.0.1 >nul
goto key_try
:key_there
echo Key: there already. It stays as it is.
goto rotation
:key_created
echo Key: created.
:rotation
call az keyvault key rotation-policy show --subscription "%subscription%" --vault-name "%name%" --name "%key%" --query lifetimeActions --output json >"%answer%" 2>nul
findstr /i /l /c:"rotate" "%answer%" >nul
if not errorlevel 1 goto rotates
"#;

const ROTATION: &str = r#"call az keyvault key rotation-policy update --subscription "%subscription%" --vault-name "%name%" --name "%key%" --value "%found%" --output none
if errorlevel 1 goto no_rotation
echo Rotation: automatic, once a year.
goto done
:rotates
echo Rotation: automatic already.
:done
echo Done. The three IDs for the page:
echo Key Vault Resource ID: "%vault%"
echo Key identifier: "%key_id%"
echo Tenant ID: "%signed_in%"
goto end
:no_group
echo Resource group: NOT created; Azure says why above.
goto not_finished
:no_vault
echo Vault: NOT created; Azure says why above. A deleted vault keeps its name for up to 90 days: recover it, or choose another name.
goto not_finished
:no_key
echo Key: NOT created. Azure says:
type "%answer%"
goto not_finished
:no_rotation
echo Rotation: NOT set; Azure says why above.
:not_finished
echo Not finished: see above, then run this again.
set "failed=1"
goto end
"#;

const END: &str = r#":end
del "%answer%" "%assigned%" "%found%" >nul 2>nul
exit /b %failed%
:vault_is
set "is="
call az keyvault show --subscription "%subscription%" --resource-group "%group%" --name "%name%" --query "%~1" --output tsv >"%answer%" 2>nul
set /p is=<"%answer%"
exit /b 0
"#;
