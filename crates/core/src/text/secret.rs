//! Text that looks like a secret, so that it is never repeated.
//!
//! Conservative: only forms that no ID can have, and values that stand under the name of a secret. What is not
//! recognised here may still be a secret. Every rule takes time in proportion to the text.

use super::search::{find_ignore_case, holds, places};

/// Whether a text holds something that looks like a secret.
///
/// A JSON Web Token, a private key, a shared access signature or connection string, a client secret of Microsoft
/// Entra, an API secret of Confluent Cloud, or a value under a name such as `clientSecret` or `password`.
pub fn looks_secret(text: &str) -> bool {
    has_private_key(text)
        || has_connection_secret(text)
        || has_web_token(text)
        || has_entra_secret(text)
        || has_confluent_secret(text)
        || has_named_secret(text)
}

/// RFC 7468: `-----BEGIN … PRIVATE KEY-----`.
fn has_private_key(text: &str) -> bool {
    // The longest words between are those of an encrypted or an OpenSSH key.
    const BETWEEN: usize = 24;
    places(text, "-BEGIN").any(|start| {
        let rest = text.as_bytes().get(start + "-BEGIN".len()..).unwrap_or(&[]);
        let near = rest.get(..BETWEEN + "PRIVATE KEY".len()).unwrap_or(rest);
        near.windows("PRIVATE KEY".len()).any(|window| window == b"PRIVATE KEY")
    })
}

/// Azure Storage, Event Hubs, Service Bus: connection strings and shared access signatures.
fn has_connection_secret(text: &str) -> bool {
    if !text.contains('=') {
        return false;
    }
    ["AccountKey=", "SharedAccessKey=", "SharedAccessSignature=", "client_secret=", "&sig=", "?sig="]
        .iter()
        .any(|mark| find_ignore_case(text, mark).is_some())
}

/// RFC 7519: three base64url parts, the first of which encodes `{"`.
fn has_web_token(text: &str) -> bool {
    if !holds(text, "eyJ") {
        return false;
    }
    text.split(|c: char| !is_base64url(c) && c != '.').any(|run| {
        let mut parts = run.split('.').skip_while(|part| !holds(part, "eyJ"));
        let head = parts.next().and_then(|part| part.get(places(part, "eyJ").next()?..));
        let long = |part: Option<&str>| part.is_some_and(|part| part.len() >= 10);
        long(head) && long(parts.next())
    })
}

fn is_base64url(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-' || letter == '_'
}

/// Microsoft Entra client secrets: three characters, a digit, `Q~`, then at least 31 more.
fn has_entra_secret(text: &str) -> bool {
    let allowed = |c: char| is_base64url(c) || c == '~' || c == '.';
    places(text, "Q~").any(|start| {
        let before = text.get(..start).unwrap_or("");
        let after = text.get(start + 2..).unwrap_or("");
        before.ends_with(|c: char| c.is_ascii_digit())
            && before.chars().rev().skip(1).take(3).filter(|&c| allowed(c)).count() == 3
            && after.chars().take(31).filter(|&c| allowed(c)).count() == 31
    })
}

/// Confluent Cloud API secrets: `cflt` and base64, or the older 64 characters of base64. A run with `-` or `_` in it is
/// base64url, as the modulus of a public key is written.
fn has_confluent_secret(text: &str) -> bool {
    let base64 = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/';
    text.split(|c: char| !base64(c) && c != '-' && c != '_').any(|token| {
        let fresh = token.starts_with("cflt") && token.len() >= 40;
        let older = token.len() == 64 && !token.starts_with('/') && !holds(token, "//");
        (fresh || older)
            && token.chars().all(base64)
            && token.contains(|c: char| c.is_ascii_uppercase())
            && token.contains(|c: char| c.is_ascii_lowercase())
            && token.contains(|c: char| c.is_ascii_digit())
    })
}

/// How names of secrets end, lower-case and without `_` and `-`, and how long such a secret is at least: Azure CLI,
/// Terraform, OAuth 2.0, Confluent Cloud. What a database calls a primary key is shorter than a storage account's.
const SECRET_NAMES: [(&str, usize); 12] = [
    ("clientsecret", 8),
    ("password", 8),
    ("apisecret", 16),
    ("secretkey", 16),
    ("accesstoken", 16),
    ("refreshtoken", 16),
    ("sastoken", 16),
    ("connectionstring", 16),
    ("accountkey", 32),
    ("accesskey", 32),
    ("primarykey", 32),
    ("secondarykey", 32),
];

/// The most bytes that are looked at before and after a separator.
const NEAR: usize = 48;

