//! What a text itself says: who, what, where. Found by the words before it, and cut out of the text as it stands.

mod marks;
mod value;

use super::normal::Normal;
use crate::text::looks_secret;

use marks::{HEADS, HOSTS, MARKS};
use value::{Form, LONGEST, is_word, starts_with, value};

/// The most values of one name.
const MOST: usize = 8;

/// The most errors of one kind in a text that are looked into.
const ERRORS: usize = 100;

/// How far from the words of a cause its evidence may stand, in bytes.
const NEAR: usize = 4_000;

/// A value found in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What it is.
    pub name: Name,
    /// As it stands in the text, without line breaks and escapes.
    pub value: String,
    /// Where it stands in the text for the first and for the last time, in bytes.
    first: usize,
    last: usize,
}

macro_rules! names {
    ($($variant:ident $name:literal $doc:literal;)*) => {
        /// What a piece of evidence is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Name {
            $(#[doc = $doc] $variant,)*
        }

        impl Name {
            /// All of them.
            pub const ALL: &'static [Name] = &[$(Name::$variant,)*];

            /// The name in JSON and in the sentences.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Name::$variant => $name,)*
                }
            }
        }
    };
}

names! {
    Principal "principal" "User or application that acted, by its name.";
    ObjectId "object_id" "Object ID of a principal.";
    ApplicationId "application_id" "Application ID of a principal.";
    Role "role" "Role, by name or GUID.";
    Action "action" "Action that was asked for.";
    Scope "scope" "Resource ID that it was asked for on.";
    Vault "vault" "Name of the vault.";
    Region "region" "Azure region.";
    Key "key" "Name of the key.";
    TenantExpected "tenant_expected" "Tenant of the vault or of the subscription.";
    TenantFound "tenant_found" "Tenant of the login.";
    Tenant "tenant" "Tenant that the text names without saying whose it is.";
    Subscription "subscription" "Azure subscription.";
    ResourceGroup "resource_group" "Resource group.";
    Address "address" "Address of the caller as Azure sees it.";
    Policy "policy" "Azure Policy assignment or definition.";
    Environment "environment" "Confluent Cloud environment.";
    Cluster "cluster" "Kafka cluster.";
    RegisteredKey "registered_key" "Key registered with Confluent Cloud.";
    Network "network" "Network of Confluent Cloud.";
    Pointer "pointer" "Field of the request that was refused (RFC 6901).";
    Quota "quota" "Quota that is used up.";
    ErrorCode "error_code" "Code of the error.";
    RequestId "request_id" "ID of the request, for the service’s support.";
    CorrelationId "correlation_id" "ID that ties several requests together, for Microsoft’s support.";
    TraceId "trace_id" "ID of the sign-in, for Microsoft’s support.";
    RetryAfter "retry_after" "Seconds to wait.";
}

/// Everything that a text says, sorted by name, then by place; each value once for a name.
pub(super) fn all(normal: &Normal) -> Vec<Evidence> {
    if normal.silent {
        return Vec::new();
    }
    let mut found = Found { list: Vec::new(), secret: normal.secret };
    expected_issuers(normal, &mut found);
    for &(mark, name, form) in MARKS {
        for at in normal.after(mark) {
            if let Some((at, value)) = value(&normal.text, at, form) {
                found.add(name, at, value);
            }
        }
    }
    for &(head, name) in HEADS {
        for after in normal.after(head) {
            let start = after.saturating_sub(head.len());
            let form = if head.starts_with('/') { Form::Path } else { Form::Word };
            let whole = normal.text.get(start..).is_some_and(|rest| starts_with(rest, head));
            if let Some((at, value)) = value(&normal.text, start, form).filter(|_| whole)
                && let Some(rest) = value.get(head.len()..)
                // Plain words begin like this too: `env-file`.
                && rest.len() >= 4
                && (head != "env-" || rest.contains(|c: char| c.is_ascii_digit()))
            {
                found.add(name, at, value);
            }
        }
    }
    for host in HOSTS {
        for after in normal.after(host) {
            let before = normal.text.get(..after.saturating_sub(host.len())).unwrap_or("");
            let start = before.rfind(|c: char| !is_word(c) || c == '.' || c == '_').map_or(0, |at| at + 1);
            if let Some(name) = before.get(start..).filter(|name| name.len() >= 3 && name.is_ascii()) {
                found.add(Name::Vault, start, name);
            }
        }
    }
    found.list.sort_by_key(|evidence| (evidence.name, evidence.first));
    found.list
}

