//! The program `sluice-link`: reads a station's journal and publishes it. It has the network, and
//! the station has none. Nothing flows back.
//!
//! * `journal` stores how far the broker has acknowledged the journal.
//! * `status` is what the journal says of the station; one thread follows it.
//! * `mqtt` publishes the lines; one thread has the connection.
//! * `name` is the name under which a client asks.
//! * `history` lists the parts that the station has kept, and reads their pictures.
//! * `http` and `modbus` show the state to clients, on the main thread.
#![forbid(unsafe_code)]

mod config;
mod connections;
mod history;
mod http;
mod journal;
mod modbus;
mod mqtt;
mod name;
mod status;

#[cfg(test)]
#[allow(dead_code, reason = "the tests of the program use the rest")]
#[path = "../tests/link/station.rs"]
mod station;

use config::Config;
use history::History;
use sluice::{complain, console};
use std::env;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

const USAGE: &str = "\
Usage: sluice-link --config FILE [--check]

Publishes a station's journal: MQTT, Prometheus, Modbus/TCP and a page.

  --config FILE  the configuration; docs/link.md lists its keys
  --check        only reads the configuration and says what is wrong
";
/// The arguments or the configuration are wrong, or something cannot be opened.
const UNUSABLE: u8 = 2;
/// How long the thread that publishes may take to end.
const STOP_MAX: Duration = Duration::from_secs(4);
const FLUSH_MAX: Duration = Duration::from_millis(150);

fn main() -> ExitCode {
    if let Err(error) = console::start() {
        complain!("sluice-link: no thread for standard error: {error}");
    }
    let code = match arguments() {
        Some(Arguments::Help) => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        Some(Arguments::Run { config, is_check }) => run(&config, is_check),
        None => {
            eprint!("{USAGE}");
            ExitCode::from(UNUSABLE)
        }
    };
    console::flush(FLUSH_MAX);
    code
}

enum Arguments {
    Help,
    Run { config: PathBuf, is_check: bool },
}

fn arguments() -> Option<Arguments> {
    let (mut config, mut is_check) = (None, false);
    let mut words = env::args_os().skip(1);
    while let Some(word) = words.next() {
        match word.to_str() {
            Some("--config") => config = Some(PathBuf::from(words.next()?)),
            Some("--check") => is_check = true,
            Some("--help" | "-h") => return Some(Arguments::Help),
            _ => return None,
        }
    }
    config.map(|config| Arguments::Run { config, is_check })
}

fn run(path: &std::path::Path, is_check: bool) -> ExitCode {
    let mut config = match Config::read(path) {
        Ok(config) => config,
        Err(problems) => {
            for problem in problems {
                complain!("sluice-link: {problem}");
            }
            return ExitCode::from(UNUSABLE);
        }
    };
    let history = if is_check {
        config.check_history()
    } else {
        Ok(())
    };
    for warning in &config.warnings {
        complain!("sluice-link: warning: {warning}");
    }
    if let Err(problem) = history {
        complain!("sluice-link: {problem}");
        return ExitCode::from(UNUSABLE);
    }
    if is_check {
        return ExitCode::SUCCESS;
    }
    match publish(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain!("sluice-link: {error}");
            ExitCode::from(UNUSABLE)
        }
    }
}

/// Publishes until a signal to end comes.
fn publish(config: Config) -> Result<(), String> {
    let threads = |error| format!("a thread cannot be started: {error}");
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(history::READERS_MAX)
        .build()
        .map_err(threads)?;
    let done = runtime.block_on(async {
        let mut end = signal(SignalKind::terminate()).map_err(threads)?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(threads)?;
        // Everything is opened before anything is published.
        let http = match &config.http {
            Some(http) => Some(connections::listen("http.address", http.address).await?),
            None => None,
        };
        let modbus = match config.modbus {
            Some(address) => Some(connections::listen("modbus.address", address).await?),
            None => None,
        };
        let board = status::follow(&config.journal).map_err(threads)?;
        let (stop, stopped) = watch::channel(false);
        let (publishing, publisher) = match &config.mqtt {
            Some(mqtt) => {
                let (publishing, thread) =
                    mqtt::start(mqtt, &config.journal, board.clone(), stopped)
                        .map_err(|error| error.to_string())?;
                (Some(publishing), Some(thread))
            }
            None => Default::default(),
        };
        if let Some((listener, http)) = http.zip(config.http) {
            let view = http::View::new(board.clone(), publishing);
            let history = config.history.map(History::new);
            tokio::spawn(http::serve(listener, http, view, history));
        }
        if let Some(listener) = modbus {
            tokio::spawn(modbus::serve(listener, board));
        }
        complain!("sluice-link: started");
        tokio::select! {
            _ = end.recv() => {}
            _ = interrupt.recv() => {}
        }
        let _ = stop.send(true);
        let until = Instant::now() + STOP_MAX;
        while publisher
            .as_ref()
            .is_some_and(|thread| !thread.is_finished())
            && Instant::now() < until
        {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    });
    // A disk that hangs is not waited for.
    runtime.shutdown_background();
    done
}
