//! The page's style sheets, joined to one and made small. Each sheet would cost a digest in the headers of every answer
//! that carries the page.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::Files;
use crate::toolbox::Toolbox;

/// Puts one minified style sheet in place of all that stand in `index.html`.
pub fn join(tools: &Toolbox, files: &mut Files) -> Result<()> {
    let index = files.get("index.html").context("there is no index.html")?;
    let index = String::from_utf8(index.clone()).context("index.html is not text")?;
    let (html, sheets) = apart(&index)?;
    let input = tools.wasm_target().join("page.css");
    let output = tools.wasm_target().join("page.min.css");
    fs::write(&input, sheets)?;
    tools
        .npm_call("esbuild/bin/esbuild")?
        .arg(&input)
        .args(["--minify", "--log-level=warning", "--legal-comments=none"])
        .arg(format!("--outfile={}", output.display()))
        .run_quietly()?;
    let small = fs::read_to_string(&output).context("the minified style sheet cannot be read")?;
    files.insert("index.html".to_owned(), together(&html, small.trim()).into_bytes());
    Ok(())
}

/// The page with a mark where its first style sheet stood, and all sheets in their order.
fn apart(index: &str) -> Result<(String, String)> {
    let (mut html, mut sheets) = (String::new(), String::new());
    let mut rest = index;
    while let Some((before, after)) = rest.split_once("<style>") {
        let (sheet, after) = after.split_once("</style>").context("a style sheet does not end")?;
        html.push_str(before);
        if sheets.is_empty() {
            html.push_str(MARK);
        }
        sheets.push_str(sheet);
        sheets.push('\n');
        rest = after;
    }
    ensure!(
        !sheets.is_empty(),
        "index.html has no style sheet: Trunk changed, look at xtask/src/dist/styles.rs"
    );
    html.push_str(rest);
    Ok((html, sheets))
}

const MARK: &str = "<!-- styles -->";

/// The page with its style sheet. White space at the beginning of lines means nothing outside of it and of scripts.
fn together(html: &str, sheet: &str) -> String {
    let lines: Vec<&str> = html.lines().map(str::trim_start).filter(|line| !line.is_empty()).collect();
    lines.join("\n").replace(MARK, &format!("<style>{sheet}</style>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_are_taken_out_in_order_and_one_is_put_back() {
        let (html, sheets) = apart("<head>\n  <style>a{}</style>\n  <style>b{}</style>\n</head>").unwrap();
        assert_eq!(sheets, "a{}\nb{}\n");
        assert_eq!(together(&html, "a{}b{}"), "<head>\n<style>a{}b{}</style>\n</head>");
        assert!(apart("<head></head>").is_err());
    }
}
