//! What the commands print on standard output.
//!
//! `println!` panics when nobody takes the text. Here the program ends instead: quietly when the reader has gone, as `head`
//! does when it has enough, else with the reason, a full disk. Either way it has not said all, and its exit code is not that
//! of success. The commands that move lines do not use it: what they do must not depend on who listens.

use crate::FAILED;
use core::fmt;
use sluice::complain;
use std::io::{self, ErrorKind, Write};
use std::process;

/// Prints a line, as `println!`.
macro_rules! say {
    ($($text:tt)*) => {
        $crate::say::print(::core::format_args!("{}\n", ::core::format_args!($($text)*)))
    };
}
pub(crate) use say;

/// Prints a text that ends its own lines.
pub fn print(text: fmt::Arguments<'_>) {
    let mut out = io::stdout().lock();
    if let Err(error) = out.write_fmt(text).and_then(|()| out.flush()) {
        if error.kind() != ErrorKind::BrokenPipe {
            complain!("sluice: stdout: {error}");
        }
        process::exit(FAILED.into());
    }
}
