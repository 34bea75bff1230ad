//! How many texts a second one core judges natively, and Microsoft's Python parser beside it.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use super::{Limit, Series};
use crate::{
    dist::locked,
    shell::Call,
    toolbox::{AZURE_CLI, Toolbox},
};

const UNIT: &str = "million a second and core";
/// Which list is held against the limit. The others stand beside it.
const LIMITED: (&str, f64) = ("key identifiers", 5.0);

/// The rates of `crates/core/examples/rate.rs`, and of `tests/bench/peer.py` where the Azure CLI is installed.
pub fn rates(tools: &Toolbox, runs: usize) -> Result<Vec<Series>> {
    let rust = || tools.cargo().args(["run", "--quiet", "--release", "--package", "byok-core"]);
    let python = tools.program(AZURE_CLI, "python");
    if !python.is_file() {
        println!("skipped: Microsoft’s Python parser, the Azure CLI is not in the tool cache");
    }
    let (mut ours, mut theirs) = (Rates::default(), Rates::default());
    for _ in 0..runs {
        ours.add(&rust().args(["--example", "rate"]).args(locked()).read()?)?;
        if python.is_file() {
            theirs.add(&Call::new(&python).arg(tools.workspace.path("tests/bench/peer.py")).read()?)?;
        }
    }
    let ours = ours.series("", |name| match LIMITED {
        (limited, least) if limited == name => Limit::AtLeast(least),
        _ => Limit::None,
    });
    let theirs = theirs.series("Python SDK, ", |_| Limit::None);
    let ratios: Vec<Series> = theirs
        .iter()
        .filter_map(|their| {
            let name = their.name.strip_prefix("Python SDK, ")?;
            Some(ours.iter().find(|our| our.name == name)?.times(their, Limit::None))
        })
        .collect();
    Ok(ours.into_iter().chain(theirs).chain(ratios).collect())
}

/// Numbers a second by the name of what was judged, one for each run, names in the order they came in.
#[derive(Default)]
struct Rates {
    names: Vec<String>,
    values: BTreeMap<String, Vec<f64>>,
}

impl Rates {
    /// Takes in what one run printed: a line each, name, tab, number.
    fn add(&mut self, printed: &str) -> Result<()> {
        for line in printed.lines() {
            let (name, number) = line.split_once('\t').with_context(|| format!("no number in: {line}"))?;
            let number: f64 = number.parse().with_context(|| format!("no number in: {line}"))?;
            if !self.values.contains_key(name) {
                self.names.push(name.to_owned());
            }
            self.values.entry(name.to_owned()).or_default().push(number / 1e6);
        }
        Ok(())
    }

    fn series(mut self, before: &str, limit: impl Fn(&str) -> Limit) -> Vec<Series> {
        let of = |name: String| {
            let values = self.values.remove(&name).unwrap_or_default();
            Series { values, ..Series::new(format!("{before}{name}"), UNIT, limit(&name)) }
        };
        self.names.into_iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_joined_by_name_in_the_order_of_the_first() {
        let mut rates = Rates::default();
        rates.add("tenant IDs\t20000000\nkey identifiers\t6000000\n").unwrap();
        rates.add("tenant IDs\t10000000\nkey identifiers\t8000000\n").unwrap();
        let series = rates.series("", |_| Limit::None);
        let told: Vec<_> = series.iter().map(|one| (one.name.as_str(), one.values.as_slice())).collect();
        assert_eq!(
            told,
            [("tenant IDs", [20.0, 10.0].as_slice()), ("key identifiers", [6.0, 8.0].as_slice())]
        );
    }

    #[test]
    fn a_line_without_a_number_is_told() {
        assert!(Rates::default().add("key identifiers 5").is_err());
        assert!(Rates::default().add("key identifiers\tmany").is_err());
    }
}
