//! The commands that make a key, for PowerShell.

use super::super::powershell::{FIND_AZ, SIGNED_IN, end, set};
use super::super::snippet::Snippet;
use super::{NewKey, ROTATION_POLICY};

pub(super) fn render(new: &NewKey<'_>) -> Snippet {
    let mut out = String::with_capacity(6000);
    let [what, irreversible, again] = new.said();
    for part in ["# ", &what, "\n# ", &irreversible, "\n# ", &again] {
        out.push_str(part);
    }
    out.push_str("\n# For Windows PowerShell 5.1 and PowerShell 7.\nfunction New-ByokKey {\n");
    for (name, value) in new.values() {
        set(&mut out, name, &value);
    }
    set(&mut out, "login", "az login");
    set(&mut out, "policy", ROTATION_POLICY);
    out.push_str(FIND_AZ);
    out.push_str(SIGNED_IN);
    out.push_str(VAULT);
    out.push_str(OFFICER);
    out.push_str(KEY);
    end(&mut out, "New-ByokKey");
    Snippet::of_powershell(&out)
}

const VAULT: &str = r#"  $there = $group
  $scope = $mark + $vault + $mark
  $group = $mark + $group + $mark
  $null = & $az group show --subscription $subscription --name $group --output none 2>$null
  if ($LASTEXITCODE -eq 0) {
    Write-Host 'Resource group: there already.'
  } else {
    $null = & $az group create --subscription $subscription --name $group --location $region --output none
    if ($LASTEXITCODE -ne 0) {
      Write-Host 'Resource group: NOT created; Azure says why above. Not finished.'
      return 1
    }
    Write-Host 'Resource group: created.'
  }
  $json = @(& $az keyvault show --subscription $subscription --resource-group $group --name $name --output json 2>$null) -join "`n"
  if ($LASTEXITCODE -eq 0) {
    $is = ConvertFrom-Json -InputObject $json
    $update = "az keyvault update --subscription $subscription --resource-group '$there' --name $name"
    Write-Host 'Vault: there already. It stays as it is.'
    if ($is.properties.enableRbacAuthorization -ne $true) {
      Write-Host 'It does not use Azure role-based access control, which Confluent needs. Its access policies would stop working. To switch, run:'
      Write-Host "$update --enable-rbac-authorization true"
      $failed = 1
    }
    if ($is.properties.enablePurgeProtection -ne $true) {
      Write-Host 'It has no purge protection, which Confluent needs. It cannot be switched off again. To switch it on, run:'
      Write-Host "$update --enable-purge-protection true"
      $failed = 1
    }
    if ($is.location -ne $region) {
      Write-Host "It is not in the region $region, in which the cluster is to be. Key and cluster must be in the same region: use another vault."
      $failed = 1
    }
    if ($sku -eq 'premium' -and $is.properties.sku.name -ne 'premium') {
      Write-Host 'It is not of the kind Premium, which a key in a hardware security module needs. To switch, run:'
      Write-Host "$update --set properties.sku.name=premium"
      $failed = 1
    }
    if ($failed -ne 0) {
      Write-Host 'Not finished: see above, then run this again.'
      return 1
    }
  } else {
    $null = & $az keyvault create --subscription $subscription --resource-group $group --name $name --location $region --sku $sku --enable-rbac-authorization true --enable-purge-protection true --retention-days 90 --bypass AzureServices --default-action Allow --output none
    if ($LASTEXITCODE -ne 0) {
      Write-Host 'Vault: NOT created; Azure says why above. A deleted vault keeps its name for up to 90 days: recover it, or choose another name.'
      return 1
    }
    Write-Host 'Vault: created.'
  }
"#;

// Nobody may use keys of such a vault without a role on it, not even its owner. A failure here is no reason to stop:
// the role may come from above, and creating the key tells.
const OFFICER: &str = r#"  if ("$(& $az account show --query user.type --output tsv)".Trim() -eq 'user') {
    $who = 'User'
    $me = "$(& $az ad signed-in-user show --query id --output tsv)".Trim()
  } else {
    $who = 'ServicePrincipal'
    $me = "$(& $az account show --query user.name --output tsv)".Trim()
    $filter = "appId eq '$me'"
    $me = "$(& $az ad sp list --filter $filter --query '[].id' --output tsv)".Trim()
  }
  $answer = @(& $az role assignment create --subscription $subscription --role $officer --scope $scope --assignee-object-id $me --assignee-principal-type $who --output none 2>&1 | ForEach-Object { "$_" }) -join "`n"
  if ($LASTEXITCODE -eq 0) {
    Write-Host 'Role Key Vault Crypto Officer for yourself: assigned.'
  } elseif ($answer -match 'RoleAssignmentExists') {
    Write-Host 'Role Key Vault Crypto Officer for yourself: there already.'
  } else {
    Write-Host 'Role Key Vault Crypto Officer for yourself: NOT assigned. Azure says:'
    Write-Host $answer
    Write-Host 'Going on, since you may have it from elsewhere.'
  }
"#;

// A new role takes up to 10 minutes to work, and the name of a new vault some seconds to be found. The policy goes
// through a file: PowerShell 5.1 takes the double quotes out of an argument.
const KEY: &str = r#"  for ($attempt = 1; ; $attempt++) {
    $null = & $az keyvault key show --subscription $subscription --vault-name $name --name $key --output none 2>$null
    if ($LASTEXITCODE -eq 0) {
      Write-Host 'Key: there already. It stays as it is.'
      break
    }
    $answer = @(& $az keyvault key create --subscription $subscription --vault-name $name --name $key --kty $kind --size 3072 --ops wrapKey unwrapKey --output none 2>&1 | ForEach-Object { "$_" }) -join "`n"
    if ($LASTEXITCODE -eq 0) {
      Write-Host 'Key: created.'
      break
    }
    if ($attempt -ge 40 -or $answer -notmatch 'Forbidden|not authorized|Failed to resolve|Name or service not known|getaddrinfo') {
      Write-Host 'Key: NOT created. Azure says:'
      Write-Host $answer
      Write-Host 'Not finished: see what Azure says above, then run this again.'
      return 1
    }
    Write-Host 'Key: not yet allowed; a new role takes up to 10 minutes. Trying again in 15 seconds.'
    Start-Sleep -Seconds 15
  }
  $actions = @(& $az keyvault key rotation-policy show --subscription $subscription --vault-name $name --name $key --query lifetimeActions --output json 2>$null) -join ' '
  if ($actions -match '"rotate"') {
    Write-Host 'Rotation: automatic already.'
  } else {
    $file = [System.IO.Path]::GetTempFileName()
    Set-Content -LiteralPath $file -Value $policy -Encoding Ascii
    $path = $mark + $file + $mark
    $null = & $az keyvault key rotation-policy update --subscription $subscription --vault-name $name --name $key --value $path --output none
    $set = $LASTEXITCODE -eq 0
    Remove-Item -LiteralPath $file
    if (-not $set) {
      Write-Host 'Rotation: NOT set; Azure says why above. Run this again.'
      return 1
    }
    Write-Host 'Rotation: automatic, once a year.'
  }
  Write-Host 'Done. The three IDs for the page:'
  Write-Host "Key Vault Resource ID: $vault"
  Write-Host "Key identifier: $key_id"
  Write-Host "Tenant ID: $signedIn"
  return 0
"#;
