//! Promise: a device that is not ready in time ends the program, by itself and with safe lines.
//!
//! The time is 100 s, so the station runs in this process, which gives it less.

mod station;

use ascendcl::Library;
use board::simulated::{Chip, TimelineFile};
use sluice::gate::Outputs;
use sluice::journal::{Sha256, Start, WallTime};
use sluice::part::PartId;
use sluice::run::{Devices, Outcome, Stop, Watchdogs};
use sluice::screen::Dark;
use station::{Site, lines};
use std::process::{self, Command};
use std::time::Duration;
use std::{env, fs};

const FAULT: &str = "ASCENDCL_CPU_FAULT";
/// What the station gives the device here.
const START_MAX: Duration = Duration::from_millis(500);

/// What the station does at the end: all that the test is about is seen here.
fn leave(outcome: Outcome) -> ! {
    let Stop::Device(why) = outcome.stop else {
        panic!("{outcome:?}")
    };
    assert!(why.contains("does not come back"), "{why}");
    let timeline = lines::Timeline::read("lines.csv".as_ref());
    timeline.assert_safe();
    assert_eq!(timeline.active(lines::READY), []);
    println!("{why}");
    process::exit(0)
}

fn run() {
    let file = fs::read("station.json").unwrap();
    let station = sluice::station::read(&file).unwrap();
    let (mut chip, timeline) = Chip::new(4096);
    let outputs = Outputs::open(&station.lines, |line| {
        chip.line(line.offset.unwrap(), line.safe.into())
    })
    .unwrap();
    let mut timeline = TimelineFile::create("lines.csv".as_ref(), timeline).unwrap();
    let start = Start {
        time: WallTime::now(),
        station: station.station.name.clone(),
        version: "test".parse().unwrap(),
        binary_sha256: Sha256::of(b""),
        station_sha256: Sha256::of(b""),
        model_sha256: Sha256::of(b""),
        next_part: PartId::FIRST,
        memory: None,
    };
    let devices = Devices {
        outputs,
        edges: None,
        open_camera: &|| unreachable!("the station file has none"),
        screen: Box::new(Dark),
        watchdogs: Watchdogs {
            service: None,
            service_period: None,
            open_board: Box::new(|_| unreachable!("the station file has none")),
        },
        open_library: &|_| Ok(Library::builtin(ascendcl_cpu::RESOLVER).unwrap()),
        housekeeping: Box::new(move || {
            timeline.append().unwrap();
            true
        }),
        start_max: START_MAX,
        leave,
    };
    let outcome = sluice::run::run(&station, start, devices, None);
    panic!("it waited for a library that does not come back: {outcome:?}");
}

/// Not under the test harness, whose main thread would take the signals that the station waits for. The fault must be in
/// the environment from the start of the process.
fn main() {
    if env::var_os(FAULT).is_some() {
        return run();
    }
    for call in ["aclmdlLoadFromFileWithMem", "aclrtSetDevice"] {
        let site = Site::new(&format!("hung-start-{call}"));
        let status = Command::new(env::current_exe().unwrap())
            .env(FAULT, format!("{call}:1:hang"))
            .current_dir(&site.path)
            .status()
            .unwrap();
        assert!(status.success(), "{call}: {status}");
    }
}
