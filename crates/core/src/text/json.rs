//! Finds a named string in JSON, or in a line cut out of JSON.
//!
//! A tokeniser without recursion: nesting, truncation and size do not hurt it. It never builds a tree.

/// Whether a text is worth looking into: it holds a name in quotes followed by a colon.
pub(crate) fn seems_json(text: &str) -> bool {
    text.contains('"') && text.contains(':') && Strings::new(text).any(|string| string.name)
}

/// The value of the first of `names` that is there and passes `fits`; the shallowest, then the first. Names are tried
/// in order, so that the most telling one comes first.
pub(crate) fn find<'n>(text: &str, names: &[&'n str], fits: fn(&str) -> bool) -> Option<(&'n str, String)> {
    for wanted in names {
        let mut best: Option<(usize, String)> = None;
        let mut wanted_next = false;
        for string in Strings::new(text) {
            if string.name {
                wanted_next = string.raw.eq_ignore_ascii_case(wanted);
            } else if std::mem::take(&mut wanted_next)
                && best.as_ref().is_none_or(|(depth, _)| string.depth < *depth)
            {
                let value = unescaped(string.raw);
                if fits(&value) {
                    best = Some((string.depth, value));
                }
            }
        }
        if let Some((_, value)) = best {
            return Some((wanted, value));
        }
    }
    None
}

/// A string of the JSON.
struct Found<'a> {
    raw: &'a str,
    depth: usize,
    /// Whether a colon follows: it names the value after it.
    name: bool,
}

/// Walks over the strings.
struct Strings<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Strings<'a> {
    fn new(text: &'a str) -> Self {
        Strings { text, at: 0, depth: 0 }
    }
}

impl<'a> Iterator for Strings<'a> {
    type Item = Found<'a>;

    fn next(&mut self) -> Option<Found<'a>> {
        let bytes = self.text.as_bytes();
        loop {
            let byte = *bytes.get(self.at)?;
            self.at += 1;
            match byte {
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                b'"' => break,
                _ => {}
            }
        }
        let start = self.at;
        let mut end = bytes.len();
        while let Some(&byte) = bytes.get(self.at) {
            self.at += 1;
            if byte == b'\\' {
                self.at += 1;
            } else if byte == b'"' {
                end = self.at - 1;
                break;
            }
        }
        let raw = self.text.get(start..end)?;
        let rest = bytes.get(self.at..).unwrap_or(&[]);
        let name = rest.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':');
        Some(Found { raw, depth: self.depth, name })
    }
}

/// The string itself (RFC 8259, escapes). A broken escape is left as it stands.
fn unescaped(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut letters = raw.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('u') => {
                let digits: String = letters.clone().take(4).collect();
                match u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32) {
                    Some(decoded) if digits.len() == 4 => {
                        out.push(decoded);
                        letters.nth(3);
                    }
                    _ => out.push_str("\\u"),
                }
            }
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn any(_: &str) -> bool {
        true
    }

    #[test]
    fn the_shallowest_value_is_taken() {
        let text = r#"{"properties":{"id":"deep"},"id":"\/top\u002d1"}"#;
        assert_eq!(find(text, &["id"], any), Some(("id", "/top-1".to_owned())));
    }

    #[test]
    fn a_line_cut_out_of_json_is_enough() {
        assert_eq!(find(r#"  "kid": "https://x","#, &["kid"], any), Some(("kid", "https://x".to_owned())));
    }

    #[test]
    fn truncated_json_still_gives_what_is_there() {
        assert_eq!(find(r#"{"a":{"kid":"https://x"#, &["kid"], any), Some(("kid", "https://x".to_owned())));
    }

    #[test]
    fn deep_nesting_does_not_hurt() {
        let text = format!("{}\"id\":\"x\"", "{\"a\":[".repeat(200_000));
        assert_eq!(find(&text, &["id"], any), Some(("id", "x".to_owned())));
    }

    #[test]
    fn values_are_not_taken_for_names() {
        assert_eq!(find(r#"{"type":"id","x":"y"}"#, &["id"], any), None);
    }
}
