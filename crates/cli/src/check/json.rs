//! One line as an object of JSON.
//!
//! Written piece by piece, since of millions of lines this is most of the work: no value is made first, and hardly any
//! text needs an escape.

use std::io::{self, Write};

use byok_core::finding::Finding;
use byok_core::id::{AnyChecked, Checked, KeyId, VaultId};

use super::line::Line;

impl Line<'_> {
    /// Appends the line as an object of JSON.
    pub fn print_json(&self, output: &mut Vec<u8>) -> io::Result<()> {
        write!(output, "{{\"line\":{}", self.number)?;
        member(output, ",\"input\":", if self.secret() { None } else { Some(&self.input) })?;
        member(output, ",\"kind\":", Some(self.kind.as_str()))?;
        member(output, ",\"status\":", Some(self.status.as_str()))?;
        member(output, ",\"value\":", self.checked.value().as_deref())?;
        output.extend_from_slice(b",\"parts\":");
        match &self.checked {
            AnyChecked::KeyId(checked) => of_key(checked).print(output)?,
            AnyChecked::KeyVaultId(Checked { value: Some(vault), .. }) => of_vault(vault, output)?,
            _ => Parts::default().print(output)?,
        }
        output.extend_from_slice(b",\"findings\":[");
        for (count, finding) in self.findings().iter().enumerate() {
            if count > 0 {
                output.push(b',');
            }
            print_finding(finding, output)?;
        }
        output.extend_from_slice(b"]}\n");
        Ok(())
    }
}

/// What an ID consists of; `null` for what it has not.
#[derive(Default)]
struct Parts<'a> {
    cloud: Option<&'static str>,
    vault: Option<&'a str>,
    key: Option<&'a str>,
    version: Option<&'a str>,
    subscription_id: Option<&'a str>,
    resource_group: Option<&'a str>,
}

impl Parts<'_> {
    fn print(&self, output: &mut Vec<u8>) -> io::Result<()> {
        member(output, "{\"cloud\":", self.cloud)?;
        member(output, ",\"vault\":", self.vault)?;
        member(output, ",\"key\":", self.key)?;
        member(output, ",\"version\":", self.version)?;
        member(output, ",\"subscription_id\":", self.subscription_id)?;
        member(output, ",\"resource_group\":", self.resource_group)?;
        output.push(b'}');
        Ok(())
    }
}

fn of_key(checked: &Checked<KeyId>) -> Parts<'_> {
    checked.value.as_ref().map_or_else(Parts::default, |key| Parts {
        cloud: Some(key.cloud().as_str()),
        vault: Some(key.vault().as_str()),
        key: Some(key.name().as_str()),
        version: checked.version(),
        ..Parts::default()
    })
}

fn of_vault(vault: &VaultId, output: &mut Vec<u8>) -> io::Result<()> {
    let subscription = vault.subscription().to_string();
    let parts = Parts {
        vault: Some(vault.name().as_str()),
        subscription_id: Some(&subscription),
        resource_group: Some(vault.resource_group()),
        ..Parts::default()
    };
    parts.print(output)
}

fn print_finding(finding: &Finding, output: &mut Vec<u8>) -> io::Result<()> {
    member(output, "{\"code\":", Some(finding.code()))?;
    member(output, ",\"severity\":", Some(finding.severity().as_str()))?;
    member(output, ",\"message\":", Some(&finding.message()))?;
    member(output, ",\"fix\":", Some(&finding.fix()))?;
    output.push(b'}');
    Ok(())
}

/// A member of an object: what stands before the value, and the value.
fn member(output: &mut Vec<u8>, before: &str, value: Option<&str>) -> io::Result<()> {
    output.extend_from_slice(before.as_bytes());
    let Some(value) = value else {
        output.extend_from_slice(b"null");
        return Ok(());
    };
    // Every byte is looked at, not only up to the first that needs an escape: the compiler makes it several at a time.
    let plain =
        value.bytes().fold(true, |plain, byte| plain & (byte >= b' ') & (byte != b'"') & (byte != b'\\'));
    if plain {
        output.push(b'"');
        output.extend_from_slice(value.as_bytes());
        output.push(b'"');
        return Ok(());
    }
    serde_json::to_writer(output, value).map_err(io::Error::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_as_json_has_it() {
        for text in ["", "plain", "é …", "a\"b", "a\\b", "tab\t", "\u{1}", "\u{7f}", "line\u{2028}", "\r\n"]
        {
            let mut output = Vec::new();
            member(&mut output, "", Some(text)).unwrap();
            assert_eq!(String::from_utf8(output).unwrap(), serde_json::to_string(text).unwrap());
        }
    }
}
