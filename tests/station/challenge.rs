//! Promise: golden parts prove the station, at the start, when asked and when due. Until they are
//! judged as they must be, nothing else passes and READY is off; a reset does not change that. They
//! are in the journal with who asked, and count nowhere else.

use crate::site::inputs::{CHALLENGE, RESET};
use crate::site::trigger::{Counted, Stimulus};
use crate::site::{Site, lines, pictures, wait_for};
use sluice::journal::{Challenge, Record};
use std::fs;

impl Site {
    /// Adds golden parts.
    pub fn add_challenge(&self, challenge: &str) {
        let section = format!("\"challenge\": {{ {challenge} }},\n  \"display\": {{");
        self.change(&[("\"display\": {", &section)]);
    }

    /// Waits until this many challenges are in the journal. Returns the last.
    fn wait_challenge(&self, count: usize) -> Challenge {
        wait_for(&format!("challenge {count} in the journal"), || {
            let entries = self.journal().into_iter();
            let challenges = entries.filter_map(|entry| match entry.content {
                Ok(Record::Challenge(challenge)) => Some(*challenge),
                _ => None,
            });
            let challenges: Vec<_> = challenges.collect();
            (challenges.len() == count).then(|| challenges.last().cloned())?
        })
    }
}

/// `by passed: expected found gate, ...`
fn text(challenge: &Challenge) -> String {
    let parts = challenge.parts.iter();
    let parts: Vec<_> = parts
        .map(|part| format!("{} {} {}", part.expected, part.found, part.gate))
        .collect();
    let parts = parts.join(", ");
    format!("{} {}: {parts}", challenge.by, challenge.passed)
}

const PICTURES: &str = r#""by": "picture", "parts": [
    { "picture": "good-golden.png", "expect": "pass" }, { "picture": "bad-golden.png", "expect": "reject" } ]"#;

#[test]
fn golden_pictures_are_inspected_at_the_start_and_when_asked() {
    let site = Site::quick("challenge-pictures");
    site.add_challenge(PICTURES);
    let (good, bad) = (
        site.path.join("good-golden.png"),
        site.path.join("bad-golden.png"),
    );
    fs::write(&good, pictures::good()).unwrap();
    fs::write(&bad, pictures::bad()).unwrap();
    let (code, checked) = site.ask(&["check"]);
    assert_eq!(code, Some(0), "{checked}");
    assert!(checked.contains("bad-golden.png: REJECT"), "{checked}");
    let mut station = site.start();
    let first = site.wait_challenge(1);
    assert_eq!(text(&first), "station true: pass PASS , reject REJECT ");
    assert_eq!((&*first.method, &*first.recipe), ("picture", "plate"));
    assert!(first.parts.iter().all(|part| part.sha256.is_some()));
    site.wait_line(lines::READY, true);
    site.wait_line(lines::REJECT, false);
    site.assert_passes("before.png");

    // The station no longer tells the bad part from a good one.
    fs::write(&bad, pictures::good()).unwrap();
    let (code, answer) = site.ask(&["challenge", "--wait"]);
    assert_eq!(code, Some(1), "{answer}");
    assert!(
        answer.contains("golden part 2 must reject, but: PASS"),
        "{answer}"
    );
    let failed = site.wait_challenge(2);
    assert_eq!(text(&failed), "command false: pass PASS , reject PASS ");
    site.wait_line(lines::READY, false);
    site.wait_line(lines::FAULT, true);
    let (code, answer) = site.ask(&["reset"]);
    assert_eq!(code, Some(1), "{answer}");
    assert!(
        answer.contains("still there: the challenge failed"),
        "{answer}"
    );
    site.feed("between.png", &pictures::good());
    let between = site.wait_part("between.png");
    assert_eq!(
        (&*between.verdict.kind, &*between.gate.outcome),
        ("PASS", "rejected")
    );

    // A picture that cannot be read proves nothing, although a fault rejects.
    fs::write(&bad, pictures::truncated()).unwrap();
    assert_eq!(site.ask(&["challenge", "--wait"]).0, Some(1));
    let unread = site.wait_challenge(3);
    assert_eq!(text(&unread), "command false: pass PASS , reject FAULT ");
    assert_eq!(site.ask(&["check"]).0, Some(1));

    fs::write(&bad, pictures::bad()).unwrap();
    let (code, answer) = site.ask(&["challenge", "--wait"]);
    assert_eq!(code, Some(0), "{answer}");
    assert_eq!(
        text(&site.wait_challenge(4)),
        "command true: pass PASS , reject REJECT "
    );
    site.wait_line(lines::REJECT, false);
    site.assert_passes("after.png");
    let changes = [
        "challenge station",
        "challenge command",
        "latched station",
        "challenge command",
        "latched station",
        "challenge command",
    ];
    assert_eq!(site.controls(), changes);
    let counted = Counted::at_stop(&mut station);
    assert_eq!((counted.triggers, counted.pass), (3, 3));
    counted.assert_adds_up(&site);
}

