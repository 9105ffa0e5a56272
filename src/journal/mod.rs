//! The journal: one checksummed line of JSON for each part, and the code that makes it reliable
//! after a power cut. Missed triggers may share a line.
//!
//! The files in `journal.directory` are `journal-000001.jsonl`, `journal-000002.jsonl` and so on. A
//! line is a record without its last brace, then `,"crc":"xxxxxxxx"}` and a newline. The checksum
//! is the CRC-32 of all bytes before it, as zlib and gzip compute it, in hexadecimal. Each file
//! begins with a `start` record, and each start of the station writes another. So the last `start`
//! record before a part names the binary, the station file and the model that judged it.
//!
//! [`Journal`] writes, on its own thread and without allocation. [`read`] reads all files in order
//! and never returns a line with a wrong checksum as a record.

mod error;
mod file_name;
mod files;
mod line;
mod lines;
mod read;
mod record;
mod tail;
mod wall_time;
mod write;

pub use crate::hash::Sha256;
pub use error::JournalError;
pub use file_name::file_name;
pub use line::{Damage, LINE_MAX};
pub use read::{Entry, Reader, read};
pub use record::{
    BlobTotals, Decision, GateOutcome, Missed, Part, PictureRecord, Record, Recovered, StageTimes,
    Start, Word,
};
pub use wall_time::WallTime;
pub use write::{Journal, is_held};

#[cfg(test)]
mod tests;
