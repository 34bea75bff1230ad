//! Changes from outside: the contents of a world file, and `POST /_sandbox/world`.
//!
//! A change is checked as a whole before anything of it is done where that is cheap (numbers, ids); each refusal is one sentence.

use serde_json::{Map, Value};
use time::{Duration, OffsetDateTime};

use super::{Application, Environment, Group, Key, Network, Policy, Vault, World};
use crate::ids;
use crate::material::Kind;

const FAULTS: &[&str] = &[
    "no-rbac",
    "no-purge-protection",
    "ec-key",
    "key-disabled",
    "key-expired",
    "key-not-yet-valid",
    "key-missing",
    "firewall",
    "public-access-disabled",
    "tenant-mismatch",
];

const SETTINGS: &str = "role_propagation_seconds, provisioning_seconds, validation_seconds, key_hold_seconds, \
    validation, provisioning_result, quotas, vaults, applications, environments, networks, confluent";

impl World {
    /// Merges a change into the world.
    ///
    /// # Errors
    /// One sentence naming the member that is wrong; members before it may have been taken over already.
    pub(crate) fn change(&mut self, change: &Value, now: OffsetDateTime) -> Result<(), String> {
        let members = change.as_object().ok_or("A world is a JSON object.")?;
        for (name, value) in members {
            match name.as_str() {
                "role_propagation_seconds" => self.timing.role_propagation = seconds(name, value)?,
                "provisioning_seconds" => self.timing.provisioning = seconds(name, value)?,
                "validation_seconds" => self.timing.validation = seconds(name, value)?,
                "key_hold_seconds" => self.timing.key_hold = seconds(name, value)?,
                "validation" => self.policy = policy(value)?,
                "provisioning_result" => {
                    self.provisioning_result = value
                        .as_str()
                        .filter(|text| ["PROVISIONED", "FAILED"].contains(text))
                        .ok_or("`provisioning_result` is `PROVISIONED` or `FAILED`.")?
                        .into();
                }
                "quotas" => {
                    for (code, limit) in value.as_object().ok_or("`quotas` maps quota codes to numbers.")? {
                        let limit =
                            limit.as_u64().ok_or_else(|| format!("Quota `{code}` is a whole number."))?;
                        self.quotas.insert(code.clone(), limit);
                    }
                }
                "vaults" => each(name, value, |vault| self.put_vault(vault, now))?,
                "applications" => each(name, value, |application| self.put_application(application))?,
                "environments" => each(name, value, |environment| self.put_environment(environment))?,
                "networks" => each(name, value, |network| self.put_network(network))?,
                "confluent" => {
                    let member = value.as_object().ok_or("`confluent` holds `api_key` and `api_secret`.")?;
                    self.confluent.api_key = text(member, "api_key")?;
                    self.confluent.api_secret = text(member, "api_secret")?;
                }
                _ => return Err(format!("`{name}` is not part of a world; known are {SETTINGS}.")),
            }
        }
        Ok(())
    }

