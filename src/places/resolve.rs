//! Resolves a path, even if its file does not exist yet.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// How many links are followed, as by the kernel.
const LINKS_MAX: u32 = 40;

/// A resolved path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ResolvedPath {
    /// The path without links, `.` and `..`.
    path: PathBuf,
    /// Device and inode, if the file exists.
    inode: Option<(u64, u64)>,
}

/// Resolves a path. `None` if its directory does not exist.
pub(super) fn resolve(path: &Path) -> Option<ResolvedPath> {
    let mut path = path.to_owned();
    for _ in 0..LINKS_MAX {
        if let Ok(whole) = fs::canonicalize(&path) {
            return Some(ResolvedPath {
                inode: fs::metadata(&whole).ok().map(|found| inode(&found)),
                path: whole,
            });
        }
        let parent = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let parent = fs::canonicalize(parent).ok().filter(|path| path.is_dir())?;
        path = match fs::read_link(&path) {
            // The target of this link does not exist yet. A write would create it.
            Ok(target) => parent.join(target),
            Err(_) => {
                return Some(ResolvedPath {
                    path: parent.join(path.file_name()?),
                    inode: None,
                });
            }
        };
    }
    None
}

fn inode(found: &Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}

impl ResolvedPath {
    /// Whether both are one file or directory.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.path == other.path || (self.inode.is_some() && self.inode == other.inode)
    }

    /// Whether the path is this directory, or is inside it at any depth.
    pub(super) fn is_inside(&self, directory: &Self) -> bool {
        self.path.ancestors().any(|ancestor| {
            // Inodes are compared as well, since a directory may be mounted twice.
            let there = fs::metadata(ancestor).ok().map(|found| inode(&found));
            ancestor == directory.path || (there.is_some() && there == directory.inode)
        })
    }
}
