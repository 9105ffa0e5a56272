//! A directory and the files in it: what identifies them, and how one is opened.

use super::{FILE_NAME_MAX, FileError, Identity, KEY, Name, WatchError};
use crate::station::file::{PATH_MAX, PathText};
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
}

impl Folder {
    /// The directory at this path, which need not exist yet.
    pub fn new(path: &PathText) -> Self {
        Self { path: path.clone() }
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

    /// The identity of the file with this name. Does not open the file. `None` if there is no such
    /// file, or it is not regular.
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
