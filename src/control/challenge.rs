//! The golden-part challenge: known good and bad parts prove that the station tells them apart.

use crate::part::{PartId, Verdict};
use board::Timestamp;
use core::fmt;
use core::time::Duration;
use serde::Deserialize;

/// Most golden parts of one challenge.
pub const GOLDEN_MAX: usize = 8;

/// What a golden part must be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// PASS. On the line, the gate must let it through as well.
    Pass,
    /// REJECT. A FAULT is no finding, so it does not do.
    Reject,
}

impl Expected {
    /// The word in the station file and in the journal.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Reject => "reject",
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What was found of a golden part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FoundGolden {
    /// Its verdict.
    pub verdict: Verdict,
    /// The part on the line, and whether the gate let it through; nothing for a picture.
    pub on_line: Option<(PartId, bool)>,
}

impl FoundGolden {
    /// Whether the part was judged as it must be, and the gate did the same.
    pub fn is(&self, expected: Expected) -> bool {
        let judged = match expected {
            Expected::Pass => self.verdict.passes(),
            Expected::Reject => matches!(self.verdict, Verdict::Reject(_)),
        };
        let through = expected == Expected::Pass;
        judged && self.on_line.is_none_or(|(_, passed)| passed == through)
    }
}

/// What the operator must know about the challenge that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It waits until no part is under way.
    Waiting,
    /// It waits for mode run, and for what waits for a reset.
    WaitingToRun,
    /// A picture is inspected.
    Picture {
        /// Which one, from 1.
        number: u8,
        /// How many there are.
        of: u8,
    },
    /// The operator puts this part on the line next.
    NextPart {
        /// Which one, from 1.
        number: u8,
        /// How many there are.
        of: u8,
        /// What it must be judged.
        expected: Expected,
    },
    /// All parts are on the line, and not all of them have gone through the gate.
    Deciding {
        /// How many there are.
        of: u8,
    },
}

/// `golden picture 2 of 4`.
impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting => f.write_str("waits for an empty line"),
            Self::WaitingToRun => f.write_str("waits for mode run"),
            Self::Picture { number, of } => write!(f, "golden picture {number} of {of}"),
            Self::NextPart {
                number,
                of,
                expected,
            } => write!(f, "golden part {number} of {of}: {expected}"),
            Self::Deciding { of } => write!(f, "all {of} golden parts taken"),
        }
    }
}

/// Says when the next challenge is due.
#[derive(Debug)]
pub struct Repeats {
    /// After so many parts.
    parts_max: Option<u32>,
    /// After so long.
    interval: Option<Duration>,
    parts: u32,
    since: Timestamp,
}

impl Repeats {
    /// Counts from now on.
    pub const fn new(parts_max: Option<u32>, interval: Option<Duration>, since: Timestamp) -> Self {
        Self {
            parts_max,
            interval,
            parts: 0,
            since,
        }
    }

    /// Counts a part of the production.
    pub const fn add_part(&mut self) {
        self.parts = self.parts.saturating_add(1);
    }

    /// Whether the challenge is due.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.parts_max.is_some_and(|most| self.parts >= most)
            || self.interval.is_some_and(|time| self.since + time <= now)
    }

    /// A challenge has begun; the count begins anew.
    pub const fn begin(&mut self, now: Timestamp) {
        self.parts = 0;
        self.since = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::part::{Cause, Reason};

    #[test]
    fn only_the_expected_verdict_counts_and_the_gate_must_do_the_same() {
        let reject = Verdict::Reject(Reason::TooManyBlobs);
        let fault = Verdict::Fault(Cause::Picture);
        let line = |passed| Some((PartId::FIRST, passed));
        for (verdict, on_line, passes, rejects) in [
            (Verdict::Pass, None, true, false),
            (reject, None, false, true),
            (fault, None, false, false),
            (Verdict::Pass, line(true), true, false),
            (Verdict::Pass, line(false), false, false),
            (reject, line(false), false, true),
            (reject, line(true), false, false),
            (fault, line(false), false, false),
        ] {
            let found = FoundGolden { verdict, on_line };
            assert_eq!(found.is(Expected::Pass), passes, "{found:?}");
            assert_eq!(found.is(Expected::Reject), rejects, "{found:?}");
        }
    }

    #[test]
    fn it_is_due_after_so_many_parts_or_so_long() {
        let at = |s| Timestamp::default() + Duration::from_secs(s);
        let mut never = Repeats::new(None, None, at(0));
        never.add_part();
        assert!(!never.is_due(at(1_000_000)));
        let mut both = Repeats::new(Some(2), Some(Duration::from_secs(60)), at(0));
        both.add_part();
        assert!(!both.is_due(at(59)) && both.is_due(at(60)));
        both.add_part();
        assert!(both.is_due(at(1)));
        both.begin(at(10));
        assert!(!both.is_due(at(69)) && both.is_due(at(70)));
    }
}
