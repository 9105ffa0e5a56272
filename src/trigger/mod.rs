//! From edges to triggers: which change of the input line starts a part.
//!
//! Pure logic: every function takes the time as an argument. This module has no clock, line or
//! thread. After construction nothing allocates, waits or panics.
//!
//! [`EdgeFilter`] turns the edges of an input line into triggers. It debounces them where the
//! kernel did not, and counts the parts that lost edges may have hidden.

mod debounce;
mod edge_filter;

pub use debounce::{Debounce, Settled};
pub use edge_filter::{EdgeFilter, Signal};
