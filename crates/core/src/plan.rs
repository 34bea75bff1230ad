//! The cluster's own rules: type, zones, CKUs, name, region. What only Confluent can know is not judged here.

use crate::finding::{Code, Field, Finding};
use crate::region;

/// Single zone or multi zone; it cannot be changed later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Availability {
    /// One availability zone.
    SingleZone,
    /// Three availability zones.
    MultiZone,
}

impl Availability {
    /// As Confluent's API writes it: `SINGLE_ZONE`, `MULTI_ZONE`.
    pub fn as_str(self) -> &'static str {
        match self {
            Availability::SingleZone => "SINGLE_ZONE",
            Availability::MultiZone => "MULTI_ZONE",
        }
    }

    /// Reads Confluent's spelling, the older `LOW` and `HIGH` included, which its answers may echo (cmk/v2).
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "SINGLE_ZONE" | "LOW" => Some(Availability::SingleZone),
            "MULTI_ZONE" | "HIGH" => Some(Availability::MultiZone),
            _ => None,
        }
    }

    /// The fewest CKUs of a Dedicated cluster (Confluent Cloud, cmk/v2 Dedicated.cku).
    pub fn least_cku(self) -> u32 {
        match self {
            Availability::SingleZone => 1,
            Availability::MultiZone => 2,
        }
    }
}

/// How a Dedicated cluster on Azure is reached; it cannot be changed later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Networking {
    /// Over the public internet, without a network.
    Public,
    /// Through a network with virtual network peering.
    Peering,
    /// Through a network with Private Link.
    PrivateLink,
}

impl Networking {
    /// As Confluent's API names the connection type of a network; `None` for the public internet, which has no network.
    pub fn connection_type(self) -> Option<&'static str> {
        match self {
            Networking::Public => None,
            Networking::Peering => Some("PEERING"),
            Networking::PrivateLink => Some("PRIVATELINK"),
        }
    }

    /// Reads a connection type of a network (networking/v1); `None` for what does not exist on Azure or is not known.
    pub fn of_connection_type(text: &str) -> Option<Self> {
        match text {
            "PEERING" => Some(Networking::Peering),
            "PRIVATELINK" => Some(Networking::PrivateLink),
            _ => None,
        }
    }
}

/// The types of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClusterType {
    /// Shared; cannot carry a key of one's own.
    Basic,
    /// Shared; cannot carry a key of one's own.
    Standard,
    /// Can carry a key of one's own; not yet through this wizard.
    Enterprise,
    /// What this wizard creates.
    Dedicated,
}

impl ClusterType {
    /// Reads the type as Confluent spells it in `spec.config.kind`, in any case; `None` for another word.
    pub fn parse(text: &str) -> Option<Self> {
        [
            ("basic", ClusterType::Basic),
            ("standard", ClusterType::Standard),
            ("enterprise", ClusterType::Enterprise),
            ("dedicated", ClusterType::Dedicated),
        ]
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(text))
        .map(|(_, kind)| kind)
    }
}

/// Who manages the key; it cannot be changed later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Confluent.
    Automatic,
    /// The user: what this wizard creates.
    SelfManaged,
}

/// What the user wants, but for the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Environment id.
    pub environment: String,
    /// Name of the cluster.
    pub display_name: String,
    /// Azure region, by its programmatic name.
    pub region: String,
    /// Single zone or multi zone.
    pub availability: Availability,
    /// Confluent units for Kafka.
    pub cku: u32,
    /// Network id; `None` for the public internet.
    pub network: Option<String>,
    /// The most CKUs that one cluster may have here.
    pub max_cku: u32,
}

/// The most characters of a cluster's name. Our own bound against pasted pages; Confluent documents none.
pub const NAME_MOST: usize = 255;

/// Everything wrong with a plan by itself, field by field.
pub fn check(plan: &Plan) -> Vec<Finding> {
    let mut findings = Vec::new();
    if plan.environment.trim().is_empty() {
        findings.push(Finding::about(Field::Environment, Code::PlanEnvironmentMissing));
    }
    findings.extend(display_name(&plan.display_name));
    findings.extend(region(&plan.region, plan.availability));
    findings.extend(cku_count(plan.cku, plan.availability, plan.max_cku));
    if plan.network.as_ref().is_some_and(|network| network.trim().is_empty()) {
        findings.push(Finding::about(Field::Network, Code::PlanNetworkMissing));
    }
    findings
}

/// What is wrong with the name of a cluster.
pub fn display_name(name: &str) -> Vec<Finding> {
    let about = |code| Finding::about(Field::DisplayName, code);
    if name.trim().is_empty() {
        return vec![about(Code::PlanNameEmpty)];
    }
    let mut findings = Vec::new();
    let count = name.chars().count();
    if count > NAME_MOST {
        findings.push(
            about(Code::PlanNameTooLong)
                .with("count", &count.to_string())
                .with("most", &NAME_MOST.to_string()),
        );
    }
    if name.contains(|letter: char| letter.is_control() || crate::text::is_invisible(letter)) {
        findings.push(about(Code::PlanNameControl));
    }
    findings
}

/// What is wrong with a region, or with it under an availability. A region that is not known is only a warning.
pub fn region(id: &str, availability: Availability) -> Vec<Finding> {
    let about = |code| Finding::about(Field::Region, code);
    let name = region::normalised(id);
    if name.is_empty() {
        return vec![about(Code::PlanRegionMissing)];
    }
    if !region::has_shape(&name) {
        return vec![about(Code::PlanRegionShape).with("text", id)];
    }
    match region::find(&name) {
        None => vec![about(Code::PlanRegionUnknown).with("text", &name)],
        Some(known) if !known.zones && availability == Availability::MultiZone => {
            let about_zones = |field| Finding::about(field, Code::PlanRegionZones).with("region", known.id);
            vec![about_zones(Field::Availability)]
        }
        Some(_) => Vec::new(),
    }
}

