//! Measures what a user waits for, and what the rules do beside their peers, against limits: medians of several runs.
//!
//! Whoever is compared is measured in the same run and in turns, so that a busy machine slows all of them alike.

mod browser;
mod check;
mod ledger;
mod native;
mod page;
mod preflight;
mod server;
mod share;

use std::{
    fs,
    process::{Child, ExitCode},
};

use anyhow::{Result, bail};

use crate::{
    dist,
    setup::{self, Scope},
    shell::Workspace,
    toolbox::Toolbox,
};

/// What is measured together. The name is what `--only` looks at.
struct Group {
    name: &'static str,
    needs: Needs,
    measure: fn(&Toolbox, usize) -> Result<Vec<Series>>,
}

/// What is built before a group is measured, each with what stands above it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Needs {
    /// Builds what it needs by itself.
    Nothing,
    /// The release binary, with or without the page inside.
    Binary,
    /// The page, and the binary around it.
    Page,
}

const GROUPS: [Group; 9] = [
    Group { name: "first-load", needs: Needs::Page, measure: page::first_load },
    Group { name: "size", needs: Needs::Page, measure: share::of_first_load },
    Group { name: "start", needs: Needs::Page, measure: page::start },
    Group { name: "memory", needs: Needs::Page, measure: page::idle_memory },
    Group { name: "native", needs: Needs::Nothing, measure: native::rates },
    Group { name: "browser", needs: Needs::Nothing, measure: browser::rates },
    Group { name: "check", needs: Needs::Binary, measure: check::lines },
    Group { name: "preflight", needs: Needs::Binary, measure: preflight::all },
    Group { name: "ledger", needs: Needs::Nothing, measure: ledger::all },
];

/// One thing that was measured several times.
pub struct Series {
    name: String,
    unit: &'static str,
    limit: Limit,
    values: Vec<f64>,
}

/// What the median is held against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// More is too much.
    AtMost(f64),
    /// Less is too little.
    AtLeast(f64),
    /// Stands beside the others, to compare.
    None,
}

impl Limit {
    fn holds(self, median: f64) -> bool {
        match self {
            Limit::AtMost(most) => median <= most,
            Limit::AtLeast(least) => median >= least,
            Limit::None => true,
        }
    }

    fn told(self) -> String {
        match self {
            Limit::AtMost(most) => format!("≤ {}", rounded(most)),
            Limit::AtLeast(least) => format!("≥ {}", rounded(least)),
            Limit::None => String::new(),
        }
    }
}

impl Series {
    fn new(name: impl Into<String>, unit: &'static str, limit: Limit) -> Self {
        Self { name: name.into(), unit, limit, values: Vec::new() }
    }

    /// How many times as fast as `other`, round by round.
    fn times(&self, other: &Series, limit: Limit) -> Series {
        let name = format!("{} ÷ {}", self.name, other.name);
        let values = self.values.iter().zip(&other.values).map(|(ours, theirs)| ours / theirs).collect();
        Series { name, unit: "×", limit, values }
    }

    /// The middle one; of an even number the greater of the two in the middle.
    fn median(&self) -> f64 {
        let mut sorted = self.values.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// Prints the row of the table; whether the limit is held.
    fn print(&self) -> bool {
        let median = self.median();
        let held = self.limit.holds(median);
        let all: Vec<String> = self.values.iter().map(|value| rounded(*value)).collect();
        println!(
            "{:<74}{:>10}{:>12}  {} {}{}",
            self.name,
            rounded(median),
            self.limit.told(),
            all.join(" "),
            self.unit,
            if held { "" } else { "  ← misses the limit" }
        );
        held
    }
}

/// Measures each group, or those whose name contains one of `only`, `runs` times and prints the medians. Fails if one
/// misses its limit.
pub fn bench(workspace: &Workspace, runs: usize, only: &[String]) -> Result<ExitCode> {
    if runs == 0 {
        bail!("--runs 0 measures nothing");
    }
    let chosen: Vec<&Group> = GROUPS
        .iter()
        .filter(|group| only.is_empty() || only.iter().any(|wanted| group.name.contains(wanted.as_str())))
        .collect();
    if chosen.is_empty() {
        let names: Vec<&str> = GROUPS.iter().map(|group| group.name).collect();
        bail!("nothing measured has such a name. The names are: {}", names.join(", "));
    }
    let tools = setup::setup(workspace, Scope::Everything)?;
    let needs = chosen.iter().map(|group| group.needs).max().unwrap_or(Needs::Nothing);
    if needs >= Needs::Page {
        dist::dist(&tools, false)?;
    }
    if needs >= Needs::Binary {
        dist::binary(&tools)?;
    }
    println!("\n{:<74}{:>10}{:>12}  all runs", "median", "measured", "limit");
    let mut code = ExitCode::SUCCESS;
    for group in chosen {
        println!("── {} ──", group.name);
        let all = match (group.measure)(&tools, runs) {
            Ok(all) => all,
            // The others are still worth knowing.
            Err(error) => {
                eprintln!("error: {}: {error:#}", group.name);
                code = ExitCode::FAILURE;
                continue;
            }
        };
        for series in all {
            if !series.print() {
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

/// Megabytes that the kernel tells of a process under `name`: `VmRSS` for now, `VmHWM` for the most so far.
fn memory(process: &Child, name: &str) -> Option<f64> {
    memory_in(&fs::read_to_string(format!("/proc/{}/status", process.id())).ok()?, name)
}

/// A line such as `VmRSS:     12345 kB`, whose kilobytes are of 1024 bytes.
fn memory_in(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    let kilobytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024.0 / 1e6)
}

/// Three digits are enough to compare with a limit; bytes are told exactly.
fn rounded(value: f64) -> String {
    if value >= 1000.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(name: &str, values: &[f64]) -> Series {
        Series { values: values.to_vec(), ..Series::new(name, "", Limit::None) }
    }

    #[test]
    fn the_median_stands_between_the_others() {
        assert_eq!(series("", &[9.0, 1.0, 2.0]).median(), 2.0);
        assert!(series("", &[]).median().is_nan());
    }

    #[test]
    fn nothing_measured_holds_no_limit() {
        assert!(!Limit::AtLeast(1.0).holds(f64::NAN));
        assert!(!Limit::AtMost(1.0).holds(f64::NAN));
    }

    #[test]
    fn limits_are_held_from_the_right_side() {
        assert!(Limit::AtMost(2.0).holds(2.0) && !Limit::AtMost(2.0).holds(2.1));
        assert!(Limit::AtLeast(2.0).holds(2.0) && !Limit::AtLeast(2.0).holds(1.9));
    }

    #[test]
    fn a_ratio_is_taken_round_by_round() {
        let ratio = series("ours", &[10.0, 30.0]).times(&series("theirs", &[5.0, 10.0]), Limit::AtLeast(2.0));
        assert_eq!((ratio.name.as_str(), ratio.values.as_slice()), ("ours ÷ theirs", [2.0, 3.0].as_slice()));
    }

    #[test]
    fn numbers_keep_three_digits_and_bytes_all() {
        assert_eq!([0.084, 5.4321, 45.67, 149_999.0].map(rounded), ["0.08", "5.43", "45.7", "149999"]);
    }

    #[test]
    fn memory_is_read_from_what_the_kernel_tells() {
        let status = "VmPeak:\t   20000 kB\nVmHWM:\t    1000 kB\nVmRSS:\t     500 kB\n";
        assert_eq!(memory_in(status, "VmHWM"), Some(1.024));
        assert_eq!(memory_in(status, "VmSwap"), None);
    }
}
