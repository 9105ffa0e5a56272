//! Runs the engine once for each part, and finds the verdict at each score and area.

use super::TuneError;
use super::limits::{AREA_MAX_PX, Limits};
use crate::engine::EngineError;
use crate::labelled::eval::{DataSet, Doubts, EvalError, Examiner};
use crate::part::Verdict;
use crate::recipe::Recipe;
use crate::station::Station;
use crate::verdict::{Inspector, judge, seen_percent};
use ascendcl::Library;
use core::time::Duration;
use std::time::Instant;

#[cfg(test)]
mod tests;

/// Instead of an area: the part is rejected at every area limit.
pub const NEVER: u32 = u32::MAX;

/// One labelled part.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Its number in the data set.
    pub number: u32,
    /// Its kind, if the data set names it.
    pub kind: Option<String>,
    /// True if its mask shows a defect.
    pub defective: bool,
    /// For each score of the search, the smallest `blob_area_max_px` with which the part passes;
    /// [`NEVER`] if it passes with none.
    pub pass_areas_px: Vec<u32>,
}

impl Part {
    /// True if the part passes at the score at `index` with this limit.
    pub fn passes(&self, index: usize, area_px: u32) -> bool {
        self.pass_areas_px
            .get(index)
            .is_some_and(|least| *least <= area_px)
    }
}

/// What happened to a part of the data set.
#[derive(Debug)]
pub enum Measured<'a> {
    /// Measured: the part, the time of the execution, and the time of the search.
    Part(&'a Part, Duration, Duration),
    /// Left out: its number and why.
    LeftOut(u32, &'a str),
}

/// Measures parts against the limits of one class.
pub(super) struct Meter {
    examiner: Examiner,
    trial: Trial,
}

/// The station file with other limits for one class.
#[derive(Debug, Clone)]
struct Trial {
    station: Station,
    class: usize,
    from: Limits,
    scores: Vec<f32>,
    area_end_px: u32,
}

/// The model's result for one part.
struct Shown<'a> {
    /// Creates the inspector of a station file.
    inspector: &'a dyn Fn(&Station) -> Result<Inspector, EngineError>,
    output: &'a [u8],
    input: &'a [u8],
}

impl Meter {
    /// Prepares for the class at `class` of the recipe, whose limits are `from`, and for these
    /// scores, ascending.
    pub(super) fn new(
        station: &Station,
        library: Library,
        class: usize,
        from: Limits,
        scores: &[f32],
    ) -> Result<Self, EvalError> {
        let examiner = Examiner::new(station, library)?;
        let pixels = u32::try_from(examiner.pixels()).unwrap_or(AREA_MAX_PX);
        Ok(Self {
            examiner,
            trial: Trial {
                station: station.clone(),
                class,
                from,
                scores: scores.to_vec(),
                // The station file's own limits are always searched, even if no blob can be as
                // large as they allow: the total area keeps its ratio to this one, and may decide
                // there.
                area_end_px: pixels.max(from.blob_area_max_px).min(AREA_MAX_PX),
            },
        })
    }

    /// The largest area to search: that of the whole picture, or the station file's limit if that
    /// is larger.
    pub(super) const fn area_end_px(&self) -> u32 {
        self.trial.area_end_px
    }

    /// True if the verdicts are based on scores, so that `score_min` matters.
    pub(super) fn has_scores(&self) -> bool {
        let outputs = self.examiner.engine().outputs();
        outputs.scores == Some(outputs.judged)
    }

    /// Keeps one score of the search: without scores in the output they do not matter.
    pub(super) fn keep_one_score(&mut self) {
        self.trial.scores = vec![self.trial.from.score_min];
    }

    pub(super) fn scores(&self) -> &[f32] {
        &self.trial.scores
    }