/// `"clientSecret": "…"`, `client_secret = "…"`: a value in quotes under the name of a secret.
fn has_named_secret(text: &str) -> bool {
    if !text.contains(['"', '\'']) {
        return false;
    }
    let bytes = text.as_bytes();
    let separators = bytes.iter().enumerate().filter(|(_, byte)| matches!(byte, b':' | b'='));
    separators.into_iter().any(|(place, _)| {
        let before = bytes.get(place.saturating_sub(NEAR)..place).unwrap_or(&[]);
        let after = bytes.get(place + 1..).unwrap_or(&[]);
        secret_named(before).is_some_and(|least| opens_value(after.get(..NEAR).unwrap_or(after), least))
    })
}

/// How long the secret is at least whose name ends here.
fn secret_named(before: &[u8]) -> Option<usize> {
    let around = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'\\');
    let in_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let ends_with = |known: &str| {
        let name = before.iter().rev().skip_while(around).take_while(in_name);
        let mut letters = name.filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase);
        known.bytes().rev().all(|byte| letters.next() == Some(byte))
    };
    SECRET_NAMES.iter().find(|(known, _)| ends_with(known)).map(|(_, least)| *least)
}

/// Whether a value of `least` bytes or more follows in quotes: not a reference to one, not a mask over one.
fn opens_value(after: &[u8], least: usize) -> bool {
    let mut rest = after.iter().skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\\'));
    let Some(quote @ (b'"' | b'\'')) = rest.next() else { return false };
    let value: Vec<u8> = rest.copied().take_while(|byte| byte != quote && *byte != b'\\').collect();
    value.len() >= least
        && !value.iter().any(|byte| byte.is_ascii_whitespace() || matches!(byte, b'<' | b'{' | b'$' | b'*'))
        && !value.starts_with(b"var.")
}

#[cfg(test)]
mod tests {
    use super::*;

    // Put together here, so that no scanner takes this file for a leak.
    fn entra() -> String {
        ["abc", "8Q", "~", "aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567"].concat()
    }

    #[test]
    fn secrets_are_recognised() {
        let filler = "aB3".repeat(20);
        for text in [
            entra(),
            ["eyJ", "hbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"].concat(),
            ["id.token-eyJeyJ", "hbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0In0"].concat(),
            ["-----BEGIN ", "RSA PRIVATE KEY-----"].concat(),
            ["DefaultEndpointsProtocol=https;Account", "Key=abc"].concat(),
            ["https://x.blob.core.windows.net/?sv=1&si", "g=abc"].concat(),
            ["cflt", &filler].concat(),
            ["aB3+", &filler].concat(),
            ["api_secret=aB3+", &filler].concat(),
            ["{\"clientSec", "ret\": \"a-value-of-some-length\"}"].concat(),
            ["{\\\"pass", "word\\\": \\\"a-value-of-some-length\\\"}"].concat(),
            ["  cloud_api_sec", "ret = \"a-value-of-some-length\""].concat(),
            ["'accessTo", "ken' : 'a-value-of-some-length'"].concat(),
            ["\"primaryK", "ey\": \"", &"aB3".repeat(29), "==\""].concat(),
        ] {
            assert!(looks_secret(&text), "{text}");
        }
    }

    #[test]
    fn ids_are_not_secrets() {
        for text in [
            "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/kv-kafka-prod",
            "https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster/78deebed173b48e48f55abf87ed4cf71",
            "72f988bf-86f1-41af-91ab-2d7cd011db47",
            "eyJust-a-name",
            "eyJust-a-name.short",
            "a-longer-name.eyJust-a-name",
            "cflt-rg",
            "\"client_secret\": null",
            "\"client_secret\": \"\"",
            "client_secret = \"${var.client_secret}\"",
            "client_secret = var.client_secret",
            "\"password\": \"********************\"",
            "\"password\": \"<your password here>\"",
            "AADSTS7000215: Invalid client secret provided: 'the value, not the ID'",
            "-----BEGIN PUBLIC KEY-----",
            "\"primaryKey\": \"customer_number\"",
        ] {
            assert!(!looks_secret(text), "{text}");
        }
    }

    #[test]
    fn a_public_key_is_no_secret_however_its_runs_fall() {
        // A run of 64 between hyphens, as chance has it in one modulus of twenty.
        let run = "aB3c".repeat(16);
        assert!(!looks_secret(&["\"n\": \"2HJA-", &run, "_", &run, "-w\""].concat()));
    }

    #[test]
    fn repetitions_of_a_beginning_take_time_in_proportion() {
        for (text, secret) in [
            ("eyJ".repeat(400_000), false),
            ("8Q~".repeat(400_000), true),
            ("=\"".repeat(400_000), false),
            ("-BEGIN".repeat(200_000), false),
        ] {
            assert_eq!(looks_secret(&text), secret);
        }
    }
}
