//! The station's journal, read from the disk while the station writes it.

mod error;
mod open;
mod place;
mod position;
mod tail;

pub use error::TailError;
pub use place::Place;
pub use position::{Position, PositionError};
pub use tail::{Line, Step, Tail};
