//! Chooses what to fill the three fields with, where the text leaves no doubt.

use super::{Chosen, Confidence, Found, Kind, Origin, Place, Recognised};
use crate::finding::{Code, Field, Finding};
use crate::id::{self, Guid, KeyId, TenantId, VaultId, VaultName};

/// Chooses among what was found. `findings` are about the text as a whole.
pub(super) fn choose(found: Vec<Found>, findings: Vec<Finding>) -> Recognised {
    let mut all = Recognised { found, key_vault_id: None, key_id: None, tenant_id: None, findings };
    let vaults = places(&all.found, Kind::KeyVaultId);
    all.key_vault_id = all.one(&vaults, Field::KeyVaultId, Code::RecogniseSeveralVaults, VaultId::parse);
    let mut keys = places(&all.found, Kind::KeyId);
    if keys.is_empty() {
        keys.extend(all.make_key());
    }
    all.key_id = all.one(&keys, Field::KeyId, Code::RecogniseSeveralKeys, KeyId::parse);
    let tenants = all.tenants();
    all.tenant_id = all.one(&tenants, Field::TenantId, Code::RecogniseSeveralTenants, TenantId::parse);
    let (vault, key, tenant) = (
        all.key_vault_id.as_ref().map(|chosen| &chosen.value),
        all.key_id.as_ref().map(|chosen| &chosen.value),
        all.tenant_id.as_ref().map(|chosen| &chosen.value),
    );
    let together = id::together(vault, key, tenant);
    all.findings.extend(together);
    all
}

/// Where the usable ones of a kind stand.
fn places(found: &[Found], kind: Kind) -> Vec<usize> {
    let usable = found.iter().enumerate().filter(|(_, found)| found.kind == kind && found.usable());
    usable.map(|(place, _)| place).collect()
}

/// More than a finding lists.
const LISTED: usize = 8;

/// A value short enough for a list: of a resource ID the vault and its resource group.
fn shown(value: &str) -> String {
    match VaultId::parse(value) {
        Some(vault) => [vault.resource_group(), "/", vault.name().as_str()].concat(),
        None => value.to_owned(),
    }
}

impl Recognised {
    /// The only one, or the finding that says why there is none.
    fn one<T>(
        &mut self,
        places: &[usize],
        field: Field,
        several: Code,
        parse: fn(&str) -> Option<T>,
    ) -> Option<Chosen<T>> {
        match *places {
            [] => {
                if self.findings.iter().all(|finding| finding.field != Some(field)) {
                    self.findings.push(Finding::about(field, Code::RecogniseMissing));
                }
                None
            }
            [index] => {
                let value = self.found.get(index).and_then(|found| parse(&found.value))?;
                Some(Chosen { value, index })
            }
            _ => {
                let some = places.iter().take(LISTED).filter_map(|place| self.found.get(*place));
                let list: Vec<String> = some.map(|found| shown(&found.value)).collect();
                let count = places.len().to_string();
                self.findings
                    .push(Finding::about(field, several).with("count", &count).with_list("list", &list));
                None
            }
        }
    }

    /// The names of the vaults of which the text says anything.
    fn vault_names(&self) -> Vec<VaultName> {
        let mut names = Vec::new();
        for found in self.found.iter().filter(|found| found.usable()) {
            let name = match found.kind {
                Kind::KeyVaultId => VaultId::parse(&found.value).map(|vault| *vault.name()),
                Kind::VaultUri => {
                    let host = found.value.trim_start_matches("https://");
                    host.split('.').next().and_then(VaultName::parse)
                }
                Kind::VaultName => VaultName::parse(&found.value),
                _ => None,
            };
            if let Some(name) = name
                && names.first() != Some(&name)
            {
                names.push(name);
            }
        }
        names
    }

    /// Puts a key identifier together where the text names one vault and one key; the place of it in `found`.
    fn make_key(&mut self) -> Option<usize> {
        let vaults = self.vault_names();
        let names = places(&self.found, Kind::KeyName);
        let placed = self.found.iter().any(|found| matches!(found.kind, Kind::KeyVaultId | Kind::VaultUri));
        let ([vault], [name], true) = (vaults.as_slice(), names.as_slice(), placed) else { return None };
        let name = self.found.get(*name)?;
        let mut value = String::from("https://");
        value.push_str(vault.as_str());
        value.push_str(".vault.azure.net/keys/");
        value.push_str(&name.value);
        let finding = Finding::about(Field::KeyId, Code::RecogniseKeyMade).with("value", &value);
        let origin = Origin { place: Place::Made, ..name.origin.clone() };
        let confidence = Confidence::Likely;
        self.found.push(Found { kind: Kind::KeyId, value, origin, findings: vec![finding], confidence });
        Some(self.found.len() - 1)
    }

    /// Where the tenants stand that the text says most plainly; else the one GUID of which it says nothing.
    fn tenants(&mut self) -> Vec<usize> {
        let confidence = |place: usize| self.found.get(place).map(|found| found.confidence);
        let all = places(&self.found, Kind::TenantId);
        let best = all.iter().filter_map(|place| confidence(*place)).max();
        match best.filter(|best| *best > Confidence::Guess) {
            Some(best) => all.into_iter().filter(|place| confidence(*place) == Some(best)).collect(),
            None => self.guess_tenant().into_iter().collect(),
        }
    }

    /// Takes a GUID for the tenant if nothing says what it is and it is the only such.
    fn guess_tenant(&mut self) -> Option<usize> {
        let mut guids = places(&self.found, Kind::Guid);
        guids.retain(|place| {
            let named = |found: &Found| matches!(found.origin.place, Place::Named(_));
            self.found.get(*place).is_some_and(|found| !named(found))
        });
        let [place] = *guids.as_slice() else {
            self.tell_guids(&guids);
            return None;
        };
        let text = self.found.get(place)?.value.clone();
        let elsewhere = |(other, found): (usize, &Found)| other != place && found.value == text;
        if self.found.iter().enumerate().any(elsewhere) {
            return None;
        }
        let subscription = self.key_vault_id.as_ref().map(|vault| vault.value.subscription().guid());
        if subscription.is_some() && subscription == Guid::parse(&text) {
            self.findings.push(Finding::about(Field::TenantId, Code::IdsTenantIsSubscription));
            return None;
        }
        let found = self.found.get_mut(place)?;
        found.kind = Kind::TenantId;
        found
            .findings
            .push(Finding::about(Field::TenantId, Code::RecogniseTenantGuessed).with("value", &text));
        Some(place)
    }

    fn tell_guids(&mut self, guids: &[usize]) {
        if guids.is_empty() {
            return;
        }
        let list: Vec<String> = guids
            .iter()
            .take(LISTED)
            .filter_map(|place| Some(self.found.get(*place)?.value.clone()))
            .collect();
        self.findings.push(
            Finding::about(Field::TenantId, Code::RecogniseGuids)
                .with("count", &guids.len().to_string())
                .with_list("list", &list),
        );
    }
}
