//! Promise: a camera's frame becomes the model's input unchanged. The record names the frame and
//! the hash of its pixels, and the trigger counts add up. Watching the camera does not delay a
//! stop.
//!
//! All frames of the simulated camera differ, so their pixels tell which one was used.

use crate::site::trigger::{Counted, Stimulus};
use crate::site::{Running, Site, lines, name, pictures, wait_for};
use libjpeg_turbo_rs::{PixelFormat, Subsampling};
use sluice::hash::Sha256;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

/// Pictures that the camera shows in turn.
const PICTURES: usize = 20;
/// The ROI of the station file: x, y, width, height.
const ROI: [u32; 4] = [16, 8, 128, 128];

/// The brightness of a pixel. The first row of the ROI encodes the picture's number. Every third
/// picture has a defect.
fn value(number: usize, x: u32, y: u32) -> u8 {
    let [left, top, ..] = ROI;
    if y == top && x >= left && x < left + 8 {
        return if number >> (x - left) & 1 == 1 {
            120
        } else {
            80
        };
    }
    let spot = (60..80).contains(&x) && (50..70).contains(&y);
    if number.is_multiple_of(3) && spot {
        255
    } else {
        100
    }
}

/// The hash of the ROI's pixels.
fn hash(number: usize) -> Sha256 {
    let [left, top, width, height] = ROI;
    let mut bytes = Vec::new();
    for y in top..top + height {
        for x in left..left + width {
            bytes.extend([value(number, x, y); 3]);
        }
    }
    Sha256::of(&bytes)
}

fn site(test: &str) -> Site {
    let site = Site::new(test);
    site.add_trigger(4);
    site.add_camera();
    for number in 0..PICTURES {
        let picture = pictures::png(pictures::WIDTH, pictures::HEIGHT, |x, y| {
            value(number, x, y)
        });
        let name = format!("frames/{number:02}.png");
        std::fs::write(site.path.join(name), picture).unwrap();
    }
    site
}

#[test]
fn a_hundred_parts_each_have_their_own_frame() {
    let site = site("camera-hundred");
    let mut station = site.start();
    let mut trigger = Stimulus::open(&site);
    for _ in 0..100 {
        trigger.part();
        let printed = station.verdict();
        assert!(printed.name.starts_with("frame "), "{printed:?}");
    }
    let parts = site.wait_parts(100);
    let counted = Counted::at_stop(&mut station);
    counted.assert_adds_up(&site);
    assert_eq!(
        (counted.triggers, counted.fault, counted.missed),
        (100, 0, 0)
    );
    let mut last = None;
    for (number, part) in (1..).zip(&parts) {
        assert_eq!(part.part.number(), number);
        let frame: usize = name(part).strip_prefix("frame ").unwrap().parse().unwrap();
        assert!(last < Some(frame), "a later part, a later frame");
        last = Some(frame);
        let shown = frame % PICTURES;
        assert_eq!(
            part.picture.as_ref().unwrap().sha256,
            Some(hash(shown)),
            "{part:?}"
        );
        let kind = if shown.is_multiple_of(3) {
            "REJECT"
        } else {
            "PASS"
        };
        assert_eq!(part.verdict.kind, kind, "{part:?}");
    }
}

