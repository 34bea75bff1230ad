//! The compiled program: made smaller, and asked where its constants lie.

use std::{fs, ops::Range, path::Path};

use anyhow::{Context, Result, bail, ensure};
use wasmparser::{DataKind, Operator, Parser, Payload};

use super::prune;
use crate::toolbox::Toolbox;

/// How Binaryen's optimiser makes a program small.
pub const FOR_SIZE: &[&str] = &["-Oz", "--converge"];
/// How it makes one fast.
pub const FOR_SPEED: &[&str] = &["-O3"];

/// Runs Binaryen's optimiser. It drops the names of functions, and reads from a section that `strip` would
/// have deleted which features of Wasm the compiler used.
pub fn optimise(tools: &Toolbox, input: &Path, level: &[&str]) -> Result<Vec<u8>> {
    let pruned = tools.wasm_target().join("pruned.wasm");
    let output = tools.wasm_target().join("optimised.wasm");
    let program = fs::read(input).context("the program cannot be read")?;
    fs::write(&pruned, prune::streams(&program)?)?;
    tools
        .npm_call("binaryen/bin/wasm-opt")?
        .args(level)
        .args(["--traps-never-happen", "--strip-target-features", "--strip-producers"])
        // Functions with like names stand together, which compresses better. The stack comes first in memory and grows
        // down, so its last kilobyte is only in use when it is about to overflow.
        .args(["--low-memory-unused", "--reorder-functions-by-name"])
        .arg(&pruned)
        .arg("--output")
        .arg(&output)
        .run_quietly()?;
    fs::read(&output).context("the optimised program cannot be read")
}

/// The addresses that the program's constants, string literals among them, occupy in its memory.
pub fn constants(wasm: &[u8]) -> Result<Range<u64>> {
    let mut range: Option<Range<u64>> = None;
    for payload in Parser::new(0).parse_all(wasm) {
        let Payload::DataSection(section) = payload.context("the program cannot be parsed")? else {
            continue;
        };
        for segment in section {
            let segment = segment?;
            let DataKind::Active { offset_expr, .. } = segment.kind else {
                bail!(
                    "the program fills its memory in a way that is not known here (a passive data segment)"
                );
            };
            let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
                bail!("the program places its constants in a way that is not known here");
            };
            let start = u64::from(value.cast_unsigned());
            let end = start + segment.data.len() as u64;
            range = Some(match range {
                Some(known) => known.start.min(start)..known.end.max(end),
                None => start..end,
            });
        }
    }
    let range = range.context("the program has no constants")?;
    ensure!(range.start >= 1024, "the first kilobyte of memory is in use: drop --low-memory-unused");
    Ok(range)
}
