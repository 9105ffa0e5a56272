//! Where a path leads, also that of a file that is not there yet.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// Links that are followed, as the kernel does.
const LINKS_MAX: u32 = 40;

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ResolvedPath {
    /// Without links, `.` and `..`.
    path: PathBuf,
    /// Device and inode, if it is there.
    inode: Option<(u64, u64)>,
}

/// Where the path leads; nothing where its directory is not there.
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
            // A link to what is not there yet: that will be made.
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

    /// Whether it is this directory, or lies in it at any depth.
    pub(super) fn lies_in(&self, directory: &Self) -> bool {
        self.path.ancestors().any(|ancestor| {
            // By inode as well: a directory may be mounted in two places.
            let there = fs::metadata(ancestor).ok().map(|found| inode(&found));
            ancestor == directory.path || (there.is_some() && there == directory.inode)
        })
    }
}
