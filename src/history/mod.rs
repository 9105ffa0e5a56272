//! The history: past parts with what the model got and what was judged, for people, for the next
//! training and for replay.
//!
//! Each kept part is a directory `20261129T190600.123Z-0000000017-REJECT` ([`EntryName`]) with
//! `input.png`, `mask.png`, `overlay.png` and `part.json` ([`EntryRecord`]). A part without a model
//! input has the last file only. [`Store`] writes them and keeps within the bounds of the station
//! file. [`export`] makes a data set of them.

mod entry;
mod error;
mod export;
mod files;
mod kind;
mod name;
mod record;
mod store;

pub use entry::{Entry, entries};
pub use error::HistoryError;
pub use export::{Exported, SOURCES_FILE, export};
pub use files::{INPUT_FILE, KeptPictures, MASK_FILE, OVERLAY_FILE, RECORD_FILE};
pub use kind::Kind;
pub use name::EntryName;
pub use record::{EntryRecord, InputShape, NearestRecord};
pub use store::Store;

#[cfg(test)]
mod tests;
