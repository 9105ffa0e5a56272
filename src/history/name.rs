//! The names of kept parts. In the order of their text they are in the order of time and part.

use super::Kind;
use crate::bounded::text::cut;
use crate::journal::WallTime;
use crate::part::PartId;
use core::fmt;
use heapless::String;

/// The longest name: a part's number may have 20 digits.
const LENGTH_MAX: usize = 56;
/// `20261129T190600.123Z`.
const TIME_BYTES: usize = 20;

/// The name of a kept part's directory: time of the trigger (UTC), number of the part, verdict, and
/// for a pass near a limit how much of the limit it used, in percent.
///
/// `20261129T190600.123Z-0000000017-REJECT`, `...-FAULT`, `...-PASS`, `...-PASS-087`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryName(String<LENGTH_MAX>);

impl EntryName {
    /// The name of a part. `percent` counts for the kind [`Kind::Near`] only. Allocates nothing.
    pub fn new(time: WallTime, part: PartId, kind: Kind, percent: u8) -> Self {
        let time: String<27> = cut(format_args!("{time}"));
        let digits = |from: usize, to: usize| time.get(from..to).unwrap_or_default();
        let near: String<4> = match kind {
            Kind::Near => cut(format_args!("-{percent:03}")),
            Kind::Reject | Kind::Fault | Kind::Pass => String::new(),
        };
        let verdict = match kind {
            Kind::Reject => "REJECT",
            Kind::Fault => "FAULT",
            Kind::Pass | Kind::Near => "PASS",
        };
        Self(cut(format_args!(
            "{}{}{}T{}{}{}Z-{:010}-{verdict}{near}",
            digits(0, 4),
            digits(5, 7),
            digits(8, 10),
            digits(11, 13),
            digits(14, 16),
            digits(17, 23),
            part.number()
        )))
    }

    /// The name with this text; `None` for any other file's name.
    pub fn parse(text: &str) -> Option<Self> {
        let (time, rest) = text.split_at_checked(TIME_BYTES)?;
        let fits = time
            .bytes()
            .zip(*b"00000000T000000.000Z")
            .all(|(found, form)| match form {
                b'0' => found.is_ascii_digit(),
                other => found == other,
            });
        let (part, kind) = rest.strip_prefix('-')?.split_once('-')?;
        let number = part.parse::<u64>().ok()?;
        let is_plain = cut::<20>(format_args!("{number:010}")) == part;
        (fits && is_plain && kind_of(kind).is_some())
            .then(|| text.parse().ok().map(Self))
            .flatten()
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Why the part is kept.
    pub fn kind(&self) -> Kind {
        // Both constructors give it one.
        self.end().map_or(Kind::Fault, |(kind, _)| kind)
    }

    /// For [`Kind::Near`]: how much of the limit the part used, in percent, 1 to 100; else 0.
    pub fn percent(&self) -> u8 {
        self.end().map_or(0, |(_, percent)| percent)
    }

    /// The number of the part.
    pub fn part(&self) -> PartId {
        let number = self.0.split('-').nth(1).and_then(|part| part.parse().ok());
        PartId::new(number.unwrap_or_default())
    }

    fn end(&self) -> Option<(Kind, u8)> {
        kind_of(self.0.splitn(3, '-').nth(2)?)
    }
}

/// Kind and percentage at the end of a name.
fn kind_of(text: &str) -> Option<(Kind, u8)> {
    match text {
        "REJECT" => Some((Kind::Reject, 0)),
        "FAULT" => Some((Kind::Fault, 0)),
        "PASS" => Some((Kind::Pass, 0)),
        _ => {
            let digits = text.strip_prefix("PASS-")?;
            let percent = digits.parse::<u8>().ok()?;
            let is_plain = cut::<4>(format_args!("{percent:03}")) == digits;
            (is_plain && (1..=100).contains(&percent)).then_some((Kind::Near, percent))
        }
    }
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_ms(ms: u64) -> WallTime {
        WallTime::from_unix_us(1_772_368_496_000_000 + ms * 1000)
    }

    #[test]
    fn a_name_survives_its_text() {
        for (kind, percent, end) in [
            (Kind::Reject, 0, "REJECT"),
            (Kind::Fault, 0, "FAULT"),
            (Kind::Pass, 0, "PASS"),
            (Kind::Near, 87, "PASS-087"),
            (Kind::Near, 100, "PASS-100"),
        ] {
            let name = EntryName::new(at_ms(123), PartId::new(17), kind, percent);
            let text = format!("20260301T123456.123Z-0000000017-{end}");
            assert_eq!(name.as_str(), text);
            let read = EntryName::parse(&text).unwrap();
            assert_eq!((read.kind(), read.percent()), (kind, percent));
            assert_eq!((read.part(), read), (PartId::new(17), name));
        }
        let longest = EntryName::new(at_ms(0), PartId::new(u64::MAX), Kind::Near, 100);
        assert_eq!(EntryName::parse(longest.as_str()), Some(longest));
    }

    #[test]
    fn names_sort_by_time_and_part() {
        let name = |ms, part, kind| EntryName::new(at_ms(ms), PartId::new(part), kind, 1);
        let sorted = [
            name(0, 9, Kind::Reject),
            name(0, 10, Kind::Fault),
            name(0, 1_000_000, Kind::Near),
            name(1, 1, Kind::Pass),
            name(60_000, 1, Kind::Fault),
        ];
        assert!(sorted.is_sorted());
    }

    #[test]
    fn other_names_are_not_of_the_history() {
        for text in [
            "",
            ".unfinished",
            "20260301T123456.123Z",
            "20260301T123456.123Z-17-PASS",
            "20260301T123456.123Z-0000000017-pass",
            "20260301T123456.123Z-0000000017-PASS-87",
            "20260301T123456.123Z-0000000017-PASS-000",
            "20260301T123456.123Z-0000000017-PASS-101",
            "20260301T123456.123Z-+000000017-PASS",
            "20260301t123456.123Z-0000000017-PASS",
            "20260301T123456.123Z-0000000017-PASS.bak",
            "\u{fc}0260301T12345.123Z-0000000017-PASS",
        ] {
            assert_eq!(EntryName::parse(text), None, "{text}");
        }
    }
}
