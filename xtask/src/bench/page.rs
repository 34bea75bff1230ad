//! What somebody waits for who opens the wizard: first load, process start, and the memory it idles in.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::{Limit, Series, memory};
use crate::{tidy, toolbox::Toolbox};

/// How long a process is left alone before its memory is read.
const IDLE: Duration = Duration::from_secs(3);
/// How long a process may take to print its address.
const PATIENCE: Duration = Duration::from_secs(30);

/// Bytes that a fresh browser receives from `/new/cluster` until an ID pasted on *Security* is judged.
pub fn first_load(tools: &Toolbox, runs: usize) -> Result<Vec<Series>> {
    let limit = Limit::AtMost(f64::from(tidy::BUDGET));
    let mut loads = Series::new("first load, until a pasted ID is judged", "bytes", limit);
    for _ in 0..runs {
        let printed = tools
            .node_call()?
            .arg(tools.workspace.path("tests/first-load.mjs"))
            .env("BYOK", tools.byok())
            .read()?;
        let last = printed.lines().last().unwrap_or_default();
        loads.values.push(
            last.parse().with_context(|| format!("tests/first-load.mjs printed no number but: {printed}"))?,
        );
    }
    Ok(vec![loads])
}

/// Milliseconds from starting the process until it has answered a request.
pub fn start(tools: &Toolbox, runs: usize) -> Result<Vec<Series>> {
    let mut starts = Series::new("process start to first answer", "ms", Limit::AtMost(100.0));
    for _ in 0..runs {
        let started = Instant::now();
        let server = Server::start(tools)?;
        server.ask("/livez")?;
        starts.values.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(vec![starts])
}

/// Megabytes of memory that the process holds after answering one request and being left alone.
pub fn idle_memory(tools: &Toolbox, runs: usize) -> Result<Vec<Series>> {
    let mut held = Series::new("idle memory", "MB", Limit::AtMost(25.0));
    for _ in 0..runs {
        let server = Server::start(tools)?;
        server.ask("/")?;
        thread::sleep(IDLE);
        held.values.push(memory(&server.process, "VmRSS").context("the kernel tells no memory")?);
    }
    Ok(vec![held])
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
