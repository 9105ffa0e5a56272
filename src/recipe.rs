//! The recipe: how one product is judged, from the station file. A recipe has limits, and may have
//! a model and a region of the frame of its own.
//!
//! Areas and positions are in pixels of the model's input (960 x 960 in the reference job), after
//! crop and resize.

mod own;

pub use own::{OwnImage, ScoreKind};

use crate::bounded::text::{NameText, PathText};
use crate::drift::DriftSettings;
use heapless::{String, Vec};
use serde::{Deserialize, Serialize};

/// Largest number of classes in a recipe. Class 0 is the background.
pub const CLASSES_MAX: usize = 8;
/// Largest number of zones in a recipe.
pub const ZONES_MAX: usize = 8;
/// Largest number of recipes of a station.
pub const RECIPES_MAX: usize = 8;
/// Longest name in a recipe, in bytes.
pub const NAME_MAX: usize = 24;

/// How one product is judged.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The product's name.
    pub name: String<NAME_MAX>,
    /// The code with which input lines choose it.
    #[serde(default)]
    pub code: u8,
    /// Its own model file. `None` for that of the section `engine`, as for the next three.
    #[serde(default)]
    pub model: Option<PathText>,
    /// Name of the model's class-mask output, or empty.
    #[serde(default)]
    pub mask: Option<NameText>,
    /// Name of the model's per-class score output, or empty.
    #[serde(default)]
    pub scores: Option<NameText>,
    /// What the scores are.
    #[serde(default)]
    pub score_kind: Option<ScoreKind>,
    /// Its own region and size of the model's input. `None` for those of the section `image`.
    #[serde(default)]
    pub image: Option<OwnImage>,
    /// The defect classes. Classes that are not listed are background. But a class mask does not
    /// show how many classes the model has, so a class above the highest in this list makes the
    /// part a fault.
    pub classes: Vec<ClassLimits, CLASSES_MAX>,
    /// Rectangles with their own rules.
    #[serde(default)]
    pub zones: Vec<Zone, ZONES_MAX>,
    /// How to detect that a part is in the picture; not checked if `None`.
    #[serde(default)]
    pub part_present: Option<PartPresent>,
    /// What the measures of its parts are compared with; they are not measured if `None`.
    #[serde(default)]
    pub drift: Option<DriftSettings>,
}

/// Limits of one defect class on a good part.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ClassLimits {
    /// The class's index in the model's output, 1 or more.
    pub class: u8,
    /// Its name.
    pub name: String<NAME_MAX>,
    /// A pixel needs at least this score, 0 to 1, to belong to the class. Applies if the model
    /// gives scores.
    pub score_min: f32,
    /// Smaller blobs are noise and do not count.
    pub blob_area_min_px: u32,
    /// A larger blob rejects the part.
    pub blob_area_max_px: u32,
    /// Blobs with a larger total area reject the part.
    pub total_area_max_px: u32,
}

/// A rectangle of the model's input with its own rule. Half open: column `x + width` is outside.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Its name.
    pub name: String<NAME_MAX>,
    /// Left edge.
    pub x: u16,
    /// Upper edge.
    pub y: u16,
    /// Width.
    pub width: u16,
    /// Height.
    pub height: u16,
    /// Its rule.
    pub rule: ZoneRule,
}

/// Rule of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ZoneRule {
    /// Its pixels do not count, even where it overlaps a `NoDefect` zone.
    Ignore,
    /// Any blob that touches it and is not noise rejects the part.
    NoDefect,
}

/// The part-present check: enough pixels of a rectangle have the brightness of a part.
///
/// Brightness is the mean of the three channels, 0 to 255.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PartPresent {
    /// Left edge.
    pub x: u16,
    /// Upper edge.
    pub y: u16,
    /// Width.
    pub width: u16,
    /// Height.
    pub height: u16,
    /// Lowest brightness of a part.
    pub brightness_min: u8,
    /// Highest brightness of a part.
    pub brightness_max: u8,
    /// Share of the rectangle's pixels that must be within these limits, in percent, 1 to 100.
    pub share_min_percent: u8,
}
