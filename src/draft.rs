//! The user's answers: held, saved for this tab, restored.
//!
//! They live in the tab's session storage, so that a reload or Back loses nothing and two tabs never mix. What looks
//! like a secret is held but never saved.

use byok_core::{
    finding::Field,
    id,
    plan::{Availability, Plan},
    text::looks_secret,
    wire::{NewCluster, NewKey, Waiver},
};
use web_sys::{Storage, window};

use byok_browser as json;

const PLACE: &str = "byok-wizard.draft";

byok_core::record! {
    /// Everything the wizard asked, as it was answered, right or wrong.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Draft {
        /// Id of the environment.
        #[record(default)]
        pub environment: String,
        /// Name of the cluster.
        #[record(default)]
        pub display_name: String,
        /// `BASIC`, `STANDARD`, `ENTERPRISE`, `DEDICATED` or nothing yet.
        #[record(default)]
        pub cluster_type: String,
        /// Azure region.
        #[record(default)]
        pub region: String,
        /// `SINGLE_ZONE` or `MULTI_ZONE`.
        #[record(default)]
        pub availability: String,
        /// CKUs as typed.
        #[record(default)]
        pub cku: String,
        /// `public`, `PEERING`, `PRIVATELINK` or nothing yet.
        #[record(default)]
        pub networking: String,
        /// Id of the chosen network, for the private kinds.
        #[record(default)]
        pub network: String,
        /// `automatic`, `self-managed` or nothing yet.
        #[record(default)]
        pub mode: String,
        /// `new`, `existing` or nothing yet: where the key comes from.
        #[record(default)]
        pub source: String,
        /// Resource ID of the vault as typed.
        #[record(default)]
        pub key_vault_id: String,
        /// Key identifier as typed.
        #[record(default)]
        pub key_id: String,
        /// Tenant ID as typed.
        #[record(default)]
        pub tenant_id: String,
        /// The registered key chosen from the list.
        #[record(default)]
        pub existing: String,
        /// The registration made from the three IDs: its id and the IDs it was made with.
        pub registered: Option<Registered>,
        /// Registrations made on the way and replaced since; each counts against a quota.
        #[record(default)]
        pub left_behind: Vec<String>,
        /// Requirements that are unknown and consciously waived.
        #[record(default)]
        pub waivers: Vec<Waived>,
        /// Whether Confluent shall refuse to delete the cluster until the protection is taken off.
        #[record(default)]
        pub deletion_protection: bool,
        /// Names this draft towards the server, so that it creates at most once.
        #[record(default)]
        pub draft_id: String,
    }

    /// A registration made by this draft.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Registered {
        /// `cck-…`
        pub id: String,
        /// Canonical resource ID of the vault.
        pub key_vault_id: String,
        /// Canonical key identifier.
        pub key_id: String,
        /// Canonical tenant ID.
        pub tenant_id: String,
        /// Confluent's application for the key.
        pub application_id: String,
    }

    /// A requirement that the user goes on without, for one key.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Waived {
        /// The key it was waived for: another key needs another decision.
        pub key: String,
        /// Code of the requirement.
        pub requirement: String,
        /// What the user read when deciding.
        pub reason: String,
    }
}

impl Draft {
    /// What this tab saved last, or an empty draft.
    pub fn restore() -> Self {
        storage()
            .and_then(|storage| storage.get_item(PLACE).ok().flatten())
            .and_then(|text| json::read(&text))
            .unwrap_or_default()
    }

    /// Saves the answers for this tab. Where storage is refused, they are held until the tab is closed or reloaded.
    pub fn save(&self) {
        let mut kept = self.clone();
        for text in [&mut kept.display_name, &mut kept.key_vault_id, &mut kept.key_id, &mut kept.tenant_id] {
            if looks_secret(text) {
                text.clear();
            }
        }
        if let Some(storage) = storage() {
            let _ = storage.set_item(PLACE, &json::write(&kept));
        }
    }

    /// The answer to one question, as typed.
    pub fn text(&self, field: Field) -> &str {
        match field {
            Field::Environment => &self.environment,
            Field::DisplayName => &self.display_name,
            Field::ClusterType => &self.cluster_type,
            Field::Region => &self.region,
            Field::Availability => &self.availability,
            Field::Cku => &self.cku,
            Field::Network => &self.network,
            Field::Mode => &self.mode,
            Field::KeyVaultId => &self.key_vault_id,
            Field::KeyId => &self.key_id,
            Field::TenantId => &self.tenant_id,
            Field::Key => &self.existing,
        }
    }

