//! Characters that are not what they seem: invisible ones, full-width forms, typographic dashes, look-alike letters.

use std::borrow::Cow;

use super::is_invisible;
use crate::finding::{Code, Finding};

/// A letter that looks like a plain one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LookAlike {
    /// The plain letter that it looks like.
    pub plain: char,
    /// The script it comes from.
    pub script: &'static str,
}

/// The text with invisible characters removed, full-width forms and typographic dashes and slashes made plain.
pub(crate) fn plain<'a>(input: &'a str, findings: &mut Vec<Finding>) -> Cow<'a, str> {
    if input.is_ascii() {
        return Cow::Borrowed(input);
    }
    let (mut invisible, mut full_width, mut dashes) = (0_usize, false, false);
    let mut out = String::with_capacity(input.len());
    for letter in input.chars() {
        if is_invisible(letter) {
            invisible += 1;
        } else if let Some(plain) = self::full_width(letter) {
            full_width = true;
            out.push(plain);
        } else if let Some(plain) = dash_or_slash(letter) {
            dashes = true;
            out.push(plain);
        } else {
            out.push(letter);
        }
    }
    if invisible > 0 {
        findings.push(Finding::new(Code::TextInvisible).with("count", &invisible.to_string()));
    }
    if full_width {
        findings.push(Finding::new(Code::TextFullWidth));
    }
    if dashes {
        findings.push(Finding::new(Code::TextDashes));
    }
    if invisible == 0 && !full_width && !dashes { Cow::Borrowed(input) } else { Cow::Owned(out) }
}

/// The plain form of a full-width one.
pub(super) fn full_width(letter: char) -> Option<char> {
    match letter {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(letter) - 0xFEE0),
        _ => None,
    }
}

/// Word processors and web pages put these in place of `-` and `/`; none of them may stand in an ID.
pub(super) fn dash_or_slash(letter: char) -> Option<char> {
    match letter {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{2043}' => Some('-'),
        '\u{2044}' | '\u{2215}' | '\u{29F8}' => Some('/'),
        _ => None,
    }
}

impl LookAlike {
    /// What the letter is, in plain words.
    pub(super) fn script_letter(self) -> &'static str {
        if self.script == GREEK { "Greek letter" } else { "Cyrillic letter" }
    }
}

const CYRILLIC: &str = "Cyrillic";
const GREEK: &str = "Greek";

/// The plain letter that a Cyrillic or Greek one looks like (Unicode Technical Standard 39, the common cases).
pub fn look_alike(letter: char) -> Option<LookAlike> {
    let (plain, script) = match letter {
        'а' => ('a', CYRILLIC),
        'А' => ('A', CYRILLIC),
        'В' => ('B', CYRILLIC),
        'с' => ('c', CYRILLIC),
        'С' => ('C', CYRILLIC),
        'ԁ' => ('d', CYRILLIC),
        'е' => ('e', CYRILLIC),
        'Е' => ('E', CYRILLIC),
        'һ' => ('h', CYRILLIC),
        'Н' => ('H', CYRILLIC),
        'і' => ('i', CYRILLIC),
        'І' => ('I', CYRILLIC),
        'ј' => ('j', CYRILLIC),
        'Ј' => ('J', CYRILLIC),
        'к' => ('k', CYRILLIC),
        'К' => ('K', CYRILLIC),
        'М' => ('M', CYRILLIC),
        'о' => ('o', CYRILLIC),
        'О' => ('O', CYRILLIC),
        'р' => ('p', CYRILLIC),
        'Р' => ('P', CYRILLIC),
        'ѕ' => ('s', CYRILLIC),
        'Ѕ' => ('S', CYRILLIC),
        'Т' => ('T', CYRILLIC),
        'у' => ('y', CYRILLIC),
        'х' => ('x', CYRILLIC),
        'Х' => ('X', CYRILLIC),
        'α' => ('a', GREEK),
        'Α' => ('A', GREEK),
        'Β' => ('B', GREEK),
        'Ε' => ('E', GREEK),
        'Η' => ('H', GREEK),
        'ι' => ('i', GREEK),
        'Ι' => ('I', GREEK),
        'κ' => ('k', GREEK),
        'Κ' => ('K', GREEK),
        'Μ' => ('M', GREEK),
        'ν' => ('v', GREEK),
        'Ν' => ('N', GREEK),
        'ο' => ('o', GREEK),
        'Ο' => ('O', GREEK),
        'ρ' => ('p', GREEK),
        'Ρ' => ('P', GREEK),
        'Τ' => ('T', GREEK),
        'υ' => ('u', GREEK),
        'Χ' => ('X', GREEK),
        'Ζ' => ('Z', GREEK),
        _ => return None,
    };
    Some(LookAlike { plain, script })
}

/// The code point of a character: `U+200B`.
pub(crate) fn code_point(letter: char) -> String {
    let mut code = String::from("U+");
    let number = u32::from(letter);
    let digits = if number > 0xFFFF { [20, 16, 12, 8, 4, 0].as_slice() } else { &[12, 8, 4, 0] };
    for shift in digits.iter().skip_while(|shift| **shift == 20 && number >> 20 == 0) {
        code.extend(char::from_digit((number >> shift) & 15, 16).map(|digit| digit.to_ascii_uppercase()));
    }
    code
}

/// Adds what a sentence about a look-alike letter mentions.
pub(crate) fn told(finding: Finding, letter: char, seen: LookAlike) -> Finding {
    let mut plain = String::new();
    plain.push(seen.plain);
    finding
        .with("letter", letter.encode_utf8(&mut [0; 4]))
        .with("code", &code_point(letter))
        .with("script", seen.script)
        .with("plain", &plain)
}

/// The first look-alike letter in a text.
pub(crate) fn first_look_alike(text: &str) -> Option<(char, LookAlike)> {
    if text.is_ascii() {
        return None;
    }
    text.chars().find_map(|letter| Some((letter, look_alike(letter)?)))
}
