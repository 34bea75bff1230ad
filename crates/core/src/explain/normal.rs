//! A pasted text made readable for the rules: colours, frames, line breaks and escapes taken off.
//!
//! Two forms come out. `text` is one line in the case that was pasted; what is shown as evidence is cut out of it.
//! `folded` is the same in lower case without spaces, quotes and backslashes: what a terminal wraps anywhere, or a
//! program escapes twice, is found in it all the same. Everything takes time and space in proportion to the input.

mod escapes;
mod lines;

use std::borrow::Cow;

use escapes::unescaped;
use lines::joined;

use crate::text::{is_invisible, looks_secret};

/// The most characters that are read; of a longer text the first and the last half of this.
pub const LIMIT: usize = 1_000_000;

/// What stands in place of a secret.
const MASK: &str = "•••";

/// A text in both forms.
pub(super) struct Normal {
    pub text: String,
    folded: String,
    /// Where in `text` each byte of `folded` comes from.
    from: Vec<u32>,
    /// How much of `folded` is left without the dots and brackets that tell of a cut text.
    end: usize,
    /// Which triples of bytes occur in `folded`, by their hash; most of what is looked for is ruled out by it.
    triples: Vec<u64>,
    /// Whether the middle of the text was left out.
    pub cut: bool,
    /// Whether something that looks like a secret was masked.
    pub secret: bool,
    /// Whether a secret could not be told apart from the rest, so that nothing may be repeated.
    pub silent: bool,
}

impl Normal {
    pub fn of(input: &str) -> Self {
        let (input, cut) = ends(input);
        let secret = looks_secret(&input);
        let text = spaced(&unescaped(&joined(&input)));
        let (text, mask) = masked(text);
        // A secret that was cut by a colour, or that covers several words, is somewhere, but not known where.
        let silent = if mask { looks_secret(&text) } else { secret };
        let secret = secret || mask;
        let (folded, from) = folded_with_places(&text);
        let end = folded.trim_end_matches(['.', '…', '}', ']', ')']).len();
        let mut triples = vec![0_u64; 1024];
        for triple in folded.as_bytes().windows(3) {
            let (word, bit) = place(triple);
            if let Some(word) = triples.get_mut(word) {
                *word |= bit;
            }
        }
        Normal { text, folded, from, end, triples, cut, secret, silent }
    }

    /// Where in `text` something begins that is told in folded form.
    pub fn find(&self, folded: &str) -> Option<usize> {
        if self.ruled_out(folded) {
            return None;
        }
        self.folded.find(folded).map(|at| self.place(at))
    }

    /// Where in `text` the beginning of something stands that the end of a cut text leaves out: half of it at least, and
    /// enough letters not to be there by chance.
    pub fn find_cut(&self, folded: &str) -> Option<usize> {
        const ENOUGH: usize = 12;
        let text = self.folded.get(..self.end)?;
        let least = ENOUGH.max(folded.len().div_ceil(2));
        let length = (least..folded.len())
            .rev()
            .find(|&length| folded.get(..length).is_some_and(|start| text.ends_with(start)))?;
        Some(self.place(text.len() - length))
    }

    /// The places in `text` right after every occurrence of something that is told in folded form.
    pub fn after<'a>(&'a self, folded: &'a str) -> impl Iterator<Item = usize> + 'a {
        let searched = if self.ruled_out(folded) { "" } else { self.folded.as_str() };
        searched.match_indices(folded).map(|(at, found)| {
            let last = at + found.len() - 1;
            let start = self.place(last);
            start + self.text.get(start..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
        })
    }

    fn place(&self, folded: usize) -> usize {
        self.from.get(folded).map_or(0, |&at| at as usize)
    }

    fn ruled_out(&self, folded: &str) -> bool {
        folded.as_bytes().windows(3).any(|triple| {
            let (word, bit) = place(triple);
            self.triples.get(word).is_none_or(|word| word & bit == 0)
        })
    }
}

/// A triple of bytes as a word and a bit of the table.
fn place(triple: &[u8]) -> (usize, u64) {
    let hash = triple.iter().fold(0_usize, |hash, &byte| hash * 37 + usize::from(byte)) & 0xFFFF;
    (hash >> 6, 1 << (hash & 63))
}

/// Lower case, without spaces, quotes and backslashes.
pub(super) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    out.extend(text.chars().filter(|&letter| stays(letter)).map(|letter| letter.to_ascii_lowercase()));
    out
}

