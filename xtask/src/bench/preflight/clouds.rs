//! The simulated clouds as a process of their own, with vaults to look at, and the server on them as on real ones.

use std::{
    env, fs,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};

use super::chain::Call;
use crate::{bench::server::Server, toolbox::Toolbox};

/// The hosts of the clouds, as a fault names them.
const HOSTS: [&str; 5] = [
    "management.azure.com",
    "*.vault.azure.net",
    "graph.microsoft.com",
    "login.microsoftonline.com",
    "api.confluent.cloud",
];
/// How many vaults are made ready at a time. Each takes the sandbox an RSA key.
const HANDS: usize = 4;

/// The sandbox, and a folder for what it and its guests leave. Both go when this is dropped.
pub struct Clouds<'t> {
    tools: &'t Toolbox,
    sandbox: Server,
    folder: Folder,
    world: Value,
    servers: AtomicUsize,
}

/// A vault with a registered key that has everything it needs.
#[derive(Clone, Debug)]
pub struct Vault {
    /// Resource ID.
    pub id: String,
    /// Key identifier.
    pub key: String,
    tenant: String,
    /// Confluent's id of the registered key.
    registered: String,
    /// Confluent's application.
    pub application: String,
}

/// A server that works with these clouds as if they were the real ones.
pub struct Wizard {
    /// The process.
    pub server: Server,
    /// What it lets its browser in with.
    pub cookie: String,
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl<'t> Clouds<'t> {
    /// Starts them.
    pub fn start(tools: &'t Toolbox) -> Result<Self> {
        let folder = Folder(env::temp_dir().join(format!("byok-bench-{}", std::process::id())));
        fs::create_dir_all(&folder.0).context("there is no place for the sandbox’s certificate")?;
        let certificate = folder.0.join("ca.pem").display().to_string();
        let arguments = ["sandbox", "--listen", "127.0.0.1:0", "--ca-out", &certificate];
        let sandbox = Server::start(tools, &arguments, &[])?;
        let world = sandbox.send("GET", "/_sandbox/world", &[], None)?.expected(200)?.json()?;
        Ok(Self { tools, sandbox, folder, world, servers: AtomicUsize::new(0) })
    }

    /// What the world says at a pointer.
    pub fn text(&self, pointer: &str) -> Result<&str> {
        let found = self.world.pointer(pointer).and_then(Value::as_str);
        found.with_context(|| format!("the sandbox’s world has no {pointer}"))
    }

    /// What goes into `HTTPS_PROXY`.
    pub fn proxy(&self) -> String {
        format!("http://{}", self.sandbox.address())
    }

    /// A file or folder that goes with the clouds.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.0.join(name)
    }

    /// Puts in vaults without fault, registers a key of each and gives it its roles. Everything that is made when it is
    /// first needed, such as RSA keys, has been needed once.
    pub fn vaults(&self, number: usize) -> Result<Vec<Vault>> {
        let (subscription, tenant) = (self.text("/subscription_id")?, self.text("/login/tenant_id")?);
        let all: Vec<Value> = (0..number)
            .map(|n| {
                let name = format!("kv-bench-{n:03}");
                json!({
                    "key_vault_id": format!("/subscriptions/{subscription}/resourceGroups/rg-bench/providers/Microsoft.KeyVault/vaults/{name}"),
                    "key_id": format!("https://{name}.vault.azure.net/keys/bench"),
                    "tenant_id": tenant, "region": "westeurope", "faults": [],
                })
            })
            .collect();
        self.control(
            "world",
            &json!({
                "vaults": all, "validation_seconds": 0, "confluent_requests_per_second": 1_000_000,
                "quotas": {"byok.max_keys.per_org": number + 1},
            }),
        )?;
        let wizard = self.wizard()?;
        let share = number.div_ceil(HANDS).max(1);
        let ready: Result<Vec<Vec<Vault>>> = thread::scope(|scope| {
            let hands: Vec<_> = all
                .chunks(share)
                .map(|some| {
                    let ready = || some.iter().map(|vault| self.ready(&wizard, vault)).collect::<Result<_>>();
                    scope.spawn(ready)
                })
                .collect();
            hands.into_iter().map(|hand| hand.join().map_err(|_| anyhow!("a thread ended early"))?).collect()
        });
        Ok(ready?.concat())
    }

