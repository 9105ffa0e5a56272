//! Promise: brightness, contrast, sharpness, saturated pixels, score margin and defect area of each
//! inspected part are in its record. The average of the last parts beside its baseline gives a
//! warning, and later a fault that stops READY until a reset: in the journal, on standard error and
//! on the screen. `sluice drift` shows the parts, draws them and proposes the baseline.

use crate::site::{Site, lines, pictures, said};
use core::ops::Range;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

/// A baseline for a grey part of 100.
const BASELINE: &str = r#"{ "measure": "brightness", "normal": 100, "warning": 10, "fault": 20 }"#;

fn site(test: &str, baselines: &str) -> Site {
    let site = Site::quick(test);
    site.change(&[(
        r#""recipe": {"#,
        &format!(r#""recipe": {{ "drift": {{ "parts": 10, "baselines": [{baselines}] }},"#),
    )]);
    site
}

fn grey(value: u8) -> Vec<u8> {
    pictures::png(pictures::WIDTH, pictures::HEIGHT, |_, _| value)
}

/// The pixels of these rows of a PNG file.
fn rows(path: &Path, rows: Range<usize>) -> Vec<u8> {
    let file = BufReader::new(File::open(path).unwrap());
    let mut decoder = png::Decoder::new(file);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    pixels[rows.start * info.line_size..rows.end * info.line_size].to_vec()
}

#[test]
fn parts_whose_output_cannot_be_used_and_rejects_change_no_average() {
    let area = r#"{ "measure": "mask_px", "normal": 400, "warning": 10, "fault": 50 }"#;
    let site = site("drift-faults", area);
    site.change(&[
        (r#""model": "parts.onnx""#, r#""model": "stray.onnx""#),
        (r#""scores": "softmax""#, r#""scores": """#),
    ]);
    let mut station = site.start();
    for number in 0..12 {
        site.feed(&format!("{number}.png"), &pictures::bad());
    }
    for part in site.wait_parts(12) {
        assert_ne!(part.verdict.kind, "PASS");
        assert!(
            part.verdict.kind == "REJECT" || part.measures.is_none(),
            "{part:?}"
        );
    }
    assert_eq!(site.controls(), [""; 0]);
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn pictures_that_get_darker_are_a_warning_and_then_stop_ready_until_a_reset() {
    let site = site("drift-darker", BASELINE);
    let mut station = site.start();
    let feed = |number: usize, value: u8| {
        let name = format!("{number:02}.png");
        site.feed(&name, &grey(value));
        site.wait_part(&name)
    };
    feed(0, 100);
    // The weight of a part is 2 / 11. The average is 94.5, 90.1, 86.5.
    for (number, changes) in [(1, 0), (2, 0), (3, 1)] {
        let part = feed(number, 70);
        assert_eq!(part.verdict.kind, "PASS");
        assert_eq!(part.measures.unwrap().brightness, 70.0);
        if changes > 0 {
            site.wait_control("drift station");
        }
        assert_eq!(site.controls().len(), changes, "{number}");
    }
    let warning = site.control_records().pop().unwrap();
    assert_eq!(
        warning.detail,
        "drift of brightness: 86.4 on average, 13.6 below 100.0 (warning from 10, fault from 20)"
    );
    site.wait_error("(warning from 10, fault from 20); check light and exposure");
    // 83.7, 81.2, 79.2.
    for number in 4..=6 {
        feed(number, 70);
    }
    site.wait_control("latched station");
    site.wait_line(lines::FAULT, true);
    site.feed("closed.png", &grey(100));
    let closed = site.wait_part("closed.png");
    assert_eq!(
        (&*closed.verdict.kind, &*closed.gate.outcome),
        ("PASS", "rejected")
    );
    assert_eq!(site.ask(&["reset"]).0, Some(0));
    site.wait_line(lines::REJECT, false);
    // The averages have begun anew.
    site.assert_passes("after.png");
    assert_eq!(
        site.controls(),
        ["drift station", "latched station", "reset command"]
    );
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn what_drifts_shows_on_the_screen_and_ends_by_itself_below_a_fault() {
    let site = site("drift-over", BASELINE);
    site.change(&[(
        r#"{ "kind": "none" }"#,
        r#"{ "kind": "png_mono", "file": "screen.png" }"#,
    )]);
    let mut station = site.start();
    // Whether the lines below the verdict are empty.
    let is_plain_after = |name: &str, value: u8| {
        site.feed(name, &grey(value));
        // The line comes after the screen.
        station.verdict();
        site.wait_part(name);
        rows(&site.path.join("screen.png"), 33..51)
            .iter()
            .all(|value| *value == 0)
    };
    assert!(is_plain_after("a.png", 70));
    for name in ["b.png", "c.png"] {
        is_plain_after(name, 70);
    }
    site.wait_control("drift station");
    assert!(!is_plain_after("d.png", 100));
    for name in ["e.png", "f.png", "g.png"] {
        is_plain_after(name, 100);
    }
    site.wait_control("drift_over station");
    assert!(is_plain_after("h.png", 100));
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn the_command_shows_the_parts_and_its_baseline_is_one_for_the_station_file() {
    let site = site("drift-command", "");
    let mut station = site.start();
    for (name, picture) in [
        ("a.png", pictures::good()),
        ("b.png", grey(104)),
        ("c.png", pictures::bad()),
    ] {
        site.feed(name, &picture);
        site.wait_part(name);
    }
    let command = ["drift", "--station", "station.json"];
    let run = |more: &[&str]| site.output(&[&command, more].concat());
    let all = said(&run(&[]));
    assert!(
        all.contains("brightness") && all.contains("        2 "),
        "{all}"
    );
    // The part that was rejected is measured, and no part of the average.
    // The spot of 20 x 20 pixels is 100 px of the mask.
    let bad = site.wait_part("c.png").measures.unwrap();
    assert_eq!(bad.mask_px, 100);
    assert!(bad.saturated_percent > 2.0 && bad.margin_percent.is_some());
    let json = said(&run(&["--json", "--last", "1"]));
    let one = r#""measure":"brightness","parts":1,"mean":104.0"#;
    assert!(json.contains(one), "{json}");
    assert_eq!(run(&["--since", "2100"]).status.code(), Some(1));
    let proposed = run(&["--baseline"]);
    let text = String::from_utf8(proposed.stdout).unwrap();
    assert!(
        text.contains(
            r#""measure": "brightness", "normal": 102.0, "warning": 8.49, "fault": 16.97"#
        ),
        "{text}"
    );
    assert!(said(&run(&["--baseline"])).contains("from 2 parts only"));
    assert_eq!(run(&["--plot", "drift.svg"]).status.code(), Some(0));
    let plot = fs::read_to_string(site.path.join("drift.svg")).unwrap();
    assert_eq!(plot.matches("<polyline").count(), 6);
    // A drawing is replaced, and nothing else.
    assert_eq!(run(&["--plot", "drift.svg"]).status.code(), Some(0));
    fs::write(site.path.join("mine.svg"), "mine").unwrap();
    site.assert_says(
        &[&command[..], &["--plot", "mine.svg"]].concat(),
        1,
        &["no drawing"],
    );
    site.assert_says(
        &[&command[..], &["--plot", "station.json"]].concat(),
        2,
        &["ends in .svg"],
    );
    assert_eq!(station.stop(), Some(0));
    site.change(&[(
        r#""drift": { "parts": 10, "baselines": [] }"#,
        text.trim_end(),
    )]);
    let mut station = site.start();
    site.assert_passes("again.png");
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_journal_without_measures_and_a_wrong_recipe_are_named() {
    let site = Site::quick("drift-none");
    let mut station = site.start();
    site.feed_good("a.png");
    assert_eq!(station.stop(), Some(0));
    assert!(site.parts()[0].measures.is_none());
    for (more, code, words) in [
        (
            &[][..],
            1,
            &["no measured part of recipe", "recipe.drift"][..],
        ),
        (&["--recipe", "x"], 2, &["no recipe is called \"x\""]),
    ] {
        let command = [&["drift", "--station", "station.json"], more].concat();
        site.assert_says(&command, code, words);
    }
}
