//! Text that looks like a secret, so that it is never repeated.
//!
//! Conservative: only forms that no ID can have. What is not recognised here may still be a secret.

/// Whether a text holds something that looks like a secret.
///
/// A JSON Web Token, a private key, a shared access
/// signature or connection string, a client secret of Microsoft Entra, an API secret of Confluent Cloud.
pub fn looks_secret(text: &str) -> bool {
    has_private_key(text)
        || has_connection_secret(text)
        || has_web_token(text)
        || has_entra_secret(text)
        || has_confluent_secret(text)
}

fn has_private_key(text: &str) -> bool {
    text.contains("BEGIN") && text.contains("PRIVATE KEY")
}

/// Azure Storage, Event Hubs, Service Bus: connection strings and shared access signatures.
fn has_connection_secret(text: &str) -> bool {
    if !text.contains('=') {
        return false;
    }
    ["AccountKey=", "SharedAccessKey=", "SharedAccessSignature=", "client_secret=", "&sig=", "?sig="]
        .iter()
        .any(|mark| contains_ignore_case(text, mark))
}

fn contains_ignore_case(text: &str, mark: &str) -> bool {
    let Some(&first) = mark.as_bytes().first() else { return false };
    text.as_bytes()
        .windows(mark.len())
        .any(|window| window[0].eq_ignore_ascii_case(&first) && window.eq_ignore_ascii_case(mark.as_bytes()))
}

/// RFC 7519: three base64url parts, the first of which encodes `{"`.
fn has_web_token(text: &str) -> bool {
    text.split(|c: char| !is_base64url(c) && c != '.').any(|run| {
        let mut parts = run.split('.').peekable();
        std::iter::from_fn(|| parts.next().map(|part| (part, parts.peek().map_or(0, |next| next.len()))))
            .any(|(part, next)| next >= 10 && part.find("eyJ").is_some_and(|at| part.len() - at >= 10))
    })
}

fn is_base64url(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-' || letter == '_'
}

/// Microsoft Entra client secrets: three characters, a digit, `Q~`, then at least 31 more.
fn has_entra_secret(text: &str) -> bool {
    let allowed = |c: char| is_base64url(c) || c == '~' || c == '.';
    text.match_indices("Q~").any(|(start, _)| {
        let before = text.get(..start).unwrap_or("");
        let after = text.get(start + 2..).unwrap_or("");
        before.ends_with(|c: char| c.is_ascii_digit())
            && before.chars().rev().skip(1).take(3).filter(|&c| allowed(c)).count() == 3
            && after.chars().take_while(|&c| allowed(c)).take(31).count() == 31
    })
}

/// Confluent Cloud API secrets: `cflt` and base64, or the older 64 characters of base64.
fn has_confluent_secret(text: &str) -> bool {
    let base64 = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/' || c == '=';
    text.split(|c: char| !base64(c)).any(|token| {
        let mixed = token.contains(|c: char| c.is_ascii_uppercase())
            && token.contains(|c: char| c.is_ascii_lowercase())
            && token.contains(|c: char| c.is_ascii_digit());
        let older = token.len() == 64 && !token.starts_with('/') && !token.contains("//");
        mixed && (older || (token.starts_with("cflt") && token.len() >= 40))
    })
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
        ] {
            assert!(!looks_secret(text), "{text}");
        }
    }
}
