//! A value as each shell and tool reads it back: whatever is in it, it stays one value.

/// In single quotes for a POSIX shell: nothing in them is special but the quote itself.
pub(super) fn bash(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('\'');
    for letter in value.chars() {
        if letter == '\'' {
            out.push_str("'\\''");
        } else {
            out.push(letter);
        }
    }
    out.push('\'');
    out
}

/// In single quotes for PowerShell, where a quote is doubled and nothing else is special (`about_Quoting_Rules`).
///
/// Everything beyond printable ASCII is written as `[char]0x…`: Windows PowerShell 5.1 reads a file without a byte
/// order mark in the machine's code page, in which a part of a letter can become a curly quote, and PowerShell takes
/// curly quotes for quotes.
pub(super) fn powershell(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('\'');
    for unit in value.encode_utf16() {
        match u8::try_from(unit) {
            Ok(b'\'') => out.push_str("''"),
            Ok(byte) if byte.is_ascii_graphic() || byte == b' ' => out.push(char::from(byte)),
            _ => {
                out.push_str("' + [char]0x");
                for shift in [12, 8, 4, 0] {
                    out.push(char::from_digit(u32::from(unit >> shift) & 15, 16).unwrap_or('0'));
                }
                out.push_str(" + '");
            }
        }
    }
    out.push('\'');
    if out.contains("[char]") { ["(", &out, ")"].concat() } else { out }
}

/// For the inside of double quotes in a `.cmd` file, where a percent sign is doubled.
///
/// No double quote and no line break can stand there; no ID holds one, and what would change a command is left out.
pub(super) fn cmd(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for letter in value.chars() {
        match letter {
            '%' => out.push_str("%%"),
            '"' => {}
            _ if letter.is_control() => {}
            _ => out.push(letter),
        }
    }
    out
}

/// In double quotes for HCL: backslash escapes, and `$${` and `%%{` where a template would begin (Terraform language,
/// strings and templates).
pub(super) fn hcl(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    let mut letters = value.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '$' | '%' if letters.peek() == Some(&'{') => {
                out.push(letter);
                out.push(letter);
            }
            _ => push_escaped(&mut out, letter),
        }
    }
    out.push('"');
    out
}

/// In double quotes for JSON (RFC 8259). For an ARM template see [`arm`].
pub(super) fn json(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for letter in value.chars() {
        push_escaped(&mut out, letter);
    }
    out.push('"');
    out
}

/// A string of an ARM template: one that begins with `[` would be an expression, so the bracket is doubled (ARM
/// template syntax, escape characters).
pub(super) fn arm(value: &str) -> String {
    if value.starts_with('[') { json(&["[", value].concat()) } else { json(value) }
}

/// In single quotes for Bicep: backslash escapes, `\u{…}` and `\$` (Bicep data types, strings).
pub(super) fn bicep(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('\'');
    for letter in value.chars() {
        match letter {
            '\'' | '\\' | '$' => {
                out.push('\\');
                out.push(letter);
            }
            _ if letter.is_control() => {
                out.push_str("\\u{");
                push_hex(&mut out, letter);
                out.push('}');
            }
            _ => out.push(letter),
        }
    }
    out.push('\'');
    out
}

/// What JSON and HCL have in common. Both take control characters only as `\u` and four digits.
fn push_escaped(out: &mut String, letter: char) {
    match letter {
        '"' | '\\' => {
            out.push('\\');
            out.push(letter);
        }
        '\n' => out.push_str("\\n"),
        _ if letter.is_control() => {
            out.push_str("\\u");
            push_hex(out, letter);
        }
        _ => out.push(letter),
    }
}

