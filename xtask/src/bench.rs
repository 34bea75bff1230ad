//! Measures what a user waits for, against limits: medians of several runs of the release binary.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, ExitCode, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    dist,
    setup::{self, Scope},
    shell::Workspace,
    tidy,
    toolbox::Toolbox,
};

/// One measurement: its unit, and the most that is allowed.
struct Measure {
    name: &'static str,
    unit: &'static str,
    limit: f64,
    take: fn(&Toolbox) -> Result<f64>,
}

const MEASURES: [Measure; 3] = [
    Measure {
        name: "first load, until a pasted ID is judged",
        unit: "bytes",
        limit: tidy::BUDGET as f64,
        take: first_load,
    },
    Measure { name: "process start to first answer", unit: "ms", limit: 100.0, take: start },
    Measure { name: "idle memory", unit: "MB", limit: 25.0, take: idle_memory },
];

/// How long a process is left alone before its memory is read.
const IDLE: Duration = Duration::from_secs(3);
/// How long a process may take to print its address.
const PATIENCE: Duration = Duration::from_secs(30);

/// Takes each measurement `runs` times and prints the medians. Fails if one is above its limit.
pub fn bench(workspace: &Workspace, runs: usize) -> Result<ExitCode> {
    if runs == 0 {
        bail!("--runs 0 measures nothing");
    }
    let tools = setup::setup(workspace, Scope::Everything)?;
    dist::dist(&tools, false)?;
    dist::binary(&tools)?;
    println!("\n{:<42}{:>10}{:>10}  all runs", "median", "measured", "limit");
    let mut code = ExitCode::SUCCESS;
    for measure in MEASURES {
        let mut values = Vec::new();
        for _ in 0..runs {
            values.push((measure.take)(&tools).with_context(|| measure.name)?);
        }
        values.sort_by(f64::total_cmp);
        let median = values.get(values.len() / 2).copied().unwrap_or(f64::NAN);
        let all: Vec<String> = values.iter().map(|value| rounded(*value)).collect();
        let held = median <= measure.limit;
        println!(
            "{:<42}{:>10}{:>10}  {} {}{}",
            measure.name,
            rounded(median),
            rounded(measure.limit),
            all.join(" "),
            measure.unit,
            if held { "" } else { "  ← above the limit" }
        );
        if !held {
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

/// Bytes that a fresh browser receives from `/new/cluster` until an ID pasted on *Security* is judged.
fn first_load(tools: &Toolbox) -> Result<f64> {
    let printed = tools
        .node_call()?
        .arg(tools.workspace.path("tests/first-load.mjs"))
        .env("BYOK", tools.byok())
        .read()?;
    let last = printed.lines().last().unwrap_or_default();
    last.parse().with_context(|| format!("tests/first-load.mjs printed no number but: {printed}"))
}

/// Milliseconds from starting the process until it has answered a request.
fn start(tools: &Toolbox) -> Result<f64> {
    let started = Instant::now();
    let server = Server::start(tools)?;
    server.ask("/livez")?;
    Ok(started.elapsed().as_secs_f64() * 1000.0)
}

/// Megabytes of memory that the process holds after answering one request and being left alone.
fn idle_memory(tools: &Toolbox) -> Result<f64> {
    let server = Server::start(tools)?;
    server.ask("/")?;
    thread::sleep(IDLE);
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.process.id()))?;
    let line =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("the kernel tells no memory")?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1024.0 / 1e6)
}

/// The release binary, serving until this is dropped.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(tools: &Toolbox) -> Result<Self> {
        let mut process = Command::new(tools.byok())
            .args(["serve", "--sandbox", "--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("could not start {}", tools.byok().display()))?;
        let (found, address) = mpsc::channel();
        let pipes: [Option<Box<dyn Read + Send>>; 2] = [
            process.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
            process.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
        ];
        for pipe in pipes.into_iter().flatten() {
            let found = found.clone();
            thread::spawn(move || {
                for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                    if let Some(address) = address_in(&line) {
                        let _ = found.send(address.to_owned());
                    }
                }
            });
        }
        // Made first, so that the process ends even if it stays silent.
        let mut server = Self { process, address: String::new() };
        server.address =
            address.recv_timeout(PATIENCE).context("`byok serve --sandbox` printed no address")?;
        Ok(server)
    }

    fn ask(&self, path: &str) -> Result<()> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        if !answer.starts_with(b"HTTP/1.1 200") {
            bail!("{path} answered {}", String::from_utf8_lossy(&answer).lines().next().unwrap_or_default());
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Host and port of the address that the server says it is ready at. It prints others before, of the sandbox.
fn address_in(line: &str) -> Option<&str> {
    let (_, address) = line.split_once("is ready: http://")?;
    address.split(['/', ' ']).next()
}

/// Three digits are enough to compare with a limit; bytes are told exactly.
fn rounded(value: f64) -> String {
    if value >= 1000.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

#[cfg(test)]
mod tests {
    use super::address_in;

    #[test]
    fn the_address_is_found_in_the_line_that_says_ready() {
        let line = "BYOK Wizard (sandbox) is ready: http://127.0.0.1:8080/?token=x";
        assert_eq!(address_in(line), Some("127.0.0.1:8080"));
        assert_eq!(address_in("The simulated clouds are behind http://127.0.0.1:9443; …"), None);
    }
}
