//! The doctor for the Command Prompt.

use super::super::cmd::{begin, set, settings};
use super::super::snippet::Snippet;
use super::{Patient, SECTIONS};

pub(super) fn render(patient: &Patient<'_>) -> Snippet {
    let mut out = String::with_capacity(5000);
    out.push_str("@rem ");
    patient.first_sentence(&mut out);
    begin(&mut out, "byok-doctor.cmd");
    settings(&mut out, patient.vault.resource_group());
    for (name, value) in patient.values() {
        set(&mut out, name, &value);
    }
    out.push_str(BEGIN);
    for section in &SECTIONS {
        if patient.asks(section) {
            section.push_command(&mut out, "call az", |out, name| {
                for part in ["%", name, "%"] {
                    out.push_str(part);
                }
            });
            for part in
                [" --output json >\"%answer%\" 2>\"%told%\"\ncall :section ", section.name, " %errorlevel%\n"]
            {
                out.push_str(part);
            }
        } else {
            for part in ["echo ,\"", section.name, "\":null\n"] {
                out.push_str(part);
            }
        }
    }
    out.push_str(END);
    Snippet::of_cmd(&out)
}

const BEGIN: &str = r#"set "answer=%TEMP%\byok-answer-%RANDOM%%RANDOM%.txt"
set "told=%TEMP%\byok-told-%RANDOM%%RANDOM%.txt"
set "first=%TEMP%\byok-first-%RANDOM%%RANDOM%.txt"
set "errors=%TEMP%\byok-errors-%RANDOM%%RANDOM%.txt"
set "comma="
where az >nul 2>nul
if errorlevel 1 goto no_az
echo {"byok_doctor":1
"#;

// Of what az says when it fails the line with the error is kept, as JSON text. Delayed expansion comes after all
// parsing, so nothing in that line is read as a command.
const END: &str = r#"echo ,"errors":{
if exist "%errors%" type "%errors%"
echo }}
del "%answer%" "%told%" "%first%" "%errors%" >nul 2>nul
exit /b 0
:no_az
echo The Azure CLI, az, was not found. Install it, or use Azure Cloud Shell, and run this again. 1>&2
exit /b 1
:section
echo ,"%~1":
if not "%~2"=="0" goto section_failed
set "some="
set /p some=<"%answer%"
if not defined some echo null
type "%answer%"
exit /b 0
:section_failed
echo null
set "line="
findstr /b /l /c:"ERROR" "%told%" >"%first%"
set /p line=<"%first%"
if not defined line set /p line=<"%told%"
if not defined line set "line=no reason given"
setlocal EnableDelayedExpansion
set "line=!line:\=\\!"
set "line=!line:"=\"!"
>>"%errors%" echo %comma%"%~1":"!line!"
endlocal
set "comma=,"
exit /b 0
"#;
