//! The files that the station writes itself. They are never pictures, under any name and in any
//! directory.

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::test_files::{TestFolder, name};
    use std::fs;

    fn path(text: &str) -> PathText {
        text.parse().unwrap()
    }

    #[test]
    fn a_file_is_known_by_name_and_directory_or_by_its_inode() {
        let site = TestFolder::new("own");
        let folder = site.folder();
        let own = |text: String| OwnFiles::new([&path(&text)]);
        let base = site.path.display();
        let screen = own(format!("{base}/out/../in/screen.png"));
        // The file need not exist.
        let none = Identity::default();
        assert!(screen.contains(&folder, &name("screen.png"), &none));
        assert!(!screen.contains(&folder, &name("other.png"), &none));
        let elsewhere = own(format!("{base}/out/screen.png"));
        assert!(!elsewhere.contains(&folder, &name("screen.png"), &none));

        fs::write(site.path.join("out/timeline"), "lines").unwrap();
        let timeline = own(format!("{base}/out/timeline"));
        fs::hard_link(site.path.join("out/timeline"), site.file("a.png")).unwrap();
        let other = site.write("b.png", "b");
        assert!(timeline.contains(&folder, &name("a.png"), &site.identity("a.png")));
        assert!(!timeline.contains(&folder, &name("b.png"), &other));
    }

    #[test]
    fn files_in_the_root_and_without_a_directory_are_known() {
        let none = Identity::default();
        for (directory, file) in [("/", "/screen.png"), (".", "screen.png")] {
            let folder = Folder::new(&path(directory));
            let own = OwnFiles::new([&path(file)]);
            assert!(own.contains(&folder, &name("screen.png"), &none), "{file}");
        }
    }

    #[test]
    fn empty_paths_are_no_files() {
        let own = OwnFiles::new([&path(""), &path("/a.png"), &path("/b.png")]);
        assert_eq!(own.files.len(), 2);
    }
}