    /// Registers a vault's key, gives it its roles and looks at it once.
    fn ready(&self, wizard: &Wizard, vault: &Value) -> Result<Vault> {
        let part = |name: &str| vault[name].as_str().unwrap_or_default().to_owned();
        let ids = json!({"key_vault_id": vault["key_vault_id"], "key_id": vault["key_id"], "tenant_id": vault["tenant_id"]});
        let key = wizard.post("/api/v1/keys", &ids)?.expected(201)?.json()?;
        let told = |name: &str| {
            key[name].as_str().map(str::to_owned).with_context(|| format!("a key has no {name}"))
        };
        let ready = Vault {
            id: part("key_vault_id"),
            key: part("key_id"),
            tenant: part("tenant_id"),
            registered: told("id")?,
            application: told("application_id")?,
        };
        self.control(
            "grant",
            &json!({"key_vault_id": ready.id, "application_id": ready.application, "propagation_seconds": 0}),
        )?;
        wizard.post("/api/v1/preflight", &ready.whole())?.expected(200)?;
        Ok(ready)
    }

    /// From now on every answer of every cloud takes so many milliseconds longer.
    pub fn delay(&self, millis: u64) -> Result<()> {
        HOSTS.iter().try_for_each(|host| {
            let fault =
                json!({"host": host, "path": "*", "kind": "delay", "millis": millis, "times": 1_000_000_000});
            self.control("faults", &fault)
        })
    }

    /// The calls since call number `after`.
    pub fn calls(&self, after: u64) -> Result<Vec<Call>> {
        Call::all(&self.told_calls()?, after)
    }

    /// The number of the last call.
    pub fn last_call(&self) -> Result<u64> {
        Ok(self.told_calls()?.as_array().and_then(|all| all.last()?["number"].as_u64()).unwrap_or_default())
    }

    fn told_calls(&self) -> Result<Value> {
        self.sandbox.send("GET", "/_sandbox/calls", &[], None)?.expected(200)?.json()
    }

    fn control(&self, what: &str, wish: &Value) -> Result<()> {
        let answer = self.sandbox.send("POST", &format!("/_sandbox/{what}"), &[], Some(wish))?;
        if !(200..300).contains(&answer.status) {
            answer.expected(200)?;
        }
        Ok(())
    }

    /// Starts a server that knows nothing yet: no token, no answer, no connection.
    pub fn wizard(&self) -> Result<Wizard> {
        let ledger = format!("ledger-{}.sqlite", self.servers.fetch_add(1, Ordering::Relaxed));
        let (proxy, ledger) = (self.proxy(), self.file(&ledger).display().to_string());
        let certificate = self.file("ca.pem").display().to_string();
        let environment = [
            ("HTTPS_PROXY", proxy.as_str()),
            ("https_proxy", proxy.as_str()),
            ("NO_PROXY", ""),
            ("no_proxy", ""),
            ("BYOK_EXTRA_CA_FILE", &certificate),
            ("BYOK_LEDGER", &ledger),
            ("BYOK_LOG", "warn"),
            ("BYOK_CONFLUENT_API_KEY", self.text("/confluent/api_key")?),
            ("BYOK_CONFLUENT_API_SECRET", self.text("/confluent/api_secret")?),
            ("BYOK_AZURE_IDENTITY", "client-secret"),
            ("BYOK_AZURE_TENANT_ID", self.text("/login/tenant_id")?),
            ("BYOK_AZURE_CLIENT_ID", self.text("/login/client_id")?),
            ("BYOK_AZURE_CLIENT_SECRET", self.text("/login/client_secret")?),
            // One caller stands for many here.
            ("BYOK_PREFLIGHTS_PER_MINUTE", "60000"),
            ("BYOK_VAULTS_PER_TEN_MINUTES", "60000"),
        ];
        let server =
            Server::start(self.tools, &["serve", "--open", "no", "--listen", "127.0.0.1:0"], &environment)?;
        let token = server.token().context("the server printed no token")?.to_owned();
        let mut wizard = Wizard { server, cookie: String::new() };
        let answer = wizard.post("/api/v1/session", &json!({"token": token}))?.expected(200)?;
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        wizard.cookie = cookie.context("the server let nobody in")?.to_owned();
        Ok(wizard)
    }
}

impl Vault {
    /// A preflight before anything is registered.
    pub fn early(&self) -> Value {
        json!({"key_vault_id": self.id, "key_id": self.key, "tenant_id": self.tenant, "region": "westeurope"})
    }

    /// The whole preflight: with the registered key, whose application has a service principal in groups.
    pub fn whole(&self) -> Value {
        let mut wish = self.early();
        wish["key"] = self.registered.as_str().into();
        wish["environment"] = "env-dev01".into();
        wish
    }
}

impl Wizard {
    /// A write as the page sends it.
    pub fn post(&self, path: &str, body: &Value) -> Result<crate::bench::server::Answer> {
        let origin = format!("http://{}", self.server.address());
        let headers = [("Origin", origin.as_str()), ("x-byok-wizard", "1"), ("Cookie", &self.cookie)];
        self.server.send("POST", path, &headers, Some(body))
    }
}
