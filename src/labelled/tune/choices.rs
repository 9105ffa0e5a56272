//! The trade-off between missed and rejected parts, and what the proposal does to each kind.

use super::surface::{Counts, Point};
use super::{Limits, Tuning};
use core::fmt;
use std::collections::BTreeMap;

/// Most choices of a trade-off, unless the proposal needs more.
const CHOICES_MAX: usize = 12;

/// Limits to choose from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// The limits of the class.
    pub limits: Limits,
    /// What they do on the data set.
    pub counts: Counts,
    /// Whether they are the proposed ones.
    pub is_proposed: bool,
}

/// The parts of one kind, as `kinds.csv` of the data set names it, with the proposed limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind<'t> {
    /// Its name.
    pub name: &'t str,
    /// Its defective parts.
    pub defective: u32,
    /// Those that pass.
    pub missed: u32,
    /// Its good parts.
    pub good: u32,
    /// Those that are rejected.
    pub rejected: u32,
}

impl fmt::Display for Kind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.name)?;
        let mut comma = "";
        for (wrong, all, word) in [
            (self.missed, self.defective, "defective missed"),
            (self.rejected, self.good, "good rejected"),
        ] {
            if all > 0 {
                write!(f, "{comma} {wrong} of {all} {word}")?;
                comma = ",";
            }
        }
        Ok(())
    }
}

impl Tuning {
    /// The trade-off: for each number of missed parts that gains something, the limits that reject
    /// the fewest good ones, up to the first that reject none or to a dozen. Allocates.
    pub fn choices(&self) -> Vec<Choice> {
        let mut choices = Vec::new();
        let mut last = None;
        for allowed in 0..=self.surface.defective() {
            let Some(counts) = self.surface.best(allowed) else {
                continue;
            };
            // Allowing more misses gets a row only if it gains something.
            if last == Some(counts) {
                continue;
            }
            last = Some(counts);
            if let Some(point) = self.surface.deepest(counts) {
                choices.push(Choice {
                    limits: self.limits(point.index, point.area_px),
                    counts,
                    is_proposed: self.proposed.is_some_and(|chosen| chosen == point),
                });
            }
            let done = self
                .proposed
                .is_none_or(|chosen| counts.missed >= chosen.counts.missed);
            if counts.rejected == 0 || (choices.len() >= CHOICES_MAX && done) {
                break;
            }
        }
        choices
    }

    /// The counts with the proposed limits, for each kind of the data set. Nothing without a
    /// proposal. Allocates.
    pub fn kinds(&self) -> Vec<Kind<'_>> {
        let Some(Point { index, area_px, .. }) = self.proposed else {
            return Vec::new();
        };
        // For defective and for good parts: all, and the missed or rejected ones.
        let mut kinds: BTreeMap<&str, [[u32; 2]; 2]> = BTreeMap::new();
        for part in &self.parts {
            let Some(kind) = &part.kind else { continue };
            let [defective, good] = kinds.entry(kind).or_default();
            let [all, wrong] = if part.defective { defective } else { good };
            *all += 1;
            *wrong += u32::from(part.passes(index, area_px) == part.defective);
        }
        let named = kinds.into_iter().map(|(name, [defective, good])| Kind {
            name,
            defective: defective[0],
            missed: defective[1],
            good: good[0],
            rejected: good[1],
        });
        named.collect()
    }
}
