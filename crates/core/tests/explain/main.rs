//! Error texts and what explains them: as they stand, and as people paste them.

#![allow(clippy::unwrap_used, reason = "a helper of tests may panic like a test")]

mod catalogue;
mod evidence;
mod properties;
mod shared;

use byok_core::explain::{CATALOGUE, Certainty, Explanation, Status, example, explain};

/// A text and the code that must come first. The text may hold what nobody pasted on purpose.
struct Case {
    code: String,
    text: String,
}

/// Every example of the catalogue, and the texts beside it.
fn cases() -> Vec<Case> {
    let examples = CATALOGUE
        .iter()
        .map(|entry| Case { code: entry.code.to_owned(), text: example(entry.cause).to_owned() });
    let texts = include_str!("texts.txt").split("=== ").skip(1).map(|case| {
        let (code, text) = case.split_once('\n').unwrap();
        Case { code: code.to_owned(), text: text.trim_end().to_owned() }
    });
    examples.chain(texts).collect()
}

fn first(text: &str) -> String {
    explain(text).causes.first().map_or("none".to_owned(), |found| found.code().to_owned())
}

/// Compares every text, changed in some way, with what it must be explained by.
fn all_rank_the_same(changed: impl Fn(&str) -> String) {
    let wrong: Vec<String> = cases()
        .iter()
        .map(|case| (case, changed(&case.text)))
        .filter(|(case, text)| first(text) != case.code)
        .map(|(case, text)| format!("{} instead of {}:\n{text}\n", first(&text), case.code))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_text_ranks_its_cause_first() {
    assert!(cases().len() >= 80);
    all_rank_the_same(str::to_owned);
}

#[test]
fn wrapped_by_a_terminal() {
    all_rank_the_same(|text| wrapped(text, 60, |_| false));
    all_rank_the_same(|text| wrapped(text, 23, |_| false).replace('\n', "\r\n"));
}

#[test]
fn wrapped_between_words_and_quoted() {
    all_rank_the_same(|text| wrapped(text, 60, |letter| letter == ' '));
    all_rank_the_same(|text| {
        ["> ", &wrapped(text, 60, |letter| letter == ' ').replace('\n', "\n> ")].concat()
    });
    all_rank_the_same(|text| {
        let lines = wrapped(text, 60, |letter| letter == ' ').replace('\n', "\n│ ");
        ["╷\n│ Error: ", &lines, "\n│ \n│   on main.tf line 3:\n╵\n"].concat()
    });
}

#[test]
fn in_the_log_of_a_pipeline() {
    all_rank_the_same(|text| {
        let lines = wrapped(text, 78, |letter| letter == ' ');
        lines.lines().map(|line| format!("2026-11-24T09:00:01.1234567Z │ {line}\n")).collect()
    });
}

#[test]
fn coloured() {
    all_rank_the_same(|text| {
        let words: Vec<String> = text
            .split(' ')
            .enumerate()
            .map(|(place, word)| format!("\u{1B}[1;{}m{word}\u{1B}[0m", 31 + place % 6))
            .collect();
        words.join(" ")
    });
    all_rank_the_same(|text| format!("[31mError:[0m {text}[0m"));
}

#[test]
fn inside_a_stack_trace() {
    all_rank_the_same(|text| {
        format!(
            "Traceback (most recent call last):\n  File \"/opt/az/lib/python3.12/site-packages/knack/cli.py\", line 233, in invoke\n    cmd_result = self.invocation.execute(args)\n                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\nazure.core.exceptions.HttpResponseError: {}\n\nDuring handling of the above exception, another exception occurred:\n  File \"/opt/az/bin/az\", line 7, in <module>\n",
            text.replace('\n', "\n    ")
        )
    });
    all_rank_the_same(|text| {
        format!(
            "panic: {text}\n\ngoroutine 1 [running]:\nmain.main()\n\t/srv/build/go/src/github.com/contoso/deploy/main.go:42 +0x1d\nexit status 2\n"
        )
    });
}

#[test]
fn escaped_within_other_json() {
    let escaped = |text: &str| serde_json::to_string(text).unwrap();
    all_rank_the_same(|text| format!("{{\"log\":{},\"stream\":\"stderr\"}}", escaped(text)));
    all_rank_the_same(|text| format!("{{\"body\":{}}}", escaped(&format!("{{\"log\":{}}}", escaped(text)))));
    all_rank_the_same(|text| text.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;"));
}

/// Texts whose deciding words stand in the last third, with what is left of the explanation without them.
const CUT_AWAY: &[(&str, &str)] = &[
    ("shell.no-azure-cli", "none"),
    ("paste.invisible", "none"),
    ("vault.token-missing", "http.unauthorized"),
    ("key.old-version-unusable", "none"),
    ("vault.not-in-subscription", "none"),
    ("vault.no-host", "none"),
    ("azure.no-token", "none"),
    ("entra.application-unknown", "none"),
    ("entra.principal-exists", "none"),
    ("confluent.key-held", "none"),
    ("confluent.type-without-key", "none"),
    ("confluent.key-fixed", "none"),
    ("confluent.network-missing", "http.not-found"),
    ("confluent.key-missing", "none"),
    ("confluent.cluster-failed", "none"),
    ("confluent.key-refused", "confluent.field"),
    ("confluent.access-to-key-denied", "none"),
    ("confluent.forbidden", "none"),
    ("http.forbidden", "none"),
    ("http.unauthorized", "none"),
    ("http.not-found", "none"),
    ("http.conflict", "none"),
    ("network.no-answer", "none"),
    ("vault.role-not-effective-yet", "none"),
    ("vault.owner-without-data-role", "vault.role-missing"),
    ("key.disabled", "none"),
    ("key.type", "none"),
    ("vault.no-host", "none"),
    ("vault.no-host", "none"),
    ("vault.not-in-subscription", "none"),
    ("azure.subscription-missing", "none"),
    ("shell.power-shell", "none"),
    ("confluent.quota", "none"),
    ("confluent.quota", "none"),
    ("confluent.key-refused", "confluent.field"),
    ("confluent.credentials", "http.unauthorized"),
    ("confluent.cku", "none"),
];

#[test]
fn truncated() {
    let cut = |text: &str| text.chars().take(text.chars().count() * 7 / 10).collect::<String>();
    let mut wrong = Vec::new();
    let mut exempt = CUT_AWAY.to_vec();
    for case in cases() {
        let found = first(&cut(&case.text));
        let excused = exempt.iter().position(|(code, left)| *code == case.code && *left == found);
        match excused {
            Some(place) => drop(exempt.remove(place)),
            None if found == case.code => {}
            None => wrong.push(format!("    (\"{}\", \"{found}\"),", case.code)),
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert_eq!(exempt, [], "no longer needed");
}

/// Lines of at most so many characters; broken after the last letter that may end a line, else anywhere.
fn wrapped(text: &str, width: usize, may_end: fn(char) -> bool) -> String {
    let mut out = String::new();
    for line in text.split('\n') {
        let mut rest: Vec<char> = line.chars().collect();
        while rest.len() > width {
            let end = rest[..width].iter().rposition(|&letter| may_end(letter)).map_or(width, |at| at + 1);
            out.extend(rest.drain(..end));
            out.push('\n');
        }
        out.extend(rest);
        out.push('\n');
    }
    out
}

fn told(explanation: &Explanation) -> Vec<(&'static str, Certainty)> {
    explanation.causes.iter().map(|found| (found.code(), found.certainty)).collect()
}

#[test]
fn the_generic_sentences_become_a_ranked_ladder() {
    for text in [
        "encryption key is not valid or not authorized",
        "Access to key denied.",
        "400 Bad Request: Cluster configuration is invalid. Reasons=[encryption_key_id]",
    ] {
        let causes = told(&explain(text));
        assert_eq!(causes[0].1, Certainty::Certain, "{text}");
        let ladder: Vec<&str> = causes[1..].iter().map(|(code, _)| *code).collect();
        assert_eq!(
            ladder[..8],
            [
                "vault.role-missing",
                "vault.role-not-effective-yet",
                "vault.access-policies",
                "vault.purge-protection-off",
                "key.disabled",
                "key.expired",
                "key.type",
                "vault.firewall"
            ],
            "{text}"
        );
        assert!(causes[1..].iter().all(|(_, certainty)| *certainty == Certainty::Possible));
    }
}

#[test]
fn causes_are_ranked_by_certainty() {
    let text = "ForbiddenByFirewall … Purge protection is not enabled … Access to key denied.";
    let certainties: Vec<Certainty> = told(&explain(text)).iter().map(|(_, certainty)| *certainty).collect();
    assert!(certainties.is_sorted() && certainties.contains(&Certainty::Likely), "{certainties:?}");
}

#[test]
fn a_bare_status_is_never_more_than_possible_and_only_the_last_resort() {
    let causes = told(&explain("403 Forbidden"));
    assert_eq!(causes[0], ("http.forbidden", Certainty::Possible));
    let better = told(&explain("403 Forbidden: ForbiddenByFirewall"));
    assert!(better.iter().all(|(code, _)| !code.starts_with("http.")), "{better:?}");
}

#[test]
fn what_matches_nothing_is_said_to_match_nothing() {
    for text in ["Teapot.", "Hello, world", "Everything went fine.", "{\"status\":\"200\"}", "4031 items"] {
        let explanation = explain(text);
        assert_eq!((explanation.status, explanation.causes.len()), (Status::Unmatched, 0), "{text}");
        assert!(explanation.help().unwrap().contains("innererror"));
    }
    for text in ["", " \r\n\t", "\u{1B}[0m\u{200B}", "│\n│"] {
        let explanation = explain(text);
        assert_eq!((explanation.status, explanation.causes.len()), (Status::Empty, 0), "{text:?}");
        assert!(explanation.help().is_some());
    }
}

#[test]
fn texts_made_to_take_long_do_not() {
    for part in [
        "[",
        "\u{1B}[",
        "\u{1B}]",
        "\\",
        "\\u",
        "&",
        "'",
        "oid='",
        "eyJ",
        "8Q~",
        "/keys/",
        "expected one of ",
        "-\n",
        "> ",
        "│",
    ] {
        let started = std::time::Instant::now();
        explain(&part.repeat(400_000 / part.chars().count()));
        assert!(started.elapsed().as_secs() < 10, "{part:?}: {:?}", started.elapsed());
    }
}

#[test]
fn of_a_long_log_both_ends_are_read_and_it_is_said() {
    let noise = "2026-11-24T09:00:01Z INFO reconciling resource 4711 of tenant contoso, nothing to do\n";
    let mut log = noise.repeat(10_000_000 / noise.len());
    log.push_str("Error: ForbiddenByFirewall\n");
    let started = std::time::Instant::now();
    let explanation = explain(&log);
    assert_eq!(told(&explanation)[0].0, "vault.firewall");
    assert!(explanation.note().is_some() && explain("x").note().is_none());
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
