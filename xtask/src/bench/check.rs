//! `byok check --json` on ten million lines: lines a second, and the most memory it ever held.

use std::{
    env,
    fs::{self, File},
    io::{BufWriter, Write},
    path::PathBuf,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::{Limit, Series, memory};
use crate::toolbox::Toolbox;

/// Lines of the file.
const LINES: usize = 10_000_000;
/// Different lines; the file repeats them.
const BLOCK: usize = 100_000;
/// How often the kernel is asked for the most memory so far.
const PULSE: Duration = Duration::from_millis(20);

/// Lines a second on all cores, and megabytes at most.
pub fn lines(tools: &Toolbox, runs: usize) -> Result<Vec<Series>> {
    let file = Lines::write()?;
    let mut rate =
        Series::new("byok check --json, 10 million lines", "million a second", Limit::AtLeast(1.0));
    let mut most = Series::new("byok check --json, most memory", "MB", Limit::AtMost(32.0));
    for _ in 0..runs {
        let started = Instant::now();
        let mut process = Command::new(tools.byok())
            .args(["check", "--json"])
            .arg(&file.path)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("could not start {}", tools.byok().display()))?;
        let mut megabytes: f64 = 0.0;
        let status = loop {
            // Gone from the moment the process ends, and it never falls.
            megabytes = memory(&process, "VmHWM").unwrap_or_default().max(megabytes);
            if let Some(status) = process.try_wait()? {
                break status;
            }
            thread::sleep(PULSE);
        };
        let seconds = started.elapsed().as_secs_f64();
        // The last line alone is refused, so this proves that it was reached.
        if status.code() != Some(1) {
            bail!("`byok check` was expected to refuse the last line and ended with {status}");
        }
        rate.values.push(LINES as f64 / seconds / 1e6);
        most.values.push(megabytes);
    }
    Ok(vec![rate, most])
}

/// A file of lines as people have them, removed when this is dropped.
struct Lines {
    path: PathBuf,
}

impl Lines {
    fn write() -> Result<Self> {
        let lines = Self { path: env::temp_dir().join(format!("byok-bench-{}.txt", std::process::id())) };
        let block: String = (0..BLOCK).map(line).collect();
        let mut file = BufWriter::new(File::create(&lines.path).context("the lines cannot be written")?);
        for _ in 1..LINES / BLOCK {
            file.write_all(block.as_bytes())?;
        }
        let all_but_one = block.trim_end().rsplit_once('\n').map_or("", |(before, _)| before);
        write!(file, "{all_but_one}\nHello, world\n")?;
        file.flush()?;
        Ok(lines)
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Key identifiers with and without version, resource IDs and tenant IDs by turns; one in a hundred with a slash too
/// many.
fn line(n: usize) -> String {
    let key = format!("https://kv-{n}.vault.azure.net/keys/kafka-{n}");
    match n % 4 {
        _ if n.is_multiple_of(100) => format!("{key}/\n"),
        0 => format!("{key}\n"),
        1 => format!("{key}/78deebed173b48e48f55abf87ed4cf71\n"),
        2 => format!(
            "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-{n}/providers/Microsoft.KeyVault/vaults/kv-{n}\n"
        ),
        _ => format!("{n:08x}-86f1-41af-91ab-2d7cd011db47\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_one_line_and_kinds_take_turns() {
        let lines: Vec<String> = (0..200).map(line).collect();
        assert!(lines.iter().all(|line| line.ends_with('\n') && line.trim().lines().count() == 1));
        let starting = |with: &str| lines.iter().filter(|line| line.starts_with(with)).count();
        assert_eq!((starting("https://"), starting("/subscriptions/")), (100, 50));
        assert_eq!(lines.iter().filter(|line| line.ends_with("/\n")).count(), 2);
    }
}
