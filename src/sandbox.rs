//! What the page shows only while the clouds behind it are simulated: that they are, which vaults to try, and how to point
//! a real `az` at them.

use crate::{
    app::{Shared, shared},
    parts::{
        code::scrolled,
        el::{El, button, el, p, strong},
        notice::failure,
    },
    proxy::{self, Answer, Pending},
    state::{State, spawn},
};

byok_core::record! {
    /// The simulated clouds, as far as the page shows them.
    #[derive(Clone)]
    pub struct World {
        /// Its vaults.
        pub vaults: Vec<Vault>,
        login: Login,
        proxy_url: String,
        ca_pem_path: Option<String>,
    }

    /// A simulated vault with one key.
    #[derive(Clone)]
    pub struct Vault {
        name: String,
        #[record(default)]
        about: String,
        /// Its resource ID.
        pub key_vault_id: String,
        key_id: String,
        tenant_id: String,
    }

    #[derive(Clone)]
    struct Login {
        tenant_id: String,
        client_id: String,
        client_secret: String,
    }
}

/// Reads the simulated world.
pub fn look() -> Pending<World> {
    proxy::read("/_sandbox/world")
}

/// The banner on every page.
pub fn banner() -> El {
    let shared = shared();
    let world = State::new(None);
    el("aside")
        .class("sandbox")
        .attr("aria-label", "Sandbox")
        .child(el("p").child(strong("Sandbox.")).text(
            " Azure and Confluent are simulated on this machine: nothing here is real and nothing is billed.",
        ))
        .child(opened(world, "Vaults to try", move |world| vaults(shared, &world.vaults)))
        .child(opened(world, "Use a real Azure CLI", azure_cli))
}

/// Something to open, with what the simulated world is asked for only then.
fn opened(
    world: State<Option<Answer<World>>>,
    summary: &'static str,
    content: impl Fn(&World) -> El + 'static,
) -> El {
    el("details")
        .child(el("summary").text(summary))
        .on("toggle", move |_| {
            spawn(async move { world.set(Some(look().await)) });
        })
        .dynamic(move || match world.get()? {
            Ok(world) => Some(content(&world)),
            Err(problem) => Some(failure(problem)),
        })
}

fn vaults(shared: Shared, vaults: &[Vault]) -> El {
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
fn azure_cli(world: &World) -> El {
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
