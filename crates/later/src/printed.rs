//! The grant as the user's own shell or tool takes it, who may run it, how to take it back, and how to look what is there.

use byok_core::{
    grant::{
        Format, Grant, Snippet, Way, admin_consent_link,
        doctor::{Patient, doctor},
        render,
        terraform::{Declared, terraform, terraform_undo},
    },
    id::KeyId,
};
use byok_wizard::{
    app::Shared,
    parts::{
        code::snippet,
        el::{El, el, p},
    },
    state::State,
};

use crate::means::doctor_paste;
use crate::shells::{SHELLS, remembered, shell_of, shells};

/// Shells and tools, and what people call them.
const FORMATS: [(&str, &str); 7] = [
    SHELLS[0],
    SHELLS[1],
    SHELLS[2],
    SHELLS[3],
    ("terraform", "Terraform"),
    ("bicep", "Bicep"),
    ("arm", "ARM template"),
];

/// Everything to copy for one key; `again` looks anew when the user has told more.
pub fn printed(shared: Shared, grant: Grant, key: Option<KeyId>, again: impl Fn() + Copy + 'static) -> El {
    let format = remembered(&FORMATS);
    let consent = admin_consent_link(grant.tenant, grant.application_id);
    let given = shown(shared, grant.clone(), key.clone(), format, Way::Give);
    let taken = shown(shared, grant.clone(), key.clone(), format, Way::Take);
    el("div")
        .child(shells("grant-format", &FORMATS, format))
        .child(given)
        .child(
            el("details")
                .child(el("summary").text("Who can run this?"))
                .child(p("Creating the service principal needs Application Administrator or Cloud Application \
                          Administrator in Microsoft Entra ID. Assigning the roles needs Owner, User Access Administrator \
                          or Key Vault Data Access Administrator on the vault. If these are two people, each runs the \
                          commands: what is done already is skipped."))
                .child(
                    el("p")
                        .text("Instead of creating the service principal by command, an administrator of the directory can ")
                        .child(
                            el("a").attr("href", &consent).attr("rel", "noreferrer").text("consent to Confluent's application"),
                        )
                        .text(" and then leave the rest to whoever assigns roles."),
                ),
        )
        .maybe(key.map(|key| look(grant, key, format).child(doctor_paste(again))))
        .child(
            el("details").child(el("summary").text("Take the access away again")).child(
                p("A running cluster that uses a key of this vault loses its data. Delete the cluster first.").class("error"),
            ).child(taken),
        )
}

/// The grant one way, as the picked format has it.
fn shown(shared: Shared, grant: Grant, key: Option<KeyId>, format: State<String>, way: Way) -> El {
    let label = match way {
        Way::Give => "Commands that let Confluent use the key",
        Way::Take => "Commands that take the access away",
    };
    el("div").dynamic(move || {
        let name = format.get();
        Some(match Format::ALL.into_iter().find(|known| known.as_str() == name) {
            Some(known) => snippet(label, render(&grant, known, way), known.line_break()),
            None => snippet(label, declared(shared, &grant, key.as_ref(), way)?, "\n"),
        })
    })
}

/// Terraform registers the key by itself, and creates the cluster that the draft describes.
fn declared(shared: Shared, grant: &Grant, key: Option<&KeyId>, way: Way) -> Option<Snippet> {
    if way == Way::Take {
        return Some(terraform_undo(&grant.vault));
    }
    let plan = shared.draft.with_untracked(|draft| draft.plan(shared.max_cku()));
    let declared = Declared { vault: &grant.vault, key: key?, tenant: grant.tenant, cluster: Some(&plan) };
    Some(terraform(&declared))
}

/// The commands that tell what there is and change nothing.
fn look(grant: Grant, key: KeyId, format: State<String>) -> El {
    let patient = move || {
        let shell = format.with(|name| shell_of(name));
        let patient = Patient { vault: &grant.vault, key: &key, application: Some(grant.application_id) };
        snippet("Commands that tell what there is", doctor(&patient, shell), shell.line_break())
    };
    el("details")
        .child(el("summary").text("See what is there already"))
        .child(p(
            "These commands only read: the vault, the key, its rotation, the roles. They print no secret.",
        ))
        .child(el("div").dynamic(move || Some(patient())))
}
