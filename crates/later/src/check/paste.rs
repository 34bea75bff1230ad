//! One paste: the IDs in it, the characters that are not what they seem, and what an error in it means.

use byok_browser::Value;
use byok_core::{
    advice,
    explain::{self, Certainty, Explanation, explain},
    finding::{Finding, Severity},
    recognise::{Found, Kind, Recognised, Status, recognise},
    text::{Mark, marks},
};
use byok_wizard::{
    app::{Page, shared},
    parts::{
        code::plain,
        el::{El, button, code, el, note, p, strong},
    },
    state::State,
    wizard::Step,
};
use js_sys::JSON;

use crate::{judging::now, verdicts::verdicts};

/// The most characters that are shown one by one.
const MOST_MARKS: usize = 200;

/// What a paste holds and means.
pub fn paste(text: &str) -> El {
    let found = recognise(text);
    if found.status() == Status::Secret {
        return el("div").class("notice bad").attr("role", "alert").all(found.findings.iter().map(told));
    }
    if let Some(looked) = doctor(text) {
        return looked;
    }
    let means = explain(text);
    let marks = marks(text);
    let explained = !means.causes.is_empty();
    let page = el("div")
        .maybe(explained.then(|| explanation(&means)))
        .maybe((!found.found.is_empty()).then(|| ids(&found)))
        .maybe((!marks.is_empty()).then(|| characters(&marks)));
    if explained || !found.found.is_empty() {
        return page;
    }
    page.all(found.findings.iter().map(told)).maybe(means.help().map(|help| note("hint", help)))
}

/// What the doctor's output shows of the vault, the key and the roles, for the region chosen in the wizard, if any.
fn doctor(text: &str) -> Option<El> {
    let document = JSON::parse(text).ok().map(Value)?;
    let shared = shared();
    let region = shared.draft.with_untracked(|draft| draft.region.trim().to_owned());
    let found = advice::of_doctor(&document, &region, now())?;
    let all = State::new(found);
    Some(
        el("section")
            .child(el("h2").text("What is there, and whether it will do"))
            .child(note(
                "hint",
                "This is the output of the commands that tell what there is. It is judged on this page.",
            ))
            .child(verdicts(shared, all)),
    )
}

/// A finding in its own words; what there is nothing to do about says only what happened.
pub fn told(finding: &Finding) -> El {
    match finding.severity() {
        Severity::Info => p(finding.message()),
        _ => p(format!("{} {}", finding.message(), finding.fix())),
    }
}

fn ids(found: &Recognised) -> El {
    let chosen = [
        found.key_vault_id.as_ref().map(|chosen| chosen.value.to_string()),
        found.key_id.as_ref().map(|chosen| chosen.value.to_string()),
        found.tenant_id.as_ref().map(|chosen| chosen.value.to_string()),
    ];
    let fillable = chosen.iter().flatten().count();
    let shared = shared();
    let use_them = move || {
        let [vault, key, tenant] = chosen.clone();
        shared.draft.update(|draft| {
            draft.mode = "self-managed".to_owned();
            draft.source = "new".to_owned();
            for (place, value) in
                [(&mut draft.key_vault_id, vault), (&mut draft.key_id, key), (&mut draft.tenant_id, tenant)]
            {
                if let Some(value) = value {
                    *place = value;
                }
            }
        });
        shared.go(Page::New(Step::Security));
    };
    el("section")
        .child(el("h2").text(if found.found.len() == 1 { "The ID in it" } else { "The IDs in it" }))
        // That an ID is missing is no news on this page.
        .all(
            found
                .findings
                .iter()
                .filter(|finding| finding.severity() != Severity::Info)
                .map(|finding| told(finding).class("notice")),
        )
        .child(el("ul").class("cards").all(found.found.iter().map(id)))
        .maybe((fillable > 0).then(|| {
            let text = if fillable == 1 { "Use it in the wizard" } else { "Use them in the wizard" };
            el("p").child(button("", text, use_them))
        }))
}

fn id(found: &Found) -> El {
    let origin = format!(" {}", found.origin);
    el("li")
        .child(el("h3").text(kind(found.kind)).child(el("span").class("hint").text(origin)))
        .child(el("p").text(if found.usable() { "" } else { "Not usable: " }).child(code(&found.value)))
        .all(found.findings.iter().map(|finding| told(finding).class("hint")))
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::KeyVaultId => "Key Vault Resource ID",
        Kind::KeyId => "Key identifier",
        Kind::TenantId => "Tenant ID",
        Kind::SubscriptionId => "Subscription ID",
        Kind::ApplicationId => "Application ID",
        Kind::ObjectId => "Object ID",
        Kind::Guid => "A GUID that could be several things",
        Kind::VaultUri => "Address of a vault",
        Kind::VaultName => "Name of a vault",
        Kind::KeyName => "Name of a key",
        Kind::Region => "Region",
        Kind::ManagedHsm => "Managed HSM",
    }
}

/// Pasted against expected, character by character.
fn characters(marks: &[Mark]) -> El {
    let rows = marks.iter().take(MOST_MARKS).map(|mark| {
        let expected = match mark.becomes {
            Some(plain) => el("td").child(code(plain.to_string())),
            None => el("td").text("nothing"),
        };
        el("tr")
            .child(el("td").text((mark.at + 1).to_string()))
            .child(el("td").child(code(mark.pasted.to_string())))
            .child(el("td").text(format!("{} ({})", mark.name, mark.code)))
            .child(expected)
    });
    let label = "Characters that are not what they seem";
    el("section").child(el("h2").text(label)).child(table(
        label,
        &["Place", "Pasted", "What it is", "Expected"],
        rows,
    ))
}

/// A table that a keyboard can scroll.
pub fn table(label: &'static str, heads: &[&'static str], rows: impl IntoIterator<Item = El>) -> El {
    let heads = heads.iter().map(|text| el("th").attr("scope", "col").text(text));
    el("div")
        .class("wide")
        .attr("tabindex", "0")
        .attr("role", "region")
        .attr("aria-label", label)
        .child(el("table").child(el("thead").child(el("tr").all(heads))).child(el("tbody").all(rows)))
}

fn explanation(means: &Explanation) -> El {
    el("section")
        .child(el("h2").text("What the error means"))
        .maybe(means.note().map(|text| note("hint", text)))
        .child(
            el("ol").class("cards").all(means.causes.iter().zip(1..).map(|(found, rank)| cause(found, rank))),
        )
}

fn cause(cause: &explain::Found, rank: usize) -> El {
    let certainty = match cause.certainty {
        Certainty::Certain => " The text says so.",
        Certainty::Likely => " Likely.",
        Certainty::Possible => " Possible.",
    };
    let evidence = cause.evidence.iter().map(|evidence| {
        el("div")
            .child(el("dt").text(evidence.name.as_str().replace('_', " ")))
            .child(el("dd").child(code(&evidence.value)))
    });
    el("li")
        .child(el("p").child(strong(cause.message())).child(el("span").class("hint").text(certainty)))
        .child(p(cause.fix()))
        .maybe(cause.command().map(|command| {
            el("div")
                .child(note("hint", "This command decides it, and changes nothing:"))
                .child(plain(&format!("Command that decides cause {rank}"), &command))
        }))
        .maybe((!cause.evidence.is_empty()).then(|| {
            el("details")
                .child(el("summary").text("What the text says"))
                .child(el("dl").class("answers").all(evidence))
        }))
}