fn folded_with_places(text: &str) -> (String, Vec<u32>) {
    let mut out = String::with_capacity(text.len());
    let mut from = Vec::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        if stays(letter) {
            out.push(letter.to_ascii_lowercase());
            from.resize(out.len(), u32::try_from(at).unwrap_or(u32::MAX));
        }
    }
    (out, from)
}

fn stays(letter: char) -> bool {
    !letter.is_whitespace() && !is_quote(letter) && letter != '\\'
}

pub(super) fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '\'' | '`' | '\u{B4}' | '«' | '»' | '‘'..='‟' | '‹' | '›')
}

/// The text, or its two ends when it is longer than the limit. An error tends to stand at the end of a log.
fn ends(input: &str) -> (Cow<'_, str>, bool) {
    let half = LIMIT / 2;
    if input.len() <= LIMIT || input.chars().nth(LIMIT).is_none() {
        return (input.into(), false);
    }
    let head = input.char_indices().nth(half).map_or(input.len(), |(at, _)| at);
    let tail = input.char_indices().rev().nth(half - 1).map_or(0, |(at, _)| at);
    let mut out = String::with_capacity(head + input.len() - tail + 1);
    out.push_str(input.get(..head).unwrap_or(""));
    out.push('\n');
    out.push_str(input.get(tail..).unwrap_or(""));
    (out.into(), true)
}

/// With single spaces and nothing that cannot be seen.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for letter in text.chars() {
        if letter.is_whitespace() || letter.is_control() {
            space = !out.is_empty();
        } else if !is_invisible(letter) {
            if std::mem::take(&mut space) {
                out.push(' ');
            }
            out.push(letter);
        }
    }
    out
}

/// With every word masked that looks like a secret; whether the text held any.
fn masked(text: String) -> (String, bool) {
    if !looks_secret(&text) {
        return (text, false);
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(|c: char| c == ' ' || c == ',' || is_quote(c)) {
        if looks_secret(word) {
            out.push_str(MASK);
            out.extend(word.chars().next_back().filter(|&c| c == ' ' || c == ',' || is_quote(c)));
        } else {
            out.push_str(word);
        }
    }
    (out, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(input: &str) -> String {
        Normal::of(input).text
    }

    #[test]
    fn colours_frames_breaks_and_escapes_go() {
        for (input, expected) in [
            ("\u{1B}[31mError:\u{1B}[0m \u{1B}[1;4mno\u{1B}[K", "Error: no"),
            ("[31mError:[0m [a] [12] x[1]", "Error: [a] [12] x[1]"),
            ("\u{1B}]0;title\u{7}Error", "Error"),
            ("╷\n│ Error: no\n│ \n│   with a\n╵", "Error: no with a"),
            ("2026-11-24T09:00:01.1234567Z │ Error:\n2026-11-24T09:00:01.2Z │ no", "Error: no"),
            ("2026-11-24 is a day", "2026-11-24 is a day"),
            ("\u{1B}]0;no end", "0;no end"),
            ("> > Error:\r\n> no", "Error: no"),
            (r#"{\"message\":\"a\\r\\nb\\u0027c\"}"#, r#"{"message":"a b'c"}"#),
            (r"\u001b[31mred\u001b[0m", "red"),
            ("a&quot;b&#39; &amp;&", "a\"b' &&"),
            ("a\u{200B}b\u{A0}c", "ab c"),
            ("71bb-\n41a1", "71bb-41a1"),
            ("", ""),
        ] {
            assert_eq!(text(input), expected, "{input:?}");
        }
    }

    #[test]
    fn lines_that_a_terminal_cut_are_put_together() {
        let line = "x".repeat(60);
        assert_eq!(text(&[line.as_str(), &line, "yy"].join("\n")), [line.as_str(), &line, "yy"].concat());
        assert_eq!(text("ab\ncd\ne"), "ab cd e");
    }

    #[test]
    fn places_lead_back_to_the_text() {
        let normal = Normal::of("Größe: 'A B' é-x");
        assert_eq!(normal.find(&folded("a b")), normal.text.find('A'));
        let after: Vec<usize> = normal.after("é").collect();
        assert_eq!(normal.text.get(after[0]..), Some("-x"));
    }

    #[test]
    fn of_a_long_text_both_ends_are_read() {
        let long = ["first ", &"é".repeat(LIMIT), " last"].concat();
        let normal = Normal::of(&long);
        assert!(normal.cut && normal.find("first").is_some() && normal.find("last").is_some());
        assert!(normal.text.chars().count() <= LIMIT + 1);
        assert!(!Normal::of(&"é".repeat(LIMIT)).cut);
    }
}
