//! Rules about who may know whom.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::toolbox::Toolbox;

/// For each crate, those of ours that it must not depend on, directly or through others.
const WALLS: [(&str, &[&str]); 5] = [
    ("byok-core", &["byok-wizard", "byok-proxy", "byok-sandbox", "byok-cli"]),
    ("byok-proxy", &["byok-wizard", "byok-sandbox", "byok-cli"]),
    ("byok-sandbox", &["byok-wizard", "byok-core", "byok-proxy", "byok-cli"]),
    ("byok-wizard", &["byok-later", "byok-proxy", "byok-sandbox", "byok-cli"]),
    ("byok-later", &["byok-proxy", "byok-sandbox", "byok-cli"]),
];

/// The sandbox judges by itself, the proxy runs against real clouds without it, the rules know nobody.
pub fn walls(tools: &Toolbox) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    let packages = packages(tools)?;
    for (package, forbidden) in WALLS {
        let mut reached = vec![package.to_owned()];
        let mut next = 0;
        while let Some(name) = reached.get(next).cloned() {
            for dependency in dependencies_of(&packages, &name)? {
                if dependency.starts_with("byok-") && !reached.contains(&dependency) {
                    reached.push(dependency);
                }
            }
            next += 1;
        }
        for name in reached.iter().filter(|name| forbidden.contains(&name.as_str())) {
            findings.push(format!("{package} depends on {name}"));
        }
    }
    Ok(findings)
}

/// What the browser runs names no crate that would double it.
pub fn light(tools: &Toolbox) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    let packages = packages(tools)?;
    for package in ["byok-wizard", "byok-later", "byok-core"] {
        for dependency in dependencies_of(&packages, package)? {
            if ["url", "regex"].contains(&dependency.as_str()) {
                findings.push(format!("{package} depends on {dependency}"));
            }
        }
    }
    Ok(findings)
}

fn packages(tools: &Toolbox) -> Result<Vec<Value>> {
    let text = tools.cargo().args(["metadata", "--format-version", "1", "--no-deps"]).read()?;
    let metadata: Value = serde_json::from_str(&text).context("cargo metadata is not JSON")?;
    Ok(metadata["packages"].as_array().cloned().unwrap_or_default())
}

/// What a package is built of; what only its tests use may be anything.
fn dependencies_of(packages: &[Value], name: &str) -> Result<Vec<String>> {
    let package = packages
        .iter()
        .find(|package| package["name"] == name)
        .with_context(|| format!("there is no package {name} in the workspace"))?;
    let dependencies = package["dependencies"].as_array().map_or(&[][..], Vec::as_slice);
    Ok(dependencies
        .iter()
        .filter(|dependency| dependency["kind"].is_null() || dependency["kind"] == "build")
        .filter_map(|dependency| dependency["name"].as_str().map(str::to_owned))
        .collect())
}
