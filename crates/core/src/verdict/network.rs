//! The network of the plan, if it has one.

use super::ids::YOU;
use super::row::{Judged, Proof, Row, Rule, Weight};
use super::{Case, NetworkFacts, Requirement};
use crate::facts::Source;
use crate::finding::{Code, Field, Finding};
use crate::plan::Networking;
use crate::region;

const fn row(requirement: Requirement, rule: Rule, source: &'static str) -> Row {
    Row { requirement, rule, needs: &[], source, weight: Weight::Blocking, proof: Proof::None, who: YOU }
}

pub(super) const ROWS: &[Row] = &[
    row(Requirement::NetworkReady, ready, "Confluent Cloud, networking/v1 Network.status.phase"),
    row(Requirement::NetworkRegion, in_region, "Confluent Cloud, networking on Azure"),
    row(Requirement::NetworkKind, kind, "Confluent Cloud, networking/v1 ConnectionType"),
];

/// Runs a rule on the network, if the plan has one.
fn on_network(case: &Case<'_>, rule: impl FnOnce(&NetworkFacts) -> Judged) -> Option<Judged> {
    case.wanted.plan?.network.as_ref()?;
    Some(match &case.facts.network {
        Ok(network) => rule(network),
        Err(why) => Judged::unknown(about(Code::NetworkUnknown).with("reason", why.reason())),
    })
}

fn about(code: Code) -> Finding {
    Finding::about(Field::Network, code)
}

fn ready(case: &Case<'_>) -> Option<Judged> {
    on_network(case, |network| {
        let told = |code| about(code).with("text", &network.phase);
        let judged = match network.phase.as_str() {
            "READY" => Judged::met(),
            "PROVISIONING" => Judged::not_met(told(Code::NetworkNotReady)),
            "FAILED" | "DEPROVISIONING" => Judged::not_met(told(Code::NetworkFailed)),
            _ => Judged::unknown(told(Code::NetworkPhaseUnknown)),
        };
        judged.seen(Source::Confluent, super::vault::setting("the phase", &network.phase))
    })
}

fn in_region(case: &Case<'_>) -> Option<Judged> {
    on_network(case, |network| {
        let (is, wanted) = (region::normalised(&network.region), region::normalised(case.wanted.region));
        let judged = if is == wanted {
            Judged::met()
        } else {
            Judged::not_met(about(Code::NetworkRegionDiffers).with("region", &is).with("other", &wanted))
        };
        judged.seen(Source::Confluent, super::vault::setting("the region", &is))
    })
}

fn kind(case: &Case<'_>) -> Option<Judged> {
    on_network(case, |network| {
        let kinds = &network.connection_types;
        let names = kinds.join(", ");
        let judged = if kinds.iter().any(|kind| Networking::of_connection_type(kind).is_some()) {
            Judged::met()
        } else if !kinds.is_empty() && kinds.iter().all(|kind| kind == "TRANSITGATEWAY") {
            // Transit gateways exist on AWS only (Confluent Cloud, networking/v1 ConnectionType).
            Judged::not_met(about(Code::NetworkKind).with("text", &names))
        } else {
            Judged::unknown(about(Code::NetworkKindUnknown).with("text", &names))
        };
        judged.seen(Source::Confluent, super::vault::setting("the kind", &names))
    })
}
