//! The levels of the simulated lines over time, from the file that the station writes.

use super::PULSE;
use board::Timestamp;
use board::simulated::HEADER;
use sluice::journal::{Part, WallTime};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// A line of the test station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    offset: u32,
    active: u8,
    safe: u8,
}

pub const REJECT: Line = line(0, 0, 0);
pub const PASS: Line = line(1, 1, 0);
pub const READY: Line = line(2, 1, 0);
pub const BUSY: Line = line(3, 1, 0);
pub const FAULT: Line = line(4, 0, 0);
pub const ALIVE: Line = line(5, 1, 0);
pub const ALL: [Line; 6] = [REJECT, PASS, READY, BUSY, FAULT, ALIVE];

const fn line(offset: u32, active: u8, safe: u8) -> Line {
    Line {
        offset,
        active,
        safe,
    }
}

/// A time in which a line was active, in microseconds of the monotonic clock. It has no end if the
/// line is still active.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from_us: u64,
    pub until_us: Option<u64>,
}

impl Span {
    pub fn holds(&self, time_us: u64) -> bool {
        self.from_us <= time_us && self.until_us.is_none_or(|until_us| time_us < until_us)
    }

    /// The duration. Fails the test if the line is still active.
    pub fn length(&self) -> Duration {
        Duration::from_micros(self.until_us.unwrap() - self.from_us)
    }
}

#[derive(Debug)]
pub struct Timeline(Vec<(u64, u32, u8)>);

impl Timeline {
    pub fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        // The last row may be incomplete.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let mut rows = whole.lines();
        // The station may just have created the file.
        assert_eq!(rows.next().unwrap_or(HEADER), HEADER);
        let change = |row: &str| {
            let mut fields = row.split(',');
            let time_us = fields.next()?.parse().ok()?;
            let offset = fields.next()?.parse().ok()?;
            Some((time_us, offset, fields.next()?.parse().ok()?))
        };
        Self(
            rows.map(|row| change(row).unwrap_or_else(|| panic!("row \"{row}\"")))
                .collect(),
        )
    }

    /// The times in which the line was active.
    pub fn active(&self, line: Line) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        for &(time_us, offset, level) in &self.0 {
            let open = spans.last().is_some_and(|span| span.until_us.is_none());
            if offset != line.offset {
                continue;
            }
            match (level == line.active, open, spans.last_mut()) {
                (true, false, _) => spans.push(Span {
                    from_us: time_us,
                    until_us: None,
                }),
                (false, true, Some(span)) => span.until_us = Some(time_us),
                _ => {}
            }
        }
        spans
    }

    /// Whether the line was active at this time.
    pub fn is_active(&self, line: Line, time_us: u64) -> bool {
        self.active(line).iter().any(|span| span.holds(time_us))
    }

    /// Whether the line is active after the last change.
    pub fn is_active_now(&self, line: Line) -> bool {
        self.active(line)
            .last()
            .is_some_and(|span| span.until_us.is_none())
    }

    /// Fails unless each line ended at the level that it has without power.
    pub fn assert_safe(&self) {
        for line in ALL {
            let last = self.0.iter().rfind(|change| change.1 == line.offset);
            let level = last
                .unwrap_or_else(|| panic!("{line:?} never had a level"))
                .2;
            assert_eq!(level, line.safe, "{line:?} at the end");
        }
    }
}

/// The time of the part's trigger, in microseconds of the monotonic clock. The error is the time
/// between two clock readings: some milliseconds on a busy machine.
fn trigger_us(part: &Part) -> u64 {
    let ago_us = WallTime::now().unix_us() - part.time.unix_us();
    Timestamp::now().as_ns() / 1_000 - ago_us
}

/// The middle of the part's time at the gate, in microseconds of the monotonic clock. The error of
/// [`trigger_us`] is less than half a pulse.
pub fn at_gate_us(part: &Part) -> u64 {
    let half = u64::try_from(PULSE.as_micros() / 2).unwrap();
    trigger_us(part) + u64::from(part.gate.due_us) + half
}

/// The current time on the clock of the timeline.
pub fn now_us() -> u64 {
    Timestamp::now().as_ns() / 1_000
}

pub fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap()
}
