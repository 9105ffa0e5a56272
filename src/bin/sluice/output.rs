//! What the commands print on standard output.
//!
//! `println!` panics when the reader has closed the pipe. Here the program ends instead: silently
//! if the reader has gone, as `head` does, otherwise with the reason, such as a full disk. In both
//! cases the output is incomplete, so the exit code is not that of success. The commands that move
//! lines do not use this: their work must not depend on a reader.

use crate::exit::{FAILED, USAGE};
use core::fmt;
use sluice::complain;
use std::io::{self, ErrorKind, Write};
use std::process::{self, ExitCode};

/// Prints a line, as `println!` does.
macro_rules! say {
    ($($text:tt)*) => {
        $crate::output::print(::core::format_args!("{}\n", ::core::format_args!($($text)*)))
    };
}
pub(crate) use say;

/// Prints a text that ends its own lines. Ends the program with [`FAILED`] if it cannot be written.
pub fn print(text: fmt::Arguments<'_>) {
    let mut out = io::stdout().lock();
    if let Err(error) = out.write_fmt(text).and_then(|()| out.flush()) {
        if error.kind() != ErrorKind::BrokenPipe {
            complain!("sluice: stdout: {error}");
        }
        process::exit(FAILED.into());
    }
}

/// Prints the help or version that was asked for, or what is wrong with the command line. Returns
/// the exit code.
pub fn usage(answer: &clap::Error) -> ExitCode {
    let text = answer.render();
    if answer.use_stderr() {
        complain!("{}", text.to_string().trim_end());
        ExitCode::from(USAGE)
    } else {
        print(format_args!("{text}"));
        ExitCode::SUCCESS
    }
}
