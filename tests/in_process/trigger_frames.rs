//! Promise: a part's frame is the first one exposed after its edge, and never a stale one, a
//! damaged one or another part's. A camera that fails faults only the parts that wait for it, and
//! is opened again. After READY the threads of a station with trigger and camera allocate nothing.
//!
//! The test drives the line and the camera. It knows each edge and each exposure and checks every
//! record against them. The engine is a shared library with its own heap, as in
//! `allocates_nothing.rs`.

use board::Timestamp;
use board::camera::{Camera, CameraError, Mode};

use crate::site::{Site, lines, name};
use crate::watched_camera::Watched;
use crate::{frames, station};
use board::simulated::{SimulatedInput, Stimulus};
use board::simulated_camera::SimulatedDevice;
use embedded_hal::digital::PinState;
use sluice::journal::Part;
use sluice::run::Stop;
use std::collections::BTreeSet;
use std::path::Path;
use std::thread;
use std::time::Duration;

/// Parts between the two allocation counts.
const PARTS: usize = 50;
/// The threads that must not allocate.
const STATION: [&str; 5] = ["gate", "inspection", "trigger", "camera", "recorder"];
const INTERVAL: Duration = Duration::from_millis(20);
/// Longer than a frame interval: frames arrive before their trigger is known.
const DEBOUNCE: Duration = Duration::from_millis(45);
/// Shortest time for which the trigger line stays high, and then low.
const LEVEL: Duration = Duration::from_millis(60);
const WINDOW: Duration = Duration::from_millis(400);

/// Drives the line and the camera of the station.
struct Bench<'a> {
    site: &'a Site,
    camera: SimulatedDevice,
    line: Stimulus,
    /// The earliest and the latest possible time of each part's edge.
    edges: Vec<[Timestamp; 2]>,
}

impl Bench<'_> {
    /// Sends the edges of one part, with one bounce.
    fn part(&mut self) {
        let before = Timestamp::now();
        self.line.set(PinState::High);
        self.edges.push([before, Timestamp::now()]);
        self.line.set(PinState::Low);
        self.line.set(PinState::High);
        thread::sleep(LEVEL);
        self.line.set(PinState::Low);
        thread::sleep(LEVEL);
    }

    /// Waits for the record of the last part.
    fn record(&self) -> Part {
        self.site.wait_parts(self.edges.len()).pop().unwrap()
    }

    /// Fails unless the part has the first undamaged frame after its edge that no other part has.
    fn assert_frame(&self, part: &Part, used: &mut BTreeSet<u32>) {
        let number = usize::try_from(part.part.number()).unwrap();
        let [earliest, latest] = self.edges[number - 1];
        let sequence: u32 = name(part)
            .strip_prefix("frame ")
            .unwrap_or_else(|| panic!("{part:?}"))
            .parse()
            .unwrap();
        assert!(used.insert(sequence), "another part's: {part:?}");
        let sha256 = part.picture.as_ref().unwrap().sha256;
        assert_eq!(
            sha256,
            Some(frames::hash(sequence)),
            "the pixels of {part:?}"
        );
        let frames = Watched::delivered();
        let frame = frames
            .iter()
            .find(|frame| frame.sequence == sequence)
            .unwrap();
        assert!(
            !frame.damaged && frame.exposed >= earliest,
            "stale: {frame:?}, {part:?}"
        );
        assert!(
            frame.exposed.since(earliest) <= WINDOW + INTERVAL,
            "{frame:?}, {part:?}"
        );
        for other in &frames {
            let before = other.exposed >= latest && other.exposed < frame.exposed;
            assert!(
                !before || other.damaged || used.contains(&other.sequence),
                "{other:?} came before {frame:?} of {part:?}"
            );
        }
    }
}

