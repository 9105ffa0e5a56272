//! Every recipe is checked as if it were the only one.

use super::Finding;
use crate::station::{Station, recipe_path};

/// What `find` finds on the station with each recipe alone. What it finds with one of the further
/// recipes is reported with the recipe's own keys. It is left out if it is found with the first
/// recipe as well, and both share the model.
pub(super) fn each(
    station: &Station,
    mut find: impl FnMut(usize, &Station) -> Vec<Finding>,
) -> Vec<Finding> {
    let numbers = station.model_numbers();
    let mut first = Vec::new();
    let mut findings = Vec::new();
    for (place, (one, number)) in station.each_recipe().zip(&numbers).enumerate() {
        let found = find(place, &one);
        if place == 0 {
            first.clone_from(&found);
        }
        let is_known = |own: &Finding| place > 0 && *number == 0 && first.contains(own);
        let own = found.into_iter().filter(|own| !is_known(own));
        findings.extend(own.map(|own| own.with_own_keys(station, place)));
    }
    findings
}

/// A line for each further recipe that nothing is wrong with and whose model was loaded. `found` is
/// what [`each`] found.
pub(super) fn fitting(
    station: &Station,
    found: &[Finding],
    is_loaded: impl Fn(usize) -> bool,
) -> Vec<Finding> {
    let recipes = station.all_recipes().enumerate().skip(1);
    let recipes = recipes.filter(|(place, _)| is_loaded(*place));
    let lines = recipes.filter_map(|(place, recipe)| {
        let path = recipe_path(place);
        let is_wrong = |finding: &Finding| finding.is_wrong() && finding.text.contains(&path);
        let text = || format!("{path}.name \"{}\": fits the model", recipe.name);
        (!found.iter().any(is_wrong)).then(|| Finding::ok(text()))
    });
    lines.collect()
}
