//! What can go wrong with the watched directory as a whole, and with one file in it.

use board::wake::WakeError;
use nix::errno::Errno;

/// The directory cannot be watched, or a picture cannot be put away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WatchError {
    /// A system call failed.
    #[error("{key}: {call} failed: {}{}", errno.desc(), remedy(call, *errno))]
    Call {
        /// The key of the station file that names the directory.
        key: &'static str,
        /// The call.
        call: &'static str,
        /// What the system said.
        #[source]
        errno: Errno,
    },
    /// The watched directory was deleted, renamed or unmounted. Every later call says so again: the station cannot see
    /// parts any more and has to be started anew once the directory is back.
    #[error(
        "source.directory was deleted, renamed or unmounted; put it back and start the station again"
    )]
    Gone,
    /// The kernel's queue of events was full, and pictures came that nobody told of. Their parts may be on the line at any
    /// place. Later calls go on; a scan finds the pictures, as a backlog.
    #[error(
        "source.directory: more happened in it than the kernel keeps, so pictures may have come \
         unseen; let nothing else write there, or raise fs.inotify.max_queued_events"
    )]
    Overflow,
    /// `source.directory.move_to` and `source.directory` are the same directory.
    #[error("source.directory.move_to is source.directory; name another directory")]
    SameDirectory,
    /// A picture's name is taken in `source.directory.move_to`, and so is the name with the part's number.
    #[error(
        "source.directory.move_to has a file with the picture's name, with and without the part's \
         number; take them away"
    )]
    NameTaken,
    /// No file descriptor is left for a wake_up between threads.
    #[error("source.directory: {0}")]
    Wake(#[source] WakeError),
}

/// One picture cannot be opened. Its part is a fault ([`crate::part::Cause::File`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// It was deleted, moved or renamed after it had arrived.
    #[error("the file vanished before it was opened; leave it to the station")]
    Vanished,
    /// It was written again or replaced after it had arrived. The new content arrives when its writer closes it.
    #[error("the file changed after it was closed; write it under a hidden name and rename it")]
    Changed,
    /// It was written while it was read, so that what was read may be two contents. The new one arrives when its writer
    /// closes it.
    #[error("the file changed while it was read; write it under a hidden name and rename it")]
    Overwritten,
    /// Something that is not a regular file has its name.
    #[error("not a regular file; only files belong here")]
    NotRegular,
    /// A system call failed.
    #[error("{call} failed: {}{}", errno.desc(), file_remedy(*errno))]
    Call {
        /// The call.
        call: &'static str,
        /// What the system said.
        #[source]
        errno: Errno,
    },
}

/// What to do about a call that failed on a directory, as the end of a message.
fn remedy(call: &str, errno: Errno) -> &'static str {
    match errno {
        Errno::ENOENT => "; create the directory",
        Errno::ENOTDIR => "; it has to be a directory",
        Errno::EACCES | Errno::EPERM => "; give the station's user the right to do so",
        Errno::ENOSPC if call == "inotify_add_watch" => "; raise fs.inotify.max_user_watches",
        Errno::EMFILE if call == "inotify_init1" => "; raise fs.inotify.max_user_instances",
        Errno::ENOSPC | Errno::EDQUOT => "; make room on its disk",
        _ => "",
    }
}

/// The same for a call that failed on a file.
fn file_remedy(errno: Errno) -> &'static str {
    match errno {
        Errno::EACCES | Errno::EPERM => "; give the station's user the right to read it",
        _ => "",
    }
}
