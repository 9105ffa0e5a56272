//! From edges to triggers: which change of the input line starts a part.
//!
//! Pure logic: every function takes the time as an argument. There is no clock, line or thread here, and nothing
//! allocates after construction, waits or panics.
//!
//! [`Input`] makes triggers of an input line's changes: debounced where the kernel did not, and with lost changes counted.

mod debounce;
mod input;

pub use debounce::{Debounce, Settled};
pub use input::{Input, Signal};
