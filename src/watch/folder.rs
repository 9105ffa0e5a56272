//! A directory by its path, and the files in it: what they are, and how one is opened.

use super::{Error, FILE_NAME_MAX, FileError, Identity, KEY, Name};
use crate::station::file::{PATH_MAX, PathText};
use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::{Mode, fstat, lstat, stat};
use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::time::SystemTime;

/// The bytes of a path to a file in a folder.
pub(super) type FilePath = heapless::Vec<u8, { PATH_MAX + 1 + FILE_NAME_MAX }>;

/// A directory, held by its path and not by a descriptor, so that it can be unmounted while the station runs.
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

    /// Device and inode of the directory that its path leads to now.
    pub(super) fn place(&self) -> Result<(u64, u64), Error> {
        let stat = stat(self.path.as_str()).map_err(|errno| Error::Call {
            key: KEY,
            call: "stat",
            errno,
        })?;
        Ok((stat.st_dev, stat.st_ino))
    }

    /// The path to the file with this name.
    pub(super) fn join(&self, name: &Name) -> FilePath {
        // The capacity is the sum of the longest path, the slash and the longest name.
        let mut bytes = FilePath::new();
        let whole = bytes.extend_from_slice(self.path.as_bytes()).is_ok()
            && bytes.push(b'/').is_ok()
            && bytes.extend_from_slice(name.as_bytes()).is_ok();
        debug_assert!(whole);
        bytes
    }

    /// Looks at the file with this name without opening it. `None` when there is none, or it is no regular file.
    pub(super) fn look(&self, name: &Name) -> Result<Option<Identity>, Errno> {
        match lstat(self.join(name).as_slice()) {
            Ok(stat) => Ok(Identity::of(&stat)),
            Err(Errno::ENOENT) => Ok(None),
            Err(errno) => Err(errno),
        }
    }

    /// How many names lead to the file with this name, in all directories of its file system.
    pub(super) fn links(&self, name: &Name) -> u64 {
        let path = self.join(name);
        std::fs::symlink_metadata(OsStr::from_bytes(&path)).map_or(0, |metadata| metadata.nlink())
    }

    /// Whether the file with this name was made by this time, in nanoseconds since 1970. False where its file system does not
    /// keep when it was made. A number of an inode is given to a new file as soon as its old one is deleted.
    pub(super) fn existed_at(&self, name: &Name, time_ns: i64) -> bool {
        let path = self.join(name);
        let made = std::fs::symlink_metadata(OsStr::from_bytes(&path))
            .and_then(|metadata| metadata.created())
            .ok()
            .and_then(|made| made.duration_since(SystemTime::UNIX_EPOCH).ok());
        made.is_some_and(|made| i64::try_from(made.as_nanos()).is_ok_and(|made| made <= time_ns))
    }

    /// Opens a picture for reading, if it is still the inode with this identity, with the same size.
    ///
    /// [`super::Reading`] proves that its content is the same. Never waits: not for the writer of a FIFO that has taken
    /// the file's name, and it follows no symbolic link. Callable from any thread; allocates nothing.
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

/// What an open file is now; `None` when it is not regular.
pub(super) fn identity_of(file: &File) -> Result<Option<Identity>, FileError> {
    let stat = fstat(file).map_err(|errno| FileError::Call {
        call: "fstat",
        errno,
    })?;
    Ok(Identity::of(&stat))
}
