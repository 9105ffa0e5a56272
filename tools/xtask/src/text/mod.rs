//! What people read: comments, sentences and words of the tracked files.

pub mod comments;
pub mod sentences;
pub mod words;

use crate::targets::root;
use anyhow::{Context, Result, ensure};
use std::path::PathBuf;
use std::process::Command;

/// A tracked text file.
#[derive(Debug)]
pub struct Source {
    /// Path from the workspace's folder.
    pub file: PathBuf,
    /// Its whole text.
    pub text: String,
}

/// Reads every file that Git tracks and that is UTF-8 text.
///
/// # Errors
///
/// Git or Cargo fails.
pub fn tracked() -> Result<Vec<Source>> {
    let root = root()?;
    let output = Command::new("git")
        .current_dir(&root)
        .args(["ls-files", "-z"])
        .output();
    let output = output.context("git ls-files")?;
    ensure!(
        output.status.success(),
        "git ls-files: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let names = String::from_utf8(output.stdout)?;
    let files = names.split_terminator('\0').map(PathBuf::from);
    // A file that is not UTF-8 is a picture or a model, one that is missing is deleted but tracked.
    let sources = files.filter_map(|file| {
        let text = std::fs::read_to_string(root.join(&file)).ok()?;
        Some(Source { file, text })
    });
    Ok(sources.collect())
}
