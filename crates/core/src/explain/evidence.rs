//! What a text itself says: who, what, where. Found by the words before it, and cut out of the text as it stands.

use super::normal::{Normal, is_quote};
use crate::id::Guid;
use crate::text::looks_secret;

/// The longest value in bytes. What is longer is no name and no ID.
const LONGEST: usize = 300;

/// The most values of one name.
const MOST: usize = 8;

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

/// The form of a value.
#[derive(Clone, Copy)]
enum Form {
    /// A GUID in the D form.
    Guid,
    /// A GUID at the end of an address of Microsoft Entra.
    Issuer,
    /// A resource ID.
    Path,
    /// Letters, digits and `-_.`, at least two.
    Word,
    /// As `Word`, but no part of an action (`vaults/keys/read`) and no key of Confluent (`byok/v1/keys/…`).
    KeyName,
    /// As `Word`, with at least one digit and at least six characters.
    Id,
    /// Letters, digits, `-_.` and, in quotes, spaces and brackets.
    Quoted,
    /// Action of Azure: `Microsoft.…`.
    Action,
    /// A number.
    Number,
    /// An IP address.
    Address,
    /// A JSON pointer.
    Pointer,
}

/// The words before a value, without spaces and quotes and in lower case; what the value is; its form.
const MARKS: &[(&str, Name, Form)] = &[
    ("theclient", Name::Principal, Form::Quoted),
    ("useraccount", Name::Principal, Form::Quoted),
    ("caller:name=", Name::Principal, Form::Path),
    ("serviceprincipalfoundwithdisplayname", Name::Principal, Form::Quoted),
    ("withobjectid", Name::ObjectId, Form::Guid),
    ("oid=", Name::ObjectId, Form::Guid),
    ("principal", Name::ObjectId, Form::Id),
    ("--assignee-object-id", Name::ObjectId, Form::Guid),
    ("graphdatabasefor", Name::ObjectId, Form::Guid),
    ("appid=", Name::ApplicationId, Form::Guid),
    ("applicationwithidentifier", Name::ApplicationId, Form::Guid),
    ("application", Name::ApplicationId, Form::Guid),
    ("addedtoapp", Name::ApplicationId, Form::Guid),
    ("secretkeysforapp", Name::ApplicationId, Form::Guid),
    ("theappid", Name::ApplicationId, Form::Guid),
    ("spcreate--id", Name::ApplicationId, Form::Guid),
    ("application_id:", Name::ApplicationId, Form::Guid),
    ("application_id=", Name::ApplicationId, Form::Guid),
    ("--role", Name::Role, Form::Quoted),
    ("roledefinitionname:", Name::Role, Form::Quoted),
    ("performaction", Name::Action, Form::Action),
    ("action:", Name::Action, Form::Action),
    ("overscope", Name::Scope, Form::Path),
    ("resource:", Name::Scope, Form::Path),
    ("--scope", Name::Scope, Form::Path),
    ("scope:", Name::Scope, Form::Path),
    ("vault:", Name::Vault, Form::Word),
    ("onkeyvault", Name::Vault, Form::Word),
    ("thevault", Name::Vault, Form::Quoted),
    ("vaultname", Name::Vault, Form::Quoted),
    ("--vault-name", Name::Vault, Form::Word),
    ("providers/microsoft.keyvault/vaults/", Name::Vault, Form::Word),
    ("resourcemicrosoft.keyvault/vaults/", Name::Vault, Form::Word),
    ("location=", Name::Region, Form::Word),
    ("x-ms-keyvault-region:", Name::Region, Form::Word),
    ("region:", Name::Region, Form::Quoted),
    ("(name/id)", Name::Key, Form::Word),
    ("deletedkeynotfound:", Name::Key, Form::Word),
    ("/keys/", Name::Key, Form::KeyName),
    ("mustmatchthetenant", Name::TenantExpected, Form::Issuer),
    ("bearerauthorization=", Name::TenantExpected, Form::Issuer),
    ("authorization_uri=", Name::TenantExpected, Form::Issuer),
    (",found", Name::TenantFound, Form::Issuer),
    ("fromthewrongissuer", Name::TenantFound, Form::Issuer),
    ("iss=", Name::TenantFound, Form::Issuer),
    ("inthedirectory", Name::Tenant, Form::Guid),
    ("directory", Name::Tenant, Form::Guid),
    ("tenant", Name::Tenant, Form::Guid),
    ("tenant_id:", Name::Tenant, Form::Guid),
    ("/subscriptions/", Name::Subscription, Form::Guid),
    ("thesubscription", Name::Subscription, Form::Guid),
    ("--subscription", Name::Subscription, Form::Guid),
    ("/resourcegroups/", Name::ResourceGroup, Form::Word),
    ("resourcegroup", Name::ResourceGroup, Form::Quoted),
    ("clientaddress:", Name::Address, Form::Address),
    ("policyassignment:{name:", Name::Policy, Form::Quoted),
    ("policydefinition:{name:", Name::Policy, Form::Quoted),
    ("disallowedbypolicy:", Name::Policy, Form::Quoted),
    ("thenetwork", Name::Network, Form::Id),
    ("pointer:", Name::Pointer, Form::Pointer),
    ("exceedthequota:", Name::Quota, Form::Word),
    ("innererror:{code:", Name::ErrorCode, Form::Word),
    ("innererror={code:", Name::ErrorCode, Form::Word),
    ("code:", Name::ErrorCode, Form::Word),
    ("code=", Name::ErrorCode, Form::Word),
    ("requestid:", Name::RequestId, Form::Id),
    ("request-id:", Name::RequestId, Form::Id),
    ("request_id:", Name::RequestId, Form::Id),
    ("errors:[{id:", Name::RequestId, Form::Id),
    ("correlationid:", Name::CorrelationId, Form::Id),
    ("correlation-request-id:", Name::CorrelationId, Form::Id),
    ("correlation_id:", Name::CorrelationId, Form::Id),
    ("traceid:", Name::TraceId, Form::Id),
    ("trace_id:", Name::TraceId, Form::Id),
    ("retry-after:", Name::RetryAfter, Form::Number),
];

