//! The journal: one checksummed line of JSON for each part, and the code that makes it reliable
//! after a power cut. Missed triggers may share a line. Changes of the station have lines as well.
//!
//! The files in `journal.directory` are `journal-000001.jsonl`, `journal-000002.jsonl` and so on. A
//! line is a record without its last brace, then `,"prev":"xxxxxxxx","crc":"xxxxxxxx"}` and a
//! newline. `crc` is the CRC-32 of all bytes before it in hexadecimal, as zlib and gzip compute it.
//! `prev` is the `crc` of the line before, across files and starts: [`Order`] says what that shows.
//! Each file begins with a `start` record, and each start of the station writes another. So the
//! last `start` record before a part names the binary, the station file and the model that judged
//! it.
//!
//! [`Journal`] writes, on its own thread and without allocation. [`read`] reads all files in order
//! and never returns a line with a wrong checksum as a record. [`restore`] counts the parts.

mod account;
mod accounts;
mod disk;
mod error;
mod file_name;
mod files;
mod follow;
mod histogram;
mod holder;
mod line;
mod lines;
mod lock;
mod read;
mod record;
mod reset_request;
mod restore;
mod shifts;
mod tail;
mod wall_time;
mod write;

pub use crate::hash::Sha256;
pub use account::{Account, OTHERS, RECIPES_MAX, RecipeCounters, Stage, count_part};
pub use accounts::{Accounts, Adding};
pub use error::JournalError;
pub use file_name::file_name;
pub use files::list as file_numbers;
pub use follow::Follower;
pub use histogram::{Histogram, Statistics};
pub use holder::{Holder, holder};
pub use line::{Damage, LINE_MAX, Link, read_line};
pub use lock::is_held;
pub use read::{Entry, Order, Reader, read};
pub use record::{
    BlobTotals, Carried, CarriedCounts, CarriedTimes, Challenge, ConfirmationFault, Control,
    Counted, Decision, GateOutcome, GoldenPart, Line, Missed, Model, Part, Period, PictureRecord,
    RecipeName, Record, Recovered, StageStatistics, StageTimes, Start, Word,
};
pub use reset_request::ResetRequest;
pub use restore::{Restored, first_needed, last_reset, restore};
pub use shifts::{Shift, Shifts};
pub use wall_time::WallTime;
pub use write::Journal;

#[cfg(test)]
pub(crate) mod tests;
