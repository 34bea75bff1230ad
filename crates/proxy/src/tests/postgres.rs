//! PostgreSQL of the test's own: Debian's, in a temporary folder, on a port of its own, as nobody (it refuses root).

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::ledger::LedgerAt;

/// A running server; it ends with this.
pub(crate) struct Postgres {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
    server: Child,
}

/// Debian keeps the programs of each version in a folder of its own, outside `PATH`.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut folders: Vec<PathBuf> = versions
        .flatten()
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    folders.sort();
    folders.pop()
}

/// A command that runs as nobody where this is root.
fn as_nobody(program: &Path, folder: &Path) -> Command {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
    let mut command = if is_root {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

impl Postgres {
    /// Starts a server, or says aloud that there is none to start.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!("skipped: PostgreSQL is not installed (Debian: `apt install postgresql`)");
            return None;
        };
        let folder = TempDir::new().expect("a folder");
        // Nobody must be able to go through.
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o777);
        std::fs::set_permissions(folder.path(), open).expect("permissions");
        let data = folder.path().join("data");
        let made = as_nobody(&programs.join("initdb"), folder.path())
            .args(["--auth=trust", "--username=byok", "--no-sync", "--encoding=UTF8", "--locale=C", "-D"])
            .arg(&data)
            .status();
        assert!(made.is_ok_and(|made| made.success()), "initdb failed");
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|port| port.local_addr())
            .expect("a port")
            .port();
        let server = Self::run(&programs, folder.path(), port);
        let postgres = Self { programs, folder, port, server };
        postgres.until_ready();
        Some(postgres)
    }

    fn run(programs: &Path, folder: &Path, port: u16) -> Child {
        as_nobody(&programs.join("postgres"), folder)
            .args([
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "max_connections=100",
            ])
            .args(["-p", &port.to_string(), "-D"])
            .arg(folder.join("data"))
            .spawn()
            .expect("a server")
    }

    fn until_ready(&self) {
        let started = Instant::now();
        let ready = || {
            Command::new(self.programs.join("pg_isready"))
                .args(["-h", "127.0.0.1", "-p", &self.port.to_string()])
                .stdout(Stdio::null())
                .status()
                .is_ok_and(|status| status.success())
        };
        while !ready() {
            assert!(started.elapsed() < Duration::from_secs(60), "PostgreSQL does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// An empty database.
    pub(crate) fn database(&self) -> LedgerAt {
        let name = format!("byok_{}", crate::random::short_id().replace('-', "_"));
        let made = Command::new(self.programs.join("createdb"))
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "byok", &name])
            .status();
        assert!(made.is_ok_and(|made| made.success()), "createdb failed");
        LedgerAt::Database(format!("postgres://byok@127.0.0.1:{}/{name}", self.port).into())
    }

    /// Ends the server at once, as a crash would, and starts it again after `away`.
    pub(crate) fn restart(&mut self, away: Duration) {
        self.stop("immediate");
        std::thread::sleep(away);
        self.server = Self::run(&self.programs, self.folder.path(), self.port);
        self.until_ready();
    }

    fn stop(&mut self, how: &str) {
        let _ = as_nobody(&self.programs.join("pg_ctl"), self.folder.path())
            .args(["stop", "-m", how, "-w", "-D"])
            .arg(self.folder.path().join("data"))
            .status();
        let _ = self.server.wait();
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop("immediate");
    }
}
