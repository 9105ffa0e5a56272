//! The recipe: the limits of one product, as the station file gives them.
//!
//! All areas and positions are in pixels of the model's input (960 x 960 in the reference job), after crop and resize.

use heapless::{String, Vec};
use serde::Deserialize;

/// Classes that a recipe can limit; class 0 is the background.
pub const CLASSES_MAX: usize = 8;
/// Zones that a recipe can have.
pub const ZONES_MAX: usize = 8;
/// Longest name in a recipe, in bytes.
pub const NAME_MAX: usize = 24;

/// The limits of one product.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The product's name.
    pub name: String<NAME_MAX>,
    /// The defect classes. A class that is not listed is background; but a class mask does not tell how many classes
    /// the model has, and a class in it above the highest listed one makes the part a fault.
    pub classes: Vec<ClassLimits, CLASSES_MAX>,
    /// Places with rules of their own.
    #[serde(default)]
    pub zones: Vec<Zone, ZONES_MAX>,
    /// How to tell that there is a part in the picture at all; none means not checked.
    #[serde(default)]
    pub part_present: Option<PartPresent>,
}

/// What one defect class may show on a good part.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassLimits {
    /// The class's index in the model's output, 1 or more.
    pub class: u8,
    /// Its name.
    pub name: String<NAME_MAX>,
    /// A pixel belongs to the class from this score on, 0 to 1. Used when the model gives scores.
    pub score_min: f32,
    /// Blobs smaller than this are noise and do not count at all.
    pub blob_area_min_px: u32,
    /// A blob larger than this rejects the part.
    pub blob_area_max_px: u32,
    /// Blobs that together are larger than this reject the part.
    pub total_area_max_px: u32,
}

/// A rectangle of the model's input with a rule of its own. Half open: `x + width` is outside.
#[derive(Debug, Clone, PartialEq, Deserialize)]
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
    /// What holds in it.
    pub rule: ZoneRule,
}

/// What holds in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZoneRule {
    /// Pixels in it do not count, also where a `NoDefect` zone overlaps it.
    Ignore,
    /// Any blob that touches it (and is not noise) rejects the part.
    NoDefect,
}

/// The part-present check: enough pixels of a rectangle have the brightness of a part.
///
/// Brightness is the mean of the three channels, 0 to 255.
#[derive(Debug, Clone, PartialEq, Deserialize)]
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
    /// Darkest brightness of a part.
    pub brightness_min: u8,
    /// Brightest brightness of a part.
    pub brightness_max: u8,
    /// Share of the rectangle's pixels that must be within, in percent, 1 to 100.
    pub share_min_percent: u8,
}
