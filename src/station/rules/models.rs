//! Rules about the models of the recipes: their outputs, and the size of their input.

use super::Found;
use crate::recipe::Recipe;
use crate::station::file::Station;
use crate::station::recipe_path;

pub(super) fn check(station: &Station, found: &mut Found<'_>) {
    for (place, recipe) in station.all_recipes().enumerate() {
        outputs(station, place, recipe, found);
        size(station, place, recipe, found);
    }
}

/// A recipe needs an output that decides its verdicts.
fn outputs(station: &Station, place: usize, recipe: &Recipe, found: &mut Found<'_>) {
    let path = recipe_path(place);
    let (mask, scores) = station.outputs_of(recipe);
    let key = |is_own: bool, name: &str| {
        let section = if is_own { path.as_str() } else { "engine" };
        format!("{section}.{name}")
    };
    let is_shared = |recipe: &Recipe| recipe.mask.is_none() && recipe.scores.is_none();
    // What is wrong with the shared keys is reported once.
    let is_known = is_shared(recipe) && station.all_recipes().take(place).any(is_shared);
    if mask.is_empty() && scores.is_empty() && !is_known {
        found.add(
            &key(recipe.mask.is_some(), "mask"),
            format!(
                "is empty and so is {}; name at least one output of the model",
                key(recipe.scores.is_some(), "scores")
            ),
        );
    }
    if recipe.score_kind.is_some() && scores.is_empty() {
        found.add(
            &format!("{path}.score_kind"),
            format!(
                "says what the scores are, but {} is empty; name the output with the scores, or leave this key out",
                key(recipe.scores.is_some(), "scores")
            ),
        );
    }
}

/// A model takes pictures of one size.
fn size(station: &Station, place: usize, recipe: &Recipe, found: &mut Found<'_>) {
    let (model, size) = (station.model_of(recipe), station.image_of(recipe).size);
    let mut earlier = station.all_recipes().take(place).enumerate();
    let other = earlier.find(|(_, other)| {
        station.model_of(other) == model && station.image_of(other).size != size
    });
    let Some((other_place, other)) = other else {
        return;
    };
    let other_size = station.image_of(other).size;
    let has_own = recipe.image.is_some_and(|image| image.size.is_some());
    // If this recipe has the shared size, the earlier one has its own.
    let ((place, size), (other_place, other_size)) = if has_own {
        ((place, size), (other_place, other_size))
    } else {
        ((other_place, other_size), (place, size))
    };
    found.add(
        &format!("{}.image.size", recipe_path(place)),
        format!(
            "is {size}, but {} has {other_size} with the same model {model}, which takes one size; make them the same, or \
             give one of the recipes another model",
            recipe_path(other_place)
        ),
    );
}
