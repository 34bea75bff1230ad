//! Reading the cases. What is not understood fails the test.

#![allow(dead_code, reason = "each test uses a part")]

use std::sync::LazyLock;

use byok_core::facts::{Answer, Entered, Facts, KeyFacts, NetworkFacts, Question, WhyUnknown};
use byok_core::id::{ApplicationId, KeyId, TenantId, VaultId};
use byok_core::plan::{Availability, Plan};
use byok_core::verdict::{Requirement, Wanted};
use serde_json::{Value, json};

/// 2027-01-15T08:00:00Z.
pub const NOW: u64 = 1_800_000_000;
const DAY: u64 = 86_400;

pub const T: &str = "d5a04667-b6f4-4b0c-a628-25f5eae93da6";
const NAMES: &[(&str, &str)] = &[
    (
        "$VAULT2",
        "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/kv-kafka-test",
    ),
    (
        "$VAULT",
        "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/kv-kafka-prod",
    ),
    ("$KEY", "https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster"),
    ("$VERSION2", "11111111111111111111111111111111"),
    ("$VERSION", "78deebed173b48e48f55abf87ed4cf71"),
    ("$T2", "33e01921-4d64-4f8c-a055-5bdaffd5e33d"),
    ("$T3", "996fe9d1-6171-40aa-945b-4c64b63bf655"),
    ("$T", T),
    ("$S2", "82f988bf-86f1-41af-91ab-2d7cd011db47"),
    ("$S", "72f988bf-86f1-41af-91ab-2d7cd011db47"),
    ("$A2", "1b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11"),
    ("$A", "0b54b70e-8a5c-4f7e-9d9c-1f6f6c9a2f11"),
    ("$O2", "1ed41c6b-0e0a-4a7b-8b0e-6f1f4a7ad001"),
    ("$O", "9ed41c6b-0e0a-4a7b-8b0e-6f1f4a7ad001"),
    ("$G", "5ed41c6b-0e0a-4a7b-8b0e-6f1f4a7ad001"),
];

fn name(text: &str) -> String {
    let found = NAMES.iter().find(|(name, _)| name[1..] == *text);
    found.unwrap_or_else(|| panic!("{text} is no name")).1.to_owned()
}

/// Puts IDs, times and moduli in their places.
fn filled(text: &str) -> String {
    let mut text = text.to_owned();
    for (name, value) in NAMES.iter().filter(|(name, _)| !name.starts_with("$N")) {
        text = text.replace(name, value);
    }
    while let Some(at) = text.find("$NOW") {
        let rest = &text[at + 4..];
        let (value, used) = match rest.chars().next() {
            Some(sign @ ('+' | '-')) => {
                let digits: String = rest[1..].chars().take_while(char::is_ascii_digit).collect();
                let unit = rest[1 + digits.len()..].chars().next();
                let count: u64 = digits.parse().unwrap();
                let (span, width) = match unit {
                    Some('d') => (count * DAY, 1),
                    Some('s') => (count, 1),
                    _ => panic!("{rest}: a span has a unit"),
                };
                (if sign == '+' { NOW + span } else { NOW - span }, 5 + digits.len() + width)
            }
            _ => (NOW, 4),
        };
        text.replace_range(at..at + used, &value.to_string());
    }
    for (mark, zeros) in [("$Z", 1), ("$N", 0)] {
        while let Some(at) = text.find(mark) {
            let digits: String = text[at + 2..].chars().take_while(char::is_ascii_digit).collect();
            let bytes: usize = digits.parse::<usize>().unwrap() / 8;
            let mut modulus = vec![0u8; zeros];
            modulus.extend((0..bytes).map(|byte| if byte == 0 { 0xC5 } else { byte as u8 }));
            text.replace_range(at..at + 2 + digits.len(), &base64(&modulus));
        }
    }
    text
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for digit in 0..=chunk.len() {
            text.push(char::from(DIGITS[(word >> (18 - 6 * digit)) as usize & 63]));
        }
    }
    text
}

const FILES: &[(&str, &str)] = &[
    ("entra", include_str!("entra.txt")),
    ("vault", include_str!("vault.txt")),
    ("firewall", include_str!("firewall.txt")),
    ("key", include_str!("key.txt")),
    ("life", include_str!("life.txt")),
    ("access", include_str!("access.txt")),
    ("confluent", include_str!("confluent.txt")),
    ("plan", include_str!("plan.txt")),
    ("quota", include_str!("quota.txt")),
    ("sources", include_str!("sources.txt")),
];

/// Every case of every file.
pub fn cases() -> &'static [Case] {
    static CASES: LazyLock<Vec<Case>> = LazyLock::new(read);
    &CASES
}

