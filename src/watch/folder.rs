//! A directory and the files in it: what identifies them, and how one is opened.

use super::{FILE_NAME_MAX, FileError, Identity, KEY, Name, WatchError};
use crate::station::file::{DirectorySettings, Endings, PATH_MAX, PathText};
use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::{Mode, fstat, lstat, stat};
use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::time::SystemTime;

/// The path to a file in a folder, in bytes.
pub(super) type FilePath = heapless::Vec<u8, { PATH_MAX + 1 + FILE_NAME_MAX }>;

/// A directory, known by its path. No descriptor is kept open, so it can be unmounted while the
/// station runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    path: PathText,
    endings: Endings,
}

impl Folder {
    /// The directory at this path, which need not exist yet.
    pub fn new(path: &PathText) -> Self {
        Self {
            path: path.clone(),
            endings: Endings::All,
        }
    }

    /// The watched directory.
    pub fn of(settings: &DirectorySettings) -> Self {
        Self {
            endings: settings.endings,
            ..Self::new(&settings.path)
        }
    }

    /// Whether a file with this name is a picture.
    pub(super) fn is_picture(&self, name: &Name) -> bool {
        name.is_picture(self.endings)
    }

    /// Its path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Device and inode of the directory to which the path leads now.
    pub(super) fn device_and_inode(&self) -> Result<(u64, u64), WatchError> {
        let stat = stat(self.path.as_str()).map_err(|errno| WatchError::Call {
            key: KEY,
            call: "stat",
            errno,
        })?;
        Ok((stat.st_dev, stat.st_ino))
    }

    /// The path to the file with this name.
    pub(super) fn join(&self, name: &Name) -> FilePath {
        // The capacity covers the longest path, the slash and the longest name.
        let mut bytes = FilePath::new();
        let whole = bytes.extend_from_slice(self.path.as_bytes()).is_ok()
            && bytes.push(b'/').is_ok()
            && bytes.extend_from_slice(name.as_bytes()).is_ok();
        debug_assert!(whole);
        bytes
    }

    /// The identity of the file with this name, found without opening the file. `None` if there is
    /// no such file, or it is not regular.
    pub(super) fn find(&self, name: &Name) -> Result<Option<Identity>, Errno> {
        match lstat(self.join(name).as_slice()) {
            Ok(stat) => Ok(Identity::of(&stat)),
            Err(Errno::ENOENT) => Ok(None),
            Err(errno) => Err(errno),
        }
    }

    /// The file's number of hard links, in all directories. 0 if there is no such file.
    pub(super) fn links(&self, name: &Name) -> u64 {
        let path = self.join(name);
        std::fs::symlink_metadata(OsStr::from_bytes(&path)).map_or(0, |metadata| metadata.nlink())
    }

    /// Whether the file with this name was created by this time, in nanoseconds since 1970. False
    /// if the file system does not keep creation times.
    ///
    /// This tells a reused inode number apart: a file system may give the number of a deleted file
    /// to a new one at once.
    pub(super) fn existed_at(&self, name: &Name, time_ns: i64) -> bool {
        let path = self.join(name);
        let made = std::fs::symlink_metadata(OsStr::from_bytes(&path))
            .and_then(|metadata| metadata.created())
            .ok()
            .and_then(|made| made.duration_since(SystemTime::UNIX_EPOCH).ok());
        made.is_some_and(|made| i64::try_from(made.as_nanos()).is_ok_and(|made| made <= time_ns))
    }

    /// Opens a picture for reading if it still has the inode and the size of `identity`. Only
    /// [`super::Reading`] proves that the content is the same.
    ///
    /// Never blocks, even if a FIFO has taken the file's name. Follows no symbolic link. Callable
    /// from any thread. Allocates nothing.
    ///
    /// # Errors
    /// [`FileError`], as its variants say.
    pub fn open(&self, name: &Name, identity: &Identity) -> Result<File, FileError> {
        let flags = OFlag::O_RDONLY
            | OFlag::O_NONBLOCK
            | OFlag::O_NOFOLLOW
            | OFlag::O_NOCTTY
            | OFlag::O_CLOEXEC;
        let fd = open(self.join(name).as_slice(), flags, Mode::empty()).map_err(
            |errno| match errno {
                Errno::ENOENT => FileError::Vanished,
                Errno::ELOOP | Errno::ENXIO => FileError::NotRegular,
                errno => FileError::Call {
                    call: "open",
                    errno,
                },
            },
        )?;
        let file = File::from(fd);
        let found = identity_of(&file)?.ok_or(FileError::NotRegular)?;
        if found.may_be(identity) {
            Ok(file)
        } else {
            Err(FileError::Changed)
        }
    }
}

