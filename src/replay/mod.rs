//! Runs recorded parts again, and compares: the model's input, the mask and the verdict.
//!
//! A part comes from the history, as the model's own input, or from its picture, which is decoded
//! again. It goes through the station's decoder, engine and recipe. What is recorded says what was
//! different then: binary, station file, recipe, model, picture or engine ([`Because`]).
//!
//! For commands; allocates.

mod compare;
mod error;
mod expected;
mod files;
mod found;
mod journalled;
mod progress;
mod runner;

pub use compare::{Because, Compared, What};
pub use error::ReplayError;
pub use expected::{Expected, Judged, Source};
pub use found::{Outcome, PartResult, Words};
pub use journalled::{Listed, from_history, from_journal};
pub use progress::{Progress, Resume};
pub use runner::{Now, Runner};

use crate::bounded::text::cut;

/// Which share of a replay is run here, if several machines share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// From 1 to `of`.
    pub number: u32,
    /// How many shards there are.
    pub of: u32,
}

impl Shard {
    /// The whole replay.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    /// Whether it has the part with this number. A hash chooses: the numbers of kept passes may all
    /// be multiples of `history.pass_every`.
    pub fn has(self, part: u64) -> bool {
        let hash = crc32fast::hash(&part.to_le_bytes());
        hash % self.of.max(1) == self.number.saturating_sub(1)
    }
}

/// Runs one part again.
pub fn replay(runner: &mut Runner<'_>, expected: &Expected) -> PartResult {
    let result = |outcome, detail: &dyn core::fmt::Display| PartResult {
        part: expected.part,
        time: expected.time,
        outcome,
        what: Words::new(),
        because: Words::new(),
        detail: cut(format_args!("{detail}")),
    };
    match runner.run(expected) {
        Ok(judged) => {
            let compared = compare::compare(expected, &judged, runner.now());
            let outcome = if compared.is_equal() {
                Outcome::Equal
            } else {
                Outcome::Differs
            };
            PartResult {
                what: compared.what.iter().map(|what| what.word()).collect(),
                because: compared.because.iter().map(|one| one.word()).collect(),
                ..result(outcome, &compared.detail)
            }
        }
        Err(ReplayError::Picture(detail)) => PartResult {
            what: [What::Picture.word()].into_iter().collect(),
            because: [Because::Picture.word()].into_iter().collect(),
            ..result(Outcome::Differs, &detail)
        },
        Err(error @ ReplayError::NoRecipe(_)) => PartResult {
            what: [What::Verdict.word()].into_iter().collect(),
            because: [Because::StationFile, Because::Recipe]
                .iter()
                .map(|one| one.word())
                .collect(),
            ..result(Outcome::Differs, &error)
        },
        Err(error @ ReplayError::Deleted(_)) => result(Outcome::Deleted, &error),
        Err(error @ ReplayError::NotFound(_)) => result(Outcome::NotFound, &error),
        Err(error) => result(Outcome::Failed, &error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_have_each_part_once() {
        let shards: Vec<_> = (1..=3).map(|number| Shard { number, of: 3 }).collect();
        for part in 0..20 {
            assert_eq!(shards.iter().filter(|shard| shard.has(part)).count(), 1);
        }
        assert!(Shard::WHOLE.has(u64::MAX));
    }

    #[test]
    fn shards_are_about_equal_also_if_every_so_many_th_part_is_kept() {
        for (every, of) in [1, 2, 3, 10, 16, 100, 500, 512, 1000]
            .into_iter()
            .flat_map(|every| (2..=8).map(move |of| (every, of)))
        {
            for number in 1..=of {
                let shard = Shard { number, of };
                let parts = (1..=1000).filter(|part| shard.has(part * every)).count();
                let equal = 1000 / usize::try_from(of).unwrap();
                assert!(
                    (equal / 2..equal * 2).contains(&parts),
                    "every {every}th: {parts} in {number}/{of}"
                );
            }
        }
    }
}
