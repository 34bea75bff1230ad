//! Cuts a value of a known form out of a text.

use super::super::normal::is_quote;
use crate::id::Guid;

/// The longest value in bytes. What is longer is no name and no ID.
pub(super) const LONGEST: usize = 300;

/// The form of a value.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// A GUID in the D form.
    Guid,
    /// A GUID at the end of an address of Microsoft Entra.
    Issuer,
    /// A resource ID.
    Path,
    /// Letters, digits and `-_.`, at least two.
    Word,
    /// As `Word`, but no part of an action (`vaults/keys/read`) and no key of Confluent (`byok/v1/keys/…`).
    KeyName,
    /// As `Word`, with at least one digit and at least six characters.
    Id,
    /// Letters, digits, `-_.` and, in quotes, spaces and brackets.
    Quoted,
    /// Action of Azure: `Microsoft.…`.
    Action,
    /// A number.
    Number,
    /// An IP address.
    Address,
    /// A JSON pointer.
    Pointer,
}

/// The value that stands at a place, and where exactly; `None` where there is none of this form.
pub(super) fn value(text: &str, at: usize, form: Form) -> Option<(usize, &str)> {
    let rest = text.get(at..)?;
    let trimmed = rest.trim_start_matches(|c: char| c == ' ' || c == '\\' || is_quote(c));
    let quoted = rest.len() > trimmed.len() && rest.get(..rest.len() - trimmed.len())?.contains(is_quote);
    let start = at + rest.len() - trimmed.len();
    let run = |stays: fn(char) -> bool| {
        let end = trimmed.char_indices().take_while(|&(at, c)| at <= LONGEST && stays(c));
        let end = end.last().map_or(0, |(at, c)| at + c.len_utf8());
        trimmed.get(..end).filter(|run| !run.is_empty() && run.len() <= LONGEST)
    };
    let value = match form {
        Form::Guid => trimmed.get(..36).filter(|guid| Guid::parse(guid).is_some())?,
        Form::Issuer => {
            let address = run(|c| !c.is_whitespace() && !is_quote(c))?;
            let is_guid = |part: &&str| part.get(..36).is_some_and(|guid| Guid::parse(guid).is_some());
            let guid = address.split('/').find(is_guid)?.get(..36)?;
            return Some((start + address.find(guid)?, guid));
        }
        Form::Path => {
            let path =
                run(|c| !c.is_whitespace() && !is_quote(c) && !matches!(c, ',' | ';' | '<' | '>' | '|'))?;
            path.trim_end_matches(['.', ')', ']', '}', ':', '?'])
        }
        Form::Word => run(is_word)?.trim_end_matches('.'),
        Form::KeyName => {
            let before = text.get(..at)?.strip_suffix("/keys/")?;
            if before.ends_with("vaults") || before.ends_with("v1") {
                return None;
            }
            run(is_word)?.trim_end_matches('.')
        }
        Form::Id => {
            let id = run(is_word)?.trim_end_matches('.');
            (id.len() >= 6 && id.contains(|c: char| c.is_ascii_digit())).then_some(id)?
        }
        Form::Quoted if quoted => {
            let name = run(|c| !is_quote(c) && c != '\\' && c != '{')?;
            let closed = trimmed.get(name.len()..)?.starts_with(|c: char| is_quote(c) || c == '\\');
            closed.then_some(name.trim())?
        }
        Form::Quoted => return None,
        Form::Action => run(is_action).filter(|action| starts_with(action, "microsoft."))?,
        Form::Number => run(|c| c.is_ascii_digit())?,
        Form::Address => run(|c| c.is_ascii_hexdigit() || c == '.' || c == ':')
            .filter(|address| address.contains(['.', ':']))?,
        Form::Pointer => run(|c| is_word(c) || c == '/').filter(|pointer| pointer.starts_with('/'))?,
    };
    (value.len() >= 2 || matches!(form, Form::Number)).then_some((start, value))
}

pub(super) fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.')
}

fn is_action(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '.' | '/' | '*' | '-')
}

pub(super) fn starts_with(text: &str, head: &str) -> bool {
    text.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head))
}
