//! Running other programs, and where the workspace is.

use std::{
    env,
    ffi::{OsStr, OsString},
    fmt::Write as _,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
};

use anyhow::{Context, Result, bail};

/// The checkout that the chores work on.
#[derive(Clone)]
pub struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub root: PathBuf,
}

impl Workspace {
    /// Finds the checkout: the parent of this package's own folder.
    pub fn find() -> Result<Self> {
        // Cargo sets the variable at run time too, so a checkout that was moved is still found.
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.parent().context("the xtask package has no parent folder")?.to_path_buf();
        Ok(Self { root })
    }

    /// A path inside the checkout.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }
}

/// One call of another program. Standard input is closed: no chore waits for a person who is not there.
pub struct Call {
    command: Command,
    line: String,
}

/// What a program printed, and whether it succeeded.
pub struct Outcome {
    /// Whether the exit code was zero.
    pub success: bool,
    /// Standard output and standard error, line by line, in the order they arrived.
    pub output: String,
}

impl Call {
    /// A call of `program`, which is a path or a name to be found on `PATH`.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(&program);
        command.stdin(Stdio::null());
        Self { command, line: program.as_ref().to_string_lossy().into_owned() }
    }

    /// Adds one argument.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        let _ = write!(self.line, " {}", argument.as_ref().to_string_lossy());
        self.command.arg(argument);
        self
    }

    /// Adds several arguments.
    pub fn args<A: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = A>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// Sets one variable of the program's environment.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Removes one variable of the program's environment.
    pub fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Sets the folder that the program starts in.
    pub fn folder(mut self, path: &Path) -> Self {
        self.command.current_dir(path);
        self
    }

    /// Lets the program read from the terminal: for `sudo`, which may ask for a password.
    pub fn interactive(mut self) -> Self {
        self.command.stdin(Stdio::inherit());
        self
    }

    /// Runs it with its output shown, and fails if it fails.
    pub fn run(mut self) -> Result<()> {
        let status = self.command.status().with_context(|| format!("could not start `{}`", self.line))?;
        if !status.success() {
            bail!("`{}` failed ({status})", self.line);
        }
        Ok(())
    }

    /// Runs it quietly; what it printed is shown only if it fails.
    pub fn run_quietly(mut self) -> Result<()> {
        let output = self.command.output().with_context(|| format!("could not start `{}`", self.line))?;
        if !output.status.success() {
            eprint!("{}", String::from_utf8_lossy(&output.stdout));
            eprint!("{}", String::from_utf8_lossy(&output.stderr));
            bail!("`{}` failed ({})", self.line, output.status);
        }
        Ok(())
    }

    /// Runs it and returns what it printed on standard output, trimmed.
    pub fn read(mut self) -> Result<String> {
        let output = self.command.output().with_context(|| format!("could not start `{}`", self.line))?;
        if !output.status.success() {
            bail!("`{}` failed: {}", self.line, String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Runs it with its output shown as it comes, and keeps the output too.
    pub fn tee(mut self) -> Result<Outcome> {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().with_context(|| format!("could not start `{}`", self.line))?;
        let (lines, printed) = mpsc::channel();
        let pipes: [Option<Box<dyn Read + Send>>; 2] = [
            child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
            child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
        ];
        for pipe in pipes.into_iter().flatten() {
            let lines = lines.clone();
            thread::spawn(move || {
                let mut reader = BufReader::new(pipe);
                let mut line = Vec::new();
                while reader.read_until(b'\n', &mut line).is_ok_and(|bytes| bytes > 0) {
                    if lines.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                        break;
                    }
                    line.clear();
                }
            });
        }
        drop(lines);
        let mut output = String::new();
        for line in printed {
            print!("{line}");
            output.push_str(&line);
        }
        let status = child.wait().with_context(|| format!("could not wait for `{}`", self.line))?;
        Ok(Outcome { success: status.success(), output })
    }
}

/// Where a program of this name is found on `PATH`.
pub fn which(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|candidate| candidate.is_file())
}

/// `PATH` with more folders in front.
pub fn path_with(folders: &[PathBuf]) -> Result<OsString> {
    let old = env::var_os("PATH").unwrap_or_default();
    env::join_paths(folders.iter().cloned().chain(env::split_paths(&old))).context("PATH cannot be extended")
}
