//! Whether what was read fits together: the doctor's output is about what was entered, and nobody contradicts another.

use super::ids::YOU;
use super::row::{Judged, Proof, Row, Weight};
use super::{Case, Requirement, entra};
use crate::facts::{Question, Source};
use crate::finding::{Code, Finding};

pub(super) const ROWS: &[Row] = &[Row {
    requirement: Requirement::SourcesAgree,
    rule: agree,
    needs: &Question::ALL,
    source: "Azure CLI, account show; what was read",
    weight: Weight::Warning,
    proof: Proof::None,
    who: YOU,
}];

fn agree(case: &Case<'_>) -> Option<Judged> {
    let facts = case.facts;
    if facts.doctor.is_none() && facts.contradictions.is_empty() {
        return None;
    }
    let mut judged = Judged::met();
    if let Some(doctor) = &facts.doctor {
        if let Some(vault) = &doctor.other_vault {
            judged = judged.and(Finding::new(Code::DoctorOtherVault).with("text", vault));
        }
        if let Some(key) = &doctor.other_key {
            judged = judged.and(Finding::new(Code::DoctorOtherKey).with("text", key));
        }
        if let Some(cloud) = doctor.cloud.as_deref().filter(|cloud| !cloud.eq_ignore_ascii_case("AzureCloud"))
        {
            judged = judged.and(Finding::new(Code::DoctorOtherCloud).with("text", cloud));
        }
        let tenant = facts.tenant_of_vault().or_else(|| entra::tenant_entered(case));
        if let (Some(login), Some(tenant)) = (doctor.tenant, tenant)
            && login != tenant
        {
            let told = Finding::new(Code::DoctorOtherTenant)
                .with("tenant", &login.to_string())
                .with("other", &tenant.to_string());
            judged = judged.and(told);
        }
        let of_vault = super::ids::named(case).0.map(|vault| vault.subscription());
        if let (Some(chosen), Some(wanted)) = (doctor.subscription, of_vault)
            && chosen != wanted
        {
            let told = Finding::new(Code::DoctorOtherSubscription)
                .with("subscription", &chosen.to_string())
                .with("other", &wanted.to_string());
            judged = judged.and(told);
        }
        judged = judged.seen(Source::Doctor, "the doctor’s output was read");
    }
    for found in &facts.contradictions {
        let told = Finding::new(Code::SourcesDiffer)
            .with("topic", found.topic)
            .with("source", name(found.counts))
            .with("other", name(found.other));
        judged = judged.and(told);
    }
    Some(judged)
}

fn name(source: Source) -> &'static str {
    match source {
        Source::Probe => "a look without signing in",
        Source::Doctor => "the pasted output",
        Source::Arm => "Azure Resource Manager",
        Source::KeyVault => "the key vault",
        Source::Graph => "Microsoft Graph",
        Source::Confluent => "Confluent",
    }
}