/// Words that a value begins with; the value is the word and the letters and digits behind it.
const HEADS: &[(&str, Name)] = &[
    ("aadsts", Name::ErrorCode),
    ("akv1", Name::ErrorCode),
    ("env-", Name::Environment),
    ("lkc-", Name::Cluster),
    ("cck-", Name::RegisteredKey),
    ("/subscriptions/", Name::Scope),
];

/// Hosts whose first part is the name of a vault.
const HOSTS: &[&str] = &[".vault.azure.net", ".vault.azure.cn", ".vault.usgovcloudapi.net"];

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
    for start in normal.after("expectedoneof") {
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

/// The value that stands at a place, and where exactly; `None` where there is none of this form.
fn value(text: &str, at: usize, form: Form) -> Option<(usize, &str)> {
    let rest = text.get(at..)?;
    let trimmed = rest.trim_start_matches(|c: char| c == ' ' || c == '\\' || is_quote(c));
    let quoted = rest.len() > trimmed.len() && rest.get(..rest.len() - trimmed.len())?.contains(is_quote);
    let start = at + rest.len() - trimmed.len();
    let run = |stays: fn(char) -> bool| {
        let end = trimmed.char_indices().take_while(|&(at, c)| at <= LONGEST && stays(c));
        let end = end.last().map_or(0, |(at, c)| at + c.len_utf8());
        trimmed.get(..end).filter(|run| !run.is_empty() && run.len() <= LONGEST)
    };
    let value = match form {
        Form::Guid => trimmed.get(..36).filter(|guid| Guid::parse(guid).is_some())?,
        Form::Issuer => {
            let address = run(|c| !c.is_whitespace() && !is_quote(c))?;
            let (place, guid) = address
                .split('/')
                .map(|part| (part.as_ptr() as usize - address.as_ptr() as usize, part))
                .find(|(_, part)| part.get(..36).is_some_and(|guid| Guid::parse(guid).is_some()))?;
            return Some((start + place, guid.get(..36)?));
        }
        Form::Path => {
            let path =
                run(|c| !c.is_whitespace() && !is_quote(c) && !matches!(c, ',' | ';' | '<' | '>' | '|'))?;
            path.trim_end_matches(['.', ')', ']', '}', ':', '?'])
        }
        Form::Word => run(is_word)?.trim_end_matches('.'),
        Form::KeyName => {
            let before = text.get(..at)?.strip_suffix("/keys/")?;
            if before.ends_with("vaults") || before.ends_with("v1") {
                return None;
            }
            run(is_word)?.trim_end_matches('.')
        }
        Form::Id => {
            let id = run(is_word)?.trim_end_matches('.');
            (id.len() >= 6 && id.contains(|c: char| c.is_ascii_digit())).then_some(id)?
        }
        Form::Quoted if quoted => {
            let name = run(|c| !is_quote(c) && c != '\\' && c != '{')?;
            let closed = trimmed.get(name.len()..)?.starts_with(|c: char| is_quote(c) || c == '\\');
            closed.then_some(name.trim())?
        }
        Form::Quoted => return None,
        Form::Action => run(is_action).filter(|action| starts_with(action, "microsoft."))?,
        Form::Number => run(|c| c.is_ascii_digit())?,
        Form::Address => run(|c| c.is_ascii_hexdigit() || c == '.' || c == ':')
            .filter(|address| address.contains(['.', ':']))?,
        Form::Pointer => run(|c| is_word(c) || c == '/').filter(|pointer| pointer.starts_with('/'))?,
    };
    (value.len() >= 2 || matches!(form, Form::Number)).then_some((start, value))
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.')
}

fn is_action(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '.' | '/' | '*' | '-')
}

fn starts_with(text: &str, head: &str) -> bool {
    text.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head))
}
