//! Whether the recipe can reject anything. Limits that no picture can exceed have no effect.

use super::Finding;
use crate::image::Size;
use crate::recipe::{ClassLimits, Zone, ZoneRule};
use crate::station::Station;

/// Warns about limits that no picture can exceed.
pub(super) fn findings(station: &Station) -> Vec<Finding> {
    let (recipe, size) = (&station.recipe, station.image.size);
    let counted = Counted::of(&recipe.zones, size);
    let mut findings: Vec<_> = recipe
        .classes
        .iter()
        .enumerate()
        .filter_map(|(index, class)| {
            let why = counted.never_rejected(class)?;
            Some(Finding::warn(format!(
                "recipe.classes[{index}] \"{}\": no picture is rejected for its area: {why}",
                class.name
            )))
        })
        .collect();
    if let Some(present) = &recipe.part_present
        && present.brightness_min == 0
        && present.brightness_max == u8::MAX
    {
        findings.push(Finding::warn(
            "recipe.part_present: every picture shows a part, because brightness_min is 0 and brightness_max is 255; give the \
             brightness of a part",
        ));
    }
    findings
}

/// The part of a picture that counts.
struct Counted {
    /// Pixels outside all `Ignore` zones.
    area_px: u32,
    /// Whether one of them lies in a `NoDefect` zone.
    forbidden: bool,
    size: Size,
}

impl Counted {
    fn of(zones: &[Zone], size: Size) -> Self {
        let holds = |zone: &Zone, x: u32, y: u32| {
            let (left, top) = (u32::from(zone.x), u32::from(zone.y));
            (left..left + u32::from(zone.width)).contains(&x)
                && (top..top + u32::from(zone.height)).contains(&y)
        };
        let (ignored, forbidden): (Vec<&Zone>, Vec<&Zone>) =
            zones.iter().partition(|zone| zone.rule == ZoneRule::Ignore);
        let mut counted = Self {
            area_px: 0,
            forbidden: false,
            size,
        };
        for y in 0..size.height {
            for x in 0..size.width {
                if !ignored.iter().any(|zone| holds(zone, x, y)) {
                    counted.area_px += 1;
                    counted.forbidden |= forbidden.iter().any(|zone| holds(zone, x, y));
                }
            }
        }
        counted
    }

    /// Why blobs of the class can never reject a picture; `None` if they can.
    fn never_rejected(&self, class: &ClassLimits) -> Option<String> {
        let (area_px, size) = (self.area_px, self.size);
        if area_px == 0 {
            return Some(format!(
                "recipe.zones with \"ignore\" cover the whole picture ({size}); make them smaller"
            ));
        }
        let left = if u64::from(area_px) == size.pixels() {
            format!("the picture has {area_px} px")
        } else {
            format!("recipe.zones leave {area_px} px of the picture")
        };
        if class.blob_area_min_px > area_px {
            return Some(format!(
                "{left}, and blobs below blob_area_min_px ({}) are noise; lower it",
                class.blob_area_min_px
            ));
        }
        let limits = class.blob_area_max_px.min(class.total_area_max_px);
        (limits >= area_px && !self.forbidden).then(|| {
            format!(
                "{left}, no more than blob_area_max_px ({}) and total_area_max_px ({}); lower them",
                class.blob_area_max_px, class.total_area_max_px
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The findings for a station with pictures of 10 x 10, these limits and these zones.
    fn found(limits: [u32; 3], zones: &[([u16; 4], ZoneRule)]) -> Vec<String> {
        let file = include_bytes!("../../board/stations/host.json");
        let mut station = crate::station::read(file).unwrap();
        station.image.size = Size {
            width: 10,
            height: 10,
        };
        let class = station.recipe.classes.first_mut().unwrap();
        [
            class.blob_area_min_px,
            class.blob_area_max_px,
            class.total_area_max_px,
        ] = limits;
        for ([x, y, width, height], rule) in zones {
            let zone = Zone {
                name: "zone".parse().unwrap(),
                x: *x,
                y: *y,
                width: *width,
                height: *height,
                rule: *rule,
            };
            station.recipe.zones.push(zone).unwrap();
        }
        findings(&station).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn limits_that_no_picture_can_exceed_are_named() {
        use ZoneRule::{Ignore, NoDefect};
        for (limits, zones, word) in [
            ([1, 99, 200], &[][..], ""),
            ([1, 100, 99], &[], ""),
            ([1, 100, 100], &[], "blob_area_max_px (100)"),
            ([100, 99, 100], &[], ""),
            ([101, 100, 100], &[], "blob_area_min_px (101)"),
            ([1, 50, 100], &[([0, 0, 10, 10], Ignore)], "cover the whole"),
            (
                [1, 50, 100],
                &[([0, 0, 10, 4], Ignore), ([0, 2, 10, 8], Ignore)],
                "cover the whole",
            ),
            ([1, 50, 100], &[([0, 0, 10, 5], Ignore)], "leave 50 px"),
            ([1, 49, 100], &[([0, 0, 10, 5], Ignore)], ""),
            ([1, 100, 100], &[([4, 4, 1, 1], NoDefect)], ""),
            (
                [1, 100, 100],
                &[([4, 4, 1, 1], NoDefect), ([4, 4, 1, 1], Ignore)],
                "leave 99 px",
            ),
        ] {
            let found = found(limits, zones);
            match word {
                "" => assert_eq!(found, [""; 0], "{limits:?} {zones:?}"),
                word => assert!(
                    found.len() == 1 && found[0].starts_with("warn ") && found[0].contains(word),
                    "{limits:?} {zones:?}: {found:?}"
                ),
            }
        }
    }
}