    /// Takes an answer to one question.
    pub fn answer(&mut self, field: Field, text: String) {
        let place = match field {
            Field::Environment => &mut self.environment,
            Field::DisplayName => &mut self.display_name,
            Field::ClusterType => &mut self.cluster_type,
            Field::Region => &mut self.region,
            Field::Availability => &mut self.availability,
            Field::Cku => &mut self.cku,
            Field::Network => &mut self.network,
            Field::Mode => &mut self.mode,
            Field::KeyVaultId => &mut self.key_vault_id,
            Field::KeyId => &mut self.key_id,
            Field::TenantId => &mut self.tenant_id,
            Field::Key => &mut self.existing,
        };
        *place = text;
    }

    /// The cluster asked for, as the rules read it.
    pub fn plan(&self, max_cku: u32) -> Plan {
        Plan {
            environment: self.environment.clone(),
            display_name: self.display_name.trim().to_owned(),
            region: self.region.trim().to_owned(),
            availability: self.availability(),
            cku: self.cku.trim().parse().unwrap_or(0),
            network: self.network_id(),
            max_cku,
        }
    }

    /// Single zone until multi zone is chosen.
    pub fn availability(&self) -> Availability {
        Availability::parse(&self.availability).unwrap_or(Availability::SingleZone)
    }

    /// The network asked for; `None` for the public internet.
    pub fn network_id(&self) -> Option<String> {
        (self.networking != "public" && !self.network.is_empty()).then(|| self.network.clone())
    }

    /// Id of the registered key that the cluster will use, once there is one.
    pub fn key(&self) -> Option<&str> {
        match self.source.as_str() {
            "existing" => Some(self.existing.as_str()).filter(|id| !id.is_empty()),
            _ => self.registered.as_ref().map(|registered| registered.id.as_str()),
        }
    }

    /// The registration that the three IDs ask for, in canonical form; `None` while one of them is not usable.
    pub fn new_key(&self) -> Option<NewKey> {
        Some(NewKey {
            display_name: format!("Key for {}", self.display_name.trim()),
            key_vault_id: id::key_vault_id(&self.key_vault_id).value?.to_string(),
            key_id: id::key_id(&self.key_id).value?.to_string(),
            tenant_id: id::tenant_id(&self.tenant_id).value?.to_string(),
        })
    }

    /// The request that the last button sends; `None` until a key is registered or chosen.
    pub fn new_cluster(&self) -> Option<NewCluster> {
        let key = self.key()?.to_owned();
        let waivers = self
            .waivers
            .iter()
            .filter(|waived| waived.key == key)
            .map(|waived| Waiver { requirement: waived.requirement.clone(), reason: waived.reason.clone() })
            .collect();
        Some(NewCluster {
            environment: self.environment.clone(),
            display_name: self.display_name.trim().to_owned(),
            region: self.region.trim().to_owned(),
            availability: self.availability().as_str().to_owned(),
            cku: self.cku.trim().parse().unwrap_or(0),
            network: self.network_id(),
            key,
            deletion_protection: self.deletion_protection,
            waivers,
        })
    }

    /// Gives the draft the name under which the server creates at most once, if it has none yet.
    pub fn name(&mut self) {
        if self.draft_id.is_empty() {
            self.rename();
        }
    }

    /// Gives the draft another name: what is asked for from now on is another request.
    pub fn rename(&mut self) {
        let id = window().and_then(|window| window.crypto().ok()).map(|crypto| crypto.random_uuid());
        // A browser gives out random UUIDs on secure pages only; elsewhere the text of a random number must do.
        self.draft_id = id.unwrap_or_else(|| {
            js_sys::Number::from(js_sys::Math::random())
                .to_string_with_radix(36)
                .map(String::from)
                .unwrap_or_default()
        });
    }

    /// Registrations that this draft made and that no cluster will use if it is given up.
    pub fn registrations(&self) -> Vec<String> {
        let mut all = self.left_behind.clone();
        all.extend(self.registered.iter().map(|registered| registered.id.clone()));
        all
    }
}

fn storage() -> Option<Storage> {
    window().and_then(|window| window.session_storage().ok().flatten())
}
