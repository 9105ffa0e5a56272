//! The guard: a second process that makes the lines safe when the station dies, however it dies.
//!
//! A process that is killed drives nothing more, and many chips then keep the last level of a line: a way that was open
//! would stay open. So the station starts `sluice guard` and keeps one end of a pipe to it. When the pipe ends without a
//! word, the station is gone, and the guard puts every output line to its safe level at once. Before the station ends in
//! order, it says so, and the guard ends as well. The guard holds no line while the station lives.
//!
//! Over the pipe, to the guard's standard input: the length of the station file in 8 bytes, little-endian, the file, and
//! at the end [`ALL_IS_WELL`]. From its standard output comes [`ON_GUARD`] when it has read and understood the file.
//!
//! `child` is the guard, `keeper` the station's side.

mod child;
mod keeper;

pub use child::stand;
pub use keeper::Keeper;

/// What the guard says when it guards.
const ON_GUARD: u8 = b'g';
/// What the station says when it ends in order.
const ALL_IS_WELL: u8 = b'.';
/// Longest station file that the guard takes, in bytes.
const FILE_MAX: u64 = 1 << 20;
