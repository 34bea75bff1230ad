//! Puts the built page into the binary: every file of `dist/`, with its compressed forms beside it.
//!
//! `BYOK_DIST` names another folder. Without one the build succeeds and the server says that the page was not built.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-env-changed=BYOK_DIST");
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let dist = env::var_os("BYOK_DIST").map_or_else(|| here.join("../../dist"), PathBuf::from);
    println!("cargo::rerun-if-changed={}", dist.display());
    let mut files = Vec::new();
    if dist.join("index.html").is_file() {
        let dist = dist.canonicalize()?;
        walk(&dist, &dist, &mut files)?;
        files.sort();
    } else if env::var_os("BYOK_DIST").is_some() {
        println!("cargo::warning=`BYOK_DIST` has no index.html; the binary will have no page");
    }
    let mut code = String::from("&[\n");
    for (name, path) in &files {
        let beside = |extension: &str| {
            let path = format!("{}.{extension}", path.display());
            if Path::new(&path).is_file() {
                format!("Some(include_bytes!({path:?}))")
            } else {
                "None".to_owned()
            }
        };
        let _ = writeln!(
            code,
            "    AssetFile {{ path: {name:?}, identity: include_bytes!({:?}), br: {}, gzip: {} }},",
            path.display().to_string(),
            beside("br"),
            beside("gz")
        );
    }
    code.push_str("]\n");
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    fs::write(out.join("page.rs"), code)
}

/// Every file below `folder` but the compressed forms, as path from `root` and absolute path.
fn walk(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(root, &path, files)?;
            continue;
        }
        let compressed = path.extension().is_some_and(|extension| extension == "br" || extension == "gz");
        if !compressed {
            let name =
                path.strip_prefix(root).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
            files.push((name, path));
        }
    }
    Ok(())
}
