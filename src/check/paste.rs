//! One paste: the IDs in it, the characters that are not what they seem, and what an error in it means.

use byok_core::{
    advice::{CauseAnswer, ExplainAnswer, FoundAnswer, MarkAnswer, RecogniseAnswer, TextQuestion},
    wire::FindingView,
};

use crate::{
    advice,
    app::{Page, shared},
    parts::{
        code::plain,
        el::{El, button, code, el, note, p, strong},
        notice::failure,
    },
    state::answered,
    wizard::Step,
};

/// What a paste holds and means.
pub fn paste(text: String) -> El {
    let question = TextQuestion { text };
    let recognised = answered(advice::ask::<_, RecogniseAnswer>("recognise", &question));
    let explained = answered(advice::ask::<_, ExplainAnswer>("explain", &question));
    el("div").dynamic(move || {
        Some(match (recognised.get(), explained.get()) {
            (Some(Ok(found)), Some(Ok(means))) => results(&found, &means),
            (Some(Err(problem)), _) | (_, Some(Err(problem))) => failure(problem),
            _ => p("Reading …").attr("role", "status"),
        })
    })
}

fn results(found: &RecogniseAnswer, means: &ExplainAnswer) -> El {
    if found.status == "secret" {
        let said = found.findings.iter().map(told);
        return el("div").class("notice bad").attr("role", "alert").all(said);
    }
    let causes = means.status == "explained";
    let nothing = !causes && found.found.is_empty();
    let page = el("div")
        .maybe(causes.then(|| explanation(means)))
        .maybe((!found.found.is_empty()).then(|| ids(found)))
        .maybe((!found.marks.is_empty()).then(|| marks(&found.marks)));
    if nothing {
        page.all(found.findings.iter().map(told)).maybe(means.help.as_ref().map(|help| note("hint", help)))
    } else {
        page
    }
}

fn told(finding: &FindingView) -> El {
    p(format!("{} {}", finding.message, finding.fix))
}

fn ids(found: &RecogniseAnswer) -> El {
    let chosen = [&found.key_vault_id, &found.key_id, &found.tenant_id].map(Clone::clone);
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
        .all(found.findings.iter().map(|finding| told(finding).class("notice")))
        .child(el("ul").class("cards").all(found.found.iter().map(id)))
        .maybe((fillable > 0).then(|| {
            el("p").child(button(
                "",
                if fillable == 1 { "Use it in the wizard" } else { "Use them in the wizard" },
                use_them,
            ))
        }))
}

fn id(found: &FoundAnswer) -> El {
    let state = if found.usable { "" } else { "not usable: " };
    el("li")
        .child(
            el("h3")
                .text(kind(&found.kind))
                .child(el("span").class("hint").text(format!(" {}", found.origin))),
        )
        .child(el("p").text(state).child(code(&found.value)))
        .all(found.findings.iter().map(|finding| {
            let line = if finding.fix.starts_with("Nothing to do") {
                finding.message.clone()
            } else {
                format!("{} {}", finding.message, finding.fix)
            };
            note("hint", line)
        }))
}

fn kind(kind: &str) -> &'static str {
    match kind {
        "key-vault-id" => "Key Vault Resource ID",
        "key-id" => "Key identifier",
        "tenant-id" => "Tenant ID",
        "subscription-id" => "Subscription ID",
        "application-id" => "Application ID",
        "object-id" => "Object ID",
        "guid" => "A GUID that could be several things",
        "vault-uri" => "Address of a vault",
        "vault-name" => "Name of a vault",
        "key-name" => "Name of a key",
        "region" => "Region",
        "managed-hsm" => "Managed HSM",
        _ => "Something else",
    }
}

fn marks(marks: &[MarkAnswer]) -> El {
    let heads =
        ["Place", "Pasted", "What it is", "Expected"].map(|text| el("th").attr("scope", "col").text(text));
    let rows = marks.iter().map(|mark| {
        let becomes = mark
            .becomes
            .clone()
            .map_or_else(|| el("td").text("nothing"), |plain| el("td").child(code(plain)));
        el("tr")
            .child(el("td").text((mark.at + 1).to_string()))
            .child(el("td").child(code(&mark.pasted)))
            .child(el("td").text(format!("{} ({})", mark.name, mark.code)))
            .child(becomes)
    });
    el("section").child(el("h2").text("Characters that are not what they seem")).child(
        scroll("Characters that are not what they seem")
            .child(el("table").child(el("thead").child(el("tr").all(heads))).child(el("tbody").all(rows))),
    )
}

/// A table that a keyboard can scroll.
pub fn scroll(label: &'static str) -> El {
    el("div").class("wide").attr("tabindex", "0").attr("role", "region").attr("aria-label", label)
}

fn explanation(means: &ExplainAnswer) -> El {
    el("section")
        .child(el("h2").text("What the error means"))
        .maybe(means.note.as_ref().map(|text| note("hint", text)))
        .child(el("ol").class("cards").all(means.causes.iter().map(cause)))
}

fn cause(cause: &CauseAnswer) -> El {
    let certainty = match cause.certainty.as_str() {
        "certain" => "The text says so",
        "likely" => "Likely",
        _ => "Possible",
    };
    let evidence = cause
        .evidence
        .iter()
        .map(|evidence| answer_of(evidence.name.replace('_', " "), code(&evidence.value)));
    el("li")
        .child(
            el("p")
                .child(strong(&cause.message))
                .child(el("span").class("hint").text(format!(" {certainty}."))),
        )
        .child(p(&cause.fix))
        .maybe(cause.command.as_ref().map(|command| {
            el("div")
                .child(note("hint", "This command decides it, and changes nothing:"))
                .child(plain("Command that decides it", command))
        }))
        .maybe((!cause.evidence.is_empty()).then(|| {
            el("details")
                .child(el("summary").text("What the text says"))
                .child(el("dl").class("answers").all(evidence))
        }))
}

fn answer_of(name: String, value: El) -> El {
    el("div").child(el("dt").text(name)).child(el("dd").child(value))
}
