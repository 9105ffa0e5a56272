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
