//! Promise: what is latched keeps READY down until a reset by line or command: faults of the
//! station if the station file says so, too many rejected parts, a full bin. A cause that is still
//! there stays latched. So does everything when the program ends.

use crate::site::inputs::{BIN_FULL, RESET};
use crate::site::trigger::Stimulus;
use crate::site::{Site, lines, pictures, wait_for};
use std::fs;

#[test]
fn too_many_rejects_in_a_row_stop_ready_until_the_reset_line() {
    let site = Site::with_trigger("limits-row", 4, 1500);
    site.be_patient();
    site.add_inputs(&[("reset", RESET)]);
    site.add_limits(r#""rejects_in_a_row": 2"#);
    let mut station = site.start();
    let mut inputs = Stimulus::open(&site);
    let kinds = [
        pictures::bad(),
        pictures::good(),
        pictures::bad(),
        pictures::bad(),
    ];
    for (number, picture) in kinds.iter().enumerate() {
        site.wait_line(lines::READY, true);
        site.part_with(&mut inputs, number + 1, &format!("{number}.png"), picture);
        site.wait_parts(number + 1);
    }
    site.wait_line(lines::READY, false);
    site.wait_line(lines::FAULT, true);
    site.wait_control("latched station");
    let latched = site.control_records().pop().unwrap();
    let text = "too many rejects in a row: 2 of 2, up to #000004";
    assert_eq!(&*latched.detail, text);
    for _ in 0..4 {
        station.verdict();
    }
    inputs.part();
    let missed = station.verdict();
    assert!(
        missed
            .text
            .contains("a reset is needed: too many rejects in a row"),
        "{missed:?}"
    );
    inputs.set(RESET, true);
    site.wait_control("reset line");
    site.wait_line(lines::READY, true);
    // A held button resets once, and the count began anew without the missed part.
    site.part_with(&mut inputs, 5, "last.png", &pictures::bad());
    site.wait_part("last.png");
    site.wait_line(lines::READY, true);
    assert_eq!(site.controls(), ["latched station", "reset line"]);
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn too_large_a_share_of_rejects_closes_the_gate_until_the_command() {
    let site = Site::new("limits-share");
    site.add_limits(r#""reject_rate": { "parts": 4, "max_percent": 50 }"#);
    let mut station = site.start();
    for (number, bad) in [true, true, false, false, true, true]
        .into_iter()
        .enumerate()
    {
        let picture = if bad {
            pictures::bad()
        } else {
            pictures::good()
        };
        let name = format!("{number}.png");
        site.feed(&name, &picture);
        site.wait_part(&name);
        // Two of four are allowed.
        assert_eq!(site.controls(), [""; 0], "{number}");
    }
    site.feed("third.png", &pictures::bad());
    site.wait_control("latched station");
    site.wait_line(lines::REJECT, true);
    site.feed("good.png", &pictures::good());
    let good = site.wait_part("good.png");
    assert_eq!(
        (&*good.verdict.kind, &*good.gate.outcome),
        ("PASS", "rejected")
    );
    let (code, text) = site.ask(&["reset"]);
    assert_eq!((code, &*text), (Some(0), "reset: too many rejects\n"));
    site.wait_line(lines::REJECT, false);
    site.assert_passes("after.png");
    assert_eq!(site.controls(), ["latched station", "reset command"]);
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_full_bin_stops_ready_until_it_is_empty_and_a_reset_comes() {
    let site = Site::with_trigger("limits-bin", 4, 1500);
    site.add_inputs(&[("bin_full", BIN_FULL)]);
    let mut station = site.start();
    let mut inputs = Stimulus::open(&site);
    site.wait_line(lines::READY, true);
    inputs.set(BIN_FULL, true);
    site.wait_line(lines::READY, false);
    let (code, text) = site.ask(&["reset"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("still there: the bin is full"), "{text}");
    inputs.set(BIN_FULL, false);
    wait_for("the empty bin to be known", || {
        (site.ask(&["reset"]).0 == Some(0)).then_some(())
    });
    site.wait_line(lines::READY, true);
    site.wait_control("reset command");
    assert_eq!(site.controls(), ["latched station", "reset command"]);
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn what_is_latched_outlasts_a_kill_and_a_stop() {
    let site = Site::with_trigger("limits-restart", 4, 1500);
    site.add_inputs(&[("bin_full", BIN_FULL)]);
    let mut station = site.start();
    let mut inputs = Stimulus::open(&site);
    site.wait_line(lines::READY, true);
    inputs.set(BIN_FULL, true);
    site.wait_control("latched station");
    station.kill();
    for again in [true, false] {
        let mut station = site.start();
        site.wait_error("still latched, from before the start: the bin is full");
        let mut inputs = Stimulus::open(&site);
        inputs.set(BIN_FULL, false);
        inputs.part();
        let missed = station.verdict();
        assert!(missed.text.contains("a reset is needed"), "{missed:?}");
        if !again {
            wait_for("the empty bin to be known", || {
                (site.ask(&["reset"]).0 == Some(0)).then_some(())
            });
            site.wait_line(lines::READY, true);
            site.wait_control("reset command");
        }
        assert_eq!(station.stop(), Some(0));
    }
    let mut station = site.start();
    site.wait_line(lines::READY, true);
    assert_eq!(station.stop(), Some(0));
    assert_eq!(site.controls(), ["latched station", "reset command"]);
}

#[test]
fn a_fault_of_the_station_waits_for_a_reset_if_the_station_file_says_so() {
    for latches in [true, false] {
        let site = Site::new("limits-faults");
        site.add_limits(&format!(r#""latch_faults": {latches}"#));
        let mut station = site.start();
        site.assert_passes("before.png");
        // The journal's file cannot be written.
        let journal = site.path.join("journal");
        let aside = site.path.join("aside");
        fs::rename(&journal, &aside).unwrap();
        site.feed("lost.png", &pictures::good());
        site.wait_error("no part passes until the journal can be written");
        fs::rename(&aside, &journal).unwrap();
        site.wait_error("the journal can be written again");
        if latches {
            site.wait_control("latched station");
            site.wait_line(lines::READY, false);
            let mut answer = site.ask(&["reset"]);
            assert!(answer.1.contains("reset: the journal failed"), "{answer:?}");
            // A record may also have waited for too long, and may still wait.
            wait_for("a reset of all causes", || {
                if answer.0 != Some(0) {
                    answer = site.ask(&["reset"]);
                }
                (answer.0 == Some(0)).then_some(())
            });
        }
        site.wait_line(lines::READY, true);
        site.wait_line(lines::REJECT, false);
        site.assert_passes("after.png");
        assert_eq!(site.controls().is_empty(), !latches);
        assert_eq!(station.stop(), Some(0));
    }
}
