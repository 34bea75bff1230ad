//! The grant for the Command Prompt, and its undo: a text to save as a `.cmd` file.
//!
//! Straight lines and `goto`, no blocks: a `)` in a resource group would end a block. Every value is set once, in
//! double quotes, and used in double quotes, so that it stays quoted where `az.cmd` reads it a second time. What `az`
//! answers goes through files, never through `for` and its second parsing of the command.

use super::quote::cmd as quoted;
use super::{ROLES, Snippet, Target, Way, admin_consent_link, names};

/// The snippet.
pub(super) fn render(target: &Target<'_>, way: Way) -> Snippet {
    let mut out = String::with_capacity(6000);
    out.push_str("@rem ");
    target.first_sentence(way, &mut out);
    begin(&mut out, if way == Way::Give { "byok-grant.cmd" } else { "byok-revoke.cmd" });
    if way == Way::Give {
        out.push_str("@rem Safe to run again: what is there already stays as it is.\n");
    }
    if target.tenant.is_none() {
        out.push_str("@rem Does not check the tenant: sign in to the tenant of the vault before.\n");
    }
    let vault = target.vault.to_string();
    settings(&mut out, &vault);
    values(&mut out, target, &vault);
    out.push_str(SIGNED_IN);
    if target.tenant.is_some() {
        out.push_str("if /i not \"%signed_in%\"==\"%tenant%\" goto other_tenant\n");
    }
    let (before, after) = match way {
        Way::Give => (GIVE, GIVEN),
        Way::Take => (TAKE, TAKEN),
    };
    out.push_str(before);
    for role in ROLES {
        out.push_str("call :role");
        let names = names(target.vault, target.application, role);
        for value in [role.id, role.name].into_iter().chain(names.iter().map(String::as_str)) {
            for part in [" \"", &quoted(value), "\""] {
                out.push_str(part);
            }
        }
        out.push_str("\nif errorlevel 1 set \"failed=1\"\n");
    }
    out.push_str(after);
    out.push_str(FAILURES);
    if target.tenant.is_some() {
        out.push_str(OTHER_TENANT);
    }
    out.push_str(END);
    out.push_str(match way {
        Way::Give => ROLE_GIVEN,
        Way::Take => ROLE_TAKEN,
    });
    Snippet::of_cmd(&out)
}

/// Ends the first sentence and says what to do with the text.
pub(super) fn begin(out: &mut String, file: &str) {
    for part in ["\n@rem Save this text as ", file, " and run that file in a Command Prompt.\n"] {
        out.push_str(part);
    }
}

/// How the file is to be read. `seen` is the value that may hold letters beyond ASCII.
pub(super) fn settings(out: &mut String, seen: &str) {
    out.push_str("@echo off\nsetlocal EnableExtensions DisableDelayedExpansion\n");
    if !seen.is_ascii() {
        // The file is UTF-8; in another code page a part of a letter could swallow the quote after it.
        out.push_str("chcp 65001 >nul\n");
    }
}

/// Sets a variable.
pub(super) fn set(out: &mut String, name: &str, value: &str) {
    for part in ["set \"", name, "=", &quoted(value), "\"\n"] {
        out.push_str(part);
    }
}

fn values(out: &mut String, target: &Target<'_>, vault: &str) {
    set(out, "subscription", &target.vault.subscription().to_string());
    set(out, "vault", vault);
    set(out, "application", &target.application.to_string());
    let mut login = "az login".to_owned();
    out.push_str("set \"consent=\"\n");
    if let Some(tenant) = target.tenant {
        let name = tenant.to_string();
        set(out, "tenant", &name);
        login.push_str(" --tenant ");
        login.push_str(&name);
        set(out, "consent", &admin_consent_link(tenant, target.application));
    }
    set(out, "login", &login);
}

/// Needs `login`. `set /p` reads the first line of a file as it is.
pub(super) const SIGNED_IN: &str = r#"set "failed=0"
set "answer=%TEMP%\byok-answer-%RANDOM%%RANDOM%.txt"
set "assigned=%TEMP%\byok-assigned-%RANDOM%%RANDOM%.txt"
set "found=%TEMP%\byok-found-%RANDOM%%RANDOM%.txt"
where az >nul 2>nul
if errorlevel 1 goto no_az
set "signed_in="
call az account show --query tenantId --output tsv >"%answer%" 2>nul
set /p signed_in=<"%answer%"
if not defined signed_in goto signed_out
"#;

const GIVE: &str = r#"call :look_up
if defined principal goto principal_there
call az ad sp create --id "%application%" --query id --output tsv >"%answer%"
set /p principal=<"%answer%"
if not defined principal goto principal_again
echo Service principal: created, %principal%.
goto assign
:principal_again
call :look_up
if not defined principal goto no_principal
:principal_there
echo Service principal: there already, %principal%.
:assign
call az role assignment list --subscription "%subscription%" --scope "%vault%" --fill-principal-name false --fill-role-definition-name false --query "[].[name, principalId, roleDefinitionId]" --output tsv >"%assigned%"
"#;

