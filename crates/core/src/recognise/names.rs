//! What a name says about the value that stands under it.

/// What a value is by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The tenant.
    Tenant,
    /// A tenant that need not be the vault's: the home of an account, of an application.
    OtherTenant,
    Subscription,
    Application,
    Object,
    Region,
    KeyName,
    VaultName,
    /// `id`: what it is depends on what stands beside it.
    Id,
}

/// How names end, without spaces, `_`, `-` and parentheses, lower-case; the first that fits counts. From the Azure
/// portal, the Azure CLI, Azure Resource Manager, Microsoft Graph, Terraform, Confluent Cloud.
const ENDINGS: &[(&str, Meaning)] = &[
    ("hometenantid", Meaning::OtherTenant),
    ("hometenant", Meaning::OtherTenant),
    ("appownertenantid", Meaning::OtherTenant),
    ("appownerorganizationid", Meaning::OtherTenant),
    ("managedbytenants", Meaning::OtherTenant),
    ("managingtenantid", Meaning::OtherTenant),
    ("tenantid", Meaning::Tenant),
    ("tenant", Meaning::Tenant),
    ("directoryid", Meaning::Tenant),
    ("subscriptionid", Meaning::Subscription),
    ("subscription", Meaning::Subscription),
    ("applicationid", Meaning::Application),
    ("clientid", Meaning::Application),
    ("appid", Meaning::Application),
    ("objectid", Meaning::Object),
    ("principalid", Meaning::Object),
    ("assignee", Meaning::Object),
    ("location", Meaning::Region),
    ("region", Meaning::Region),
    ("keyname", Meaning::KeyName),
    ("vaultname", Meaning::VaultName),
];

/// Names too short to be looked for at the end of longer ones.
const EXACT: &[(&str, Meaning)] = &[("tid", Meaning::Tenant), ("oid", Meaning::Object), ("id", Meaning::Id)];

/// Words between a label and its value.
const FILLERS: [&str; 5] = ["is", "was", "of", "the", "with"];

/// What a name says; `None` when it says nothing that is known.
pub(super) fn meaning(name: &str) -> Option<Meaning> {
    let mut name = name.trim_end();
    while let Some((before, last)) = name.rsplit_once(' ')
        && FILLERS.iter().any(|word| last.eq_ignore_ascii_case(word))
    {
        name = before.trim_end();
    }
    let exact = EXACT.iter().find(|(known, _)| reversed(name).eq(known.bytes().rev()));
    let ending = || ENDINGS.iter().find(|(known, _)| ends_with(name, known));
    exact.or_else(ending).map(|(_, meaning)| *meaning)
}

/// The letters and digits from the end, lower-case.
fn reversed(name: &str) -> impl Iterator<Item = u8> + '_ {
    name.bytes().rev().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase())
}

fn ends_with(name: &str, ending: &str) -> bool {
    let mut letters = reversed(name);
    ending.bytes().rev().all(|byte| letters.next() == Some(byte))
}

/// Whether a name contains a word, blind to case. `word` must be lower-case.
pub(super) fn contains(name: &str, word: &str) -> bool {
    name.as_bytes().windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_writers_are_known() {
        for (name, expected) in [
            ("tenantId", Some(Meaning::Tenant)),
            ("ARM_TENANT_ID", Some(Meaning::Tenant)),
            ("Directory (tenant) ID", Some(Meaning::Tenant)),
            ("Directory ID", Some(Meaning::Tenant)),
            ("the Tenant ID is", Some(Meaning::Tenant)),
            ("--tenant", Some(Meaning::Tenant)),
            ("homeTenantId", Some(Meaning::OtherTenant)),
            ("--subscription", Some(Meaning::Subscription)),
            ("Application (client) ID", Some(Meaning::Application)),
            ("application_id", Some(Meaning::Application)),
            ("with object id", Some(Meaning::Object)),
            ("--assignee-object-id", Some(Meaning::Object)),
            ("x-ms-keyvault-region", Some(Meaning::Region)),
            ("key_name", Some(Meaning::KeyName)),
            ("ID", Some(Meaning::Id)),
            ("kid", None),
            ("name", None),
            ("", None),
        ] {
            assert_eq!(meaning(name), expected, "{name}");
        }
    }
}
