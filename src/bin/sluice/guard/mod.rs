//! The guard: a second process that makes the lines safe when the station dies, in whatever way.
//!
//! A killed process no longer drives any line, and many chips keep the last level of a line. An
//! open gate would stay open. So the station starts `sluice guard` and keeps one end of a pipe to
//! it. If the pipe closes without a dismissal, the station is dead, and the guard puts every output
//! line to its safe level at once. A station that ends in order dismisses the guard first. The
//! guard holds no line while the station lives.
//!
//! The station writes to the guard's standard input: the length of the station file in 8 bytes,
//! little-endian; the file; and at the end [`DISMISSED`]. The guard writes [`READY`] to its
//! standard output when it has read and understood the file.
//!
//! `child` is the guard, `keeper` the station's side.

mod child;
mod keeper;

pub use child::run;
pub use keeper::Keeper;

/// The guard is ready.
const READY: u8 = b'g';
/// The station ends in order.
const DISMISSED: u8 = b'.';
/// Longest station file that the guard takes, in bytes.
const FILE_MAX: u64 = 1 << 20;
