//! Shapes of text: escapes and percent-encoding undone, punctuation taken off, addresses and GUIDs found in a run.

use std::borrow::Cow;

use super::pieces::ESCAPED_BREAK;
use crate::finding::{Code, Field, Finding};
use crate::id::Guid;
use crate::id::cloud::AzureCloud;
use crate::text;
use crate::text::search::find_ignore_case;

/// The text with the escapes of JSON undone, also those of JSON inside JSON: `\/`, `\u002f`, `\n`, `\"`.
pub(super) fn without_escapes(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        while letters.as_str().starts_with('\\') {
            letters.next();
        }
        let rest = letters.as_str();
        let code = rest.strip_prefix('u').and_then(|rest| rest.get(..4)).and_then(|digits| {
            u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).filter(|c| !c.is_control())
        });
        match (code, rest.chars().next()) {
            (Some(letter), _) => {
                out.push(letter);
                letters.nth(4);
            }
            (None, Some('n' | 'r')) => {
                out.push(ESCAPED_BREAK);
                letters.next();
            }
            (None, Some('t')) => {
                out.push(' ');
                letters.next();
            }
            // A backslash at the end of a line continues it, as in commands for bash.
            (None, Some('\n' | '\r') | None) => out.push(' '),
            (None, Some(_)) => {}
        }
    }
    Cow::Owned(out)
}

/// A label fit to be shown.
pub(super) fn short(label: &str) -> String {
    label.chars().filter(|letter| !matches!(letter, '"' | '\'' | '`')).take(60).collect()
}

/// Without the punctuation of a sentence around.
pub(super) fn trimmed(run: &str) -> &str {
    let mut text = run.trim_start_matches('(').trim_end_matches(['.', ':', '!', '?', '…']);
    let count = |letter: char| text.matches(letter).count();
    // A resource group may end with a parenthesis that it opened itself.
    if text.ends_with(')') && count(')') > count('(') {
        text = text.trim_end_matches(')').trim_end_matches(['.', ':']);
    }
    text
}

/// Decodes percent-encoding until there is none: blades of the portal are encoded in addresses that may be encoded again.
pub(super) fn decoded(run: &str) -> (Cow<'_, str>, bool) {
    let Some(once) = text::percent_decoded(run) else { return (Cow::Borrowed(run), false) };
    match text::percent_decoded(&once) {
        Some(twice) => (Cow::Owned(twice), true),
        None => (Cow::Owned(once), true),
    }
}

/// Cuts a run where an address starts inside it, as in `…/id/https://…` and `[text](https://…)`.
pub(super) fn parts(run: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut from = 0;
    for (colon, _) in run.match_indices("://") {
        let head = run.get(from..colon).unwrap_or("");
        let scheme = head.len() - head.trim_end_matches(|letter: char| letter.is_ascii_alphabetic()).len();
        let start = colon - scheme;
        if start > from {
            out.extend(run.get(from..start));
            from = start;
        }
    }
    out.extend(run.get(from..));
    out
}

/// An address of a key that stands inside another address, without what follows the key there.
pub(super) fn without_more(part: &str) -> &str {
    let version = |segment: &str| segment.len() == 32 && segment.bytes().all(|byte| byte.is_ascii_hexdigit());
    let path = part.find("://").map_or(0, |colon| colon + 3);
    let mut slashes = part.match_indices('/').map(|(slash, _)| slash).filter(|slash| *slash >= path).skip(2);
    let Some(name) = slashes.next() else { return part };
    let end = slashes.next().unwrap_or(part.len());
    let cut = if part.get(name + 1..end).is_some_and(version) { end } else { name };
    part.get(..cut).unwrap_or(part)
}

/// Where a resource ID starts.
pub(super) fn arm_start(part: &str) -> Option<usize> {
    if part.get(..14).is_some_and(|head| head.eq_ignore_ascii_case("subscriptions/")) {
        return Some(0);
    }
    find_ignore_case(part, "/subscriptions/")
}

/// The first GUID that stands by itself.
pub(super) fn guid_in(part: &str) -> Option<&str> {
    let bytes = part.as_bytes();
    let alone = |byte: Option<&u8>| !byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    part.match_indices('-').find_map(|(hyphen, _)| {
        let start = hyphen.checked_sub(8)?;
        let guid = part.get(start..start + 36)?;
        let before = start.checked_sub(1).and_then(|before| bytes.get(before));
        if alone(before) && alone(bytes.get(start + 36)) && Guid::parse(guid).is_some() {
            Some(guid)
        } else {
            None
        }
    })
}

/// Tells that percent-encoding was undone, before what else there is to tell.
pub(super) fn percent(mut findings: Vec<Finding>, field: Field, decoded: bool) -> Vec<Finding> {
    if decoded {
        findings.insert(0, Finding::about(field, Code::TextPercent));
    }
    findings
}

/// As Azure writes it, with the slash.
pub(super) fn vault_uri(name: &str, cloud: AzureCloud) -> String {
    let mut out = String::from("https://");
    out.push_str(&name.to_ascii_lowercase());
    out.push('.');
    out.push_str(cloud.vault_suffix());
    out.push('/');
    out
}

pub(super) fn host_of(uri: &str) -> &str {
    uri.trim_start_matches("https://").trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_of_a_sentence_is_taken_off_and_a_group_keeps_its_parenthesis() {
        for (run, expected) in [
            ("(https://a/b).", "https://a/b"),
            ("/groups/rg(1)", "/groups/rg(1)"),
            ("(/groups/rg(1)/x)", "/groups/rg(1)/x"),
            ("kv:", "kv"),
            ("", ""),
        ] {
            assert_eq!(trimmed(run), expected, "{run}");
        }
    }

    #[test]
    fn a_guid_must_stand_by_itself() {
        const GUID: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
        assert_eq!(guid_in(&["urn:uuid:", GUID].concat()), Some(GUID));
        for part in [
            ["a", GUID].concat(),
            [GUID, "0"].concat(),
            [GUID, "-1"].concat(),
            "ü".repeat(40),
            "-".repeat(90),
        ] {
            assert_eq!(guid_in(&part), None, "{part}");
        }
    }

    #[test]
    fn an_address_inside_another_is_a_part_of_its_own() {
        assert_eq!(parts("id/https://a/keys/k"), ["id/", "https://a/keys/k"]);
        assert_eq!(parts("https://a"), ["https://a"]);
        assert_eq!(without_more("https://a/keys/k/vaultId/x"), "https://a/keys/k");
        let version = "https://a/keys/k/78deebed173b48e48f55abf87ed4cf71";
        assert_eq!(without_more(&[version, "/vaultId"].concat()), version);
    }
}
