//! The self-check: when no inspection has finished for a while, a black picture goes through the
//! engine, the mask and the verdict. The result must be the same as at the start. While no parts
//! arrive, this alone toggles the alive line and feeds the watchdogs.
//!
//! Each model has its own check. It has its own slot, whose input is never written. A part that
//! arrives during a check waits at most for one execution.

use super::judge::Judge;
use crate::engine::{EngineDevice, EngineError};
use crate::part::Verdict;
use crate::recipe::RECIPES_MAX;
use crate::verdict::InspectError;
use ascendcl::{Finished, InputBuffer, Slot, Unfinished, WaitError};
use board::Timestamp;
use core::time::Duration;
use heapless::Vec;
use std::time::Instant;
use thiserror::Error;

/// The message when a black picture gives a different result than at the start.
const CHANGED: &str = "self-check: a black picture no longer gives what it gave at the start";

/// The black picture and its expected results.
pub struct SelfCheck {
    interval: Duration,
    /// When the last check ended.
    checked_at: Timestamp,
    /// Its slot; nothing while the device has it.
    black: Option<(InputBuffer, Slot)>,
    /// For each output of the model that decides verdicts.
    expected: Vec<Expected, RECIPES_MAX>,
}

/// What an output was at the start, and the verdict on it.
struct Expected {
    /// The place of the recipe that judges it: the first one with this output.
    recipe: usize,
    output: Box<[u8]>,
    verdict: Verdict,
}

/// The result of a self-check.
pub enum Checked {
    /// The black picture gave what it gave at the start.
    Passed,
    /// The device cannot be trusted any more, and why.
    Fatal(String),
    /// The execution failed, or was not finished in time.
    Unfinished(Unfinished),
}

impl SelfCheck {
    /// Keeps the results of the first execution of this model, with its slot.
    ///
    /// # Errors
    /// The output of a black picture cannot be judged, so there is nothing to compare with.
    pub fn new(
        interval: Duration,
        model: usize,
        judges: &mut [Judge],
        first: Finished,
    ) -> Result<Self, EngineError> {
        let mut expected = Vec::new();
        let mut outputs = Vec::<usize, RECIPES_MAX>::new();
        for (recipe, judge) in judges.iter_mut().enumerate() {
            if judge.model != model || outputs.contains(&judge.output) {
                continue;
            }
            let verdict = judge.inspect(&first).map_err(EngineError::Black)?;
            let output = first.output(judge.output).unwrap_or_default().into();
            // Both hold as many as there can be recipes.
            let _ = outputs.push(judge.output);
            let _ = expected.push(Expected {
                recipe,
                output,
                verdict,
            });
        }
        Ok(Self {
            interval,
            checked_at: Timestamp::now(),
            expected,
            black: Some(first.into_parts()),
        })
    }

    /// Whether the check is due: the interval is over since the last check and since `finished_at`,
    /// when the last inspection of a part by this model finished.
    ///
    /// While parts are undecided (not `idle`) a check waits, so that it delays none of them. But
    /// after another half of the interval each of these parts has become a fault. Then the check
    /// runs, so that a station whose parts all time out still proves that the device works.
    pub fn is_due(&self, idle: bool, finished_at: Timestamp, now: Timestamp) -> bool {
        let grace = if idle {
            Duration::ZERO
        } else {
            self.interval / 2
        };
        self.checked_at.max(finished_at) + self.interval + grace <= now
    }

    /// Runs the check, at most until `until`. Returns nothing while the device has the slot.
    pub fn run(
        &mut self,
        device: &EngineDevice,
        judges: &mut [Judge],
        until: Instant,
    ) -> Option<Checked> {
        let (input, slot) = self.black.take()?;
        let finished = match device.run(slot, input, until) {
            Ok(finished) => finished,
            Err(unfinished) => return Some(failed(unfinished)),
        };
        let compared = self.compare_all(&finished, judges);
        self.put_back(Some(finished.into_parts()));
        Some(match compared {
            Ok(()) => Checked::Passed,
            Err(difference) => Checked::Fatal(difference.to_string()),
        })
    }

