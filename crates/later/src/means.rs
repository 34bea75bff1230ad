//! What the user lends for a better look: the output of the doctor, and access tokens. Held by this page until it is
//! closed or reloaded, stored nowhere.

use byok_core::wire::{NewPreflight, Secret};
use byok_wizard::{
    parts::el::{El, button, code, el, note, p, typed},
    state::State,
};
use leptos::prelude::*;

/// What the user has lent.
#[derive(Clone, Copy)]
pub struct Means {
    doctor: State<String>,
    arm: State<String>,
    key_vault: State<String>,
    graph: State<String>,
}

impl Means {
    /// Nothing yet.
    pub fn nothing() -> Self {
        let empty = || State::new(String::new());
        Self { doctor: empty(), arm: empty(), key_vault: empty(), graph: empty() }
    }

    /// Adds what was lent to what is asked.
    pub fn added_to(self, asked: NewPreflight) -> NewPreflight {
        let lent = |state: State<String>| {
            let text = state.with_untracked(|text| text.trim().to_owned());
            (!text.is_empty()).then_some(text)
        };
        NewPreflight {
            doctor: lent(self.doctor),
            arm_token: lent(self.arm).map(Secret::new),
            key_vault_token: lent(self.key_vault).map(Secret::new),
            graph_token: lent(self.graph).map(Secret::new),
            ..asked
        }
    }

    fn tokens(self) -> [State<String>; 3] {
        [self.arm, self.key_vault, self.graph]
    }
}

/// The tokens, each with the command that prints it.
const TOKENS: [(&str, &str, &str); 3] = [
    ("token-arm", "Token for Azure Resource Manager", "https://management.azure.com"),
    ("token-key-vault", "Token for Key Vault", "https://vault.azure.net"),
    ("token-graph", "Token for Microsoft Graph", "https://graph.microsoft.com"),
];

/// Where the output of the doctor is pasted; `look` is called when there is another one.
pub fn doctor_paste(look: impl Fn() + Copy + 'static) -> El {
    let means = expect_context::<Means>();
    let said = State::new(String::new());
    let take = move |text: String| {
        let holds = text.contains("\"byok_doctor\"");
        said.set(match (text.trim().is_empty(), holds) {
            (true, _) => String::new(),
            (false, true) => "Taken into account below.".to_owned(),
            (false, false) => {
                "This is not what the commands print: their output begins with `{\"byok_doctor\":1`. Copy all of it."
                    .to_owned()
            }
        });
        if holds || text.trim().is_empty() {
            means.doctor.set(text);
            look();
        }
    };
    el("div")
        .class("field")
        .child(el("label").attr("for", "doctor-paste").text("What they printed"))
        .child(note(
            "hint",
            "Paste all of it here: it answers most of the checks below without any rights for this server.",
        ))
        .child(
            el("textarea")
                .attr("id", "doctor-paste")
                .attr("rows", "4")
                .attr("autocomplete", "off")
                .attr("spellcheck", "false")
                .on("input", move |event| take(typed(&event))),
        )
        .child(el("p").class("note").attr("role", "status").live_text(move || said.get()))
}

/// Where tokens are lent.
pub fn tokens(look: impl Fn() + Copy + 'static) -> El {
    let means = expect_context::<Means>();
    let lent = move || means.tokens().iter().any(|token| token.with(|text| !text.is_empty()));
    let fields = TOKENS.into_iter().zip(means.tokens()).map(move |((id, label, resource), state)| {
        el("div")
            .class("field")
            .child(el("label").attr("for", id).text(label))
            .child(el("p").class("hint").text("From ").child(code(format!(
                "az account get-access-token --resource {resource} --query accessToken --output tsv"
            ))))
            .child(
                el("input")
                    .attr("type", "password")
                    .attr("id", id)
                    .attr("autocomplete", "off")
                    .attr("spellcheck", "false")
                    .value(move || state.get())
                    .on("input", move |event| state.set(typed(&event))),
            )
    });
    let forget = move || {
        for token in means.tokens() {
            token.set(String::new());
        }
        look();
    };
    el("details")
        .child(el("summary").text("Look with your own Azure sign-in"))
        .child(p("With these tokens this server reads what you may read, and nothing else. Each goes only to the service it is made for, \
                  is used while this page is open, and is never stored or written to a log. They end by themselves after about \
                  an hour."))
        .all(fields)
        .child(el("p").child(button("second", "Look with these", look)).show(lent, move || {
            el("span").text(" ").child(button("plain", "Forget them", forget))
        }))
}
