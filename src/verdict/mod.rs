//! From blobs to a verdict. [`Inspector`] combines output, blobs and recipe.

mod inspector;
mod nearest;
mod presence;
#[cfg(test)]
mod tests;

pub use inspector::{InspectError, Inspector, InspectorError};
pub use nearest::{Nearest, nearest};
pub use presence::seen_percent;

use crate::blobs::{Blob, Blobs};
use crate::part::{Reason, Verdict};
use crate::recipe::{ClassLimits, Recipe, ZoneRule};

/// Judges a finished inspection: [`Verdict::Pass`] or [`Verdict::Reject`], never a fault.
///
/// `seen_percent` is the result of the part-present check, computed by [`seen_percent()`], or
/// `None` if the recipe has no such check. The first of these conditions that holds is the reason:
///
/// 1. The part is absent: the share is below `share_min_percent`, or missing even though the recipe
///    requires it.
/// 2. There are too many blobs to count.
/// 3. A blob exceeds its limit. The limit is the `blob_area_max_px` of its class, or 0 if the blob
///    touches a `NoDefect` zone. Of several, the largest is named; of equal ones, the first.
/// 4. The blobs of a class together exceed its `total_area_max_px`. Classes are checked in the
///    recipe's order.
///
/// The blobs do not include noise. A blob of a class that the recipe does not have has the limit 0.
/// Pure; does not allocate.
pub fn judge(recipe: &Recipe, blobs: &Blobs, seen_percent: Option<u8>) -> Verdict {
    absent(recipe, seen_percent)
        .or_else(|| blobs.overflowed().then_some(Reason::TooManyBlobs))
        .or_else(|| largest_defect(recipe, blobs.as_slice()))
        .or_else(|| total_area(recipe, blobs.as_slice()))
        .map_or(Verdict::Pass, Verdict::Reject)
}

fn absent(recipe: &Recipe, seen_percent: Option<u8>) -> Option<Reason> {
    let needed_percent = recipe.part_present.as_ref()?.share_min_percent;
    let seen_percent = seen_percent.unwrap_or(0);
    (seen_percent < needed_percent).then_some(Reason::PartAbsent {
        seen_percent,
        needed_percent,
    })
}

fn largest_defect(recipe: &Recipe, blobs: &[Blob]) -> Option<Reason> {
    let mut largest: Option<(&Blob, u32)> = None;
    for blob in blobs {
        let limit_px = area_limit_px(recipe, blob);
        let larger = largest.is_none_or(|(other, _)| blob.area_px > other.area_px);
        if blob.area_px > limit_px && larger {
            largest = Some((blob, limit_px));
        }
    }
    let (blob, limit_px) = largest?;
    let (x, y) = blob.centre();
    Some(Reason::BlobArea {
        class: blob.class,
        area_px: blob.area_px,
        limit_px,
        x,
        y,
    })
}

/// The largest area with which this blob passes.
fn area_limit_px(recipe: &Recipe, blob: &Blob) -> u32 {
    let forbidden = recipe
        .zones
        .iter()
        .enumerate()
        .any(|(index, zone)| zone.rule == ZoneRule::NoDefect && blob.zones >> index & 1 == 1);
    match recipe.classes.get(usize::from(blob.class)) {
        Some(limits) if !forbidden => limits.blob_area_max_px,
        _ => 0,
    }
}

fn total_area(recipe: &Recipe, blobs: &[Blob]) -> Option<Reason> {
    let breaks = |(class, limits): (u8, &ClassLimits)| {
        let areas = blobs
            .iter()
            .filter(|blob| blob.class == class)
            .map(|blob| blob.area_px);
        let area_px = areas.fold(0, u32::saturating_add);
        let limit_px = limits.total_area_max_px;
        (area_px > limit_px).then_some(Reason::TotalArea {
            class,
            area_px,
            limit_px,
        })
    };
    (0..u8::MAX).zip(&recipe.classes).find_map(breaks)
}
