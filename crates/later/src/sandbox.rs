//! What the step *Grant access* shows only in the sandbox: how to put in a vault of one's own, and the grant for those
//! without `az`.

use byok_browser as json;
use byok_core::{id, wire::KeyView};
use byok_wizard::{
    app::shared,
    parts::{
        el::{El, button, el, p},
        notice::failure_place,
    },
    proxy::{self, Answer, Method},
    sandbox::{self, World},
    state::{State, spawn},
};
use leptos::prelude::*;

byok_core::record! {
    #[derive(Clone)]
    struct GrantCommand {
        key_vault_id: String,
        application_id: String,
    }

    #[derive(Clone)]
    struct NewVaults {
        vaults: Vec<NewVault>,
    }

    #[derive(Clone)]
    struct NewVault {
        key_vault_id: String,
        key_id: String,
        tenant_id: String,
        region: Option<String>,
    }
}

/// Reads the simulated world.
fn look(world: State<Option<World>>) {
    spawn(async move { world.set(sandbox::look().await.ok()) });
}

/// Does in the sandbox what the snippet does.
async fn grant(key_vault_id: String, application_id: String) -> Answer<()> {
    let body = json::write(&GrantCommand { key_vault_id, application_id });
    proxy::write(Method::POST, "/_sandbox/grant", &body, None).await.map(|_| ())
}

/// Whether the sandbox knows a vault; `None` while that cannot be said.
fn knows(world: State<Option<World>>, key_vault_id: &str) -> Option<bool> {
    world.with(|world| {
        let world = world.as_ref()?;
        let wanted = id::key_vault_id(key_vault_id).value?;
        Some(
            world
                .vaults
                .iter()
                .any(|vault| id::key_vault_id(&vault.key_vault_id).value.as_ref() == Some(&wanted)),
        )
    })
}

/// Offered when the IDs name a vault that the sandbox does not know.
pub fn put_in(key: &KeyView) -> El {
    let shared = shared();
    let failed = State::new(None);
    let world = State::new(None);
    look(world);
    let (wanted, key_id, tenant_id) = (key.key_vault_id.clone(), key.key_id.clone(), key.tenant_id.clone());
    let key_vault_id = wanted.clone();
    let put = Callback::new(move |()| {
        let (key_vault_id, key_id, tenant_id) = (key_vault_id.clone(), key_id.clone(), tenant_id.clone());
        spawn(async move {
            let region = shared.draft.with_untracked(|draft| draft.region.clone());
            let region = Some(region).filter(|region| !region.is_empty());
            let vault = NewVault { key_vault_id, key_id, tenant_id, region };
            let body = json::write(&NewVaults { vaults: vec![vault] });
            let answer = proxy::write(Method::POST, "/_sandbox/world", &body, None).await;
            look(world);
            failed.set(answer.err());
        });
    });
    el("div")
        .show(
            move || knows(world, &wanted) == Some(false),
            move || {
                el("div")
                    .class("sandbox")
                    .child(p("The sandbox does not know this vault, so Confluent cannot reach it here."))
                    .child(
                        el("p").child(button("second", "Put this vault in the sandbox", move || put.run(()))),
                    )
            },
        )
        .child(failure_place(failed))
}

/// In the sandbox, for those without the Azure CLI.
pub fn grant_for_me(key: &KeyView) -> El {
    let failed = State::new(None);
    let said = State::new("");
    let (vault, application) = (key.key_vault_id.clone(), key.application_id.clone());
    let run = move || {
        let (vault, application) = (vault.clone(), application.clone());
        spawn(async move {
            let answer = grant(vault, application).await;
            if answer.is_ok() {
                said.set("Done: the service principal and both role assignments exist in the sandbox.");
            }
            failed.set(answer.err());
        });
    };
    el("div")
        .child(
            el("div")
                .class("sandbox")
                .child(p("No Azure CLI at hand? The sandbox can do what the commands do."))
                .child(
                    el("p")
                        .child(button("second", "Grant it for me", run))
                        .text(" ")
                        .child(el("span").attr("role", "status").live_text(move || said.get().to_owned())),
                ),
        )
        .child(failure_place(failed))
}
