//! What programs and terminals write in place of plain characters: colours, escapes of JSON, entities of HTML.

/// Without the sequences that colour a terminal (ECMA-48), also where the escape character itself was lost.
pub(super) fn uncoloured(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['\u{1B}', '\u{9B}', '[']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let Some(length) = sequence(from) else {
            out.push('[');
            rest = from.get(1..).unwrap_or("");
            continue;
        };
        rest = from.get(length..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

/// The bytes of the sequence that a text begins with; `None` for a bracket that begins none.
fn sequence(text: &str) -> Option<usize> {
    if let Some(command) = text.strip_prefix("\u{1B}]") {
        // One that never ends would swallow the rest of the text.
        return Some(2 + command.find(['\u{7}', '\u{1B}']).map_or(0, |end| end + 1));
    }
    let start = ["\u{1B}[", "\u{9B}", "["].iter().find(|start| text.starts_with(**start));
    let Some(start) = start else { return Some(1) };
    let rest = text.get(start.len()..).unwrap_or("");
    let parameters = rest.find(|c: char| !matches!(c, '0'..='?' | ' '..='/')).unwrap_or(rest.len());
    let last = rest.get(parameters..).and_then(|rest| rest.chars().next());
    let length = start.len() + parameters + last.map_or(0, char::len_utf8);
    if *start != "[" {
        return Some(length);
    }
    let colour = |c: char| c.is_ascii_digit() || c == ';';
    let bare = parameters <= 8 && last == Some('m') && rest.get(..parameters)?.chars().all(colour);
    (bare && parameters > 0).then_some(length)
}

/// Without the escapes of JSON and of HTML, however often a text was put into another. Escaped line breaks become
/// spaces.
pub(super) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '&']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let (letter, length) =
            if from.starts_with('&') { entity(from).unwrap_or(('&', 1)) } else { escape(from) };
        out.push(letter);
        rest = from.get(length..).unwrap_or("");
    }
    out.push_str(rest);
    uncoloured(&out)
}

/// What a backslash, or several, and the letter behind them mean, and their bytes.
fn escape(text: &str) -> (char, usize) {
    let slashes = text.bytes().take_while(|&byte| byte == b'\\').count();
    let behind = text.get(slashes..).unwrap_or("");
    match behind.chars().next() {
        Some('n' | 'r' | 't') => (' ', slashes + 1),
        Some(letter @ ('"' | '/' | '\'')) => (letter, slashes + 1),
        Some('u') => match behind.get(1..5).and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(code) => (char::from_u32(code).unwrap_or('\u{FFFD}'), slashes + 5),
            None => ('\\', slashes),
        },
        _ => ('\\', slashes),
    }
}

/// The entities that pages put in place of quotes and brackets.
fn entity(text: &str) -> Option<(char, usize)> {
    const ENTITIES: &[(&str, char)] = &[
        ("&quot;", '"'),
        ("&#34;", '"'),
        ("&#39;", '\''),
        ("&#x27;", '\''),
        ("&apos;", '\''),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&nbsp;", ' '),
        ("&amp;", '&'),
    ];
    ENTITIES.iter().find(|(name, _)| text.starts_with(name)).map(|(name, letter)| (*letter, name.len()))
}
