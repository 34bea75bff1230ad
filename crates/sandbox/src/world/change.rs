//! Changes from outside: the contents of a world file, and `POST /_sandbox/world`.
//!
//! A change is checked as a whole before anything of it is done where that is cheap (numbers, ids); each refusal is one sentence.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::{Policy, World};

const SETTINGS: &str = "role_propagation_seconds, graph_replication_seconds, provisioning_seconds, validation_seconds, \
    key_hold_seconds, key_in_use_seconds, cluster_list_seconds, validation, provisioning_result, \
    second_cluster_of_key, key_of_new_clusters, disabled_key, probe_behind_firewall, arm_keys_need_data_role, \
    confluent_requests_per_second, quotas, vaults, applications, principals, role_assignments, locks, environments, \
    networks, confluent";

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
                "graph_replication_seconds" => self.timing.graph_replication = seconds(name, value)?,
                "provisioning_seconds" => self.timing.provisioning = seconds(name, value)?,
                "validation_seconds" => self.timing.validation = seconds(name, value)?,
                "key_hold_seconds" => self.timing.key_hold = seconds(name, value)?,
                "key_in_use_seconds" => self.timing.key_in_use = seconds(name, value)?,
                "cluster_list_seconds" => self.timing.cluster_list = seconds(name, value)?,
                "second_cluster_of_key" => {
                    self.choices.second_cluster_accepted = either(name, value, "refused", "accepted")?;
                }
                "key_of_new_clusters" => self.choices.key_ignored = either(name, value, "kept", "ignored")?,
                "validation" => self.policy = policy(value)?,
                "disabled_key" => {
                    self.choices.disabled_key_forbidden = either(name, value, "shown", "forbidden")?;
                }
                "probe_behind_firewall" => {
                    self.choices.probe_forbidden = either(name, value, "challenge", "forbidden")?;
                }
                "arm_keys_need_data_role" => {
                    self.choices.arm_keys_need_data_role =
                        value.as_bool().ok_or("`arm_keys_need_data_role` is true or false.")?;
                }
                "confluent_requests_per_second" => {
                    self.choices.confluent_per_second = value
                        .as_u64()
                        .and_then(|count| u32::try_from(count).ok())
                        .ok_or("`confluent_requests_per_second` is a whole number, 0 or more.")?;
                }
                "provisioning_result" => {
                    self.provisioning_result = value
                        .as_str()
                        .filter(|text| ["PROVISIONED", "FAILED"].contains(text))
                        .ok_or("`provisioning_result` is `PROVISIONED` or `FAILED`.")?
                        .into();
                }
                "quotas" => self.quotas.extend(limits(value)?),
                "vaults" => each(name, value, |vault| self.put_vault(vault, now))?,
                "applications" => each(name, value, |application| self.put_application(application))?,
                "principals" => each(name, value, |principal| self.put_principal(principal, now))?,
                "role_assignments" => each(name, value, |assignment| self.put_assignment(assignment, now))?,
                "locks" => each(name, value, |lock| self.put_lock(lock))?,
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

/// Whether the second of two words was chosen.
fn either(name: &str, value: &Value, first: &str, second: &str) -> Result<bool, String> {
    match value.as_str() {
        Some(word) if word == first => Ok(false),
        Some(word) if word == second => Ok(true),
        _ => Err(format!("`{name}` is `{first}` or `{second}`.")),
    }
}

/// Limits by quota code.
pub(super) fn limits(value: &Value) -> Result<BTreeMap<String, u64>, String> {
    let members = value.as_object().ok_or("`quotas` maps quota codes to numbers.")?;
    members
        .iter()
        .map(|(code, limit)| {
            let limit = limit.as_u64().ok_or_else(|| format!("Quota `{code}` is a whole number."))?;
            Ok((code.clone(), limit))
        })
        .collect()
}

pub(super) fn seconds(name: &str, value: &Value) -> Result<f64, String> {
    value
        .as_f64()
        .filter(|seconds| (0.0..=10_000_000.0).contains(seconds))
        .ok_or_else(|| format!("`{name}` is a number of seconds, 0 or more."))
}

pub(super) fn text(members: &Map<String, Value>, name: &str) -> Result<String, String> {
    members
        .get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .ok_or_else(|| format!("`{name}` is missing or not text."))
}
