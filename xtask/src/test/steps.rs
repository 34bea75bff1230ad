//! What each step of `cargo xtask test` does.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::count::Count;
use crate::{
    dist::{self, locked},
    setup::clear,
    shell::{Call, which},
    tidy,
    toolbox::{AZURE_CLI, NEXTEST, Toolbox, WASM_BINDGEN},
};

/// The page's own package, which has tests in the browser.
const APP: &str = "byok-wizard";
/// The packages that run in the browser; all others are native.
const BROWSER: [&str; 4] = [APP, "byok-later", "byok-browser", "byok-bench"];

/// An option for each package of the browser.
fn each(option: &'static str) -> impl Iterator<Item = &'static str> {
    BROWSER.into_iter().flat_map(move |package| [option, package])
}

/// The code is formatted.
pub fn format(tools: &Toolbox) -> Result<Count> {
    let outcome = tools.cargo().args(["fmt", "--all", "--check"]).tee()?;
    Ok(Count::of(outcome.success))
}

/// The page builds as it is shipped.
pub fn page(tools: &Toolbox) -> Result<Count> {
    dist::dist(tools, false)?;
    Ok(Count::passed())
}

/// The native code has no lints. The release profile throughout: what one step compiled, the next one finds.
pub fn lint(tools: &Toolbox) -> Result<Count> {
    let call = tools
        .cargo()
        .args(["clippy", "--quiet", "--release", "--workspace", "--all-targets"])
        .args(each("--exclude"))
        .args(locked())
        .args(["--", "-D", "warnings"]);
    Ok(Count::of(call.tee()?.success))
}

/// The code for the browser, and the rules it shares with the server, have no lints there either.
pub fn lint_browser(tools: &Toolbox) -> Result<Count> {
    let call = tools
        .wasm_cargo()?
        .args(["clippy", "--quiet", "--profile", "wasm", "--target", "wasm32-unknown-unknown"])
        .args(each("--package"))
        .args(["--package", "byok-core", "--lib", "--bins"])
        .args(locked())
        .args(["--", "-D", "warnings"]);
    Ok(Count::of(call.tee()?.success))
}

/// Licences, sources and banned crates, as `deny.toml` says.
pub fn dependencies(tools: &Toolbox) -> Result<Count> {
    if which("cargo-deny").is_none() {
        return Ok(Count::skipped_because(
            "licences and sources of dependencies: cargo-deny is not installed (cargo install --locked cargo-deny)",
        ));
    }
    let outcome = tools.cargo().args(["deny", "--offline", "check", "bans", "licenses", "sources"]).tee()?;
    Ok(Count::of(outcome.success))
}

/// The release binary builds.
pub fn binary(tools: &Toolbox) -> Result<Count> {
    dist::binary(tools)?;
    Ok(Count::passed())
}

/// Unit, property and contract tests.
pub fn native(tools: &Toolbox) -> Result<Count> {
    let runner = if which("cargo-nextest").is_some() { tools.cargo() } else { tools.cargo_of(NEXTEST)? };
    let call = runner
        .args(["nextest", "run", "--release", "--no-fail-fast", "--workspace"])
        .args(each("--exclude"))
        .args(["--status-level", "fail", "--final-status-level", "fail", "--show-progress", "none"])
        .args(locked());
    let mut count = Count::of_nextest(&call.tee()?);
    if !Path::new("/usr/lib/postgresql").exists() {
        count.skip(1, "the ledger in PostgreSQL, and several servers: PostgreSQL is not installed (Debian: apt install postgresql)");
    }
    Ok(count)
}

/// The examples in doc comments.
pub fn documentation(tools: &Toolbox) -> Result<Count> {
    let call = tools
        .cargo()
        .args(["test", "--quiet", "--release", "--doc", "--workspace", "--exclude", "xtask"])
        .args(each("--exclude"))
        .args(locked());
    Ok(Count::of_rust(&call.tee()?))
}

/// The rules that the repository has for itself.
pub fn tidy(tools: &Toolbox) -> Result<Count> {
    let mut count = Count::default();
    for rule in tidy::RULES {
        let findings = (rule.find)(tools).unwrap_or_else(|error| vec![format!("{error:#}")]);
        println!("{} {}", if findings.is_empty() { "✔" } else { "✖" }, rule.name);
        for finding in &findings {
            println!("    {finding}");
        }
        count.add(Count::of(findings.is_empty()));
    }
    Ok(count)
}

/// Components in a real browser.
pub fn components(tools: &Toolbox) -> Result<Count> {
    if !has_files(tools, "tests", ".rs") {
        return Ok(Count::skipped_because("components in a browser: there are no tests/*.rs yet"));
    }
    let driver = which("chromedriver").unwrap_or_default();
    let call = tools
        .wasm_cargo()?
        .args(["test", "--target", "wasm32-unknown-unknown", "--package", APP, "--tests"])
        .args(locked())
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            tools.program(WASM_BINDGEN, "wasm-bindgen-test-runner"),
        )
        .env("CHROMEDRIVER", driver)
        .env("WASM_BINDGEN_TEST_ONLY_WEB", "1")
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120")
        // Nobody debugs these builds; without debug information they link in half the time.
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_PROFILE_TEST_DEBUG", "0");
    Ok(Count::of_rust(&call.tee()?))
}

/// Whole journeys against the release binary.
pub fn journeys(tools: &Toolbox) -> Result<Count> {
    if !has_files(tools, "tests/journeys", ".mjs") {
        return Ok(Count::skipped_because("journeys in a browser: there are no tests/journeys/*.mjs yet"));
    }
    let az = tools.folder(AZURE_CLI).join("bin");
    let traffic = traffic(tools);
    clear(&traffic)?;
    fs::create_dir_all(&traffic).context("there is no place for the journeys’ traffic")?;
    let mut call = node_tests(tools)?.env("BYOK_TRAFFIC", traffic).env("BYOK_AZ", az.join("az"));
    let mut files: Vec<_> = fs::read_dir(tools.workspace.path("tests/journeys"))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "mjs"))
        .collect();
    files.sort();
    call = call.args(files);
    Ok(Count::of_node(&call.tee()?))
}

/// What we send to the clouds and accept from them, held against their own documents; the journeys’ traffic, too, if they
/// have just run. The documents lie beside the project, if anywhere.
pub fn contracts(tools: &Toolbox) -> Result<Count> {
    let documents = tools.workspace.path("../shared/openapi");
    let call = node_tests(tools)?
        .env("BYOK_DOCUMENTS", documents)
        .env("BYOK_CONTRACTS_OF", traffic(tools))
        .arg(tools.workspace.path("tests/contracts/contracts.mjs"));
    Ok(Count::of_node(&call.tee()?))
}

/// Where the journeys leave what they said to the simulated clouds.
fn traffic(tools: &Toolbox) -> PathBuf {
    tools.workspace.path("target/traffic")
}

/// Node.js as it runs tests against the release binary.
fn node_tests(tools: &Toolbox) -> Result<Call> {
    Ok(tools
        .node_call()?
        .args(["--test", "--test-reporter=spec", "--test-concurrency=2", "--test-timeout=300000"])
        .folder(&tools.workspace.root)
        .env("BYOK", tools.byok())
        .env("NO_COLOR", "1")
        .without_env("FORCE_COLOR"))
}

fn has_files(tools: &Toolbox, folder: &str, ending: &str) -> bool {
    let Ok(entries) = fs::read_dir(tools.workspace.path(folder)) else { return false };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().ends_with(ending))
}
