//! The station at work: its threads, what goes between them, and the order in which they start and stop.
//!
//! ```text
//! intake ----> decode workers ----> inspection ----> recorder
//!    |  arm                           |  resolve        ^
//!    +--------------> gate <----------+                 |
//!                       +---- what the lines did -------+
//! ```
//!
//! Each thread is a file of this folder (the gate has a room of its own). Every queue has a fixed size; a part that
//! finds one full is a fault. The gate alone never takes a lock.

mod alive;
mod decide;
mod decode;
mod inspection;
mod intake;
mod merge;
mod recorder;
mod self_check;
mod shared;
mod start;

pub use alive::{AliveError, OpenWatchdog, Watchdogs};
pub use shared::{Outcome, Stop};
pub use start::{Devices, RunError, hold_signals, run};
