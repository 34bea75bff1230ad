//! Cuts a text into pieces, each with the name that it stands under.
//!
//! One pass over JSON, Terraform state and HCL, YAML, commands, tables, mail, whole or cut off anywhere: runs of letters
//! between spaces, quotes, commas and brackets; a run before `:` or `=` names what follows, words before a value label
//! it, brackets nest. No recursion, and a bound on what is kept of the nesting.

use crate::text::is_quote;

/// How a name was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// `"name": value`, in brackets.
    Json,
    /// `name = value`, `name=value`.
    Attribute,
    /// `--name value`.
    Option,
    /// `Name: value`.
    Label,
}

/// The name that a piece stands under.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'t> {
    pub text: &'t str,
    pub how: How,
}

/// A run of letters that is not a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'t> {
    pub text: &'t str,
    /// Where it starts in the text, in bytes.
    pub start: usize,
    /// The piece and what follows it up to the next quote, comma or line: for values with spaces in them.
    pub whole: &'t str,
    /// Whether a quote stands before it.
    pub quoted: bool,
    pub name: Option<Name<'t>>,
    /// The words before it on its line, or the short line before; empty when there are none.
    pub label: &'t str,
    /// Counted from 1.
    pub line: usize,
    /// Counted in characters from 1.
    pub column: usize,
    /// Which pair of brackets it stands in.
    pub container: usize,
}

/// Nesting beyond this is counted, not kept.
const DEPTH: usize = 64;
/// The most words that make a label.
const WORDS: usize = 4;
/// The most characters looked at behind a piece for the rest of its value.
const MORE: usize = 40;
/// The longest name of a bracket that is kept, in bytes.
const NAME: usize = 200;
/// A line break that stands in the text as an escape; it ends a line without being one.
pub(super) const ESCAPED_BREAK: char = '\u{B}';

struct Container<'t> {
    id: usize,
    name: &'t str,
    /// Its place in the array that it stands in.
    place: Option<usize>,
    /// The count of what came before the current element; `None` for an object.
    elements: Option<usize>,
}

/// The words of the current line, or of the current value.
#[derive(Clone, Copy, Default)]
struct Words {
    starts: [usize; WORDS],
    count: usize,
    end: usize,
}

impl Words {
    fn push(&mut self, start: usize, end: usize) {
        if self.count >= WORDS {
            self.starts.rotate_left(1);
        }
        if let Some(last) = self.starts.get_mut(self.count.min(WORDS - 1)) {
            *last = start;
        }
        self.count += 1;
        self.end = end;
    }

    fn text(self, all: &str) -> &str {
        if self.count == 0 { "" } else { all.get(self.starts[0]..self.end).unwrap_or("") }
    }
}

/// Walks over the pieces.
pub(super) struct Pieces<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    /// A place on the line, in bytes, and how many characters of the line stand before it.
    counted: (usize, usize),
    stack: Vec<Container<'t>>,
    /// Open brackets beyond [`DEPTH`].
    deeper: usize,
    containers: usize,
    pending: Option<Name<'t>>,
    words: Words,
    /// The short line before, for values that stand below their label.
    above: &'t str,
    /// Whether something on this line was taken.
    taken: bool,
}

fn ends_run(letter: char) -> bool {
    letter.is_whitespace()
        || letter.is_control()
        || is_quote(letter)
        || matches!(letter, ',' | ';' | '|' | '<' | '>' | '{' | '}' | '[' | ']' | '\\')
}

impl<'t> Pieces<'t> {
    pub fn new(text: &'t str) -> Self {
        Pieces {
            text,
            at: 0,
            line: 1,
            counted: (0, 0),
            stack: Vec::new(),
            deeper: 0,
            containers: 0,
            pending: None,
            words: Words::default(),
            above: "",
            taken: false,
        }
    }

    /// Says that the last piece was an ID: it labels nothing, and its name names nothing more.
    pub fn claim(&mut self) {
        self.taken = true;
        self.pending = None;
        self.above = "";
        self.words = Words::default();
    }

    /// The names of the brackets around, outermost first: `value[0].properties`.
    pub fn path(&self) -> String {
        const SHOWN: usize = 6;
        let mut out = String::new();
        let hidden = self.stack.len().saturating_sub(SHOWN);
        if hidden > 0 || self.deeper > 0 {
            out.push('…');
        }
        for container in self.stack.iter().skip(hidden) {
            if let Some(place) = container.place {
                out.push('[');
                out.push_str(&place.to_string());
                out.push(']');
            } else if !container.name.is_empty() {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(container.name);
            }
        }
        out
    }

    /// Whether one of the brackets around is named so, blind to case.
    pub fn inside(&self, name: &str) -> bool {
        self.stack.iter().any(|container| super::names::contains(container.name, name))
    }

