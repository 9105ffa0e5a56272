//! A picture that arrived in the watched directory.

use super::{Identity, Name};
use board::Timestamp;

/// A picture that has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Its name in the directory.
    pub name: Name,
    /// The identity of its content.
    pub identity: Identity,
    /// When the station saw it.
    pub seen_at: Timestamp,
    /// When it was finished: the file's change time (`ctime`), which is set when it is written,
    /// moved or linked.
    ///
    /// It is up to 10 ms late. If times or permissions were set after that, it is later by as much,
    /// but never later than `seen_at`. Where the directory is polled, it is when a scan first found
    /// the file as it is now. That is late by `poll_ms` and two scans at most.
    pub finished_at: Timestamp,
    /// The earliest time at which it can have been finished: `finished_at`, or, where the directory
    /// is polled, when the file was last seen different. For a new file that is when the scan
    /// before began. The time 0 if it may have waited in the directory, and was renamed, or got
    /// other permissions.
    pub finished_after: Timestamp,
    /// Whether a scan found it. Then its part may not be on the line now.
    pub backlog: bool,
}
