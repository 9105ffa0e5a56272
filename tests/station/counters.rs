//! Promise: the counts survive kill -9 and a power cut, because they follow from the journal.
//! triggers = pass + reject + fault + missed at all times, since the last reset and in the shift.
//! `sluice counters` shows them while the station runs and when it does not, and a reset leaves a
//! record of the counts before.

use crate::site::trigger::Stimulus;
use crate::site::{Site, lines, pictures, wait_for};
use sluice::journal::{Counted, Period, Record};
use std::fs::{self, OpenOptions};
use std::io::Write as _;

/// What `sluice counters` and a recount have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counts {
    triggers: u64,
    pass: u64,
    reject: u64,
    fault: u64,
    missed: u64,
    /// Cycles with a time.
    cycles: u64,
}

impl Counts {
    fn assert_adds_up(&self) {
        let verdicts = self.pass + self.reject + self.fault + self.missed;
        assert_eq!(self.triggers, verdicts, "{self:?}");
    }
}

/// Counts the records of the journal since the last one that ended this period, one by one.
fn recount(site: &Site, period: Period) -> Counts {
    let reason = match period {
        Period::Total => "reset",
        Period::Shift => "shift",
    };
    let mut counts = Counts::default();
    for entry in site.journal() {
        match entry.content {
            Ok(Record::Counted(end)) if end.reason == reason && end.recipe.is_none() => {
                counts = Counts::default();
            }
            Ok(Record::Part(part)) => {
                counts.triggers += 1;
                match (part.verdict.kind.as_str(), part.verdict.code.as_str()) {
                    ("PASS", _) => counts.pass += 1,
                    ("REJECT", _) => counts.reject += 1,
                    (_, "missed") => counts.missed += 1,
                    _ => counts.fault += 1,
                }
                counts.cycles += u64::from(part.times_us.total > 0 && !part.is_missed());
            }
            Ok(Record::Missed(missed)) => {
                counts.triggers += missed.triggers;
                counts.missed += missed.triggers;
            }
            _ => {}
        }
    }
    counts
}

/// The number after `key` in `json`.
fn number(json: &str, key: &str) -> u64 {
    let key = format!("\"{key}\":");
    let (_, rest) = json
        .split_once(&key)
        .unwrap_or_else(|| panic!("{key} {json}"));
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap();
    rest[..end].parse().unwrap()
}

