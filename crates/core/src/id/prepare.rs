//! The first steps that all three checks share: refuse secrets, look into JSON, take off what a paste drags along.

use std::borrow::Cow;

use super::guid::Guid;
use crate::finding::{Code, Field, Finding};
use crate::text::search::{holds, places};
use crate::text::{self, json, letters};

/// A text ready for its grammar.
pub(super) struct Prepared<'a> {
    pub text: Cow<'a, str>,
    pub findings: Vec<Finding>,
}

/// What a check looks for in JSON.
pub(super) struct Wanted {
    pub field: Field,
    pub names: &'static [&'static str],
    pub fits: fn(&str) -> bool,
}

/// Prepares a text, or says why there is nothing to check.
pub(super) fn prepare<'a>(input: &'a str, wanted: &Wanted) -> Result<Prepared<'a>, Vec<Finding>> {
    if text::looks_secret(input) {
        return Err(vec![Finding::about(wanted.field, Code::InputSecret)]);
    }
    let mut findings = Vec::new();
    let found = if json::seems_json(input) { in_json(input, wanted.names, wanted.fits) } else { None };
    let text = match found {
        Some((name, value)) => {
            findings.push(Finding::new(Code::TextJson).with("name", name));
            let cleaned = text::clean(&value);
            findings.extend(cleaned.findings);
            Cow::Owned(cleaned.text.into_owned())
        }
        None => {
            let cleaned = text::clean(input);
            findings.extend(cleaned.findings);
            cleaned.text
        }
    };
    for finding in &mut findings {
        finding.field = Some(wanted.field);
    }
    if text.is_empty() {
        findings.push(Finding::about(wanted.field, Code::TextEmpty));
        return Err(findings);
    }
    Ok(Prepared { text, findings })
}

/// The value of the first of `names` in JSON that fits.
pub(super) fn in_json(
    input: &str,
    names: &[&'static str],
    fits: fn(&str) -> bool,
) -> Option<(&'static str, String)> {
    json::find(input, names, fits)
}

/// A part that documentation writes where one's own value belongs: `<vault-name>`, `{subscriptionId}`, `$VAULT`, `…`,
/// `xxxxxxxx-xxxx-…`.
pub(crate) fn placeholder(text: &str) -> Option<&str> {
    let starts_name = |rest: &str| rest.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
    for (open, close) in [("<", '>'), ("${", '}'), ("{{", '}'), ("{", '}'), ("[", ']')] {
        for start in places(text, open) {
            let from = text.get(start..)?;
            if starts_name(from.get(open.len()..)?) {
                let end = from.find(close).map_or(from.len(), |end| end + 1);
                return from.get(..end);
            }
        }
    }
    text.split('/').find(|part| {
        part.split('$').skip(1).any(starts_name)
            || holds(part, "...")
            || holds(part, "…")
            || (part.len() >= 8 && part.bytes().all(|byte| matches!(byte, b'x' | b'X' | b'-')))
    })
}

/// Why a name that must be of plain letters is not taken: a look-alike letter in it, or else `code`.
pub(super) fn bad_name(field: Field, code: Code, name: &str) -> Finding {
    match letters::first_look_alike(name) {
        Some((letter, seen)) => letters::told(Finding::about(field, Code::TextLookAlike), letter, seen),
        None => Finding::about(field, code).with("text", name),
    }
}

/// Cuts `?…` and `#…` off.
pub(crate) fn without_query(text: &str) -> (&str, bool) {
    match text.find(['?', '#']) {
        Some(cut) => (text.get(..cut).unwrap_or(text), true),
        None => (text, false),
    }
}

/// The non-empty parts of a path, and whether there were doubled slashes or one at the end.
pub(crate) struct Segments<'a> {
    pub parts: Vec<&'a str>,
    pub doubled: bool,
    pub trailing: bool,
}

/// Splits a path that starts with a slash.
pub(crate) fn segments(path: &str) -> Segments<'_> {
    let doubled = holds(path, "//");
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let trailing = path.ends_with('/') && !parts.is_empty();
    Segments { parts, doubled, trailing }
}

/// A GUID in any of its textual forms, also with spaces in it.
pub(super) fn guid_in_any_form(text: &str) -> Option<Guid> {
    if text.len() > 80 {
        return None;
    }
    Guid::parse_any_form(text).or_else(|| {
        let tight: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        Guid::parse_any_form(&tight)
    })
}
