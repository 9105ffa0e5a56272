//! A station inside the test's process, on devices of the test. It runs on the main thread, which
//! takes the signals.

use crate::site::Site;
use ascendcl::Library;
use board::camera::CameraError;
use board::heap;
use board::simulated::{Chip, SimulatedLine, TimelineFile};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sluice::gate::Outputs;
use sluice::hash::Sha256;
use sluice::journal::{Start, WallTime};
use sluice::part::PartId;
use sluice::run::{Devices, RunResult, START_MAX, Watchdogs, hold_signals};
use sluice::screen::Dark;
use sluice::station::Station;
use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs, thread};

/// Reads the station file of the site and changes to its directory. Call it first, on the main
/// thread.
pub fn prepare(site: &Site) -> Station {
    hold_signals().unwrap();
    sluice::console::start().unwrap();
    let file = fs::read(site.path.join("station.json")).unwrap();
    env::set_current_dir(&site.path).unwrap();
    sluice::station::read(&file).unwrap()
}

/// Runs the station on simulated lines with the AscendCL of this library until `beside` ends on
/// another thread. `fit` changes the devices before. Returns the result of `beside`.
pub fn run<'d, T: Send>(
    station: &Station,
    library: &'d Path,
    fit: impl FnOnce(&mut Devices<'d, SimulatedLine>),
    beside: impl FnOnce() -> T + Send,
) -> (T, RunResult) {
    let (mut chip, timeline) = Chip::new(4096);
    let outputs = Outputs::open(&station.lines, |line| {
        chip.line(line.offset.unwrap(), line.safe.into())
    })
    .unwrap();
    let mut timeline = TimelineFile::create(Path::new("lines.csv"), timeline).unwrap();
    let start = Start {
        time: WallTime::now(),
        station: station.station.name.clone(),
        version: "test".parse().unwrap(),
        binary_sha256: Sha256::of(b""),
        station_sha256: Sha256::of(b""),
        model_sha256: Sha256::of(b""),
        next_part: PartId::FIRST,
        memory: None,
        engine: None,
        realtime: None,
        models: heapless::Vec::new(),
    };
    // Lives as long as the process, which runs one station.
    let open_library = Box::leak(Box::new(|_: &str| Ok(Library::open(library).unwrap())));
    let mut devices = Devices {
        outputs,
        encoder: Vec::new(),
        inputs: Vec::new(),
        edges: None,
        open_camera: &|| {
            Err(CameraError {
                device: "of the test".to_owned(),
                doing: "opening it",
                problem: "the test has none".to_owned(),
            })
        },
        screen: Box::new(Dark),
        watchdogs: Watchdogs {
            service: None,
            service_period: None,
            open_board: Box::new(|_| unreachable!("the station file has none")),
        },
        live: None,
        open_library,
        housekeeping: Box::new(move || {
            timeline.append().unwrap();
            true
        }),
        start_max: START_MAX,
        leave: |outcome| panic!("the device hangs: {outcome:?}"),
    };
    fit(&mut devices);
    thread::scope(|scope| {
        let beside = scope.spawn(move || {
            // A test that fails must stop the station as well.
            let _stop = StopAtEnd;
            beside()
        });
        let outcome = sluice::run::run(station, start, devices, None).unwrap();
        (beside.join().unwrap(), outcome)
    })
}

struct StopAtEnd;

impl Drop for StopAtEnd {
    fn drop(&mut self) {
        kill(Pid::this(), Signal::SIGTERM).unwrap();
    }
}

/// The allocations of each thread of this process, by thread name. The test needs
/// `board::heap::CountingHeap`.
pub type Reading = BTreeMap<String, Vec<(i32, u64)>>;

/// Reads the allocations of each thread so far.
pub fn reading() -> Reading {
    let mut reading = Reading::new();
    for entry in fs::read_dir("/proc/self/task").unwrap() {
        let entry = entry.unwrap();
        // A thread that has ended meanwhile is not the station's.
        let Ok(name) = fs::read_to_string(entry.path().join("comm")) else {
            continue;
        };
        let thread = entry.file_name().to_str().unwrap().parse().unwrap();
        let of_name = reading.entry(name.trim_end().to_owned()).or_default();
        of_name.push((thread, heap::allocations(thread)));
    }
    reading
}

/// Allocations of the one thread of this name between two readings.
pub fn made(name: &str, before: &Reading, after: &Reading) -> u64 {
    let (&[(then, first)], &[(now, last)]) = (&*before[name], &*after[name]) else {
        panic!("one thread {name}: {before:?} {after:?}");
    };
    assert_eq!(then, now, "the same thread {name}");
    println!("{name:<10} {:>6} allocations", last - first);
    last - first
}

/// The number of the threads whose names begin so, and their allocations between two readings.
pub fn made_together(beginning: &str, before: &Reading, after: &Reading) -> (usize, u64) {
    let of = |reading: &Reading| {
        let threads = reading
            .iter()
            .filter(|(name, _)| name.starts_with(beginning));
        threads
            .flat_map(|(_, threads)| threads.clone())
            .collect::<Vec<_>>()
    };
    let (then, now) = (of(before), of(after));
    let names = |threads: &[(i32, u64)]| threads.iter().map(|thread| thread.0).collect::<Vec<_>>();
    assert_eq!(names(&then), names(&now), "the same threads {beginning}");
    let sum = |threads: &[(i32, u64)]| threads.iter().map(|thread| thread.1).sum::<u64>();
    let made = sum(&now) - sum(&then);
    println!("{beginning:<11} {made:>5} allocations");
    (now.len(), made)
}
