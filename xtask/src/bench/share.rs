//! What the rules add to the page's first load, as far as the compiled program tells.
//!
//! Counted are the functions of `byok_core` in the first program before it is optimised, which is the last time that
//! functions have names, compressed together as the browser gets them. Not counted: what the compiler put into functions
//! of the page, and texts. Counted too much: what the optimiser takes away afterwards.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::{Limit, Series};
use crate::{dist, tidy, toolbox::Toolbox};

/// The crate of the rules.
const RULES: &str = "byok_core";

/// Bytes of the rules' functions and of all functions.
pub fn of_first_load(tools: &Toolbox, _runs: usize) -> Result<Vec<Series>> {
    let program = fs::read(dist::first_program(tools)?).context("the program cannot be read")?;
    let functions = tidy::functions(&program)?;
    let rules = joined(functions.iter().filter(|function| tidy::is_of_crate(&function.name, RULES)));
    ensure!(!rules.is_empty(), "no function of {RULES} was found in the page’s program");
    let all = joined(functions.iter());
    let one = |name: &str, bytes: usize| Series {
        values: vec![bytes as f64],
        ..Series::new(name, "bytes", Limit::None)
    };
    Ok(vec![
        one("functions of the rules in the first program, as compiled", rules.len()),
        one("functions of the rules in the first program, as brotli", dist::brotli(tools, &rules)?.len()),
        one("all functions of the first program, as compiled", all.len()),
        one("all functions of the first program, as brotli", dist::brotli(tools, &all)?.len()),
    ])
}

fn joined<'f>(functions: impl Iterator<Item = &'f tidy::Function<'f>>) -> Vec<u8> {
    functions.flat_map(|function| function.body).copied().collect()
}
