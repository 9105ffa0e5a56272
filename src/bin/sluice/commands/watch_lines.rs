//! `sluice watch-lines`.

use crate::cli::commission::WatchOptions;
use crate::commission;
use crate::exit::{UNUSABLE, fail};
use crate::output::say;
use crate::station_file::with_station;
use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

/// In a terminal, shows all input lines as a waveform. Otherwise prints the trigger's edges. Until
/// a signal comes.
pub fn run(options: &WatchOptions) -> ExitCode {
    with_station(&options.station, |file| {
        let is_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
        let watched = if is_terminal && !options.json {
            commission::show_lines(&file.station).map(|sums| say!("{sums}"))
        } else {
            commission::watch_lines(&file.station, options.json)
        };
        match watched {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(UNUSABLE, error),
        }
    })
}
