//! The files that the station writes itself. They are never pictures, whatever their names and
//! directories.

use super::{Folder, Identity, Name};
use crate::station::file::PathText;
use heapless::Vec;
use nix::sys::stat::stat;

/// How many of the station's files may have a picture's name: the screen and the timeline.
const OWN_MAX: usize = 2;

/// The station's own files.
#[derive(Debug, Clone, Default)]
pub struct OwnFiles {
    files: Vec<PathText, OWN_MAX>,
}

impl OwnFiles {
    /// The files at these paths, even if they do not exist yet. Ignores empty paths, and paths
    /// after the second.
    pub fn new<'a>(paths: impl IntoIterator<Item = &'a PathText>) -> Self {
        let paths = paths.into_iter().filter(|path| !path.is_empty());
        Self {
            files: paths.take(OWN_MAX).cloned().collect(),
        }
    }

    /// Whether the file with this name in the folder is one of the station's own. It is if name and
    /// directory are the same, by any path, or if the inode is the same.
    pub(super) fn contains(&self, folder: &Folder, name: &Name, found: &Identity) -> bool {
        self.files.iter().any(|path| {
            let (parent, file) = path
                .rsplit_once('/')
                .map_or((".", path.as_str()), |halves| {
                    (if halves.0.is_empty() { "/" } else { halves.0 }, halves.1)
                });
            if file.as_bytes() == name.as_bytes() {
                let place = stat(parent).map(|stat| (stat.st_dev, stat.st_ino));
                return place.is_ok_and(|place| folder.device_and_inode() == Ok(place));
            }
            stat(path.as_str()).is_ok_and(|stat| {
                stat.st_ino == found.inode
                    && folder
                        .device_and_inode()
                        .is_ok_and(|place| place.0 == stat.st_dev)
            })
        })
    }
}
