//! Every recipe is checked as if it were the only one.

use super::Finding;
use crate::station::Station;

/// What `find` finds on the station, and what it finds only with one of the further recipes. That
/// is reported with the recipe's own keys.
pub(super) fn each(station: &Station, find: impl Fn(&Station) -> Vec<Finding>) -> Vec<Finding> {
    let first = find(station);
    let mut findings = first.clone();
    for (index, recipe) in station.recipes.iter().enumerate() {
        let one = Station {
            recipe: recipe.clone(),
            recipes: heapless::Vec::new(),
            ..station.clone()
        };
        let own = find(&one).into_iter().filter(|own| !first.contains(own));
        let path = format!("recipes[{index}]");
        findings.extend(own.map(|finding| named(&path, finding)));
    }
    findings
}

/// A line for each further recipe that nothing is wrong with. `found` is what [`each`] found.
pub(super) fn fitting(station: &Station, found: &[Finding]) -> Vec<Finding> {
    let recipes = station.recipes.iter().enumerate();
    let lines = recipes.filter_map(|(index, recipe)| {
        let path = format!("recipes[{index}]");
        let is_wrong = |finding: &Finding| finding.is_wrong() && finding.text.contains(&path);
        let text = || format!("{path}.name \"{}\": fits the model", recipe.name);
        (!found.iter().any(is_wrong)).then(|| Finding::ok(text()))
    });
    lines.collect()
}

fn named(path: &str, finding: Finding) -> Finding {
    let Finding { grade, text } = finding;
    let named = text.replace("recipe.", &format!("{path}."));
    let text = if named == text {
        format!("{path}: {text}")
    } else {
        named
    };
    Finding { grade, text }
}
