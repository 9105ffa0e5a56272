//! Rules about several recipes.

use super::{changed, problems};

/// A further recipe.
fn recipe(name: &str, code: u8, blob_area_max_px: u32) -> String {
    format!(
        r#"{{ "name": "{name}", "code": {code}, "classes": [ {{ "class": 1, "name": "defect", "score_min": 0.5,
            "blob_area_min_px": 40, "blob_area_max_px": {blob_area_max_px}, "total_area_max_px": 400 }} ] }}"#
    )
}

/// The host file with these recipes, and lines for the two lower bits of the code.
fn with(recipes: &[String], lines: bool) -> String {
    let line = |bit: u32| {
        format!(
            r#""recipe_{bit}": {{ "chip": "/dev/gpiochip4", "offset": {bit}, "active": "high", "bias": "as_is",
                "debounce_us": 5 }}"#
        )
    };
    let inputs = if lines {
        format!("{}, {}", line(0), line(1))
    } else {
        String::new()
    };
    let list = recipes.join(", ");
    let sections = format!(r#""inputs": {{ {inputs} }}, "recipes": [{list}], "display""#);
    changed(r#""display""#, &sections)
}

#[test]
fn recipes_have_the_order_of_the_file() {
    let text = with(&[recipe("plate", 2, 50), recipe("disc", 3, 60)], true);
    let station = crate::station::read(text.as_bytes()).unwrap();
    let names: Vec<_> = station
        .all_recipes()
        .map(|one| (one.code, &*one.name))
        .collect();
    let first = &*station.recipe.name;
    assert_eq!(names, [(0, first), (2, "plate"), (3, "disc")]);
    assert_eq!(
        [0, 1, 2, 3].map(|place| station.recipe_name(place)),
        [first, "plate", "disc", ""]
    );
    assert_eq!(station.inputs.recipe_stable_ms, 100);
}

#[test]
fn recipes_that_cannot_be_told_apart_or_chosen_are_refused() {
    for (recipes, lines, expected) in [
        (
            vec![recipe("a", 1, 50), recipe("a", 2, 50)],
            true,
            "recipes[1].name: is \"a\" a second time; give each recipe its own name",
        ),
        (
            vec![recipe("a", 1, 50), recipe("b", 1, 50)],
            false,
            "recipes[1].code: is 1 a second time; give each recipe its own code",
        ),
        (
            vec![recipe("a", 0, 50)],
            false,
            "recipes[0].code: is 0 a second time",
        ),
        (
            vec![recipe("a", 5, 50)],
            true,
            "recipes[0].code: is 5, which the lines inputs.recipe_0, inputs.recipe_1 cannot give",
        ),
        (
            vec![recipe("a", 1, 20)],
            false,
            "recipes[0].classes[0].blob_area_max_px: is 20; allowed: blob_area_min_px - 1 (39) or more",
        ),
        (
            vec![],
            true,
            "recipes: is a list of 0; allowed: a list of 1 to 7",
        ),
    ] {
        let found = problems(&with(&recipes, lines));
        assert!(
            found.iter().any(|problem| problem.contains(expected)),
            "{expected}: {found:#?}"
        );
    }
}