fn read() -> Vec<Case> {
    let mut cases = Vec::new();
    for (file, text) in FILES {
        let mut cited = false;
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            if let Some(cite) = line.strip_prefix('@') {
                cited = !cite.trim().is_empty();
                continue;
            }
            assert!(cited, "{file}:{}: no source is cited", number + 1);
            cases.push(Case::parse(&format!("{file}:{}", number + 1), line));
        }
    }
    cases
}

/// A case of a file.
pub struct Case {
    pub place: String,
    pub name: String,
    directives: Vec<String>,
    plan: Option<Plan>,
    region: String,
    pub expected: Vec<(Requirement, String)>,
    /// What must stand in the verdict's sentences or in its evidence.
    pub said: Vec<(Requirement, String)>,
}

impl Case {
    pub fn parse(place: &str, line: &str) -> Self {
        let parts: Vec<&str> = line.split(" | ").map(str::trim).collect();
        let [name, facts, expected] = parts[..] else { panic!("{place}: name | facts | expectations") };
        let mut said = Vec::new();
        let expected = expected.split(" ;; ").map(|text| {
            let (requirement, told) =
                text.trim().split_once(' ').unwrap_or_else(|| panic!("{place}: {text}"));
            let requirement = Requirement::parse(requirement)
                .unwrap_or_else(|| panic!("{place}: {text}: no such requirement"));
            let (told, words) = told.split_once(" \"").unwrap_or((told, ""));
            for words in words.trim_end_matches('"').split("\" \"").filter(|words| !words.is_empty()) {
                said.push((requirement, filled(words)));
            }
            (requirement, told.to_owned())
        });
        let expected = expected.collect();
        let mut case = Case {
            place: place.to_owned(),
            name: name.to_owned(),
            directives: Vec::new(),
            plan: Some(plan()),
            region: String::new(),
            expected,
            said,
        };
        for text in facts.split(" ;; ").map(filled) {
            let (word, rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
            match word {
                "no-plan" => case.plan = None,
                "plan" => {
                    for (name, value) in rest.split(' ').map(|pair| pair.split_once('=').unwrap()) {
                        case.wish(name, value);
                    }
                }
                _ => case.directives.push(text.trim().to_owned()),
            }
        }
        case.region = case.plan.as_ref().map_or(case.region.clone(), |plan| plan.region.clone());
        case
    }

    fn wish(&mut self, name: &str, value: &str) {
        let plan = self.plan.as_mut().unwrap();
        match name {
            "region" => plan.region = value.to_owned(),
            "cku" => plan.cku = value.parse().unwrap(),
            "network" => plan.network = Some(value.to_owned()),
            "environment" => plan.environment = value.to_owned(),
            "name" => plan.display_name = value.to_owned(),
            "availability" => plan.availability = Availability::parse(value).unwrap(),
            other => panic!("{other}"),
        }
    }

    pub fn wanted(&self) -> Wanted<'_> {
        Wanted { region: &self.region, plan: self.plan.as_ref() }
    }

    pub fn facts(&self) -> Facts {
        self.facts_of(|_| true)
    }

    /// The facts, but only what answers to some questions tell.
    pub fn facts_of(&self, wanted: impl Fn(Question) -> bool) -> Facts {
        let mut facts = Facts {
            entered: Entered {
                vault: VaultId::parse(&name("VAULT")),
                key: KeyId::parse(&name("KEY")),
                tenant: TenantId::parse(T),
                application: ApplicationId::parse(&name("A")),
            },
            ..Facts::default()
        };
        for directive in &self.directives {
            let (word, rest) = directive.split_once(' ').unwrap_or((directive, ""));
            apply(&mut facts, word, rest, &wanted, &self.place);
        }
        let quotas: Vec<Value> =
            self.directives.iter().filter_map(|text| quota(text.strip_prefix("quota ")?)).collect();
        if !quotas.is_empty() && wanted(Question::Quotas) {
            facts.learn(Question::Quotas, Ok(ok(json!({"data": quotas}))));
        }
        facts
    }
}

fn plan() -> Plan {
    Plan {
        environment: "env-1".to_owned(),
        display_name: "billing".to_owned(),
        region: "westeurope".to_owned(),
        availability: Availability::SingleZone,
        cku: 1,
        network: None,
        max_cku: 4,
    }
}

fn ok(body: Value) -> Answer<Value> {
    Answer { status: 200, challenge: None, vault_region: None, body: Some(body) }
}