/// The identity of an open file. `None` if it is not a regular file.
pub(super) fn identity_of(file: &File) -> Result<Option<Identity>, FileError> {
    let stat = fstat(file).map_err(|errno| FileError::Call {
        call: "fstat",
        errno,
    })?;
    Ok(Identity::of(&stat))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::test_files::{TestFolder, name};
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn only_a_regular_file_is_found_with_its_identity() {
        let site = TestFolder::new("folder-find");
        site.write("a.png", "four");
        site.set_times("a.png", 1_000_000, 5);
        let metadata = fs::metadata(site.file("a.png")).unwrap();
        let found = site.identity("a.png");
        assert_eq!((found.size, found.inode), (4, metadata.ino()));
        assert_eq!(found.mtime_ns, 1_000_000_000_000_005);
        let ctime_ns = metadata.ctime() * 1_000_000_000 + metadata.ctime_nsec();
        assert_eq!((found.ctime_ns, found.content), (ctime_ns, 0));
        symlink("a.png", site.file("link.png")).unwrap();
        fs::create_dir(site.file("directory.png")).unwrap();
        for other in ["link.png", "directory.png", "none.png"] {
            assert_eq!(site.folder().find(&name(other)), Ok(None), "{other}");
        }
        let file = Folder::new(&site.file("a.png").to_str().unwrap().parse().unwrap());
        assert_eq!(file.find(&name("b.png")), Err(Errno::ENOTDIR));
    }

    #[test]
    fn device_and_inode_are_those_of_the_directory() {
        let site = TestFolder::new("folder-inode");
        let metadata = fs::metadata(site.path.join("in")).unwrap();
        let found = site.folder().device_and_inode();
        assert_eq!(found, Ok((metadata.dev(), metadata.ino())));
        let missing = Folder::new(&site.file("none").to_str().unwrap().parse().unwrap());
        let error = missing.device_and_inode().unwrap_err();
        assert!(error.to_string().starts_with("source.directory.path: stat"));
    }

    #[test]
    fn all_names_of_a_file_are_counted() {
        let site = TestFolder::new("folder-links");
        site.write("a.png", "a");
        assert_eq!(site.folder().links(&name("a.png")), 1);
        fs::hard_link(site.file("a.png"), site.path.join("elsewhere")).unwrap();
        assert_eq!(site.folder().links(&name("a.png")), 2);
        assert_eq!(site.folder().links(&name("none.png")), 0);
    }

    #[test]
    fn a_file_existed_from_its_creation_on() {
        let site = TestFolder::new("folder-existed");
        site.write("a.png", "a");
        let existed = |file: &str, time| site.folder().existed_at(&name(file), time);
        match fs::metadata(site.file("a.png")).unwrap().created() {
            Ok(created) => {
                let since = created.duration_since(SystemTime::UNIX_EPOCH).unwrap();
                let created_ns = i64::try_from(since.as_nanos()).unwrap();
                assert!(existed("a.png", created_ns) && existed("a.png", created_ns + 1));
                assert!(!existed("a.png", created_ns - 1));
            }
            Err(_) => assert!(!existed("a.png", i64::MAX)),
        }
        assert!(!existed("none.png", i64::MAX));
    }

    #[test]
    fn a_file_is_opened_if_its_inode_and_size_are_the_same() {
        let site = TestFolder::new("folder-open");
        let identity = site.write("a.png", "a");
        let folder = site.folder();
        let file = folder.open(&name("a.png"), &identity).unwrap();
        assert_eq!(identity_of(&file), Ok(Some(identity)));
        let error = |file: &str, identity| folder.open(&name(file), identity).unwrap_err();
        assert_eq!(error("none.png", &identity), FileError::Vanished);
        let other = site.write("b.png", "b");
        assert_eq!(error("a.png", &other), FileError::Changed);
        site.write("a.png", "longer");
        assert_eq!(error("a.png", &identity), FileError::Changed);
        fs::create_dir(site.file("c.png")).unwrap();
        assert_eq!(error("c.png", &identity), FileError::NotRegular);
        symlink("a.png", site.file("d.png")).unwrap();
        assert_eq!(error("d.png", &identity), FileError::NotRegular);
    }
}
