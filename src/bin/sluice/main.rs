//! The program `sluice`: parses the command line and runs one command.
//!
//! * `cli` has one options struct for each command, `commands` one file for each.
//! * `devices` opens the devices that the station file names. Nothing else names a concrete device.
//! * `commission` moves and watches single lines while no station runs.
//! * `confinement` gives up what the station does not need, before its first thread.
//! * `terminal` is the terminal as a screen, and `top` what `sluice top` shows on it.
//! * `guard` is the second process, which makes the lines safe when the station dies.
#![forbid(unsafe_code)]

mod cli;
mod commands;
mod commission;
mod confinement;
mod devices;
mod drawing;
mod exit;
mod guard;
mod interrupt;
mod json;
mod live;
mod new_file;
mod newest;
mod output;
mod progress;
mod station_file;
mod still_file;
mod terminal;
mod top;

use cli::{Cli, Command};
use commands::{
    challenge, check, counters, drift, eval, explain, export, focus, import, init, journal,
    migrate, mode, pulse, recipe, replay, reset, run, safe, snap, tune, version, watch_lines,
};
use sluice::console;
use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    console::recognise_journal();
    let code = match Cli::read(env::args_os()) {
        Ok(command) => execute(&command),
        Err(error) => output::usage(&error),
    };
    console::flush(exit::FLUSH_MAX);
    code
}

fn execute(command: &Command) -> ExitCode {
    match command {
        Command::Init(options) => init::run(options),
        Command::Import(options) => import::run(options),
        Command::Migrate(options) => migrate::run(options),
        Command::Run(options) => run::run(options),
        Command::Check(options) => check::run(options),
        Command::Focus(options) => focus::run(options),
        Command::Snap(options) => snap::run(options),
        Command::Eval(options) => eval::run(options),
        Command::Export(options) => export::run(options),
        Command::Replay(options) => replay::run(options),
        Command::Top(options) => commands::top::run(options),
        Command::Tune(options) => tune::run(options),
        Command::Mode(options) => mode::run(options),
        Command::Recipe(options) => recipe::run(options),
        Command::Reset(options) => reset::run(options),
        Command::Challenge(options) => challenge::run(options),
        Command::Counters(options) => counters::run(options),
        Command::Drift(options) => drift::run(options),
        Command::Journal(options) => journal::run(options),
        Command::Safe(options) => safe::run(options),
        Command::Pulse(options) => pulse::run(options),
        Command::WatchLines(options) => watch_lines::run(options),
        Command::Explain(options) => explain::run(options),
        Command::Version(options) => version::run(options),
        Command::Guard => match guard::run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => exit::fail(exit::UNUSABLE, format_args!("guard: {error}")),
        },
    }
}
