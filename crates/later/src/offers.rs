//! Repairs that one click makes, offered below the three IDs: swapped fields, an ID that another one holds.

use byok_core::id::{Repair, repair};
use byok_wizard::{
    app::{Shared, shared},
    parts::el::{El, button, el, p},
    state::derived,
    wizard::flow,
};

/// What can be repaired in one step; nothing where nothing is wrong.
pub fn offers() -> El {
    let shared = shared();
    let texts = derived(move || {
        shared.draft.with(|draft| [draft.key_vault_id.clone(), draft.key_id.clone(), draft.tenant_id.clone()])
    });
    el("div").attr("aria-live", "polite").dynamic(move || {
        let repairs = texts.with(|[vault, key, tenant]| repair(vault, key, tenant, &[]));
        (!repairs.is_empty())
            .then(|| el("div").class("notice").all(repairs.into_iter().map(|repair| offer(shared, repair))))
    })
}

fn offer(shared: Shared, Repair { finding, sets }: Repair) -> El {
    let act = move || {
        for (field, value) in &sets {
            flow::edit(shared, *field, value.clone());
        }
    };
    el("div").child(p(format!("{} {}", finding.message(), finding.fix()))).child(el("p").child(button(
        "second",
        "Do this for me",
        act,
    )))
}
