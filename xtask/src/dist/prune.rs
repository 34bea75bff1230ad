//! What comes along and is never called: the page's program exports the streams of Leptos' server functions, which this
//! page has none of, and the glue has a function for everything that any library might import.
//!
//! Taken away before the optimiser runs, so that it finds out by itself what else nobody needs.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use wasmparser::{BinaryReader, CodeSectionReader, KnownCustom, Name, Parser, Payload, TypeRef};

/// The classes that the glue offers to other scripts, of which there are none. Their exports begin with the same
/// letters, lower-case.
const CLASSES: [&str; 3] = ["IntoUnderlyingByteSource", "IntoUnderlyingSink", "IntoUnderlyingSource"];

/// The crate behind [`CLASSES`]. Its functions stay behind in the table of those that are called by number, where the
/// optimiser cannot see that nobody does.
const NEVER_CALLED: &str = "wasm_streams";
/// The body of a function that must not be called: its length, no variables, `unreachable`, `end`.
const UNREACHABLE: [u8; 4] = [3, 0, 0x00, 0x0b];

/// The program without the exports of [`CLASSES`] and with nothing in the functions of [`NEVER_CALLED`].
pub fn streams(wasm: &[u8]) -> Result<Vec<u8>> {
    let never_called = never_called(wasm)?;
    let mut out = wasm.get(..8).context("the program is cut short")?.to_vec();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.context("the program cannot be parsed")?;
        let Some((id, range)) = payload.as_section() else { continue };
        let mut body = wasm
            .get(usize::try_from(range.start)?..usize::try_from(range.end)?)
            .context("a section is cut short")?
            .to_vec();
        if let Payload::ExportSection(section) = payload {
            let kept: Vec<_> = section
                .into_iter()
                .collect::<Result<Vec<_>, _>>()?
                .into_iter()
                .filter(|export| !CLASSES.iter().any(|class| export.name.contains(&class.to_lowercase())))
                .collect();
            body.clear();
            number(&mut body, kept.len())?;
            for export in kept {
                number(&mut body, export.name.len())?;
                body.extend_from_slice(export.name.as_bytes());
                body.push(match export.kind {
                    wasmparser::ExternalKind::Func => 0,
                    wasmparser::ExternalKind::Table => 1,
                    wasmparser::ExternalKind::Memory => 2,
                    wasmparser::ExternalKind::Global => 3,
                    other => anyhow::bail!("the program exports a {other:?}, which is not known here"),
                });
                number(&mut body, export.index as usize)?;
            }
        }
        if id == CODE {
            body = hollowed(&body, &never_called)?;
        }
        out.push(id);
        number(&mut out, body.len())?;
        out.extend_from_slice(&body);
    }
    Ok(out)
}

/// The number of the section that holds the bodies of functions.
const CODE: u8 = 10;

/// The section of code with the functions at these places emptied.
fn hollowed(section: &[u8], places: &BTreeSet<usize>) -> Result<Vec<u8>> {
    let reader = CodeSectionReader::new(BinaryReader::new(section, 0))?;
    let mut out = Vec::with_capacity(section.len());
    number(&mut out, reader.count() as usize)?;
    for (place, function) in reader.into_iter().enumerate() {
        let function = function?;
        if places.contains(&place) {
            out.extend_from_slice(&UNREACHABLE);
        } else {
            let body = function.as_bytes();
            number(&mut out, body.len())?;
            out.extend_from_slice(body);
        }
    }
    Ok(out)
}

