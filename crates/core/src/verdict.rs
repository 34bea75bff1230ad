//! Facts in, verdicts out: one judgement for browser, proxy and terminal.
//!
//! A verdict is met, not met or unknown. Unknown is a value, not an error: whoever knows better may waive it, where the
//! verdict says so.

use crate::finding::{Code, Field, Finding, Severity};
use crate::id;
use crate::language::en;
use crate::plan::{self, Networking, Plan};
use crate::region;

pub use crate::facts::{Facts, KeyFacts, NetworkFacts, WhyUnknown, seconds_since_epoch};

/// How long a change of roles may take to work, in seconds (Azure RBAC, troubleshooting: up to 10 minutes).
pub const VALIDATION_WINDOW_SECONDS: u64 = 600;

/// Whether a requirement is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It is.
    Met,
    /// It is not; the cluster must not be created.
    NotMet,
    /// Nobody can say (yet).
    Unknown,
}

impl Outcome {
    /// `met`, `not_met`, `unknown`.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Met => "met",
            Outcome::NotMet => "not_met",
            Outcome::Unknown => "unknown",
        }
    }
}

/// What must hold before a cluster is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Requirement {
    /// The cluster's settings fit together.
    Plan,
    /// Resource ID and key identifier name the same vault.
    IdsSameVault,
    /// The vault is in Azure's public cloud.
    IdsPublicCloud,
    /// No other cluster uses the registered key.
    KeyAvailable,
    /// Confluent has used the key.
    KeyValidated,
    /// The key is in the cluster's region.
    KeyRegion,
    /// The tenant entered is the vault's own.
    KeyTenant,
    /// The network is ready.
    NetworkReady,
    /// The network is in the cluster's region.
    NetworkRegion,
    /// The network is of a kind that a Dedicated cluster on Azure can use.
    NetworkKind,
}

/// What the facts are held against.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The cluster’s region; empty while nobody has chosen one.
    pub region: &'a str,
    /// The whole plan, where there is one: a vault can be looked at long before.
    pub plan: Option<&'a Plan>,
}

impl<'a> From<&'a Plan> for Wanted<'a> {
    fn from(plan: &'a Plan) -> Self {
        Wanted { region: &plan.region, plan: Some(plan) }
    }
}

type Rule = fn(&Wanted<'_>, &Facts, u64) -> Vec<Judged>;

/// The requirements, in the order in which they are shown: code and rule.
const REQUIREMENTS: &[(Requirement, &str, Rule)] = &[
    (Requirement::Plan, "plan", plan_fits),
    (Requirement::IdsSameVault, "ids.same-vault", same_vault),
    (Requirement::IdsPublicCloud, "ids.public-cloud", public_cloud),
    (Requirement::KeyAvailable, "key.available", key_available),
    (Requirement::KeyValidated, "key.validated", key_validated),
    (Requirement::KeyRegion, "key.region", key_region),
    (Requirement::KeyTenant, "key.tenant", key_tenant),
    (Requirement::NetworkReady, "network.ready", network_ready),
    (Requirement::NetworkRegion, "network.region", network_region),
    (Requirement::NetworkKind, "network.kind", network_kind),
];

impl Requirement {
    /// All of them, in order.
    pub fn all() -> impl Iterator<Item = Requirement> {
        REQUIREMENTS.iter().map(|(requirement, ..)| *requirement)
    }

    /// The stable code, for example `key.validated`.
    pub fn as_str(self) -> &'static str {
        REQUIREMENTS.iter().find(|(requirement, ..)| *requirement == self).map_or("", |(_, code, _)| code)
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        REQUIREMENTS.iter().find(|(_, known, _)| *known == code).map(|(requirement, ..)| *requirement)
    }

    /// The requirement in a few words.
    pub fn title(self) -> &'static str {
        en::requirement(self).0
    }
}

/// The judgement of one requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Which one.
    pub requirement: Requirement,
    /// Whether it is met.
    pub outcome: Outcome,
    /// Why it is not met or not known. Also a warning about one that is met.
    pub finding: Option<Finding>,
    /// Whether a person may decide to go on although it is unknown.
    pub waivable: bool,
    /// For how many more seconds waiting may settle it; `None` when waiting is not what is needed.
    pub wait_seconds: Option<u64>,
}

impl Verdict {
    /// The requirement in a few words.
    pub fn title(&self) -> &'static str {
        self.requirement.title()
    }

    /// What was found, in a sentence or two.
    pub fn message(&self) -> String {
        self.finding.as_ref().map_or_else(|| en::requirement(self.requirement).1.to_owned(), Finding::message)
    }

    /// What to do about it; empty when there is nothing to do.
    pub fn fix(&self) -> String {
        self.finding.as_ref().map_or_else(String::new, Finding::fix)
    }
}

