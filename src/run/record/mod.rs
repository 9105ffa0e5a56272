//! The record of the parts: journal, counters, screen, printed lines and watchdogs. Its threads are
//! `recorder`, `journal`, `screen` and `live`.

use crate::screen::Counters;

mod challenge;
mod control;
mod join;
mod journal;
mod line;
mod live;
mod moved_late;
mod overlaps;
mod periods;
mod printing;
mod recipe;
mod recorder;
mod screen;
mod unwritten;
mod watchdogs;

pub use journal::Writer;
#[cfg(any(test, feature = "simulation"))]
pub use journal::{GROUP_MAX, Group};
pub use line::picture;
pub use live::LiveThread;
pub use periods::Periods;
pub use recorder::Recorder;
pub use screen::{ScreenThread, Thumbnails};
pub use watchdogs::{FeederError, OpenWatchdog, WatchdogFeeder, Watchdogs};

/// What the recorder returns at the end.
#[derive(Debug, Default)]
pub struct Recorded {
    pub counters: Counters,
    /// Records that were not written.
    pub unwritten: usize,
}
