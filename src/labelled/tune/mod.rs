//! `sluice tune`: limits for a recipe from parts whose defects are known.
//!
//! Each part of a data set goes once through the station's own decoder and engine. Then its verdict is made, by the
//! station's own inspector, at every score of a list, and for each the smallest `blob_area_max_px` is found with which
//! the part passes. These numbers, one for each part and score, are all that is kept, and they say how many defective
//! parts are missed and how many good ones rejected at any score and area. Of the scores and areas that miss no more than is
//! allowed the one is proposed that rejects the fewest good parts and lies deepest inside those that do.
//!
//! One class of the recipe is tuned at a time. Its other limits follow the area ([`Limits::moved_to`]); zones, the
//! part-present check, other classes and the limit of blobs stay as they are, and take part in every verdict. Where the
//! model gives only the class of each pixel there are no scores, and the area alone is searched.
//!
//! It runs before production, not on the line, and allocates as it goes.

mod bound;
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

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Request<'a> {
    /// Name of the class to tune; none where the recipe lists only one.
    pub class: Option<&'a str>,
    /// Share of the defective parts that may pass, 0 to 1.
    pub miss_share: f64,
}

/// What a data set says about the limits of a class.
#[derive(Debug, Clone, PartialEq)]
pub struct Tuning {
    /// Index of the class in the recipe.
    pub class: usize,
    /// Its name.
    pub class_name: String,
    /// The station file's limits.
    pub file: Limits,
    /// Index of their score among those that were tried.
    pub file_index: usize,
    /// Whether the model gives scores, so that `score_min` decides.
    pub has_scores: bool,
    /// The parts that could be used.
    pub parts: Vec<Part>,
    /// The numbers of those that could not.
    pub left_out: Vec<u32>,
    /// What the data set may not be meant to be.
    pub doubts: Doubts,
    /// The counts at every score and area.
    pub surface: Surface,
    /// Share of the defective parts that may pass.
    pub miss_share: f64,
    /// So many of the data set's defective parts: the share of them, rounded down.
    pub allowed: u32,
    /// The proposal; none if more than `allowed` parts are missed at every score and area.
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

/// Tunes a class of `station`'s recipe on a data set of the layout that [`crate::labelled::eval`] reads; `each` is told of every
/// part as it is done.
///
/// Parts that cannot be read, whose mask is not of the picture's size, or whose defect vanishes in the resize are left out
/// and named to `each`.
///
/// # Errors
/// The data set or the engine cannot be used, a class has to be named, or there is no defective or no good part.
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

/// The scores that are tried, ascending: every hundredth between 0 and 1, some closer to the ends, where a trained model
/// has most of its scores, and the station file's own.
fn scores(own: f32) -> Vec<f32> {
    let mut scores: Vec<f32> = (1..100_u8).map(|score| f32::from(score) / 100.0).collect();
    scores.extend([0.001, 0.002, 0.005, 0.995, 0.998, 0.999, own]);
    scores.sort_by(f32::total_cmp);
    scores.dedup();
    scores
}

/// How many of `defective` parts a share is, rounded down. A share that is a whole number of parts but for the rounding of
/// its decimals counts as that.
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
