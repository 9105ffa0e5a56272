//! Stations with a trigger line, which is simulated. A FIFO changes its level.

use super::{Running, Site, lines, wait_for};
use sluice::journal::{Part, Record};
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;

/// The offset of the trigger line.
const OFFSET: u32 = 9;

/// The pairing windows are long because of busy machines. A station file must not have a window
/// longer than the time between parts.
const FAR_APART: (&str, &str) = (r#""part_interval_ms": 100"#, r#""part_interval_ms": 5000"#);

impl Site {
    /// Adds a trigger line, active high and without debounce, to the station file.
    pub fn add_trigger(&self, undecided_max: u8) {
        let trigger = format!(
            r#""trigger": {{ "offset": {OFFSET}, "active": "high", "bias": "pull_down", "debounce_us": 0,
                "undecided_max": {undecided_max} }},
  "recipe": {{"#
        );
        self.change(&[
            (r#""recipe": {"#, &trigger),
            (
                r#""timeline": "lines.csv""#,
                r#""timeline": "lines.csv", "stimulus": "inputs""#,
            ),
        ]);
    }

    /// Lets a picture belong to a trigger that came at most this long before it.
    pub fn pair_within(&self, pair_max_ms: u32) {
        let workers = format!(r#""workers": 1, "pair_min_ms": 0, "pair_max_ms": {pair_max_ms}"#);
        self.change(&[(r#""workers": 1"#, &workers), FAR_APART]);
    }

    /// Replaces the watched directory by a simulated camera, which shows the pictures in `frames`.
    pub fn add_camera(&self) {
        let frames = self.path.join("frames");
        fs::create_dir(&frames).unwrap();
        fs::write(frames.join("00.png"), super::pictures::good()).unwrap();
        self.change(&[
            (
                r#""directory": { "path": "parts", "after": "keep", "workers": 1 }"#,
                r#""camera": { "device": "simulated", "frames": "frames", "width": 160, "height": 144, "format": "bgr24",
          "mode": "free_running", "frames_per_second": 50, "buffers": 4, "exposure_max_ms": 1500 }"#,
            ),
            FAR_APART,
        ]);
    }

    /// A station with a trigger line and a watched directory.
    pub fn with_trigger(test: &str, undecided_max: u8, pair_max_ms: u32) -> Self {
        let site = Self::new(test);
        site.add_trigger(undecided_max);
        site.pair_within(pair_max_ms);
        site
    }

    /// Extends delay, deadline and pairing window, so that a busy machine does not change the
    /// outcome.
    pub fn be_patient(&self) {
        self.change(&[
            (r#""delay_ms": 2000"#, r#""delay_ms": 5000"#),
            (r#""deadline_ms": 1900"#, r#""deadline_ms": 4900"#),
            (r#""pair_max_ms": 1500"#, r#""pair_max_ms": 4800"#),
        ]);
    }

    /// Shortens delay, deadline and pulse.
    pub fn be_quick(&self) {
        self.change(&[
            (r#""delay_ms": 2000"#, r#""delay_ms": 1200"#),
            (r#""deadline_ms": 1900"#, r#""deadline_ms": 1100"#),
            (r#""pulse_ms": 400"#, r#""pulse_ms": 200"#),
            (r#""late_max_ms": 390"#, r#""late_max_ms": 190"#),
        ]);
    }

    /// Sends the edge of a part and feeds its picture once the station has taken the part. The part
    /// is the `nth` one that makes the station busy. So the picture never comes before its edge.
    pub fn part_with(&self, trigger: &mut Stimulus, nth: usize, name: &str, content: &[u8]) {
        trigger.part();
        wait_for("the part to be taken", || {
            (self.timeline().active(lines::BUSY).len() >= nth).then_some(())
        });
        self.feed(name, content);
    }

    /// The parts in the journal that a trigger began.
    pub fn triggered(&self) -> Vec<Part> {
        let parts = self.parts().into_iter();
        parts
            .filter(|part| part.gate.outcome != "not_armed")
            .collect()
    }

    /// The number of missed triggers without a part in the journal, and how many of these were
    /// lost.
    pub fn unnumbered(&self) -> (u64, u64) {
        let entries = self.journal().into_iter();
        let missed = entries.filter_map(|entry| match entry.content {
            Ok(Record::Missed(missed)) => Some(missed),
            _ => None,
        });
        missed.fold((0, 0), |(all, lost), missed| {
            (all + missed.triggers, lost + missed.lost)
        })
    }
}

/// Drives the trigger line.
pub struct Stimulus(File);

impl Stimulus {
    /// Waits until the station that is starting has created its FIFO.
    pub fn open(site: &Site) -> Self {
        let path = site.path.join("inputs");
        wait_for("the FIFO", || path.exists().then_some(()));
        // This blocks until the station has opened the FIFO.
        Self(OpenOptions::new().write(true).open(path).unwrap())
    }

    /// Sends the edges of one part.
    pub fn part(&mut self) {
        self.parts(1);
    }

    /// Sets the level of another input line.
    pub fn set(&mut self, offset: u32, active: bool) {
        let text = format!("{offset} {}\n", u8::from(active));
        self.0.write_all(text.as_bytes()).unwrap();
    }

    /// Sends the edges of `count` parts as fast as possible.
    pub fn parts(&mut self, count: usize) {
        let text = format!("{OFFSET} 1\n{OFFSET} 0\n").repeat(count);
        self.0.write_all(text.as_bytes()).unwrap();
    }
}

/// The program's own counts, from its last line.
#[derive(Debug, PartialEq, Eq)]
pub struct Counted {
    pub triggers: u64,
    pub pass: u64,
    pub reject: u64,
    pub fault: u64,
    pub missed: u64,
}

impl Counted {
    /// Stops the station, which must exit with code 0, and returns its counts.
    pub fn at_stop(station: &mut Running) -> Self {
        station.signal(nix::sys::signal::Signal::SIGTERM);
        let text = station.line_with(" parts: ");
        assert_eq!(station.wait(), Some(0));
        let numbers: Vec<u64> = text
            .split(|letter: char| !letter.is_ascii_digit())
            .filter_map(|word| word.parse().ok())
            .collect();
        let &[triggers, pass, reject, fault, missed, _late] = numbers.as_slice() else {
            panic!("{text}");
        };
        Self {
            triggers,
            pass,
            reject,
            fault,
            missed,
        }
    }

    /// Fails unless the counts add up and agree with the journal.
    pub fn assert_adds_up(&self, site: &Site) {
        let Self {
            triggers,
            pass,
            reject,
            fault,
            missed,
        } = *self;
        assert_eq!(triggers, pass + reject + fault + missed, "{self:?}");
        let parts = site.parts();
        let count = |kind: &str, right: &dyn Fn(&Part) -> bool| {
            let of_kind = parts.iter().filter(|part| part.verdict.kind == kind);
            u64::try_from(of_kind.filter(|part| right(part)).count()).unwrap()
        };
        let is_missed = |part: &Part| part.verdict.code == "missed";
        assert_eq!(count("PASS", &|_| true), pass, "{self:?}");
        assert_eq!(count("REJECT", &|_| true), reject, "{self:?}");
        assert_eq!(count("FAULT", &|part| !is_missed(part)), fault, "{self:?}");
        let numbered = count("FAULT", &is_missed);
        assert_eq!(numbered + site.unnumbered().0, missed, "{self:?}");
    }
}