fn apply(facts: &mut Facts, word: &str, rest: &str, wanted: &impl Fn(Question) -> bool, place: &str) {
    let patched = |good: Value| {
        let mut body = good;
        if !rest.is_empty() {
            merge(
                &mut body,
                &serde_json::from_str(rest).unwrap_or_else(|wrong| panic!("{place}: {wrong}: {rest}")),
            );
        }
        Ok(ok(body))
    };
    let (question, answer) = match word {
        "not-registered" => return facts.entered.application = None,
        "key-id" => return facts.entered.key = KeyId::parse(rest),
        "nothing" | "quota" => return,
        "registered" => return facts.key = Ok(registered(rest)),
        "registered-failed" => return facts.key = Err(WhyUnknown::Failed(rest.to_owned())),
        "net" => return facts.network = Ok(network(rest)),
        "doctor" => {
            let document: Value =
                serde_json::from_str(rest).unwrap_or_else(|wrong| panic!("{place}: {wrong}: {rest}"));
            // Its sections answer what the clouds would; a test of single questions has no use for it.
            assert!(facts.learn_doctor(&document), "{place}");
            return;
        }
        "vault+" => (Question::Vault, patched(good_vault())),
        "key+" => (Question::Key, patched(good_key())),
        "arm-key+" => (Question::ArmKey, patched(good_arm_key())),
        "rotation+" => (Question::RotationPolicy, patched(good_rotation())),
        "principal+" => (
            Question::Principal,
            patched(json!({"id": name("O"), "appId": name("A"), "accountEnabled": true})),
        ),
        "roles" => (
            Question::Assignments,
            Ok(ok(
                json!({"value": rest.split(' ').filter(|text| !text.is_empty()).map(assignment).collect::<Vec<_>>()}),
            )),
        ),
        question => {
            let known = Question::ALL.into_iter().find(|known| format!("{known:?}") == question);
            (known.unwrap_or_else(|| panic!("{place}: {question} is no fact")), raw(rest, place))
        }
    };
    if wanted(question) {
        facts.learn(question, answer);
    }
}

/// `404 challenge=`…` region=`…` {…}`, `no-credentials`, `denied …`, `failed …`.
fn raw(text: &str, place: &str) -> Result<Answer<Value>, WhyUnknown> {
    let (first, mut rest) = text.split_once(' ').unwrap_or((text, ""));
    match first {
        "no-credentials" => return Err(WhyUnknown::NoCredentials),
        "not-asked" => return Err(WhyUnknown::NotAsked),
        "denied" => return Err(WhyUnknown::Denied(rest.to_owned())),
        "failed" => return Err(WhyUnknown::Failed(rest.to_owned())),
        _ => {}
    }
    let status = first.parse().unwrap_or_else(|_| panic!("{place}: {text}"));
    let mut header = |name: &str| {
        let (value, after) = rest.trim_start().strip_prefix(name)?.split_once('`')?;
        rest = after;
        Some(value.to_owned())
    };
    let (challenge, vault_region) = (header("challenge=`"), header("region=`"));
    let body = rest.trim();
    let body = match body {
        "" => None,
        text => Some(serde_json::from_str(text).unwrap_or_else(|wrong| panic!("{place}: {wrong}: {text}"))),
    };
    Ok(Answer { status, challenge, vault_region, body })
}

/// JSON merge patch (RFC 7396).
fn merge(body: &mut Value, patch: &Value) {
    let Value::Object(fields) = patch else {
        *body = patch.clone();
        return;
    };
    if !body.is_object() {
        *body = json!({});
    }
    for (name, value) in fields {
        if value.is_null() {
            body.as_object_mut().unwrap().remove(name);
        } else {
            merge(&mut body[name], value);
        }
    }
}

fn good_vault() -> Value {
    json!({
        "id": name("VAULT"), "name": "kv-kafka-prod", "type": "Microsoft.KeyVault/vaults", "location": "westeurope",
        "properties": {
            "sku": {"family": "A", "name": "standard"}, "tenantId": T, "accessPolicies": [],
            "enableRbacAuthorization": true, "enablePurgeProtection": true, "enableSoftDelete": true,
            "softDeleteRetentionInDays": 90, "vaultUri": "https://kv-kafka-prod.vault.azure.net/",
            "networkAcls": {"bypass": "AzureServices", "defaultAction": "Allow", "ipRules": [], "virtualNetworkRules": []},
            "provisioningState": "Succeeded", "publicNetworkAccess": "Enabled",
        },
    })
}

fn good_key() -> Value {
    json!({
        "key": {
            "kid": format!("{}/{}", name("KEY"), name("VERSION")), "kty": "RSA", "n": filled("$N3072"), "e": "AQAB",
            "key_ops": ["wrapKey", "unwrapKey"],
        },
        "attributes": {"enabled": true, "created": NOW - 9 * DAY, "updated": NOW - 9 * DAY, "recoveryLevel": "Recoverable"},
    })
}