    /// Measures all parts in the order of their numbers. Unusable parts are reported to `each` and
    /// left out. Returns the parts, the numbers left out, and what looks wrong about the others.
    pub(super) fn measure(
        &mut self,
        dataset: &DataSet,
        mut each: impl FnMut(Measured<'_>),
    ) -> Result<(Vec<Part>, Vec<u32>, Doubts), TuneError> {
        let (mut parts, mut left_out) = (Vec::new(), Vec::new());
        let mut doubts = Doubts::default();
        for &number in dataset.numbers() {
            let trial = &mut self.trial;
            let found = self.examiner.examine(&dataset.part(number), |examined| {
                let start = Instant::now();
                let defective = examined.truth.iter().any(|class| *class != 0);
                let areas = trial.pass_areas_px(&Shown {
                    inspector: &|station| examined.engine.inspector(station),
                    output: examined.output(),
                    input: examined.finished.input(),
                })?;
                doubts.add(number, examined.frame, examined.doubt);
                Ok((defective, areas, examined.execution, start.elapsed()))
            });
            match found {
                Ok((defective, pass_areas_px, execution, search)) => {
                    let part = Part {
                        number,
                        kind: dataset.kind(number).map(str::to_owned),
                        defective,
                        pass_areas_px,
                    };
                    if dataset.has_kinds() && part.kind.is_none() {
                        doubts.add_without_kind(number);
                    }
                    each(Measured::Part(&part, execution, search));
                    parts.push(part);
                }
                Err(error) if error.is_of_one_part() => {
                    left_out.push(number);
                    each(Measured::LeftOut(number, &error.to_string()));
                }
                Err(error) => {
                    return Err(TuneError::Part {
                        number,
                        error: Box::new(error),
                    });
                }
            }
        }
        Ok((parts, left_out, doubts))
    }
}

impl Trial {
    fn recipe_at(&mut self, score: f32, area_px: u32) -> &Recipe {
        self.from
            .moved_to(score, area_px)
            .put_into(&mut self.station.recipe, self.class);
        &self.station.recipe
    }

    /// The part's areas, one for each score.
    fn pass_areas_px(&mut self, shown: &Shown<'_>) -> Result<Vec<u32>, EvalError> {
        let mut areas = Vec::with_capacity(self.scores.len());
        for score in self.scores.clone() {
            let (area, empty) = self.pass_area_px(score, shown)?;
            areas.push(area);
            if empty {
                // No pixel of any class reaches its score, so none reaches a higher one.
                areas.resize(self.scores.len(), area);
                break;
            }
        }
        Ok(areas)
    }

    /// The smallest area limit with which the part passes at a score, and whether the mask is only
    /// background.
    ///
    /// The station's own code decides: its inspector, its blobs, its `judge`. The verdict changes
    /// only once as the limit grows, so a binary search finds the limit.
    fn pass_area_px(&mut self, score: f32, shown: &Shown<'_>) -> Result<(u32, bool), EvalError> {
        // From this limit on the noise floor is the station file's, and the blobs are the same for
        // all limits.
        let floor_px = self.from.blob_area_min_px.saturating_sub(1);
        let (verdict, inspector) = self.inspect(score, floor_px, shown)?;
        let empty = inspector.mask().iter().all(|class| *class == 0);
        if !verdict.passes() {
            let width = usize::try_from(self.station.image.size.width).unwrap_or_default();
            let check = self.station.recipe.part_present.as_ref();
            let seen = check.map(|check| seen_percent(check, width, shown.input));
            let first_px = floor_px.saturating_add(1);
            let area = least(first_px, self.area_end_px, |area_px| {
                let recipe = self.recipe_at(score, area_px);
                Ok(judge(recipe, inspector.blobs(), seen).passes())
            })?;
            return Ok((area.unwrap_or(NEVER), empty));
        }
        if empty {
            return Ok((0, true));
        }
        // Smaller limits lower the noise floor, so the blobs must be found again.
        let area = least(0, floor_px, |area_px| {
            Ok(self.inspect(score, area_px, shown)?.0.passes())
        })?;
        Ok((area.unwrap_or(floor_px), false))
    }

    fn inspect(
        &mut self,
        score: f32,
        area_px: u32,
        shown: &Shown<'_>,
    ) -> Result<(Verdict, Inspector), EvalError> {
        self.recipe_at(score, area_px);
        let made = (shown.inspector)(&self.station);
        let mut inspector = made.map_err(EvalError::Engine)?;
        let verdict = inspector
            .inspect(shown.output, shown.input)
            .map_err(EvalError::Inspect)?;
        Ok((verdict, inspector))
    }
}

/// The smallest number in `first..=last` for which `holds`. `holds` must be true for all numbers
/// above one for which it is. `None` if it is false for all.
fn least(
    first: u32,
    last: u32,
    mut holds: impl FnMut(u32) -> Result<bool, EvalError>,
) -> Result<Option<u32>, EvalError> {
    if first > last || !holds(last)? {
        return Ok(None);
    }
    let (mut low, mut high) = (first, last);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle)? {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(Some(low))
}
