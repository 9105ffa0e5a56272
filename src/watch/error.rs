//! Errors of the watched directory as a whole, and of one file in it.

use board::wake::WakeError;
use nix::errno::Errno;

/// Why the directory cannot be watched, or a picture not moved or deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WatchError {
    /// A system call failed.
    #[error("{key}: {call} failed: {}{}", errno.desc(), remedy(call, *errno))]
    Call {
        /// The key of the station file that names the directory.
        key: &'static str,
        /// The name of the call.
        call: &'static str,
        /// The error number that it returned.
        #[source]
        errno: Errno,
    },
    /// The watched directory was deleted, renamed or unmounted. The error is permanent: the station
    /// sees no more parts, and must be restarted once the directory is back.
    #[error(
        "source.directory was deleted, renamed or unmounted; put it back and start the station again"
    )]
    Gone,
    /// The kernel's event queue was full, so pictures arrived without an event. Their parts may be
    /// anywhere on the line. The watch goes on, and a scan finds the pictures as a backlog.
    #[error(
        "source.directory: more happened in it than the kernel keeps, so pictures may have come \
         unseen; let nothing else write there, or raise fs.inotify.max_queued_events"
    )]
    Overflow,
    /// `source.directory.move_to` and `source.directory` are the same directory.
    #[error("source.directory.move_to is source.directory; name another directory")]
    SameDirectory,
    /// `source.directory.move_to` has files under the picture's name and under the name with the
    /// part's number.
    #[error(
        "source.directory.move_to has a file with the picture's name, with and without the part's \
         number; take them away"
    )]
    NameTaken,
    /// No file descriptor is left for the wake-up between threads.
    #[error("source.directory: {0}")]
    Wake(#[source] WakeError),
}

/// Why a picture cannot be opened or used. Its part is a fault ([`crate::part::Cause::File`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// The file was deleted, moved or renamed after it had arrived.
    #[error("the file vanished before it was opened; leave it to the station")]
    Vanished,
    /// The file was rewritten or replaced after it had arrived. The new content arrives when its
    /// writer closes it.
    #[error("the file changed after it was closed; write it under a hidden name and rename it")]
    Changed,
    /// The file was written while it was read, so the station may have read a mix of two contents.
    /// The new content arrives when its writer closes it.
    #[error("the file changed while it was read; write it under a hidden name and rename it")]
    Overwritten,
    /// The name belongs to something other than a regular file.
    #[error("not a regular file; only files belong here")]
    NotRegular,
    /// A system call failed.
    #[error("{call} failed: {}{}", errno.desc(), file_remedy(*errno))]
    Call {
        /// The name of the call.
        call: &'static str,
        /// The error number that it returned.
        #[source]
        errno: Errno,
    },
}

/// The remedy for a call that failed on a directory: the end of its message.
fn remedy(call: &str, errno: Errno) -> &'static str {
    match errno {
        Errno::ENOENT => "; create the directory",
        Errno::ENOTDIR => "; it has to be a directory",
        Errno::EACCES | Errno::EPERM => "; give the station's user the right to do so",
        Errno::ENOSPC if call == "inotify_add_watch" => "; raise fs.inotify.max_user_watches",
        Errno::EMFILE if call == "inotify_init1" => "; raise fs.inotify.max_user_instances",
        Errno::ENOSPC | Errno::EDQUOT => "; free space on its disk",
        _ => "",
    }
}

/// The remedy for a call that failed on a file: the end of its message.
fn file_remedy(errno: Errno) -> &'static str {
    match errno {
        Errno::EACCES | Errno::EPERM => "; give the station's user the right to read it",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::error::Error as _;

    #[test]
    fn a_failed_call_says_what_to_do_about_it() {
        for (call, errno, end) in [
            ("stat", Errno::ENOENT, "; create the directory"),
            ("stat", Errno::ENOTDIR, "; it has to be a directory"),
            ("open", Errno::EACCES, "the right to do so"),
            ("open", Errno::EPERM, "the right to do so"),
            ("inotify_add_watch", Errno::ENOSPC, "max_user_watches"),
            ("inotify_init1", Errno::EMFILE, "max_user_instances"),
            ("write", Errno::ENOSPC, "; free space on its disk"),
            ("write", Errno::EDQUOT, "; free space on its disk"),
            ("open", Errno::EMFILE, "open failed: Too many open files"),
        ] {
            let key = "source.directory.path";
            let error = WatchError::Call { key, call, errno };
            let message = error.to_string();
            assert!(
                message.starts_with(key) && message.ends_with(end),
                "{message}"
            );
            assert_eq!(error.source().unwrap().to_string(), errno.to_string());
        }
    }

    #[test]
    fn a_file_that_may_not_be_read_says_what_to_do_about_it() {
        for (errno, end) in [
            (Errno::EACCES, "the right to read it"),
            (Errno::EPERM, "the right to read it"),
            (Errno::EIO, "open failed: I/O error"),
        ] {
            let call = "open";
            let error = FileError::Call { call, errno };
            assert!(error.to_string().ends_with(end), "{error}");
            assert_eq!(error.source().unwrap().to_string(), errno.to_string());
        }
    }
}
