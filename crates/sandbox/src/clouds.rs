//! All that the carrying parts share: the world, the faults, the log; and the way of a call to its cloud.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::task::spawn_blocking;

use crate::authority::Authority;
use crate::call::{Call, Reply};
use crate::calls::Calls;
use crate::confluent::Throttle;
use crate::faults::Fault;
use crate::material::{Kind, Material};
use crate::vault::Answer;
use crate::world::{Vault, World};
use crate::{arm, confluent, entra, graph, ids, vault};

/// The host names of the clouds; vaults have names of their own.
const HOSTS: &[&str] =
    &["login.microsoftonline.com", "management.azure.com", "graph.microsoft.com", "api.confluent.cloud"];

/// Whether a host name belongs to a cloud, and whether it exists.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Known,
    /// A vault's host name, but this world has no such vault: outside, the name would not resolve.
    UnknownVault,
    Foreign,
}

pub(crate) struct Clouds {
    world: Mutex<World>,
    /// What was laid over the default world at start, and is again at a reset.
    overrides: Option<Value>,
    pub(crate) faults: Mutex<Vec<Fault>>,
    pub(crate) calls: Mutex<Calls>,
    throttle: Mutex<Throttle>,
    signing: Arc<Material>,
    pub(crate) authority: Authority,
    pub(crate) proxy_url: String,
    pub(crate) ca_out: Option<PathBuf>,
}

impl Clouds {
    pub(crate) fn new(
        world: World,
        overrides: Option<Value>,
        authority: Authority,
        proxy_url: String,
        ca_out: Option<PathBuf>,
    ) -> Self {
        Self {
            world: Mutex::new(world),
            overrides,
            faults: Mutex::default(),
            calls: Mutex::default(),
            throttle: Mutex::default(),
            signing: Arc::new(Material::new(Kind::Rsa(2048))),
            authority,
            proxy_url,
            ca_out,
        }
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        locked(&self.world)
    }

    /// What a host name is to this sandbox.
    pub(crate) fn standing(&self, host: &str) -> Standing {
        if HOSTS.contains(&host) {
            return Standing::Known;
        }
        match ids::vault_of_host(host) {
            // A soft-deleted vault keeps its host name; one that was just made has none yet.
            Some(name) if self.world().any_vault(&name).is_some_and(Vault::resolves) => Standing::Known,
            Some(_) => Standing::UnknownVault,
            None => Standing::Foreign,
        }
    }

    /// Lets the right cloud answer.
    pub(crate) async fn answer(&self, call: &Call) -> Reply {
        let confluent = call.host == "api.confluent.cloud";
        // The first token of all needs a key to sign with; making it takes a moment, so no lock is held meanwhile. An API key needs none.
        let needed = !confluent || !confluent::needs_no_token(call);
        if needed && !self.signing.is_prepared() {
            let signing = Arc::clone(&self.signing);
            if spawn_blocking(move || signing.prepare()).await.is_err() {
                return Reply::empty(500);
            }
        }
        if confluent {
            return confluent::answer(&mut self.world(), &self.signing, &mut locked(&self.throttle), call);
        }
        let answer = match call.host.as_str() {
            "login.microsoftonline.com" => return entra::answer(&self.world(), &self.signing, call),
            "management.azure.com" => return arm::answer(&mut self.world(), &self.signing, call),
            "graph.microsoft.com" => return graph::answer(&mut self.world(), &self.signing, call),
            host => {
                let mut world = self.world();
                let name = ids::vault_of_host(host).filter(|name| world.any_vault(name).is_some());
                let Some(name) = name else { return Reply::empty(404) };
                vault::answer(&mut world, &self.signing, &name, call)
            }
        };
        match answer {
            Answer::Now(reply) => reply,
            Answer::Later(rest) => spawn_blocking(rest).await.unwrap_or_else(|_| Reply::empty(500)),
        }
    }

    /// The world as JSON, with what one needs to reach it.
    pub(crate) fn report(&self) -> Value {
        let mut report = self.world().report(OffsetDateTime::now_utc());
        report["proxy_url"] = self.proxy_url.as_str().into();
        report["ca_pem"] = self.authority.pem().into();
        report["ca_pem_path"] = json!(self.ca_out.as_ref().map(|path| path.display().to_string()));
        report
    }

    /// The world, the faults and the log as they were at start; credentials and certificates stay.
    pub(crate) fn reset(&self) -> Result<(), String> {
        let mut world = self.world();
        let now = OffsetDateTime::now_utc();
        let mut fresh = World::start(world.login.clone(), world.confluent.clone(), now);
        if let Some(overrides) = &self.overrides {
            fresh.change(overrides, now)?;
        }
        *world = fresh;
        locked(&self.faults).clear();
        *locked(&self.calls) = Calls::default();
        Ok(())
    }
}

/// The lock's content, even if somebody panicked while holding it: every value in here is consistent after each statement.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
