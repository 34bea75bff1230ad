//! What the page shows only while the clouds behind it are simulated: that they are, and more to open.

use crate::{
    later,
    parts::el::{El, el, strong},
    state::State,
};

/// The banner on every page.
pub fn banner() -> El {
    el("aside")
        .class("sandbox")
        .attr("aria-label", "Sandbox")
        .child(el("p").child(strong("Sandbox.")).text(
            " Azure and Confluent are simulated on this machine: nothing here is real and nothing is billed.",
        ))
        .child(opened("Vaults to try", "vaults"))
        .child(opened("Use a real Azure CLI", "azure-cli"))
}

/// Something to open, which the second program fills when that is first done.
fn opened(summary: &'static str, name: &'static str) -> El {
    let wanted = State::new(false);
    el("details")
        .child(el("summary").text(summary))
        .on("toggle", move |_| wanted.change(true))
        .show(move || wanted.get(), move || later::part(name))
}