fn good_arm_key() -> Value {
    json!({
        "id": format!("{}/keys/kafka-cluster", name("VAULT")), "name": "kafka-cluster", "location": "westeurope",
        "properties": {
            "attributes": {"enabled": true, "created": NOW - 9 * DAY, "updated": NOW - 9 * DAY, "recoveryLevel": "Recoverable"},
            "kty": "RSA", "keyOps": ["wrapKey", "unwrapKey"], "keySize": 3072,
            "keyUri": "https://kv-kafka-prod.vault.azure.net:443/keys/kafka-cluster",
            "keyUriWithVersion": format!("https://kv-kafka-prod.vault.azure.net:443/keys/kafka-cluster/{}", name("VERSION")),
        },
    })
}

fn good_rotation() -> Value {
    json!({
        "id": format!("{}/rotationpolicy", name("KEY")),
        "lifetimeActions": [{"trigger": {"timeAfterCreate": "P90D"}, "action": {"type": "rotate"}}],
        "attributes": {"expiryTime": "P2Y"},
    })
}

/// `role@scope:principal`, `%` for a group, `?` for a condition.
fn assignment(text: &str) -> Value {
    let (role, rest) = text.split_once('@').unwrap();
    let (scope, principal) = rest.rsplit_once(':').unwrap();
    let group = principal.contains('%');
    let condition =
        principal.contains('?').then_some("@Resource[Microsoft.KeyVault/vaults:name] StringEquals 'x'");
    let role = match role {
        "enc" => "e147488a-f6f5-4113-8e2d-b22465e65bf6",
        "reader" => "21090545-7ca7-4776-b22c-e363652d74d2",
        "crypto-user" => "12338af0-0e69-4776-bea7-57ae8d297424",
        "officer" => "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
        "admin" => "00482a5a-887f-4fb3-b363-3b7fe8e74483",
        "owner" => "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
        other => panic!("{other}"),
    };
    let vault = name("VAULT");
    let scope = match scope {
        "vault" => vault,
        "VAULT" => vault.to_uppercase(),
        "key" => format!("{vault}/keys/kafka-cluster"),
        "other" => name("VAULT2"),
        "group" => vault.split("/providers").next().unwrap().to_lowercase(),
        "subscription" => format!("/subscriptions/{}", name("S")),
        "other-group" => format!("/subscriptions/{}/resourceGroups/rg-kafka", name("S2")),
        "other-subscription" => format!("/subscriptions/{}", name("S2")),
        "management-group" => "/providers/Microsoft.Management/managementGroups/contoso".to_owned(),
        "root" => "/".to_owned(),
        other => panic!("{other}"),
    };
    let principal = name(principal.trim_end_matches(['%', '?']));
    let kind = if group { "Group" } else { "ServicePrincipal" };
    json!({"name": "x", "properties": {
        "roleDefinitionId": format!("/subscriptions/{}/providers/Microsoft.Authorization/roleDefinitions/{role}", name("S")),
        "principalId": principal, "principalType": kind, "scope": scope, "condition": condition,
    }})
}

/// `name=value`; a message goes to the end.
fn registered(text: &str) -> KeyFacts {
    let (text, message) = match text.split_once("message=") {
        Some((text, message)) => (text, Some(message.to_owned())),
        None => (text, None),
    };
    let mut key = KeyFacts {
        vault: VaultId::parse(&name("VAULT")),
        key: KeyId::parse(&name("KEY")),
        tenant: TenantId::parse(T),
        state: "AVAILABLE".to_owned(),
        message,
        ..KeyFacts::default()
    };
    for (name, value) in text.split_whitespace().map(|pair| pair.split_once('=').unwrap()) {
        match name {
            "phase" => key.phase = value.to_owned(),
            "state" => key.state = value.to_owned(),
            "region" => key.region = Some(value.to_owned()),
            "tenant" => key.tenant = TenantId::parse(value),
            "age" => key.registered_at = Some(NOW - value.parse::<u64>().unwrap()),
            "granted" => key.granted_at = Some(NOW - value.parse::<u64>().unwrap()),
            other => panic!("{other}"),
        }
    }
    key
}

/// `phase region kind,kind`.
fn network(text: &str) -> NetworkFacts {
    let parts: Vec<&str> = text.split(' ').collect();
    NetworkFacts {
        phase: parts[0].to_owned(),
        region: parts[1].to_owned(),
        connection_types: parts[2].split(',').filter(|kind| !kind.is_empty()).map(str::to_owned).collect(),
    }
}

/// `code used limit [environment]`; `-` where nobody counts.
fn quota(text: &str) -> Option<Value> {
    let parts: Vec<&str> = text.split(' ').collect();
    let mut quota = json!({
        "id": parts[0], "scope": "ORGANIZATION", "display_name": parts[0], "applied_limit": parts[2].parse::<u64>().unwrap(),
    });
    if parts[1] != "-" {
        quota["usage"] = parts[1].parse::<u64>().unwrap().into();
    }
    if let Some(environment) = parts.get(3) {
        quota["environment"] = json!({"id": environment});
    }
    Some(quota)
}
