//! The JavaScript between the page's Wasm and the browser, as wasm-bindgen writes it: made fit for Trusted Types, and
//! smaller.
//!
//! The page is served with `require-trusted-types-for 'script'`, under which a browser refuses to turn a string into
//! markup. Leptos does so for the parts of a view that never change, and wasm-bindgen's glue has one function for it.
//! That function, if it is there, gets the one policy that the page's headers allow, and the policy says yes only to
//! text that was compiled into the program: a string that was put together at run time, from user input say, lies
//! elsewhere in memory and is refused.

use std::{fs, ops::Range};

use anyhow::{Context, Result, bail, ensure};

use crate::toolbox::Toolbox;

/// The name of the policy, as in the header `trusted-types`.
const POLICY: &str = "byok-wizard";
/// How the glue asks for a policy.
const POLICY_TAKEN_OR_USED: &str = "createPolicy(";
/// How the glue makes markup of a string that lies in the program's memory.
const ASSIGNMENT: &str = ".innerHTML = getStringFromWasm0(arg1, arg2);";
/// Other ways to make markup or code of a string. Nothing here gives them a policy, so they must not be there.
const REFUSED: [&str; 9] = [
    "outerHTML",
    "insertAdjacentHTML",
    "createContextualFragment",
    "parseFromString",
    "setHTMLUnsafe",
    "srcdoc",
    "document.write",
    "new Function(",
    "eval(",
];

/// Puts the policy into the page's glue. Fails if the glue is not as it is known.
pub fn under_policy(glue: &str, constants: &Range<u64>) -> Result<String> {
    refuse(glue)?;
    let assignments = glue.matches(".innerHTML").count();
    ensure!(
        assignments == glue.matches(ASSIGNMENT).count() && assignments <= 1,
        "the glue was expected to hold `{ASSIGNMENT}` at most once and holds `.innerHTML` {assignments} times: \
         wasm-bindgen or Leptos changed, look at the file and at xtask/src/dist/glue.rs"
    );
    let policy = if assignments == 1 { policy_for(constants) } else { POLICY_TAKEN.to_owned() };
    Ok(glue.replace(ASSIGNMENT, ".innerHTML = byokMarkup(arg1, arg2);") + "\n" + &policy)
}

/// Fails if the glue of a program that has no document makes markup of a string.
pub fn without_markup(glue: &str) -> Result<String> {
    refuse(glue)?;
    ensure!(!glue.contains(".innerHTML"), "the glue makes markup, and there is no policy for it");
    Ok(glue.to_owned())
}

fn refuse(glue: &str) -> Result<()> {
    for refused in REFUSED {
        ensure!(
            !glue.contains(refused),
            "the glue uses `{refused}`, which Trusted Types refuse: find out who asks for it"
        );
    }
    Ok(())
}

/// Puts the final name of the Wasm into the glue.
pub fn names(glue: &str, stem: &str, wasm_name: &str) -> Result<String> {
    let fallback = format!("'{stem}_bg.wasm'");
    ensure!(glue.contains(&fallback), "the glue does not name {fallback}: wasm-bindgen changed");
    Ok(glue.replace(&fallback, &format!("'{wasm_name}'")))
}

/// Where the program makes no markup of strings at all, the name is taken all the same: nobody else gets to.
const POLICY_TAKEN: &str = "globalThis.trustedTypes?.createPolicy('byok-wizard', {});\n";

fn policy_for(Range { start, end }: &Range<u64>) -> String {
    format!(
        "const byokPolicy = (globalThis.trustedTypes ?? {{ createPolicy: (_, rules) => rules }})\
         .createPolicy('{POLICY}', {{ createHTML: markup => markup }});\n\
         function byokMarkup(start, length) {{\n\
         start >>>= 0; length >>>= 0;\n\
         if (length && (start < {start} || start + length > {end}))\n\
         throw new TypeError('Only text that was compiled into the program may become markup.');\n\
         return byokPolicy.createHTML(getStringFromWasm0(start, length));\n\
         }}\n"
    )
}

/// Minifies the glue. Trunk's own minifier does not know all of the syntax in it.
pub fn minify(tools: &Toolbox, glue: &str) -> Result<Vec<u8>> {
    let input = tools.wasm_target().join("glue.js");
    let output = tools.wasm_target().join("glue.min.js");
    fs::write(&input, glue)?;
    tools
        .npm_call("esbuild/bin/esbuild")?
        .arg(&input)
        .args(["--minify", "--format=esm", "--target=es2022", "--log-level=warning", "--legal-comments=none"])
        .arg(format!("--outfile={}", output.display()))
        .run_quietly()?;
    let minified = fs::read(&output).context("the minified glue cannot be read")?;
    if glue.contains(POLICY_TAKEN_OR_USED)
        && !String::from_utf8_lossy(&minified).contains(POLICY_TAKEN_OR_USED)
    {
        bail!("minifying lost the Trusted Types policy");
    }
    Ok(minified)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "set_innerHTML: function(arg0, arg1, arg2) {\n\
        arg0.innerHTML = getStringFromWasm0(arg1, arg2);\n},\nnew URL('byok-wizard_bg.wasm', import.meta.url)";

    #[test]
    fn markup_is_made_by_the_policy_alone() {
        let patched = under_policy(GLUE, &(1_048_576..1_060_000)).unwrap();
        assert!(patched.contains("arg0.innerHTML = byokMarkup(arg1, arg2);"));
        assert!(patched.contains("start < 1048576 || start + length > 1060000"));
        assert!(!patched.contains(ASSIGNMENT));
    }

    #[test]
    fn the_final_name_of_the_program_is_put_in() {
        let named = names(GLUE, "byok-wizard", "byok-wizard-0123.wasm").unwrap();
        assert!(named.contains("new URL('byok-wizard-0123.wasm', import.meta.url)"));
        assert!(names(GLUE, "byok-later", "x.wasm").is_err());
    }

    #[test]
    fn glue_that_makes_markup_twice_is_refused() {
        assert!(under_policy(&GLUE.repeat(2), &(0..1)).is_err());
    }

    #[test]
    fn glue_that_makes_markup_in_an_unknown_way_is_refused() {
        let glue = GLUE.replace("getStringFromWasm0(arg1, arg2)", "takeObject(arg1)");
        assert!(under_policy(&glue, &(0..1)).is_err());
    }

    #[test]
    fn glue_that_makes_no_markup_still_takes_the_name_of_the_policy() {
        assert!(under_policy("let wasm;", &(0..1)).unwrap().contains("createPolicy('byok-wizard'"));
    }

    #[test]
    fn glue_of_a_program_without_a_document_makes_no_markup() {
        assert!(without_markup(GLUE).is_err());
        assert_eq!(without_markup("let wasm;").unwrap(), "let wasm;");
    }

    #[test]
    fn glue_that_makes_code_of_a_string_is_refused() {
        assert!(under_policy(&format!("{GLUE}\neval('1')"), &(0..1)).is_err());
    }
}
