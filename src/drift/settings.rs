//! `recipe.drift`.

use super::{MEASURES, Measure};
use heapless::Vec;
use serde::{Deserialize, Serialize};

/// `recipe.drift`: which measures of the recipe's parts are compared with what.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DriftSettings {
    /// About how many of the last parts the average is of.
    pub parts: u16,
    /// What the measures are compared with. Measures that are not listed are recorded only.
    pub baselines: Vec<Baseline, MEASURES>,
}

/// What the average of one measure is compared with, in the measure's unit.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The measure.
    pub measure: Measure,
    /// Its average at the commissioning.
    pub normal: f32,
    /// How far the average may be from it without a warning.
    pub warning: f32,
    /// How far it may be from it before no part passes.
    pub fault: f32,
}
