//! Promise: a device that is not ready in time ends the program by itself, with safe lines.
//!
//! The limit is 100 s. Here the station runs inside a test process, which sets a shorter limit.

use crate::site::{PATIENCE, Running, Site, lines};
use crate::station;
use sluice::run::{RunResult, Stop, hold_signals};
use std::path::Path;
use std::process::{self, Command};
use std::time::Duration;
use std::{env, fs, thread};

const FAULT: &str = "ASCENDCL_CPU_FAULT";
/// The limit for the start of the device in this test.
const START_MAX: Duration = Duration::from_millis(500);

/// Checks the promise at the end of the station and exits. A panic would wait for the thread that
/// hangs.
fn leave(outcome: RunResult) -> ! {
    let timeline = lines::Timeline::read("lines.csv".as_ref());
    timeline.assert_safe();
    let ready = timeline.active(lines::READY);
    println!("{outcome:?}, ready {ready:?}");
    let is_right = matches!(outcome.stop, Stop::Device(why) if why.contains("does not return"));
    process::exit(i32::from(!(is_right && ready.is_empty())))
}

/// Runs a station whose device hangs while it starts.
fn run_station(library: &Path) {
    hold_signals().unwrap();
    let station = sluice::station::read(&fs::read("station.json").unwrap()).unwrap();
    let ((), outcome) = station::run(
        &station,
        library,
        |devices| {
            devices.start_max = START_MAX;
            devices.leave = leave;
        },
        || thread::sleep(PATIENCE / 2),
    );
    panic!("it waited for a library that does not return: {outcome:?}");
}

/// Starts this binary again for each call that hangs: the library reads its faults when a process
/// starts.
pub fn run(library: &Path) {
    if env::var_os(FAULT).is_some() {
        return run_station(library);
    }
    for call in ["aclmdlLoadFromFileWithMem", "aclrtSetDevice"] {
        let site = Site::new(&format!("hung-start-{call}"));
        let mut command = Command::new(env::current_exe().unwrap());
        command
            .arg(library)
            .env(FAULT, format!("{call}:1:hang"))
            .current_dir(&site.path);
        let mut station = Running::spawn(&mut command, site.path.join("stderr.txt"));
        println!("{}", station.line("RunResult"));
        assert_eq!(station.wait(), Some(0), "{call}: {}", site.errors());
    }
}
