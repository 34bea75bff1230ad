//! Making a vault with chosen faults: the same words make the default world and `POST /_sandbox/world`.

use time::OffsetDateTime;

use super::{Application, Assignment, Being, Key, Principal, Vault, World};
use crate::ids;
use crate::roles::{CRYPTO_SERVICE_ENCRYPTION_USER, KEY_VAULT_READER};

/// A vault in the making, and the world that it goes into.
pub(super) struct Making<'world> {
    pub(super) world: &'world mut World,
    pub(super) vault: Vault,
    pub(super) now: OffsetDateTime,
}

/// The two roles that Confluent asks for.
pub(super) const BOTH: &[&str] = &[CRYPTO_SERVICE_ENCRYPTION_USER, KEY_VAULT_READER];

impl Making<'_> {
    /// The key that people are told to try.
    pub(super) fn key(&mut self) -> Option<&mut Key> {
        let name = self.vault.shown.key.clone();
        self.vault.key_mut(&name)
    }

    /// Changes the key that people are told to try.
    pub(super) fn with_key(&mut self, change: impl FnOnce(&mut Key)) {
        if let Some(key) = self.key() {
            change(key);
        }
    }

    /// The application that Confluent will give to a registration of this vault's key; the same in every run.
    pub(super) fn application(&mut self) -> String {
        let id = ids::derived(&format!("application {}", self.vault.name));
        if !self.world.applications.iter().any(|application| application.app_id == id) {
            let name = format!("Confluent Cloud BYOK {}", self.vault.name);
            self.world.applications.push(Application { app_id: id.clone(), name });
        }
        self.vault.application_id = Some(id.clone());
        id
    }

    /// That application's service principal in the vault's tenant: its object id, the same in every run.
    pub(super) fn principal(&mut self) -> String {
        let application = self.application();
        if let Some(there) = self.world.principal(&self.vault.tenant, &application) {
            return there.object_id.clone();
        }
        let id = self.object(Being::ServicePrincipal, "principal", "");
        if let Some(made) = self.world.principals.last_mut() {
            made.app_id = application;
        }
        id
    }

    /// An object in the vault's tenant, named like Confluent's application; its object id.
    pub(super) fn object(&mut self, being: Being, what: &str, name: &str) -> String {
        let id = ids::derived(&format!("{what} {}", self.vault.name));
        let name = match name {
            "" => format!("Confluent Cloud BYOK {}", self.vault.name),
            name => name.to_owned(),
        };
        self.world.principals.retain(|old| old.object_id != id);
        self.world.principals.push(Principal::new(being, &id, &self.vault.tenant, &name, self.now));
        id
    }

    /// Assigns roles that count already; gives the last one back to be changed.
    pub(super) fn assign(&mut self, scope: &str, roles: &[&str], principal: &str) -> &mut [Assignment] {
        let first = self.world.assignments.len();
        for role in roles {
            self.world.assignments.push(Assignment {
                name: ids::derived(&format!("assignment {} {role} {scope} {principal}", self.vault.name)),
                ..Assignment::new(scope, role, principal, self.now, self.now)
            });
        }
        self.world.assignments.get_mut(first..).unwrap_or_default()
    }

    /// Both roles, for Confluent's application, at a scope.
    pub(super) fn grant(&mut self, scope: &str, roles: &[&str]) -> &mut [Assignment] {
        let principal = self.principal();
        self.assign(scope, roles, &principal)
    }

    /// The resource id of the vault's resource group.
    pub(super) fn group_id(&self) -> String {
        format!("/subscriptions/{}/resourceGroups/{}", self.vault.subscription, self.vault.group)
    }
}

impl World {
    /// Puts a vault in, in place of one of the same name, with everything that the words say of it.
    ///
    /// # Errors
    /// One sentence for a word that is unknown; nothing has changed then.
    pub(super) fn make(&mut self, vault: Vault, words: &[&str], now: OffsetDateTime) -> Result<(), String> {
        let words = words.iter().map(|word| super::words::word(word)).collect::<Result<Vec<_>, _>>()?;
        let location = vault.region.clone();
        self.ensure_group(&vault.subscription, &vault.group, &location);
        self.forget_vault(&vault.name);
        let mut making = Making { world: self, vault, now };
        for word in &words {
            (word.apply)(&mut making);
        }
        let mut vault = making.vault;
        if vault.odd_spelling {
            let scope = vault.id();
            let mine = self.assignments.iter_mut().filter(|assignment| assignment.scope == scope);
            mine.for_each(|assignment| assignment.short_role_id = true);
        }
        vault.shown.faults = words.iter().map(|word| word.word.to_owned()).collect();
        self.ensure_group(&vault.subscription, &vault.group, &location);
        self.vaults.push(vault);
        Ok(())
    }

    /// Takes a vault away, with all that words put up around it.
    fn forget_vault(&mut self, name: &str) {
        let Some(old) = self.any_vault(name) else { return };
        let (scope, application) = (old.id(), old.application_id.clone());
        self.locks.retain(|lock| !lock.name.ends_with(&format!("-{}", name.to_ascii_lowercase())));
        self.deny_assignments.retain(|denial| !ids::covers(&scope, &denial.scope));
        self.denials.retain(|denial| !ids::covers(&scope, &denial.scope));
        // The grants of a registered key stay; those that words made go with the vault.
        if let Some(application) = application {
            let made: Vec<String> = ["principal", "group", "decoy", "application-object"]
                .iter()
                .map(|what| ids::derived(&format!("{what} {name}")))
                .collect();
            self.assignments.retain(|assignment| !made.contains(&assignment.principal_id));
            self.principals
                .retain(|principal| principal.app_id != application && !made.contains(&principal.object_id));
        }
        self.vaults.retain(|vault| !vault.name.eq_ignore_ascii_case(name));
    }
}
