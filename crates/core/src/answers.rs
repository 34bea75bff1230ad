//! What is wrong with answers that are selected, not typed. An answer that is not given yet is an empty text.

use crate::finding::{Code, Field, Finding};
use crate::plan::{self, Availability, ClusterType};

/// What is wrong with the type selected: `BASIC`, `STANDARD`, `ENTERPRISE`, `DEDICATED`.
pub fn cluster_type(selected: &str) -> Vec<Finding> {
    match ClusterType::parse(selected) {
        Some(kind) => plan::cluster_type(kind),
        None => vec![Finding::about(Field::ClusterType, Code::PlanTypeMissing)],
    }
}

/// What is wrong with the availability selected: `SINGLE_ZONE`, `MULTI_ZONE`.
pub fn availability(selected: &str) -> Option<Finding> {
    match Availability::parse(selected) {
        Some(_) => None,
        None => Some(Finding::about(Field::Availability, Code::PlanAvailabilityMissing)),
    }
}

/// What is wrong with the kind of networking (`public`, or a private kind) and the network selected for it.
pub fn networking(kind: &str, network: &str) -> Option<Finding> {
    let code = match kind {
        "" => Code::PlanNetworkingMissing,
        "public" => return None,
        _ if network.is_empty() => Code::PlanNetworkMissing,
        _ => return None,
    };
    Some(Finding::about(Field::Network, code))
}

/// What is wrong with who holds the key (`automatic`, `self-managed`), where it comes from (`new`, `existing`) and the
/// existing key selected.
pub fn key(mode: &str, source: &str, existing: &str) -> Option<Finding> {
    let (field, code) = match (mode, source) {
        ("", _) => (Field::Mode, Code::PlanModeMissing),
        ("automatic", _) => (Field::Mode, Code::PlanModeAutomatic),
        (_, "new") => return None,
        (_, "existing") if existing.is_empty() => (Field::Key, Code::PlanKeyMissing),
        (_, "existing") => return None,
        _ => (Field::Key, Code::PlanKeySourceMissing),
    };
    Some(Finding::about(field, code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(finding: Option<Finding>) -> Option<&'static str> {
        finding.map(|finding| finding.code())
    }

    #[test]
    fn only_dedicated_goes_on() {
        let codes = ["", "BASIC", "STANDARD", "ENTERPRISE", "DEDICATED"]
            .map(|kind| cluster_type(kind).first().map(Finding::code));
        assert_eq!(
            codes,
            [
                Some("plan.type-missing"),
                Some("plan.type-basic"),
                Some("plan.type-standard"),
                Some("plan.type-enterprise"),
                None
            ]
        );
    }

    #[test]
    fn availability_is_asked_for() {
        assert_eq!(code(availability("")), Some("plan.availability-missing"));
        assert_eq!(code(availability("MULTI_ZONE")), None);
    }

    #[test]
    fn a_private_kind_needs_a_network() {
        assert_eq!(code(networking("", "n-1")), Some("plan.networking-missing"));
        assert_eq!(code(networking("PEERING", "")), Some("plan.network-missing"));
        assert_eq!(code(networking("PEERING", "n-1")), None);
        assert_eq!(code(networking("public", "")), None);
    }

    #[test]
    fn the_key_is_asked_for_one_thing_at_a_time() {
        assert_eq!(code(key("", "new", "")), Some("plan.mode-missing"));
        assert_eq!(code(key("automatic", "existing", "cck-1")), Some("plan.mode-automatic"));
        assert_eq!(code(key("self-managed", "", "")), Some("plan.key-source-missing"));
        assert_eq!(code(key("self-managed", "existing", "")), Some("plan.key-missing"));
        assert_eq!(code(key("self-managed", "existing", "cck-1")), None);
        assert_eq!(code(key("self-managed", "new", "")), None);
    }
}
