//! The three IDs out of one paste: JSON View, output of the Azure CLI, a portal address, several lines.

use byok_core::{
    finding::Field,
    recognise::{Chosen, Recognised, recognise},
};
use byok_wizard::{
    app::{Shared, shared},
    parts::el::{El, button, code, el, note, typed},
    state::State,
    wizard::flow,
};

use crate::check::told;

/// A field that a paste filled.
#[derive(Clone)]
struct Filled {
    field: Field,
    value: String,
    /// Where in the paste it was.
    origin: String,
}

/// The fields that a paste may fill, and what stood in them.
const FIELDS: [Field; 3] = [Field::KeyVaultId, Field::KeyId, Field::TenantId];
type Before = [String; 3];

/// A place for a paste that holds several IDs.
pub fn paste_all() -> El {
    let shared = shared();
    let answer = State::new(None::<(Recognised, Vec<Filled>)>);
    // A paste may arrive in pieces, or be typed at: what stood in the fields before it is what stood there at its start.
    let before = State::new(None::<Before>);
    let take = move |text: String| {
        if text.trim().is_empty() {
            answer.set(None);
            before.set(None);
            return;
        }
        if before.with_untracked(Option::is_none) {
            before.set(Some(
                shared.draft.with_untracked(|draft| FIELDS.map(|field| draft.text(field).to_owned())),
            ));
        }
        let found = recognise(&text);
        let filled = fill(shared, &found);
        answer.set(Some((found, filled)));
    };
    el("div")
        .child(note(
            "hint",
            "JSON View of the vault or the key, output of the Azure CLI, a portal address, Terraform, or several lines. What is \
             recognised fills the fields below.",
        ))
        .child(
            el("textarea")
                .attr("id", "paste-all")
                .attr("rows", "4")
                .attr("aria-label", "Everything at once")
                .attr("autocomplete", "off")
                .attr("spellcheck", "false")
                .on("input", move |event| take(typed(&event))),
        )
        .child(el("div").attr("aria-live", "polite").dynamic(move || {
            answer.with(|answer| answer.as_ref().map(|(found, filled)| said(shared, found, filled, before)))
        }))
}

/// Fills the fields that the paste names without doubt.
fn fill(shared: Shared, found: &Recognised) -> Vec<Filled> {
    [
        (Field::KeyVaultId, chosen(found, found.key_vault_id.as_ref())),
        (Field::KeyId, chosen(found, found.key_id.as_ref())),
        (Field::TenantId, chosen(found, found.tenant_id.as_ref())),
    ]
    .into_iter()
    .filter_map(|(field, chosen)| {
        let (value, origin) = chosen?;
        flow::edit(shared, field, value.clone());
        Some(Filled { field, value, origin })
    })
    .collect()
}

fn chosen<T: ToString>(found: &Recognised, chosen: Option<&Chosen<T>>) -> Option<(String, String)> {
    let chosen = chosen?;
    let origin = found.found.get(chosen.index).map(|found| found.origin.to_string());
    Some((chosen.value.to_string(), origin.unwrap_or_default()))
}

fn said(shared: Shared, found: &Recognised, filled: &[Filled], before: State<Option<Before>>) -> El {
    let items = filled.iter().map(|filled| {
        el("li")
            .text(format!("{}: ", filled.field.label()))
            .child(code(&filled.value))
            .text(format!(" ({})", filled.origin))
    });
    let undo = move || {
        let Some(before) = before.get_untracked() else { return };
        for (field, text) in FIELDS.into_iter().zip(before) {
            flow::edit(shared, field, text);
        }
    };
    el("div")
        .class("notice")
        .maybe((!filled.is_empty()).then(|| {
            el("div")
                .child(el("p").text("Filled from the paste:"))
                .child(el("ul").all(items))
                .child(el("p").child(button("second", "Undo", undo)))
        }))
        .all(found.findings.iter().map(told))
}
