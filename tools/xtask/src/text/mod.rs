//! What people read: comments, sentences and words of the tracked files.

pub mod comments;
pub mod sentences;
pub mod words;

use crate::command::output;
use crate::targets::root;
use anyhow::Result;
use std::path::{Path, PathBuf};

/// A tracked text file.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path from the workspace's folder.
    pub file: PathBuf,
    /// Its whole text.
    pub text: String,
}

/// Every file that Git tracks, by its path from `root`.
///
/// # Errors
///
/// Git fails.
pub fn files(root: &Path) -> Result<Vec<PathBuf>> {
    let names = output(root, &["git", "ls-files", "-z"])?;
    Ok(names.split_terminator('\0').map(PathBuf::from).collect())
}

/// Reads every tracked file that is UTF-8 text.
///
/// # Errors
///
/// Git or Cargo fails.
pub fn tracked() -> Result<Vec<Source>> {
    let root = root()?;
    // A file that is not UTF-8 is a picture or a model. A missing one is deleted but tracked.
    let sources = files(&root)?.into_iter().filter_map(|file| {
        let text = std::fs::read_to_string(root.join(&file)).ok()?;
        Some(Source { file, text })
    });
    Ok(sources.collect())
}
