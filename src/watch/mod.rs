//! A directory in which pictures arrive: each is seen once, when it is complete, whatever happens to the station meanwhile.
//!
//! A picture is a regular file whose name ends in `.png` and does not begin with a dot. It arrives when its writer closes it
//! or when it is moved in; what lay there before arrives at start, in the order of its last change. What the station has
//! taken is in the [`Ledger`], which [`restore`] fills at start from the journal; so a picture that has a record is not
//! inspected again, and one whose inspection was cut short is. [`Disposal`] puts a picture away once its record is written.
//!
//! ```text
//! start:    Disposal::new -> restore(journal's parts) -> Directory::open
//! watching: Directory::next -> Arrival -> Folder::open on a decode worker
//! recorder: journal record -> Disposal::apply
//! ```

mod backlog;
mod directory;
mod disposal;
mod error;
mod events;
mod finish;
mod folder;
mod ledger;
mod name;
mod restore;

pub use directory::{Arrival, Directory};
pub use disposal::{Disposal, Done};
pub use error::{Error, FileError};
pub use folder::{Folder, Identity};
pub use ledger::{LEDGER_MAX, Ledger};
pub use name::{FILE_NAME_MAX, Name};
pub use restore::{Restored, restore};

/// The key of the station file that names the watched directory, for messages.
const KEY: &str = "source.directory.path";
