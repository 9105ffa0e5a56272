//! `journal.shifts`.

use super::NameText;
use heapless::{String, Vec};
use serde::Deserialize;

/// Largest number of shifts in a day.
pub const SHIFTS_MAX: usize = 8;

/// All shifts of a day, in any order.
pub type ShiftsSettings = Vec<ShiftSettings, SHIFTS_MAX>;

/// One shift. It ends when the next one begins.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShiftSettings {
    /// Its name, in the journal and on the screen.
    pub name: NameText,
    /// When it begins: `HH:MM`, UTC.
    pub start: String<5>,
}

impl ShiftSettings {
    /// Minutes from midnight (UTC) to its start; `None` if `start` is not a time of the day.
    pub fn start_min(&self) -> Option<u32> {
        let &[h10, h1, b':', m10, m1] = self.start.as_bytes() else {
            return None;
        };
        let number = |tens: u8, ones: u8| {
            (tens.is_ascii_digit() && ones.is_ascii_digit())
                .then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
        };
        let (hours, minutes) = (number(h10, h1)?, number(m10, m1)?);
        (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
    }
}
