//! Which tools the chores use, in which version, and where they lie.
//!
//! Tools that no package manager of the machine offers in the right version live in a cache of the user's own,
//! one folder a tool and version, so that every checkout shares them and two versions can stand side by side.

use std::{env, fs, path::PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::shell::{Call, Workspace, path_with, which};

/// Builds the page. 0.22 needs a newer compiler than Debian and this workspace have.
pub const TRUNK: Pin = Pin { name: "trunk", version: "0.21.14" };
/// Makes the JavaScript glue; its version must equal that of the crate `wasm-bindgen` in `Cargo.toml`.
pub const WASM_BINDGEN: Pin = Pin { name: "wasm-bindgen-cli", version: "0.2.129" };
/// Runs the native tests, where the machine has no `cargo-nextest` already.
pub const NEXTEST: Pin = Pin { name: "cargo-nextest", version: "0.9.143" };
/// Runs the fuzz targets.
pub const FUZZ: Pin = Pin { name: "cargo-fuzz", version: "0.13.2" };
/// Changes the rules one place at a time and sees whether a test notices.
pub const MUTANTS: Pin = Pin { name: "cargo-mutants", version: "27.1.0" };
/// The Azure CLI that the journeys run the page's own snippet with.
pub const AZURE_CLI: Pin = Pin { name: "azure-cli", version: "2.91.0" };
/// Runs the npm tools, where the machine's Node.js is older than [`OLDEST_NODE`].
pub const NODE: Pin = Pin { name: "node", version: "22.23.3" };
/// The oldest Node.js that the browser tests run on.
pub const OLDEST_NODE: u32 = 20;
/// The oldest Rust that compiles the page: what `leptos` asks for.
pub const OLDEST_RUST: (u32, u32) = (1, 88);

/// A tool in the one version that is used.
#[derive(Clone, Copy)]
pub struct Pin {
    /// The name it is installed by.
    pub name: &'static str,
    /// The version, exactly.
    pub version: &'static str,
}

impl Pin {
    /// The name of its folder in the cache.
    pub fn folder(self) -> String {
        format!("{}-{}", self.name, self.version)
    }
}

/// The places of all tools. Having one does not mean that they are installed: that is what `setup` sees to.
#[derive(Clone)]
pub struct Toolbox {
    /// The checkout.
    pub workspace: Workspace,
    /// The cache of tools, shared by every checkout of this user.
    pub cache: PathBuf,
    /// The toolchain that compiles for `wasm32-unknown-unknown`: `None` for rustup's own, or a folder.
    pub wasm_toolchain: Option<PathBuf>,
}

impl Toolbox {
    /// The toolbox of this user: `$XDG_CACHE_HOME/byok-wizard`, by default `~/.cache/byok-wizard`.
    pub fn of_user(workspace: &Workspace) -> Result<Self> {
        let caches = match env::var_os("XDG_CACHE_HOME").filter(|path| !path.is_empty()) {
            Some(path) => PathBuf::from(path),
            None => PathBuf::from(env::var_os("HOME").context("neither HOME nor XDG_CACHE_HOME is set")?)
                .join(".cache"),
        };
        Ok(Self { workspace: workspace.clone(), cache: caches.join("byok-wizard"), wasm_toolchain: None })
    }

    /// The folder of a pinned tool.
    pub fn folder(&self, pin: Pin) -> PathBuf {
        self.cache.join(pin.folder())
    }

    /// A program of a pinned tool.
    pub fn program(&self, pin: Pin, name: &str) -> PathBuf {
        self.folder(pin).join("bin").join(name)
    }

    /// The Node.js to use: the machine's if it is new enough, else the cached one, else none.
    pub fn node(&self) -> Option<PathBuf> {
        let fits = |version: &str| {
            let major = version.trim_start_matches('v').split('.').next();
            major.and_then(|major| major.parse().ok()).is_some_and(|major: u32| major >= OLDEST_NODE)
        };
        let of_machine = which("node")
            .filter(|node| Call::new(node).arg("--version").read().is_ok_and(|version| fits(&version)));
        of_machine.or_else(|| Some(self.program(NODE, "node")).filter(|node| node.is_file()))
    }

    /// A call of the Node.js to use.
    pub fn node_call(&self) -> Result<Call> {
        match self.node() {
            Some(node) => Ok(Call::new(node)),
            None => bail!("Node.js {OLDEST_NODE} or newer is missing. Run: cargo xtask setup"),
        }
    }

    /// The folder of the npm packages that `tests/package-lock.json` names; another lock, another folder.
    pub fn npm_folder(&self) -> Result<PathBuf> {
        let lock = fs::read(self.workspace.path("tests/package-lock.json"))
            .context("tests/package-lock.json cannot be read")?;
        let digest = hex(&Sha256::digest(lock));
        Ok(self.cache.join(format!("npm-{}", &digest[..16])))
    }

    /// A call of a program inside an npm package, for example `binaryen/bin/wasm-opt`.
    pub fn npm_call(&self, program: &str) -> Result<Call> {
        Ok(self.node_call()?.arg(self.npm_folder()?.join("node_modules").join(program)))
    }

    /// A call of cargo for code that runs in the browser: own target folder, and the toolchain that can do it.
    pub fn wasm_cargo(&self) -> Result<Call> {
        self.for_wasm(Call::new("cargo"))
    }

    /// Prepares a call for building browser code.
    pub fn for_wasm(&self, call: Call) -> Result<Call> {
        let folders = [self.folder(TRUNK).join("bin"), self.folder(WASM_BINDGEN).join("bin")];
        let call = without_outer_cargo(call)
            .folder(&self.workspace.root)
            .env("PATH", path_with(&folders)?)
            .env("CARGO_TARGET_DIR", self.wasm_target());
        Ok(match &self.wasm_toolchain {
            // rustup takes a folder here as well as a name.
            // The cargo that started us points the loader at its own compiler's libraries.
            Some(folder) => call.env("RUSTUP_TOOLCHAIN", folder).without_env("LD_LIBRARY_PATH"),
            None => call,
        })
    }

    /// Where browser builds go: apart from native ones, which another toolchain may compile.
    pub fn wasm_target(&self) -> PathBuf {
        self.workspace.path("target/wasm")
    }

    /// A call of cargo for native code.
    pub fn cargo(&self) -> Call {
        self.rust("cargo")
    }

    /// A call of cargo that knows a pinned subcommand.
    pub fn cargo_of(&self, pin: Pin) -> Result<Call> {
        Ok(self.cargo().env("PATH", path_with(&[self.folder(pin).join("bin")])?))
    }

    /// A call of one of Rust's own programs in the checkout: `cargo`, `rustc`, `rustup`.
    pub fn rust(&self, program: &str) -> Call {
        without_outer_cargo(Call::new(program)).folder(&self.workspace.root)
    }

    /// Where native builds go.
    pub fn native_target(&self) -> PathBuf {
        match env::var_os("CARGO_TARGET_DIR").filter(|path| !path.is_empty()) {
            Some(path) => self.workspace.root.join(path),
            None => self.workspace.path("target"),
        }
    }

    /// The release binary.
    pub fn byok(&self) -> PathBuf {
        self.native_target().join("release/byok")
    }
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Removes what the cargo that started us says about itself: it would make an inner cargo build anew, or by another toolchain.
fn without_outer_cargo(call: Call) -> Call {
    ["CARGO", "CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "RUSTC", "RUSTDOC"]
        .into_iter()
        .fold(call, Call::without_env)
}
