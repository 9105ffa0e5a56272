//! What keeps the station from taking parts besides faults: its mode, and the limits that wait for
//! a reset; and the challenge by golden parts.
//!
//! Pure logic: every function takes the time as an argument. This module has no clock, line or
//! thread. After construction nothing allocates, waits or panics.

mod challenge;
mod confirmation;
mod latch;
mod limits;
mod mode;
mod recipe_code;

pub use challenge::{Expected, FoundGolden, GOLDEN_MAX, Progress, Repeats};
pub use confirmation::{CONFIRMING_MAX, Confirmation, Unconfirmed, Window};
pub use latch::{Latch, Latches};
pub use limits::{Exceeded, Limits, RejectRate, WINDOW_MAX};
pub use mode::{Asker, Mode, Modes};
pub use recipe_code::{CODE_LINES, RecipeCode};