/// Four hexadecimal digits; control characters need no more.
fn push_hex(out: &mut String, letter: char) {
    let value = u32::from(letter);
    for shift in [12, 8, 4, 0] {
        out.push(char::from_digit((value >> shift) & 15, 16).unwrap_or('0'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::process::Command;

    /// What PowerShell makes of text in single quotes joined by `+`, by its documented rules; `None` when anything else
    /// stands there.
    fn read_powershell(text: &str) -> Option<Vec<u16>> {
        let mut units = Vec::new();
        let mut rest = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
        loop {
            if let Some(hex) = rest.strip_prefix("[char]0x") {
                units.push(u16::from_str_radix(hex.get(..4)?, 16).ok()?);
                rest = hex.get(4..)?;
            } else {
                rest = rest.strip_prefix('\'')?;
                loop {
                    let (inside, after) = rest.split_once('\'')?;
                    if !inside.is_ascii() {
                        return None;
                    }
                    units.extend(inside.encode_utf16());
                    rest = after;
                    let Some(more) = rest.strip_prefix('\'') else { break };
                    units.push(u16::from(b'\''));
                    rest = more;
                }
            }
            if rest.is_empty() {
                return Some(units);
            }
            rest = rest.strip_prefix(" + ")?;
        }
    }

    /// What Bicep makes of text in single quotes, by its documented escapes.
    fn read_bicep(text: &str) -> Option<String> {
        let mut out = String::new();
        let mut letters = text.strip_prefix('\'')?.strip_suffix('\'')?.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\'' | '\n' | '\r' | '$' => return None,
                '\\' => match letters.next()? {
                    'u' => {
                        let hex: String =
                            letters.by_ref().skip(1).take_while(|letter| *letter != '}').collect();
                        out.push(char::from_u32(u32::from_str_radix(&hex, 16).ok()?)?);
                    }
                    other => out.push(other),
                },
                other => out.push(other),
            }
        }
        Some(out)
    }

    const HOSTILE: &str = "[^\\x00]*|['\"$`\\\\!%^\n\r\t\u{1}\u{7f}{}\\[\\]() ;&|<>’‘“”é\u{1F511}]*";

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn bash_reads_a_quoted_value_as_it_is(value in "[^\\x00]*|['\"$`\\\\!\n ;&|<>(){}*?~#-]*") {
            let script = ["printf %s ", &bash(&value)].concat();
            let Ok(output) = Command::new("/bin/bash").args(["-c", &script]).output() else {
                println!("skipped: /bin/bash is not at hand");
                return Ok(());
            };
            prop_assert_eq!(String::from_utf8_lossy(&output.stdout), value);
        }
    }

    proptest! {
        #[test]
        fn powershell_reads_a_quoted_value_as_it_is(value in HOSTILE) {
            let quoted = powershell(&value);
            prop_assert!(quoted.is_ascii(), "{quoted}");
            prop_assert_eq!(read_powershell(&quoted), Some(value.encode_utf16().collect::<Vec<u16>>()), "{}", quoted);
        }

        #[test]
        fn json_reads_a_quoted_value_as_it_is(value in HOSTILE) {
            prop_assert_eq!(serde_json::from_str::<String>(&json(&value)).unwrap(), &value[..]);
            let read: String = serde_json::from_str(&arm(&value)).unwrap();
            prop_assert_eq!(read.starts_with('['), value.starts_with('['));
            prop_assert!(!read.starts_with('[') || read.starts_with("[["), "an expression: {read}");
        }

        #[test]
        fn bicep_reads_a_quoted_value_as_it_is(value in HOSTILE) {
            prop_assert_eq!(read_bicep(&bicep(&value)), Some(value));
        }

        #[test]
        fn cmd_never_closes_its_quotes_or_expands_a_variable(value in HOSTILE) {
            let quoted = cmd(&value);
            prop_assert!(!quoted.contains('"') && !quoted.contains(char::is_control), "{quoted}");
            prop_assert!(!quoted.replace("%%", "").contains('%'), "{quoted}");
            if value.chars().all(|letter| letter != '"' && !letter.is_control()) {
                prop_assert_eq!(quoted.replace("%%", "%"), value);
            }
        }
    }

    #[test]
    fn in_powershell_what_can_be_read_stays_readable() {
        for (value, quoted) in [
            ("rg kafka-(1)", "'rg kafka-(1)'"),
            ("it's", "'it''s'"),
            ("rg-\u{e4}", "('rg-' + [char]0x00e4 + '')"),
            ("a\u{7f}", "('a' + [char]0x007f + '')"),
        ] {
            assert_eq!(powershell(value), quoted);
        }
    }

    #[test]
    fn a_template_never_begins_in_hcl() {
        for (value, quoted) in [
            ("${file(\"/etc/passwd\")}", "\"$${file(\\\"/etc/passwd\\\")}\""),
            ("%{ if true }", "\"%%{ if true }\""),
            ("$${x}", "\"$$${x}\""),
            ("a\nb\u{1}", "\"a\\nb\\u0001\""),
            ("100% $5", "\"100% $5\""),
        ] {
            assert_eq!(hcl(value), quoted);
        }
    }
}
