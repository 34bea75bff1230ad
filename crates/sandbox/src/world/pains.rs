//! The vaults of the default world: a good one, one for each pain that lives in Azure, and some that are fine although they look odd.
//!
//! `slug` is the vault’s name without `kv-`. Numbers name a pain for tests; the words are those of [`super::words`].

mod grants;

use time::OffsetDateTime;

use super::start::{GROUP, MOVED_SUBSCRIPTION, OTHER_SUBSCRIPTION, OTHER_TENANT, SUBSCRIPTION, TENANT};
use super::{Key, Vault, World};
use crate::material::Kind;

/// Name, number, words, one sentence.
type Pain = (&'static str, Option<u8>, &'static [&'static str], &'static str);

const PAINS: &[Pain] = &[
    ("kv-kafka-prod", None, &[], "Everything is right: RBAC, purge protection, an RSA key in West Europe."),
    (
        "kv-no-rbac",
        Some(9),
        &["no-rbac"],
        "Uses access policies instead of Azure RBAC, so role assignments have no effect.",
    ),
    ("kv-no-purge", Some(20), &["no-purge-protection"], "Purge protection is off, which Confluent requires."),
    ("kv-ec-key", Some(23), &["ec-key"], "The key is an elliptic curve key; only RSA keys can wrap."),
    ("kv-key-disabled", Some(23), &["key-disabled"], "The key is disabled."),
    (
        "kv-other-region",
        Some(19),
        &["other-region"],
        "Lies in North Europe; a cluster must be in the region of its key.",
    ),
    (
        "kv-firewall",
        Some(12),
        &["firewall"],
        "A firewall denies all networks and does not let trusted Microsoft services through.",
    ),
    (
        "kv-firewall-trusted",
        Some(12),
        &["firewall-trusted"],
        "A firewall denies all networks but lets trusted Microsoft services through, as Confluent needs.",
    ),
    (
        "kv-public-off",
        Some(12),
        &["public-access-disabled"],
        "Public network access is disabled, and trusted Microsoft services are not let through.",
    ),
    (
        "kv-other-tenant",
        Some(17),
        &["tenant-mismatch"],
        "Belongs to another tenant than the tenant ID given with it.",
    ),
    ("kv-granted", None, &["granted"], "Everything is right and both roles are assigned already."),
    (
        "kv-rbac-absent",
        Some(9),
        &["rbac-absent"],
        "Was made by an old API version and does not say which permission model it uses: that means access policies.",
    ),
    (
        "kv-access-policies",
        Some(10),
        &["access-policies"],
        "Uses access policies that other applications depend on; switching to RBAC would lock them out.",
    ),
    (
        "kv-short-retention",
        Some(20),
        &["short-retention"],
        "Keeps deleted keys for seven days only, and that cannot be changed any more.",
    ),
    (
        "kv-firewall-other",
        Some(12),
        &["firewall-other-address"],
        "A firewall lets trusted services and one other address through, so Confluent can read the key and this wizard cannot.",
    ),
    (
        "kv-firewall-address",
        Some(12),
        &["firewall-own-address"],
        "A firewall lets trusted services and the address of this sandbox through.",
    ),
    (
        "kv-private-endpoint",
        Some(12),
        &["private-endpoint"],
        "Is reached by a private endpoint only, even the probe without credentials is refused; trusted services are let through.",
    ),
    (
        "kv-perimeter",
        Some(13),
        &["secured-by-perimeter"],
        "Lies in a network security perimeter, which overrides the bypass for trusted services.",
    ),
    (
        "kv-registering-dns",
        None,
        &["registering-dns"],
        "Was made a moment ago; its host name does not resolve yet.",
    ),
    (
        "kv-subscription-moved",
        Some(17),
        &["subscription-moved"],
        "Its subscription was moved to another tenant, but the vault still trusts the old one.",
    ),
    (
        "kv-deleted",
        Some(21),
        &["vault-deleted"],
        "Was deleted yesterday; the name stays taken and its host name still resolves.",
    ),
    (
        "kv-recovered",
        Some(22),
        &["recovered"],
        "Was deleted and recovered; its role assignments did not come back.",
    ),
    (
        "kv-moved-group",
        Some(34),
        &["moved"],
        "Was moved from another resource group; its role assignments did not move along.",
    ),
    ("kv-key-missing", Some(23), &["key-missing"], "There is no key of this name."),
    ("kv-key-deleted", Some(21), &["key-deleted"], "The key was deleted yesterday and can be recovered."),
    ("kv-key-expired", Some(23), &["key-expired"], "The key expired yesterday."),
    ("kv-key-not-yet-valid", Some(23), &["key-not-yet-valid"], "The key becomes valid tomorrow."),
    (
        "kv-key-expires-soon",
        Some(23),
        &["key-expires-soon"],
        "The key expires in twenty days, and nothing rotates it.",
    ),
    (
        "kv-ec-hsm-key",
        Some(23),
        &["ec-hsm-key"],
        "The key is an elliptic curve key in an HSM; only RSA keys can wrap.",
    ),
    ("kv-rsa-1024", Some(23), &["rsa-1024"], "The RSA key has 1024 bits; at least 2048 are needed."),
    ("kv-rsa-3072", None, &["rsa-3072"], "The RSA key has 3072 bits, which is fine."),
    ("kv-rsa-4096", None, &["rsa-4096"], "The RSA key has 4096 bits, which is fine."),
    ("kv-no-wrap", Some(23), &["no-wrap"], "The key may sign and verify, but not wrap and unwrap."),
    (
        "kv-certificate-key",
        Some(15),
        &["certificate-key"],
        "The key belongs to a certificate and changes when that is renewed.",
    ),
    ("kv-exportable", None, &["exportable"], "The key may leave the vault: it is exportable."),
    ("kv-hsm-premium", None, &["hsm-key"], "A premium vault with an RSA key in an HSM, which is fine."),
    (
        "kv-hsm-standard",
        None,
        &["hsm-key-on-standard"],
        "The key is in an HSM although the vault is a standard one, which has no HSM: it was premium when the key was made.",
    ),
    ("kv-no-rotation", Some(23), &["no-rotation-policy"], "Nobody made a rotation policy for the key."),
    (
        "kv-rotation-notify",
        Some(23),
        &["rotation-notify-only"],
        "The rotation policy sends a notice and rotates nothing.",
    ),
    ("kv-rotation-automatic", None, &["rotation-automatic"], "The key is rotated every ninety days."),
    (
        "kv-rotation-soon",
        Some(23),
        &["rotation-soon"],
        "The key expires in five days, and its policy rotates it before.",
    ),
    (
        "kv-expiry-forced",
        Some(24),
        &["expiry-forced"],
        "A company policy made the key end in sixty days, and nothing rotates it.",
    ),
    (
        "kv-policy-denied",
        Some(24),
        &["policy-denies"],
        "A company policy refuses every change to this vault.",
    ),
    ("kv-lock-read-only", None, &["lock-read-only"], "A read-only lock refuses new role assignments."),
    (
        "kv-lock-no-delete",
        None,
        &["lock-can-not-delete"],
        "A lock keeps the vault from being deleted, which does no harm here.",
    ),
    (
        "kv-lock-on-group",
        None,
        &["lock-on-group"],
        "A read-only lock on the resource group refuses new role assignments.",
    ),
    ("kv-throttled", Some(30), &["throttled"], "Too many others read from it: every read is answered 429."),
    (
        "kv-old-version-off",
        Some(29),
        &["old-version-disabled"],
        "The key was rotated yesterday and its old version was disabled at once; clusters need it for another day.",
    ),
    ("kv-many-versions", None, &["many-versions"], "The key has thirty versions, which come in two pages."),
    (
        "kv-odd-spelling",
        None,
        &["odd-spelling", "granted"],
        "Everything is right and spelled the other way that Azure spells it.",
    ),
];

impl World {
    /// Puts the default vaults in.
    pub(super) fn add_pains(&mut self, now: OffsetDateTime) {
        for (name, pain, words, about) in PAINS.iter().chain(grants::PAINS) {
            let (subscription, group, tenant) = match *words {
                ["tenant-mismatch"] => (OTHER_SUBSCRIPTION, GROUP, OTHER_TENANT),
                ["subscription-moved"] => (MOVED_SUBSCRIPTION, GROUP, TENANT),
                ["lock-on-group"] => (SUBSCRIPTION, "rg-locked", TENANT),
                _ => (SUBSCRIPTION, GROUP, TENANT),
            };
            let mut vault = Vault::good(name, subscription, group, tenant, "westeurope", now);
            vault.shown.about = (*about).into();
            vault.shown.slug = name.trim_start_matches("kv-").into();
            vault.shown.pain = *pain;
            vault.shown.tenant = TENANT.into();
            if vault.shown.slug == "kafka-prod" {
                vault.keys.push(Key::new("kafka-cluster-3072", Kind::Rsa(3072), now));
                vault.keys.push(Key::new("kafka-cluster-4096", Kind::Rsa(4096), now));
            }
            let made = self.make(vault, words, now);
            debug_assert_eq!(made, Ok(()));
        }
    }
}
