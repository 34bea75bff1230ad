//! Lines of a log, a terminal or a mail put together again.

use super::escapes::uncoloured;

/// Narrower columns are short lines, not wrapped ones.
const NARROWEST_TERMINAL: usize = 40;

/// The lines as one. Where several lines fill the same, greatest width a terminal has cut them, even within a word, so
/// they are put together without a space; as are words that were broken at a hyphen.
pub(super) fn joined(input: &str) -> String {
    let lines: Vec<String> = input.split(['\n', '\r']).map(|line| unframed(&uncoloured(line))).collect();
    let widths: Vec<usize> = lines.iter().map(|line| line.chars().count()).collect();
    let widest = widths.iter().copied().max().unwrap_or(0);
    let full = widths.iter().filter(|&&width| width == widest).count();
    let terminal = widest >= NARROWEST_TERMINAL && full > 1;
    let mut out = String::with_capacity(input.len());
    for (line, width) in lines.iter().zip(widths) {
        out.push_str(line);
        let mut end = line.chars().rev();
        let hyphen = end.next() == Some('-') && end.next().is_some_and(char::is_alphanumeric);
        let cut = terminal && width == widest;
        if !hyphen && !cut {
            out.push(' ');
        }
    }
    out
}

/// Without what frames a line: the time that a log puts before it, the box of Terraform, the mark of a quotation in
/// mails and Markdown.
fn unframed(line: &str) -> String {
    let mut rest = line.trim_end();
    loop {
        let inner = untimed(rest.trim_start());
        let inner = inner.strip_prefix("> ").or_else(|| inner.strip_prefix("| ")).unwrap_or(inner);
        let inner = inner.trim_start_matches(is_frame);
        if inner.len() == rest.len() {
            break;
        }
        rest = inner;
    }
    rest.trim_end_matches(is_frame).to_owned()
}

/// Without a date and time of ISO 8601 at the start.
fn untimed(line: &str) -> &str {
    const DATE: &[u8] = b"0000-00-00";
    let digit_or_same =
        |(form, byte): (&u8, u8)| if *form == b'0' { byte.is_ascii_digit() } else { byte == *form };
    let date = line.len() > DATE.len() && DATE.iter().zip(line.bytes()).all(digit_or_same);
    let time = line.get(DATE.len()..).filter(|_| date).and_then(|rest| rest.strip_prefix(['T', ' ']));
    time.map_or(line, |time| {
        let hour = time.starts_with(|c: char| c.is_ascii_digit());
        let rest = time.trim_start_matches(|c: char| {
            c.is_ascii_digit() || matches!(c, ':' | '.' | ',' | 'Z' | '+' | '-')
        });
        if hour && (rest.is_empty() || rest.starts_with(' ')) { rest.trim_start() } else { line }
    })
}

fn is_frame(letter: char) -> bool {
    matches!(letter, '\u{2500}'..='\u{259F}')
}
