//! The commands, one file each. Each function `run` takes the options, prints, and returns the exit
//! code.

pub mod challenge;
pub mod check;
pub mod counters;
pub mod drift;
pub mod eval;
pub mod explain;
pub mod export;
pub mod focus;
pub mod import;
pub mod init;
pub mod journal;
pub mod migrate;
pub mod mode;
pub mod pulse;
pub mod recipe;
pub mod replay;
pub mod reset;
pub mod run;
pub mod safe;
pub mod snap;
pub mod top;
pub mod tune;
pub mod version;
pub mod watch_lines;
