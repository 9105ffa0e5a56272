//! Commissioning of the lines while no station runs: make them safe, move one, watch the trigger,
//! inspect all.

mod inspect;
mod pulse;
mod safe;
mod watch_lines;
mod waveform;

pub use inspect::inspect;
pub use pulse::{PulseError, pulse};
pub use safe::{LineResult, make_safe};
pub use watch_lines::watch_lines;
pub use waveform::show as show_lines;
