//! A directory with a stand-in for `az` that writes down what it is asked, and the shells that run a snippet there.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

pub struct Stand(TempDir);

pub struct Ran {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Answers from the files beside it: `out-…` and `err-…`, named by the words up to the first option.
const AZ: &str = r#"#!/bin/bash
here=$(dirname "$0")
count=$(find "$here/calls" -type f | wc -l)
printf '%s\0' "${MSYS_NO_PATHCONV-}" "${MSYS2_ARG_CONV_EXCL-}" "$@" > "$here/calls/$(printf '%04d' "$count")"
words=''
for word in "$@"; do
  case $word in -*) break ;; esac
  words="$words-$word"
done
if [ -s "$here/err$words" ]; then
  head -n 1 "$here/err$words" >&2
  sed -i 1d "$here/err$words"
  exit 1
fi
[ ! -f "$here/out$words" ] || cat "$here/out$words"
"#;

impl Stand {
    /// `None`, said aloud, where there is no bash to run the stand-in with.
    pub fn new() -> Option<Self> {
        if !Path::new("/bin/bash").exists() {
            println!("skipped: /bin/bash is not at hand");
            return None;
        }
        let stand = Stand(tempfile::tempdir().unwrap());
        fs::create_dir(stand.0.path().join("calls")).unwrap();
        stand.program("az", AZ);
        stand.program("sleep", "#!/bin/bash\necho \"$1\" >> \"$(dirname \"$0\")/slept\"\n");
        Some(stand)
    }

    fn program(&self, name: &str, text: &str) {
        self.file(name, text);
        fs::set_permissions(self.0.path().join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Writes a file; for the stand-in, `out-role-assignment-list` or `err-keyvault-show`.
    pub fn file(&self, name: &str, text: &str) {
        fs::File::create(self.0.path().join(name)).unwrap().write_all(text.as_bytes()).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap_or_default()
    }

    /// Runs a snippet as a file of bash.
    pub fn bash(&self, script: &str) -> Ran {
        self.run(&["/bin/bash", "--noprofile", "--norc"], "snippet.sh", script).unwrap()
    }

    /// Runs a snippet as a file of another POSIX shell; `None`, said aloud, where there is none.
    pub fn shell(&self, shell: &str, script: &str) -> Option<Ran> {
        let ran = self.run(&[shell], "snippet.sh", script);
        if ran.is_none() {
            println!("skipped: {shell} is not at hand");
        }
        ran
    }

    /// Runs a snippet as a file of PowerShell 7; `None`, said aloud, where there is none.
    pub fn powershell(&self, script: &str) -> Option<Ran> {
        let ran = self.run(&["pwsh", "-NoProfile", "-NonInteractive", "-File"], "snippet.ps1", script);
        if ran.is_none() {
            println!("skipped: pwsh is not at hand");
        }
        ran
    }

    fn run(&self, program: &[&str], file: &str, script: &str) -> Option<Ran> {
        self.file(file, script);
        let path = std::env::var("PATH").unwrap_or_default();
        let output = Command::new(program[0])
            .args(&program[1..])
            .arg(self.0.path().join(file))
            .env("PATH", format!("{}:{path}", self.0.path().display()))
            .env("HOME", self.0.path())
            .env("LC_ALL", "C.UTF-8")
            .env_remove("MSYS_NO_PATHCONV")
            .stdin(Stdio::null())
            .output()
            .ok()?;
        Some(Ran {
            status: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        })
    }

    /// What `az` was asked, call by call; in front of each the two variables that Git Bash heeds.
    pub fn calls_with_environment(&self) -> Vec<Vec<String>> {
        let mut paths: Vec<_> =
            fs::read_dir(self.0.path().join("calls")).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let split = |bytes: Vec<u8>| -> Vec<String> {
            let text = String::from_utf8(bytes).unwrap();
            text.split_terminator('\0').map(str::to_owned).collect()
        };
        paths.into_iter().map(|path| split(fs::read(path).unwrap())).collect()
    }

    /// What `az` was asked, call by call.
    pub fn calls(&self) -> Vec<Vec<String>> {
        self.calls_with_environment().into_iter().map(|call| call[2..].to_vec()).collect()
    }
}
