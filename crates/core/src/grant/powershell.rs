//! The grant for PowerShell, and its undo: the same commands for Windows PowerShell 5.1 and PowerShell 7.
//!
//! One function: pasted into a terminal it never closes it, run as a file its exit status is the file's. The text is
//! ASCII, so that no code page can change it. Values stand in single quotes at the top and nowhere else.

use super::quote::powershell as quoted;
use super::{ROLES, Snippet, Target, Way, admin_consent_link, names};

/// The snippet.
pub(super) fn render(target: &Target<'_>, way: Way) -> Snippet {
    let mut out = String::with_capacity(6000);
    out.push_str("# ");
    target.first_sentence(way, &mut out);
    out.push_str("\n# For Windows PowerShell 5.1 and PowerShell 7.");
    if way == Way::Give {
        out.push_str(" Safe to run again: what is there already stays as it is.");
    }
    if target.tenant.is_none() {
        out.push_str("\n# Does not check the tenant: sign in to the tenant of the vault before.");
    }
    let function = match way {
        Way::Give => "Grant-ByokAccess",
        Way::Take => "Revoke-ByokAccess",
    };
    for part in ["\nfunction ", function, " {\n"] {
        out.push_str(part);
    }
    values(&mut out, target);
    out.push_str(FIND_AZ);
    out.push_str(SIGNED_IN);
    if target.tenant.is_some() {
        out.push_str(RIGHT_TENANT);
    }
    out.push_str(match way {
        Way::Give => GIVE,
        Way::Take => TAKE,
    });
    end(&mut out, function);
    Snippet::of_powershell(&out)
}

/// Sets a variable.
pub(super) fn set(out: &mut String, name: &str, value: &str) {
    for part in ["  $", name, " = ", &quoted(value), "\n"] {
        out.push_str(part);
    }
}

/// Calls the function, whose last word is its exit status.
pub(super) fn end(out: &mut String, function: &str) {
    for part in ["}\n$byokStatus = ", function, "\nif ($PSCommandPath) { exit $byokStatus }\n"] {
        out.push_str(part);
    }
}

fn values(out: &mut String, target: &Target<'_>) {
    set(out, "subscription", &target.vault.subscription().to_string());
    set(out, "vault", &target.vault.to_string());
    set(out, "application", &target.application.to_string());
    let (tenant, login, consent) = match target.tenant {
        Some(tenant) => {
            let name = tenant.to_string();
            let login = ["az login --tenant ", &name].concat();
            (name, login, admin_consent_link(tenant, target.application))
        }
        None => (String::new(), "az login".to_owned(), String::new()),
    };
    set(out, "tenant", &tenant);
    set(out, "login", &login);
    set(out, "consent", &consent);
    out.push_str("  $roles = @(\n");
    for role in ROLES {
        let names: Vec<String> =
            names(target.vault, target.application, role).iter().map(|name| quoted(name)).collect();
        for part in [
            "    @{ Id = ",
            &quoted(role.id),
            "; Name = ",
            &quoted(role.name),
            "; Names = @(",
            &names.join(", "),
            ") }\n",
        ] {
            out.push_str(part);
        }
    }
    out.push_str("  )\n");
}

/// Finds `az` and says how it wants its arguments.
///
/// On Windows `az` is a batch file: PowerShell takes the quotes off an argument without spaces, and `az.cmd` then uses
/// the bare text between parentheses, where a `)` of a resource group ends its block (Azure CLI, quoting issues with
/// PowerShell). So such an argument brings quotes of its own, which `Legacy` passing leaves alone; 5.1 knows no other
/// passing, and 7.3 and later choose it for batch files themselves.
pub(super) const FIND_AZ: &str = r#"  $failed = 0
  $ErrorActionPreference = 'Continue'
  $PSNativeCommandUseErrorActionPreference = $false
  $az = Get-Command az -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
  if (-not $az) {
    Write-Host 'The Azure CLI (az) was not found. Install it, or use Azure Cloud Shell, and run this again.'
    return 1
  }
  $mark = ''
  if ($az.Source -match '\.(cmd|bat)$') {
    $PSNativeCommandArgumentPassing = 'Legacy'
    $mark = '"'
  }
"#;

/// Needs `$login`.
pub(super) const SIGNED_IN: &str = r#"  $signedIn = "$(& $az account show --query tenantId --output tsv 2>$null)".Trim().ToLowerInvariant()
  if (-not $signedIn) {
    Write-Host "The Azure CLI is not signed in. Run: $login"
    return 1
  }
"#;

const RIGHT_TENANT: &str = r#"  if ($signedIn -ne $tenant) {
    Write-Host "The Azure CLI is signed in to the tenant $signedIn, but the vault belongs to the tenant $tenant. Nothing was changed."
    Write-Host "Run: $login"
    Write-Host 'Then run this again.'
    return 1
  }
"#;

