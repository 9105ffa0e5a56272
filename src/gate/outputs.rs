//! The output lines: the active and the safe level of each, and how they are driven.

use crate::bounded::text::cut;
use crate::station::file::{Level, LineName, LineSettings, LinesSettings};
use core::fmt;
use embedded_hal::digital::OutputPin;
use heapless::String;

/// Longest text of a line's error, in bytes. A longer text is cut.
pub const ERROR_TEXT_MAX: usize = 96;

/// The lines that are active.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Levels {
    /// Rejects parts.
    pub reject: bool,
    /// A part that passed is at the gate.
    pub pass: bool,
    /// The station would take a trigger now.
    pub ready: bool,
    /// At least one part waits for its verdict.
    pub busy: bool,
    /// The last decided part was a fault, or the station has a fault.
    pub fault: bool,
    /// Toggles with each finished inspection, Pass or Reject, in time or late. A fault does not
    /// count.
    pub alive: bool,
}

impl Levels {
    const fn is_active(self, line: LineName) -> bool {
        match line {
            LineName::Reject => self.reject,
            LineName::Pass => self.pass,
            LineName::Ready => self.ready,
            LineName::Busy => self.busy,
            LineName::Fault => self.fault,
            LineName::Alive => self.alive,
        }
    }
}

/// Why the lines cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutputError {
    /// The line would let parts pass at its safe level, the level when nothing drives it.
    #[error(
        "{line}.safe must be {}, or an undriven line lets parts pass",
        safe_level(*line)
    )]
    UnsafeLevel {
        /// The line.
        line: LineName,
    },
    /// The line could not be opened.
    #[error("{line}: {error}")]
    Open {
        /// The line.
        line: LineName,
        /// The chip's error.
        error: String<ERROR_TEXT_MAX>,
    },
    /// The line could not be driven to its safe level.
    #[error("driving {line}: {error}")]
    Drive {
        /// The line.
        line: LineName,
        /// The driver's error.
        error: String<ERROR_TEXT_MAX>,
    },
}

/// The level that the line must have when nothing drives it.
const fn safe_level(line: LineName) -> &'static str {
    match line {
        LineName::Reject => "its active level",
        _ => "the level that is not active",
    }
}

/// One output line: a pin and the meaning of its levels. Dropping it drives it to its safe level.
#[derive(Debug)]
struct OutputLine<P: OutputPin> {
    pin: P,
    active: Level,
    safe: Level,
    /// The level of the pin. `None` before the first call and after one that failed.
    driven: Option<Level>,
}

impl<P: OutputPin> OutputLine<P> {
    fn drive(&mut self, level: Level) -> Result<(), P::Error> {
        if self.driven == Some(level) {
            return Ok(());
        }
        self.driven = None;
        self.pin.set_state(level.into())?;
        self.driven = Some(level);
        Ok(())
    }

    const fn level(&self, active: bool) -> Level {
        match (self.active, active) {
            (level, true) => level,
            (Level::Low, false) => Level::High,
            (Level::High, false) => Level::Low,
        }
    }
}

impl<P: OutputPin> Drop for OutputLine<P> {
    fn drop(&mut self) {
        // If this fails, the wiring pulls the undriven line to the same level.
        let _ = self.drive(self.safe);
    }
}

/// All lines of the station. Dropping them, even in a panic, drives each to its safe level, the
/// reject first.
#[derive(Debug)]
pub struct Outputs<P: OutputPin> {
    /// In the order of [`LineName::ALL`]. The reject is always present.
    lines: [Option<OutputLine<P>>; LineName::ALL.len()],
    by_hand: ByHand,
}

/// What an operator sets, whatever the levels are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ByHand {
    /// Every line stays at its safe level.
    pub safe: bool,
    /// The lamps, busy and fault, are active, in spite of `safe` as well. The other lines tell
    /// machines something: the ready line would ask for parts that are missed, and the alive line
    /// would show a finished inspection.
    pub lamp_test: bool,
}

impl<P: OutputPin> Outputs<P> {
    /// Opens every line of the station file with `open` and drives it to its safe level.
    ///
    /// # Errors
    /// If a safe level would let parts pass, no line is opened. If a line cannot be opened or
    /// driven, the lines opened before it are left at their safe levels.
    pub fn open<E: fmt::Display>(
        lines: &LinesSettings,
        mut open: impl FnMut(&LineSettings) -> Result<P, E>,
    ) -> Result<Self, OutputError> {
        if lines.reject.safe != lines.reject.active {
            let line = LineName::Reject;
            return Err(OutputError::UnsafeLevel { line });
        }
        if lines
            .pass
            .as_ref()
            .is_some_and(|pass| pass.safe == pass.active)
        {
            let line = LineName::Pass;
            return Err(OutputError::UnsafeLevel { line });
        }
        let mut outputs = Self {
            lines: [const { None }; LineName::ALL.len()],
            by_hand: ByHand::default(),
        };
        for (name, slot) in LineName::ALL.into_iter().zip(&mut outputs.lines) {
            if let Some(line) = lines.output(name) {
                let pin = open(line).map_err(|error| OutputError::Open {
                    line: name,
                    error: cut(format_args!("{error}")),
                })?;
                let output = slot.insert(OutputLine {
                    pin,
                    active: line.active,
                    safe: line.safe,
                    driven: None,
                });
                output
                    .drive(line.safe)
                    .map_err(|error| OutputError::Drive {
                        line: name,
                        error: cut(format_args!("{error:?}")),
                    })?;
            }
        }
        Ok(outputs)
    }

    /// Sets what the next [`Self::drive`] does in spite of its levels.
    pub fn set_by_hand(&mut self, by_hand: ByHand) {
        self.by_hand = by_hand;
    }

    /// Drives every line whose level differs, the reject first. Calls `failed` for each line that
    /// could not be driven, and continues with the others. The next call retries that line.
    pub fn drive(
        &mut self,
        levels: Levels,
        mut failed: impl FnMut(LineName, String<ERROR_TEXT_MAX>),
    ) {
        let ByHand { safe, lamp_test } = self.by_hand;
        for (name, line) in LineName::ALL.into_iter().zip(&mut self.lines) {
            let Some(line) = line else { continue };
            let level = if lamp_test && matches!(name, LineName::Busy | LineName::Fault) {
                line.level(true)
            } else if safe {
                line.safe
            } else {
                line.level(levels.is_active(name))
            };
            if let Err(error) = line.drive(level) {
                failed(name, cut(format_args!("{error:?}")));
            }
        }
    }

    /// True if the last call of [`Self::drive`] succeeded for every line.
    pub fn all_driven(&self) -> bool {
        self.lines
            .iter()
            .flatten()
            .all(|line| line.driven.is_some())
    }
}

#[cfg(test)]
mod tests;
