//! `/new-key`: for whoever has no key yet: the commands that make a vault and a key as Confluent needs them.

use byok_core::{
    finding::Severity,
    grant::{Shell, Snippet, new_key::NewKey},
    id,
    region::REGIONS,
};
use byok_wizard::{
    app::{Page, Shared, focus, link, set_title, shared},
    parts::{
        code::snippet,
        el::{El, button, el, note, p, strong, title, typed},
        field::option,
    },
    state::{State, derived},
    wizard::Step,
};
use leptos::prelude::*;

use crate::shells::{SHELLS, remembered, shell_of, shells};

/// The page.
pub fn new_key() -> El {
    let shared = shared();
    set_title("Make a key");
    focus("new-key-title");
    let names = Names {
        subscription: State::new(String::new()),
        group: State::new("rg-kafka".to_owned()),
        vault: State::new(String::new()),
        key: State::new("kafka-cluster".to_owned()),
        region: State::new(shared.draft.with_untracked(|draft| draft.region.clone())),
        hsm: State::new(false),
    };
    el("div")
        .child(el("p").class("back").child(link(Page::New(Step::Security), "Back to Security")))
        .child(title("new-key-title", "Make a key"))
        .child(p("For whoever has no key yet. Name the vault and the key, copy the commands, and have them run by someone who may \
                  create a vault in the subscription. They use names that are there already and change nothing about them."))
        .child(
            el("div")
                .class("notice")
                .child(el("p").child(strong("The vault gets purge protection, which can never be switched off.")).text(
                    " For 90 days after a deletion nobody can remove the vault or the key for good. Confluent requires it, because \
                     whoever loses the key loses the data.",
                )),
        )
        .child(line("new-key-subscription", "Subscription ID", "A GUID: in the Azure portal under Subscriptions.", names.subscription))
        .child(line("new-key-group", "Resource group", "Made if it is not there.", names.group))
        .child(line(
            "new-key-vault",
            "Name of the vault",
            "3 to 24 letters, digits and hyphens. Nobody else in Azure may have it.",
            names.vault,
        ))
        .child(line("new-key-key", "Name of the key", "Letters, digits and hyphens.", names.key))
        .child(regions(names.region))
        .child(protection(names.hsm))
        .child(commands(shared, names))
}

/// What the user names.
#[derive(Clone, Copy)]
struct Names {
    subscription: State<String>,
    group: State<String>,
    vault: State<String>,
    key: State<String>,
    region: State<String>,
    hsm: State<bool>,
}

impl Names {
    /// The IDs that vault and key will have.
    fn ids(self) -> (String, String) {
        let of = |name: State<String>| name.with(|name| name.trim().to_owned());
        let vault = of(self.vault);
        (
            format!(
                "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.KeyVault/vaults/{vault}",
                of(self.subscription),
                of(self.group)
            ),
            format!("https://{vault}.vault.azure.net/keys/{}", of(self.key)),
        )
    }
}

fn line(id: &'static str, label: &'static str, hint: &'static str, value: State<String>) -> El {
    el("div")
        .class("field")
        .child(el("label").attr("for", id).text(label))
        .child(el("p").class("hint").attr("id", format!("{id}-hint")).text(hint))
        .child(
            el("input")
                .attr("type", "text")
                .attr("id", id)
                .attr("autocomplete", "off")
                .attr("autocapitalize", "off")
                .attr("spellcheck", "false")
                .attr("aria-describedby", format!("{id}-hint"))
                .value(move || value.get())
                .on("input", move |event| value.set(typed(&event))),
        )
}

fn regions(region: State<String>) -> El {
    let chosen = region.get_untracked();
    let none = option("", "Select a region".to_owned(), chosen.is_empty());
    let all = REGIONS
        .iter()
        .map(|each| option(each.id, format!("{} – {}", each.id, each.place), each.id == chosen));
    el("div")
        .class("field")
        .child(el("label").attr("for", "new-key-region").text("Region"))
        .child(note("hint", "The region that the cluster will run in."))
        .child(
            el("select")
                .attr("id", "new-key-region")
                .on("change", move |event| region.set(typed(&event)))
                .all(std::iter::once(none).chain(all)),
        )
}

fn protection(hsm: State<bool>) -> El {
    el("div")
        .class("check")
        .child(
            el("input")
                .attr("type", "checkbox")
                .attr("id", "new-key-hsm")
                .checked(move || hsm.get())
                .on("change", move |event| hsm.set(event_target_checked(&event))),
        )
        .child(
            el("label")
                .attr("for", "new-key-hsm")
                .text("Keep the key in a hardware security module (vault of the Premium kind, costs more)"),
        )
}

/// The commands; `None` as long as something that was named cannot be used.
fn made(names: Names, shell: Shell) -> Option<Snippet> {
    let (vault, key) = names.ids();
    let (vault, key) = (id::key_vault_id(&vault).value?, id::key_id(&key).value?);
    let together = id::together(Some(&vault), Some(&key), None);
    if together.iter().any(|finding| finding.severity() == Severity::Error) {
        return None;
    }
    let made = names.region.with(|region| NewKey::new(&vault, &key, region, names.hsm.get()))?;
    Some(made.render(shell))
}

fn commands(shared: Shared, names: Names) -> El {
    let shell = remembered(&SHELLS);
    let text = derived(move || made(names, shell.with(|name| shell_of(name))));
    let use_them = move || {
        let (key_vault_id, key_id) = names.ids();
        shared.draft.update(|draft| {
            draft.mode = "self-managed".to_owned();
            draft.source = "new".to_owned();
            draft.key_vault_id = key_vault_id;
            draft.key_id = key_id;
        });
        shared.go(Page::New(Step::Security));
    };
    el("div").child(el("h2").text("Commands")).child(shells("new-key-shell", &SHELLS, shell)).dynamic(
        move || {
            let line_break = shell.with_untracked(|name| shell_of(name)).line_break();
            Some(match text.get() {
                None => note(
                    "empty",
                    "The commands appear when the subscription, the names and the region can be used.",
                ),
                Some(commands) => el("div")
                    .child(snippet("Commands that make a vault and a key", commands, line_break))
                    .child(p(
                        "When they have run, their last lines tell the three IDs, the tenant among them.",
                    ))
                    .child(el("p").child(button("", "Use these IDs in the wizard", use_them))),
            })
        },
    )
}
