//! What becomes of a fact when another answer comes: nothing known is forgotten, and the more authoritative source
//! counts.

use crate::facts::{
    Assignment, Contradiction, Deleted, Denial, Fact, Facts, KeyAttributes, KeyVersion, Known, Lock,
    Permission, Principal, Quota, Rotation, Shut, Source, VaultKey, VaultSettings, WhyUnknown,
};
use crate::id::TenantId;

/// How much a source counts: the owner of a thing before those who report it, and what is read now before what
/// somebody read a while ago.
fn authority(source: Source) -> u8 {
    match source {
        Source::KeyVault | Source::Graph | Source::Confluent => 3,
        Source::Arm => 2,
        Source::Probe => 1,
        Source::Doctor => 0,
    }
}

/// A value that another source may complete.
pub(super) trait Fill: Clone + PartialEq {
    /// Takes from the other what is missing here.
    fn fill(&mut self, other: &Self);
}

/// The slot of a fact.
pub(super) trait Slot<T> {
    /// Takes in why something is not known, unless it is known.
    fn hear(&mut self, answer: Fact<T>);
}

impl<T> Slot<T> for Fact<T> {
    fn hear(&mut self, answer: Fact<T>) {
        let weight = |why: &WhyUnknown| match why {
            WhyUnknown::NotAsked => 0,
            WhyUnknown::NoCredentials => 1,
            WhyUnknown::Denied(_) | WhyUnknown::Failed(_) => 2,
        };
        match (&*self, &answer) {
            (Ok(_), Err(_)) => {}
            (Err(known), Err(new)) if weight(known) > weight(new) => {}
            _ => *self = answer,
        }
    }
}

impl Facts {
    /// Takes in what a source said of one fact, or why it said nothing. `topic` names it in a sentence.
    pub(super) fn note<T: Fill>(
        &mut self,
        topic: &'static str,
        slot: fn(&mut Facts) -> &mut Fact<T>,
        source: Source,
        said: Result<T, WhyUnknown>,
    ) {
        let said = said.map(|value| Known { value, source });
        let (kept, new) = match (slot(self).clone(), said) {
            (Ok(kept), Ok(new)) => (kept, new),
            (_, said) => return slot(self).hear(said),
        };
        let newer = authority(new.source) >= authority(kept.source);
        let (mut counts, mut other) = if newer { (new, kept) } else { (kept, new) };
        let pair = (counts.source, other.source);
        let own = counts.value.clone();
        counts.value.fill(&other.value);
        other.value.fill(&own);
        let differ = counts.value != other.value && pair.0 != pair.1;
        self.contradictions.retain(|known| known.topic != topic || known.other != pair.1);
        if differ {
            self.contradictions.push(Contradiction { topic, counts: pair.0, other: pair.1 });
        }
        *slot(self) = Ok(counts);
    }
}

macro_rules! whole {
    ($($type:ty),* $(,)?) => {$(
        impl Fill for $type {
            fn fill(&mut self, _: &Self) {}
        }
    )*};
}
whole!(
    bool,
    String,
    Shut,
    TenantId,
    Option<TenantId>,
    Rotation,
    Vec<KeyVersion>,
    Vec<Assignment>,
    Vec<Permission>
);
whole!(Vec<Denial>, Vec<Lock>, Vec<Quota>);

impl<T: Parts> Fill for Option<T> {
    fn fill(&mut self, other: &Self) {
        if let (Some(own), Some(other)) = (self, other) {
            own.take(other);
        }
    }
}

/// A value made of parts, each of which may be missing.
pub(super) trait Parts: Clone + PartialEq {
    fn take(&mut self, other: &Self);
}

/// Takes each part from the other that is `None` here.
macro_rules! parts {
    ($type:ty: $($field:ident),*) => {
        impl Parts for $type {
            fn take(&mut self, other: &Self) {
                $(if self.$field.is_none() {
                    self.$field = other.$field.clone();
                })*
            }
        }
    };
}

parts!(VaultSettings: id, region, tenant, sku, rbac, purge_protection, soft_delete, retention_days, default_allow,
    trusted_services, public_access, private_endpoints, access_policies, provisioning);
parts!(KeyAttributes: enabled, not_before, expires, created);
parts!(Principal: enabled, groups);
parts!(Deleted: deleted, purge, region, id);

impl Parts for VaultKey {
    fn take(&mut self, other: &Self) {
        self.attributes.take(&other.attributes);
        let VaultKey {
            kind,
            bits,
            operations,
            managed,
            exportable,
            purge_protection,
            hsm_platform,
            version,
            ..
        } = self;
        fill(kind, &other.kind);
        fill(bits, &other.bits);
        fill(operations, &other.operations);
        fill(managed, &other.managed);
        fill(exportable, &other.exportable);
        fill(purge_protection, &other.purge_protection);
        fill(hsm_platform, &other.hsm_platform);
        fill(version, &other.version);
    }
}

fn fill<T: Clone>(own: &mut Option<T>, other: &Option<T>) {
    if own.is_none() {
        own.clone_from(other);
    }
}
