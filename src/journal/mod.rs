//! The journal: one checksummed line of JSON for each part (and one for triggers that were missed in numbers), and what it takes to trust them after a power cut.
//!
//! Files are `journal-000001.jsonl`, `journal-000002.jsonl`, ... in `journal.directory`. A line is a record without its last
//! brace, then `,"crc":"xxxxxxxx"}` and a newline; the checksum is the CRC-32 of every byte before it (the one of zlib and
//! gzip), in hexadecimal. Each file begins with a `start` record, and each start of the station writes another, so that
//! every part stands behind the record that names the binary, the station file and the model that judged it.
//!
//! [`Journal`] writes, on a thread of its own and without allocation. [`read`] reads all files in order, and takes
//! nothing for a record whose checksum is wrong.

mod error;
mod files;
mod line;
mod lines;
mod read;
mod record;
mod tail;
mod wall_time;
mod write;

pub use crate::hash::Sha256;
pub use error::Error;
pub use files::file_name;
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
