//! The self-check: when no inspection has finished for a while, a black picture goes through the engine, the mask and the
//! verdict, and must give what the same picture gave at the start. It is what the alive line and the watchdogs live on
//! while no parts come.
//!
//! It has a slot of its own, whose input nobody writes. A part that comes while a check runs waits for it, at most as long
//! as one execution takes.

use super::inspection::Inspection;
use super::shared::Stop;
use crate::engine::{Engine, EngineError};
use crate::part::Verdict;
use crate::verdict::Inspector;
use ascendcl::{Finished, InputBuffer, Slot, WaitError};
use board::Timestamp;
use core::fmt;
use core::time::Duration;
use std::time::Instant;

/// What is said when a black picture comes out differently than at the start.
const CHANGED: &str = "self-check: a black picture no longer gives what it gave at the start";

/// What the black picture needs and what it gave.
pub(super) struct SelfCheck {
    every: Duration,
    /// When the next one is wanted.
    due: Timestamp,
    /// Its slot, unless the device has it.
    black: Option<(InputBuffer, Slot)>,
    /// The judged output at the start, and the verdict on it.
    output: Box<[u8]>,
    verdict: Verdict,
}

impl SelfCheck {
    /// Keeps what the finished first execution gave.
    ///
    /// # Errors
    /// The output of a black picture cannot be judged, so nothing could ever be compared.
    pub fn new(
        every: Duration,
        engine: &Engine,
        inspector: &mut Inspector,
        first: Finished,
    ) -> Result<Self, EngineError> {
        let output = first.output(engine.outputs().judged).unwrap_or_default();
        let verdict = inspector
            .inspect(output, first.input())
            .map_err(EngineError::Black)?;
        Ok(Self {
            every,
            due: Timestamp::now() + every,
            output: output.into(),
            verdict,
            black: Some(first.into_parts()),
        })
    }

    /// An inspection has finished or a check has been tried: the next one is wanted after the whole time.
    pub fn put_off(&mut self) {
        self.due = Timestamp::now() + self.every;
    }

    /// Whether it is time. While parts are undecided a check waits, so that it delays none of them; but when still no
    /// inspection has finished after half of the time more, each of these parts was a fault, and a station that can do
    /// no better must not look dead as well.
    fn wanted(&self, idle: bool, now: Timestamp) -> bool {
        let patience = if idle { Duration::ZERO } else { self.every / 2 };
        self.due + patience <= now
    }

    fn compare(
        &self,
        output: &[u8],
        verdict: Result<Verdict, crate::verdict::InspectError>,
    ) -> Result<(), Difference> {
        let verdict = verdict.map_err(Difference::Output)?;
        if output.len() != self.output.len() {
            return Err(Difference::Length {
                got: output.len(),
                expected: self.output.len(),
            });
        }
        // The lengths are the same, so what differs has a place.
        if *output != *self.output {
            let same = output.iter().zip(&self.output).take_while(|(a, b)| a == b);
            return Err(Difference::Byte(same.count()));
        }
        if verdict != self.verdict {
            return Err(Difference::Verdict {
                got: verdict,
                expected: self.verdict,
            });
        }
        Ok(())
    }
}

/// How a black picture came out differently from the start.
#[derive(Debug, Clone, PartialEq)]
enum Difference {
    Output(crate::verdict::InspectError),
    Length { got: usize, expected: usize },
    Byte(usize),
    Verdict { got: Verdict, expected: Verdict },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{CHANGED}: ")?;
        match self {
            Self::Output(error) => error.fmt(f),
            Self::Length { got, expected } => write!(f, "{got} bytes of output, not {expected}"),
            Self::Byte(place) => write!(f, "byte {place} of the output differs"),
            Self::Verdict { got, expected } => write!(f, "{got}, not {expected}"),
        }
    }
}

impl Inspection<'_> {
    /// Runs the self-check if it is time for it. One that passes changes the alive line; one that gives something else
    /// ends the program, as a lost device does.
    pub(super) fn check_self(&mut self) {
        self.is_heard_of();
        let idle = self.is_idle();
        let Some(check) = &mut self.self_check else {
            return;
        };
        let now = Timestamp::now();
        if !check.wanted(idle, now) {
            return;
        }
        let Some((input, slot)) = check.black.take() else {
            return;
        };
        // A part that comes meanwhile has at least as long.
        let run = self.engine.run(slot, input, Instant::now() + self.deadline);
        let finished = match run {
            Ok(finished) => finished,
            Err(unfinished) => {
                complain!("sluice: self-check: {}", unfinished.cause());
                if let WaitError::Acl(error) = unfinished.cause() {
                    // At the start the same picture did not overflow.
                    if error.is_overflow() {
                        let why = format!("{CHANGED}: {error}");
                        return self.shared.stop(Stop::Device(why));
                    }
                    if error.is_fatal() {
                        let why = format!("self-check: {error}");
                        return self.shared.stop(Stop::Device(why));
                    }
                }
                // The next part, or the next check, may do better; the fault line says that this one did not.
                let _ = self.resolving.inspected(false);
                let black = self.wait_for_device(unfinished, now + self.timeout);
                if let Some(check) = &mut self.self_check {
                    check.black = black;
                    check.put_off();
                }
                return;
            }
        };
        let output = finished
            .output(self.engine.outputs().judged)
            .unwrap_or_default();
        let verdict = self.inspector.inspect(output, finished.input());
        let compared = check.compare(output, verdict);
        check.black = Some(finished.into_parts());
        check.put_off();
        match compared {
            // It fails only when the gate has stopped, and then all lines are safe.
            Ok(()) => drop(self.resolving.inspected(true)),
            Err(difference) => self.shared.stop(Stop::Device(difference.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::part::Reason;

    fn check() -> SelfCheck {
        SelfCheck {
            every: Duration::from_millis(100),
            due: Timestamp::default() + Duration::from_millis(100),
            black: None,
            output: [1, 2, 3].into(),
            verdict: Verdict::Pass,
        }
    }

    #[test]
    fn parts_put_it_off_but_not_for_ever() {
        let at = |ms| Timestamp::default() + Duration::from_millis(ms);
        let check = check();
        assert!(!check.wanted(true, at(99)) && check.wanted(true, at(100)));
        assert!(!check.wanted(false, at(149)) && check.wanted(false, at(150)));
    }

    #[test]
    fn whatever_differs_is_named() {
        let check = check();
        let text = |output: &[u8], verdict| {
            let difference = check.compare(output, Ok(verdict)).unwrap_err();
            difference.to_string()
        };
        assert_eq!(check.compare(&[1, 2, 3], Ok(Verdict::Pass)), Ok(()));
        assert!(text(&[1, 2, 4], Verdict::Pass).ends_with("byte 2 of the output differs"));
        assert!(text(&[1, 2], Verdict::Pass).ends_with("2 bytes of output, not 3"));
        let other = text(&[1, 2, 3], Verdict::Reject(Reason::TooManyBlobs));
        assert!(other.contains("not PASS"), "{other}");
        let input = crate::verdict::InspectError::Input {
            got: 1,
            expected: 3,
        };
        assert_eq!(
            check.compare(&[1, 2, 3], Err(input)),
            Err(Difference::Output(input))
        );
    }
}