const BY_HAND: &str = r#""by": "hand", "every_parts": 1,
    "parts": [ { "expect": "pass" }, { "expect": "reject" } ]"#;

#[test]
fn golden_parts_on_the_line_go_through_the_gate_and_count_nowhere() {
    let site = Site::with_trigger("challenge-hand", 4, 1000);
    site.be_quick();
    site.add_inputs(&[("challenge", CHALLENGE), ("reset", RESET)]);
    site.add_limits(r#""rejects_in_a_row": 1"#);
    site.add_challenge(BY_HAND);
    let mut station = site.start();
    let mut inputs = Stimulus::open(&site);
    let mut number = 0;
    let mut part = |inputs: &mut Stimulus, picture: &[u8]| {
        number += 1;
        site.wait_line(lines::READY, true);
        site.part_with(inputs, number, &format!("{number}.png"), picture);
        site.wait_parts(number).pop().unwrap()
    };
    // The parts in the wrong order: the station judges right, and the challenge still fails.
    let first = part(&mut inputs, &pictures::bad());
    assert_eq!((first.golden, &*first.gate.outcome), (Some(1), "rejected"));
    let second = part(&mut inputs, &pictures::good());
    assert_eq!((second.golden, &*second.gate.outcome), (Some(2), "passed"));
    let failed = site.wait_challenge(1);
    assert_eq!(
        text(&failed),
        "station false: pass REJECT rejected, reject PASS passed"
    );
    assert_eq!(failed.parts[0].part, Some(first.part.number()));
    site.wait_line(lines::READY, false);

    // A line repeats it; a reset alone does not.
    inputs.set(RESET, true);
    inputs.set(CHALLENGE, true);
    part(&mut inputs, &pictures::good());
    let bad = part(&mut inputs, &pictures::bad());
    assert_eq!(bad.golden, Some(2), "and it reaches no limit of rejects");
    assert_eq!(
        text(&site.wait_challenge(2)),
        "line true: pass PASS passed, reject REJECT rejected"
    );
    // One part of the production, then the next challenge is due.
    let production = part(&mut inputs, &pictures::good());
    assert_eq!(
        (production.golden, &*production.gate.outcome),
        (None, "passed")
    );
    let changes = [
        "challenge station",
        "latched station",
        "challenge line",
        "challenge station",
    ];
    wait_for("the next challenge", || {
        (site.controls() == changes).then_some(())
    });
    let (code, answer) = site.ask(&["challenge"]);
    assert_eq!(code, Some(1), "{answer}");
    assert!(answer.contains("a challenge runs already"), "{answer}");
    let (_, counts) = site.ask(&["counters", "--json"]);
    let counted = Counted::at_stop(&mut station);
    assert_eq!((counted.triggers, counted.pass), (1, 1), "{counts}");
    assert!(counts.contains(r#""triggers":1,"#), "{counts}");
}

#[test]
fn a_station_without_golden_parts_says_so() {
    let site = Site::new("challenge-none");
    let mut station = site.start();
    let (code, answer) = site.ask(&["challenge"]);
    assert_eq!(code, Some(1), "{answer}");
    assert!(answer.contains("section challenge"), "{answer}");
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_challenge_that_a_stop_cuts_off_has_not_failed() {
    let site = Site::quick("challenge-cut-off");
    site.add_challenge(PICTURES);
    fs::write(site.path.join("good-golden.png"), pictures::good()).unwrap();
    fs::write(site.path.join("bad-golden.png"), pictures::bad()).unwrap();
    // The stop comes before, while or after the pictures are read.
    for _ in 0..4 {
        let mut station = site.start();
        assert_eq!(station.stop(), Some(0));
        assert_eq!(site.errors(), "");
    }
    let mut station = site.start();
    site.wait_line(lines::READY, true);
    assert_eq!(station.stop(), Some(0));
}
