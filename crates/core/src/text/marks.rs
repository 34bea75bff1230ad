//! The characters of a paste that are not what they seem, one by one, so that a person can see pasted against expected.

use super::is_invisible;
use super::letters::{self, dash_or_slash, full_width, look_alike};

/// What becomes of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It has no meaning in an ID and is removed.
    Removed,
    /// It is replaced by the plain character that it stands for.
    Replaced,
    /// It stays, but looks like a plain letter that may have been meant.
    LooksLike,
}

/// A character that is not what it seems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its place in the pasted text, counted in characters from 0.
    pub at: usize,
    /// The character as pasted.
    pub pasted: char,
    /// Its code point, for example `U+200B`.
    pub code: String,
    /// What it is, in plain words.
    pub name: &'static str,
    /// What becomes of it.
    pub fate: Fate,
    /// The plain character that replaces it or that it looks like; `None` when it is removed.
    pub becomes: Option<char>,
}

/// Every character of a text that is not what it seems, in order. Plain spaces, quotes and punctuation are not among
/// them: everybody sees those.
pub fn marks(pasted: &str) -> Vec<Mark> {
    if pasted.is_ascii() {
        return Vec::new();
    }
    pasted.chars().enumerate().filter_map(|(at, letter)| mark(at, letter)).collect()
}

fn mark(at: usize, pasted: char) -> Option<Mark> {
    if pasted.is_ascii() {
        return None;
    }
    let (name, fate, becomes) = if is_invisible(pasted) {
        (invisible(pasted), Fate::Removed, None)
    } else if let Some(plain) = full_width(pasted) {
        ("full-width form", Fate::Replaced, Some(plain))
    } else if let Some(plain) = dash_or_slash(pasted) {
        (if plain == '-' { dash(pasted) } else { "typographic slash" }, Fate::Replaced, Some(plain))
    } else if pasted.is_whitespace() {
        (space(pasted), Fate::Replaced, Some(' '))
    } else if let Some((name, plain)) = quote(pasted) {
        (name, Fate::Replaced, Some(plain))
    } else {
        let seen = look_alike(pasted)?;
        (seen.script_letter(), Fate::LooksLike, Some(seen.plain))
    };
    Some(Mark { at, pasted, code: letters::code_point(pasted), name, fate, becomes })
}

/// The names are Unicode's, in lower-case, or what people call a whole group.
fn invisible(letter: char) -> &'static str {
    match letter {
        '\u{AD}' => "soft hyphen",
        '\u{200B}' => "zero-width space",
        '\u{200C}' => "zero-width non-joiner",
        '\u{200D}' => "zero-width joiner",
        '\u{200E}' | '\u{200F}' | '\u{61C}' => "direction mark",
        '\u{202A}'..='\u{202E}' => "bidirectional override",
        '\u{2066}'..='\u{2069}' => "bidirectional isolate",
        '\u{2060}' => "word joiner",
        '\u{FEFF}' => "byte order mark",
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => "variation selector",
        '\u{E0000}'..='\u{E007F}' => "invisible tag",
        _ => "invisible character",
    }
}

fn dash(letter: char) -> &'static str {
    match letter {
        '\u{2010}' => "typographic hyphen",
        '\u{2011}' => "non-breaking hyphen",
        '\u{2013}' => "en dash",
        '\u{2014}' => "em dash",
        '\u{2212}' => "minus sign",
        _ => "typographic dash",
    }
}

fn space(letter: char) -> &'static str {
    match letter {
        '\u{A0}' => "no-break space",
        '\u{202F}' => "narrow no-break space",
        '\u{3000}' => "full-width space",
        '\u{2028}' | '\u{2029}' | '\u{85}' => "unusual line break",
        _ => "unusual space",
    }
}

/// The plain quotation mark that a typographic one stands for.
pub(crate) fn quote(letter: char) -> Option<(&'static str, char)> {
    match letter {
        '‘' | '’' | '‚' | '‛' | '‹' | '›' | '\u{B4}' => Some(("typographic single quote", '\'')),
        '“' | '”' | '„' | '‟' | '«' | '»' | '「' | '」' => {
            Some(("typographic quotation mark", '"'))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_character_is_named_with_its_place_and_fate() {
        let cases = [
            ("a\u{200B}", 1, "U+200B", "zero-width space", Fate::Removed, None),
            ("\u{FEFF}a", 0, "U+FEFF", "byte order mark", Fate::Removed, None),
            ("a\u{AD}b", 1, "U+00AD", "soft hyphen", Fate::Removed, None),
            ("\u{202E}", 0, "U+202E", "bidirectional override", Fate::Removed, None),
            ("\u{2067}", 0, "U+2067", "bidirectional isolate", Fate::Removed, None),
            ("\u{E0041}", 0, "U+E0041", "invisible tag", Fate::Removed, None),
            ("kｖ", 1, "U+FF56", "full-width form", Fate::Replaced, Some('v')),
            ("kv–1", 2, "U+2013", "en dash", Fate::Replaced, Some('-')),
            ("a∕b", 1, "U+2215", "typographic slash", Fate::Replaced, Some('/')),
            ("a\u{A0}", 1, "U+00A0", "no-break space", Fate::Replaced, Some(' ')),
            ("”", 0, "U+201D", "typographic quotation mark", Fate::Replaced, Some('"')),
            ("’", 0, "U+2019", "typographic single quote", Fate::Replaced, Some('\'')),
            ("kаfka", 1, "U+0430", "Cyrillic letter", Fate::LooksLike, Some('a')),
            ("kαfka", 1, "U+03B1", "Greek letter", Fate::LooksLike, Some('a')),
        ];
        for (text, at, code, name, fate, becomes) in cases {
            let found = marks(text);
            assert_eq!(found.len(), 1, "{text:?}");
            let mark = &found[0];
            assert_eq!(
                (mark.at, mark.code.as_str(), mark.name, mark.fate, mark.becomes),
                (at, code, name, fate, becomes)
            );
        }
    }

    #[test]
    fn places_count_characters_and_honest_letters_are_not_marked() {
        let found = marks("ü\u{200B}\u{200B} grün");
        assert_eq!(found.iter().map(|mark| mark.at).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(marks("/subscriptions/\"kv\" 'x'"), []);
    }

    #[test]
    fn what_is_marked_as_removed_or_replaced_is_what_cleaning_takes_away() {
        for number in 0..=0x10_FFFF_u32 {
            let Some(letter) = char::from_u32(number) else { continue };
            if letter.is_ascii() {
                continue;
            }
            let text = ["a", letter.encode_utf8(&mut [0; 4]), "a"].concat();
            let changed = super::super::clean(&text).text != text;
            let told = marks(&text).iter().any(|mark| {
                mark.fate != Fate::LooksLike && !mark.pasted.is_whitespace() && quote(mark.pasted).is_none()
            });
            assert_eq!(changed, told, "{letter:?}");
        }
    }
}
