//! What is shown only in the sandbox: in the banner, which vaults to try and how to point a real `az` at them; on *Grant
//! access*, how to put in a vault of one's own, and the grant for those without `az`.

use byok_browser as json;
use byok_core::{id, wire::KeyView};
use byok_wizard::{
    app::shared,
    parts::{
        code::scrolled,
        el::{El, button, el, p},
        notice::failure_place,
    },
    proxy::{self, Answer},
    state::{State, spawn},
};
use leptos::prelude::*;

byok_core::record! {
    /// The simulated clouds, as far as the page shows them.
    #[derive(Clone)]
    pub struct World {
        vaults: Vec<Vault>,
        login: Login,
        proxy_url: String,
        ca_pem_path: Option<String>,
    }

    /// A simulated vault with one key.
    #[derive(Clone)]
    struct Vault {
        name: String,
        #[record(default)]
        about: String,
        key_vault_id: String,
        key_id: String,
        tenant_id: String,
    }

    #[derive(Clone)]
    struct Login {
        tenant_id: String,
        client_id: String,
        client_secret: String,
    }

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

/// What this program knows of the simulated clouds; `None` until they have answered.
#[derive(Clone, Copy)]
pub struct Known(State<Option<World>>);

impl Known {
    /// Nothing yet.
    pub fn nothing() -> Self {
        Self(State::new(None))
    }

    /// Reads the simulated world.
    fn look(self) {
        spawn(async move {
            if let Ok(world) = proxy::read("/_sandbox/world").await {
                self.0.set(Some(world));
            }
        });
    }
}

/// What the banner opens, by its name there.
pub fn part(name: &str) -> El {
    let azure_cli = name == "azure-cli";
    let known = expect_context::<Known>();
    known.look();
    el("div").dynamic(move || {
        known.0.get().map(|world| if azure_cli { azure_cli_of(&world) } else { vaults(&world.vaults) })
    })
}

/// Does in the sandbox what the snippet does.
async fn grant(key_vault_id: String, application_id: String) -> Answer<()> {
    let body = json::write(&GrantCommand { key_vault_id, application_id });
    proxy::write("POST", "/_sandbox/grant", &body, None).await.map(|_| ())
}

/// Whether the sandbox knows a vault; `None` while that cannot be said.
fn knows(known: Known, key_vault_id: &str) -> Option<bool> {
    known.0.with(|world| {
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

fn vaults(vaults: &[Vault]) -> El {
    let shared = shared();
    let said = State::new(String::new());
    let items = vaults.iter().cloned().map(|vault| {
        let about = format!(" {}", vault.about);
        let name = format!("Use {}", vault.name);
        let fill = move || {
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
        el("li").child(button("second", name, fill)).text(about)
    });
    el("div")
        .child(el("ul").class("vaults").all(items))
        .child(el("p").attr("role", "status").live_text(move || said.get()))
}

/// How to point an unmodified Azure CLI at the sandbox without touching anybody's real login.
fn azure_cli_of(world: &World) -> El {
    let commands = format!(
        "export HTTPS_PROXY={proxy}\nexport REQUESTS_CA_BUNDLE={certificate}\nexport AZURE_CONFIG_DIR=\"$(mktemp -d)\"\naz login --service-principal --username {client} --password {secret} --tenant {tenant}\n",
        proxy = world.proxy_url,
        certificate = world.ca_pem_path.as_deref().unwrap_or("sandbox-ca.pem"),
        client = world.login.client_id,
        secret = world.login.client_secret,
        tenant = world.login.tenant_id,
    );
    el("div")
        .child(p("In a terminal of its own, so that your real login stays as it is. The password is made up and worth \
                nothing outside this sandbox."))
        .child(scrolled("Commands that point the Azure CLI at the sandbox").child(el("code").verbatim(commands)))
        .child(p("Then run the commands that the wizard prints in the same terminal."))
}

/// Offered when the IDs name a vault that the sandbox does not know.
pub fn put_in(key: &KeyView) -> El {
    let shared = shared();
    let failed = State::new(None);
    let known = expect_context::<Known>();
    known.look();
    let (wanted, key_id, tenant_id) = (key.key_vault_id.clone(), key.key_id.clone(), key.tenant_id.clone());
    let key_vault_id = wanted.clone();
    let put = Callback::new(move |()| {
        let (key_vault_id, key_id, tenant_id) = (key_vault_id.clone(), key_id.clone(), tenant_id.clone());
        spawn(async move {
            let region = shared.draft.with_untracked(|draft| draft.region.clone());
            let region = Some(region).filter(|region| !region.is_empty());
            let vault = NewVault { key_vault_id, key_id, tenant_id, region };
            let body = json::write(&NewVaults { vaults: vec![vault] });
            let answer = proxy::write("POST", "/_sandbox/world", &body, None).await;
            known.look();
            failed.set(answer.err());
        });
    });
    el("div")
        .show(
            move || knows(known, &wanted) == Some(false),
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
pub fn grant_for_me(key: &KeyView, again: impl Fn() + Copy + 'static) -> El {
    let failed = State::new(None);
    let said = State::new("");
    let (vault, application) = (key.key_vault_id.clone(), key.application_id.clone());
    let run = move || {
        let (vault, application) = (vault.clone(), application.clone());
        spawn(async move {
            let answer = grant(vault, application).await;
            if answer.is_ok() {
                said.set("Done: the service principal and both role assignments exist in the sandbox.");
                again();
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
