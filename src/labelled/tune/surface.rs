//! How many parts are missed and rejected at each score and area, and where to stay.

use super::measure::{NEVER, Part};

/// Areas that are tried between two ends, in equal ratios.
const AREA_STEPS: u32 = 64;

/// What a score and an area give over all parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Defective parts that pass.
    pub missed: u32,
    /// Good parts that are rejected.
    pub rejected: u32,
}

/// A score and an area, what they give, and how far it is to where they give something else.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Index of the score.
    pub index: usize,
    /// `blob_area_max_px`.
    pub area_px: u32,
    /// What they give.
    pub counts: Counts,
    /// With this score, from which area on...
    pub area_from_px: u32,
    /// ... to which the counts are the same.
    pub area_to_px: u32,
    /// With this area, from which score on...
    pub score_from: f32,
    /// ... to which the counts are the same, of the scores that were tried.
    pub score_to: f32,
}

/// The counts of a data set at every score and area.
#[derive(Debug, Clone, PartialEq)]
pub struct Surface {
    scores: Vec<f32>,
    area_end_px: u32,
    /// For each score the pass areas of the defective parts, ascending.
    defective: Vec<Vec<u32>>,
    /// The same of the good ones.
    good: Vec<Vec<u32>>,
}

impl Surface {
    /// Of these parts; each has a pass area for each of `scores`. Areas up to `area_end_px` are searched.
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

    /// What a score and an area give.
    pub fn counts(&self, index: usize, area_px: u32) -> Counts {
        let (defective, good) = self.areas_px(index);
        let passing = |areas: &[u32]| areas.partition_point(|least| *least <= area_px);
        Counts {
            missed: count(passing(defective)),
            rejected: count(good.len() - passing(good)),
        }
    }

    /// The fewest rejected good parts that can be had with at most `allowed` missed ones, and then the fewest missed.
    /// None if more than that are missed at every score and area.
    pub fn best(&self, allowed: u32) -> Option<Counts> {
        let columns = || (0..self.scores.len()).map(|index| self.areas_px(index));
        let rejected = columns()
            .filter_map(|(defective, good)| {
                // Just below the area at which one too many would pass.
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

    /// The point that gives `counts` and lies deepest inside the points that do; none if none does.
    ///
    /// How deep: how far the score can move to the nearer side, times how far the area can (as the logarithm of its ratio),
    /// before any count changes. A product needs no exchange rate between the two. Of equal products the lower score and
    /// then the smaller area, which is the stricter one.
    ///
    /// A score may move to 0 or 1 where nothing stops it, an area from 0 px to the largest. The areas that are
    /// tried lie in equal ratios between the two ends of each score.
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

    /// The areas, both ends included, that give these counts at a score. They are neighbours: as the area grows more
    /// parts are missed and fewer rejected.
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
            // The largest of those that are rejected would pass from its own area on.
            Some(_) => *good.get(
                good.len()
                    .checked_sub(usize::try_from(counts.rejected).ok()?)?,
            )?,
        };
        let to = end.min(other_end).checked_sub(1)?.min(self.area_end_px);
        (from <= to).then_some((from, to))
    }

    /// The first and the last score around `index` with which an area gives the same counts, and how far the score can
    /// move to the nearer side.
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
            // Nothing but the area was searched.
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

/// The logarithm of the ratio by which an area can shrink or grow, whichever is less, before it leaves `from..=to`. Areas
/// count from one pixel on, so that 0 has a logarithm.
fn area_depth(from: u32, to: u32, area_px: u32) -> f64 {
    let log = |area: f64| (area + 1.0).ln();
    let own = log(f64::from(area_px));
    // `from - 1` gives other counts; below 0 px there is nothing.
    let down = own - log(f64::from(from.saturating_sub(1)));
    let up = log(f64::from(to) + 1.0) - own;
    down.min(up)
}

/// Areas from `from` to `to`, both included, in `steps` equal ratios; each once.
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

/// The smallest area with which no more than `rejected` good parts are rejected; none if there is none.
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
