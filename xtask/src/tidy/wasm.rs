//! Rules about the compiled page.

use std::{collections::BTreeMap, fs, ops::Range};

use anyhow::{Context, Result, ensure};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

use crate::{dist, toolbox::Toolbox};

/// The most that the first load may weigh, in bytes as brotli, with headers and with what the page asks the server for,
/// as `cargo xtask bench` measures it.
pub const BUDGET: u32 = 90_000;

/// What of [`BUDGET`] is kept for headers and for what the page asks the server for, which files do not show: 3,740 bytes
/// as measured.
const ANSWERS: u32 = 3_800;

/// Crates that would double the page. Leptos names `url` and `regex` in its own tree, so only the finished program tells.
const HEAVY: [&str; 7] =
    ["aho_corasick", "idna", "regex", "regex_automata", "regex_lite", "regex_syntax", "url"];

/// The files of the first load leave [`ANSWERS`] of [`BUDGET`] free.
pub fn budget(tools: &Toolbox) -> Result<Vec<String>> {
    let bytes = dist::first_load(tools)?;
    let limit = u64::from(BUDGET - ANSWERS);
    Ok(if bytes > limit {
        vec![format!("the files of the first load weigh {bytes} bytes as brotli, more than {limit}")]
    } else {
        Vec::new()
    })
}

/// No function of a [`HEAVY`] crate is in one of the programs.
pub fn no_heavy_functions(tools: &Toolbox) -> Result<Vec<String>> {
    let folder = dist::page_folder(tools);
    let programs = fs::read_dir(&folder)
        .context("the page is not built. Run: cargo xtask dist --force")?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with("_bg.wasm"));
    let mut names = Vec::new();
    for program in programs {
        names.extend(functions(&fs::read(program)?)?.into_iter().map(|function| function.name));
    }
    // Without names nothing could be found, and the rule would hold for nothing.
    ensure!(
        names.iter().any(|name| is_of_crate(name, "leptos_dom")),
        "the program carries no names of functions: the profile `wasm` must not strip them"
    );
    let heavy = names.into_iter().filter(|name| HEAVY.iter().any(|krate| is_of_crate(name, krate)));
    Ok(heavy.collect())
}

/// A function of a program.
pub struct Function<'w> {
    /// As the compiler calls it; empty if the program does not tell.
    pub name: String,
    /// The bytes of its body.
    pub body: &'w [u8],
}

/// The functions that a program has itself, without those that it imports.
pub fn functions(wasm: &[u8]) -> Result<Vec<Function<'_>>> {
    let mut bodies = Vec::new();
    let mut names = BTreeMap::new();
    let mut imported = 0;
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.context("the program cannot be parsed")? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += usize::from(matches!(import?.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.range()),
            Payload::CustomSection(section) => {
                let KnownCustom::Name(subsections) = section.as_known() else { continue };
                for subsection in subsections {
                    let Name::Function(functions) = subsection? else { continue };
                    for function in functions {
                        let function = function?;
                        names.insert(function.index as usize, function.name.to_owned());
                    }
                }
            }
            _ => {}
        }
    }
    // Numbered through: first those that are imported.
    let function = |(place, range): (usize, Range<u64>)| {
        let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
        let body = wasm.get(range).context("a function is cut short")?;
        Ok(Function { name: names.remove(&(imported + place)).unwrap_or_default(), body })
    };
    bodies.into_iter().enumerate().map(function).collect()
}

/// Whether a function belongs to a crate, by its name as it is read or as the compiler mangles it.
pub fn is_of_crate(name: &str, krate: &str) -> bool {
    let boundary = |before: Option<char>| {
        before.is_none_or(|character| !character.is_alphanumeric() && character != '_' && character != ':')
    };
    // Read from version 0 of the mangling, a crate carries its disambiguator: `url[8c1d5d1f]::parser`.
    let readable = name.match_indices(krate).any(|(at, _)| {
        let after = &name[at + krate.len()..];
        let path =
            after.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(after, |(_, path)| path);
        path.starts_with("::") && boundary(name[..at].chars().next_back())
    });
    // Legacy: `_ZN3url6parser…`, or `_ZN…LT$url..Url…`. Version 0: `_RNv…Cs<hash>_3url…`.
    let mangled =
        [format!("_ZN{}{krate}", krate.len()), format!("$LT${krate}.."), format!("_{}{krate}", krate.len())];
    readable || (name.starts_with('_') && mangled.iter().any(|pattern| name.contains(pattern.as_str())))
}

#[cfg(test)]
mod tests {
    use super::{functions, is_of_crate};

    #[test]
    fn functions_are_told_apart_by_their_crate() {
        assert!(is_of_crate("url::parser::Parser::parse_url::h0123", "url"));
        assert!(is_of_crate("<url::Url as core::fmt::Display>::fmt", "url"));
        assert!(is_of_crate("<url[8c1d5d1f2a3b4c5d]::Url as core[1f]::fmt::Display>::fmt", "url"));
        assert!(!is_of_crate("my_url[8c1d]::parse", "url"));
        assert!(is_of_crate("_ZN3url6parser6Parser9parse_url17h0123E", "url"));
        assert!(is_of_crate("_RNvMNtCs1234_3url6parserNtB2_6Parser9parse_url", "url"));
        assert!(!is_of_crate("gloo_net::http::url::build", "url"));
        assert!(!is_of_crate("my_url::parse", "url"));
        assert!(!is_of_crate("byok_core::recognise::curl", "url"));
    }

    #[test]
    fn functions_have_their_own_names_and_bodies_not_those_of_imports() {
        let program = [
            b"\0asm\x01\0\0\0".as_slice(),
            b"\x01\x04\x01\x60\0\0", // one type, of functions that take and return nothing
            b"\x02\x07\x01\x01m\x01f\0\0", // one function imported
            b"\x03\x02\x01\0",       // one of its own
            b"\x0a\x04\x01\x02\0\x0b", // whose body is empty
            b"\0\x10\x04name\x01\x09\x02\0\x01i\x01\x03own", // the names of both
        ]
        .concat();
        let found = functions(&program).unwrap();
        let told: Vec<_> = found.iter().map(|function| (function.name.as_str(), function.body)).collect();
        assert_eq!(told, [("own", b"\0\x0b".as_slice())]);
        assert!(functions(&program[..program.len() - 3]).is_err());
    }
}
