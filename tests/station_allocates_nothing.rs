//! Promise: after READY the station's own threads allocate nothing.
//!
//! The station runs in this process, over an allocator that counts thread by thread. From the record of the first part to
//! the one of the last, its threads are held to zero: the gate, the inspection with its calls of AscendCL, the intake, the
//! recorder, the screen with an OLED and a framebuffer on devices that take everything. Self-checks are made between the
//! parts, and the watchdogs are fed. AscendCL is the shared library here, as the vendor's is: what a library does inside a
//! call comes from its own heap and is not counted. The decode workers run the PNG decoder, which allocates for each picture; that is
//! reported and not held to anything.

mod station;

use ascendcl::Library;
use board::display::{
    Channel, Controller, Display, DisplayError, Format, Framebuffer, I2cBus, Oled, Turn,
};
use board::heap::{self, CountingHeap};
use board::notify::Notify;
use board::simulated::{Chip, TimelineFile};
use board::watchdog::{Watchdog, WatchdogError};
use embedded_hal::i2c;
use nix::sys::signal::{SigSet, Signal};
use sluice::gate::Outputs;
use sluice::hash::Sha256;
use sluice::journal::{Start, WallTime};
use sluice::part::PartId;
use sluice::run::{Devices, Outcome, START_MAX, Stop, Watchdogs};
use sluice::screen::{Colour, Mono, Screen, View};
use sluice::station::Station;
use station::library::shared_library;
use station::{Site, pictures};
use std::collections::BTreeMap;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use std::{env, fs, io, thread};

#[global_allocator]
static HEAP: CountingHeap = CountingHeap;

/// Parts between the two readings.
const PARTS: usize = 50;
/// The threads that may not allocate.
const STATION: [&str; 5] = ["gate", "inspection", "intake", "recorder", "screen"];
/// The threads that are reported.
const OTHERS: [&str; 1] = ["decode"];

/// How often the board's watchdog was fed.
static FED: AtomicUsize = AtomicUsize::new(0);

/// A board's watchdog with a timeout so short that it is fed all the time.
struct Counting;

impl Watchdog for Counting {
    fn timeout(&self) -> Duration {
        Duration::from_millis(80)
    }

    fn feed(&mut self) -> Result<(), WatchdogError> {
        FED.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn disarm(self: Box<Self>) -> Result<(), WatchdogError> {
        Ok(())
    }
}

/// The threads of this process by their names, each with its allocations.
type Reading = BTreeMap<String, Vec<(i32, u64)>>;

fn reading() -> Reading {
    let mut reading = Reading::new();
    for entry in fs::read_dir("/proc/self/task").unwrap() {
        let entry = entry.unwrap();
        // A thread that has ended since is none of the station's.
        let Ok(name) = fs::read_to_string(entry.path().join("comm")) else {
            continue;
        };
        let thread = entry.file_name().to_str().unwrap().parse().unwrap();
        let of_name = reading.entry(name.trim_end().to_owned()).or_default();
        of_name.push((thread, heap::allocations(thread)));
    }
    reading
}

/// Feeds pictures one after the other, of all kinds that there are, and takes the two readings.
fn feed(site: &Site) -> (Reading, Reading) {
    let contents = [
        pictures::good(),
        pictures::bad(),
        pictures::with_spots(&[(40, 40, 6), (120, 100, 8)]),
        pictures::truncated(),
        b"no picture".to_vec(),
        pictures::small(),
    ];
    let mut before = Reading::new();
    for (number, content) in (0..=PARTS).zip(contents.iter().cycle()) {
        site.feed(&format!("{number}.png"), content);
        site.wait_parts(number + 1);
        if number == 0 {
            before = reading();
        }
    }
    // Some self-checks.
    let fed = FED.load(Ordering::Relaxed);
    station::wait_for("self-checks", || {
        (FED.load(Ordering::Relaxed) > fed + 5).then_some(())
    });
    let after = reading();
    // The last one ends the station, which may allocate what it likes then.
    site.feed("end.png", &contents[0]);
    (before, after)
}

/// A device that takes everything.
struct Taker;

impl i2c::ErrorType for Taker {
    type Error = i2c::ErrorKind;
}

impl i2c::I2c for Taker {
    fn transaction(&mut self, _: u8, _: &mut [i2c::Operation<'_>]) -> Result<(), i2c::ErrorKind> {
        Ok(())
    }
}

impl FileExt for Taker {
    fn read_at(&self, _: &mut [u8], _: u64) -> io::Result<usize> {
        Ok(0)
    }

