//! A printed snippet as typed tokens: the same text is copied, and shown with colours.

/// What a token is, for colouring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A line that is a comment.
    Comment,
    /// The program and its verbs: `az role assignment create`; the word that begins a block.
    Command,
    /// `--scope`; the name of a property.
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
        self.text_with("\n")
    }

    /// Like [`Snippet::text`], with line breaks of your choice.
    pub fn text_with(&self, line_break: &str) -> String {
        let mut out = String::new();
        for line in &self.lines {
            for token in line {
                out.push_str(&token.text);
            }
            out.push_str(line_break);
        }
        out
    }

    /// Splits a text for a POSIX shell into tokens. No quoted text of ours goes over the end of a line.
    pub(super) fn of_shell(text: &str) -> Snippet {
        SHELL.snippet(text)
    }

    /// Splits a text for PowerShell into tokens.
    pub(super) fn of_powershell(text: &str) -> Snippet {
        POWERSHELL.snippet(text)
    }

    /// Splits the text of a `.cmd` file into tokens.
    pub(super) fn of_cmd(text: &str) -> Snippet {
        CMD.snippet(text)
    }

    /// Splits a Terraform configuration into tokens.
    pub(super) fn of_hcl(text: &str) -> Snippet {
        HCL.snippet(text)
    }

    /// Splits a Bicep file into tokens.
    pub(super) fn of_bicep(text: &str) -> Snippet {
        BICEP.snippet(text)
    }

    /// Splits a JSON document into tokens.
    pub(super) fn of_json(text: &str) -> Snippet {
        JSON.snippet(text)
    }
}

/// What there is to know of a language to colour a line of it.
struct Language {
    /// What a line begins with that is a comment as a whole.
    comments: &'static [&'static str],
    /// What text stands in.
    quotes: &'static [char],
    /// What takes the meaning from the character after it, and in which quotes.
    escape: Option<(char, char)>,
    /// Words that begin a command.
    commands: &'static [&'static str],
    /// What stands after the name of a property, where there are such.
    property: Option<char>,
}

const SHELL: Language = Language {
    comments: &["#"],
    quotes: &['\'', '"'],
    escape: Some(('\\', '"')),
    commands: &["az"],
    property: None,
};
const POWERSHELL: Language = Language { escape: Some(('`', '"')), ..SHELL };
const CMD: Language = Language {
    comments: &["rem ", "@rem "],
    quotes: &['"'],
    escape: None,
    commands: &["az"],
    property: None,
};
const HCL: Language = Language {
    comments: &["#"],
    quotes: &['"'],
    escape: Some(('\\', '"')),
    commands: &["terraform", "provider", "locals", "resource", "output"],
    property: Some('='),
};
const BICEP: Language = Language {
    comments: &["//"],
    quotes: &['\''],
    escape: Some(('\\', '\'')),
    commands: &["targetScope", "param", "resource"],
    property: Some(':'),
};
const JSON: Language =
    Language { comments: &[], quotes: &['"'], escape: Some(('\\', '"')), commands: &[], property: Some(':') };

impl Language {
    fn snippet(&self, text: &str) -> Snippet {
        Snippet { lines: text.lines().map(|line| self.line(line)).collect() }
    }

    fn line(&self, line: &str) -> Vec<Token> {
        let mut tokens: Vec<Token> = Vec::new();
        let start = line.trim_start();
        if self.comments.iter().any(|mark| start.starts_with(mark)) {
            push(&mut tokens, TokenKind::Comment, line);
            return tokens;
        }
        let mut rest = line;
        let mut in_command = false;
        while let Some(first) = rest.chars().next() {
            let quoted = self.quotes.contains(&first);
            let end = if quoted {
                self.quoted_end(rest, first)
            } else if is_word(first) {
                rest.find(|letter| !is_word(letter)).unwrap_or(rest.len())
            } else {
                first.len_utf8()
            };
            let (piece, after) = rest.split_at(end);
            let named = (quoted || is_word(first)) && rest.len() == start.len() && self.is_property(after);
            let kind = if named {
                TokenKind::Flag
            } else if quoted {
                TokenKind::Value
            } else if self.commands.contains(&piece) {
                TokenKind::Command
            } else if piece.starts_with("--") {
                TokenKind::Flag
            } else if in_command && is_word(first) {
                TokenKind::Command
            } else {
                TokenKind::Text
            };
            in_command = kind == TokenKind::Command || (in_command && piece == " ");
            push(&mut tokens, kind, piece);
            rest = after;
        }
        tokens
    }

    /// Whether what comes after a line's first word makes that the name of a property.
    fn is_property(&self, after: &str) -> bool {
        self.property.is_some_and(|mark| after.trim_start().starts_with(mark))
    }

    fn quoted_end(&self, text: &str, quote: char) -> usize {
        let mut escaped = false;
        for (at, letter) in text.char_indices().skip(1) {
            if escaped {
                escaped = false;
            } else if self.escape == Some((letter, quote)) {
                escaped = true;
            } else if letter == quote {
                return at + 1;
            }
        }
        text.len()
    }
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '-' || letter == '_'
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

    fn of(line: &[Token], kind: TokenKind) -> Vec<&str> {
        line.iter().filter(|token| token.kind == kind).map(|token| token.text.as_str()).collect()
    }

    #[test]
    fn kinds_are_told_apart() {
        let line = SHELL.line(r#"  x=$(az ad sp show --id "$a" 2>/dev/null)"#);
        assert_eq!(of(&line, TokenKind::Flag), ["--id"]);
        assert_eq!(of(&line, TokenKind::Value), ["\"$a\""]);
        assert_eq!(of(&line, TokenKind::Command).join(" "), "az ad sp show");
        assert_eq!(SHELL.line("# az --x")[0].kind, TokenKind::Comment);
    }

    #[test]
    fn each_language_has_its_comments_quotes_and_names() {
        for (language, line, kind, text) in [
            (&POWERSHELL, "$a = 'it''s'", TokenKind::Value, "'it''s'"),
            (&POWERSHELL, "x \"a`\"b\" y", TokenKind::Value, "\"a`\"b\""),
            (&CMD, "@rem Save this", TokenKind::Comment, "@rem Save this"),
            (&CMD, "call az group show --name \"%group%\"", TokenKind::Command, "az|group|show"),
            (&CMD, "set \"a=\\\" x", TokenKind::Value, "\"a=\\\""),
            (&HCL, "  region = \"a\\\"b\"", TokenKind::Flag, "region"),
            (&HCL, "resource \"a\" \"b\" {", TokenKind::Command, "resource"),
            (&BICEP, "// first", TokenKind::Comment, "// first"),
            (&BICEP, "  name: 'it\\'s'", TokenKind::Value, "'it\\'s'"),
            (&JSON, "  \"type\": \"x\",", TokenKind::Flag, "\"type\""),
        ] {
            assert_eq!(of(&language.line(line), kind).join("|"), text, "{line}");
        }
    }

    proptest! {
        #[test]
        fn tokens_put_together_are_the_line(line in "\\PC*|[ '\"`\\\\#/:=a-z@-]*") {
            for language in [&SHELL, &POWERSHELL, &CMD, &HCL, &BICEP, &JSON] {
                let text: String = language.line(&line).into_iter().map(|token| token.text).collect();
                prop_assert_eq!(&text, &line);
            }
        }
    }
}