/// Judges every requirement that the plan and the facts give reason to ask for. `now` is in seconds since the Unix
/// epoch. A requirement may have several verdicts when several things are wrong with it.
pub fn judge<'a>(wanted: impl Into<Wanted<'a>>, facts: &Facts, now: u64) -> Vec<Verdict> {
    let wanted = wanted.into();
    let mut verdicts = Vec::new();
    for (requirement, _, rule) in REQUIREMENTS {
        for judged in rule(&wanted, facts, now) {
            verdicts.push(judged.verdict(*requirement));
        }
    }
    verdicts
}

/// What a rule returns: a verdict without its requirement.
enum Judged {
    Met(Option<Finding>),
    NotMet(Finding),
    Unknown(Finding),
    Waiting(Finding, u64),
}

impl Judged {
    fn verdict(self, requirement: Requirement) -> Verdict {
        let (outcome, finding, waivable, wait_seconds) = match self {
            Judged::Met(finding) => (Outcome::Met, finding, false, None),
            Judged::NotMet(finding) => (Outcome::NotMet, Some(finding), false, None),
            Judged::Unknown(finding) => (Outcome::Unknown, Some(finding), true, None),
            Judged::Waiting(finding, seconds) => (Outcome::Unknown, Some(finding), false, Some(seconds)),
        };
        Verdict { requirement, outcome, finding, waivable, wait_seconds }
    }
}

fn plan_fits(wanted: &Wanted<'_>, _: &Facts, _: u64) -> Vec<Judged> {
    let Some(plan) = wanted.plan else { return Vec::new() };
    let findings = plan::check(plan);
    let errors = findings.iter().filter(|finding| finding.severity() == Severity::Error);
    let judged: Vec<Judged> = errors.cloned().map(Judged::NotMet).collect();
    if judged.is_empty() { vec![Judged::Met(findings.into_iter().next())] } else { judged }
}

/// What is not known of the key as a whole, told once.
fn about_key(code: Code) -> Finding {
    Finding::about(Field::Key, code)
}

fn key_not_looked_up(why: &WhyUnknown) -> Vec<Judged> {
    vec![Judged::Unknown(about_key(Code::KeyUnknown).with("reason", why.reason()))]
}

fn same_vault(_: &Wanted<'_>, facts: &Facts, _: u64) -> Vec<Judged> {
    let Ok(key) = &facts.key else { return Vec::new() };
    let (Some(vault), Some(id)) = (&key.vault, &key.key) else { return Vec::new() };
    let differs = id::together(Some(vault), Some(id), None)
        .into_iter()
        .find(|finding| finding.code == Code::IdsVaultDiffers);
    vec![differs.map_or(Judged::Met(None), Judged::NotMet)]
}

fn public_cloud(_: &Wanted<'_>, facts: &Facts, _: u64) -> Vec<Judged> {
    let Ok(key) = &facts.key else { return Vec::new() };
    let Some(id) = &key.key else { return Vec::new() };
    vec![id::together(None, Some(id), None).into_iter().next().map_or(Judged::Met(None), Judged::NotMet)]
}

fn key_available(_: &Wanted<'_>, facts: &Facts, _: u64) -> Vec<Judged> {
    let key = match &facts.key {
        Ok(key) => key,
        Err(why) => return key_not_looked_up(why),
    };
    vec![match key.state.as_str() {
        "AVAILABLE" => Judged::Met(None),
        "IN_USE" => Judged::NotMet(about_key(Code::KeyInUse)),
        other => Judged::Unknown(about_key(Code::KeyStateUnknown).with("text", other)),
    }]
}

fn key_validated(_: &Wanted<'_>, facts: &Facts, now: u64) -> Vec<Judged> {
    let key = match &facts.key {
        Ok(key) => key,
        Err(why) => return key_not_looked_up(why),
    };
    vec![match key.phase.as_str() {
        "VALID" => Judged::Met(None),
        "INVALID" => {
            let words = key.message.as_deref().unwrap_or("no reason given");
            Judged::NotMet(about_key(Code::KeyRefused).with("text", words))
        }
        "INITIALIZING" => match key.age(now) {
            Some(age) if age < VALIDATION_WINDOW_SECONDS => Judged::Waiting(
                about_key(Code::KeyWaiting).with("waited", &minutes(age)),
                VALIDATION_WINDOW_SECONDS - age,
            ),
            Some(_) | None => Judged::Unknown(about_key(Code::KeyLate)),
        },
        _ => Judged::Unknown(about_key(Code::KeyPhaseUnknown)),
    }]
}