const GIVEN: &str = r#"if "%failed%"=="1" goto not_finished
echo Done. Roles can take up to 10 minutes to work. Go back to the page and continue.
goto end
:not_finished
echo Not finished: see what Azure says above. Assigning roles needs Owner, User Access Administrator or Key Vault Data Access Administrator on the vault.
echo Run this again afterwards; what is done already stays as it is.
goto end
:no_principal
echo Service principal: could not be created for the application %application%; Azure says why above.
echo This needs the role Application Administrator or Cloud Application Administrator in Microsoft Entra ID.
if defined consent echo An administrator can make it without commands as well, at %consent%
echo Not finished: no role was assigned. Ask someone with that role to run this, or run it again when you have it.
set "failed=1"
goto end
"#;

// Assignments are found by principal and role, and by our fixed names: the principal may be gone already.
const TAKE: &str = r#"call :look_up
call az role assignment list --subscription "%subscription%" --scope "%vault%" --fill-principal-name false --fill-role-definition-name false --query "[].[name, principalId, roleDefinitionId]" --output tsv >"%assigned%"
if errorlevel 1 goto no_list
"#;

const TAKEN: &str = r#"if "%failed%"=="1" goto not_finished
echo Done. The service principal stays, since other vaults may use it. To remove it as well, run:
echo az ad sp delete --id %application%
goto end
:not_finished
echo Not finished: see what Azure says above, then run this again.
goto end
:no_list
echo The role assignments of the vault could not be listed; Azure says why above. Nothing was changed.
set "failed=1"
goto end
"#;

/// Where [`SIGNED_IN`] goes when it cannot go on.
pub(super) const FAILURES: &str = r#":no_az
echo The Azure CLI, az, was not found. Install it, or use Azure Cloud Shell, and run this again.
set "failed=1"
goto end
:signed_out
echo The Azure CLI is not signed in. Run: %login%
set "failed=1"
goto end
"#;

const OTHER_TENANT: &str = r#":other_tenant
echo The Azure CLI is signed in to the tenant %signed_in%, but the vault belongs to the tenant %tenant%. Nothing was changed.
echo Run: %login%
echo Then run this again.
set "failed=1"
goto end
"#;

const END: &str = r#":end
del "%answer%" "%assigned%" "%found%" >nul 2>nul
exit /b %failed%
:look_up
set "principal="
call az ad sp list --filter "appId eq '%application%'" --query "[].id" --output tsv >"%answer%"
set /p principal=<"%answer%"
exit /b 0
"#;

// A subroutine: role, title, names. `ping` waits where `timeout` refuses to, with the input redirected.
const ROLE_GIVEN: &str = r#":role
set "role=%~1"
set "title=%~2"
findstr /i /l /c:"%principal%" "%assigned%" 2>nul | findstr /i /l /c:"%role%" >nul
if not errorlevel 1 goto role_there
echo every name for it belongs to a former principal >"%answer%"
:role_name
set "name=%~3"
if not defined name goto role_refused
findstr /i /l /c:"%name%" "%assigned%" >nul 2>nul
if not errorlevel 1 goto role_next
set "attempt=1"
:role_try
call az role assignment create --subscription "%subscription%" --name "%name%" --role "%role%" --scope "%vault%" --assignee-object-id "%principal%" --assignee-principal-type ServicePrincipal --output none >"%answer%" 2>&1
if not errorlevel 1 goto role_assigned
findstr /i /l /c:"RoleAssignmentExists" "%answer%" >nul
if not errorlevel 1 goto role_there
findstr /i /l /c:"RoleAssignmentUpdateNotPermitted" /c:"not allowed to be updated" "%answer%" >nul
if not errorlevel 1 goto role_next
findstr /i /l /c:"PrincipalNotFound" /c:"does not exist in the directory" "%answer%" >nul
if errorlevel 1 goto role_refused
if "%attempt%"=="8" goto role_refused
echo Role %title%: Azure does not know the new service principal yet. Trying again in 10 seconds.
set /a attempt+=1 >nul
ping -n 11 127.0.0.1 >nul
goto role_try
:role_next
shift /3
goto role_name
:role_assigned
echo Role %title%: assigned.
exit /b 0
:role_there
echo Role %title%: there already.
exit /b 0
:role_refused
echo Role %title%: NOT assigned. Azure says:
type "%answer%"
exit /b 1
"#;

const ROLE_TAKEN: &str = r#":role
set "role=%~1"
set "title=%~2"
set "result=0"
set "some="
type nul >"%found%"
if not defined principal goto role_name
findstr /i /l /c:"%principal%" "%assigned%" | findstr /i /l /c:"%role%" >>"%found%"
:role_name
set "name=%~3"
if not defined name goto role_delete
findstr /i /l /b /c:"%name%" "%assigned%" >>"%found%"
shift /3
goto role_name
:role_delete
for /f "usebackq tokens=1" %%n in ("%found%") do call :delete "%%n"
if not defined some echo Role %title%: not there.
exit /b %result%
:delete
if defined gone_%~1 exit /b 0
set "gone_%~1=1"
set "some=1"
call az role assignment delete --ids "%vault%/providers/Microsoft.Authorization/roleAssignments/%~1" --output none
if errorlevel 1 goto delete_refused
echo Role %title%: taken away.
exit /b 0
:delete_refused
echo Role %title%: NOT taken away; Azure says why above.
set "result=1"
exit /b 0
"#;