    fn open(&mut self, array: bool) {
        self.containers += 1;
        if self.stack.len() == DEPTH {
            self.deeper += 1;
        } else {
            let name = match self.pending {
                Some(name) => name.text,
                None => self.words.text(self.text),
            };
            let name = if name.len() > NAME { "" } else { name };
            let place = self.stack.last().and_then(|above| above.elements);
            let elements = if array { Some(0) } else { None };
            self.stack.push(Container { id: self.containers, name, place, elements });
        }
        self.pending = None;
        self.words = Words::default();
    }

    fn close(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
        } else {
            self.stack.pop();
        }
        self.end_value();
    }

    fn end_value(&mut self) {
        self.pending = None;
        self.words = Words::default();
    }

    fn end_line(&mut self) {
        if self.taken {
            self.above = "";
        } else if self.words.count > 0 {
            self.above = if self.words.count <= WORDS { self.words.text(self.text) } else { "" };
        }
        // A name without a value yet may have it on the next line.
        if self.words.count > 0 || self.taken {
            self.pending = None;
        }
        self.words = Words::default();
        self.taken = false;
    }

    /// Handles a letter that belongs to no run.
    fn between(&mut self, letter: char) {
        match letter {
            '\n' => {
                self.line += 1;
                self.counted = (self.at, 0);
                self.end_line();
            }
            ESCAPED_BREAK => self.end_line(),
            '{' | '[' => self.open(letter == '['),
            '}' | ']' => self.close(),
            ',' => {
                if let Some(elements) = self.stack.last_mut().and_then(|top| top.elements.as_mut()) {
                    *elements += 1;
                }
                self.end_value();
            }
            ';' => self.end_value(),
            _ => {}
        }
    }

    fn quoted(&self, start: usize) -> bool {
        self.text.get(..start).and_then(|before| before.chars().next_back()).is_some_and(is_quote)
    }

    /// The column of a place further on than the last that was asked for.
    fn column(&mut self, place: usize) -> usize {
        let (from, before) = self.counted;
        let count = before + self.text.get(from..place).map_or(0, |text| text.chars().count());
        self.counted = (place, count);
        count + 1
    }

    fn piece(&mut self, start: usize, end: usize, name: Option<Name<'t>>) -> Option<Piece<'t>> {
        let text = self.text.get(start..end)?;
        let rest = self.text.get(start..)?;
        let more = rest.get(text.len()..)?.char_indices().take(MORE);
        let more = more.take_while(|(_, letter)| *letter == ' ' || !ends_run(*letter));
        let whole = more
            .last()
            .map_or(text, |(last, letter)| rest.get(..text.len() + last + letter.len_utf8()).unwrap_or(text));
        let array = self.stack.last().filter(|top| top.elements.is_some() && !top.name.is_empty());
        let name = name.or(self.pending).or(array.map(|top| Name { text: top.name, how: How::Json }));
        let label = match self.words.text(self.text) {
            "" if name.is_none() => self.above,
            words => words,
        };
        let column = self.column(start);
        Some(Piece {
            text,
            start,
            column,
            whole,
            quoted: self.quoted(start),
            name,
            label,
            line: self.line,
            container: self.stack.last().map_or(0, |top| top.id),
        })
    }

    /// Handles the run `start..end`: a name, or a piece.
    fn run(&mut self, start: usize, end: usize) -> Option<Piece<'t>> {
        let run = self.text.get(start..end)?;
        if run.chars().all(|letter| matches!(letter, ':' | '=' | '-' | '>' | '*' | '•' | '+' | '~')) {
            if run.starts_with([':', '=']) && self.pending.is_none() {
                self.name_the_words();
            }
            return None;
        }
        let quoted = self.quoted(start);
        let bracketed = !self.stack.is_empty();
        if let Some(stripped) = run.strip_suffix(':').filter(|name| !name.contains("://")) {
            self.words.push(start, start + stripped.len());
            self.name_the_words();
            return None;
        }
        let next = self.text.get(end..)?.trim_start_matches(|c| c == ' ' || c == '\t' || is_quote(c));
        let separator = next.chars().next().filter(|_| !run.contains("://") && !run.starts_with('/'));
        if let Some(separator @ (':' | '=')) = separator
            && !next.starts_with("==")
        {
            if quoted || separator == '=' {
                let how = if separator == '=' || !bracketed { How::Attribute } else { How::Json };
                self.pending = Some(Name { text: run, how });
                self.words = Words::default();
            } else {
                self.words.push(start, end);
                self.name_the_words();
            }
            return None;
        }
        if let Some((name, value)) = name_and_value(run) {
            let name = Name { text: name, how: How::Attribute };
            if value.is_empty() {
                self.pending = Some(name);
                self.words = Words::default();
                return None;
            }
            return self.piece(end - value.len(), end, Some(name));
        }
        if run.starts_with('-') {
            self.pending = Some(Name { text: run, how: How::Option });
            self.words = Words::default();
            return None;
        }
        let piece = self.piece(start, end, None);
        if self.pending.is_some_and(|name| name.how == How::Option) {
            self.pending = None;
        }
        self.words.push(start, end);
        piece
    }

    fn name_the_words(&mut self) {
        let text = self.words.text(self.text);
        if !text.is_empty() {
            let how = if self.stack.is_empty() { How::Label } else { How::Json };
            self.pending = Some(Name { text, how });
            self.words = Words::default();
        }
    }
}

