//! What holds for every text.

use byok_core::explain::{explain, normalised};
use proptest::prelude::*;

/// Texts near to errors: real parts, cut and mixed with what a terminal or a program adds.
fn near_errors() -> impl Strategy<Value = String> {
    let text = prop::sample::select(crate::cases().into_iter().map(|case| case.text).collect::<Vec<_>>());
    let part =
        (text, any::<prop::sample::Index>(), any::<prop::sample::Index>()).prop_map(|(text, from, to)| {
            let letters: Vec<char> = text.chars().collect();
            let (from, to) = (from.index(letters.len()), to.index(letters.len()));
            letters[from.min(to)..from.max(to)].iter().collect::<String>()
        });
    let noise = prop::sample::select(vec![
        "\u{1B}[31m",
        "\u{1B}[",
        "\u{1B}]0;",
        "\u{1B}",
        "[0m",
        "[",
        "\\",
        "\\\\\"",
        "\\u00",
        "\\u0027",
        "\\ud83d",
        "&quot;",
        "&",
        "│ ",
        "> ",
        "\r\n",
        "\n",
        "'",
        "\"",
        "{",
        "}",
        "oid=",
        "Vault: ",
        "/subscriptions/",
        "/keys/",
        ".vault.azure.net",
        "expected one of",
        "theclient'",
        "é",
        "\u{200B}",
        "’",
        "𝔸",
        "env-",
        "aadsts",
        "İ",
        "--scope ",
    ])
    .prop_map(str::to_owned);
    prop::collection::vec(prop_oneof![part, noise], 0..12).prop_map(|parts| parts.concat())
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![4 => near_errors(), 1 => "\\PC*", 1 => any::<String>()]
}

proptest! {
    #[test]
    fn every_text_is_explained_without_panic_and_from_itself_alone(text in any_text()) {
        let explanation = explain(&text);
        let normal = normalised(&text);
        prop_assert!(normal.len() <= text.len() + 8);
        prop_assert!(explanation.causes.len() <= 16);
        prop_assert!(explanation.causes.is_sorted_by_key(|found| found.certainty));
        let of_causes = explanation.causes.iter().flat_map(|found| &found.evidence);
        for evidence in explanation.evidence.iter().chain(of_causes) {
            prop_assert!(normal.contains(&evidence.value), "{evidence:?} is not in {normal}");
            prop_assert!(evidence.value.len() <= 304 && !evidence.value.contains(char::is_control));
        }
        for found in &explanation.causes {
            prop_assert!(found.message().len() < 2_000 && found.fix().len() < 2_000);
            prop_assert!(found.command().is_none_or(|command| command.len() < 2_000));
        }
    }

    #[test]
    fn reading_what_was_read_changes_nothing_more(text in any_text()) {
        let once = explain(&normalised(&text));
        let codes = |explanation: &byok_core::explain::Explanation| -> Vec<&str> {
            explanation.causes.iter().map(|found| found.code()).collect()
        };
        prop_assert_eq!(codes(&once), codes(&explain(&text)));
    }

    #[test]
    fn no_secret_is_repeated(before in near_errors(), after in near_errors()) {
        let secret = ["abc", "8Q", "~", "aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567"].concat();
        let told = format!("{:?}", explain(&[&before, " ", &secret, " ", &after].concat()));
        prop_assert!(!told.contains(&secret[4..]));
    }
}