/// Sends parts with damaged and lost frames among them.
fn frames_find_their_parts(bench: &mut Bench<'_>) {
    bench.part();
    bench.record();
    let before = station::reading();
    for number in 0..PARTS {
        match number {
            10 | 30 => bench.camera.damage(2),
            20 | 40 => bench.camera.lose(3),
            _ => {}
        }
        bench.part();
        // Shifts the edge through the interval between two frames.
        thread::sleep(Duration::from_millis(number as u64 * 13 % 20));
    }
    bench.record();
    let after = station::reading();
    let mut used = BTreeSet::new();
    for part in bench.site.parts() {
        bench.assert_frame(&part, &mut used);
        assert_eq!(part.verdict.kind, "PASS");
    }
    for name in STATION {
        let made = station::made(name, &before, &after);
        assert_eq!(made, 0, "allocations of {name} after READY");
    }
}

/// Unplugs the camera while a part waits, plugs it in again, and later stalls it.
fn a_camera_that_fails_comes_back(bench: &mut Bench<'_>) {
    bench.camera.stall();
    // By now the frames that were exposed earlier have been delivered.
    thread::sleep(2 * INTERVAL);
    bench.part();
    bench.camera.unplug();
    bench.site.wait_line(lines::READY, false);
    let part = bench.record();
    assert_eq!(part.verdict.code, "camera", "{part:?}");
    assert!(part.verdict.detail.contains("unplugged"), "{part:?}");
    assert_eq!((&*part.gate.outcome, part.picture), ("rejected", None));
    bench.part();
    let part = bench.record();
    assert_eq!(part.verdict.code, "missed", "{part:?}");
    assert!(part.verdict.detail.contains("camera"), "{part:?}");
    bench.camera.plug_in();
    bench.camera.go_on();
    bench.site.wait_line(lines::READY, true);
    bench.part();
    let part = bench.record();
    bench.assert_frame(&part, &mut BTreeSet::new());

    // Only the missing frames show that the camera has stalled.
    bench.camera.stall();
    thread::sleep(2 * INTERVAL);
    bench.part();
    let part = bench.record();
    assert_eq!(part.verdict.code, "no_picture", "{part:?}");
    assert!(
        part.times_us.total < 900_000,
        "before its deadline: {part:?}"
    );
    bench.site.wait_line(lines::READY, false);
    bench.camera.go_on();
    bench.site.wait_line(lines::READY, true);
    bench.part();
    let part = bench.record();
    bench.assert_frame(&part, &mut BTreeSet::new());
}

pub fn run(library: &Path) {
    let site = Site::new("trigger-frames");
    site.add_trigger(40);
    let debounce = format!(r#""debounce_us": {}"#, DEBOUNCE.as_micros());
    site.change(&[(r#""debounce_us": 0"#, &debounce)]);
    site.change(&[
        (
            r#""directory": { "path": "parts", "after": "keep", "workers": 1 }"#,
            r#""camera": { "device": "of the test", "width": 160, "height": 144, "format": "grey", "mode": "free_running",
          "frames_per_second": 50, "buffers": 4, "exposure_max_ms": 400 }"#,
        ),
        // The window exceeds the time between parts here because of busy machines.
        (r#""part_interval_ms": 100"#, r#""part_interval_ms": 500"#),
    ]);
    let file = station::prepare(&site);
    let camera =
        SimulatedDevice::with_frames(frames::settings(Mode::FreeRunning), frames::all()).unwrap();
    let (input, line) = SimulatedInput::new(PinState::Low).unwrap();
    let open_camera = || -> Result<Box<dyn Camera>, CameraError> {
        let opened = camera.open()?;
        Ok(Box::new(Watched::new(opened)))
    };
    let beside = || {
        let mut bench = Bench {
            site: &site,
            camera: camera.clone(),
            line,
            edges: Vec::new(),
        };
        bench.site.wait_line(lines::READY, true);
        frames_find_their_parts(&mut bench);
        a_camera_that_fails_comes_back(&mut bench);
        println!("frames found their parts, and the camera came back");
    };
    let ((), outcome) = station::run(
        &file,
        library,
        |devices| {
            devices.edges = Some(Box::new(input));
            devices.open_camera = &open_camera;
        },
        beside,
    );
    assert_eq!(outcome.stop, Stop::Asked);
    let counters = outcome.counters;
    let parts = u64::try_from(site.parts().len()).unwrap();
    assert_eq!(counters.triggers, parts);
    let decided = counters.pass + counters.reject + counters.fault;
    assert_eq!((counters.missed, decided), (1, parts - 1));
}
