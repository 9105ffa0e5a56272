//! Counts the missed and rejected parts at each score and area, and finds the best point.

use super::measure::{NEVER, Part};

/// Areas to try between two ends, in equal ratios.
const AREA_STEPS: u32 = 64;

/// The counts at a score and an area, over all parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Defective parts that pass.
    pub missed: u32,
    /// Good parts that are rejected.
    pub rejected: u32,
}

/// A score and an area, with their counts and the ranges in which the counts stay the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Index of the score.
    pub index: usize,
    /// `blob_area_max_px`.
    pub area_px: u32,
    /// The counts there.
    pub counts: Counts,
    /// The smallest area with the same counts at this score.
    pub area_from_px: u32,
    /// The largest area with the same counts at this score.
    pub area_to_px: u32,
    /// The lowest tried score with the same counts at this area.
    pub score_from: f32,
    /// The highest tried score with the same counts at this area.
    pub score_to: f32,
}

/// The counts of a data set at every score and area.
#[derive(Debug, Clone, PartialEq)]
pub struct Surface {
    scores: Vec<f32>,
    area_end_px: u32,
    /// For each score the pass areas of the defective parts, ascending.
    defective: Vec<Vec<u32>>,
    /// The same for the good parts.
    good: Vec<Vec<u32>>,
}

impl Surface {
    /// Counts these parts. Each must have one pass area for each of `scores`. Areas up to
    /// `area_end_px` are searched.
    pub fn new(parts: &[Part], scores: &[f32], area_end_px: u32) -> Self {
        let column = |index: usize, defective: bool| {
            let parts = parts.iter().filter(|part| part.defective == defective);
            let mut areas: Vec<u32> = parts
                .map(|part| part.pass_areas_px.get(index).copied().unwrap_or(NEVER))
                .collect();
            areas.sort_unstable();
            areas
        };
        let columns = |defective| {
            (0..scores.len())
                .map(|index| column(index, defective))
                .collect()
        };
        Self {
            scores: scores.to_vec(),
            area_end_px,
            defective: columns(true),
            good: columns(false),
        }
    }

    /// The scores that were tried, ascending.
    pub fn scores(&self) -> &[f32] {
        &self.scores
    }

    /// The largest area.
    pub const fn area_end_px(&self) -> u32 {
        self.area_end_px
    }

    /// Defective parts.
    pub fn defective(&self) -> u32 {
        count(self.defective.first().map_or(0, Vec::len))
    }

    /// Good parts.
    pub fn good(&self) -> u32 {
        count(self.good.first().map_or(0, Vec::len))
    }

    /// The pass areas of the defective and of the good parts at a score, ascending.
    pub fn areas_px(&self, index: usize) -> (&[u32], &[u32]) {
        (
            self.defective.get(index).map_or(&[], Vec::as_slice),
            self.good.get(index).map_or(&[], Vec::as_slice),
        )
    }

    /// The counts at a score and an area.
    pub fn counts(&self, index: usize, area_px: u32) -> Counts {
        let (defective, good) = self.areas_px(index);
        let passing = |areas: &[u32]| areas.partition_point(|least| *least <= area_px);
        Counts {
            missed: count(passing(defective)),
            rejected: count(good.len() - passing(good)),
        }
    }

    /// The smallest number of rejected good parts with at most `allowed` missed ones, and then the
    /// smallest number of missed ones. `None` if more than `allowed` are missed at every score and
    /// area.
    pub fn best(&self, allowed: u32) -> Option<Counts> {
        let columns = || (0..self.scores.len()).map(|index| self.areas_px(index));
        let rejected = columns()
            .filter_map(|(defective, good)| {
                // Just below the area at which one part too many would pass.
                let area_px = match nth(defective, allowed) {
                    Some(0) => return None,
                    Some(area) => (area - 1).min(self.area_end_px),
                    None => self.area_end_px,
                };
                Some(good.len() - good.partition_point(|least| *least <= area_px))
            })
            .min()?;
        let missed = columns()
            .filter_map(|(defective, good)| {
                let area_px = area_for(good, rejected).filter(|px| *px <= self.area_end_px)?;
                Some(defective.partition_point(|least| *least <= area_px))
            })
            .min()?;
        Some(Counts {
            missed: count(missed),
            rejected: count(rejected),
        })
    }

