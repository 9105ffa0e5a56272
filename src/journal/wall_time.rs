//! Civil time, as people read it.

use board::Timestamp;
use board::clock::civil_time;
use core::fmt;
use core::time::Duration;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const SECONDS_A_DAY: u64 = 86_400;
/// The first microsecond of the year 10000, which RFC 3339 cannot express.
const END_US: u64 = 253_402_300_800 * 1_000_000;

/// A point in civil time (UTC, from the system's clock), in microseconds since 1970. Its text is
/// RFC 3339 with six decimals: `2026-03-01T12:34:56.789012Z`.
///
/// A station without a battery-backed clock may have the wrong time, and the time may jump. So
/// nothing is measured or scheduled by it. Times before 1970 become 1970, and times after 9999 the
/// last microsecond of 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct WallTime {
    unix_us: u64,
}

impl WallTime {
    /// The time `unix_us` microseconds after 1970.
    pub const fn from_unix_us(unix_us: u64) -> Self {
        Self {
            unix_us: if unix_us < END_US {
                unix_us
            } else {
                END_US - 1
            },
        }
    }

    /// Microseconds since 1970.
    pub const fn unix_us(self) -> u64 {
        self.unix_us
    }

    /// The current time.
    pub fn now() -> Self {
        Self::from_duration(civil_time())
    }

    /// Civil time of `past`, a time of the monotonic clock.
    pub fn of(past: Timestamp) -> Self {
        Self::from_duration(civil_time().saturating_sub(Timestamp::now().since(past)))
    }

    fn from_duration(since_1970: Duration) -> Self {
        Self::from_unix_us(u64::try_from(since_1970.as_micros()).unwrap_or(u64::MAX))
    }

    fn from_text(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let number = |at: usize, digits: usize| -> Option<u64> {
            let digits = bytes.get(at..at.checked_add(digits)?)?;
            digits.iter().try_fold(0_u64, |sum, byte| {
                byte.is_ascii_digit()
                    .then(|| sum * 10 + u64::from(byte - b'0'))
            })
        };
        let days = days_of(number(0, 4)?, number(5, 2)?, number(8, 2)?)?;
        let seconds = number(11, 2)? * 3600 + number(14, 2)? * 60 + number(17, 2)?;
        let unix_us = (days * SECONDS_A_DAY + seconds) * 1_000_000 + number(20, 6)?;
        let time = Self::from_unix_us(unix_us);
        // Compares with the text of the result, so that any other spelling fails: another sign, 25
        // o'clock, 30 February.
        let mut written = heapless::String::<27>::new();
        fmt::write(&mut written, format_args!("{time}")).ok()?;
        (written == text).then_some(time)
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; `None` before 1970 and for an invalid
/// month.
///
/// Years begin in March here, so a leap day is the last day of its year. With March as month 0, the
/// months before `month` take `(153 * month + 2) / 5` days. 400 years take 146,097 days.
fn days_of(year: u64, month: u64, day: u64) -> Option<u64> {
    let (year, month) = match month {
        1..=2 => (year.checked_sub(1)?, month + 9),
        3..=12 => (year, month - 3),
        _ => return None,
    };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
    // The same count for 1970-01-01.
    days.checked_sub(719_469)
}

/// The date `days` days after 1970-01-01: year, month from 1, day from 1. The inverse of
/// [`days_of`].
const fn date_of(days: u64) -> (u64, u64, u64) {
    // Days since 0000-03-01.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (year_of_era * 365 + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let year = era * 400 + year_of_era;
    if month < 10 {
        (year, month + 3, day)
    } else {
        (year + 1, month - 9, day)
    }
}

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, us) = (self.unix_us / 1_000_000, self.unix_us % 1_000_000);
        let (year, month, day) = date_of(seconds / SECONDS_A_DAY);
        let second = seconds % SECONDS_A_DAY;
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{us:06}Z"
        )
    }
}

impl Serialize for WallTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for WallTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = heapless::String::<27>::deserialize(deserializer)?;
        Self::from_text(&text).ok_or_else(|| D::Error::custom("not a time in UTC"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_times_have_their_text() {
        // Seconds from `date -u -d TIME +%s`.
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00.000000Z"),
            (951_782_400, "2000-02-29T00:00:00.000000Z"),
            (951_868_799, "2000-02-29T23:59:59.000000Z"),
            (951_868_800, "2000-03-01T00:00:00.000000Z"),
            (1_772_368_496, "2026-03-01T12:34:56.000000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000000Z"),
            (253_402_300_799, "9999-12-31T23:59:59.000000Z"),
            (86_399, "1970-01-01T23:59:59.000000Z"),
        ] {
            let time = WallTime::from_unix_us(seconds * 1_000_000);
            assert_eq!(time.to_string(), text);
            assert_eq!(WallTime::from_text(text), Some(time));
        }
        let time = WallTime::from_unix_us(1_772_368_496_789_012);
        assert_eq!(time.unix_us(), 1_772_368_496_789_012);
        assert_eq!(time.to_string(), "2026-03-01T12:34:56.789012Z");
        assert_eq!(WallTime::from_text(&time.to_string()), Some(time));
        for past_the_end in [END_US, END_US + 1, u64::MAX] {
            assert_eq!(
                WallTime::from_unix_us(past_the_end).to_string(),
                "9999-12-31T23:59:59.999999Z"
            );
        }
    }

    #[test]
    fn every_day_has_its_own_date() {
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for days in 0..=2_932_896 {
            assert_eq!(date_of(days), (year, month, day));
            assert_eq!(days_of(year, month, day), Some(days));
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = match month {
                2 => 28 + u64::from(leap),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            day += 1;
            if day > length {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
        assert_eq!(year, 10_000);
    }

    #[test]
    fn text_that_is_not_a_time_is_refused() {
        for text in [
            "",
            "2026-02-30T00:00:00.000000Z",
            "2026-13-01T00:00:00.000000Z",
            "2026-01-01T24:00:00.000000Z",
            "2026-01-01T00:00:00.000000z",
            "2026-01-01T00:00:00.00000Z",
            "2026-01-01 00:00:00.000000Z",
            "1969-12-31T23:59:59.999999Z",
            "0000-01-01T00:00:00.000000Z",
        ] {
            assert_eq!(WallTime::from_text(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_of_the_monotonic_clock_becomes_civil_time() {
        let before = WallTime::now();
        let past = Timestamp::now() - Duration::from_secs(5);
        let back_us = before
            .unix_us()
            .saturating_sub(WallTime::of(past).unix_us());
        assert!((4_000_000..=5_000_000).contains(&back_us), "{back_us}");
    }
}
