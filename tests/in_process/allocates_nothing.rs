//! Promise: after READY the station's threads allocate nothing, those of the CPU engine included.
//!
//! The station runs in this process with an allocator that counts for each thread. The count is
//! taken after the first part's record and after that of part 10,000. The screen is an OLED and a
//! framebuffer on devices that accept everything. Self-checks run between the parts, and the
//! watchdogs are fed. Early on the recipe changes, to one with a model and a region of its own.
//! The journal begins a new file every few dozen parts, and deletes its oldest.
//!
//! The CPU engine is linked in, and the executor computes the model. The PNG decoder allocates for
//! each picture, so the decode workers are only reported. The PNG encoder does so too: `history`.
//! The history keeps every part, in both recipes. The parts of the first are measured, and drift.

use board::display::{
    Channel, Controller, Display, DisplayError, Format, Framebuffer, I2cBus, Oled, Turn,
};

use crate::site::{PATIENCE, Site, pictures, wait_for};
use crate::station::{self, Reading};
use ascendcl::Library;
use board::Timestamp;
use board::notify::Notify;
use board::watchdog::{Watchdog, WatchdogError};
use embedded_hal::i2c;
use sluice::history;
use sluice::journal::{Entry, Follower, Record};
use sluice::run::{Stop, Watchdogs, ask};
use sluice::screen::{Colour, Mono, Screen, View};
use sluice::status::{Inode, Live};
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

/// A run that takes longer than a part's deadline: the device is late, and is waited for.
pub const FAULTS: &str = "aclmdlExecuteAsync:400:delay_ms=100";
/// The rule itself allocates once, where it delays the run: on the stream's thread.
const OF_FAULT: u64 = 1;
/// Parts between the two readings.
const PARTS: usize = 10_000;
/// The first of them, which come one by one.
const SINGLE: usize = 50;
/// After this part the recipe changes.
const CHANGE: usize = 25;
/// The others come in groups of so many. Two groups may be under way, with the 16 parts that a
/// station takes.
const GROUP: usize = 8;
/// The threads that must not allocate.
const STATION: [&str; 11] = [
    "gate",
    "inputs",
    "inspection",
    "intake",
    "journal",
    "keeper",
    "live",
    "recorder",
    "screen",
    "stderr",
    "stdout",
];
/// The beginnings of the names of the engine's threads, which must not allocate either.
const ENGINE: [&str; 2] = ["acl-stream-", "compute-"];
/// Threads of `engine.threads`, for each model; the stream's thread is one of them.
const THREADS: usize = 3;
/// The models of the two recipes.
const MODELS: usize = 2;
/// The threads that are only reported.
const OTHERS: [&str; 2] = ["decode", "history"];

/// How often the board's watchdog was fed.
static FED: AtomicUsize = AtomicUsize::new(0);

/// A board's watchdog with a timeout so short that it is fed at every opportunity.
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

/// Feeds pictures of all kinds and reads the allocations before and after.
fn feed(site: &Site) -> (Reading, Reading) {
    let contents = [
        pictures::good(),
        pictures::bad(),
        pictures::with_spots(&[(40, 40, 6), (120, 100, 8)]),
        pictures::truncated(),
        b"no picture".to_vec(),
        pictures::small(),
    ];
    let feed = |number: usize| {
        let content = &contents[number % contents.len()];
        site.feed(&format!("{number}.png"), content);
    };
    let mut before = Reading::new();
    for number in 0..=SINGLE {
        feed(number);
        site.wait_parts(number + 1);
        match number {
            0 => before = station::reading(),
            CHANGE => {
                let answer = ask("journal", "recipe flange").unwrap();
                assert!(answer.done, "{answer:?}");
                wait_for("the recipe", || {
                    let answer = ask("journal", "recipe").unwrap();
                    (answer.what == "flange").then_some(())
                });
            }
            _ => {}
        }
    }
    let parts = site.parts();
    let of_flange = parts
        .iter()
        .filter(|part| part.recipe.as_deref() == Some("flange"));
    assert_eq!(of_flange.count(), SINGLE - CHANGE);

    let mut journal = Follower::new("journal");
    let (mut late, mut passed, mut recorded) = (0, 0, 0);
    let mut wait_for_parts = |least: usize| {
        let end = Instant::now() + PATIENCE;
        loop {
            let told = &mut |entry: &Entry, _: &[u8]| {
                if let Ok(Record::Part(part)) = &entry.content {
                    recorded += 1;
                    passed += usize::from(part.gate.outcome == "passed");
                    late += usize::from(part.verdict.detail.starts_with("the device was not"));
                }
            };
            journal.read_on(told).unwrap();
            if recorded >= least {
                return (passed, late);
            }
            assert!(Instant::now() < end, "{recorded} of {least} records");
            thread::sleep(Duration::from_millis(1));
        }
    };
    let numbers: Vec<usize> = (SINGLE + 1..=PARTS).collect();
    for group in numbers.chunks(GROUP) {
        wait_for_parts(group[0].saturating_sub(GROUP));
        group.iter().for_each(|number| feed(*number));
    }
    let (passed, late) = wait_for_parts(PARTS + 1);
    println!("{PARTS} parts: {passed} passed, the device was late for {late}");
    assert!(passed > 0 && late > 0);
    // Wait for some self-checks.
    let fed = FED.load(Ordering::Relaxed);
    wait_for("self-checks", || {
        (FED.load(Ordering::Relaxed) > fed + 5).then_some(())
    });
    (before, station::reading())
}