/// Of a grey picture the packed samples without their low bits are its bytes.
#[test]
fn a_frame_of_packed_samples_is_inspected_as_its_bytes() {
    let site = site("camera-packed");
    site.change(&[(r#""format": "bgr24""#, r#""format": "y10p""#)]);
    let mut station = site.start();
    let mut trigger = Stimulus::open(&site);
    for _ in 0..8 {
        trigger.part();
        station.verdict();
    }
    for part in site.wait_parts(8) {
        let frame: usize = name(&part).strip_prefix("frame ").unwrap().parse().unwrap();
        let expected = Some(hash(frame % PICTURES));
        assert_eq!(part.picture.unwrap().sha256, expected);
    }
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_jpeg_frame_is_inspected_and_a_cut_one_is_a_fault() {
    let site = Site::new("camera-mjpeg");
    site.add_trigger(4);
    site.add_camera();
    site.change(&[(r#""format": "bgr24""#, r#""format": "mjpeg""#)]);
    let (width, height) = (pictures::WIDTH as usize, pictures::HEIGHT as usize);
    let grey = vec![100; width * height];
    let format = PixelFormat::Grayscale;
    let whole = libjpeg_turbo_rs::compress(&grey, width, height, format, 90, Subsampling::S444);
    let whole = whole.unwrap();
    let cut = &whole[..whole.len() / 2];
    // Parts may come in step with the frames, so every second one could be of one kind.
    for (number, bytes) in [&whole, cut, &whole, cut, &whole].into_iter().enumerate() {
        std::fs::write(site.path.join(format!("frames/{number}.jpg")), bytes).unwrap();
    }
    let mut station = site.start();
    let mut trigger = Stimulus::open(&site);
    let mut kinds = BTreeSet::new();
    while kinds.len() < 2 {
        trigger.part();
        kinds.insert(station.verdict().kind);
    }
    for part in site.wait_parts(2) {
        let frame: usize = name(&part).strip_prefix("frame ").unwrap().parse().unwrap();
        let verdict = (&*part.verdict.kind, &*part.verdict.code);
        let picture = part.picture.as_ref().unwrap();
        let expected = if (frame % 5).is_multiple_of(2) {
            assert_eq!(picture.sha256, Some(Sha256::of(&whole)));
            ("PASS", "")
        } else {
            ("FAULT", "picture")
        };
        assert_eq!(verdict, expected, "{part:?}");
    }
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_camera_that_cannot_be_opened_keeps_the_station_from_being_ready() {
    let site = site("camera-gone");
    let frames = site.path.join("frames");
    let away = site.path.join("away");
    std::fs::rename(&frames, &away).unwrap();
    let mut station = site.launch(&[]);
    let mut trigger = Stimulus::open(&site);
    site.wait_error("it is opened again");
    trigger.part();
    let missed = station.verdict();
    assert!(
        missed.text.contains("trigger while not ready"),
        "{missed:?}"
    );
    assert_eq!(site.timeline().active(lines::READY), []);
    std::fs::rename(&away, &frames).unwrap();
    station.line("ready:");
    trigger.part();
    assert!(station.verdict().name.starts_with("frame "));
    site.wait_parts(2);
    let counted = Counted::at_stop(&mut station);
    assert_eq!((counted.triggers, counted.missed), (2, 1));
    counted.assert_adds_up(&site);
}

/// The kernel function in which the station's camera thread waits.
fn place(station: &Running) -> String {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", station.id())).unwrap();
    let paths = tasks.map(|entry| entry.unwrap().path());
    let read = |path: &Path, what: &str| std::fs::read_to_string(path.join(what));
    paths
        .filter(|path| read(path, "comm").is_ok_and(|name| name.trim_end() == "camera"))
        .find_map(|path| read(&path, "wchan").ok())
        .unwrap_or_default()
}

/// A camera with one frame a second is watched for nine seconds. A triggered one without frames is
/// watched for five.
#[test]
fn a_stop_while_the_camera_is_watched_is_ordered_and_fast() {
    for mode in ["free_running", "triggered"] {
        let site = site(&format!("camera-watched-{mode}"));
        let mode = format!(r#""mode": "{mode}", "frames_per_second": 1"#);
        site.change(&[(r#""mode": "free_running", "frames_per_second": 50"#, &mode)]);
        let mut station = site.launch(&[]);
        wait_for("the watch of the camera", || {
            place(&station).contains("poll").then_some(())
        });
        let start = Instant::now();
        assert_eq!(station.stop(), Some(0), "{}", site.errors());
        let took = start.elapsed();
        println!("{mode}: {} ms", took.as_millis());
        assert!(took < Duration::from_secs(2), "{mode}: {took:?}");
        // The station was not ready and did not report the camera as broken.
        assert_eq!(site.timeline().active(lines::READY), []);
        assert!(!site.errors().contains("camera"), "{}", site.errors());
        site.timeline().assert_safe();
    }
}
