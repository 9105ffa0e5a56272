//! What can go wrong with the watched directory as a whole, and with one file in it.

use board::wake::WakeError;
use core::fmt;
use nix::errno::Errno;

/// The directory cannot be watched, or a picture cannot be put away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// A system call failed.
    Call {
        /// The key of the station file that names the directory.
        key: &'static str,
        /// The call.
        call: &'static str,
        /// What the system said.
        errno: Errno,
    },
    /// The watched directory was deleted, renamed or unmounted. Every later call says so again: the station cannot see
    /// parts any more and has to be started anew once the directory is back.
    Gone,
    /// The kernel's queue of events was full, and pictures came that nobody told of. Their parts may be on the line at any
    /// place. Later calls go on; a scan finds the pictures, as a backlog.
    Overflow,
    /// `source.directory.move_to` and `source.directory` are the same directory.
    SameDirectory,
    /// A picture's name is taken in `source.directory.move_to`, and so is the name with the part's number.
    NameTaken,
    /// No file descriptor is left for a bell between threads.
    Wake(WakeError),
}

impl core::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call { key, call, errno } => {
                write!(f, "{key}: {call} failed: {}", errno.desc())?;
                match errno {
                    Errno::ENOENT => f.write_str("; create the directory"),
                    Errno::ENOTDIR => f.write_str("; it has to be a directory"),
                    Errno::EACCES | Errno::EPERM => {
                        f.write_str("; give the station's user the right to do so")
                    }
                    Errno::ENOSPC if *call == "inotify_add_watch" => {
                        f.write_str("; raise fs.inotify.max_user_watches")
                    }
                    Errno::EMFILE if *call == "inotify_init1" => {
                        f.write_str("; raise fs.inotify.max_user_instances")
                    }
                    Errno::ENOSPC | Errno::EDQUOT => f.write_str("; make room on its disk"),
                    _ => Ok(()),
                }
            }
            Self::Gone => f.write_str(
                "source.directory was deleted, renamed or unmounted; put it back and start the station again",
            ),
            Self::Overflow => f.write_str(
                "source.directory: more happened in it than the kernel keeps, so pictures may have come unseen; let nothing else write there, or raise fs.inotify.max_queued_events",
            ),
            Self::Wake(error) => write!(f, "source.directory: {error}"),
            Self::SameDirectory => {
                f.write_str("source.directory.move_to is source.directory; name another directory")
            }
            Self::NameTaken => f.write_str(
                "source.directory.move_to has a file with the picture's name, with and without the part's number; take them away",
            ),
        }
    }
}

/// One picture cannot be opened. Its part is a fault ([`crate::part::Cause::File`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileError {
    /// It was deleted, moved or renamed after it had arrived.
    Vanished,
    /// It was written again or replaced after it had arrived. The new content arrives when its writer closes it.
    Changed,
    /// It was written while it was read, so that what was read may be two contents. The new one arrives when its writer
    /// closes it.
    Overwritten,
    /// Something that is not a regular file has its name.
    NotRegular,
    /// A system call failed.
    Call {
        /// The call.
        call: &'static str,
        /// What the system said.
        errno: Errno,
    },
}

impl core::error::Error for FileError {}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Vanished => {
                f.write_str("the file vanished before it was opened; leave it to the station")
            }
            Self::Changed => f.write_str(
                "the file changed after it was closed; write it under a hidden name and rename it",
            ),
            Self::Overwritten => f.write_str(
                "the file changed while it was read; write it under a hidden name and rename it",
            ),
            Self::NotRegular => f.write_str("not a regular file; only files belong here"),
            Self::Call { call, errno } => {
                write!(f, "{call} failed: {}", errno.desc())?;
                if matches!(errno, Errno::EACCES | Errno::EPERM) {
                    f.write_str("; give the station's user the right to read it")?;
                }
                Ok(())
            }
        }
    }
}