/// A device that accepts everything.
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

pub fn run(library: &Path) {
    let open_library = |_: &str| Ok(Library::builtin(ascendcl_cpu::RESOLVER).unwrap());
    let site = Site::new("allocates-nothing");
    site.change(&[
        (r#""delay_ms": 2000"#, r#""delay_ms": 10"#),
        (r#""deadline_ms": 1900"#, r#""deadline_ms": 10"#),
        (r#""pulse_ms": 400"#, r#""pulse_ms": 2"#),
        // A new file every few dozen parts, and soon the oldest are deleted.
        (r#""file_size_max_kib": 4096"#, r#""file_size_max_kib": 64"#),
        (
            r#""scores": "softmax""#,
            &format!(r#""scores": "softmax", "threads": {THREADS}, "self_check_ms": 40"#),
        ),
        (
            r#""journal": {"#,
            r#""watchdog": { "device": "counted", "timeout_s": 2 }, "journal": {"#,
        ),
    ]);
    site.keep_history();
    // The averages of a measure reach a warning.
    let drift = r#""drift": { "parts": 10, "baselines": [
        { "measure": "brightness", "normal": 50, "warning": 9, "fault": 200 } ] },"#;
    site.change(&[(r#""recipe": {"#, &format!(r#""recipe": {{ {drift}"#))]);
    site.change(&[(
        r#""gate": {"#,
        r#""recipes": [ { "name": "flange", "code": 2, "model": "flange.onnx", "mask": "",
            "image": { "roi": { "x": 8, "y": 8, "width": 100, "height": 90 } },
            "classes": [ { "class": 1, "name": "dent", "score_min": 0.5, "blob_area_min_px": 4,
            "blob_area_max_px": 20, "total_area_max_px": 40 } ] } ],
        "gate": {"#,
    )]);
    fs::copy(site.path.join("parts.onnx"), site.path.join("flange.onnx")).unwrap();
    let file = station::prepare(&site);
    // This service manager never reads. Its queue takes the first messages and refuses the others
    // once it is full.
    let _service = UnixDatagram::bind("notify").unwrap();
    let address = site.path.join("notify");
    let (((before, after), live), outcome) = station::run(
        &file,
        library,
        |devices| {
            devices.screen = Box::new(screens());
            devices.open_library = &open_library;
            devices.live = Some(site.path.clone());
            devices.watchdogs = Watchdogs {
                service: Some(Notify::to(address.as_os_str()).unwrap()),
                service_period: Some(Duration::from_millis(80)),
                open_board: Box::new(|_| Ok(Box::new(Counting))),
            };
        },
        || {
            let allocations = feed(&site);
            // The station removes the file when it ends.
            let journal = Inode::of(Path::new("journal")).unwrap();
            let live = Live::read(&site.path, journal, Timestamp::now());
            (allocations, live.unwrap())
        },
    );
    assert_eq!(outcome.stop, Stop::Asked);
    assert_eq!(outcome.counters.triggers, u64::try_from(PARTS + 1).unwrap());
    assert!(live.finished_ns > 0 && live.recipe == "flange", "{live:?}");
    let files = fs::read_dir("journal").unwrap().count();
    assert!((60..70).contains(&files), "the journal rotates: {files}");

    let kept = history::entries(Path::new("history")).unwrap();
    let with_input = kept
        .iter()
        .filter(|kept| kept.record().unwrap().input.is_some());
    assert!(with_input.count() > 50, "the history works: {}", kept.len());
    let mut guilty = Vec::new();
    for name in STATION.iter().chain(&OTHERS) {
        let made = station::made(name, &before, &after);
        if made > 0 && STATION.contains(name) {
            guilty.push(format!("{name}: {made}"));
        }
    }
    for beginning in ENGINE {
        let (threads, made) = station::made_together(beginning, &before, &after);
        assert!(threads > 0, "{beginning}: {after:?}");
        let of_fault = if beginning == "acl-stream-" {
            OF_FAULT
        } else {
            0
        };
        if made > of_fault {
            guilty.push(format!("{beginning}: {made}"));
        }
    }
    assert_eq!(station::made_together("rten-", &before, &after).0, 0);
    let computing = station::made_together("compute-", &before, &after).0;
    assert_eq!(computing, MODELS * (THREADS - 1));
    assert!(guilty.is_empty(), "allocations after READY: {guilty:?}");
}
