//! The station at work: its threads, what goes between them, and the order in which they start and stop.
//!
//! ```text
//! a file is a part:
//!   intake --> decode workers --> inspection --> recorder
//!      |  arm                         |  resolve    ^
//!      +------------> gate <----------+             |
//!                       +---- what the lines did ---+
//!
//! an edge is a part:
//!   trigger --> pairs --> decode workers --> inspection ...     its picture is a file
//!   trigger --> camera ------------------> inspection ...       its picture is a frame
//!      |  arm
//!      +------------> gate ...
//!
//! recorder --> journal (and what becomes of the pictures), screen, standard output
//! keeper:  the guard, and the timeline of simulated lines
//! ```
//!
//! Each thread is a file of this folder (the gate has a room of its own). Every queue has a fixed size; a part that
//! finds one full is a fault, and a picture that starts a part waits in the directory. The gate alone never takes a lock. What can be held up outside has a thread that waits for
//! it, and the recorder sees when it does not come back: `docs/waits.md` lists them.

mod error;
mod inspection;
mod keeper;
mod messages;
mod readiness;
mod record;
mod shared;
mod source;
mod start;
mod threads;
mod wait;

pub use error::RunError;
pub use record::watchdogs::{AliveError, OpenWatchdog, Watchdogs};
pub use shared::deadline::START_MAX;
pub use shared::{Outcome, Stop};
pub use source::camera::OpenCamera;
pub use start::{Devices, hold_signals, run};
