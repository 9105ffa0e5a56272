//! What keeps READY down until a reset.

use core::fmt;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One cause. It stays until a reset, even if it is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Latch {
    /// The journal could not be written.
    Journal,
    /// Records were not written in time.
    Disk,
    /// The lines were not guarded.
    Guard,
    /// The camera failed.
    Source,
    /// An output line could not be driven.
    Line,
    /// The lines moved later than `gate.late_max_ms`.
    Late,
    /// Too many parts in a row were rejected.
    RejectsInARow,
    /// Too large a share of the parts was rejected.
    RejectRate,
    /// The bin of the rejected parts was full.
    BinFull,
    /// Too many parts went the wrong way.
    Unconfirmed,
    /// The belt did not move as it should.
    Belt,
    /// A golden part was not judged as it must be. Only a challenge that passes ends it.
    Challenge,
    /// A measure of the parts has drifted too far from its baseline.
    Drift,
}

impl Latch {
    /// All causes.
    pub const ALL: [Self; 13] = [
        Self::Journal,
        Self::Disk,
        Self::Guard,
        Self::Source,
        Self::Line,
        Self::Late,
        Self::RejectsInARow,
        Self::RejectRate,
        Self::BinFull,
        Self::Unconfirmed,
        Self::Belt,
        Self::Challenge,
        Self::Drift,
    ];

    /// For people. At most 25 letters, so that it fits on the smallest screen.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Journal => "the journal failed",
            Self::Disk => "the journal was too slow",
            Self::Guard => "the guard was gone",
            Self::Source => "the camera failed",
            Self::Line => "an output line failed",
            Self::Late => "the lines moved late",
            Self::RejectsInARow => "too many rejects in a row",
            Self::RejectRate => "too many rejects",
            Self::BinFull => "the bin is full",
            Self::Unconfirmed => "parts went the wrong way",
            Self::Belt => "the belt was in doubt",
            Self::Challenge => "the challenge failed",
            Self::Drift => "pictures or masks drifted",
        }
    }

    /// What ends it.
    pub const fn ends(self) -> &'static str {
        match self {
            Self::Challenge => "it is repeated and passes (inputs.challenge or `sluice challenge`)",
            _ => "a reset (inputs.reset or `sluice reset`)",
        }
    }

    /// The word in the journal.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Journal => "journal",
            Self::Disk => "disk",
            Self::Guard => "guard",
            Self::Source => "camera",
            Self::Line => "line",
            Self::Late => "late",
            Self::RejectsInARow => "rejects_in_a_row",
            Self::RejectRate => "reject_rate",
            Self::BinFull => "bin_full",
            Self::Unconfirmed => "unconfirmed",
            Self::Belt => "belt",
            Self::Challenge => "challenge",
            Self::Drift => "drift",
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// A set of causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Latches(u16);

impl Latches {
    /// The bit for causes in a journal that only a later version knows.
    const UNKNOWN: u16 = 1 << 15;

    /// Whether a journal has named a cause that this version does not know. [`Self::causes`] and
    /// the written list leave it out.
    pub const fn has_unknown(self) -> bool {
        self.0 & Self::UNKNOWN != 0
    }

    /// The set with this one cause.
    pub const fn of(cause: Latch) -> Self {
        Self(cause.bit())
    }

    /// The set as a number, for an atomic.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// The set of a number from [`Self::bits`].
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// Whether nothing waits for a reset.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The causes of both.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The causes that are in this set and not in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether this cause is in it.
    pub const fn contains(self, cause: Latch) -> bool {
        self.0 & cause.bit() != 0
    }

    /// Its causes.
    pub fn causes(self) -> impl Iterator<Item = Latch> {
        Latch::ALL
            .into_iter()
            .filter(move |cause| self.0 & cause.bit() != 0)
    }
}

/// `the bin is full, too many rejects`.
impl fmt::Display for Latches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, cause) in self.causes().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{}", cause.text())?;
        }
        Ok(())
    }
}

/// A list of [`Latch::word`].
impl Serialize for Latches {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.causes().map(Latch::word))
    }
}

/// A cause that only a later version knows becomes [`Latches::has_unknown`].
impl<'de> Deserialize<'de> for Latches {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl<'de> Visitor<'de> for Words {
            type Value = Latches;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of causes")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut words: A) -> Result<Latches, A::Error> {
                let mut latches = Latches::default();
                while let Some(word) = words.next_element::<&str>()? {
                    let named = |cause: &Latch| cause.word() == word;
                    let cause = Latch::ALL.into_iter().find(named);
                    let one = cause.map_or(Latches(Latches::UNKNOWN), Latches::of);
                    latches = latches.with(one);
                }
                Ok(latches)
            }
        }
        deserializer.deserialize_seq(Words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_each_cause_by_itself() {
        for cause in Latch::ALL {
            let set = Latches::of(cause);
            assert_eq!(set.causes().collect::<Vec<_>>(), [cause]);
            assert_eq!(Latches::from_bits(set.bits()), set);
            assert!(set.without(set).is_empty() && !set.is_empty());
            assert!(cause.text().len() <= 25 && !set.has_unknown(), "{cause:?}");
        }
        assert!(Latches::from_bits(Latches::UNKNOWN).has_unknown());
        let two = Latches::of(Latch::BinFull).with(Latches::of(Latch::Disk));
        assert_eq!(two.to_string(), "the journal was too slow, the bin is full");
        assert_eq!(
            two.without(Latches::of(Latch::Disk)),
            Latches::of(Latch::BinFull)
        );
    }
}
