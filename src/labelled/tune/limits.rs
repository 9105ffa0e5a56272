//! The limits of one class, and how they change together.

use crate::recipe::{ClassLimits, Recipe};
use core::fmt;

/// The limits of one class that the search changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// As in the recipe.
    pub score_min: f32,
    /// As in the recipe.
    pub blob_area_min_px: u32,
    /// As in the recipe.
    pub blob_area_max_px: u32,
    /// As in the recipe.
    pub total_area_max_px: u32,
}

/// The largest area that a station file may name.
pub const AREA_MAX_PX: u32 = 100_000_000;

impl Limits {
    /// The limits of the class at `index` of a recipe, if it exists.
    pub fn of(recipe: &Recipe, index: usize) -> Option<Self> {
        recipe.classes.get(index).map(|class| Self {
            score_min: class.score_min,
            blob_area_min_px: class.blob_area_min_px,
            blob_area_max_px: class.blob_area_max_px,
            total_area_max_px: class.total_area_max_px,
        })
    }

    /// Puts them into the class at `index` of a recipe.
    pub fn put_into(&self, recipe: &mut Recipe, index: usize) {
        if let Some(class) = recipe.classes.get_mut(index) {
            let Self {
                score_min,
                blob_area_min_px,
                blob_area_max_px,
                total_area_max_px,
            } = *self;
            *class = ClassLimits {
                score_min,
                blob_area_min_px,
                blob_area_max_px,
                total_area_max_px,
                ..class.clone()
            };
        }
    }

    /// The limits with another score and another largest area. `self` has the station file's
    /// limits.
    ///
    /// The other two areas follow, so that one number decides and the limits stay consistent:
    ///
    /// * `blob_area_min_px`, the noise floor, stays. But no blob larger than `area_px` may be
    ///   noise, so it is at most `area_px + 1`.
    /// * `total_area_max_px` keeps its ratio to `blob_area_max_px`, rounded down, up to
    ///   [`AREA_MAX_PX`]. If the station file's `blob_area_max_px` is 0 there is no ratio. Then it
    ///   stays, or becomes `area_px` if that is larger.
    ///
    /// A larger `area_px` never rejects more parts.
    pub fn moved_to(&self, score_min: f32, area_px: u32) -> Self {
        let total = match self.blob_area_max_px {
            0 => u64::from(self.total_area_max_px.max(area_px)),
            max => u64::from(area_px) * u64::from(self.total_area_max_px) / u64::from(max),
        };
        Self {
            score_min,
            blob_area_min_px: self.blob_area_min_px.min(area_px.saturating_add(1)),
            blob_area_max_px: area_px,
            total_area_max_px: u32::try_from(total).map_or(AREA_MAX_PX, |px| px.min(AREA_MAX_PX)),
        }
    }
}

/// As lines of a station file.
impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "\"score_min\": {},\n\"blob_area_min_px\": {},\n\"blob_area_max_px\": {},\n\"total_area_max_px\": {}",
            self.score_min, self.blob_area_min_px, self.blob_area_max_px, self.total_area_max_px
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: Limits = Limits {
        score_min: 0.5,
        blob_area_min_px: 12,
        blob_area_max_px: 40,
        total_area_max_px: 90,
    };

    #[test]
    fn the_other_areas_follow_and_return_to_those_of_the_station_file() {
        assert_eq!(FILE.moved_to(0.5, 40), FILE);
        let areas = |area_px| {
            let moved = FILE.moved_to(0.25, area_px);
            assert_eq!((moved.score_min, moved.blob_area_max_px), (0.25, area_px));
            (moved.blob_area_min_px, moved.total_area_max_px)
        };
        assert_eq!(areas(0), (1, 0));
        assert_eq!(areas(5), (6, 11));
        assert_eq!(areas(11), (12, 24));
        assert_eq!(areas(1000), (12, 2250));
        assert_eq!(areas(AREA_MAX_PX), (12, AREA_MAX_PX));
        let none = Limits {
            blob_area_min_px: 0,
            blob_area_max_px: 0,
            ..FILE
        };
        assert_eq!(none.moved_to(0.5, 0), none);
        assert_eq!(none.moved_to(0.5, 100).total_area_max_px, 100);
        assert_eq!(none.moved_to(0.5, 50).total_area_max_px, 90);
    }
}
