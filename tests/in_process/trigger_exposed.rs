//! Promise: with `mode: triggered` a part's frame is the one that its own edge exposed, no matter
//! which other frames were exposed. A frame without an edge moves no line. A missing or damaged
//! frame faults its own part and no other.
//!
//! The test drives the line and the camera. It exposes each frame and recognises it by its pixels.

use crate::site::{DELAY, Site, lines, name};
use crate::{frames, station};
use board::camera::{Camera, CameraError, Mode};
use board::simulated::{SimulatedInput, Stimulus};
use board::simulated_camera::SimulatedDevice;
use embedded_hal::digital::PinState;
use sluice::run::Stop;
use std::path::Path;
use std::thread;
use std::time::Duration;

/// Parts in a row.
const PARTS: usize = 20;
const DEBOUNCE: Duration = Duration::from_millis(15);
/// Shortest time for which the trigger line stays high, and then low.
const LEVEL: Duration = Duration::from_millis(60);
/// From the edge to the latest start of an exposure in the station file, plus the time for its
/// frame.
const WINDOW: Duration = Duration::from_millis(460);
/// Time between two frames without a trigger.
const STRAY: Duration = Duration::from_millis(300);

/// Drives the line and the camera of the station.
struct Bench<'a> {
    site: &'a Site,
    camera: SimulatedDevice,
    line: Stimulus,
    /// Number of frames exposed so far.
    exposed: u32,
    /// The parts so far: the sequence number of the frame, or a text in the fault.
    parts: Vec<Result<u32, &'static str>>,
}

impl Bench<'_> {
    /// Exposes a frame and returns its sequence number.
    fn expose(&mut self) -> u32 {
        self.camera.trigger();
        self.exposed += 1;
        self.exposed - 1
    }

    /// Sends the edges of one part. With `wire` the edge exposes a frame.
    fn part(&mut self, fault: Option<&'static str>, wire: bool) {
        self.line.set(PinState::High);
        let own = if wire { self.expose() } else { 0 };
        self.parts.push(fault.map_or(Ok(own), Err));
        thread::sleep(LEVEL);
        self.line.set(PinState::Low);
        thread::sleep(if fault.is_some() {
            WINDOW + LEVEL
        } else {
            LEVEL
        });
    }

    fn good_part(&mut self) {
        self.part(None, true);
    }

    /// Waits for the records of all parts and compares them with the edges and frames.
    fn check(&self) {
        let records = self.site.wait_parts(self.parts.len());
        // Only parts have records.
        assert_eq!(records.len(), self.parts.len());
        for (record, part) in records.iter().zip(&self.parts) {
            let outcome = (&*record.verdict.kind, &*record.gate.outcome);
            match part {
                Ok(sequence) => {
                    assert_eq!(name(record), format!("frame {sequence}"), "{record:?}");
                    let sha256 = record.picture.as_ref().unwrap().sha256;
                    assert_eq!(
                        sha256,
                        Some(frames::hash(*sequence)),
                        "the pixels of {record:?}"
                    );
                    assert_eq!(outcome, ("PASS", "passed"), "{record:?}");
                }
                Err(said) => {
                    assert_eq!(record.verdict.code, "no_picture", "{record:?}");
                    assert!(record.verdict.detail.contains(said), "{record:?}");
                    assert_eq!(outcome, ("FAULT", "rejected"), "{record:?}");
                }
            }
        }
    }

    /// Number of movements of the lines that show parts.
    fn movements(&self) -> [usize; 3] {
        let timeline = self.site.timeline();
        [lines::REJECT, lines::PASS, lines::BUSY].map(|line| timeline.active(line).len())
    }
}

fn each_edge_has_its_own_frame(bench: &mut Bench<'_>) {
    for _ in 0..PARTS {
        bench.good_part();
    }
    bench.check();
}

fn a_frame_without_an_edge_moves_no_line(bench: &mut Bench<'_>) {
    // By now the last part's pulse is over and in the timeline.
    thread::sleep(STRAY);
    let before = bench.movements();
    for _ in 0..3 {
        bench.expose();
        thread::sleep(STRAY);
    }
    thread::sleep(DELAY);
    assert_eq!(bench.movements(), before);
    // A frame exposed just before the edge is not the part's, with or without a frame of its own.
    bench.expose();
    bench.good_part();
    bench.expose();
    bench.part(Some("no frame"), false);
    // The following parts still get their own frames.
    bench.good_part();
    bench.check();
}

fn a_missed_exposure_faults_its_part(bench: &mut Bench<'_>) {
    bench.part(Some("no frame"), false);
    bench.good_part();
    // Exposed, but lost before delivery.
    bench.camera.lose(1);
    bench.part(Some("no frame"), true);
    bench.good_part();
    bench.camera.damage(1);
    bench.part(Some("is damaged"), true);
    bench.good_part();
    bench.check();
}

pub fn run(library: &Path) {
    let site = Site::new("trigger-exposed");
    site.add_trigger(4);
    let debounce = format!(r#""debounce_us": {}"#, DEBOUNCE.as_micros());
    site.change(&[(r#""debounce_us": 0"#, &debounce)]);
    site.change(&[
        (
            r#""directory": { "path": "parts", "after": "keep", "workers": 1 }"#,
            r#""camera": { "device": "of the test", "width": 160, "height": 144, "format": "grey", "mode": "triggered",
          "frames_per_second": 50, "buffers": 4, "exposure_max_ms": 400 }"#,
        ),
        (r#""part_interval_ms": 100"#, r#""part_interval_ms": 500"#),
        // The parts are closer together than that, but never overlap at the gate.
        (r#""pulse_ms": 400"#, r#""pulse_ms": 40"#),
    ]);
    let file = station::prepare(&site);
    let camera =
        SimulatedDevice::with_frames(frames::settings(Mode::Triggered), frames::all()).unwrap();
    let (input, line) = SimulatedInput::new(PinState::Low).unwrap();
    let open_camera = || -> Result<Box<dyn Camera>, CameraError> { Ok(Box::new(camera.open()?)) };
    let beside = || {
        let mut bench = Bench {
            site: &site,
            camera: camera.clone(),
            line,
            exposed: 0,
            parts: Vec::new(),
        };
        site.wait_line(lines::READY, true);
        each_edge_has_its_own_frame(&mut bench);
        a_frame_without_an_edge_moves_no_line(&mut bench);
        a_missed_exposure_faults_its_part(&mut bench);
        println!("{} parts, {} frames", bench.parts.len(), bench.exposed);
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
    assert_eq!(
        (counters.missed, counters.reject, counters.fault),
        (0, 0, 4)
    );
    assert_eq!(counters.triggers, counters.pass + counters.fault);
}
