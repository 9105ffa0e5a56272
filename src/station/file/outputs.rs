//! The names of the output lines, and iteration over them.

use super::{LineSettings, LinesSettings, PathText};
use core::fmt;

/// An output line by its name in the station file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineName {
    /// `lines.reject`
    Reject,
    /// `lines.pass`
    Pass,
    /// `lines.ready`
    Ready,
    /// `lines.busy`
    Busy,
    /// `lines.fault`
    Fault,
    /// `lines.alive`
    Alive,
}

impl LineName {
    /// All lines, in the order in which they are driven and made safe. The line that keeps parts
    /// out comes first.
    pub const ALL: [Self; 6] = [
        Self::Reject,
        Self::Pass,
        Self::Ready,
        Self::Busy,
        Self::Fault,
        Self::Alive,
    ];

    /// Key in the station file.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Reject => "lines.reject",
            Self::Pass => "lines.pass",
            Self::Ready => "lines.ready",
            Self::Busy => "lines.busy",
            Self::Fault => "lines.fault",
            Self::Alive => "lines.alive",
        }
    }

    /// True for the lines that decide where a part goes.
    pub const fn moves_parts(self) -> bool {
        matches!(self, Self::Reject | Self::Pass)
    }
}

/// Key in the station file.
impl fmt::Display for LineName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

impl LinesSettings {
    /// The reject line and no other, without a chip for lines that name none.
    pub const fn with_reject(reject: LineSettings) -> Self {
        Self {
            chip: PathText::new(),
            timeline: PathText::new(),
            stimulus: PathText::new(),
            reject,
            pass: None,
            ready: None,
            busy: None,
            fault: None,
            alive: None,
        }
    }

    /// The line of this name, if the station has it.
    pub const fn output(&self, name: LineName) -> Option<&LineSettings> {
        match name {
            LineName::Reject => Some(&self.reject),
            LineName::Pass => self.pass.as_ref(),
            LineName::Ready => self.ready.as_ref(),
            LineName::Busy => self.busy.as_ref(),
            LineName::Fault => self.fault.as_ref(),
            LineName::Alive => self.alive.as_ref(),
        }
    }

    /// The lines that the station has, with their keys, in the order of [`LineName::ALL`].
    pub fn outputs(&self) -> impl Iterator<Item = (&'static str, &LineSettings)> {
        LineName::ALL
            .into_iter()
            .filter_map(|name| Some((name.key(), self.output(name)?)))
    }
}
