//! Promise: brightness, contrast, sharpness, saturated pixels, score margin and defect area of each
//! inspected part are in its record. The average of the last parts beside its baseline gives a
//! warning, and later a fault that stops READY until a reset: in the journal, on standard error and
//! on the screen. `sluice drift` shows the parts, draws them and proposes the baseline.

use crate::site::{Site, lines, pictures, said};
use std::fs;

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
    let screen_after = |name: &str, value: u8| {
        site.feed(name, &grey(value));
        // The line comes after the screen, and the record before the next part's screen.
        station.verdict();
        site.wait_part(name);
        fs::read(site.path.join("screen.png")).unwrap()
    };
    for name in ["a.png", "b.png", "c.png"] {
        screen_after(name, 70);
    }
    site.wait_control("drift station");
    let shown = screen_after("d.png", 100);
    for name in ["e.png", "f.png", "g.png"] {
        screen_after(name, 100);
    }
    site.wait_control("drift_over station");
    let over = screen_after("h.png", 100);
    assert_ne!(shown, over);
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
        all.contains("brightness") && all.contains("       3 "),
        "{all}"
    );
    // The spot of 20 x 20 pixels is 100 px of the mask.
    let bad = site.wait_part("c.png").measures.unwrap();
    assert_eq!(bad.mask_px, 100);
    assert!(bad.saturated_percent > 2.0 && bad.margin_percent.is_some());
    let json = said(&run(&["--json", "--last", "2"]));
    assert!(
        json.contains(r#""measure":"brightness","parts":2,"#),
        "{json}"
    );
    // Without the part that was rejected.
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
