//! A printed snippet as typed tokens: the same text is copied, and shown with colours.

/// What a token is, for colouring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// From `#` to the end of the line.
    Comment,
    /// The program and its verbs: `az role assignment create`.
    Command,
    /// `--scope`.
    Flag,
    /// Text in quotes.
    Value,
    /// Everything else.
    Text,
}

impl TokenKind {
    /// `comment`, `command`, `flag`, `value`, `text`.
    pub fn as_str(self) -> &'static str {
        match self {
            TokenKind::Comment => "comment",
            TokenKind::Command => "command",
            TokenKind::Flag => "flag",
            TokenKind::Value => "value",
            TokenKind::Text => "text",
        }
    }
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// The piece itself.
    pub text: String,
}

/// A snippet, line by line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The lines; the tokens of one, put together, are the line.
    pub lines: Vec<Vec<Token>>,
}

impl Snippet {
    /// The text to copy and to run, with a line break after each line.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for line in &self.lines {
            for token in line {
                out.push_str(&token.text);
            }
            out.push('\n');
        }
        out
    }

    /// Splits a text for a POSIX shell into tokens. No quoted text of ours goes over the end of a line.
    pub(super) fn of_shell(text: &str) -> Snippet {
        Snippet { lines: text.lines().map(line_of_shell).collect() }
    }
}

fn line_of_shell(line: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    if line.trim_start().starts_with('#') {
        push(&mut tokens, TokenKind::Comment, line);
        return tokens;
    }
    let mut rest = line;
    let mut in_command = false;
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '\'' | '"' => quoted_end(rest, first),
            _ if is_word(first) => rest.find(|letter| !is_word(letter)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (piece, after) = rest.split_at(end);
        let kind = match first {
            '\'' | '"' => TokenKind::Value,
            _ if piece == "az" => TokenKind::Command,
            _ if piece.starts_with("--") => TokenKind::Flag,
            _ if in_command && is_word(first) => TokenKind::Command,
            _ => TokenKind::Text,
        };
        in_command = kind == TokenKind::Command || (in_command && piece == " ");
        push(&mut tokens, kind, piece);
        rest = after;
    }
    tokens
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '-' || letter == '_'
}

fn quoted_end(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if letter == '\\' && quote == '"' {
            escaped = true;
        } else if letter == quote {
            return at + 1;
        }
    }
    text.len()
}

/// Adds a piece, to the token before it if that is of the same kind.
fn push(tokens: &mut Vec<Token>, kind: TokenKind, piece: &str) {
    match tokens.last_mut() {
        Some(last) if last.kind == kind => last.text.push_str(piece),
        _ => tokens.push(Token { kind, text: piece.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn kinds_are_told_apart() {
        let line = line_of_shell(r#"  x=$(az ad sp show --id "$a" 2>/dev/null)"#);
        let of = |kind| -> Vec<&str> {
            line.iter().filter(|token| token.kind == kind).map(|token| token.text.as_str()).collect()
        };
        assert_eq!(of(TokenKind::Flag), ["--id"]);
        assert_eq!(of(TokenKind::Value), ["\"$a\""]);
        assert_eq!(of(TokenKind::Command).join(" "), "az ad sp show");
        assert_eq!(line_of_shell("# az --x")[0].kind, TokenKind::Comment);
    }

    proptest! {
        #[test]
        fn tokens_put_together_are_the_line(line in "\\PC*") {
            let text: String = line_of_shell(&line).into_iter().map(|token| token.text).collect();
            prop_assert_eq!(text, line);
        }
    }
}
