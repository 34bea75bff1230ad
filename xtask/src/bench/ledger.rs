//! What the ledger costs, how fast a server is back with a long one, and what many who watch cost. Measured by the proxy's
//! own tests (`crates/proxy/src/tests/bench.rs`), which alone can see the ledger.

use anyhow::{Result, ensure};

use super::{Limit, Series};
use crate::toolbox::Toolbox;

/// Each figure as it is printed, its unit and its limit. A watcher's wait begins when Confluent has the cluster ready, so
/// it includes up to half a second until the server looks.
const FIGURES: &[(&str, &str, Limit)] = &[
    ("until the request is sent, SQLite, p50", "ms", Limit::None),
    ("a whole creation, SQLite, p50", "ms", Limit::AtMost(5.0)),
    ("until the request is sent, PostgreSQL, p50", "ms", Limit::None),
    ("a whole creation, PostgreSQL, p50", "ms", Limit::AtMost(5.0)),
    ("start with 100,000 finished, SQLite", "s", Limit::AtMost(1.0)),
    ("start with 100,000 finished, PostgreSQL", "s", Limit::AtMost(1.0)),
    ("calls to Confluent a minute, 100 operations, nobody watches", "", Limit::None),
    ("calls to Confluent a minute, 100 operations, 10,000 watch", "", Limit::None),
    ("calls with 10,000 watchers ÷ without", "×", Limit::AtMost(1.05)),
    ("until a watcher knows that Confluent is ready, p50", "s", Limit::None),
    ("until a watcher knows that Confluent is ready, p99", "s", Limit::AtMost(1.0)),
    ("most memory with 10,000 watchers", "MB", Limit::AtMost(200.0)),
];

/// Everything.
pub fn all(tools: &Toolbox, runs: usize) -> Result<Vec<Series>> {
    let mut all: Vec<Series> =
        FIGURES.iter().map(|(name, unit, limit)| Series::new(*name, unit, *limit)).collect();
    for _ in 0..runs {
        let outcome = tools
            .cargo()
            .args(["test", "--release", "--package", "byok-proxy", "--features", "bench", "--lib", "--"])
            .args(["tests::bench", "--nocapture", "--test-threads", "1"])
            .tee()?;
        ensure!(outcome.success, "the ledger could not be measured");
        for line in outcome.output.lines().filter_map(|line| line.strip_prefix("#FIGURE ")) {
            let (name, value) = line.split_once('\t').unwrap_or((line, ""));
            if let Some(series) = all.iter_mut().find(|series| series.name == name) {
                series.values.push(value.trim().parse()?);
            }
        }
    }
    // What needs PostgreSQL is not measured where there is none.
    all.retain(|series| !series.values.is_empty());
    Ok(all)
}
