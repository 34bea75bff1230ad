//! The rules as Wasm in Chromium, beside Microsoft's parser and a regular expression in JavaScript.
//!
//! The rules are built twice: as the page is, for size, which is what the limit holds for; and for speed, to know what
//! size costs. Neither build is part of the page.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Limit, Series};
use crate::{
    dist,
    toolbox::{Toolbox, WASM_BINDGEN},
};

/// The package that exports the rules, as cargo names it and as it names the file.
const PACKAGE: (&str, &str) = ("byok-bench", "byok_bench");
const UNIT: &str = "million a second";
/// The build as it is shipped. Its name is that of a folder, too.
const SHIPPED: &str = "wasm";
/// The build for speed.
const FAST: &str = "wasm-for-speed";
/// Microsoft's parser.
const SDK: &str = "sdk";
/// How many times as fast as Microsoft's parser the shipped build is to be, on what people have most.
const LEAST: f64 = 10.0;
const LIMITED: [&str; 2] = ["key identifiers", "key identifiers with version"];

/// Texts a second of everybody, and how many times as fast as the peers the rules are.
pub fn rates(tools: &Toolbox, runs: usize) -> Result<Vec<Series>> {
    let folder = tools.workspace.path("target/bench");
    build(tools, &folder, SHIPPED)?;
    build(tools, &folder, FAST)?;
    tools
        .npm_call("esbuild/bin/esbuild")?
        .arg(tools.workspace.path("tests/bench/page.mjs"))
        .args(["--bundle", "--minify", "--format=esm", "--platform=browser", "--log-level=warning"])
        .arg(format!("--outfile={}", folder.join("page.js").display()))
        .run_quietly()?;
    let printed = tools
        .node_call()?
        .arg(tools.workspace.path("tests/bench/rules.mjs"))
        .arg(&folder)
        .args([&runs.to_string(), SHIPPED, FAST])
        .read()?;
    table(&results(&printed)?)
}

/// Builds the rules, joins them to JavaScript and optimises them, into a folder of the build's name.
fn build(tools: &Toolbox, folder: &Path, name: &str) -> Result<()> {
    let call = if name == SHIPPED {
        dist::build_along(tools, tools.wasm_cargo()?)?
    } else {
        tools.wasm_cargo()?.env("CARGO_PROFILE_WASM_OPT_LEVEL", "3")
    };
    let target = folder.join("target").join(name);
    call.args(["build", "--quiet", "--profile", "wasm", "--target", "wasm32-unknown-unknown", "--package"])
        .arg(PACKAGE.0)
        .args(dist::locked())
        // What these settings build, no other build can use.
        .env("CARGO_TARGET_DIR", &target)
        .run()?;
    let out = folder.join(name);
    crate::shell::Call::new(tools.program(WASM_BINDGEN, "wasm-bindgen"))
        .args(["--target", "web", "--no-typescript", "--out-name", "rules", "--out-dir"])
        .arg(&out)
        .arg(built(&target))
        .run_quietly()?;
    let program = out.join("rules_bg.wasm");
    let level = if name == SHIPPED { dist::FOR_SIZE } else { dist::FOR_SPEED };
    let optimised = dist::optimise(tools, &program, level)?;
    fs::write(&program, optimised).context("the optimised program cannot be written")
}

fn built(target: &Path) -> PathBuf {
    target.join("wasm32-unknown-unknown/wasm").join(PACKAGE.1).with_extension("wasm")
}

/// What one contender did with one input.
#[derive(Debug, PartialEq)]
struct Outcome {
    who: String,
    input: String,
    /// Millions a second, one for each round.
    rates: Vec<f64>,
    /// How many of the texts it took for a key identifier.
    taken: u64,
    of: u64,
}

/// Reads what `tests/bench/rules.mjs` prints: a line of JSON each.
fn results(printed: &str) -> Result<Vec<Outcome>> {
    let read = |line: &str| -> Option<Outcome> {
        let line: Value = serde_json::from_str(line).ok()?;
        let text = |name: &str| line[name].as_str().map(str::to_owned);
        let rates = line["rates"].as_array()?.iter().map(|rate| Some(rate.as_f64()? / 1e6));
        Some(Outcome {
            who: text("who")?,
            input: text("input")?,
            rates: rates.collect::<Option<_>>()?,
            taken: line["taken"].as_u64()?,
            of: line["of"].as_u64()?,
        })
    };
    printed.lines().map(|line| read(line).with_context(|| format!("not a result: {line}"))).collect()
}

fn series(outcome: &Outcome) -> Series {
    let mut name = format!("{}, {}", outcome.who, outcome.input);
    if outcome.taken < outcome.of {
        name.push_str(&format!(" ({} of {} taken)", outcome.taken, outcome.of));
    }
    Series { values: outcome.rates.clone(), ..Series::new(name, UNIT, Limit::None) }
}

/// Whether the rules were called with one text at a time, as the page does.
fn is_one_by_one(outcome: &Outcome) -> bool {
    outcome.who.ends_with("one call a text")
}

/// Every rate, then the rules against their peers: called with all texts at once against each, called with one text at a
/// time against Microsoft's parser.
fn table(outcomes: &[Outcome]) -> Result<Vec<Series>> {
    let mut all: Vec<Series> = outcomes.iter().map(series).collect();
    let is_ours = |outcome: &&Outcome| outcome.who.starts_with(SHIPPED);
    for ours in outcomes.iter().filter(is_ours) {
        for peer in outcomes.iter().filter(|peer| peer.input == ours.input && !is_ours(peer)) {
            if is_one_by_one(ours) && peer.who != SDK {
                continue;
            }
            let limited = ours.who == SHIPPED && peer.who == SDK && LIMITED.contains(&ours.input.as_str());
            let limit = if limited { Limit::AtLeast(LEAST) } else { Limit::None };
            let ratio = series(ours).times(&series(peer), limit);
            all.push(Series { name: format!("{} ÷ {}, {}", ours.who, peer.who, ours.input), ..ratio });
        }
    }
    anyhow::ensure!(
        all.iter().any(|series| series.limit != Limit::None),
        "nothing was compared with Microsoft’s parser"
    );
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(who: &str, rate: f64, taken: u64) -> String {
        format!(r#"{{"who":"{who}","input":"key identifiers","rates":[{rate}],"taken":{taken},"of":100}}"#)
    }

    #[test]
    fn the_shipped_build_is_held_against_microsofts_parser_and_nothing_else_is() {
        let printed = [line("sdk", 1e6, 90), line("regex", 4e6, 100), line(SHIPPED, 8e6, 100)].join("\n");
        let table = table(&results(&printed).unwrap()).unwrap();
        let told: Vec<_> = table.iter().map(|row| (row.name.as_str(), row.values[0], row.limit)).collect();
        assert_eq!(
            told,
            [
                ("sdk, key identifiers (90 of 100 taken)", 1.0, Limit::None),
                ("regex, key identifiers", 4.0, Limit::None),
                ("wasm, key identifiers", 8.0, Limit::None),
                ("wasm ÷ sdk, key identifiers", 8.0, Limit::AtLeast(LEAST)),
                ("wasm ÷ regex, key identifiers", 2.0, Limit::None),
            ]
        );
    }

    #[test]
    fn a_run_without_the_peer_proves_nothing() {
        assert!(table(&results(&line(SHIPPED, 8e6, 100)).unwrap()).is_err());
    }

    #[test]
    fn what_is_no_result_is_told() {
        assert!(results("Warning: something").is_err());
        assert!(results(r#"{"who":"sdk"}"#).is_err());
    }
}
