//! Rules about the text of the files that are kept in the repository.

use std::fs;

use anyhow::Result;

use crate::toolbox::Toolbox;

/// No view asks for markup made of a string: what a user pasted would come alive in it.
pub fn no_inner_html(tools: &Toolbox) -> Result<Vec<String>> {
    // Spelt so that this file does not contain it.
    let names = [["inner", "html"].join("_"), ["inner", "HTML"].concat(), ["outer", "html"].join("_")];
    search(tools, |path, line| {
        (path.starts_with("src/") || path.starts_with("crates/later/"))
            && names.iter().any(|name| line.contains(name.as_str()))
    })
}

/// Every Rust file begins with a `//!` comment, every browser test and style sheet with a comment of its own kind.
pub fn module_docs(tools: &Toolbox) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for path in kept_files(tools)? {
        let start = match path.rsplit_once('.').map(|(_, extension)| extension) {
            Some("rs") => "//!",
            Some("mjs" | "js") => "//",
            Some("css") => "/*",
            _ => continue,
        };
        let text = fs::read_to_string(tools.workspace.path(&path)).unwrap_or_default();
        if !text.trim_start_matches('\u{feff}').starts_with(start) {
            findings.push(format!("{path} does not begin with `{start}`"));
        }
    }
    Ok(findings)
}

/// A checkout works anywhere and with any mirror, and says nothing about where it was made.
pub fn no_places(tools: &Toolbox) -> Result<Vec<String>> {
    // Put together here, so that this file passes its own rule.
    let places = [
        ["registry.", "npmjs.org"].concat(),
        ["static.", "crates.io"].concat(),
        ["index.", "crates.io"].concat(),
        ["files.", "pythonhosted.org"].concat(),
        ["deb.", "debian.org"].concat(),
        ["/wo", "rk/"].concat(),
        ["/ro", "ot/"].concat(),
        ["/ho", "me/"].concat(),
    ];
    search(tools, |_, line| places.iter().any(|place| line.contains(place.as_str())))
}

/// The lines for which `wrong` holds, as `path:line`.
fn search(tools: &Toolbox, wrong: impl Fn(&str, &str) -> bool) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for path in kept_files(tools)? {
        // What is not text has no lines.
        let Ok(text) = fs::read_to_string(tools.workspace.path(&path)) else { continue };
        for (number, line) in text.lines().enumerate() {
            if wrong(&path, line) {
                findings.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    Ok(findings)
}

/// The files that git keeps and that are still there.
fn kept_files(tools: &Toolbox) -> Result<Vec<String>> {
    let list =
        crate::shell::Call::new("git").args(["ls-files", "-z"]).folder(&tools.workspace.root).read()?;
    let exists = |path: &&str| -> bool { tools.workspace.path(path).is_file() };
    Ok(list.split('\0').filter(|path| !path.is_empty()).filter(exists).map(str::to_owned).collect())
}
