//! The doctor for PowerShell.

use super::super::powershell::{FIND_AZ, set};
use super::super::snippet::Snippet;
use super::{Patient, SECTIONS};

pub(super) fn render(patient: &Patient<'_>) -> Snippet {
    let mut out = String::with_capacity(5000);
    out.push_str("# ");
    patient.first_sentence(&mut out);
    out.push_str("\n# For Windows PowerShell 5.1 and PowerShell 7.\nfunction Get-ByokDoctor {\n");
    for (name, value) in patient.values() {
        set(&mut out, name, &value);
    }
    out.push_str(FIND_AZ);
    out.push_str(SHOW);
    for section in &SECTIONS {
        if patient.asks(section) {
            for part in ["  $parts += Show-Section '", section.name, "' @("] {
                out.push_str(part);
            }
            section.push_command(&mut out, "& $az", |out, name| {
                out.push('$');
                out.push_str(name);
            });
            out.push_str(" --output json 2>&1)\n");
        } else {
            for part in ["  $parts += '\"", section.name, "\":null'\n"] {
                out.push_str(part);
            }
        }
    }
    out.push_str(END);
    Snippet::of_powershell(&out)
}

// The two that may hold parentheses are marked; see `FIND_AZ`.
const SHOW: &str = r#"  $group = $mark + $group + $mark
  $scope = $mark + $scope + $mark
  $errors = New-Object System.Collections.ArrayList
  function Show-Section($section, $lines) {
    $good = $LASTEXITCODE -eq 0
    $text = (@($lines | Where-Object { $_ -isnot [System.Management.Automation.ErrorRecord] }) -join "`n").Trim()
    if ($good -and $text) { return '"' + $section + '":' + $text }
    if (-not $good) {
      $why = (@($lines | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] } | ForEach-Object { "$_" }) -join ' ').Trim()
      $null = $errors.Add('"' + $section + '":' + (ConvertTo-Json -Compress -InputObject "$why"))
    }
    return '"' + $section + '":null'
  }
  $parts = @('"byok_doctor":1')
"#;

const END: &str = r#"  $parts += '"errors":{' + ($errors -join ',') + '}'
  '{' + ($parts -join ",`n") + '}'
}
Get-ByokDoctor
"#;