/// `name=value` and `name:value` in one run.
fn name_and_value(run: &str) -> Option<(&str, &str)> {
    let cut = run.find([':', '='])?;
    let (name, rest) = run.split_at(cut);
    let value = rest.get(1..)?;
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let fits = !name.is_empty()
        && name.len() <= 48
        && name.bytes().all(letters)
        && name.contains(|letter: char| letter.is_ascii_alphabetic());
    // An address has its colon before two slashes, a host before a port; `urn:` belongs to a GUID.
    let colon = rest.starts_with(':');
    let other = colon && (value.starts_with("//") || name.contains('.') || name.eq_ignore_ascii_case("urn"));
    if fits && !other { Some((name, value)) } else { None }
}

impl<'t> Iterator for Pieces<'t> {
    type Item = Piece<'t>;

    fn next(&mut self) -> Option<Piece<'t>> {
        loop {
            let rest = self.text.get(self.at..)?;
            let letter = rest.chars().next()?;
            if ends_run(letter) {
                self.at += letter.len_utf8();
                self.between(letter);
                continue;
            }
            let start = self.at;
            let end = start + rest.find(ends_run).unwrap_or(rest.len());
            self.at = end;
            if let Some(piece) = self.run(start, end) {
                return Some(piece);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::shapes::without_escapes;
    use super::*;

    /// Every piece as `path|name|label|text`.
    fn cut(text: &str) -> Vec<String> {
        let text = without_escapes(text);
        let mut pieces = Pieces::new(&text);
        let mut out = Vec::new();
        while let Some(piece) = pieces.next() {
            let name = piece.name.map_or("", |name| name.text);
            out.push(format!("{}|{name}|{}|{}", pieces.path(), piece.label, piece.text));
        }
        out
    }

    #[test]
    fn names_and_paths_of_json() {
        assert_eq!(
            cut(r#"{"value": [{"id": "a"}, {"properties": {"tenantId": "b"}}]}"#),
            ["value[0]|id||a", "value[1].properties|tenantId||b"]
        );
    }

    #[test]
    fn elements_of_an_array_stand_under_its_name() {
        assert_eq!(cut(r#"{"ids": ["a", "b"]}"#), ["ids|ids||a", "ids|ids||b"]);
    }

    #[test]
    fn attributes_options_labels_and_pairs() {
        assert_eq!(cut("tenant_id = \"a\""), ["|tenant_id||a"]);
        assert_eq!(cut("--tenant a"), ["|--tenant||a"]);
        assert_eq!(cut("--tenant=a"), ["|--tenant||a"]);
        assert_eq!(cut("Directory ID : a"), ["|||Directory", "|Directory ID||a"]);
        assert_eq!(cut("Tenant ID: a"), ["|||Tenant", "|Tenant ID||a"]);
        assert_eq!(cut("appid=a;oid=b"), ["|appid||a", "|oid||b"]);
        assert_eq!(cut("export TENANT=a"), ["|||export", "|TENANT|export|a"]);
    }

    #[test]
    fn a_line_above_labels_a_value_of_its_own_line() {
        assert_eq!(cut("Directory ID\n\na"), ["|||Directory", "||Directory|ID", "||Directory ID|a"]);
    }

    #[test]
    fn an_address_is_one_piece() {
        assert_eq!(
            cut("see https://kv.vault.azure.net:443/keys/k."),
            ["|||see", "||see|https://kv.vault.azure.net:443/keys/k."]
        );
    }

    #[test]
    fn json_inside_json_is_read_like_json() {
        assert_eq!(
            cut(r#""{\"tenantId\": \"a\", \"u\": \"https:\/\/x\"}""#),
            ["|tenantId||a", "|u||https://x"]
        );
        assert_eq!(cut(r"one\r\nVault: kv"), ["|||one", "|Vault||kv"]);
    }

    #[test]
    fn nesting_is_bounded_and_what_is_deep_is_still_read() {
        let text = format!("{}\"id\": \"a\"", "{\"x\":[".repeat(100_000));
        let found = cut(&text);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with('…') && found[0].ends_with("|id||a"), "{}", &found[0]);
    }
}
