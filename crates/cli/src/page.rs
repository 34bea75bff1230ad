//! The built page inside the binary; `build.rs` writes the list of files.

use byok_proxy::AssetFile;

/// Every file of the page; empty when the binary was built without it.
pub(crate) static FILES: &[AssetFile] = include!(concat!(env!("OUT_DIR"), "/page.rs"));
