//! The watched directory. Each picture that arrives in it is given out exactly once, when it is
//! complete, even if the station restarts.
//!
//! # What a picture is
//!
//! A picture is an inode's content between two closings. Its file is regular, and its name has one
//! of the endings of `source.directory.endings` and does not begin with a dot. `docs/writers.md`
//! applies the rules to each known writer.
//!
//! - Each closing after a write makes a new picture, even with the same name, size and times.
//! - Links, renames within the directory, and changed times or permissions make none.
//! - A picture arrives when its writer closes it, when it is moved in, or when a name is linked to
//!   it.
//! - Files that exist at the start arrive as a backlog, in the order of their last change.
//!
//! # How pictures are distinguished
//!
//! - Equal times prove that the content is the same. Other times prove nothing, since programs can
//!   set them.
//! - The kernel's events tell that a file was written. The [`Ledger`] has the contents that were
//!   given out, and the events that are not handled yet.
//! - A decode worker checks times and events before the first byte and after the last
//!   ([`Reading`]). So a part is judged by its own picture, or is a fault.
//! - A file system without events is polled instead. There each picture is read twice, and both
//!   hashes must agree.
//!
//! # Restarts
//!
//! The journal, and the file beside it ([`Inspected`]), record what was inspected. From them
//! [`restore`] fills the ledger. If neither times nor events prove that a file is the recorded
//! picture, its bytes are compared with the recorded hash. That happens when nothing else is to be
//! done. In doubt a picture is inspected twice, off the line. It is never left out.
//!
//! # Order of calls
//!
//! ```text
//! start:    Disposal::new -> restore(what was inspected) -> Directory::open
//! watching: Directory::next -> Arrival -> Reading::open, close on a decode worker
//! recorder: journal record -> Inspected::dispose
//! ```

mod aged;
mod arrival;
mod backlog;
mod directory;
mod disposal;
mod error;
mod event_buffer;
mod file_system;
mod finish_time;
mod folder;
mod identity;
pub mod inspected;
mod ledger;
mod name;
mod own_files;
mod pending_names;
mod reading;
mod recognition;
mod restore;
mod table;
#[cfg(test)]
mod test_files;

pub use aged::AGED_MAX;
pub use arrival::Arrival;
pub use directory::{Directory, Known};
pub use disposal::{Disposal, Disposed, numbered};
pub use error::{FileError, WatchError};
pub use file_system::{BlindFileSystem, coarse_times};
pub use folder::Folder;
pub use identity::Identity;
pub use inspected::{Inspected, Notice};
pub use ledger::Ledger;
pub use name::{FILE_NAME_MAX, Name};
pub use own_files::OwnFiles;
pub use reading::{KeptOpen, Opened, Reading};
pub use restore::{InspectedPicture, RecordedPicture, Restored, restore};
pub use table::LEDGER_MAX;

/// The station file's key of the watched directory, for messages.
const KEY: &str = "source.directory.path";
