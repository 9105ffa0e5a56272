//! The libraries and programs of the workspace.

use crate::modules::{self, Crate};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the workspace that contains the current directory.
///
/// # Errors
///
/// Cargo finds no workspace.
pub fn root() -> Result<PathBuf> {
    let file = cargo(&["locate-project", "--workspace", "--message-format", "plain"])?;
    let file = PathBuf::from(String::from_utf8(file)?.trim_end());
    file.parent()
        .map(Path::to_owned)
        .context("Cargo.toml is in no folder")
}

/// What `cargo metadata` prints, with further arguments.
///
/// # Errors
///
/// Cargo fails, or prints something other than JSON.
pub fn metadata(arguments: &[&str]) -> Result<Value> {
    let fixed = ["metadata", "--format-version", "1", "--locked"];
    Ok(serde_json::from_slice(&cargo(
        &[&fixed, arguments].concat(),
    )?)?)
}

fn cargo(arguments: &[&str]) -> Result<Vec<u8>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(arguments)
        .output()
        .context("cargo")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "cargo {}: {said}", arguments[0]);
    Ok(output.stdout)
}

/// Reads every library and program of the workspace, files by their path from its root.
///
/// # Errors
///
/// Cargo fails, or a source does not parse.
pub fn load_all() -> Result<Vec<Crate>> {
    let metadata = metadata(&["--no-deps"])?;
    let base = metadata["workspace_root"]
        .as_str()
        .context("no workspace_root")?;
    let read = |path: &Path| std::fs::read_to_string(Path::new(base).join(path)).ok();
    let mut crates = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        for target in package["targets"].as_array().into_iter().flatten() {
            let kinds: Vec<_> = target["kind"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            if !kinds
                .iter()
                .any(|kind| ["lib", "rlib", "cdylib", "bin"].contains(kind))
            {
                continue;
            }
            let kind = if kinds.contains(&"bin") {
                "program"
            } else {
                "library"
            };
            let name = format!("{kind} {}", target["name"].as_str().unwrap_or_default());
            let file = PathBuf::from(target["src_path"].as_str().context("no src_path")?);
            let file = file.strip_prefix(base).unwrap_or(&file).to_owned();
            crates.push(modules::load(&name, &file, &read).with_context(|| name.clone())?);
        }
    }
    Ok(crates)
}
