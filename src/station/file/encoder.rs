//! The encoder of the belt.

use super::{GateSettings, Level, LineBias, NameText, PathText};
use serde::Deserialize;

/// Ticks of the belt that the station keeps. A part's trigger is known within a few ticks; one that
/// is older than these is too old.
pub const RECORD_TICKS: usize = 8192;

/// `encoder`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EncoderSettings {
    /// Chip of the line; `lines.chip` unless given.
    #[serde(default)]
    pub chip: PathText,
    /// The line's number on the chip.
    #[serde(default)]
    pub offset: Option<u32>,
    /// The line's name on the chip, instead of the number.
    #[serde(default)]
    pub name: NameText,
    /// An edge to this level is a tick.
    pub active: Level,
    /// What sets the level when nothing drives the line.
    pub bias: LineBias,
    /// The second line, for the direction.
    #[serde(default)]
    pub line_b: Option<LineBSettings>,
    /// The belt's highest speed.
    pub ticks_per_s_max: u32,
    /// The lowest speed of a belt that should move.
    pub ticks_per_s_min: u32,
    /// How long the speed is measured, if given. [`Self::watch_ms`] applies the default.
    #[serde(default)]
    pub watch_ms: Option<u32>,
}

impl EncoderSettings {
    /// How long the speed is measured: 500 ms unless given.
    pub fn watch_ms(&self) -> u32 {
        self.watch_ms.unwrap_or(500)
    }

    /// The shortest time in which the belt moves this far, in milliseconds, rounded down.
    pub fn shortest_ms(&self, ticks: u32) -> u32 {
        let ms = u64::from(ticks) * 1000 / u64::from(self.ticks_per_s_max.max(1));
        u32::try_from(ms).unwrap_or(u32::MAX)
    }
}

/// `encoder.line_b`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineBSettings {
    /// Chip of the line; `lines.chip` unless given.
    #[serde(default)]
    pub chip: PathText,
    /// The line's number on the chip.
    #[serde(default)]
    pub offset: Option<u32>,
    /// The line's name on the chip, instead of the number.
    #[serde(default)]
    pub name: NameText,
    /// What sets the level when nothing drives the line.
    pub bias: LineBias,
    /// What the line means.
    pub means: LineBUse,
    /// Its level at a tick while the belt runs forwards.
    pub forward: Level,
}

/// What line B means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineBUse {
    /// Its level is the direction.
    Direction,
    /// It changes a quarter of a period before or after the first line, and each edge of both lines
    /// is a tick.
    Quadrature,
}

impl GateSettings {
    /// Gives the times of what the file has in ticks: the shortest ones, at the belt's highest
    /// speed. All rules over times hold for them.
    pub(in crate::station) fn complete_times(&mut self, encoder: &EncoderSettings) {
        if let Some(ticks) = self.delay_ticks {
            self.delay_ms = encoder.shortest_ms(ticks).max(1);
        }
        if let Some(ticks) = self.pulse_ticks {
            self.pulse_ms = encoder.shortest_ms(ticks).max(1);
        }
    }
}