/// The pieces that stand nearest to a place: of each name the first behind it, else the last before it.
pub(super) fn near(all: &[Evidence], place: usize) -> Vec<Evidence> {
    let places = |evidence: &Evidence| [evidence.first, evidence.last];
    let behind = |evidence: &Evidence| {
        places(evidence).into_iter().filter_map(|at| at.checked_sub(place)).filter(|far| *far <= NEAR).min()
    };
    let before = |evidence: &Evidence| {
        places(evidence).into_iter().filter_map(|at| place.checked_sub(at)).filter(|far| *far <= NEAR).min()
    };
    let mut chosen: Vec<Evidence> = Vec::new();
    for name in Name::ALL {
        let of_name = || all.iter().filter(|evidence| evidence.name == *name);
        let nearest =
            of_name().filter(|evidence| behind(evidence).is_some()).min_by_key(|evidence| behind(evidence));
        let or_before = || {
            of_name().filter(|evidence| before(evidence).is_some()).min_by_key(|evidence| before(evidence))
        };
        chosen.extend(nearest.or_else(or_before).cloned());
    }
    chosen
}

struct Found {
    list: Vec<Evidence>,
    /// Whether there is a secret in the text; then whatever may be a piece of it is left out.
    secret: bool,
}

impl Found {
    /// Adds a value. Of too many of a name the first and the last stay: an error stands at an end of a log.
    fn add(&mut self, name: Name, at: usize, value: &str) {
        let of_name = |evidence: &&mut Evidence| evidence.name == name;
        if let Some(known) = self.list.iter_mut().filter(of_name).find(|evidence| evidence.value == value) {
            known.first = known.first.min(at);
            known.last = known.last.max(at);
            return;
        }
        if may_be_secret(value, self.secret) || !value.contains(char::is_alphanumeric) {
            return;
        }
        let mut places = self.list.iter().enumerate().filter(|(_, evidence)| evidence.name == name);
        let middle = places.nth(MOST / 2).map(|(place, _)| place);
        if let Some(middle) = middle.filter(|_| places.count() + MOST / 2 + 1 >= MOST) {
            self.list.remove(middle);
        }
        self.list.push(Evidence { name, value: value.to_owned(), first: at, last: at });
    }
}

/// Whether a value looks like a secret, or like a piece of one: long, of capitals, small letters and digits without
/// pause. Names and IDs of the clouds do not.
fn may_be_secret(value: &str, strict: bool) -> bool {
    const LONG: usize = 20;
    let pause =
        |c: char| !(c.is_ascii_alphanumeric() || strict && matches!(c, '~' | '_' | '.' | '-' | '+' | '='));
    looks_secret(value)
        || value.split(pause).any(|run| {
            run.len() >= LONG
                && run.contains(|c: char| c.is_ascii_uppercase())
                && run.contains(|c: char| c.is_ascii_lowercase())
                && run.contains(|c: char| c.is_ascii_digit())
        })
}

/// Key Vault lists several tenants of Microsoft’s own before the one that it found; where it lists one, that is the
/// vault’s.
fn expected_issuers(normal: &Normal, found: &mut Found) {
    for start in normal.after("expectedoneof").take(ERRORS) {
        let rest = normal.text.get(start..).unwrap_or("");
        let end = rest.char_indices().nth(LONGEST * 4).map_or(rest.len(), |(end, _)| end);
        let rest = rest.get(..end).unwrap_or(rest);
        let list = rest.split_once(" found ").map_or(rest, |(list, _)| list);
        let mut at = start;
        for part in list.split_inclusive(',') {
            if let Some((place, value)) = value(&normal.text, at, Form::Issuer) {
                found.add(Name::TenantExpected, place, value);
            }
            at += part.len();
        }
    }
}