/// A span for a sentence: `40 seconds`, `1 minute`, `7 minutes`.
fn minutes(seconds: u64) -> String {
    let (count, unit) = if seconds < 60 { (seconds, " second") } else { (seconds / 60, " minute") };
    let mut text = count.to_string();
    text.push_str(unit);
    if count != 1 {
        text.push('s');
    }
    text
}

fn key_region(wanted: &Wanted<'_>, facts: &Facts, now: u64) -> Vec<Judged> {
    let key = match &facts.key {
        Ok(key) => key,
        Err(why) => return key_not_looked_up(why),
    };
    let wanted = region::normalised(wanted.region);
    let known = key.region.as_deref().map(region::normalised).filter(|name| !name.is_empty());
    vec![match known {
        Some(name) if name == wanted => Judged::Met(None),
        Some(name) => Judged::NotMet(
            Finding::about(Field::Region, Code::KeyRegionDiffers)
                .with("region", &name)
                .with("other", &wanted),
        ),
        None => {
            let finding = Finding::about(Field::Region, Code::KeyRegionUnknown).with("other", &wanted);
            match key.still_waiting(now) {
                Some(seconds) => Judged::Waiting(finding, seconds),
                None => Judged::Unknown(finding),
            }
        }
    }]
}

/// Asked for only where something can answer: the vault itself has said its tenant, or Confluent has reached the key
/// through the one entered.
fn key_tenant(_: &Wanted<'_>, facts: &Facts, _: u64) -> Vec<Judged> {
    let Ok(key) = &facts.key else { return Vec::new() };
    match (&facts.vault_tenant, key.tenant) {
        (Ok(real), Some(entered)) if real.value != entered => vec![Judged::NotMet(
            Finding::about(Field::TenantId, Code::KeyTenantDiffers)
                .with("tenant", &real.value.to_string())
                .with("other", &entered.to_string()),
        )],
        (Ok(_), Some(_)) => vec![Judged::Met(None)],
        _ if key.phase == "VALID" => vec![Judged::Met(None)],
        _ => Vec::new(),
    }
}

/// Runs a rule on the network, if the plan has one.
fn on_network(wanted: &Wanted<'_>, facts: &Facts, rule: impl FnOnce(&NetworkFacts) -> Judged) -> Vec<Judged> {
    if wanted.plan.is_none_or(|plan| plan.network.is_none()) {
        return Vec::new();
    }
    vec![match &facts.network {
        Ok(network) => rule(network),
        Err(why) => Judged::Unknown(about_network(Code::NetworkUnknown).with("reason", why.reason())),
    }]
}

fn about_network(code: Code) -> Finding {
    Finding::about(Field::Network, code)
}

fn network_ready(wanted: &Wanted<'_>, facts: &Facts, _: u64) -> Vec<Judged> {
    on_network(wanted, facts, |network| {
        let about = |code| about_network(code).with("text", &network.phase);
        match network.phase.as_str() {
            "READY" => Judged::Met(None),
            "PROVISIONING" => Judged::NotMet(about(Code::NetworkNotReady)),
            "FAILED" | "DEPROVISIONING" => Judged::NotMet(about(Code::NetworkFailed)),
            _ => Judged::Unknown(about(Code::NetworkPhaseUnknown)),
        }
    })
}

fn network_region(wanted: &Wanted<'_>, facts: &Facts, _: u64) -> Vec<Judged> {
    on_network(wanted, facts, |network| {
        let (is, wanted) = (region::normalised(&network.region), region::normalised(wanted.region));
        if is == wanted {
            Judged::Met(None)
        } else {
            Judged::NotMet(
                about_network(Code::NetworkRegionDiffers).with("region", &is).with("other", &wanted),
            )
        }
    })
}

fn network_kind(wanted: &Wanted<'_>, facts: &Facts, _: u64) -> Vec<Judged> {
    on_network(wanted, facts, |network| {
        let kinds = &network.connection_types;
        if kinds.iter().any(|kind| Networking::of_connection_type(kind).is_some()) {
            return Judged::Met(None);
        }
        let names = kinds.join(", ");
        // Transit gateways exist on AWS only (Confluent Cloud, networking/v1 ConnectionType).
        if !kinds.is_empty() && kinds.iter().all(|kind| kind == "TRANSITGATEWAY") {
            Judged::NotMet(about_network(Code::NetworkKind).with("text", &names))
        } else {
            Judged::Unknown(about_network(Code::NetworkKindUnknown).with("text", &names))
        }
    })
}

#[cfg(test)]
mod tests;
