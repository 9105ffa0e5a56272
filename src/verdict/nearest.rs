//! How near a part that passed was to a reject.

use super::area_limit_px;
use crate::blobs::Blob;
use crate::recipe::Recipe;

/// The limit that a pass was nearest to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nearest {
    /// The code that a reject by this limit has: `blob_area`, `total_area` or `part_absent`.
    pub limit: &'static str,
    /// How much of the limit the part used, in percent, rounded down, 1 to 100.
    pub percent: u8,
}

/// The limit that a part which passed was nearest to; of equally near ones the first of these:
///
/// - for each blob: its area / the area with which it passes (`blob_area_max_px`);
/// - for each class: the area of its blobs / `total_area_max_px`;
/// - with a part-present check: `share_min_percent` / the share that was seen.
///
/// `None` if nothing was near: no blobs, and no such check. Scores do not count: the pixels at the
/// border of any blob are just below `score_min`. Pure; does not allocate.
pub fn nearest(recipe: &Recipe, blobs: &[Blob], seen_percent: Option<u8>) -> Option<Nearest> {
    let blob = blobs
        .iter()
        .map(|blob| share(blob.area_px, area_limit_px(recipe, blob)));
    let total = (0..u8::MAX).zip(&recipe.classes).map(|(class, limits)| {
        let areas = blobs.iter().filter(|blob| blob.class == class);
        let area_px = areas.fold(0, |sum: u32, blob| sum.saturating_add(blob.area_px));
        share(area_px, limits.total_area_max_px)
    });
    let check = recipe.part_present.as_ref().zip(seen_percent);
    let present = check.map(|(check, seen)| share(check.share_min_percent.into(), seen.into()));
    let mut found: Option<Nearest> = None;
    for (limit, percent) in [
        ("blob_area", blob.max()),
        ("total_area", total.max()),
        ("part_absent", present),
    ] {
        let percent = percent.unwrap_or_default();
        if percent > found.map_or(0, |found| found.percent) {
            found = Some(Nearest { limit, percent });
        }
    }
    found
}

/// `value` of `limit` in percent, rounded down, at most 100. 0 for a limit of 0, which no part that
/// passed can have used.
fn share(value: u32, limit: u32) -> u8 {
    let percent = (u64::from(value) * 100).checked_div(limit.into());
    u8::try_from(percent.unwrap_or_default().min(100)).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(present: &str) -> Recipe {
        let text = format!(
            r#"{{"name": "r", "classes": [
            {{"class": 1, "name": "a", "score_min": 0.5, "blob_area_min_px": 1,
              "blob_area_max_px": 40, "total_area_max_px": 80}},
            {{"class": 2, "name": "b", "score_min": 0.5, "blob_area_min_px": 1,
              "blob_area_max_px": 0, "total_area_max_px": 0}}],
            "zones": [] {present}}}"#
        );
        serde_json_core::from_str(&text).unwrap().0
    }

    fn blob(class: u8, area_px: u32) -> Blob {
        Blob {
            class,
            area_px,
            x: 0,
            y: 0,
            width: 1,
            height: 1,
            centroid_x: 0.0,
            centroid_y: 0.0,
            zones: 0,
        }
    }

    fn of(blobs: &[Blob]) -> Option<(&'static str, u8)> {
        nearest(&recipe(""), blobs, None).map(|found| (found.limit, found.percent))
    }

    #[test]
    fn the_limit_of_which_the_largest_share_is_used_is_the_nearest() {
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[blob(0, 39)]), Some(("blob_area", 97)));
        assert_eq!(of(&[blob(0, 40)]), Some(("blob_area", 100)));
        // Three blobs of 26: 65 % of a blob's limit, and 97 % of the sum's.
        assert_eq!(of(&[blob(0, 26); 3]), Some(("total_area", 97)));
        // Two of 40 use all of both; the first is named.
        assert_eq!(of(&[blob(0, 40); 2]), Some(("blob_area", 100)));
    }

    #[test]
    fn a_part_that_was_hardly_seen_is_near_to_being_absent() {
        let present = r#", "part_present": {"x": 0, "y": 0, "width": 9, "height": 9,
            "brightness_min": 1, "brightness_max": 9, "share_min_percent": 40}"#;
        let recipe = recipe(present);
        let of = |blobs: &[Blob], seen| nearest(&recipe, blobs, Some(seen));
        let found = of(&[], 50).unwrap();
        assert_eq!((found.limit, found.percent), ("part_absent", 80));
        let found = of(&[blob(0, 36)], 50).unwrap();
        assert_eq!((found.limit, found.percent), ("blob_area", 90));
    }
}
