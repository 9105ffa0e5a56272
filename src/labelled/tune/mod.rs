//! `sluice tune`: proposes limits for a recipe from parts whose defects are known.
//!
//! Each part of a data set goes once through the station's own decoder and engine. Then the
//! station's own inspector judges it at every score of a list. For each score the search finds the
//! smallest `blob_area_max_px` with which the part passes. These numbers, one for each part and
//! score, are all that is kept. They give the missed defective parts and the rejected good parts at
//! any score and area. Among the scores and areas that miss no more than allowed, the proposal
//! rejects the fewest good parts. Of those it is the one farthest from any change of the counts.
//!
//! One class of the recipe is tuned at a time. Its other limits follow the area
//! ([`Limits::moved_to`]). Zones, the part-present check, other classes and the limit of blobs stay
//! unchanged and take part in every verdict. If the model gives only the class of each pixel, there
//! are no scores, and only the area is searched.
//!
//! It runs before production, not on the line, and may allocate at any time.

mod bound;
mod choices;
mod error;
mod limits;
mod measure;
mod plot;
mod report;
mod rewrite;
mod surface;
mod table;
#[cfg(test)]
mod tests;

pub use bound::{parts_needed, share_upper_95};
pub use choices::{Choice, Kind};
pub use error::TuneError;
pub use limits::{AREA_MAX_PX, Limits};
pub use measure::{Measured, NEVER, Part};
pub use plot::{PLOT_HEIGHT_PX, PLOT_WIDTH_PX, draw};

pub use rewrite::rewrite;
pub use surface::{Counts, Point, Surface};
pub use table::write_table;

use crate::labelled::eval::{DataSet, Doubts};
use crate::station::Station;
use ascendcl::Library;
use measure::Meter;
use std::path::Path;

/// What to tune.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Request<'a> {
    /// Name of the class to tune; `None` if the recipe has only one.
    pub class: Option<&'a str>,
    /// Share of the defective parts that may pass, 0 to 1.
    pub miss_share: f64,
}

/// The result for one class on a data set.
#[derive(Debug, Clone, PartialEq)]
pub struct Tuning {
    /// Index of the class in the recipe.
    pub class: usize,
    /// Its name.
    pub class_name: String,
    /// The station file's limits.
    pub file: Limits,
    /// Index of their score in the list of scores.
    pub file_index: usize,
    /// True if the model gives scores, so that `score_min` matters.
    pub has_scores: bool,
    /// The usable parts.
    pub parts: Vec<Part>,
    /// The numbers of the parts that were left out.
    pub left_out: Vec<u32>,
    /// What looks wrong in the data set.
    pub doubts: Doubts,
    /// The counts at every score and area.
    pub surface: Surface,
    /// Share of the defective parts that may pass.
    pub miss_share: f64,
    /// The same share as a number of the data set's defective parts, rounded down.
    pub allowed: u32,
    /// The proposal; `None` if more than `allowed` parts are missed at every score and area.
    pub proposed: Option<Point>,
}

impl Tuning {
    /// The limits at a score, by its index, and an area.
    pub fn limits(&self, index: usize, area_px: u32) -> Limits {
        let score = self.surface.scores().get(index).copied();
        let score = score.unwrap_or(self.file.score_min);
        self.file.moved_to(score, area_px)
    }

    /// The proposed limits.
    pub fn proposed_limits(&self) -> Option<Limits> {
        self.proposed
            .map(|point| self.limits(point.index, point.area_px))
    }
}

/// Tunes a class of `station`'s recipe on a data set with the layout of [`crate::labelled::eval`].
/// Calls `each` for every part when it is done.
///
/// Parts are left out, and reported to `each`, if they cannot be read, if mask and picture differ
/// in size, or if the resize removes their defect.
///
/// # Errors
/// The data set or the engine cannot be used, the recipe has several classes and none was chosen,
/// or there is no defective or no good part.
pub fn run(
    station: &Station,
    library: Library,
    dataset: &Path,
    request: Request<'_>,
    each: impl FnMut(Measured<'_>),
) -> Result<Tuning, TuneError> {
    let class = find_class(station, request.class)?;
    let listed = station.recipe.classes.get(class);
    let Some((listed, file)) = listed.zip(Limits::of(&station.recipe, class)) else {
        return Err(TuneError::WhichClass { names: Vec::new() });
    };
    let dataset = DataSet::open(dataset).map_err(TuneError::Eval)?;
    let mut meter = Meter::new(station, library, class, file, &scores(file.score_min))
        .map_err(TuneError::Eval)?;
    let has_scores = meter.has_scores();
    if !has_scores {
        meter.keep_one_score();
    }
    let (parts, left_out, doubts) = meter.measure(&dataset, each)?;
    let surface = Surface::new(&parts, meter.scores(), meter.area_end_px());
    let (defective, good) = (surface.defective(), surface.good());
    if defective == 0 {
        return Err(TuneError::NoneDefective {
            good,
            left_out: left_out.len(),
        });
    }
    if good == 0 {
        return Err(TuneError::NoneGood {
            defective,
            left_out: left_out.len(),
        });
    }
    let allowed = allowed(request.miss_share, defective);
    let proposed = surface
        .best(allowed)
        .and_then(|counts| surface.deepest(counts));
    let own = |score: &f32| score.total_cmp(&file.score_min).is_eq();
    Ok(Tuning {
        class,
        class_name: listed.name.as_str().to_owned(),
        file,
        file_index: meter.scores().iter().position(own).unwrap_or_default(),
        has_scores,
        parts,
        left_out,
        doubts,
        surface,
        miss_share: request.miss_share,
        allowed,
        proposed,
    })
}

fn find_class(station: &Station, name: Option<&str>) -> Result<usize, TuneError> {
    let classes = &station.recipe.classes;
    let names = || {
        let names = classes.iter().map(|class| class.name.as_str().to_owned());
        names.collect()
    };
    match name {
        None if classes.len() == 1 => Ok(0),
        None => Err(TuneError::WhichClass { names: names() }),
        Some(name) => classes
            .iter()
            .position(|class| class.name.as_str() == name)
            .ok_or_else(|| TuneError::NoSuchClass {
                name: name.to_owned(),
                names: names(),
            }),
    }
}

/// The scores to try, ascending: every hundredth between 0 and 1, some closer to the ends, where a
/// trained model has most of its scores, and the station file's own.
fn scores(own: f32) -> Vec<f32> {
    let mut scores: Vec<f32> = (1..100_u8).map(|score| f32::from(score) / 100.0).collect();
    scores.extend([0.001, 0.002, 0.005, 0.995, 0.998, 0.999, own]);
    scores.sort_by(f32::total_cmp);
    scores.dedup();
    scores
}

/// Converts a share of the `defective` parts to a number of parts, rounded down. A product within
/// 1e-9 of a whole number counts as that number.
fn allowed(share: f64, defective: u32) -> u32 {
    let parts = (share.clamp(0.0, 1.0) * f64::from(defective) + 1e-9).floor();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to the number of parts"
    )]
    let parts = parts as u32;
    parts.min(defective)
}
