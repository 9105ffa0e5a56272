//! The record of the parts: journal, counters, screen, printed lines and watchdogs. Its threads are
//! `recorder`, `journal` and `screen`.

mod join;
mod journal;
mod line;
mod moved_late;
mod overlaps;
mod printing;
mod recorder;
mod screen;
mod unwritten;
mod watchdogs;

pub use journal::Writer;
pub use overlaps::Overlaps;
pub use recorder::{Recorded, Recorder};
pub use screen::{ScreenThread, Thumbnails};
pub use watchdogs::{FeederError, OpenWatchdog, WatchdogFeeder, Watchdogs};
