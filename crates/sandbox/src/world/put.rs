//! Single things put into the world from outside: a vault, an application, a principal, a role assignment, a lock, an environment, a
//! network. What is there already under the same name is replaced.

use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::change::{limits, seconds, text};
use super::{Application, Assignment, Environment, Key, Lock, Network, Vault, World, later};
use crate::ids;
use crate::material::Kind;
use crate::roles;

impl World {
    pub(super) fn put_vault(
        &mut self,
        wanted: &Map<String, Value>,
        now: OffsetDateTime,
    ) -> Result<(), String> {
        let key_vault_id = text(wanted, "key_vault_id")?;
        let id = ids::vault_id(&key_vault_id)
            .ok_or_else(|| format!("`{key_vault_id}` is not the resource ID of a key vault."))?;
        let key_id = text(wanted, "key_id")?;
        let (host_vault, key_name) = ids::key_id(&key_id).ok_or_else(|| {
            format!("`{key_id}` is not a key identifier without version in the public cloud.")
        })?;
        if !host_vault.eq_ignore_ascii_case(&id.name) {
            return Err(format!(
                "The key is in vault `{host_vault}`, the resource ID names vault `{}`.",
                id.name
            ));
        }
        let tenant = text(wanted, "tenant_id")?.to_ascii_lowercase();
        if !ids::is_guid(&tenant) {
            return Err(format!("Tenant `{tenant}` is not a GUID."));
        }
        let words = words(wanted)?;
        let region = match wanted.get("region") {
            None => "westeurope".to_owned(),
            Some(value) => ids::region(value.as_str().ok_or("`region` is text such as `westeurope`.")?),
        };
        let other = || self.a_tenant_other_than(&tenant);
        let (vault_tenant, subscription_tenant) = if words.contains(&"tenant-mismatch") {
            (other(), other())
        } else if words.contains(&"subscription-moved") {
            (tenant.clone(), other())
        } else {
            (tenant.clone(), tenant.clone())
        };
        self.place_subscription(&id.subscription, &id.name, &subscription_tenant, now)?;
        let mut vault = Vault::good(&id.name, &id.subscription, &id.group, &vault_tenant, &region, now);
        vault.keys = vec![Key::new(&key_name, Kind::Rsa(2048), now)];
        vault.shown.tenant = tenant;
        vault.shown.key = key_name;
        vault.shown.about = match wanted.get("about").and_then(Value::as_str) {
            Some(about) => about.into(),
            None if words.is_empty() => "Put in by you; nothing is wrong with it.".into(),
            None => format!("Put in by you, with these faults: {}.", words.join(", ")),
        };
        self.make(vault, &words, now)
    }

    /// Makes the subscription in that tenant; moves it if it holds nothing but the vault that is being put.
    fn place_subscription(
        &mut self,
        id: &str,
        vault: &str,
        tenant: &str,
        now: OffsetDateTime,
    ) -> Result<(), String> {
        match self.subscription(id) {
            Some(old) if old.tenant.eq_ignore_ascii_case(tenant) => return Ok(()),
            Some(old) => {
                let shared = self.vaults.iter().any(|other| {
                    other.subscription.eq_ignore_ascii_case(id) && !other.name.eq_ignore_ascii_case(vault)
                });
                if shared {
                    return Err(format!(
                        "Subscription `{id}` holds other vaults and belongs to tenant `{}`.",
                        old.tenant
                    ));
                }
                self.subscriptions.retain(|old| !old.id.eq_ignore_ascii_case(id));
            }
            None => {}
        }
        let name = format!("Subscription {}", id.get(..8).unwrap_or(id));
        self.add_subscription(id, &name, tenant, now);
        Ok(())
    }

    fn a_tenant_other_than(&self, tenant: &str) -> String {
        self.tenants
            .iter()
            .map(|other| other.id.clone())
            .find(|other| !other.eq_ignore_ascii_case(tenant))
            .unwrap_or_default()
    }

    pub(super) fn put_application(&mut self, wanted: &Map<String, Value>) -> Result<(), String> {
        let app_id = text(wanted, "app_id")?.to_ascii_lowercase();
        if !ids::is_guid(&app_id) {
            return Err(format!("Application `{app_id}` is not a GUID."));
        }
        let name = text(wanted, "display_name")?;
        self.applications.retain(|application| application.app_id != app_id);
        self.applications.push(Application { app_id, name });
        Ok(())
    }

    pub(super) fn put_environment(&mut self, wanted: &Map<String, Value>) -> Result<(), String> {
        let (id, name) = (text(wanted, "id")?, text(wanted, "display_name")?);
        self.environments.retain(|environment| environment.id != id);
        let quotas = wanted.get("quotas").map(limits).transpose()?.unwrap_or_default();
        self.environments.push(Environment { id, name, quotas });
        Ok(())
    }

