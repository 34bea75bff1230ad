//! A preflight’s request, read by the rules before anybody is asked anything.

use byok_core::finding::Severity;
use byok_core::id;
use byok_core::plan::{Availability, Plan};
use byok_core::region;
use byok_core::wire::{FindingView, KeyView, NewPreflight};
use serde_json::Value;

use crate::azure::{Target, Tokens};
use crate::error::finding;

/// A request whose IDs can be asked about.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) target: Target,
    /// Azure region of the cluster; empty while none is chosen.
    pub(crate) region: String,
    /// The cluster, once it is complete.
    pub(crate) plan: Option<Plan>,
    pub(crate) environment: Option<String>,
    pub(crate) network: Option<String>,
    pub(crate) key: Registered,
    /// Seconds since the user said that the roles are given.
    pub(crate) granted_for: Option<u64>,
    pub(crate) doctor: Option<Value>,
    pub(crate) tokens: Tokens,
}

/// The registered key.
#[derive(Clone, Debug)]
pub(crate) enum Registered {
    /// Not registered yet.
    Not,
    /// To be read by its id.
    Id(String),
    /// Just read.
    Known(Box<KeyView>),
}

impl Request {
    /// Reads a request. `now` is in seconds since the Unix epoch.
    ///
    /// # Errors
    /// Findings, field by field; nobody has been asked anything then.
    pub(crate) fn read(request: &NewPreflight, max_cku: u32, now: u64) -> Result<Self, Vec<FindingView>> {
        let target = target(&request.key_vault_id, &request.key_id, &request.tenant_id);
        let tokens = Tokens::read(request, now);
        let doctor = doctor(request.doctor.as_deref());
        match (target, tokens, doctor) {
            (Ok(target), Ok(tokens), Ok(doctor)) => Ok(Self {
                target,
                region: region::normalised(&request.region),
                plan: plan(request, max_cku),
                environment: filled(request.environment.as_deref()),
                network: filled(request.network.as_deref()),
                key: filled(request.key.as_deref()).map_or(Registered::Not, Registered::Id),
                granted_for: request.granted_for,
                doctor,
                tokens,
            }),
            (target, tokens, doctor) => {
                let wrong = [target.err(), tokens.err(), doctor.err().map(|found| vec![found])];
                Err(wrong.into_iter().flatten().flatten().collect())
            }
        }
    }

    /// Whether somebody waits to see a change, so that nothing older than a moment is an answer: whoever has registered a
    /// key is about to give roles, or to mend what was found.
    pub(crate) fn is_awaited(&self) -> bool {
        !matches!(self.key, Registered::Not)
            || self
                .granted_for
                .is_some_and(|seconds| seconds < 2 * byok_core::verdict::VALIDATION_WINDOW_SECONDS)
    }
}

/// The three IDs, or what is wrong with each.
pub(crate) fn target(vault: &str, key: &str, tenant: &str) -> Result<Target, Vec<FindingView>> {
    let (vault, key, tenant) = (id::key_vault_id(vault), id::key_id(key), id::tenant_id(tenant));
    let mut findings = id::together(vault.value.as_ref(), key.value.as_ref(), tenant.value.as_ref());
    findings.extend([vault.findings, key.findings, tenant.findings].into_iter().flatten());
    findings.retain(|finding| finding.severity() == Severity::Error);
    match (vault.value, key.value, tenant.value) {
        (Some(vault), Some(key), Some(tenant)) if findings.is_empty() => {
            Ok(Target { vault, key, tenant, application: None })
        }
        _ => Err(findings.iter().map(FindingView::from).collect()),
    }
}

/// The plan, once all of it is chosen; what is wrong with it is a verdict, not a refusal.
fn plan(request: &NewPreflight, max_cku: u32) -> Option<Plan> {
    Some(Plan {
        environment: filled(request.environment.as_deref())?,
        display_name: filled(request.display_name.as_deref())?,
        region: filled(Some(&region::normalised(&request.region)))?,
        availability: Availability::parse(request.availability.as_deref()?.trim())?,
        cku: request.cku?,
        network: filled(request.network.as_deref()),
        max_cku,
    })
}

fn filled(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// What was pasted of the doctor: one JSON object, whatever stands around it.
fn doctor(pasted: Option<&str>) -> Result<Option<Value>, FindingView> {
    let Some(pasted) = pasted.map(str::trim).filter(|pasted| !pasted.is_empty()) else { return Ok(None) };
    let from = pasted.find('{').unwrap_or_default();
    let to = pasted.rfind('}').map_or(pasted.len(), |at| at + 1);
    let object = pasted.get(from..to).unwrap_or(pasted);
    match serde_json::from_str::<Value>(object) {
        Ok(document) if document.get("byok_doctor").is_some() => Ok(Some(document)),
        Ok(_) | Err(_) => Err(finding(
            "doctor.unreadable",
            Some("doctor"),
            "The pasted output is not what the doctor’s commands print.",
            "Run the commands again and paste all of their output, from the first brace to the last.",
        )),
    }
}
