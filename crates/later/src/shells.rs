//! For which shell or tool commands are shown: picked once, remembered in this browser.

use byok_core::grant::Shell;
use web_sys::{Storage, window};

use byok_wizard::{
    parts::el::{El, el},
    state::State,
};

/// Shells that run `az`, and what people call them.
pub const SHELLS: [(&str, &str); 4] =
    [("bash", "bash"), ("git-bash", "Git Bash"), ("powershell", "PowerShell"), ("cmd", "Command Prompt")];

/// The shell of a name; bash for one that is no shell.
pub fn shell_of(name: &str) -> Shell {
    Shell::ALL.into_iter().find(|shell| shell.as_str() == name).unwrap_or(Shell::Bash)
}

const PLACE: &str = "byok-wizard.shell";

/// The shell or tool picked last, else the one that fits the computer.
pub fn remembered(offered: &[(&'static str, &'static str)]) -> State<String> {
    let kept = storage().and_then(|storage| storage.get_item(PLACE).ok().flatten());
    let kept = kept.filter(|kept| offered.iter().any(|(name, _)| name == kept));
    let windows = || {
        window().and_then(|window| window.navigator().platform().ok()).is_some_and(|os| os.contains("Win"))
    };
    State::new(kept.unwrap_or_else(|| if windows() { "powershell" } else { "bash" }.to_owned()))
}

/// The row of what is offered.
pub fn shells(name: &'static str, offered: &[(&'static str, &'static str)], picked: State<String>) -> El {
    let buttons = offered.iter().map(|(value, label)| {
        let (value, id) = (*value, format!("{name}-{value}"));
        el("span")
            .class("tab")
            .child(
                el("input")
                    .attr("type", "radio")
                    .attr("id", &id)
                    .attr("name", name)
                    .checked(move || picked.with(|picked| picked == value))
                    .on("change", move |_| pick(picked, value)),
            )
            .child(el("label").attr("for", &id).text(label))
    });
    el("fieldset").class("tabs").child(el("legend").class("unseen").text("Shell or tool")).all(buttons)
}

fn pick(picked: State<String>, value: &'static str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(PLACE, value);
    }
    picked.set(value.to_owned());
}

fn storage() -> Option<Storage> {
    window().and_then(|window| window.local_storage().ok().flatten())
}