    fn put_vault(&mut self, wanted: &Map<String, Value>, now: OffsetDateTime) -> Result<(), String> {
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
        let faults = faults(wanted)?;
        let region = match wanted.get("region") {
            None => "westeurope".to_owned(),
            Some(value) => ids::region(value.as_str().ok_or("`region` is text such as `westeurope`.")?),
        };
        let real_tenant = if faults.contains(&"tenant-mismatch") {
            self.a_tenant_other_than(&tenant)
        } else {
            tenant.clone()
        };
        self.place_subscription(&id.subscription, &id.name, &real_tenant, now)?;
        if self.group(&id.subscription, &id.group).is_none() {
            self.groups.push(Group {
                subscription: id.subscription.clone(),
                name: id.group.clone(),
                location: region.clone(),
            });
        }
        let mut vault = Vault::good(&id.name, &id.subscription, &id.group, &real_tenant, &region, now);
        vault.shown_tenant = tenant;
        vault.shown_key.clone_from(&key_name);
        vault.about = match wanted.get("about").and_then(Value::as_str) {
            Some(about) => about.into(),
            None if faults.is_empty() => "Put in by you; nothing is wrong with it.".into(),
            None => format!("Put in by you, with these faults: {}.", faults.join(", ")),
        };
        vault.rbac = !faults.contains(&"no-rbac");
        vault.purge_protection = !faults.contains(&"no-purge-protection");
        vault.public = !faults.contains(&"public-access-disabled");
        vault.deny = faults.contains(&"firewall");
        vault.trusted_bypass = vault.public && !vault.deny;
        vault.keys =
            if faults.contains(&"key-missing") { Vec::new() } else { vec![key(&key_name, &faults, now)] };
        self.vaults.retain(|old| !old.name.eq_ignore_ascii_case(&vault.name));
        self.vaults.push(vault);
        Ok(())
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

    fn put_application(&mut self, wanted: &Map<String, Value>) -> Result<(), String> {
        let app_id = text(wanted, "app_id")?.to_ascii_lowercase();
        if !ids::is_guid(&app_id) {
            return Err(format!("Application `{app_id}` is not a GUID."));
        }
        let name = text(wanted, "display_name")?;
        self.applications.retain(|application| application.app_id != app_id);
        self.applications.push(Application { app_id, name });
        Ok(())
    }

    fn put_environment(&mut self, wanted: &Map<String, Value>) -> Result<(), String> {
        let (id, name) = (text(wanted, "id")?, text(wanted, "display_name")?);
        self.environments.retain(|environment| environment.id != id);
        self.environments.push(Environment { id, name });
        Ok(())
    }

    fn put_network(&mut self, wanted: &Map<String, Value>) -> Result<(), String> {
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
}

fn key(name: &str, faults: &[&str], now: OffsetDateTime) -> Key {
    let kind = if faults.contains(&"ec-key") { Kind::Ec } else { Kind::Rsa(2048) };
    let mut key = Key::new(name, kind, now);
    key.enabled = !faults.contains(&"key-disabled");
    key.expires = faults.contains(&"key-expired").then(|| (now - Duration::days(1)).unix_timestamp());
    key.not_before =
        faults.contains(&"key-not-yet-valid").then(|| (now + Duration::days(1)).unix_timestamp());
    key
}

fn faults(wanted: &Map<String, Value>) -> Result<Vec<&str>, String> {
    let known = || format!("known faults are {}", FAULTS.join(", "));
    let Some(list) = wanted.get("faults") else { return Ok(Vec::new()) };
    let list = list.as_array().ok_or_else(|| format!("`faults` is a list; {}.", known()))?;
    list.iter()
        .map(|fault| {
            fault
                .as_str()
                .filter(|fault| FAULTS.contains(fault))
                .ok_or_else(|| format!("`{fault}` is not a fault of a vault; {}.", known()))
        })
        .collect()
}

fn policy(value: &Value) -> Result<Policy, String> {
    let wrong = "`validation` is `auto`, `at-once`, `late`, `flapping` or `at-create`, or {\"policy\": …, \"seconds\": …}.";
    let name = value.as_str().or_else(|| value.get("policy")?.as_str()).ok_or(wrong)?;
    let given = value.get("seconds").map(|value| seconds("validation.seconds", value)).transpose()?;
    Ok(match name {
        "auto" => Policy::Auto,
        "at-once" => Policy::AtOnce,
        "late" => Policy::Late(given.unwrap_or(60.0)),
        "flapping" => Policy::Flapping(given.filter(|seconds| *seconds > 0.0).unwrap_or(3.0)),
        "at-create" => Policy::AtCreate,
        _ => return Err(wrong.into()),
    })
}

fn each(
    name: &str,
    value: &Value,
    mut act: impl FnMut(&Map<String, Value>) -> Result<(), String>,
) -> Result<(), String> {
    for item in value.as_array().ok_or_else(|| format!("`{name}` is a list."))? {
        act(item.as_object().ok_or_else(|| format!("`{name}` is a list of objects."))?)?;
    }
    Ok(())
}

fn seconds(name: &str, value: &Value) -> Result<f64, String> {
    value
        .as_f64()
        .filter(|seconds| (0.0..=10_000_000.0).contains(seconds))
        .ok_or_else(|| format!("`{name}` is a number of seconds, 0 or more."))
}

fn text(members: &Map<String, Value>, name: &str) -> Result<String, String> {
    members
        .get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .ok_or_else(|| format!("`{name}` is missing or not text."))
}