    fn write_at(&self, bytes: &[u8], _: u64) -> io::Result<usize> {
        Ok(bytes.len())
    }
}

/// Both layouts at once.
struct Both<M, C>(M, C);

impl<M: Screen, C: Screen> Screen for Both<M, C> {
    fn show(&mut self, view: &View<'_>) -> Result<(), DisplayError> {
        self.0.show(view)?;
        self.1.show(view)
    }
}

fn screens() -> impl Screen {
    let oled = Display::new("oled", || {
        Oled::open(I2cBus::new(Taker, 60), Controller::Ssd1306, false)
    });
    let channel = |offset| Channel { offset, length: 8 };
    let format = Format {
        width: 640,
        height: 480,
        bytes_per_pixel: 4,
        bytes_per_line: 2560,
        first_byte: 0,
        red: channel(16),
        green: channel(8),
        blue: channel(0),
        alpha: channel(24),
    };
    let framebuffer = Display::new("framebuffer", move || {
        Ok(Framebuffer::new(Taker, format, Turn::None))
    });
    Both(Mono(oled), Colour(framebuffer))
}

fn run(station: &Station, library: &Path) -> Outcome {
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
    };
    // A service manager that hears everything at first, and nothing any more when its queue is full.
    let service = UnixDatagram::bind("notify").unwrap();
    let address = env::current_dir().unwrap().join("notify");
    let watchdogs = Watchdogs {
        service: Some(Notify::to(address.as_os_str()).unwrap()),
        service_period: Some(Duration::from_millis(80)),
        open_board: Box::new(|_| Ok(Box::new(Counting))),
    };
    let devices = Devices {
        outputs,
        edges: None,
        open_camera: &|| unreachable!("the station file has none"),
        screen: Box::new(screens()),
        watchdogs,
        open_library: &|_| Ok(Library::open(library).unwrap()),
        housekeeping: Box::new(move || {
            timeline.append().unwrap();
            true
        }),
        start_max: START_MAX,
        leave: |outcome| panic!("the device hangs: {outcome:?}"),
    };
    let parts = u64::try_from(PARTS + 2).unwrap();
    let outcome = sluice::run::run(station, start, devices, Some(parts)).unwrap();
    drop(service);
    outcome
}

/// Not under the test harness, whose main thread would take the signals that the station waits for.
fn main() {
    let signals: SigSet = [Signal::SIGTERM, Signal::SIGINT].into_iter().collect();
    signals.thread_block().unwrap();
    let library = shared_library();
    let site = Site::new("allocates-nothing");
    site.change(&[
        (r#""delay_ms": 2000"#, r#""delay_ms": 60"#),
        (r#""deadline_ms": 1900"#, r#""deadline_ms": 60"#),
        (r#""pulse_ms": 400"#, r#""pulse_ms": 20"#),
        (
            r#""scores": "softmax""#,
            r#""scores": "softmax", "self_check_ms": 40"#,
        ),
        (
            r#""journal": {"#,
            r#""watchdog": { "device": "counted", "timeout_s": 2 }, "journal": {"#,
        ),
    ]);
    let file = fs::read(site.path.join("station.json")).unwrap();
    let file = sluice::station::read(&file).unwrap();
    env::set_current_dir(&site.path).unwrap();

    let (before, after, outcome) = thread::scope(|scope| {
        let feeder = scope.spawn(|| feed(&site));
        let outcome = run(&file, &library);
        let (before, after) = feeder.join().unwrap();
        (before, after, outcome)
    });
    assert_eq!(outcome.stop, Stop::Asked);
    assert_eq!(outcome.counters.triggers, u64::try_from(PARTS + 2).unwrap());

    let mut guilty = Vec::new();
    for name in STATION.iter().chain(&OTHERS) {
        let threads = &after[*name];
        assert_eq!(threads.len(), 1, "one thread {name}");
        for (then, now) in before[*name].iter().zip(threads) {
            assert_eq!(then.0, now.0, "the same thread {name}");
            let made = now.1 - then.1;
            println!("{name:<10} {made:>6} allocations over {PARTS} parts");
            if made > 0 && STATION.contains(name) {
                guilty.push(format!("{name}: {made}"));
            }
        }
    }
    assert!(guilty.is_empty(), "allocations after READY: {guilty:?}");
}
