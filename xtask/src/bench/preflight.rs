//! What a preflight costs beside the calls that it cannot do without, beside `az`, and many at a time; and what a read
//! through the server costs beside the same read without it.
//!
//! The simulated clouds are a process of their own, so that the server's memory is the server's. Every preflight that is
//! timed is the first of a fresh server: no token, no answer and no connection is there yet.

mod chain;
mod cli;
mod clouds;

use std::{
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde_json::Value;

use self::{
    cli::Doctor,
    clouds::{Clouds, Vault, Wizard},
};
use super::{Limit, Series};
use crate::toolbox::Toolbox;

/// What every answer of every cloud takes longer while preflights are timed.
const DELAY: Duration = Duration::from_millis(200);
/// Preflights at a time, each of another vault.
const CROWD: usize = 200;

/// Everything, in one run.
pub fn all(tools: &Toolbox, runs: usize) -> Result<Vec<Series>> {
    let clouds = Clouds::start(tools)?;
    let vaults = clouds.vaults(CROWD)?;
    let mut all = overhead(tools, &clouds, runs)?;
    let doctor = Doctor::signed_in(tools, &clouds)?;
    clouds.delay(u64::try_from(DELAY.as_millis())?)?;
    let first = vaults.first().context("there is no vault")?;
    all.extend(alone(&clouds, first, doctor.as_ref(), runs)?);
    all.extend(crowd(&clouds, &vaults, runs)?);
    Ok(all)
}

/// What one preflight takes beside its longest chain of calls, and beside the same by `az`.
fn alone(
    clouds: &Clouds<'_>,
    vault: &Vault,
    doctor: Option<&Doctor<'_>>,
    runs: usize,
) -> Result<Vec<Series>> {
    let mut all = Vec::new();
    let mut whole = Series::new("preflight", "s", Limit::None);
    let mut by_az = Series::new("the doctor’s commands by az", "s", Limit::None);
    for (name, wish) in [("preflight before registering", vault.early()), ("preflight", vault.whole())] {
        let mut seconds =
            Series::new(format!("{name}, every call {} ms", DELAY.as_millis()), "s", Limit::None);
        let mut rounds = Series::new(format!("{name}, longest chain"), "calls", Limit::None);
        let mut ratio = Series::new(format!("{name} ÷ its longest chain"), "×", Limit::AtMost(1.25));
        for _ in 0..runs {
            let wizard = clouds.wizard()?;
            let before = clouds.last_call()?;
            let (view, took) = preflight(&wizard, &wish)?;
            is_complete(&view)?;
            let chain = chain::longest(&clouds.calls(before)?, DELAY.as_secs_f64());
            ensure!(chain > 0, "the sandbox saw no call");
            seconds.values.push(took);
            rounds.values.push(chain as f64);
            ratio.values.push(took / (chain as f64 * DELAY.as_secs_f64()));
            if let Some(doctor) = doctor.filter(|_| wish == vault.whole()) {
                whole.values.push(took);
                by_az.values.push(doctor.examine(vault)?);
            }
        }
        all.extend([seconds, rounds, ratio]);
    }
    if doctor.is_some() {
        let ratio = by_az.times(&whole, Limit::None);
        all.extend([by_az, ratio]);
    }
    Ok(all)
}

/// Many at a time: until the last is answered, and the most memory that the server ever held.
fn crowd(clouds: &Clouds<'_>, vaults: &[Vault], runs: usize) -> Result<Vec<Series>> {
    let mut last =
        Series::new(format!("{CROWD} preflights at once, until the last is answered"), "s", Limit::None);
    let mut most = Series::new(format!("{CROWD} preflights at once, most memory"), "MB", Limit::AtMost(80.0));
    for _ in 0..runs {
        let wizard = clouds.wizard()?;
        let together = Barrier::new(vaults.len());
        let answers: Vec<Result<(Value, f64)>> = thread::scope(|scope| {
            let one = |vault: &Vault| {
                together.wait();
                preflight(&wizard, &vault.whole())
            };
            let all: Vec<_> = vaults.iter().map(|vault| scope.spawn(move || one(vault))).collect();
            all.into_iter().map(|one| one.join().map_err(|_| anyhow!("a thread ended early"))?).collect()
        });
        let mut slowest: f64 = 0.0;
        let mut bad = Vec::new();
        for answer in answers {
            match answer.and_then(|(view, took)| is_complete(&view).map(|()| took)) {
                Ok(took) => slowest = slowest.max(took),
                Err(error) => bad.push(error),
            }
        }
        let megabytes = wizard.server.memory("VmHWM")?;
        if let Some(first) = bad.first() {
            bail!("{} of {CROWD} preflights at once did not hold ({megabytes:.0} MB): {first:#}", bad.len());
        }
        last.values.push(slowest);
        most.values.push(megabytes);
    }
    Ok(vec![last, most])
}

/// One preflight as JSON, and the seconds until it was read to its end.
fn preflight(wizard: &Wizard, wish: &Value) -> Result<(Value, f64)> {
    let started = Instant::now();
    let answer = wizard.post("/api/v1/preflight", wish)?.expected(200)?;
    Ok((answer.json()?, started.elapsed().as_secs_f64()))
}

/// Whether every source that was asked answered, and everything was judged.
fn is_complete(view: &Value) -> Result<()> {
    let list = |name: &str| view[name].as_array().with_context(|| format!("a preflight without {name}"));
    for source in list("sources")? {
        ensure!(source["state"] == "answered", "a source did not answer: {source}");
    }
    ensure!(!list("sources")?.is_empty() && !list("verdicts")?.is_empty(), "a preflight of nothing");
    let unknown = list("verdicts")?.iter().find(|verdict| verdict["outcome"] == "unknown");
    match unknown {
        Some(verdict) => bail!("a verdict is not known: {verdict}"),
        None => Ok(()),
    }
}

/// A read through the server against the same read sent to Confluent by the same client: the difference of the medians
/// and of the slowest hundredths.
fn overhead(tools: &Toolbox, clouds: &Clouds<'_>, runs: usize) -> Result<Vec<Series>> {
    let wizard = clouds.wizard()?;
    let script = tools.workspace.path("tests/bench/overhead.mjs");
    let printed = tools
        .node_call()?
        .arg(script)
        .args([wizard.server.address(), &clouds.proxy(), &runs.to_string()])
        .env("CA_FILE", clouds.file("ca.pem"))
        .env("COOKIE", &wizard.cookie)
        .env("API_KEY", clouds.text("/confluent/api_key")?)
        .env("API_SECRET", clouds.text("/confluent/api_secret")?)
        .read()?;
    let names = ["p50", "p99"];
    let mut direct =
        names.map(|name| Series::new(format!("a read sent directly, {name}"), "ms", Limit::None));
    let mut through =
        names.map(|name| Series::new(format!("the same through byok, {name}"), "ms", Limit::None));
    let mut more = [
        Series::new("what byok adds to a read, p50", "ms", Limit::AtMost(1.0)),
        Series::new("what byok adds to a read, p99", "ms", Limit::AtMost(5.0)),
    ];
    for line in printed.lines() {
        let (ours, theirs) = latencies(line).with_context(|| format!("not a result: {line}"))?;
        for (at, (ours, theirs)) in ours.into_iter().zip(theirs).enumerate() {
            for (series, value) in [(&mut through, ours), (&mut direct, theirs), (&mut more, ours - theirs)] {
                series.iter_mut().skip(at).take(1).for_each(|series| series.values.push(value));
            }
        }
    }
    Ok([direct, through, more].into_iter().flatten().collect())
}

/// Milliseconds at p50 and p99, through the server and directly.
fn latencies(line: &str) -> Option<([f64; 2], [f64; 2])> {
    let line: Value = serde_json::from_str(line).ok()?;
    let of = |who: &str| Some([line[who]["p50"].as_f64()?, line[who]["p99"].as_f64()?]);
    Some((of("byok")?, of("direct")?))
}

#[cfg(test)]
mod tests {
    use super::{is_complete, latencies};
    use serde_json::json;

    #[test]
    fn a_preflight_is_complete_only_if_everybody_answered_and_all_is_known() {
        let view = |state: &str, outcome: &str| json!({"sources": [{"state": "answered"}, {"state": state}], "verdicts": [{"outcome": outcome}]});
        assert!(is_complete(&view("answered", "met")).is_ok());
        assert!(is_complete(&view("failed", "met")).is_err());
        assert!(is_complete(&view("answered", "unknown")).is_err());
        assert!(is_complete(&json!({"sources": [], "verdicts": []})).is_err());
        assert!(is_complete(&json!({"title": "Too often"})).is_err());
    }

    #[test]
    fn latencies_are_read_from_a_line_of_json() {
        let line = r#"{"byok":{"p50":1.5,"p99":9},"direct":{"p50":1,"p99":8.5}}"#;
        assert_eq!(latencies(line), Some(([1.5, 9.0], [1.0, 8.5])));
        assert_eq!(latencies("{}"), None);
    }
}
