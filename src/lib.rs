//! Sluice: the program on a standalone industrial inspection station.
#![forbid(unsafe_code)]

/// Says something on standard error. Unlike `eprintln!` it does not panic where nobody can read
/// it: a terminal that is closed must not end the station, least of all where it says why it makes the lines safe.
#[macro_export]
macro_rules! complain {
    ($text:literal $($values:tt)*) => {{
        let text = ::core::format_args!($text $($values)*);
        let _ = ::std::io::Write::write_fmt(&mut ::std::io::stderr(), ::core::format_args!("{text}\n"));
    }};
}

pub mod blobs;
pub mod channel;
pub mod check;
pub mod cli;
pub mod dice;
pub mod engine;
pub mod eval;
pub mod explain;
pub mod frame;
pub mod gate;
pub mod hash;
pub mod journal;
pub mod mask;
pub mod npy;
pub mod part;
pub mod places;
pub mod recipe;
pub mod resample;
pub mod run;
pub mod screen;
pub mod station;
pub mod text;
pub mod trigger;
pub mod tune;
pub mod verdict;
pub mod watch;
