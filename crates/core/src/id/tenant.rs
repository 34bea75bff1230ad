//! The tenant ID: a GUID. Domains and the words `common`, `organizations`, `consumers`, which Microsoft's own
//! libraries take as well, are named and not taken: Confluent wants the GUID.

use super::Checked;
use super::guid::{Guid, TenantId, strip_prefix_ignore_case};
use super::prepare::{self, Prepared, Wanted};
use super::{key, vault};
use crate::finding::{Code, Field, Finding};

pub(super) const JSON_NAMES: &[&str] = &["tenant_id", "tenantId", "tenant", "homeTenantId"];

pub(super) fn fits_json(value: &str) -> bool {
    Guid::parse_any_form(value.trim()).is_some()
}

const WANTED: Wanted = Wanted { field: Field::TenantId, names: JSON_NAMES, fits: fits_json };
const WORDS: [&str; 3] = ["common", "organizations", "consumers"];

/// Whether a text is meant as a tenant: a GUID or an attempt at one, a domain, or a word that stands for any tenant.
pub(crate) fn is_tenant_like(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let guid_letters = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'{' | b'}' | b'(' | b')' | b' '));
    prepare::guid_in_any_form(text).is_some()
        || (guid_letters && text.contains('-') && digits >= 24)
        || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
        || is_domain(text)
}

/// The ID if nothing is to be repaired and nothing to be told.
pub(super) fn as_it_stands(input: &str) -> Option<TenantId> {
    Guid::parse(input).filter(|guid| !guid.is_zero()).map(TenantId::from)
}

/// Checks a pasted text as a tenant ID.
pub fn tenant_id(input: &str) -> Checked<TenantId> {
    if let Some(tenant) = as_it_stands(input) {
        return Checked::ok(tenant);
    }
    match prepare::prepare(input, &WANTED) {
        Ok(prepared) => check(prepared),
        Err(findings) => Checked::rejected(findings),
    }
}

fn about(code: Code) -> Finding {
    Finding::about(Field::TenantId, code)
}

fn check(prepared: Prepared<'_>) -> Checked<TenantId> {
    let Prepared { text, mut findings } = prepared;
    let text = text.as_ref();
    if let Some(guid) = prepare::guid_in_any_form(text) {
        if guid.is_zero() {
            findings.push(about(Code::TenantIdPlaceholder).with("text", text));
            return Checked::rejected(findings);
        }
        if Guid::parse(text).is_none() {
            findings.push(about(Code::TenantIdForm));
        }
        return Checked { value: Some(guid.into()), findings };
    }
    findings.push(wrong(text));
    Checked::rejected(findings)
}

fn wrong(text: &str) -> Finding {
    if let Some(part) = prepare::placeholder(text) {
        return about(Code::TenantIdPlaceholder).with("text", part);
    }
    if WORDS.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return about(Code::TenantIdWord).with("text", text);
    }
    if strip_prefix_ignore_case(text, "/subscriptions").is_some()
        || strip_prefix_ignore_case(text, "subscriptions/").is_some()
    {
        return about(Code::TenantIdIsVaultId);
    }
    if key::is_address(text) && !vault::is_arm(text) {
        return about(Code::TenantIdIsKeyId);
    }
    if is_domain(text) {
        return about(Code::TenantIdDomain).with("text", text);
    }
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    prepare::bad_name(Field::TenantId, Code::TenantIdShape, text).with("digits", &digits.to_string())
}

/// Labels of letters, digits and hyphens, the last of letters only.
fn is_domain(text: &str) -> bool {
    let mut last = "";
    let labels = text.split('.').all(|label| {
        last = label;
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    labels
        && (2..text.len()).contains(&last.len())
        && last.bytes().all(|byte| byte.is_ascii_alphabetic())
        && text.len() <= 253
}
