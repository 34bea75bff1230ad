//! Compressed copies beside the files, and what the page weighs.

use std::{fs, io::Write};

use anyhow::{Context, Result};

use super::Files;
use crate::toolbox::Toolbox;

/// Kinds of files that shrink. Pictures and fonts are compressed already.
const COMPRESSIBLE: [&str; 9] = ["css", "html", "ico", "js", "json", "svg", "txt", "wasm", "webmanifest"];
/// What a browser fetches before the page works: all but these are fetched later, or by the browser's own needs.
const FIRST_LOAD: [&str; 4] = ["css", "html", "js", "wasm"];

/// Adds `name.br` and `name.gz` for each file that gets smaller by it.
pub fn compress(tools: &Toolbox, files: &mut Files) -> Result<()> {
    let mut copies = Files::new();
    for (name, bytes) in files.iter().filter(|(name, _)| COMPRESSIBLE.contains(&extension(name))) {
        for (ending, copy) in [("br", brotli(tools, bytes)?), ("gz", gzip(bytes)?)] {
            if copy.len() < bytes.len() {
                copies.insert(format!("{name}.{ending}"), copy);
            }
        }
    }
    files.append(&mut copies);
    Ok(())
}

/// Prints a table of all files and the sum of the first load.
pub fn print(files: &Files) {
    println!("{:<44}{:>10}{:>10}{:>10}", "file", "raw", "gzip", "brotli");
    let mut sums = [0; 3];
    for (name, bytes) in files.iter().filter(|(name, _)| !is_copy(name)) {
        let size = |ending: &str| files.get(&format!("{name}.{ending}")).map_or(bytes.len(), Vec::len);
        let row = [bytes.len(), size("gz"), size("br")];
        println!("{name:<44}{:>10}{:>10}{:>10}", row[0], row[1], row[2]);
        if is_first_load(name) {
            for (sum, size) in sums.iter_mut().zip(row) {
                *sum += size;
            }
        }
    }
    println!("{:<44}{:>10}{:>10}{:>10}", "first load (html, css, js, wasm)", sums[0], sums[1], sums[2]);
}

/// The bytes of the files of the first load as a browser that knows brotli receives them, without headers.
pub fn first_load(tools: &Toolbox) -> Result<u64> {
    let folder = tools.workspace.path("dist");
    let mut sum = 0;
    for entry in fs::read_dir(&folder).context("there is no page in dist/. Run: cargo xtask dist")? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if is_first_load(&name) {
            let compressed = folder.join(format!("{name}.br"));
            sum += fs::metadata(&compressed).or_else(|_| fs::metadata(&path))?.len();
        }
    }
    Ok(sum)
}

fn is_first_load(name: &str) -> bool {
    !name.contains('/') && !name.starts_with(super::LATER) && FIRST_LOAD.contains(&extension(name))
}

fn is_copy(name: &str) -> bool {
    ["br", "gz"].contains(&extension(name))
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// Bytes as a browser that knows brotli receives them.
///
/// Quality 11 and the largest window that every browser takes. Two compressors make the same format in different ways,
/// and now the one, now the other finds the shorter one: the first load is counted in hundreds of bytes.
pub fn brotli(tools: &Toolbox, bytes: &[u8]) -> Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 24);
    writer.write_all(bytes)?;
    let ours = writer.into_inner();
    let (input, output) = (tools.wasm_target().join("whole"), tools.wasm_target().join("whole.br"));
    fs::write(&input, bytes)?;
    tools.node_call()?.args(["-e", NODE_BROTLI]).arg(&input).arg(&output).run_quietly()?;
    let nodes = fs::read(&output).context("the compressed copy cannot be read")?;
    Ok(if nodes.len() < ours.len() { nodes } else { ours })
}

/// Compresses the first file into the second with Node's own library.
const NODE_BROTLI: &str = "const fs = require('fs'), zlib = require('zlib'), [from, to] = process.argv.slice(1), \
    { BROTLI_PARAM_QUALITY: quality, BROTLI_PARAM_LGWIN: window } = zlib.constants; \
    fs.writeFileSync(to, zlib.brotliCompressSync(fs.readFileSync(from), { params: { [quality]: 11, [window]: 24 } }));";

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes)?;
    Ok(writer.finish()?)
}
