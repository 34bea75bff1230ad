//! The doctor for bash and Git Bash.

use super::super::bash::{GIT_BASH, GIT_BASH_SAID, set};
use super::super::snippet::Snippet;
use super::{Patient, SECTIONS};

pub(super) fn render(patient: &Patient<'_>, git_bash: bool) -> Snippet {
    let mut out = String::with_capacity(4000);
    out.push_str("# ");
    patient.first_sentence(&mut out);
    if git_bash {
        out.push_str(GIT_BASH_SAID);
    }
    out.push_str("\nbyok_doctor() (\n");
    if git_bash {
        out.push_str(GIT_BASH);
    }
    for (name, value) in patient.values() {
        set(&mut out, name, &value);
    }
    out.push_str(SHOW);
    for section in &SECTIONS {
        if patient.asks(section) {
            for part in ["  show ", section.name, " "] {
                out.push_str(part);
            }
            section.push_command(&mut out, "az", |out, name| {
                out.push('$');
                out.push_str(name);
            });
            out.push('\n');
        } else {
            for part in ["  printf ',\\n\"%s\":null' ", section.name, "\n"] {
                out.push_str(part);
            }
        }
    }
    out.push_str("  printf ',\\n\"errors\":{%s}}\\n' \"$errors\"\n)\nbyok_doctor\n");
    Snippet::of_shell(&out)
}

// What az says when it fails becomes one line of JSON text: control characters are not allowed there.
const SHOW: &str = r#"  if ! command -v az >/dev/null 2>&1; then
    printf '%s\n' 'The Azure CLI (az) was not found. Install it, or use Azure Cloud Shell, and run this again.' >&2
    exit 1
  fi
  told=$(mktemp) || exit 1
  trap 'rm -f "$told"' EXIT
  errors=''
  show() {
    section=$1
    shift
    if answer=$("$@" --output json 2>"$told"); then
      printf ',\n"%s":%s' "$section" "${answer:-null}"
    else
      printf ',\n"%s":null' "$section"
      why=$(LC_ALL=C tr '\000-\037' ' ' <"$told" | LC_ALL=C sed -e 's/\\/\\\\/g' -e 's/"/\\"/g')
      errors="$errors${errors:+,}\"$section\":\"$why\""
    fi
  }
  printf '{"byok_doctor":1'
"#;
