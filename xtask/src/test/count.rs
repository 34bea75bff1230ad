//! How many checks passed, failed and were skipped, read from what the runners print.

use crate::shell::Outcome;

/// The sum of some checks.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub struct Count {
    /// Checks that held.
    pub passed: usize,
    /// Checks that did not.
    pub failed: usize,
    /// Why something was not checked, one entry a check.
    pub reasons: Vec<String>,
}

impl Count {
    /// One check that held.
    pub fn passed() -> Self {
        Self { passed: 1, ..Self::default() }
    }

    /// One check that did not.
    pub fn failed() -> Self {
        Self { failed: 1, ..Self::default() }
    }

    /// One check that was not made.
    pub fn skipped_because(reason: impl Into<String>) -> Self {
        Self { reasons: vec![reason.into()], ..Self::default() }
    }

    /// One check.
    pub fn of(held: bool) -> Self {
        if held { Self::passed() } else { Self::failed() }
    }

    /// Adds another sum to this one.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.reasons.extend(other.reasons);
    }

    /// How many checks were not made.
    pub fn skipped(&self) -> usize {
        self.reasons.len()
    }

    /// Reads the summary of `cargo nextest`: `Summary [ 1.2s] 3 tests run: 2 passed, 1 failed, 4 skipped`.
    pub fn of_nextest(outcome: &Outcome) -> Self {
        let line = outcome
            .output
            .lines()
            .rev()
            .find(|line| line.contains(" tests run:") || line.contains(" test run:"));
        let mut count = Self::default();
        if let Some((_, numbers)) = line.and_then(|line| line.split_once("run:")) {
            for part in numbers.split(',') {
                let number = number_in(part);
                match part {
                    _ if part.contains("passed") => count.passed += number,
                    _ if part.contains("skipped") => count.skip(number, "a native test marked `#[ignore]`"),
                    // `failed`, `timed out`, `exec failed`
                    _ => count.failed += number,
                }
            }
        }
        count.or_failed(outcome)
    }

    /// Reads the summaries of Rust's own test runner, of which there is one a test binary:
    /// `test result: ok. 2 passed; 0 failed; 1 ignored; …`.
    pub fn of_rust(outcome: &Outcome) -> Self {
        let mut count = Self::default();
        for (_, numbers) in outcome.output.lines().filter_map(|line| line.split_once("test result:")) {
            for part in numbers.split(['.', ';']) {
                let number = number_in(part);
                match part {
                    _ if part.contains("passed") => count.passed += number,
                    _ if part.contains("failed") => count.failed += number,
                    _ if part.contains("ignored") => count.skip(number, "a test marked `#[ignore]`"),
                    _ => {}
                }
            }
        }
        count.or_failed(outcome)
    }

    /// Reads the summary of Node's test runner, and the reasons it gives for what it skipped.
    pub fn of_node(outcome: &Outcome) -> Self {
        let number_of = |what: &str| {
            outcome.output.lines().rev().find_map(|line| line.strip_prefix(what)).map_or(0, number_in)
        };
        let mut count = Self { passed: number_of("ℹ pass "), ..Self::default() };
        count.failed = number_of("ℹ fail ") + number_of("ℹ cancelled ");
        let skipped = number_of("ℹ skipped ") + number_of("ℹ todo ");
        let told = outcome.output.lines().filter(|line| line.trim_start().starts_with('﹣'));
        count.reasons =
            told.map(|line| line.trim_start_matches([' ', '﹣']).to_owned()).take(skipped).collect();
        count.skip(skipped.saturating_sub(count.reasons.len()), "a journey that gave no reason");
        count.or_failed(outcome)
    }

    /// Counts checks that did not run, each with the reason.
    pub fn skip(&mut self, number: usize, reason: &str) {
        self.reasons.extend(std::iter::repeat_n(reason.to_owned(), number));
    }

    /// A runner that failed without a failed test, by not compiling for example, counts as one failure.
    fn or_failed(mut self, outcome: &Outcome) -> Self {
        if !outcome.success && self.failed == 0 {
            self.failed = 1;
        }
        self
    }
}

/// The first number in a text, or 0.
fn number_in(text: &str) -> usize {
    text.split(|character: char| !character.is_ascii_digit()).find_map(|word| word.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(success: bool, output: &str) -> Outcome {
        Outcome { success, output: output.to_owned() }
    }

    #[test]
    fn nextest_is_read() {
        let count = Count::of_nextest(&outcome(
            false,
            "  Summary [   0.5s] 5 tests run: 3 passed (1 slow), 1 failed, 1 timed out, 2 skipped\n error: test run failed",
        ));
        assert_eq!((count.passed, count.failed, count.skipped()), (3, 2, 2));
    }

    #[test]
    fn every_summary_of_rust_is_added() {
        let count = Count::of_rust(&outcome(
            true,
            "test result: ok. 2 passed; 0 failed; 1 ignored; 0 filtered out\ntest result: ok. 3 passed; 0 failed; 0 ignored;",
        ));
        assert_eq!((count.passed, count.failed, count.skipped()), (5, 0, 1));
    }

    #[test]
    fn node_is_read_with_its_reasons() {
        let count = Count::of_node(&outcome(
            true,
            "✔ a (1ms)\n﹣ real az (0.1ms) # az is missing\nℹ tests 2\nℹ pass 1\nℹ fail 0\nℹ cancelled 0\nℹ skipped 1\nℹ todo 0\n",
        ));
        assert_eq!((count.passed, count.failed), (1, 0));
        assert_eq!(count.reasons, ["real az (0.1ms) # az is missing"]);
    }

    #[test]
    fn a_runner_that_dies_counts_as_a_failure() {
        assert_eq!(Count::of_rust(&outcome(false, "could not compile")).failed, 1);
    }
}
