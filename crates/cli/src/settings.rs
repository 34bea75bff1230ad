//! Every setting of `byok serve`, as data: its name in the file, its name in the environment, its default.
//!
//! A flag beats the environment, the environment beats the file, the file beats the default. Secrets come from the
//! environment or from a file of their own, never from the settings file, and are never printed.

mod table;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use table::{LIVE, SETTINGS};

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A flag of the command line.
    Flag,
    /// The environment.
    Environment,
    /// The settings file.
    File(PathBuf),
    /// Nobody said otherwise.
    Default,
}

/// What is wrong with the settings.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong(String);

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}

/// The effective settings.
#[derive(Clone)]
pub(crate) struct Settings {
    values: BTreeMap<&'static str, (String, Origin)>,
}

impl Settings {
    /// Puts flags, environment, file and defaults together.
    pub(crate) fn load(
        flags: &[(&'static str, Option<String>)],
        environment: impl Fn(&str) -> Option<String>,
        file: Option<&Path>,
    ) -> Result<Self, Wrong> {
        let in_file = match file {
            Some(path) => read(path)?,
            None => BTreeMap::new(),
        };
        let mut values = BTreeMap::new();
        for setting in SETTINGS {
            let flag =
                flags.iter().find(|(name, _)| *name == setting.name).and_then(|(_, value)| value.clone());
            let found = flag
                .map(|value| (value, Origin::Flag))
                .or_else(|| {
                    let value = environment(setting.env).filter(|value| !value.is_empty())?;
                    Some((value, Origin::Environment))
                })
                .or_else(|| Some((in_file.get(setting.name)?.clone(), Origin::File(file?.to_owned()))))
                .or_else(|| Some((setting.default?.to_owned(), Origin::Default)));
            if let Some(found) = found {
                values.insert(setting.name, found);
            }
        }
        Ok(Self { values })
    }

    /// The value of a setting.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|(value, _)| value.as_str())
    }

    /// A secret: from the environment, or from the file that `{name}_file` names.
    pub(crate) fn secret(&self, name: &str) -> Result<Option<String>, Wrong> {
        if let Some(secret) = self.get(name) {
            return Ok(Some(secret.to_owned()));
        }
        let in_file = format!("{name}_file");
        let Some(file) = self.get(&in_file) else { return Ok(None) };
        let secret = std::fs::read_to_string(file).map_err(|error| {
            Wrong(format!("the file `{file}` of the setting `{in_file}` cannot be read: {error}"))
        })?;
        Ok(Some(secret.trim().to_owned()))
    }

    /// The value of a setting, read as `T`.
    pub(crate) fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(&self, name: &str) -> Result<T, Wrong> {
        let (value, origin) =
            self.values.get(name).ok_or_else(|| Wrong(format!("the setting `{name}` has no value")))?;
        value.parse().map_err(|error| {
            Wrong(format!(
                "the setting `{name}` (from {}) cannot be `{value}`: {error}",
                described(name, origin)
            ))
        })
    }

    /// The value of a setting that may be left out, read as `T`.
    pub(crate) fn optional<T: std::str::FromStr<Err: std::fmt::Display>>(
        &self,
        name: &str,
    ) -> Result<Option<T>, Wrong> {
        if self.values.contains_key(name) { self.parse(name).map(Some) } else { Ok(None) }
    }

    /// Names, in the environment and the file, of the live credentials that are set.
    pub(crate) fn live_credentials(&self) -> Vec<String> {
        LIVE.iter()
            .filter_map(|name| {
                let (_, origin) = self.values.get(name).filter(|(_, origin)| *origin != Origin::Default)?;
                Some(described(name, origin))
            })
            .collect()
    }

    /// Every setting in the form of the settings file, secrets masked, each with where it came from.
    pub(crate) fn print(&self) -> String {
        let mut text = String::new();
        for setting in SETTINGS {
            let _ = writeln!(text, "# {} ({})", setting.about, setting.env);
            match self.values.get(setting.name) {
                None => {
                    let _ = writeln!(text, "# {} is not set\n", setting.name);
                }
                Some((value, origin)) => {
                    let masked = if setting.secret { "…" } else { value };
                    let comment = if setting.secret { "# " } else { "" };
                    let from = described(setting.name, origin);
                    let _ = writeln!(text, "{comment}{} = {masked:?} # from {from}\n", setting.name);
                }
            }
        }
        text
    }
}

fn described(name: &str, origin: &Origin) -> String {
    match origin {
        Origin::Flag => format!("the flag `--{}`", name.replace('_', "-")),
        Origin::Environment => {
            let env = SETTINGS.iter().find(|setting| setting.name == name).map_or("", |setting| setting.env);
            format!("`{env}`")
        }
        Origin::File(path) => format!("`{}`", path.display()),
        Origin::Default => "the default".to_owned(),
    }
}

fn read(path: &Path) -> Result<BTreeMap<String, String>, Wrong> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Wrong(format!("the settings file `{shown}` cannot be read: {error}")))?;
    let table: toml::Table = toml::from_str(&text).map_err(|error| {
        // The library's own text quotes the line, which may hold a secret.
        let line =
            error.span().map_or(1, |span| text.get(..span.start).unwrap_or_default().lines().count().max(1));
        Wrong(format!("the settings file `{shown}` is not TOML: line {line}: {}", error.message()))
    })?;
    let mut values = BTreeMap::new();
    for (name, value) in table {
        let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name) else {
            let known: Vec<&str> =
                SETTINGS.iter().filter(|s| !s.secret).map(|setting| setting.name).collect();
            let known = known.join("`, `");
            return Err(Wrong(format!(
                "the settings file `{shown}` has an unknown setting `{name}`. Known: `{known}`"
            )));
        };
        if setting.secret {
            return Err(Wrong(format!(
                "the settings file `{shown}` holds the secret `{name}`. Put it into a file of its own, name that file in `{name}_file`, and remove it here"
            )));
        }
        let value = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(truth) => truth.to_string(),
            _ => {
                return Err(Wrong(format!(
                    "the setting `{name}` in `{shown}` must be text, a number, true or false"
                )));
            }
        };
        values.insert(name, value);
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::{SETTINGS, Settings};
    use std::io::Write as _;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(text.as_bytes()).expect("written");
        file
    }

    #[test]
    fn a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default() {
        let file = file("listen = \"127.0.0.1:3\"\nmax_cku = 9\nsettle_seconds = 7\n");
        let environment = |name: &str| match name {
            "BYOK_LISTEN" => Some("127.0.0.1:2".to_owned()),
            "BYOK_MAX_CKU" => Some("8".to_owned()),
            _ => None,
        };
        let flags = [("listen", Some("127.0.0.1:1".to_owned())), ("ledger", None)];
        let settings = Settings::load(&flags, environment, Some(file.path())).expect("settings");
        assert_eq!(settings.get("listen"), Some("127.0.0.1:1"));
        assert_eq!(settings.get("max_cku"), Some("8"));
        assert_eq!(settings.get("settle_seconds"), Some("7"));
        assert_eq!(settings.get("sandbox"), Some("false"));
    }

    #[test]
    fn a_secret_in_the_settings_file_is_refused_without_repeating_it() {
        let file = file("confluent_api_secret = \"hunter2\"\n");
        let wrong = Settings::load(&[], |_| None, Some(file.path())).err().expect("refused").to_string();
        assert!(wrong.contains("confluent_api_secret_file"), "{wrong}");
        assert!(!wrong.contains("hunter2"), "{wrong}");
    }

    #[test]
    fn broken_toml_is_named_by_line_without_repeating_it() {
        let file = file("listen = \"127.0.0.1:1\"\nconfluent_api_secret = hunter2\n");
        let wrong = Settings::load(&[], |_| None, Some(file.path())).err().expect("refused").to_string();
        assert!(wrong.contains("line 2"), "{wrong}");
        assert!(!wrong.contains("hunter2"), "{wrong}");
    }

    #[test]
    fn an_unknown_setting_is_named_with_the_known_ones() {
        let file = file("lisen = \"127.0.0.1:1\"\n");
        let wrong = Settings::load(&[], |_| None, Some(file.path())).err().expect("refused").to_string();
        assert!(wrong.contains("`lisen`") && wrong.contains("`listen`"), "{wrong}");
    }

    #[test]
    fn printing_masks_secrets_and_names_origins() {
        let environment = |name: &str| name.ends_with("_SECRET").then(|| "hunter2".to_owned());
        let printed = Settings::load(&[], environment, None).expect("settings").print();
        assert!(!printed.contains("hunter2"), "{printed}");
        assert!(printed.contains("azure_identity = \"none\" # from the default"), "{printed}");
        assert!(
            printed.contains("confluent_api_secret = \"…\" # from `BYOK_CONFLUENT_API_SECRET`"),
            "{printed}"
        );
        assert!(printed.contains("listen = \"127.0.0.1:8080\" # from the default"), "{printed}");
    }

    #[test]
    fn a_secret_comes_from_the_environment_before_its_file() {
        let file = file("from-file\n");
        let path = file.path().display().to_string();
        for (environment, expected) in [(Some("from-environment"), "from-environment"), (None, "from-file")] {
            let settings = Settings::load(
                &[],
                |name| match name {
                    "BYOK_AZURE_CLIENT_SECRET" => environment.map(str::to_owned),
                    "BYOK_AZURE_CLIENT_SECRET_FILE" => Some(path.clone()),
                    _ => None,
                },
                None,
            )
            .expect("settings");
            let secret = settings.secret("azure_client_secret").expect("readable");
            assert_eq!(secret.as_deref(), Some(expected));
        }
    }

    #[test]
    fn live_credentials_are_named_and_defaults_are_none() {
        let none = Settings::load(&[], |_| None, None).expect("settings");
        assert_eq!(none.live_credentials(), Vec::<String>::new());
        let environment = |name: &str| (name == "BYOK_AZURE_IDENTITY").then(|| "cli".to_owned());
        let some = Settings::load(&[], environment, None).expect("settings");
        assert_eq!(some.live_credentials(), ["`BYOK_AZURE_IDENTITY`"]);
    }

    #[test]
    fn what_is_printed_can_be_read_again() {
        let printed = Settings::load(&[], |_| None, None).expect("settings").print();
        let file = file(&printed);
        Settings::load(&[], |_| None, Some(file.path())).expect("readable");
    }

    #[test]
    fn every_setting_is_named_alike_in_file_and_environment() {
        for setting in SETTINGS {
            assert_eq!(setting.env, format!("BYOK_{}", setting.name.to_uppercase()));
        }
    }
}
