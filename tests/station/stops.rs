//! Promise: the station can be stopped or killed at any time. The lines are safe then, and the
//! journal is readable. After the next start every picture has exactly one record of an inspection.

use crate::site::lines;
use crate::site::{Running, Site, name, pictures, wait_for};
use nix::sys::signal::Signal;
use sluice::journal::Part;
use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::{Duration, Instant};

/// A stage of a station's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// The model is being loaded while a picture waits.
    Starting,
    /// All parts are done.
    Idle,
    /// The device works on one part while another waits.
    Executing,
    /// The part is decided but not yet due.
    Decided,
}

impl Moment {
    /// Starts a station and returns it at this stage.
    fn reach(self, site: &Site) -> Running {
        match self {
            Self::Starting => {
                site.feed("a.png", &pictures::good());
                let faults = "aclmdlLoadFromFileWithMem:1:delay_ms=1500";
                let station = site.launch(&[("ASCENDCL_CPU_FAULT", faults)]);
                // The journal gets its first line after the devices are open.
                wait_for("the journal", || (!site.journal().is_empty()).then_some(()));
                station
            }
            Self::Idle => {
                let station = site.start();
                site.feed("a.png", &pictures::good());
                site.wait_parts(1);
                station
            }
            Self::Executing => {
                site.change(&[
                    (r#""delay_ms": 2000"#, r#""delay_ms": 4000"#),
                    (r#""deadline_ms": 1900"#, r#""deadline_ms": 4000"#),
                ]);
                // The third execution is that of the first part. Each slot ran one earlier.
                let station = site.start_faulty("aclmdlExecuteAsync:3:delay_ms=3000");
                site.feed("a.png", &pictures::good());
                site.feed("b.png", &pictures::good());
                site.wait_line(lines::BUSY, true);
                // The station needs time to take the second part. Nothing shows when it has.
                thread::sleep(Duration::from_millis(700));
                station
            }
            Self::Decided => {
                let station = site.start();
                site.feed("a.png", &pictures::good());
                assert_eq!(station.verdict().kind, "PASS");
                station
            }
        }
    }

    fn pictures(self) -> usize {
        if self == Self::Executing { 2 } else { 1 }
    }
}

/// Whether the record is of an inspection that no stop cut short.
fn inspected(part: &Part) -> bool {
    part.verdict.code != "stopping"
}

/// The number of inspection records of each picture.
fn inspections(site: &Site) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for part in site.parts().iter().filter(|part| inspected(part)) {
        *counts.entry(name(part)).or_default() += 1;
    }
    counts
}

/// Starts the station again and feeds one more picture. Fails unless every picture is inspected
/// exactly once.
fn assert_once_after_restart(site: &Site, pictures: usize) {
    let mut station = site.start();
    // The station inspects older pictures first.
    site.feed("last.png", &pictures::good());
    wait_for("an inspection of each picture", || {
        (inspections(site).len() > pictures).then_some(())
    });
    assert_eq!(station.stop(), Some(0));
    let counts = inspections(site);
    assert_eq!(counts.len(), pictures + 1, "{counts:?}");
    assert!(counts.values().all(|count| *count == 1), "{counts:?}");
    let numbers: BTreeSet<_> = site.parts().iter().map(|part| part.part.number()).collect();
    assert_eq!(numbers.len(), site.parts().len(), "each number once");
    for entry in site.journal() {
        assert!(entry.content.is_ok(), "{entry:?}");
    }
}

fn stopped_at(moment: Moment) {
    let site = Site::new(&format!("stop-{moment:?}"));
    let mut station = moment.reach(&site);
    assert_eq!(station.stop(), Some(0), "{}", site.errors());
    let timeline = site.timeline();
    timeline.assert_safe();
    let parts = site.parts();
    match moment {
        Moment::Starting => {
            assert!(parts.is_empty(), "{parts:?}");
            assert_eq!(timeline.active(lines::READY), []);
            // The reject line never opened.
            assert_eq!(timeline.active(lines::REJECT).len(), 1);
        }
        Moment::Idle => {
            assert_eq!(parts.len(), 1);
            assert_eq!(timeline.active(lines::PASS).len(), 1);
        }
        Moment::Executing | Moment::Decided => {
            // The gate does not open for parts that are under way when it stops.
            assert_eq!(timeline.active(lines::PASS), []);
            assert_eq!(parts.len(), moment.pictures(), "one record each: {parts:?}");
            for part in &parts {
                assert_eq!(part.gate.outcome, "rejected");
                assert_eq!(part.gate.reason, "not_ready", "{part:?}");
                assert!(inspected(part) || part.verdict.kind == "FAULT");
            }
            let cut_short = parts.iter().any(|part| !inspected(part));
            assert_eq!(cut_short, moment == Moment::Executing, "{parts:?}");
        }
    }
    assert_once_after_restart(&site, moment.pictures());
}

fn killed_at(moment: Moment) {
    let site = Site::new(&format!("kill-{moment:?}"));
    let mut station = moment.reach(&site);
    station.kill();
    for entry in site.journal() {
        assert!(entry.content.is_ok(), "{entry:?}");
    }
    // Only a finished part has a record.
    assert_eq!(site.parts().len(), usize::from(moment == Moment::Idle));
    assert_once_after_restart(&site, moment.pictures());
}

#[test]
fn stopped_before_it_was_ready() {
    stopped_at(Moment::Starting);
}

#[test]
fn stopped_while_idle() {
    stopped_at(Moment::Idle);
}

#[test]
fn stopped_between_trigger_and_verdict() {
    stopped_at(Moment::Executing);
}

#[test]
fn stopped_between_verdict_and_gate() {
    stopped_at(Moment::Decided);
}

#[test]
fn killed_before_it_was_ready() {
    killed_at(Moment::Starting);
}

#[test]
fn killed_while_idle() {
    killed_at(Moment::Idle);
}

#[test]
fn killed_between_trigger_and_verdict() {
    killed_at(Moment::Executing);
}

#[test]
fn killed_between_verdict_and_gate() {
    killed_at(Moment::Decided);
}

/// How many kills, unless this variable says more.
const KILLS: (&str, u32) = ("SLUICE_KILLS", 4);
/// Pictures between two kills.
const PICTURES: u32 = 10;

/// A number below `limit`, always the same for a seed.
fn random(seed: u32, limit: u32) -> u64 {
    // Marsaglia, "Xorshift RNGs", 2003.
    let mut number = seed.wrapping_mul(2_654_435_769).max(1);
    for (left, right) in [(13, 17), (5, 13), (17, 5)] {
        number ^= number << left;
        number ^= number >> right;
    }
    u64::from(number % limit)
}

/// Kills a station again and again at seeded random times while pictures keep coming, good and bad
/// ones. Before each fourth kill, it is stopped for a while.
fn kill_repeatedly(after: &str) {
    let kills = std::env::var(KILLS.0).map_or(KILLS.1, |kills| kills.parse().unwrap());
    let site = Site::new(&format!("kill-{after}"));
    site.change(&[
        (r#""after": "keep""#, &format!(r#""after": "{after}""#)),
        (r#""delay_ms": 2000"#, r#""delay_ms": 100"#),
        (r#""deadline_ms": 1900"#, r#""deadline_ms": 100"#),
        (r#""pulse_ms": 400"#, r#""pulse_ms": 20"#),
    ]);
    let mut longest = Duration::ZERO;
    for round in 0..kills {
        let begun = Instant::now();
        let mut station = site.start();
        longest = longest.max(begun.elapsed());
        for number in 0..PICTURES {
            let seed = round * PICTURES + number;
            let (kind, picture) = match seed % 3 {
                0 => ("bad", pictures::bad()),
                _ => ("good", pictures::good()),
            };
            site.feed(&format!("{seed:05}-{kind}.png"), &picture);
            thread::sleep(Duration::from_millis(random(seed, 35)));
        }
        if round % 4 == 3 {
            station.signal(Signal::SIGSTOP);
            thread::sleep(Duration::from_millis(random(round, 700)));
            station.signal(Signal::SIGCONT);
        }
        // Mostly in the middle of the last pictures.
        thread::sleep(Duration::from_millis(random(!round, 130)));
        station.kill();
    }
    println!(
        "{kills} kills; the longest start took {} ms",
        longest.as_millis()
    );
    let count = usize::try_from(kills * PICTURES).unwrap();
    assert_once_after_restart(&site, count);
    for part in site.parts() {
        let passes = part.gate.outcome == "passed";
        assert!(!passes || part.verdict.kind == "PASS", "{part:?}");
        let is_bad = name(&part).ends_with("-bad.png");
        assert!(!is_bad || part.verdict.kind != "PASS", "{part:?}");
    }
    if after == "delete" {
        assert_eq!(
            std::fs::read_dir(site.path.join("parts")).unwrap().count(),
            0
        );
    }
}

#[test]
fn repeated_kills_with_kept_pictures() {
    kill_repeatedly("keep");
}

#[test]
fn repeated_kills_with_deleted_pictures() {
    kill_repeatedly("delete");
}