    /// The point with `counts` that is deepest inside the region with the same counts; `None` if
    /// there is no such point.
    ///
    /// The depth is how far the score can move to the nearer side, times how far the area can,
    /// before any count changes. The distance of areas is the logarithm of their ratio. A product
    /// needs no exchange rate between the two. Of equal products the lower score wins, and then the
    /// smaller area, which is the stricter one.
    ///
    /// A score may move to 0 or 1 if no change of the counts comes first, and an area from 0 px to
    /// the largest. The areas to try are in equal ratios between the two ends at each score.
    pub fn deepest(&self, counts: Counts) -> Option<Point> {
        let spans: Vec<Option<(u32, u32)>> = (0..self.scores.len())
            .map(|index| self.span(index, counts))
            .collect();
        let mut deepest: Option<(f64, Point)> = None;
        for (index, span) in spans.iter().enumerate() {
            let Some((from, to)) = *span else { continue };
            for area_px in ladder(from, to, AREA_STEPS) {
                let (score_from, score_to, score_depth) = self.score_span(&spans, index, area_px);
                let depth = score_depth * area_depth(from, to, area_px);
                if deepest.is_none_or(|(other, _)| depth > other) {
                    let point = Point {
                        index,
                        area_px,
                        counts,
                        area_from_px: from,
                        area_to_px: to,
                        score_from,
                        score_to,
                    };
                    deepest = Some((depth, point));
                }
            }
        }
        deepest.map(|(_, point)| point)
    }

    /// The areas, both ends included, with these counts at a score. They form one range: as the
    /// area grows, more parts are missed and fewer are rejected.
    fn span(&self, index: usize, counts: Counts) -> Option<(u32, u32)> {
        let (defective, good) = self.areas_px(index);
        let from = area_for(good, usize::try_from(counts.rejected).ok()?)?;
        let before = match counts.missed.checked_sub(1) {
            None => 0,
            Some(last) => nth(defective, last)?,
        };
        let from = from.max(before);
        let end = nth(defective, counts.missed).unwrap_or(NEVER);
        let other_end = match counts.rejected.checked_sub(1) {
            None => NEVER,
            // The largest of the rejected parts would pass from its own area on.
            Some(_) => *good.get(
                good.len()
                    .checked_sub(usize::try_from(counts.rejected).ok()?)?,
            )?,
        };
        let to = end.min(other_end).checked_sub(1)?.min(self.area_end_px);
        (from <= to).then_some((from, to))
    }

    /// The first and the last score around `index` with the same counts at this area, and how far
    /// the score can move to the nearer side.
    fn score_span(
        &self,
        spans: &[Option<(u32, u32)>],
        index: usize,
        area_px: u32,
    ) -> (f32, f32, f64) {
        let same = |at: usize| {
            let span = spans.get(at).copied().flatten();
            span.is_some_and(|(from, to)| (from..=to).contains(&area_px))
        };
        let score = |at: usize| self.scores.get(at).copied();
        let first = (0..=index).rev().take_while(|at| same(*at)).last();
        let last = (index..self.scores.len()).take_while(|at| same(*at)).last();
        let (first, last) = (first.unwrap_or(index), last.unwrap_or(index));
        let own = score(index).unwrap_or_default();
        let below = first.checked_sub(1).and_then(score).unwrap_or(0.0);
        let above = score(last + 1).unwrap_or(1.0);
        let depth = if self.scores.len() == 1 {
            // Only the area was searched.
            1.0
        } else {
            f64::from(own - below).min(f64::from(above - own))
        };
        (
            score(first).unwrap_or(own),
            score(last).unwrap_or(own),
            depth,
        )
    }
}

/// The logarithm of the ratio by which an area can shrink or grow, whichever is less, before it
/// leaves `from..=to`. One pixel is added to each area, so that 0 has a logarithm.
fn area_depth(from: u32, to: u32, area_px: u32) -> f64 {
    let log = |area: f64| (area + 1.0).ln();
    let own = log(f64::from(area_px));
    // `from - 1` has other counts; 0 px is the lower end.
    let down = own - log(f64::from(from.saturating_sub(1)));
    let up = log(f64::from(to) + 1.0) - own;
    down.min(up)
}

/// Areas from `from` to `to`, both included, in `steps` equal ratios, without repetitions.
pub(super) fn ladder(from: u32, to: u32, steps: u32) -> impl Iterator<Item = u32> {
    let (low, high) = (f64::from(from) + 1.0, f64::from(to) + 1.0);
    let mut last = None;
    (0..=steps).filter_map(move |step| {
        let exact = low * (high / low).powf(f64::from(step) / f64::from(steps.max(1))) - 1.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between two areas, and the cast saturates"
        )]
        let area = (exact.round() as u32).clamp(from, to);
        (last.replace(area) != Some(area)).then_some(area)
    })
}

/// The smallest area with which no more than `rejected` good parts are rejected; `None` if no area
/// does that.
fn area_for(good: &[u32], rejected: usize) -> Option<u32> {
    match good.len().checked_sub(rejected.saturating_add(1)) {
        None => Some(0),
        Some(index) => good.get(index).copied().filter(|area| *area != NEVER),
    }
}

fn nth(areas: &[u32], index: u32) -> Option<u32> {
    areas.get(usize::try_from(index).ok()?).copied()
}

fn count(parts: usize) -> u32 {
    u32::try_from(parts).unwrap_or(u32::MAX)
}
