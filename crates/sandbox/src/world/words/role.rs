//! What can be the matter with the roles at a vault. The application that Confluent will give to a registration of its key is settled
//! beforehand, as if somebody had registered it, granted something, and deleted the registration.

use super::{Harm, Word};
use crate::ids;
use crate::roles::{
    CRYPTO_OFFICER, CRYPTO_SERVICE_ENCRYPTION_USER, KEY_VAULT_ADMINISTRATOR, KEY_VAULT_READER,
};
use crate::world::make::{BOTH, Making};
use crate::world::{Being, DenyAssignment, Principal, later};

/// How long a grant needs in the default world where it is still on its way, in seconds: the ten minutes that Azure names.
const TEN_MINUTES: f64 = 600.0;

fn at_vault(making: &mut Making<'_>, roles: &[&str]) {
    making.grant(&making.vault.id(), roles);
}

pub(super) const WORDS: &[Word] = &[
    Word {
        word: "granted",
        about: "both roles are assigned and count",
        harm: Harm::No,
        apply: |making| at_vault(making, BOTH),
    },
    Word {
        word: "role-propagating",
        about: "both roles were assigned a moment ago and count in ten minutes",
        harm: Harm::Grant,
        apply: |making| {
            let effective = later(making.now, TEN_MINUTES);
            for assignment in making.grant(&making.vault.id(), BOTH) {
                assignment.effective = effective;
            }
        },
    },
    Word {
        word: "role-conditioned",
        about: "both roles are assigned with a condition that is never met",
        harm: Harm::Grant,
        apply: |making| {
            for assignment in making.grant(&making.vault.id(), BOTH) {
                assignment.condition =
                    Some("@Environment[UtcNow] DateTimeLessThan '2020-01-01T00:00:00Z'".into());
            }
        },
    },
    Word {
        word: "role-by-group",
        about: "both roles are assigned to a group that the application is a member of",
        harm: Harm::No,
        apply: |making| {
            let principal = making.principal();
            let group = making.object(Being::Group, "group", "kafka-encryption");
            if let Some(made) = making.world.principals.last_mut() {
                made.members.push(principal);
            }
            for assignment in making.assign(&making.vault.id(), BOTH, &group) {
                assignment.principal_type = "Group".into();
            }
        },
    },
    Word {
        word: "role-at-resource-group",
        about: "both roles are assigned at the resource group",
        harm: Harm::No,
        apply: |making| {
            making.grant(&making.group_id(), BOTH);
        },
    },
    Word {
        word: "role-at-subscription",
        about: "both roles are assigned at the subscription",
        harm: Harm::No,
        apply: |making| {
            making.grant(&format!("/subscriptions/{}", making.vault.subscription), BOTH);
        },
    },
    Word {
        word: "role-at-management-group",
        about: "both roles are assigned at the management group",
        harm: Harm::No,
        apply: |making| {
            let subscription = making.world.subscription(&making.vault.subscription);
            let group = subscription.and_then(|subscription| subscription.management_group.clone());
            if let Some(group) = group {
                making.grant(&format!("{}{group}", ids::MANAGEMENT_GROUPS), BOTH);
            }
        },
    },
    Word {
        word: "role-at-key",
        about: "both roles are assigned at the key alone, so the vault itself cannot be read",
        harm: Harm::Grant,
        apply: |making| {
            making.grant(&format!("{}/keys/{}", making.vault.id(), making.vault.shown.key), BOTH);
        },
    },
    Word {
        word: "role-officer",
        about: "Key Vault Crypto Officer is assigned instead, which allows more than is needed",
        harm: Harm::No,
        apply: |making| at_vault(making, &[CRYPTO_OFFICER]),
    },
    Word {
        word: "role-administrator",
        about: "Key Vault Administrator is assigned instead, which allows far more than is needed",
        harm: Harm::No,
        apply: |making| at_vault(making, &[KEY_VAULT_ADMINISTRATOR]),
    },
    Word {
        word: "role-encryption-only",
        about: "Key Vault Reader is missing",
        harm: Harm::Grant,
        apply: |making| at_vault(making, &[CRYPTO_SERVICE_ENCRYPTION_USER]),
    },
    Word {
        word: "role-reader-only",
        about: "Key Vault Crypto Service Encryption User is missing",
        harm: Harm::Grant,
        apply: |making| at_vault(making, &[KEY_VAULT_READER]),
    },
    Word {
        word: "role-wrong-principal",
        about: "both roles are assigned to another service principal of the same name",
        harm: Harm::Grant,
        apply: |making| {
            making.principal();
            let decoy = making.object(Being::ServicePrincipal, "decoy", "");
            let app_id = ids::derived(&format!("decoy application {}", making.vault.name));
            if let Some(made) = making.world.principals.last_mut() {
                made.app_id = app_id;
            }
            making.assign(&making.vault.id(), BOTH, &decoy);
        },
    },
    Word {
        word: "role-application-object",
        about: "both roles are assigned to the object ID of an application instead of its service principal",
        harm: Harm::Grant,
        apply: |making| {
            making.principal();
            let object = making.object(Being::Application, "application-object", "");
            for assignment in making.assign(&making.vault.id(), BOTH, &object) {
                assignment.principal_type = "Unknown".into();
            }
        },
    },
    Word {
        word: "principal-missing",
        about: "the service principal does not exist in the tenant",
        harm: Harm::Grant,
        apply: |making| {
            making.application();
        },
    },
    Word {
        word: "principal-disabled",
        about: "both roles are assigned, but sign-in of the service principal is switched off",
        harm: Harm::Grant,
        apply: |making| {
            let principal = making.principal();
            at_vault(making, BOTH);
            for made in making.world.principals.iter_mut().filter(|made| made.object_id == principal) {
                made.enabled = false;
            }
        },
    },
    Word {
        word: "principal-replicating",
        about: "the service principal was made a moment ago, and the directory shows it in ten minutes",
        harm: Harm::No,
        apply: |making| {
            let (principal, visible) = (making.principal(), later(making.now, TEN_MINUTES));
            for made in making.world.principals.iter_mut().filter(|made| made.object_id == principal) {
                made.visible = visible;
            }
        },
    },
    Word {
        word: "deny-assignment",
        about: "both roles are assigned, and a deny assignment of a managed application refuses the keys to everybody else",
        harm: Harm::Grant,
        apply: |making| {
            at_vault(making, BOTH);
            let scope = making.vault.id();
            let (tenant, name) = (making.vault.tenant.clone(), making.vault.name.clone());
            let ours = |one: &&Principal| one.app_id != ids::derived(&format!("application {name}"));
            let excluded = making.world.principals.iter().filter(ours).filter(|one| one.tenant == tenant);
            let excluded = excluded.map(|one| one.object_id.clone()).collect();
            making.world.deny_assignments.push(DenyAssignment {
                name: ids::derived(&format!("deny assignment {name}")),
                title: "System deny assignment created by managed application kafka-platform".into(),
                scope,
                excluded,
                actions: Vec::new(),
                data_actions: vec!["Microsoft.KeyVault/vaults/*".into()],
            });
        },
    },
    Word {
        word: "recovered",
        about: "was deleted and recovered, which does not bring its role assignments back",
        harm: Harm::Grant,
        apply: |making| {
            making.principal();
        },
    },
    Word {
        word: "moved",
        about: "came from another resource group, and the role assignments stayed behind",
        harm: Harm::Grant,
        apply: |making| {
            let (subscription, name) = (making.vault.subscription.clone(), making.vault.name.clone());
            making.world.ensure_group(&subscription, "rg-kafka-old", "westeurope");
            making.grant(
                &format!("/subscriptions/{subscription}/resourceGroups/rg-kafka-old/providers/Microsoft.KeyVault/vaults/{name}"),
                BOTH,
            );
        },
    },
];
