//! What the gate reports to the recorder.
//!
//! A part's journal line is complete when its decision and its [`GateReport`] have both arrived, in
//! either order. A part that was reported as [`Rejection::NoVerdict`] and has a decision was
//! decided late, and [`Event::Late`] gives the delay.

use super::belt::Position;
use super::encoder::BeltFault;
use super::outputs::ERROR_TEXT_MAX;
use crate::part::PartId;
use crate::station::file::LineName;
use board::Timestamp;
use core::fmt;
use core::time::Duration;
use heapless::String;

/// The parts so far. `armed` always equals `passed + rejected + waiting`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Parts armed, including those that the gate could only reject.
    pub armed: u64,
    /// Parts reported as passed.
    pub passed: u64,
    /// Parts reported as rejected.
    pub rejected: u64,
    /// Parts not yet reported.
    pub waiting: usize,
}

/// Something that happened at the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The final result of a part. Sent exactly once for each armed part.
    Report(GateReport),
    /// A verdict was too late to count: the part is, or will be, reported as
    /// [`Rejection::NoVerdict`]. Sent at most once per part, before or after its report.
    Late {
        /// The part.
        part: PartId,
        /// Time from the part's due time to its verdict. Zero if the verdict was given before the
        /// due time but reached the gate after it.
        by: Duration,
    },
    /// A verdict for a part that does not wait for one: never armed, refused when armed, already
    /// decided, or long gone. At most it revoked a pass.
    Stray {
        /// The part named by the verdict.
        part: PartId,
    },
    /// The lines that move parts were driven later than `gate.late_max_ms` after their time,
    /// whatever held the gate up. The reports of the parts that were due meanwhile show it as well.
    MovedLate {
        /// The delay.
        by: Duration,
        /// A part may have gone through that was to be rejected. The gate holds its reject, and is
        /// not ready, until it must be gone. False if the gate only opened late.
        held: bool,
    },
    /// The belt is in doubt for this reason, or moves as it should again. Until then nothing
    /// passes.
    Belt(Option<BeltFault>),
    /// At least one inspection finished, and the lines that move parts were driven after it. Sent
    /// at most once per turn of the gate.
    Alive,
    /// A line could not be driven. Sent once per line. The gate retries until it succeeds.
    LineFailed {
        /// The line.
        line: LineName,
        /// The driver's error.
        error: String<ERROR_TEXT_MAX>,
    },
}

/// The result of one part at the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GateReport {
    /// The part.
    pub part: PartId,
    /// When the lines move for the part: its trigger plus the delay, less the actuator's dead time.
    /// With a delay in ticks: when the belt was there.
    pub due: Timestamp,
    /// False if the belt had not brought the part to the gate when it was rejected. Then `due` is
    /// the time of this report, or of the trigger if the part was refused.
    pub is_due_known: bool,
    /// With a delay in ticks: the belt's position at which the part is at the gate.
    pub due_ticks: Option<Position>,
    /// When the lines had been driven for this part. Usually later than `due` by the time for
    /// waking and driving. Earlier than `due` if the station stopped first. From `due` plus
    /// `pulse_ms` on the part was already gone, whatever the outcome.
    ///
    /// `None` if the lines were not driven for this part. Either it was refused when armed, and its
    /// time is held at reject. Or a line failed (see [`Event::LineFailed`]), and it is unknown
    /// where the part went.
    pub acted_at: Option<Timestamp>,
    /// Whether the gate was open for the part.
    pub outcome: Outcome,
    /// The movement for another part was still under way, so the two parts are less than `pulse_ms`
    /// apart, or less than `pulse_ms` and `gap_min_ms` together. If a passed part is followed that
    /// closely by a rejected one, its time is cut short.
    pub overlap: bool,
    /// The lines were driven for this part later than `gate.late_max_ms` after `due`. A rejected
    /// part may have passed the gate.
    pub late: bool,
}

/// Whether the gate was open for a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The gate was open.
    Passed,
    /// The gate was closed, for this reason.
    Rejected(Rejection),
}

/// Why the gate rejected a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    /// No verdict arrived before the part was due.
    NoVerdict,
    /// The verdict was Reject or Fault, or the trigger was missed.
    Verdict,
    /// The part had a pass, but the gate was closed for another part.
    Overlap,
    /// The part had a pass, but the gate acted on it too late.
    Missed,
    /// The part had a pass, but the gate was held because a movement was late shortly before.
    Held,
    /// The part had a pass, but the gate could not open for it: the actuator would not have rested
    /// for `gate.gap_min_ms`.
    Gap,
    /// The gate already held its maximum number of parts.
    Full,
    /// The part's number is not higher than all armed before.
    ArmedTwice,
    /// The part got a second verdict after its pass.
    ResolvedTwice,
    /// The station was not ready, or stopped being ready while the part was under way.
    NotReady,
}

impl Outcome {
    /// Code of the rejection in the journal, which does not change between versions. Empty for a
    /// part that passed.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Passed => "",
            Self::Rejected(rejection) => match rejection {
                Rejection::NoVerdict => "no_verdict",
                Rejection::Verdict => "verdict",
                Rejection::Overlap => "overlap",
                Rejection::Missed => "missed",
                Rejection::Held => "held",
                Rejection::Gap => "gap",
                Rejection::Full => "gate_full",
                Rejection::ArmedTwice => "armed_twice",
                Rejection::ResolvedTwice => "resolved_twice",
                Rejection::NotReady => "not_ready",
            },
        }
    }
}

/// For example `passed` or `rejected: no verdict before the part was due`.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passed => "passed",
            Self::Rejected(rejection) => match rejection {
                Rejection::NoVerdict => "rejected: no verdict before the part was due",
                Rejection::Verdict => "rejected: not a pass",
                Rejection::Overlap => "rejected: too close to a rejected part",
                Rejection::Missed => "rejected: the gate acted on it too late",
                Rejection::Held => "rejected: the gate was held after a late movement",
                Rejection::Gap => "rejected: the actuator could not move again so soon",
                Rejection::Full => "rejected: more parts under way than the gate holds",
                Rejection::ArmedTwice => "rejected: its number was armed before",
                Rejection::ResolvedTwice => "rejected: it got two verdicts",
                Rejection::NotReady => "rejected: the station was not ready",
            },
        })
    }
}
