//! Tools for labelled data: pictures with masks that show the true defects. `sluice eval` and
//! `sluice tune` use them; a station never does.

pub mod dice;
pub mod eval;
pub mod npy;
pub mod sheet;
pub mod tune;
