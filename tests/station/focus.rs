//! Promise: `sluice focus` measures the inspected region of each new picture.

use crate::site::{Running, Site, pictures, said};

const FOCUS: [&str; 3] = ["focus", "--station", "station.json"];

#[test]
fn named_pictures_are_measured_in_the_region() {
    let site = Site::new("focus");
    site.feed("plain.png", &pictures::good());
    site.feed("spots.png", &pictures::with_spots(&[(60, 50, 20)]));
    // Outside the region, which begins at (16, 8).
    site.feed("outside.png", &pictures::with_spots(&[(0, 0, 6)]));
    let named = ["parts/spots.png", "parts/plain.png", "parts/outside.png"];
    let output = site.output(&[&FOCUS[..], &named].concat());
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0].contains("100 % of the best") && lines[0].ends_with(named[0]),
        "{text}"
    );
    // 400 of 128 x 128 pixels are white.
    assert!(lines[0].contains("white   2 %"), "{text}");
    for line in &lines[1..] {
        assert!(
            line.contains("  0 % of the best  sharpness      0.0  brightness 100.0"),
            "{text}"
        );
    }
    site.feed("small.png", &pictures::small());
    let bad = [&FOCUS[..], &["parts/small.png", "parts/plain.png"]].concat();
    site.assert_says(&bad, 1, &["parts/small.png: ", "brightness 100.0"]);
}

#[test]
fn each_new_picture_in_the_directory_is_measured() {
    let site = Site::new("focus-live");
    site.feed("a.png", &pictures::good());
    let mut command = site.sluice(&[&FOCUS[..], &["--count", "2"]].concat());
    let running = Running::spawn(&mut command, site.path.join("stderr.txt"));
    running.line_with("parts/a.png");
    site.feed("b.png", &pictures::bad());
    running.line_with("parts/b.png");
}

#[test]
fn the_frames_of_a_camera_are_measured_as_they_come() {
    let site = Site::new("focus-camera");
    site.add_trigger(4);
    site.add_camera();
    let spots = pictures::with_spots(&[(60, 50, 20)]);
    std::fs::write(site.path.join("frames/01.png"), spots).unwrap();
    let output = site.output(&[&FOCUS[..], &["--count", "12"]].concat());
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    let mut last = None;
    let mut sharp = [0, 0];
    for line in text.lines() {
        let (measures, frame) = line.split_once("frame ").unwrap();
        let frame: usize = frame.parse().unwrap();
        assert!(last < Some(frame), "{text}");
        last = Some(frame);
        // Every second frame shows the picture with the spot.
        let expected = if frame % 2 == 1 {
            "100 % of the best"
        } else {
            "sharpness      0.0  brightness 100.0"
        };
        assert!(measures.contains(expected), "{text}");
        sharp[frame % 2] += 1;
    }
    assert_eq!(sharp[0] + sharp[1], 12, "{text}");
    // Ten lines a second of a camera with fifty frames: the lines are not its first twelve frames.
    assert!(last > Some(40), "{text}");
}

#[test]
fn the_frames_of_a_camera_are_shown_while_it_runs() {
    let site = Site::new("focus-camera-live");
    site.add_trigger(4);
    site.add_camera();
    let running = Running::spawn(&mut site.sluice(&FOCUS), site.path.join("stderr.txt"));
    for _ in 0..3 {
        running.line_with("brightness 100.0");
    }
}
