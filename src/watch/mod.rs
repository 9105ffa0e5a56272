//! A directory in which pictures arrive: each is seen once, when it is complete, whatever happens to the station meanwhile.
//!
//! **The rule.** A picture is an inode's content between two closings, in a regular file whose name ends in `.png` and does not
//! begin with a dot. PendingNames to it, renames within the directory, times and rights that are set make no other picture. Each
//! closing after writing does, whatever size and times say. `docs/writers.md` has the rule applied to writers and restarts.
//!
//! It arrives when its writer closes it, when it is moved in, or when a name is linked to it. What lay there before
//! arrives at start, in the order of its last change. The kernel's events say what was written; [`Ledger`] has what was
//! taken, and the events that wait. Times prove that a content is the same, never that it is another. A decode worker
//! checks both before the first byte and after the last ([`Reading`]). So a part is judged by its own picture or is a
//! fault. Where there are no events the directory is polled, and each picture is read twice.
//!
//! What was inspected is known across restarts from the journal, and from the file beside it ([`Inspected`]), by which
//! [`restore`] fills the ledger. What neither times nor events prove is read and compared with the journal's hash, when
//! nothing else is to be done. In doubt a picture is inspected twice, off the line, and never left out.
//!
//! ```text
//! start:    Disposal::new -> restore(what was inspected) -> Directory::open
//! watching: Directory::next -> Arrival -> Reading::open, close on a decode worker
//! recorder: journal record -> Inspected::dispose
//! ```

mod aged;
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
mod restore;
mod table;

pub use aged::AGED_MAX;
pub use directory::{Arrival, Directory, Known};
pub use disposal::{Disposal, Disposed};
pub use error::{FileError, WatchError};
pub use file_system::{BlindFileSystem, coarse_times};
pub use folder::Folder;
pub use identity::Identity;
pub use inspected::{Inspected, Notice};
pub use ledger::Ledger;
pub use name::{FILE_NAME_MAX, Name};
pub use own_files::OwnFiles;
pub use reading::{KeptOpen, Opened, Reading};
pub use restore::{InspectedPicture, Restored, restore};
pub use table::LEDGER_MAX;

/// The key of the station file that names the watched directory, for messages.
const KEY: &str = "source.directory.path";
