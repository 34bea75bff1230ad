//! What the page shows only while the clouds behind it are simulated: that they are, which vaults to try, how to put in
//! one's own, how to point a real `az` at them, and the grant for those without `az`.

use byok_core::id;
use gloo_net::http::Method;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};

use crate::{
    app::{Shared, shared},
    parts::notice::Failure,
    proxy::{self, Answer},
};

/// The simulated clouds, as far as the page shows them.
#[derive(Clone, Deserialize)]
pub struct World {
    vaults: Vec<Vault>,
    login: Login,
    proxy_url: String,
    #[serde(default)]
    ca_pem_path: Option<String>,
}

#[derive(Clone, Deserialize)]
struct Vault {
    name: String,
    #[serde(default)]
    about: String,
    key_vault_id: String,
    key_id: String,
    tenant_id: String,
}

#[derive(Clone, Deserialize)]
struct Login {
    tenant_id: String,
    client_id: String,
    client_secret: String,
}

#[derive(Serialize)]
struct GrantCommand<'a> {
    key_vault_id: &'a str,
    application_id: &'a str,
}

#[derive(Serialize)]
struct NewVaults<'a> {
    vaults: [NewVault<'a>; 1],
}

#[derive(Serialize)]
struct NewVault<'a> {
    key_vault_id: &'a str,
    key_id: &'a str,
    tenant_id: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    region: &'a str,
}

/// Reads the simulated world.
pub async fn look(shared: Shared) {
    if let Ok(world) = proxy::read::<World>("/_sandbox/world").await {
        shared.world.set(Some(world));
    }
}

/// Does in the sandbox what the snippet does.
pub async fn grant(key_vault_id: &str, application_id: &str) -> Answer<()> {
    let body = proxy::json(&GrantCommand { key_vault_id, application_id });
    proxy::write(Method::POST, "/_sandbox/grant", &body, None).await.map(|_| ())
}

/// Whether the sandbox knows a vault; `None` while that cannot be said.
pub fn knows(shared: Shared, key_vault_id: &str) -> Option<bool> {
    shared.world.with(|world| {
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

/// The banner on every page.
#[component]
pub fn Banner() -> impl IntoView {
    let shared = shared();
    view! {
        <aside class="sandbox" aria-label="Sandbox">
            <p><strong>"Sandbox."</strong>" Azure and Confluent are simulated on this machine: nothing here is real and nothing is billed."</p>
            {move || shared.world.get().map(|world| view! {
                <details><summary>"Vaults to try"</summary><Vaults vaults=world.vaults.clone()/></details>
                <details><summary>"Use a real Azure CLI"</summary><AzureCli world/></details>
            })}
        </aside>
    }
}

#[component]
fn Vaults(vaults: Vec<Vault>) -> impl IntoView {
    let shared = shared();
    let said = RwSignal::new(String::new());
    let items = vaults
        .into_iter()
        .map(|vault| {
            let name = vault.name.clone();
            let about = vault.about.clone();
            let fill = move |_| {
                shared.draft.update(|draft| {
                    draft.mode = "self-managed".to_owned();
                    draft.source = "new".to_owned();
                    draft.key_vault_id.clone_from(&vault.key_vault_id);
                    draft.key_id.clone_from(&vault.key_id);
                    draft.tenant_id.clone_from(&vault.tenant_id);
                });
                shared.shown.set(Vec::new());
                said.set(format!("The three IDs of {} are filled in on the Security step.", vault.name));
            };
            view! { <li><button type="button" class="second" on:click=fill>{format!("Use {name}")}</button>" "{about}</li> }
        })
        .collect_view();
    view! { <ul class="vaults">{items}</ul><p role="status">{said}</p> }
}

/// How to point an unmodified Azure CLI at the sandbox without touching anybody's real login.
#[component]
fn AzureCli(world: World) -> impl IntoView {
    let certificate = world.ca_pem_path.unwrap_or_else(|| "sandbox-ca.pem".to_owned());
    let commands = format!(
        "export HTTPS_PROXY={proxy}\nexport REQUESTS_CA_BUNDLE={certificate}\nexport AZURE_CONFIG_DIR=\"$(mktemp -d)\"\naz login --service-principal --username {client} --password {secret} --tenant {tenant}\n",
        proxy = world.proxy_url,
        client = world.login.client_id,
        secret = world.login.client_secret,
        tenant = world.login.tenant_id,
    );
    view! {
        <p>"In a terminal of its own, so that your real login stays as it is. The password is made up and worth nothing outside this sandbox."</p>
        <pre tabindex="0" role="region" aria-label="Commands that point the Azure CLI at the sandbox"><code>{commands}</code></pre>
        <p>"Then run the commands that the wizard prints in the same terminal."</p>
    }
}

/// Offered when the IDs name a vault that the sandbox does not know.
#[component]
pub fn PutIn(
    /// Resource ID of the vault.
    key_vault_id: String,
    /// Key identifier.
    key_id: String,
    /// Tenant ID.
    tenant_id: String,
) -> impl IntoView {
    let shared = shared();
    let failure = RwSignal::new(None);
    let unknown = {
        let key_vault_id = key_vault_id.clone();
        move || knows(shared, &key_vault_id) == Some(false)
    };
    let put = Callback::new(move |()| {
        let (key_vault_id, key_id, tenant_id) = (key_vault_id.clone(), key_id.clone(), tenant_id.clone());
        spawn_local(async move {
            let region = shared.draft.with_untracked(|draft| draft.region.clone());
            let vault = NewVault {
                key_vault_id: &key_vault_id,
                key_id: &key_id,
                tenant_id: &tenant_id,
                region: &region,
            };
            let body = proxy::json(&NewVaults { vaults: [vault] });
            match proxy::write(Method::POST, "/_sandbox/world", &body, None).await {
                Ok(_) => look(shared).await,
                Err(problem) => failure.set(Some(problem)),
            }
        });
    });
    view! {
        <Show when=unknown>
            <div class="sandbox">
                <p>"The sandbox does not know this vault, so Confluent will not reach it here."</p>
                <p><button type="button" class="second" on:click=move |_| put.run(())>"Put this vault in the sandbox"</button></p>
            </div>
        </Show>
        {move || failure.get().map(|problem| view! { <Failure problem/> })}
    }
}
