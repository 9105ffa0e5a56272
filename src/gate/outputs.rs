//! The output lines: which level is active, which is safe, and how all of them are driven.

use crate::bounded::text::cut;
use crate::station::file::{Level, LineName, LineSettings, LinesSettings};
use core::fmt;
use embedded_hal::digital::OutputPin;
use heapless::String;

/// Longest text of a line's error, in bytes; what is longer is cut.
pub const ERROR_TEXT_MAX: usize = 96;

/// Which lines are active.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Levels {
    /// Throws parts out, or closes the way.
    pub reject: bool,
    /// A part that passed is at the gate.
    pub pass: bool,
    /// A trigger would be taken now.
    pub ready: bool,
    /// A part that waits for its verdict is on its way.
    pub busy: bool,
    /// The last part decided was a fault, or the station said so.
    pub fault: bool,
    /// Changes with each finished inspection, Pass or Reject, in time or late; a fault is not finished work.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutputError {
    /// A line's safe level would let parts pass when nothing drives it.
    UnsafeLevel {
        /// Which line.
        line: LineName,
    },
    /// The chip did not give a line.
    Open {
        /// Which line.
        line: LineName,
        /// What the chip said.
        error: String<ERROR_TEXT_MAX>,
    },
    /// A line could not be put to its safe level.
    Drive {
        /// Which line.
        line: LineName,
        /// What its driver said.
        error: String<ERROR_TEXT_MAX>,
    },
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnsafeLevel { line } => {
                let wanted = match line {
                    LineName::Reject => "its active level",
                    _ => "the level that is not active",
                };
                write!(
                    f,
                    "{line}.safe must be {wanted}, or an undriven line lets parts pass"
                )
            }
            Self::Open { line, error } => write!(f, "{line}: {error}"),
            Self::Drive { line, error } => write!(f, "driving {line}: {error}"),
        }
    }
}

impl core::error::Error for OutputError {}

/// One output line: a pin and the meaning of its levels. Dropped, it goes to its safe level.
#[derive(Debug)]
struct OutputLine<P: OutputPin> {
    pin: P,
    active: Level,
    safe: Level,
    /// The level that the pin is known to have; nothing before the first call and after one that failed.
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

    fn set_active(&mut self, active: bool) -> Result<(), P::Error> {
        self.drive(match (self.active, active) {
            (level, true) => level,
            (Level::Low, false) => Level::High,
            (Level::High, false) => Level::Low,
        })
    }
}

impl<P: OutputPin> Drop for OutputLine<P> {
    fn drop(&mut self) {
        // The wiring has the last word: an undriven line falls to the same level.
        let _ = self.drive(self.safe);
    }
}

/// All lines of the station. Dropped, also by a panic, they go to their safe levels, the reject first.
#[derive(Debug)]
pub struct Outputs<P: OutputPin> {
    /// In the order of [`LineName::ALL`]; the reject is always there.
    lines: [Option<OutputLine<P>>; LineName::ALL.len()],
}

impl<P: OutputPin> Outputs<P> {
    /// Takes every line that the station file names from `open` and puts it to its safe level.
    ///
    /// # Errors
    /// When a safe level would let parts pass (then no line is opened), when `open` does not give a line, or when a
    /// line cannot be driven. The lines opened so far are left at their safe levels.
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
        };
        for (name, place) in LineName::ALL.into_iter().zip(&mut outputs.lines) {
            if let Some(line) = lines.output(name) {
                let pin = open(line).map_err(|error| OutputError::Open {
                    line: name,
                    error: cut(format_args!("{error}")),
                })?;
                let place = place.insert(OutputLine {
                    pin,
                    active: line.active,
                    safe: line.safe,
                    driven: None,
                });
                place.drive(line.safe).map_err(|error| OutputError::Drive {
                    line: name,
                    error: cut(format_args!("{error:?}")),
                })?;
            }
        }
        Ok(outputs)
    }

    /// Drives every line whose level differs, the reject first. Calls `failed` for each one that could not be driven
    /// and goes on with the others; that line is tried again by the next call.
    pub fn drive(
        &mut self,
        levels: Levels,
        mut failed: impl FnMut(LineName, String<ERROR_TEXT_MAX>),
    ) {
        for (name, line) in LineName::ALL.into_iter().zip(&mut self.lines) {
            if let Some(line) = line
                && let Err(error) = line.set_active(levels.is_active(name))
            {
                failed(name, cut(format_args!("{error:?}")));
            }
        }
    }

    /// True when every line has the level that it was last asked for.
    pub fn all_driven(&self) -> bool {
        self.lines
            .iter()
            .flatten()
            .all(|line| line.driven.is_some())
    }
}

#[cfg(test)]
mod tests;
