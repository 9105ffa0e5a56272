//! A directory by its path, and the files in it: what they are, and how one is opened.

use super::{FILE_NAME_MAX, FileError, Name};
use crate::station::file::{PATH_MAX, Path};
use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::{FileStat, Mode, SFlag, fstat, lstat};
use serde::{Deserialize, Serialize};
use std::fs::File;

/// What tells one content of a name from a later one: a file that is written again changes its size or its time of change,
/// one that is replaced its inode as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identity {
    /// Its size, in bytes.
    pub size: u64,
    /// When its content last changed, in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// Its number in its file system.
    pub inode: u64,
}

/// A regular file as a look at it shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// Which content it has.
    pub(super) identity: Identity,
    /// When it was last written, moved or changed otherwise, in nanoseconds since 1970. Nothing can set this time.
    pub(super) ctime_ns: i64,
}

/// The bytes of a path to a file in a folder.
pub(super) type FilePath = heapless::Vec<u8, { PATH_MAX + 1 + FILE_NAME_MAX }>;

/// A directory, held by its path and not by a descriptor, so that it can be unmounted while the station runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    path: Path,
}

impl Folder {
    /// The directory at this path, which need not exist yet.
    pub fn new(path: &Path) -> Self {
        Self { path: path.clone() }
    }

    /// Its path.
    pub fn path(&self) -> &str {
        &self.path
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
    pub(super) fn look(&self, name: &Name) -> Result<Option<Found>, Errno> {
        match lstat(self.join(name).as_slice()) {
            Ok(stat) => Ok(found(&stat)),
            Err(Errno::ENOENT) => Ok(None),
            Err(errno) => Err(errno),
        }
    }

    /// Opens a picture for reading, if its content is still the one with this identity.
    ///
    /// Never waits: not for the writer of a FIFO that has taken the file's name, and it follows no symbolic link.
    /// Callable from any thread; allocates nothing.
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
        let stat = fstat(&fd).map_err(|errno| FileError::Call {
            call: "fstat",
            errno,
        })?;
        match found(&stat) {
            None => Err(FileError::NotRegular),
            Some(found) if found.identity != *identity => Err(FileError::Changed),
            Some(_) => Ok(File::from(fd)),
        }
    }
}

fn found(stat: &FileStat) -> Option<Found> {
    if SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT != SFlag::S_IFREG {
        return None;
    }
    Some(Found {
        identity: Identity {
            size: u64::try_from(stat.st_size).unwrap_or(0),
            mtime_ns: nanoseconds(stat.st_mtime, stat.st_mtime_nsec),
            inode: stat.st_ino,
        },
        ctime_ns: nanoseconds(stat.st_ctime, stat.st_ctime_nsec),
    })
}

const fn nanoseconds(seconds: i64, nanoseconds: i64) -> i64 {
    seconds
        .saturating_mul(1_000_000_000)
        .saturating_add(nanoseconds)
}
