//! How far the journal was read and acknowledged. The station's library reads it.

mod position;

pub use position::{Position, PositionError};
pub use sluice::tail::{Line, Place, Step, Tail, TailError};
