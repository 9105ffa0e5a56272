//! The commands, one file each. Each function `run` takes the options, prints, and returns the exit
//! code.

pub mod check;
pub mod eval;
pub mod explain;
pub mod pulse;
pub mod run;
pub mod safe;
pub mod tune;
pub mod version;
pub mod watch_lines;
