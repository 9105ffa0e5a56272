//! Work on labelled data: pictures with masks. No station runs it; `sluice eval` and `sluice tune` do.

pub mod dice;
pub mod eval;
pub mod npy;
pub mod tune;
