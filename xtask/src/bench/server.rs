//! A process of the release binary that answers on loopback, and requests to it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::memory;
use crate::toolbox::Toolbox;

/// How long a process may take to print its address, and to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// The release binary, serving until this is dropped.
pub struct Server {
    process: Child,
    /// What it said where it is: host and port, and what came behind them.
    said: String,
}

/// An answer over HTTP/1.1, read to its end.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Status line and headers, as they came.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Server {
    /// Starts `byok` and waits until it says where it is ready.
    pub fn start(tools: &Toolbox, arguments: &[&str], environment: &[(&str, &str)]) -> Result<Self> {
        let mut command = Command::new(tools.byok());
        command.args(arguments).envs(environment.iter().copied());
        let mut process = command
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
                    if let Some(said) = ready_in(&line) {
                        let _ = found.send(said.to_owned());
                    }
                }
            });
        }
        // Made first, so that the process ends even if it stays silent.
        let mut server = Self { process, said: String::new() };
        server.said = address
            .recv_timeout(PATIENCE)
            .with_context(|| format!("`byok {}` printed no address", arguments.join(" ")))?;
        Ok(server)
    }

    /// Host and port.
    pub fn address(&self) -> &str {
        self.said.split(['/', ' ']).next().unwrap_or_default()
    }

    /// The one-time token of the printed address; `None` where nobody has to sign in.
    pub fn token(&self) -> Option<&str> {
        self.said.split_once("#token=").map(|(_, token)| token)
    }

    /// Megabytes that the kernel tells of the process under `name`.
    pub fn memory(&self, name: &str) -> Result<f64> {
        memory(&self.process, name).context("the kernel tells no memory")
    }

    /// Expects that a page is there.
    pub fn ask(&self, path: &str) -> Result<()> {
        self.send("GET", path, &[], None)?.expected(200).map(|_| ())
    }

    /// Sends one request on a connection of its own and reads the answer to its end.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Answer> {
        let mut stream = TcpStream::connect(self.address())?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address());
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        if !body.is_empty() {
            head.push_str(&format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len()));
        }
        stream.write_all(format!("{head}\r\n{body}").as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).with_context(|| format!("{method} {path} was not answered"))?;
        Answer::of(&answer).with_context(|| format!("{method} {path} was not answered in HTTP"))
    }
}

impl Answer {
    fn of(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let body = bytes.get(end + 4..)?.to_vec();
        Some(Self { status, head, body })
    }

    /// Fails, with what was answered, unless it has this status.
    pub fn expected(self, status: u16) -> Result<Self> {
        if self.status != status {
            bail!("{status} was expected, and this came: {}: {}", self.status, self.text());
        }
        Ok(self)
    }

    /// The body as JSON.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).with_context(|| format!("not JSON: {}", self.text()))
    }

    /// The value of a header; its name in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        let pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The start of the body, to tell people.
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).chars().take(300).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Where the process says it is ready, without the scheme. It prints other addresses before, of the sandbox.
fn ready_in(line: &str) -> Option<&str> {
    line.split_once("ready: http://").map(|(_, said)| said)
}

#[cfg(test)]
mod tests {
    use super::{Answer, ready_in};

    #[test]
    fn the_address_is_found_in_the_line_that_says_ready() {
        let line = "BYOK Wizard (sandbox) is ready: http://127.0.0.1:8080/#token=x";
        assert_eq!(ready_in(line), Some("127.0.0.1:8080/#token=x"));
        assert_eq!(ready_in("The simulated clouds are ready: http://127.0.0.1:9443"), Some("127.0.0.1:9443"));
        assert_eq!(ready_in("The simulated clouds are behind http://127.0.0.1:9443; …"), None);
    }

    #[test]
    fn an_answer_has_a_status_headers_and_a_body() {
        let answer = Answer::of(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\n\r\n{\"a\":\r\n\r\n1}")
            .expect("an answer");
        assert_eq!((answer.status, answer.header("set-cookie")), (200, Some("a=b; Path=/")));
        assert_eq!(answer.json().expect("JSON")["a"], 1);
        assert!(Answer::of(b"SSH-2.0-OpenSSH\r\n").is_none());
    }
}
