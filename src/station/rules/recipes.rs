//! Rules about the recipes: each by itself, and that names and codes tell them apart.

use super::Found;
use crate::drift::{Baseline, DriftSettings, Measure};
use crate::image::Size;
use crate::recipe::Recipe;
use crate::station::file::{InputName, Station};
use crate::station::recipe_path;

pub(super) fn check(station: &Station, found: &mut Found<'_>) {
    let lines: Vec<_> = InputName::RECIPE
        .into_iter()
        .filter(|name| station.inputs.input(*name).is_some())
        .collect();
    let mask = (0..)
        .zip(InputName::RECIPE)
        .filter(|(_, name)| lines.contains(name))
        .fold(0_u8, |mask, (bit, _)| mask | 1 << bit);
    let recipes: Vec<_> = station.all_recipes().collect();
    for (index, one) in recipes.iter().enumerate() {
        let path = recipe_path(index);
        recipe(one, &path, station.image_of(one).size, found);
        if let Some(settings) = &one.drift {
            let scores = one.scores.as_ref().unwrap_or(&station.engine.scores);
            let size = station.image_of(one).size;
            drift(settings, &path, (size, !scores.is_empty()), found);
        }
        let mut earlier = recipes.iter().take(index);
        if earlier.clone().any(|other| other.name == one.name) {
            found.add(
                &format!("{path}.name"),
                format!(
                    "is \"{}\" a second time; give each recipe its own name, which the journal uses",
                    one.name
                ),
            );
        }
        if earlier.any(|other| other.code == one.code) {
            found.add(
                &format!("{path}.code"),
                format!(
                    "is {} a second time; give each recipe its own code",
                    one.code
                ),
            );
        }
        if !lines.is_empty() && one.code & !mask != 0 {
            found.add(
                &format!("{path}.code"),
                format!(
                    "is {}, which the lines {} cannot give; allowed: codes of these lines, the bit of a line that is not there is 0",
                    one.code,
                    lines.iter().map(|name| name.key()).collect::<Vec<_>>().join(", ")
                ),
            );
        }
    }
    if let Some(line) = lines.first()
        && station.recipes.is_empty()
    {
        found.add(
            line.key(),
            "is given, but there is only one recipe; add the section recipes",
        );
    }
}

/// Rules about one recipe, whose section has this path.
fn recipe(recipe: &Recipe, path: &str, size: Size, found: &mut Found<'_>) {
    let outside = |x: u16, y: u16, width: u16, height: u16| {
        u32::from(x) + u32::from(width) > size.width
            || u32::from(y) + u32::from(height) > size.height
    };
    let input = format!("the model input is {} x {}", size.width, size.height);
    for (index, class) in recipe.classes.iter().enumerate() {
        let key = format!("{path}.classes[{index}]");
        let mut earlier = recipe.classes.iter().take(index);
        if earlier.clone().any(|other| other.class == class.class) {
            found.add(
                &format!("{key}.class"),
                format!("is {} a second time; list each class once", class.class),
            );
        }
        if earlier.any(|other| other.name == class.name) {
            found.add(
                &format!("{key}.name"),
                format!(
                    "is \"{}\" a second time; give each class its own name, which `sluice tune` and the journal use",
                    class.name
                ),
            );
        }
        if class.blob_area_max_px.saturating_add(1) < class.blob_area_min_px {
            found.add(
                &format!("{key}.blob_area_max_px"),
                format!(
                    "is {}; allowed: blob_area_min_px - 1 ({}) or more, since smaller blobs do not count",
                    class.blob_area_max_px,
                    class.blob_area_min_px - 1
                ),
            );
        }
    }
    for (index, zone) in recipe.zones.iter().enumerate() {
        if outside(zone.x, zone.y, zone.width, zone.height) {
            found.add(
                &format!("{path}.zones[{index}]"),
                format!("reaches outside; {input}"),
            );
        }
    }
    if let Some(present) = &recipe.part_present {
        if outside(present.x, present.y, present.width, present.height) {
            found.add(
                &format!("{path}.part_present"),
                format!("reaches outside; {input}"),
            );
        }
        if present.brightness_min > present.brightness_max {
            found.add(
                &format!("{path}.part_present.brightness_min"),
                format!("is {}, above brightness_max", present.brightness_min),
            );
        }
    }
}

/// Rules about the baselines of a recipe, whose model has an input of this size, and scores or
/// not: one for each measure, and limits that can be reached in their order.
fn drift(
    settings: &DriftSettings,
    path: &str,
    (size, has_scores): (Size, bool),
    found: &mut Found<'_>,
) {
    #[expect(clippy::cast_precision_loss, reason = "a limit for people")]
    let pixels = (u64::from(size.width) * u64::from(size.height)) as f32;
    let baselines = &settings.baselines;
    for (index, baseline) in baselines.iter().enumerate() {
        let key = |name: &str| format!("{path}.drift.baselines[{index}].{name}");
        let Baseline {
            measure,
            normal,
            warning,
            fault,
        } = *baseline;
        let most = measure.value_max(pixels);
        if normal > most {
            found.add(
                &key("normal"),
                format!("is {normal}; allowed: 0 to {most}, which {measure} can be"),
            );
        } else if fault > normal && fault > most - normal {
            found.add(
                &key("fault"),
                format!(
                    "is {fault}, which no average can be away from {normal}; allowed: up to {}",
                    normal.max(most - normal)
                ),
            );
        }
        if measure == Measure::MarginPercent && !has_scores {
            found.add(
                &key("measure"),
                "is \"margin_percent\", which needs scores; name the model's score output, or leave it out",
            );
        }
        if baselines
            .iter()
            .take(index)
            .any(|other| other.measure == measure)
        {
            found.add(
                &key("measure"),
                format!(
                    "is \"{}\" a second time; list each measure once",
                    measure.word()
                ),
            );
        }
        if warning <= 0.0 {
            found.add(
                &key("warning"),
                "is 0, so every average would be too far; allowed: more than 0",
            );
        }
        if fault < warning {
            found.add(
                &key("fault"),
                format!("is {fault}; allowed: {warning} (its warning) or more"),
            );
        }
    }
}