    pub(super) fn put_network(&mut self, wanted: &Map<String, Value>) -> Result<(), String> {
        let environment = text(wanted, "environment")?;
        if !self.environments.iter().any(|known| known.id == environment) {
            return Err(format!("Environment `{environment}` does not exist."));
        }
        let connection = text(wanted, "connection_type")?;
        if !["PEERING", "PRIVATELINK"].contains(&connection.as_str()) {
            return Err("`connection_type` is `PEERING` or `PRIVATELINK`.".into());
        }
        let phase = text(wanted, "phase")?;
        if !["PROVISIONING", "READY", "FAILED", "DEPROVISIONING"].contains(&phase.as_str()) {
            return Err("`phase` is `PROVISIONING`, `READY`, `FAILED` or `DEPROVISIONING`.".into());
        }
        let network = Network {
            id: text(wanted, "id")?,
            environment,
            name: text(wanted, "display_name")?,
            region: ids::region(&text(wanted, "region")?),
            cidr: (connection == "PEERING").then(|| "10.201.0.0/16".into()),
            connection,
            phase,
        };
        self.networks.retain(|old| old.id != network.id);
        self.networks.push(network);
        Ok(())
    }

    /// A service principal: made, or found by application and tenant; then switched on or off, shown or not yet.
    pub(super) fn put_principal(
        &mut self,
        wanted: &Map<String, Value>,
        now: OffsetDateTime,
    ) -> Result<(), String> {
        let app_id = guid(wanted, "app_id")?;
        let tenant = guid(wanted, "tenant_id")?;
        if self.tenant(&tenant).is_none() {
            return Err(format!("Tenant `{tenant}` does not exist."));
        }
        let id = self.ensure_principal(&tenant, &app_id, now);
        let visible = match wanted.get("visible_in_seconds") {
            None => now,
            Some(value) => later(now, seconds("visible_in_seconds", value)?),
        };
        let enabled = match wanted.get("enabled") {
            None => true,
            Some(value) => value.as_bool().ok_or("`enabled` of a principal is true or false.")?,
        };
        for principal in self.principals.iter_mut().filter(|principal| principal.object_id == id) {
            principal.enabled = enabled;
            principal.visible = visible;
        }
        Ok(())
    }

    /// A role assignment: made, or found by scope, role and principal; then with this condition, counting from then.
    pub(super) fn put_assignment(
        &mut self,
        wanted: &Map<String, Value>,
        now: OffsetDateTime,
    ) -> Result<(), String> {
        let scope = text(wanted, "scope")?;
        let role = text(wanted, "role_id")?;
        let role = roles::role(&role)
            .ok_or_else(|| format!("`{role}` is the GUID of no role that is known here."))?
            .id;
        let principal_id = match wanted.get("principal_id") {
            Some(_) => guid(wanted, "principal_id")?,
            None => {
                let tenant = ids::subscription_of(&scope)
                    .and_then(|id| self.subscription(id))
                    .map(|subscription| subscription.tenant.clone())
                    .ok_or("Without `principal_id` the `scope` must lie in a known subscription.")?;
                self.ensure_principal(&tenant, &guid(wanted, "application_id")?, now)
            }
        };
        let effective = match wanted.get("effective_in_seconds") {
            None => now,
            Some(value) => later(now, seconds("effective_in_seconds", value)?),
        };
        let condition = wanted.get("condition").and_then(Value::as_str).map(str::to_owned);
        let being = self.principals.iter().find(|one| one.object_id == principal_id).map(|one| one.being);
        self.assignments.retain(|old| {
            !(old.scope.eq_ignore_ascii_case(&scope) && old.role == role && old.principal_id == principal_id)
        });
        let mut assignment = Assignment::new(&scope, role, &principal_id, now, effective);
        assignment.condition = condition;
        if let Some(being) = being {
            assignment.principal_type = being.principal_type().into();
        }
        self.assignments.push(assignment);
        Ok(())
    }

    pub(super) fn put_lock(&mut self, wanted: &Map<String, Value>) -> Result<(), String> {
        let level = text(wanted, "level")?;
        if !["CanNotDelete", "ReadOnly"].contains(&level.as_str()) {
            return Err("`level` of a lock is `CanNotDelete` or `ReadOnly`.".into());
        }
        let notes = wanted.get("notes").and_then(Value::as_str).unwrap_or_default().to_owned();
        let lock = Lock { scope: text(wanted, "scope")?, name: text(wanted, "name")?, level, notes };
        self.locks.retain(|old| !(old.name == lock.name && old.scope.eq_ignore_ascii_case(&lock.scope)));
        self.locks.push(lock);
        Ok(())
    }
}

fn guid(wanted: &Map<String, Value>, name: &str) -> Result<String, String> {
    let value = text(wanted, name)?.to_ascii_lowercase();
    if ids::is_guid(&value) { Ok(value) } else { Err(format!("`{name}` is not a GUID: `{value}`.")) }
}

fn words(wanted: &Map<String, Value>) -> Result<Vec<&str>, String> {
    let Some(list) = wanted.get("faults") else { return Ok(Vec::new()) };
    let list = list.as_array().ok_or("`faults` is a list of words.")?;
    list.iter()
        .map(|fault| match fault.as_str() {
            Some(fault) => super::words::word(fault).map(|word| word.word),
            None => Err(format!("`{fault}` is not a word; `faults` is a list of words.")),
        })
        .collect()
}
