//! Names by content: a file whose name ends in its own digest may be cached for ever.

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use super::Files;
use crate::toolbox::hex;

/// Renames a file to `stem-<16 hex digits of its SHA-256>.extension` and returns the new name.
pub fn by_content(files: &mut Files, name: &str, stem: &str, extension: &str) -> Result<String> {
    let bytes = files.remove(name).with_context(|| format!("there is no file {name}"))?;
    let digest = hex(&Sha256::digest(&bytes));
    let renamed = format!("{stem}-{}.{extension}", &digest[..16]);
    files.insert(renamed.clone(), bytes);
    Ok(renamed)
}

/// Replaces former names by new ones in one text file. Every file is expected to be mentioned there.
pub fn rewrite(files: &mut Files, name: &str, renamed: &[(String, String)]) -> Result<()> {
    let bytes = files.get(name).with_context(|| format!("there is no file {name}"))?;
    let mut text = String::from_utf8(bytes.clone()).with_context(|| format!("{name} is not text"))?;
    ensure!(
        !text.contains("integrity="),
        "{name} carries digests of files from before they were finished: set `no_sri` in Trunk.toml"
    );
    for (former, new) in renamed {
        ensure!(text.contains(former.as_str()), "{name} does not mention {former}");
        text = text.replace(former.as_str(), new);
    }
    files.insert(name.to_owned(), text.into_bytes());
    Ok(())
}

/// Puts the icon itself in place of its address: a browser asks for a small file anew at every page of the wizard.
pub fn inline_icon(files: &mut Files) -> Result<()> {
    let icon = files.get("icon.svg").context("there is no public/icon.svg")?;
    let icon = String::from_utf8(icon.clone()).context("the icon is not text")?;
    let index = files.get("index.html").context("there is no index.html")?;
    let index = String::from_utf8(index.clone()).context("index.html is not text")?;
    let link = "href=\"/icon.svg\"";
    ensure!(index.contains(link), "index.html does not hold {link}");
    let encoded: String = icon
        .trim()
        .chars()
        .map(|character| match character {
            '%' | '#' | '<' | '>' | '"' => format!("%{:02X}", u32::from(character)),
            '\n' => " ".to_owned(),
            other => other.to_string(),
        })
        .collect();
    let inlined = index.replace(link, &format!("href=\"data:image/svg+xml,{encoded}\""));
    files.insert("index.html".to_owned(), inlined.into_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_content_same_name_other_content_other_name() {
        let name_of = |content: &str| {
            let mut files = Files::from([("a.js".to_owned(), content.as_bytes().to_vec())]);
            by_content(&mut files, "a.js", "app", "js").unwrap()
        };
        assert_eq!(name_of("1"), "app-6b86b273ff34fce1.js");
        assert_ne!(name_of("1"), name_of("2"));
    }

    #[test]
    fn a_file_that_nothing_mentions_is_an_error() {
        let mut files = Files::from([("index.html".to_owned(), b"<p>".to_vec())]);
        assert!(rewrite(&mut files, "index.html", &[("a.js".into(), "b.js".into())]).is_err());
    }

    #[test]
    fn stale_digests_are_an_error() {
        let mut files = Files::from([("index.html".to_owned(), b"<link integrity=\"x\">".to_vec())]);
        assert!(rewrite(&mut files, "index.html", &[]).is_err());
    }

    #[test]
    fn the_icon_becomes_part_of_the_page() {
        let mut files = Files::from([
            ("icon.svg".to_owned(), b"<svg fill=\"#fff\"/>\n".to_vec()),
            ("index.html".to_owned(), b"<link href=\"/icon.svg\">".to_vec()),
        ]);
        inline_icon(&mut files).unwrap();
        assert_eq!(files["index.html"], b"<link href=\"data:image/svg+xml,%3Csvg fill=%22%23fff%22/%3E\">");
    }
}
