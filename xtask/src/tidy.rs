//! Rules that the repository has for itself, each one a small test of its files.

mod dependencies;
mod sources;
mod wasm;

use anyhow::Result;
pub use wasm::{BUDGET, Function, functions, is_of_crate};

use crate::toolbox::Toolbox;

/// One rule. What it finds is what is wrong; nothing found is a pass.
pub struct Rule {
    /// The rule as a sentence.
    pub name: &'static str,
    /// Looks for what breaks it.
    pub find: fn(&Toolbox) -> Result<Vec<String>>,
}

/// All rules.
pub const RULES: &[Rule] = &[
    Rule { name: "the files of the first load stay within their budget", find: wasm::budget },
    Rule { name: "no function of `url` or `regex` is in the page's program", find: wasm::no_heavy_functions },
    Rule { name: "the page and the rules depend on neither `url` nor `regex`", find: dependencies::light },
    Rule { name: "crates know only whom they may know", find: dependencies::walls },
    Rule { name: "markup is never made of a string", find: sources::no_inner_html },
    Rule { name: "every file says first what it is for", find: sources::module_docs },
    Rule {
        name: "nothing names a package registry's host or this machine's folders",
        find: sources::no_places,
    },
];