/// Reads a number of CKUs as typed.
///
/// # Errors
/// The finding that says what is wrong: not a number, too few, too many.
pub fn cku(text: &str, availability: Availability, max: u32) -> Result<u32, Finding> {
    let digits = text.trim();
    let shape = || Finding::about(Field::Cku, Code::PlanCkuShape).with("text", digits);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(shape());
    }
    let Ok(count) = digits.parse::<u32>() else { return Err(too_many(digits, max)) };
    match cku_count(count, availability, max) {
        Some(finding) => Err(finding),
        None => Ok(count),
    }
}

fn too_many(count: &str, max: u32) -> Finding {
    Finding::about(Field::Cku, Code::PlanCkuTooMany).with("count", count).with("most", &max.to_string())
}

fn cku_count(count: u32, availability: Availability, max: u32) -> Option<Finding> {
    if count == 0 && availability == Availability::SingleZone {
        Some(Finding::about(Field::Cku, Code::PlanCkuTooFew))
    } else if count < availability.least_cku() {
        Some(Finding::about(Field::Cku, Code::PlanCkuMultiZone))
    } else if count > max {
        Some(too_many(&count.to_string(), max))
    } else {
        None
    }
}

/// Why a type of cluster cannot be chosen here; empty for Dedicated.
pub fn cluster_type(kind: ClusterType) -> Vec<Finding> {
    let code = match kind {
        ClusterType::Dedicated => return Vec::new(),
        ClusterType::Basic => Code::PlanTypeBasic,
        ClusterType::Standard => Code::PlanTypeStandard,
        ClusterType::Enterprise => Code::PlanTypeEnterprise,
    };
    vec![Finding::about(Field::ClusterType, code)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        Plan {
            environment: "env-1".to_owned(),
            display_name: "billing".to_owned(),
            region: "westeurope".to_owned(),
            availability: Availability::SingleZone,
            cku: 1,
            network: None,
            max_cku: 4,
        }
    }

    type Case = (&'static str, fn(&mut Plan));

    fn codes(plan: &Plan) -> Vec<&'static str> {
        check(plan).iter().map(Finding::code).collect()
    }

    #[test]
    fn a_plan_in_order_has_no_findings() {
        assert_eq!(codes(&plan()), [""; 0]);
    }

    #[test]
    fn each_field_is_judged() {
        let cases: &[Case] = &[
            ("plan.environment-missing", |p| p.environment = " ".to_owned()),
            ("plan.name-empty", |p| p.display_name = "  ".to_owned()),
            ("plan.name-too-long", |p| p.display_name = "ä".repeat(256)),
            ("plan.name-control", |p| p.display_name = "a\nb".to_owned()),
            ("plan.name-control", |p| p.display_name = "a\u{202E}b".to_owned()),
            ("plan.region-missing", |p| p.region = String::new()),
            ("plan.region-shape", |p| p.region = "west-europe".to_owned()),
            ("plan.region-unknown", |p| p.region = "atlantis".to_owned()),
            ("plan.cku-too-few", |p| p.cku = 0),
            ("plan.cku-too-many", |p| p.cku = 5),
            ("plan.network-missing", |p| p.network = Some(String::new())),
            ("plan.cku-multi-zone", |p| p.availability = Availability::MultiZone),
            ("plan.cku-multi-zone", |p| {
                p.availability = Availability::MultiZone;
                p.cku = 0;
            }),
            ("plan.region-zones", |p| {
                p.availability = Availability::MultiZone;
                p.cku = 2;
                p.region = "jioindiawest".to_owned();
            }),
            ("plan.cku-too-many", |p| p.cku = u32::MAX),
        ];
        for &(code, change) in cases {
            let mut changed = plan();
            change(&mut changed);
            assert_eq!(codes(&changed), [code]);
        }
    }

    #[test]
    fn the_display_name_of_a_region_is_taken() {
        assert_eq!(region("West Europe", Availability::MultiZone), []);
    }

    #[test]
    fn cku_is_read_as_typed() {
        let single = Availability::SingleZone;
        assert_eq!(cku(" 2 ", single, 4), Ok(2));
        for (text, code) in [
            ("", "plan.cku-shape"),
            ("two", "plan.cku-shape"),
            ("1.5", "plan.cku-shape"),
            ("-1", "plan.cku-shape"),
            ("+1", "plan.cku-shape"),
            ("0", "plan.cku-too-few"),
            ("5", "plan.cku-too-many"),
            ("99999999999", "plan.cku-too-many"),
        ] {
            assert_eq!(cku(text, single, 4).map_err(|finding| finding.code()), Err(code), "{text}");
        }
    }

    #[test]
    fn only_dedicated_can_be_chosen() {
        assert!(cluster_type(ClusterType::Dedicated).is_empty());
        for kind in [ClusterType::Basic, ClusterType::Standard, ClusterType::Enterprise] {
            assert_eq!(cluster_type(kind).len(), 1, "{kind:?}");
        }
    }

    #[test]
    fn both_spellings_of_availability_are_read() {
        for (text, availability) in [
            ("SINGLE_ZONE", Some(Availability::SingleZone)),
            ("LOW", Some(Availability::SingleZone)),
            ("MULTI_ZONE", Some(Availability::MultiZone)),
            ("HIGH", Some(Availability::MultiZone)),
            ("UNHEARD_OF", None),
        ] {
            assert_eq!(Availability::parse(text), availability, "{text}");
        }
    }
}
