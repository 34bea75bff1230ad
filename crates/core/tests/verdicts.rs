//! Hundreds of cases: what the clouds said, in their own words, and what must be judged of it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may panic like a test"
)]

#[path = "verdicts/case.rs"]
mod case;

use std::collections::BTreeSet;

use byok_core::finding::{CATALOGUE, Code};
use byok_core::verdict::{Outcome, Requirement, Verdict, judge};
use case::{NOW, cases};

/// `outcome code,code`, as a case expects it.
fn told(verdict: Option<&Verdict>) -> String {
    let Some(verdict) = verdict else { return "absent".to_owned() };
    let outcome = match (verdict.outcome, verdict.wait_seconds, verdict.waivable) {
        (Outcome::Unknown, Some(_), false) => "waiting",
        (Outcome::Unknown, None, true) => "unknown",
        (Outcome::Met | Outcome::NotMet, None, false) => verdict.outcome.as_str(),
        odd => panic!("{odd:?}"),
    };
    let codes: Vec<&str> = verdict.findings.iter().map(|finding| finding.code()).collect();
    [outcome, " ", &codes.join(",")].concat().trim_end().to_owned()
}

#[test]
fn every_case_is_judged_as_expected() {
    let mut wrong = Vec::new();
    for case in cases() {
        let facts = case.facts();
        let verdicts = judge(case.wanted(), &facts, NOW);
        for (requirement, expected) in &case.expected {
            let verdict = verdicts.iter().find(|verdict| verdict.requirement == *requirement);
            let told = told(verdict);
            if told != *expected {
                wrong.push(format!("{}: {}: {told}, not {expected}", case.place, requirement.as_str()));
            }
            if let Some(verdict) = verdict {
                assert!(verdict.outcome == Outcome::Met || !verdict.fix().is_empty(), "{}", case.place);
                assert!(!verdict.message().contains(['{', '}']), "{}: {}", case.place, verdict.message());
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every sentence of a verdict, and what it rests on.
fn words(verdict: &Verdict) -> String {
    let findings = verdict.findings.iter().map(|finding| finding.message());
    let evidence = verdict.evidence.iter().map(|(_, text)| text.clone());
    findings.chain(evidence).collect::<Vec<String>>().join("\n")
}

#[test]
fn what_is_said_and_what_it_rests_on_hold_the_case_s_own_names_and_figures() {
    let mut wrong = Vec::new();
    for case in cases().iter().filter(|case| !case.said.is_empty()) {
        let verdicts = judge(case.wanted(), &case.facts(), NOW);
        for (requirement, expected) in &case.said {
            let verdict = verdicts.iter().find(|verdict| verdict.requirement == *requirement);
            let words = verdict.map(words).unwrap_or_default();
            if !words.contains(expected.as_str()) {
                wrong.push(format!("{}: {}: no “{expected}” in\n{words}", case.place, requirement.as_str()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn cases_are_many_and_leave_nothing_out() {
    let cases = cases();
    assert!(cases.len() >= 200, "{}", cases.len());
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), cases.len(), "every case has a name of its own");
    let expected: Vec<&(Requirement, String)> = cases.iter().flat_map(|case| &case.expected).collect();
    for requirement in Requirement::all() {
        // Setting up ends by itself, so it is waited for and never not met.
        let worst = match (requirement, requirement.blocks()) {
            (Requirement::VaultReady, _) => "waiting",
            (_, true) => "not_met",
            (_, false) => "met",
        };
        for outcome in ["met", worst] {
            let some =
                expected.iter().any(|(found, told)| *found == requirement && told.starts_with(outcome));
            assert!(some, "no case has {} {outcome}", requirement.as_str());
        }
    }
    let codes: BTreeSet<&str> = expected
        .iter()
        .filter_map(|(_, told)| told.split_once(' '))
        .flat_map(|(_, codes)| codes.split(','))
        .collect();
    const GROUPS: &[&str] = &[
        "access",
        "azure",
        "doctor",
        "key",
        "network",
        "quota",
        "sources",
        "subscription",
        "tenant",
        "vault",
    ];
    let by_group = |name: &str| GROUPS.iter().any(|group| name.split('.').next() == Some(*group));
    let missing: Vec<&str> = CATALOGUE
        .iter()
        .map(|entry| entry.name)
        .filter(|name| by_group(name) && !codes.contains(name))
        .collect();
    assert_eq!(missing, [""; 0]);
    for code in codes {
        assert!(Code::parse(code).is_some(), "{code} is no finding");
    }
}

#[test]
fn judging_twice_is_the_same_and_each_requirement_is_judged_once() {
    for case in cases() {
        let facts = case.facts();
        let verdicts = judge(case.wanted(), &facts, NOW);
        assert_eq!(verdicts, judge(case.wanted(), &facts, NOW), "{}", case.place);
        let order: Vec<usize> = verdicts
            .iter()
            .map(|verdict| {
                Requirement::all().position(|requirement| requirement == verdict.requirement).unwrap()
            })
            .collect();
        assert!(order.windows(2).all(|pair| pair[0] < pair[1]), "{}", case.place);
    }
}

/// What a row says of its needs is all that it needs: without the answers to other questions it says the same, but for
/// rows that look at everything.
#[test]
fn a_verdict_rests_on_no_other_questions_than_it_names() {
    for case in cases() {
        let all = judge(case.wanted(), &case.facts(), NOW);
        for verdict in all.iter().filter(|verdict| verdict.requirement != Requirement::SourcesAgree) {
            let needs = verdict.requirement.needs();
            let facts = case.facts_of(|question| needs.contains(&question));
            let alone = judge(case.wanted(), &facts, NOW);
            let alone = alone.iter().find(|found| found.requirement == verdict.requirement);
            assert_eq!(told(alone), told(Some(verdict)), "{}: {}", case.place, verdict.requirement.as_str());
        }
    }
}