/// Runs `sluice counters --json` with these arguments as well.
fn json(site: &Site, arguments: &[&str]) -> String {
    let all = [
        &["counters", "--station", "station.json", "--json"][..],
        arguments,
    ]
    .concat();
    let output = site.output(&all);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The counts of a period in the output of `sluice counters --json`.
fn printed(json: &str, period: &str) -> Counts {
    let begin = format!("\"period\":\"{period}\"");
    let (_, of_period) = json.split_once(&begin).unwrap_or_else(|| panic!("{json}"));
    let (_, cycles) = of_period.split_once("\"total\":").unwrap();
    Counts {
        triggers: number(of_period, "triggers"),
        pass: number(of_period, "pass"),
        reject: number(of_period, "reject"),
        fault: number(of_period, "fault"),
        missed: number(of_period, "missed"),
        cycles: number(cycles, "count"),
    }
}

/// Fails unless the program and a recount agree about both periods, and the sums hold. Returns the
/// counts since the last reset.
fn assert_counted(site: &Site) -> Counts {
    let json = json(site, &[]);
    for (name, period) in [("total", Period::Total), ("shift", Period::Shift)] {
        let counts = printed(&json, name);
        counts.assert_adds_up();
        assert_eq!(counts, recount(site, period), "{name}");
    }
    printed(&json, "total")
}

fn counted(site: &Site, reason: &str, period: Period) -> Option<Counted> {
    let entries = site.journal().into_iter();
    let mut records = entries.filter_map(|entry| match entry.content {
        Ok(Record::Counted(counted)) => Some(*counted),
        _ => None,
    });
    records.rfind(|record| record.reason == reason && record.period == period)
}

fn name_shift(site: &Site, old: &str, new: &str) {
    site.change(&[(old, new)]);
}

const SYNC: &str = r#""sync": true"#;
const WITH_SHIFT: &str = r#""shifts": [{ "name": "first", "start": "00:00" }], "sync": true"#;

#[test]
fn counts_survive_a_kill_and_a_cut_line_and_a_reset_leaves_them_in_a_record() {
    let site = Site::with_trigger("counters", 1, 1500);
    site.be_patient();
    name_shift(&site, SYNC, WITH_SHIFT);
    let mut station = site.start();
    let mut trigger = Stimulus::open(&site);
    site.wait_line(lines::READY, true);
    // The first edge is a part; the two edges after it are missed, as it is not decided.
    trigger.parts(3);
    wait_for("the first part to be taken", || {
        (!site.timeline().active(lines::BUSY).is_empty()).then_some(())
    });
    site.feed("good.png", &pictures::good());
    site.wait_parts(3);
    for (nth, name, content) in [
        (2, "bad.png", pictures::bad()),
        (3, "torn.png", pictures::truncated()),
    ] {
        site.wait_line(lines::READY, true);
        site.part_with(&mut trigger, nth, name, &content);
        site.wait_parts(nth + 2);
    }
    let before = assert_counted(&site);
    let kinds = (before.pass, before.reject, before.fault, before.missed);
    assert_eq!(kinds, (1, 1, 1, 2));
    // A part is under way when the station is killed.
    site.wait_line(lines::READY, true);
    trigger.part();
    wait_for("the part to be taken", || {
        (site.timeline().active(lines::BUSY).len() >= 4).then_some(())
    });
    station.kill();
    assert_eq!(assert_counted(&site), before);
    // A power cut may leave a part of a line.
    let file = site.path.join("journal/journal-000001.jsonl");
    let mut file = OpenOptions::new().append(true).open(file).unwrap();
    file.write_all(br#"{"kind":"part","part":6,"#).unwrap();
    assert_eq!(assert_counted(&site), before);

    // In the timeline of the killed run the station is still ready.
    fs::write(site.path.join("lines.csv"), "time_us,offset,level\n").unwrap();
    // The name of the shift changes, so its counts are in a record when the station starts.
    name_shift(&site, r#""name": "first""#, r#""name": "second""#);
    let mut station = site.start();
    let shift = wait_for("the record of the shift", || {
        counted(&site, "shift", Period::Shift).filter(|shift| shift.counters.triggers > 0)
    });
    assert_eq!(shift.shift.unwrap().name, "first");
    assert_eq!(shift.next.unwrap().name, "second");
    assert_eq!(shift.counters.triggers, before.triggers);
    let mut trigger = Stimulus::open(&site);
    site.wait_line(lines::READY, true);
    site.part_with(&mut trigger, 1, "good-2.png", &pictures::good());
    site.wait_parts(6);
    let now = assert_counted(&site);
    assert_eq!((now.pass, now.triggers), (2, before.triggers + 1));

    let reset = printed(&json(&site, &["--reset"]), "total");
    assert_eq!(reset, now);
    let record = counted(&site, "reset", Period::Total).unwrap();
    assert_eq!((record.counters.pass, record.by.as_str()), (2, "command"));
    assert_eq!(assert_counted(&site), Counts::default());
    assert_eq!(station.stop(), Some(0));
    let stop = counted(&site, "stop", Period::Shift).unwrap();
    assert_eq!((stop.counters.pass, stop.counters.triggers), (1, 1));

    // Without a station, the command resets the counts itself.
    let output = site.output(&["counters", "--station", "station.json", "--reset"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("the station does not run"), "{text}");
    assert!(text.contains("when they were reset"), "{text}");
    assert_counted(&site);
}
