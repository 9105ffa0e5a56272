//! Shifts: periods that begin at fixed times of the day, in UTC as everything in the journal.
//!
//! A shift changes when the clock reaches the next start, and never by how much time passed. A part
//! belongs to the shift in which its record is written. So a clock that is set counts no part
//! twice and loses none. If it is set back by up to an hour, the shift goes on. If it is set back
//! further, it was wrong before, and another shift begins.

use super::wall_time::WallTime;
use crate::station::file::{NAME_MAX, ShiftSettings, ShiftsSettings};
use heapless::String;
use serde::{Deserialize, Serialize};

const MINUTE_US: u64 = 60 * 1_000_000;
const DAY_US: u64 = 24 * 60 * MINUTE_US;
/// How far the clock may be set back within a shift.
const BACK_MAX_US: u64 = 60 * MINUTE_US;

/// A shift of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// `journal.shifts[].name`.
    pub name: String<NAME_MAX>,
    /// When it began, or would have begun if the station had run.
    pub from: WallTime,
}

/// The shifts of the station file.
#[derive(Debug, Clone, Copy)]
pub struct Shifts<'s> {
    settings: &'s ShiftsSettings,
}

impl<'s> Shifts<'s> {
    /// `settings` is `journal.shifts` of a checked station file; empty for no shifts.
    pub const fn new(settings: &'s ShiftsSettings) -> Self {
        Self { settings }
    }

    /// The shift at this time; `None` if the station has no shifts.
    pub fn at(&self, now: WallTime) -> Option<Shift> {
        let now_us = i128::from(now.unix_us());
        let begun = |shift: &ShiftSettings| {
            let start_us = i128::from(shift.start_min()?) * i128::from(MINUTE_US);
            let today_us = now_us - now_us % i128::from(DAY_US) + start_us;
            Some(if today_us <= now_us {
                today_us
            } else {
                today_us - i128::from(DAY_US)
            })
        };
        let starts = self
            .settings
            .iter()
            .filter_map(|shift| Some((begun(shift)?, shift)));
        let (from_us, shift) = starts.max_by_key(|&(from_us, _)| from_us)?;
        // The night before the first day of 1970 begins with that day.
        let from_us = u64::try_from(from_us).unwrap_or_default();
        Some(Shift {
            name: shift.name.clone(),
            from: WallTime::from_unix_us(from_us),
        })
    }

    /// Whether the shift `current` has ended at `now`, so that the one at `now` begins.
    pub fn is_over(&self, current: Option<&Shift>, now: WallTime) -> bool {
        let Some(current) = current else {
            return !self.settings.is_empty();
        };
        if now < current.from {
            return current.from.unix_us() - now.unix_us() > BACK_MAX_US;
        }
        // Also over if the station file no longer has it.
        self.at(now).as_ref() != Some(current)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shifts(starts: &[(&str, &str)]) -> ShiftsSettings {
        let shift = |&(name, start): &(&str, &str)| ShiftSettings {
            name: name.parse().unwrap(),
            start: start.parse().unwrap(),
        };
        starts.iter().map(shift).collect()
    }

    /// Minutes after the beginning of the 10th day of 1970.
    fn at(hours: i64, minutes: i64) -> WallTime {
        let minutes = 9 * 24 * 60 + hours * 60 + minutes;
        WallTime::from_unix_us(u64::try_from(minutes).unwrap() * MINUTE_US)
    }

    const THREE: [(&str, &str); 3] = [("late", "14:00"), ("night", "22:30"), ("early", "06:00")];

    #[test]
    fn the_shift_is_the_one_that_began_last() {
        let settings = shifts(&THREE);
        let shifts = Shifts::new(&settings);
        for (now, name, from) in [
            (at(6, 0), "early", at(6, 0)),
            (at(13, 59), "early", at(6, 0)),
            (at(14, 0), "late", at(14, 0)),
            (at(22, 29), "late", at(14, 0)),
            (at(23, 0), "night", at(22, 30)),
            (at(5, 59), "night", at(-1, -30)),
        ] {
            let shift = shifts.at(now).unwrap();
            assert_eq!((shift.name.as_str(), shift.from), (name, from), "{now}");
        }
        assert_eq!(shifts.at(WallTime::from_unix_us(5)).unwrap().name, "night");
        assert_eq!(Shifts::new(&ShiftsSettings::new()).at(at(6, 0)), None);
    }

    #[test]
    fn a_shift_ends_at_the_next_start_and_not_when_the_clock_is_set_back_a_little() {
        let settings = shifts(&THREE);
        let shifts = Shifts::new(&settings);
        let early = shifts.at(at(7, 0));
        let is_over = |now| shifts.is_over(early.as_ref(), now);
        assert!(!is_over(at(13, 59)) && is_over(at(14, 0)));
        assert!(!is_over(at(5, 0)), "the clock was set back by an hour");
        assert!(is_over(at(4, 59)), "the clock was wrong before");
        assert!(is_over(at(24 + 7, 0)), "a day later");
        assert!(shifts.is_over(None, at(7, 0)));
    }

    #[test]
    fn a_single_shift_ends_every_day_and_a_removed_one_at_once() {
        let settings = shifts(&[("day", "06:00")]);
        let one = Shifts::new(&settings);
        let day = one.at(at(7, 0));
        assert!(!one.is_over(day.as_ref(), at(24 + 5, 59)));
        assert!(one.is_over(day.as_ref(), at(24 + 6, 0)));
        let none = ShiftsSettings::new();
        let none = Shifts::new(&none);
        assert!(none.is_over(day.as_ref(), at(7, 0)));
        assert!(!none.is_over(None, at(7, 0)));
    }
}
