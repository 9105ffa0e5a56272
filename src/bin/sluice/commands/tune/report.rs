//! What `sluice tune --json` prints.

use serde::Serialize;
use sluice::labelled::tune::{Counts, Kind, Limits, Measured, Tuning, share_upper_95};

/// A part of the data set.
#[derive(Serialize)]
pub struct PartReport<'m> {
    part: u32,
    is_defective: Option<bool>,
    kind: Option<&'m str>,
    engine_ms: Option<f64>,
    limits_ms: Option<f64>,
    /// Why the part is not counted.
    left_out: Option<String>,
}

impl<'m> PartReport<'m> {
    pub fn of(measured: Measured<'m>) -> Self {
        match measured {
            Measured::Part(part, engine, search) => Self {
                part: part.number,
                is_defective: Some(part.defective),
                kind: part.kind.as_deref(),
                engine_ms: Some(1000.0 * engine.as_secs_f64()),
                limits_ms: Some(1000.0 * search.as_secs_f64()),
                left_out: None,
            },
            Measured::LeftOut(number, why) => Self {
                part: number,
                is_defective: None,
                kind: None,
                engine_ms: None,
                limits_ms: None,
                left_out: Some(why.to_string()),
            },
        }
    }
}

/// Limits of the class, and what they would do on the data set.
#[derive(Serialize)]
struct LimitsReport {
    /// Nothing if the model gives no scores.
    score_min: Option<f32>,
    blob_area_min_px: u32,
    blob_area_max_px: u32,
    total_area_max_px: u32,
    missed: u32,
    rejected: u32,
    /// With 95 % confidence, the shares in production are below these (Clopper and Pearson, 1934).
    missed_share_upper_95: f64,
    rejected_share_upper_95: f64,
}

/// The counts of one kind of the data set, with the proposed limits.
#[derive(Serialize)]
struct KindReport<'t> {
    kind: &'t str,
    defective: u32,
    missed: u32,
    good: u32,
    rejected: u32,
}

/// The result.
#[derive(Serialize)]
pub struct Report<'t> {
    parts: usize,
    defective: u32,
    good: u32,
    left_out: &'t [u32],
    class: &'t str,
    miss_share: f64,
    /// Defective parts that may be missed by it.
    may_miss: u32,
    station_file: LimitsReport,
    /// Nothing if more are missed with all limits.
    proposed: Option<LimitsReport>,
    /// For each number of missed parts that gains something, the best limits.
    trade_off: Vec<LimitsReport>,
    kinds: Vec<KindReport<'t>>,
    /// What looks wrong in the data set, a sentence each.
    doubts: Vec<String>,
}

impl<'t> Report<'t> {
    pub fn of(tuning: &'t Tuning) -> Self {
        let limits = |limits: Limits, counts: Counts| LimitsReport {
            score_min: tuning.has_scores.then_some(limits.score_min),
            blob_area_min_px: limits.blob_area_min_px,
            blob_area_max_px: limits.blob_area_max_px,
            total_area_max_px: limits.total_area_max_px,
            missed: counts.missed,
            rejected: counts.rejected,
            missed_share_upper_95: share_upper_95(counts.missed, tuning.surface.defective()),
            rejected_share_upper_95: share_upper_95(counts.rejected, tuning.surface.good()),
        };
        let kind = |kind: Kind<'t>| KindReport {
            kind: kind.name,
            defective: kind.defective,
            missed: kind.missed,
            good: kind.good,
            rejected: kind.rejected,
        };
        let (surface, file) = (&tuning.surface, tuning.file);
        let proposed = tuning.proposed_limits().zip(tuning.proposed);
        Self {
            parts: tuning.parts.len(),
            defective: surface.defective(),
            good: surface.good(),
            left_out: &tuning.left_out,
            class: &tuning.class_name,
            miss_share: tuning.miss_share,
            may_miss: tuning.allowed,
            station_file: limits(
                file,
                surface.counts(tuning.file_index, file.blob_area_max_px),
            ),
            proposed: proposed.map(|(of, point)| limits(of, point.counts)),
            trade_off: tuning
                .choices()
                .into_iter()
                .map(|choice| limits(choice.limits, choice.counts))
                .collect(),
            kinds: tuning.kinds().into_iter().map(kind).collect(),
            doubts: tuning
                .doubts
                .to_string()
                .lines()
                .map(str::to_owned)
                .collect(),
        }
    }
}
