//! Who may log in: the service principal of people and tests, and others with fewer rights.

use time::OffsetDateTime;
use uuid::Uuid;

use super::start::{SUBSCRIPTION, TENANT};
use super::{Application, CallerSeed, ConfluentLogin, Login, World};
use crate::ids;
use crate::roles::{
    CONTRIBUTOR, DATA_ACCESS_ADMINISTRATOR, KEY_VAULT_CONTRIBUTOR, KEY_VAULT_READER, OWNER, READER,
};

/// How the display names of those begin who may log in.
pub(super) const OURS: &str = "byok-sandbox-";
/// The display name of the service principal that people log in with.
pub(crate) const LOGIN_NAME: &str = "byok-sandbox-login";

const CLIENT: &str = "1c9e4d7b-6a20-4b5f-8d13-e7f2a0c5b864";

/// Service principals with fewer rights than the login, each on the main subscription: slug, what it is for, roles.
const CALLERS: &[(&str, &str, &[&str])] = &[
    (
        "reads",
        "Reader and Key Vault Reader: everything that a preflight wants to read.",
        &[READER, KEY_VAULT_READER],
    ),
    (
        "key-vault-reader",
        "Key Vault Reader alone: reads vaults, keys and role assignments.",
        &[KEY_VAULT_READER],
    ),
    ("reader", "Reader alone: sees resources, but not into a vault.", &[READER]),
    ("owner", "Owner alone: may assign roles, and still reads no key.", &[OWNER]),
    ("contributor", "Contributor alone: changes resources, but may not assign roles.", &[CONTRIBUTOR]),
    (
        "key-vault-contributor",
        "Key Vault Contributor alone: manages vaults, but may not assign roles.",
        &[KEY_VAULT_CONTRIBUTOR],
    ),
    (
        "data-access-administrator",
        "Key Vault Data Access Administrator alone: may assign the roles that Confluent needs.",
        &[DATA_ACCESS_ADMINISTRATOR],
    ),
    ("nobody", "No role at all.", &[]),
];

/// The two pairs of credentials; made once, so that a reset does not lock out whoever is configured with them.
pub(crate) fn credentials() -> (Login, ConfluentLogin) {
    let secret = || format!("sandbox-{}", Uuid::new_v4().simple());
    (
        Login { client_id: CLIENT.into(), client_secret: secret() },
        ConfluentLogin { api_key: "SANDBOXAPIKEY001".into(), api_secret: secret() },
    )
}

impl World {
    pub(super) fn add_callers(&mut self, now: OffsetDateTime) {
        for (slug, about, roles) in CALLERS {
            let client_id = ids::derived(&format!("caller {slug}"));
            self.applications.push(Application { app_id: client_id.clone(), name: format!("{OURS}{slug}") });
            let principal = self.ensure_principal(TENANT, &client_id, now);
            for role in *roles {
                self.ensure_assignment(&format!("/subscriptions/{SUBSCRIPTION}"), role, &principal, now, now);
            }
            let client_secret = format!("{}-{slug}", self.login.client_secret);
            self.callers.push(CallerSeed { slug, about, roles, client_id, client_secret });
        }
    }
}
