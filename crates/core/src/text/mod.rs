//! What a paste drags along: spaces, quotes, invisible marks, typographic dashes, full-width forms. Removed, and told.
//!
//! Only what can never belong to one of the IDs is removed or replaced. Letters that merely look like plain ones are
//! named by whoever needs plain letters, never replaced: a resource group may hold any letter.

pub(crate) mod json;
pub(crate) mod letters;
pub(crate) mod marks;
pub(crate) mod search;
pub(crate) mod secret;

use std::borrow::Cow;

use crate::finding::{Code, Finding};

pub(crate) use letters::plain;
pub use letters::{LookAlike, look_alike};
pub use marks::{Fate, Mark, marks};
pub use secret::looks_secret;

/// A text without what the paste dragged along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleaned<'a> {
    /// What is left.
    pub text: Cow<'a, str>,
    /// What was removed or replaced; without a field.
    pub findings: Vec<Finding>,
}

/// Removes what a paste drags along. Cleaning twice changes nothing more.
pub fn clean(input: &str) -> Cleaned<'_> {
    let mut findings = Vec::new();
    let text = match letters::plain(input, &mut findings) {
        Cow::Borrowed(text) => Cow::Borrowed(trim(text, &mut findings)),
        Cow::Owned(text) => Cow::Owned(trim(&text, &mut findings).to_owned()),
    };
    Cleaned { text, findings }
}

/// Whether a character has no width and no meaning in an ID: zero-width marks, direction marks, byte order marks, soft
/// hyphens, variation selectors (Unicode, default ignorable code points).
pub fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

fn is_space(letter: char) -> bool {
    letter.is_whitespace() || letter.is_control()
}

pub(crate) fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '\'' | '`' | '\u{B4}' | '«' | '»' | '‘'..='‟' | '‹' | '›' | '「' | '」')
}

fn is_punctuation(letter: char) -> bool {
    matches!(letter, ',' | ';' | '.' | '、' | '。')
}

/// Takes spaces, quotes and final punctuation off, in whatever order they stand.
fn trim<'a>(mut text: &'a str, findings: &mut Vec<Finding>) -> &'a str {
    let (mut spaces, mut quotes, mut punctuation) = (false, false, false);
    loop {
        let before = text.len();
        text = cut(text.trim_matches(is_space), text, &mut spaces);
        text = cut(text.trim_matches(is_quote), text, &mut quotes);
        text = cut(text.trim_end_matches(is_punctuation), text, &mut punctuation);
        if let Some(inside) = in_angle_brackets(text) {
            text = inside;
            quotes = true;
        }
        if text.len() == before {
            break;
        }
    }
    for (found, code) in
        [(spaces, Code::TextSpaces), (quotes, Code::TextQuotes), (punctuation, Code::TextPunctuation)]
    {
        if found {
            findings.push(Finding::new(code));
        }
    }
    text
}

fn cut<'a>(shorter: &'a str, text: &'a str, found: &mut bool) -> &'a str {
    *found |= shorter.len() < text.len();
    shorter
}

/// `<https://…>` as mail programs write addresses; `<vault-name>` is a placeholder and stays.
fn in_angle_brackets(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('<')?.strip_suffix('>')?;
    let address =
        inside.starts_with('/') || inside.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("http"));
    if address && !inside.contains(['<', '>']) { Some(inside) } else { None }
}

/// Decodes percent-encoding once. `None` where there is none to decode, or it does not make text.
pub(crate) fn percent_decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut changed = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digit = |offset: usize| char::from(*bytes.get(at + offset)?).to_digit(16);
        if byte == b'%'
            && let (Some(high), Some(low)) = (digit(1), digit(2))
        {
            out.push((high * 16 + low) as u8);
            changed = true;
            at += 3;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    if changed { String::from_utf8(out).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn codes(input: &str) -> (String, Vec<&'static str>) {
        let cleaned = clean(input);
        (cleaned.text.into_owned(), cleaned.findings.iter().map(Finding::code).collect())
    }

    #[test]
    fn nothing_is_told_of_a_clean_text() {
        let cleaned = clean("https://kv.vault.azure.net/keys/k");
        assert!(matches!(cleaned.text, Cow::Borrowed(_)));
        assert!(cleaned.findings.is_empty());
    }

    #[test]
    fn what_a_paste_drags_along_is_removed_and_told() {
        let cases: &[(&str, &str, &[&str])] = &[
            ("  a \r\n", "a", &["text.spaces"]),
            ("\u{A0}a\u{2003}", "a", &["text.spaces"]),
            ("\"a\",", "a", &["text.quotes", "text.punctuation"]),
            ("“a”", "a", &["text.quotes"]),
            ("‘ a ’ ;", "a", &["text.spaces", "text.quotes", "text.punctuation"]),
            ("\u{FEFF}a\u{200B}b\u{AD}c\u{202E}", "abc", &["text.invisible"]),
            ("ａ／ｂ", "a/b", &["text.full-width"]),
            ("a–b‐c", "a-b-c", &["text.dashes"]),
            ("<https://a>", "https://a", &["text.quotes"]),
            ("<vault-name>", "<vault-name>", &[]),
            ("", "", &[]),
        ];
        for (input, text, told) in cases {
            assert_eq!(codes(input), ((*text).to_owned(), told.to_vec()), "{input:?}");
        }
    }

    #[test]
    fn percent_encoding_is_decoded_once() {
        assert_eq!(percent_decoded("%2Fsub%252F").as_deref(), Some("/sub%2F"));
        assert_eq!(percent_decoded("100%"), None);
        assert_eq!(percent_decoded("%FF"), None);
        assert_eq!(percent_decoded("gr%C3%BCn").as_deref(), Some("grün"));
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing_more(input in "\\PC*|[ \"'`<>,;.\u{200B}\u{FEFF}ａ–a/h]*") {
            let once = clean(&input).text.into_owned();
            let again = clean(&once);
            prop_assert_eq!(again.text.as_ref(), once.as_str());
            prop_assert!(again.findings.is_empty());
        }
    }
}
