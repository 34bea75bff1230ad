//! What can be the matter with a key: kind, state, times, versions, rotation.

use serde_json::{Value, json};
use time::Duration;

use super::{Harm, Word};
use crate::material::Kind;
use crate::world::make::Making;
use crate::world::{DeletedKey, Key, Version};

/// Another kind of key of the same name.
fn kind(making: &mut Making<'_>, kind: Kind, hsm: bool) {
    let now = making.now;
    making.with_key(|key| *key = Key { hsm, ..Key::new(&key.name, kind, now) });
}

/// A rotation policy as the service keeps it.
fn policy(actions: &[(&str, &str, &str)], expiry: Option<&str>, made: i64) -> Value {
    let actions: Vec<Value> = actions
        .iter()
        .map(|(action, moment, span)| json!({"trigger": {*moment: span}, "action": {"type": action}}))
        .collect();
    json!({"lifetimeActions": actions, "attributes": {"expiryTime": expiry, "created": made, "updated": made}})
}

/// Ends the key's life so many days from now.
fn expires_in(making: &mut Making<'_>, days: i64) {
    let end = (making.now + Duration::days(days)).unix_timestamp();
    making.with_key(|key| key.expires = Some(end));
}

fn rotation(making: &mut Making<'_>, actions: &[(&str, &str, &str)], expiry: Option<&str>) {
    let made = (making.now - Duration::days(30)).unix_timestamp();
    making.with_key(|key| key.rotation = Some(policy(actions, expiry, made)));
}

/// As many versions as asked, the newest made a month ago and each older one a day before the next.
fn versions(making: &mut Making<'_>, count: i64) {
    let now = making.now;
    making.with_key(|key| {
        key.versions = (0..count)
            .rev()
            .map(|age| Version::new(Kind::Rsa(2048), now - Duration::days(30 + age)))
            .collect();
    });
}

pub(super) const WORDS: &[Word] = &[
    Word {
        word: "ec-key",
        about: "the key is an elliptic curve key",
        harm: Harm::Judged,
        apply: |making| kind(making, Kind::Ec, false),
    },
    Word {
        word: "ec-hsm-key",
        about: "the key is an elliptic curve key in an HSM",
        harm: Harm::Judged,
        apply: |making| {
            making.vault.sku = "premium".into();
            kind(making, Kind::Ec, true);
        },
    },
    Word {
        word: "hsm-key",
        about: "the key is an RSA key in an HSM, in a premium vault",
        harm: Harm::No,
        apply: |making| {
            making.vault.sku = "premium".into();
            kind(making, Kind::Rsa(2048), true);
        },
    },
    Word {
        word: "hsm-key-on-standard",
        about: "the key is an RSA key in an HSM, and the vault went back to standard since, which has none",
        // Azure makes HSM keys in premium vaults only (Key Vault, "About keys"); what is left of one elsewhere serves nobody.
        harm: Harm::Judged,
        apply: |making| kind(making, Kind::Rsa(2048), true),
    },
    Word {
        word: "rsa-1024",
        about: "the key is an RSA key of 1024 bits",
        harm: Harm::Judged,
        apply: |making| kind(making, Kind::Rsa(1024), false),
    },
    Word {
        word: "rsa-3072",
        about: "the key is an RSA key of 3072 bits",
        harm: Harm::No,
        apply: |making| kind(making, Kind::Rsa(3072), false),
    },
    Word {
        word: "rsa-4096",
        about: "the key is an RSA key of 4096 bits",
        harm: Harm::No,
        apply: |making| kind(making, Kind::Rsa(4096), false),
    },
    Word {
        word: "no-wrap",
        about: "the key’s permitted operations do not include wrapKey and unwrapKey",
        harm: Harm::Judged,
        apply: |making| making.with_key(|key| key.ops = ["sign", "verify"].map(str::to_owned).to_vec()),
    },
    Word {
        word: "certificate-key",
        about: "the key belongs to a certificate and changes with it",
        harm: Harm::No,
        apply: |making| making.with_key(|key| key.managed = true),
    },
    Word {
        word: "exportable",
        about: "the key may be exported",
        harm: Harm::No,
        apply: |making| {
            making.vault.sku = "premium".into();
            kind(making, Kind::Rsa(2048), true);
            making.with_key(|key| key.exportable = true);
        },
    },
    Word {
        word: "key-disabled",
        about: "the key is disabled",
        harm: Harm::Judged,
        apply: |making| making.with_key(|key| key.enable(false)),
    },
    Word {
        word: "key-expired",
        about: "the key expired yesterday",
        harm: Harm::Judged,
        apply: |making| expires_in(making, -1),
    },
    Word {
        word: "key-expires-soon",
        about: "the key expires in twenty days, and nothing rotates it",
        harm: Harm::No,
        apply: |making| expires_in(making, 20),
    },
    Word {
        word: "key-not-yet-valid",
        about: "the key becomes valid tomorrow",
        harm: Harm::Judged,
        apply: |making| {
            let start = (making.now + Duration::days(1)).unix_timestamp();
            making.with_key(|key| key.not_before = Some(start));
        },
    },
    Word {
        word: "key-missing",
        about: "there is no such key",
        harm: Harm::Judged,
        apply: |making| making.vault.keys.clear(),
    },
    Word {
        word: "key-deleted",
        about: "the key was soft-deleted yesterday",
        harm: Harm::Judged,
        apply: |making| {
            let deleted = making.now - Duration::days(1);
            let keys = std::mem::take(&mut making.vault.keys);
            making.vault.deleted_keys = keys.into_iter().map(|key| DeletedKey { key, deleted }).collect();
        },
    },
    Word {
        word: "no-rotation-policy",
        about: "nobody made a rotation policy for the key",
        harm: Harm::No,
        apply: |making| making.with_key(|key| key.rotation = None),
    },
    Word {
        word: "rotation-notify-only",
        about: "the rotation policy notifies and rotates nothing",
        harm: Harm::No,
        apply: |making| {
            rotation(making, &[("notify", "timeBeforeExpiry", "P30D")], Some("P1Y"));
            expires_in(making, 335);
        },
    },
    Word {
        word: "rotation-automatic",
        about: "the key is rotated every ninety days and lives for two years",
        harm: Harm::No,
        apply: |making| {
            let actions = [("rotate", "timeAfterCreate", "P90D"), ("notify", "timeBeforeExpiry", "P30D")];
            rotation(making, &actions, Some("P2Y"));
            expires_in(making, 700);
        },
    },
    Word {
        word: "rotation-soon",
        about: "the key expires in five days, and its policy rotates it before",
        harm: Harm::No,
        apply: |making| {
            // Some answers write the action in capitals.
            rotation(making, &[("Rotate", "timeBeforeExpiry", "P7D")], Some("P35D"));
            expires_in(making, 5);
        },
    },
    Word {
        word: "expiry-forced",
        about: "an Azure Policy made the key end in sixty days, and nothing rotates it",
        harm: Harm::No,
        apply: |making| expires_in(making, 60),
    },
    Word {
        word: "old-version-disabled",
        about: "the key was rotated yesterday and its old version disabled at once",
        harm: Harm::No,
        apply: |making| {
            let now = making.now;
            making.with_key(|key| {
                key.enable(false);
                key.versions.push(Version::new(Kind::Rsa(2048), now - Duration::days(1)));
            });
        },
    },
    Word {
        word: "many-versions",
        about: "the key has thirty versions, more than one page of them",
        harm: Harm::No,
        apply: |making| versions(making, 30),
    },
];