const GIVE: &str = r#"  $scope = $mark + $vault + $mark
  $filter = "appId eq '$application'"
  $principal = "$(& $az ad sp list --filter $filter --query '[].id' --output tsv)".Trim().ToLowerInvariant()
  if ($principal) {
    Write-Host "Service principal: there already ($principal)."
  } else {
    $principal = "$(& $az ad sp create --id $application --query id --output tsv)".Trim().ToLowerInvariant()
    if ($principal) {
      Write-Host "Service principal: created ($principal)."
    } else {
      $principal = "$(& $az ad sp list --filter $filter --query '[].id' --output tsv)".Trim().ToLowerInvariant()
    }
  }
  if (-not $principal) {
    Write-Host "Service principal: could not be created for the application $application; Azure says why above."
    Write-Host 'This needs the role Application Administrator or Cloud Application Administrator in Microsoft Entra ID.'
    if ($consent) { Write-Host "An administrator can make it without commands as well, at $consent" }
    Write-Host 'Not finished: no role was assigned. Ask someone with that role to run this, or run it again when you have it.'
    return 1
  }
  $assigned = @(& $az role assignment list --subscription $subscription --scope $scope --fill-principal-name false --fill-role-definition-name false --query '[].[name, principalId, roleDefinitionId]' --output tsv | ForEach-Object { "$_".ToLowerInvariant() })
  foreach ($role in $roles) {
    $title = $role.Name
    if (@($assigned | Where-Object { $_.Contains($principal) -and $_.Contains($role.Id) }).Count -gt 0) {
      Write-Host "Role ${title}: there already."
      continue
    }
    $done = $false
    $answer = 'every name for it belongs to a former principal'
    :names foreach ($name in $role.Names) {
      if (@($assigned | Where-Object { $_.Contains($name) }).Count -gt 0) { continue }
      for ($attempt = 1; $attempt -le 8; $attempt++) {
        $answer = @(& $az role assignment create --subscription $subscription --name $name --role $role.Id --scope $scope --assignee-object-id $principal --assignee-principal-type ServicePrincipal --output none 2>&1 | ForEach-Object { "$_" }) -join "`n"
        if ($LASTEXITCODE -eq 0) {
          Write-Host "Role ${title}: assigned."
          $done = $true
          break names
        }
        if ($answer -match 'RoleAssignmentExists') {
          Write-Host "Role ${title}: there already."
          $done = $true
          break names
        }
        if ($answer -match 'RoleAssignmentUpdateNotPermitted|not allowed to be updated') { continue names }
        if ($attempt -eq 8 -or $answer -notmatch 'PrincipalNotFound|does not exist in the directory') { break names }
        Write-Host "Role ${title}: Azure does not know the new service principal yet. Trying again in 10 seconds."
        Start-Sleep -Seconds 10
      }
    }
    if (-not $done) {
      Write-Host "Role ${title}: NOT assigned. Azure says:"
      Write-Host $answer
      $failed = 1
    }
  }
  if ($failed -ne 0) {
    Write-Host 'Not finished: see what Azure says above. Assigning roles needs Owner, User Access Administrator or Key Vault Data Access Administrator on the vault.'
    Write-Host 'Run this again afterwards; what is done already stays as it is.'
    return 1
  }
  Write-Host 'Done. Roles can take up to 10 minutes to work. Go back to the page and continue.'
  return 0
"#;

// Assignments are found by principal and role, and by our fixed names: the principal may be gone already.
const TAKE: &str = r#"  $scope = $mark + $vault + $mark
  $filter = "appId eq '$application'"
  $principal = "$(& $az ad sp list --filter $filter --query '[].id' --output tsv)".Trim().ToLowerInvariant()
  $lines = @(& $az role assignment list --subscription $subscription --scope $scope --fill-principal-name false --fill-role-definition-name false --query '[].[name, principalId, roleDefinitionId]' --output tsv)
  if ($LASTEXITCODE -ne 0) {
    Write-Host 'The role assignments of the vault could not be listed; Azure says why above. Nothing was changed.'
    return 1
  }
  foreach ($role in $roles) {
    $title = $role.Name
    $found = @()
    foreach ($line in $lines) {
      $low = "$line".ToLowerInvariant()
      $name = ($low -split '\s')[0]
      $ours = $principal -and $low.Contains($principal) -and $low.Contains($role.Id)
      if (($ours -or $role.Names -contains $name) -and $found -notcontains $name) { $found += $name }
    }
    if ($found.Count -eq 0) { Write-Host "Role ${title}: not there." }
    foreach ($name in $found) {
      $assignment = $mark + $vault + '/providers/Microsoft.Authorization/roleAssignments/' + $name + $mark
      $null = & $az role assignment delete --ids $assignment --output none
      if ($LASTEXITCODE -eq 0) {
        Write-Host "Role ${title}: taken away."
      } else {
        Write-Host "Role ${title}: NOT taken away; Azure says why above."
        $failed = 1
      }
    }
  }
  if ($failed -ne 0) {
    Write-Host 'Not finished: see what Azure says above, then run this again.'
    return 1
  }
  Write-Host 'Done. The service principal stays, since other vaults may use it. To remove it as well, run:'
  Write-Host "az ad sp delete --id $application"
  return 0
"#;
