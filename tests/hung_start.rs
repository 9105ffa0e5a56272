//! Promise: a device that is not ready in time ends the program, by itself and with safe lines.
//!
//! The time is 100 s, so the station runs in a process of the test's, which gives it less.

mod station;

use sluice::run::{RunResult, Stop, hold_signals};
use station::library::shared_library;
use station::{PATIENCE, Running, Site, in_process, lines};
use std::path::Path;
use std::process::{self, Command};
use std::time::Duration;
use std::{env, fs, thread};

const FAULT: &str = "ASCENDCL_CPU_FAULT";
/// What the station gives the device here.
const START_MAX: Duration = Duration::from_millis(500);

/// What the station does at the end: all that the test is about is seen here. A panic would wait for the thread that hangs.
fn leave(outcome: RunResult) -> ! {
    let timeline = lines::Timeline::read("lines.csv".as_ref());
    timeline.assert_safe();
    let ready = timeline.active(lines::READY);
    println!("{outcome:?}, ready {ready:?}");
    let told = matches!(outcome.stop, Stop::Device(why) if why.contains("does not come back"));
    process::exit(i32::from(!(told && ready.is_empty())))
}

fn run(library: &Path) {
    hold_signals().unwrap();
    let station = sluice::station::read(&fs::read("station.json").unwrap()).unwrap();
    let ((), outcome) = in_process::run(
        &station,
        library,
        |devices| {
            devices.start_max = START_MAX;
            devices.leave = leave;
        },
        || thread::sleep(PATIENCE / 2),
    );
    panic!("it waited for a library that does not come back: {outcome:?}");
}

/// The fault must be in the environment from the start of the process.
fn main() {
    if let Some(library) = env::args_os().nth(1)
        && env::var_os(FAULT).is_some()
    {
        return run(library.as_ref());
    }
    let library = shared_library();
    for call in ["aclmdlLoadFromFileWithMem", "aclrtSetDevice"] {
        let site = Site::new(&format!("hung-start-{call}"));
        let mut command = Command::new(env::current_exe().unwrap());
        command
            .arg(&library)
            .env(FAULT, format!("{call}:1:hang"))
            .current_dir(&site.path);
        let mut station = Running::spawn(&mut command, site.path.join("stderr.txt"));
        println!("{}", station.line("RunResult"));
        assert_eq!(station.wait(), Some(0), "{call}: {}", site.errors());
    }
}