/// The places, among the functions with a body, of those of [`NEVER_CALLED`], by the names that the compiler left.
fn never_called(wasm: &[u8]) -> Result<BTreeSet<usize>> {
    let mut imported = 0;
    let mut found = BTreeSet::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.context("the program cannot be parsed")? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += usize::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CustomSection(section) => {
                let KnownCustom::Name(subsections) = section.as_known() else { continue };
                for subsection in subsections {
                    let Name::Function(functions) = subsection? else { continue };
                    for function in functions {
                        let function = function?;
                        if function.name.contains(NEVER_CALLED) {
                            found.extend((function.index as usize).checked_sub(imported));
                        }
                    }
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

/// An unsigned number as the binary format writes it (LEB128).
fn number(out: &mut Vec<u8>, value: usize) -> Result<()> {
    let mut rest = u32::try_from(value)?;
    while rest >= 0x80 {
        out.push((rest as u8 & 0x7f) | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
    Ok(())
}

/// The names of the functions that the program imports.
pub fn imports(wasm: &[u8]) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::ImportSection(section) = payload.context("the program cannot be parsed")? {
            for import in section.into_imports() {
                names.insert(import?.name.to_owned());
            }
        }
    }
    Ok(names)
}

/// The glue without [`CLASSES`], and with those functions only that the program imports.
pub fn glue(glue: &str, imports: &BTreeSet<String>) -> Result<String> {
    let mut out = String::with_capacity(glue.len());
    let (mut inside_class, mut inside_unused) = (false, false);
    let mut found = 0;
    let mut lines = glue.lines().peekable();
    while let Some(line) = lines.next() {
        if inside_class {
            inside_class = line != "}";
        } else if inside_unused {
            // Ends in `},`, or in `}, arguments); },` where the function may fail.
            inside_unused = !line.starts_with("        }");
        } else if CLASSES.iter().any(|class| line == format!("export class {class} {{")) {
            inside_class = true;
            found += 1;
        } else if CLASSES.iter().any(|class| line.starts_with(&format!("const {class}Finalization ="))) {
            // Goes over the two indented lines that follow.
            while lines.peek().is_some_and(|next| next.starts_with("    ")) {
                lines.next();
            }
        } else if CLASSES.iter().any(|class| line.starts_with(&format!("if (Symbol.dispose) {class}."))) {
        } else if let Some(name) = import_of(line)
            && !imports.contains(name)
        {
            inside_unused = line.ends_with('{');
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    ensure!(
        !CLASSES.iter().any(|class| out.contains(class)),
        "the glue mentions {CLASSES:?} in a way that is not known here: wasm-bindgen changed, look at xtask/src/dist/prune.rs"
    );
    ensure!(found <= CLASSES.len(), "the glue has a class twice");
    Ok(out)
}

/// The name of the import that a line of the glue begins, if it begins one.
fn import_of(line: &str) -> Option<&str> {
    let name = line.strip_prefix("        ")?;
    let (name, rest) = name.split_once(": ")?;
    let is_import = name.starts_with("__wb") && !name.contains(' ') && rest.starts_with("function");
    is_import.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_imported_stays_in_the_glue() {
        let before = "export class IntoUnderlyingSink {\n    free() {\n    }\n}\nif (Symbol.dispose) IntoUnderlyingSink.x = 1;\n\
            \x20       __wbg_a_1: function(arg0) {\n            if (x) {\n            }\n        },\n\
            \x20       __wbg_c_3: function() { return handleError(function (arg0) {\n            x();\n        }, arguments); },\n\
            \x20       __wbg_b_2: function() {\n            return 1;\n        },\n\
            const IntoUnderlyingSinkFinalization = (x)\n    ? {}\n    : new Y();\nlet wasm;\n";
        let after = glue(before, &BTreeSet::from(["__wbg_b_2".to_owned()])).unwrap();
        assert_eq!(after, "        __wbg_b_2: function() {\n            return 1;\n        },\nlet wasm;\n");
    }

    #[test]
    fn a_class_written_in_another_way_is_refused() {
        assert!(glue("class IntoUnderlyingSink extends X {}\n", &BTreeSet::new()).is_err());
    }

    #[test]
    fn functions_that_nobody_calls_are_emptied() {
        let section = [2, 4, 0, 0x41, 1, 0x0b, 4, 0, 0x41, 2, 0x0b];
        let hollowed = hollowed(&section, &BTreeSet::from([0])).unwrap();
        assert_eq!(hollowed, [2, 3, 0, 0, 0x0b, 4, 0, 0x41, 2, 0x0b]);
    }

    #[test]
    fn exports_of_the_classes_go_and_the_others_stay() {
        // One function of no arguments, exported three times.
        let names = ["intounderlyingsink_write", "main", "__wbg_intounderlyingsource_free"];
        let mut section = vec![3];
        for name in names {
            section.push(name.len() as u8);
            section.extend_from_slice(name.as_bytes());
            section.extend_from_slice(&[0, 0]);
        }
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        wasm.extend_from_slice(&[1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, section.len() as u8]);
        wasm.extend_from_slice(&section);
        wasm.extend_from_slice(&[10, 4, 1, 2, 0, 0x0b]);
        let pruned = streams(&wasm).unwrap();
        let kept: Vec<String> = Parser::new(0)
            .parse_all(&pruned)
            .filter_map(|payload| match payload.unwrap() {
                Payload::ExportSection(section) => Some(
                    section.into_iter().map(|export| export.unwrap().name.to_owned()).collect::<Vec<_>>(),
                ),
                _ => None,
            })
            .flatten()
            .collect();
        assert_eq!(kept, ["main"]);
    }
}