    /// Takes the slot back after a check. The next check is due one interval later.
    pub fn put_back(&mut self, free: Option<(InputBuffer, Slot)>) {
        self.black = free;
        self.checked_at = Timestamp::now();
    }

    fn compare_all(&self, finished: &Finished, judges: &mut [Judge]) -> Result<(), Difference> {
        for expected in &self.expected {
            // Each was judged by this recipe at the start.
            let Some(judge) = judges.get_mut(expected.recipe) else {
                continue;
            };
            let verdict = judge.inspect(finished);
            let output = finished.output(judge.output).unwrap_or_default();
            expected.compare(output, verdict)?;
        }
        Ok(())
    }
}

impl Expected {
    fn compare(
        &self,
        output: &[u8],
        verdict: Result<Verdict, InspectError>,
    ) -> Result<(), Difference> {
        let verdict = verdict?;
        if output.len() != self.output.len() {
            return Err(Difference::Length {
                got: output.len(),
                expected: self.output.len(),
            });
        }
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

fn failed(unfinished: Unfinished) -> Checked {
    complain!("sluice: self-check: {}", unfinished.cause());
    match unfinished.cause() {
        // The same picture did not overflow at the start.
        WaitError::Acl(error) if error.is_overflow() => {
            Checked::Fatal(format!("{CHANGED}: {error}"))
        }
        WaitError::Acl(error) if error.is_fatal() => Checked::Fatal(format!("self-check: {error}")),
        _ => Checked::Unfinished(unfinished),
    }
}

/// How a black picture's result differs from the start.
#[derive(Debug, Clone, PartialEq, Error)]
enum Difference {
    /// The output cannot be judged.
    #[error("{CHANGED}: {0}")]
    Output(#[from] InspectError),
    /// The output has another length.
    #[error("{CHANGED}: {got} bytes of output, not {expected}")]
    Length { got: usize, expected: usize },
    /// The first byte that differs.
    #[error("{CHANGED}: byte {0} of the output differs")]
    Byte(usize),
    /// The same output was judged differently.
    #[error("{CHANGED}: {got}, not {expected}")]
    Verdict { got: Verdict, expected: Verdict },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::part::Reason;

    fn check() -> SelfCheck {
        SelfCheck {
            interval: Duration::from_millis(100),
            checked_at: Timestamp::default(),
            black: None,
            expected: Vec::new(),
        }
    }

    #[test]
    fn finished_parts_put_it_off_and_undecided_parts_only_by_half_an_interval() {
        let at = |ms| Timestamp::default() + Duration::from_millis(ms);
        let check = check();
        let due = |idle, ms| check.is_due(idle, at(0), at(ms));
        assert!(!due(true, 99) && due(true, 100));
        assert!(!due(false, 149) && due(false, 150));
        let due = |idle, ms| check.is_due(idle, at(70), at(ms));
        assert!(!due(true, 169) && due(true, 170));
        assert!(!due(false, 219) && due(false, 220));
    }

    #[test]
    fn each_difference_is_named() {
        let check = Expected {
            recipe: 0,
            output: [1, 2, 3].into(),
            verdict: Verdict::Pass,
        };
        let text = |output: &[u8], verdict| {
            let difference = check.compare(output, Ok(verdict)).unwrap_err();
            difference.to_string()
        };
        assert_eq!(check.compare(&[1, 2, 3], Ok(Verdict::Pass)), Ok(()));
        assert!(text(&[1, 2, 4], Verdict::Pass).ends_with("byte 2 of the output differs"));
        assert!(text(&[1, 2], Verdict::Pass).ends_with("2 bytes of output, not 3"));
        let other = text(&[1, 2, 3], Verdict::Reject(Reason::TooManyBlobs));
        assert!(other.contains("not PASS"), "{other}");
        let input = InspectError::Input {
            got: 1,
            expected: 3,
        };
        assert_eq!(
            check.compare(&[1, 2, 3], Err(input)),
            Err(Difference::Output(input))
        );
    }
}
