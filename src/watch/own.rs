//! What the station writes itself. It is never a picture, whatever its name and place.

use super::{Folder, Identity, Name};
use crate::station::file::PathText;
use heapless::Vec;
use nix::sys::stat::stat;

/// Files of the station file that may have a picture's name: the screen, and the timeline.
const OWN_MAX: usize = 2;

/// The station's own files.
#[derive(Debug, Clone, Default)]
pub struct Own {
    files: Vec<PathText, OWN_MAX>,
}

impl Own {
    /// The files at these paths, where they are or will be. Empty paths, and paths after the second, are left out.
    pub fn new<'a>(paths: impl IntoIterator<Item = &'a PathText>) -> Self {
        let paths = paths.into_iter().filter(|path| !path.is_empty());
        Self {
            files: paths.take(OWN_MAX).cloned().collect(),
        }
    }

    /// Whether the file with this name in the folder is one of them. It is if it has the same name in the same
    /// directory, whatever paths were given, or if it is the same inode.
    pub(super) fn holds(&self, folder: &Folder, name: &Name, found: &Identity) -> bool {
        self.files.iter().any(|path| {
            let (parent, file) = path
                .rsplit_once('/')
                .map_or((".", path.as_str()), |halves| {
                    (if halves.0.is_empty() { "/" } else { halves.0 }, halves.1)
                });
            if file.as_bytes() == name.as_bytes() {
                let place = stat(parent).map(|stat| (stat.st_dev, stat.st_ino));
                return place.is_ok_and(|place| folder.place() == Ok(place));
            }
            stat(path.as_str()).is_ok_and(|stat| {
                stat.st_ino == found.inode
                    && folder.place().is_ok_and(|place| place.0 == stat.st_dev)
            })
        })
    }
}
