//! What the gate tells the recorder.
//!
//! For the recorder one rule is enough: a part's journal line is complete when its decision and its [`GateReport`] are
//! both there, in whichever order. A part whose report says [`Rejection::NoVerdict`] and that has a decision after all
//! was decided late; [`Event::Late`] says by how much.

use super::outputs::ERROR_TEXT_MAX;
use crate::part::PartId;
use crate::station::file::LineName;
use board::Timestamp;
use core::fmt;
use core::time::Duration;
use heapless::String;

/// Parts so far. `armed` is always `passed + rejected + waiting`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Parts armed, those included that the gate could only reject.
    pub armed: u64,
    /// Parts reported as passed.
    pub passed: u64,
    /// Parts reported as rejected.
    pub rejected: u64,
    /// Parts that are not reported yet.
    pub waiting: usize,
}

/// Something that happened at the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A part is final. There is exactly one for each part that was armed.
    Report(GateReport),
    /// A verdict came when it could no longer change anything: the part is, or will be, reported as
    /// [`Rejection::NoVerdict`]. Comes at most once for a part, before or after its report.
    Late {
        /// The part.
        part: PartId,
        /// How long after the part's due time the verdict was given; zero when it was given just before and the gate
        /// heard of it after.
        by: Duration,
    },
    /// A verdict for a part that does not wait for one: never armed, given up as it was armed, decided before, or long
    /// gone. At most it took a pass back.
    Stray {
        /// The part that the verdict named.
        part: PartId,
    },
    /// The lines that move parts were driven later than `gate.late_max_ms` after the time for it: the gate's thread or the
    /// lines' driver was held up. The parts concerned have it in their reports as well.
    MovedLate {
        /// By how much.
        by: Duration,
    },
    /// An inspection finished, and the lines were driven since: the alive line has changed. Comes once a turn of the
    /// gate, however many finished before it.
    Alive,
    /// A line could not be driven. Comes once for each line; the gate tries again until it can.
    LineFailed {
        /// Which line.
        line: LineName,
        /// What its driver said.
        error: String<ERROR_TEXT_MAX>,
    },
}

/// What the gate did with one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GateReport {
    /// The part.
    pub part: PartId,
    /// When the part is at the gate: its trigger and the delay.
    pub due: Timestamp,
    /// When the lines had been driven for it. Later than `due` by the time that waking and driving took; earlier when
    /// the station stopped before. Nothing when the lines were not driven for this part: it was given up as it was
    /// armed (its time is held at reject all the same), or a line failed (see [`Event::LineFailed`]) and nobody knows
    /// where the part went. At `due` plus `pulse_ms` or later the part was gone already, whatever the outcome says.
    pub acted_at: Option<Timestamp>,
    /// What the lines said while the part was at the gate.
    pub outcome: Outcome,
    /// The movement for another part was still under way: the two are closer than `pulse_ms`. A part that was let
    /// through is cut off when one that is rejected follows that close.
    pub overlap: bool,
    /// The lines were driven for this part later than `gate.late_max_ms` after `due`. What it was rejected for may have
    /// gone through.
    pub late: bool,
}

/// What the lines said while a part was at the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The way was open.
    Passed,
    /// The way was closed, and why.
    Rejected(Rejection),
}

/// Why the gate rejected a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    /// No verdict came before the part was due.
    NoVerdict,
    /// The verdict in time was Reject or Fault.
    Verdict,
    /// It was to pass, but another part was being rejected at that moment.
    Overlap,
    /// It was to pass, but the gate's thread woke only when the part was gone.
    Missed,
    /// More parts were armed than the gate holds.
    Full,
    /// Its number was armed before, or is lower than one that was.
    ArmedTwice,
    /// It got a second verdict.
    ResolvedTwice,
    /// The station was not ready, or stopped while the part was on its way.
    NotReady,
}

impl Outcome {
    /// Why the part was rejected, as a stable word for the journal; empty when it passed.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Passed => "",
            Self::Rejected(rejection) => match rejection {
                Rejection::NoVerdict => "no_verdict",
                Rejection::Verdict => "verdict",
                Rejection::Overlap => "overlap",
                Rejection::Missed => "missed",
                Rejection::Full => "gate_full",
                Rejection::ArmedTwice => "armed_twice",
                Rejection::ResolvedTwice => "resolved_twice",
                Rejection::NotReady => "not_ready",
            },
        }
    }
}

/// `passed`, `rejected: no verdict before the part was due`.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passed => "passed",
            Self::Rejected(rejection) => match rejection {
                Rejection::NoVerdict => "rejected: no verdict before the part was due",
                Rejection::Verdict => "rejected: not a pass",
                Rejection::Overlap => "rejected: too close to a rejected part",
                Rejection::Missed => "rejected: the gate woke when the part was gone",
                Rejection::Full => "rejected: more parts under way than the gate holds",
                Rejection::ArmedTwice => "rejected: its number was armed before",
                Rejection::ResolvedTwice => "rejected: it got two verdicts",
                Rejection::NotReady => "rejected: the station was not ready",
            },
        })
    }
}
