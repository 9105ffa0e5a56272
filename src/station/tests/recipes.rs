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

/// A recipe `b` with these keys of its own, and the host file around it.
fn with_own(keys: &str) -> String {
    let own = recipe("b", 1, 50).replace(r#""code": 1,"#, &format!(r#""code": 1, {keys},"#));
    with(&[own], false)
}

#[test]
fn what_a_recipe_leaves_out_comes_from_engine_and_image() {
    let text = with_own(
        r#""model": "b.onnx", "scores": "p", "score_kind": "sigmoid", "image": { "size": { "width": 32, "height": 48 } }"#,
    );
    let station = crate::station::read(text.as_bytes()).unwrap();
    let [first, other] = [0, 1].map(|place| station.of_recipe(place).unwrap());
    assert!(station.of_recipe(2).is_none());
    // Without own keys it is the same station, without the further recipes.
    assert_eq!(
        (&first.engine, &first.image),
        (&station.engine, &station.image)
    );
    assert_eq!((&first.recipe, first.recipes.len()), (&station.recipe, 0));
    assert_eq!(other.engine.model, "b.onnx");
    assert_eq!(other.engine.mask, station.engine.mask);
    assert_eq!(other.engine.scores, "p");
    assert_eq!(other.engine.score_kind, crate::recipe::ScoreKind::Sigmoid);
    assert_eq!(other.engine.slots, station.engine.slots);
    let (own, shared) = (other.image, station.image);
    assert_eq!((own.size.width, own.size.height), (32, 48));
    assert_eq!(
        (own.frame, own.roi, own.order),
        (shared.frame, shared.roi, shared.order)
    );
    assert_eq!((&*other.recipe.name, other.recipes.len()), ("b", 0));
    assert_eq!(other.of_recipe(0).unwrap(), other);
}

#[test]
fn recipes_with_the_same_model_and_size_share_one() {
    let own = |name: &str, code, model: &str| {
        recipe(name, code, 50).replace(
            "\"classes\"",
            &format!("\"model\": \"{model}\", \"classes\""),
        )
    };
    let region = recipe("d", 4, 50).replace(
        "\"classes\"",
        r#""image": { "roi": { "x": 9, "y": 9, "width": 900, "height": 900 } }, "classes""#,
    );
    let recipes = [
        own("a", 1, "a.onnx"),
        recipe("b", 2, 50),
        own("c", 3, "a.onnx"),
        region,
    ];
    let station = crate::station::read(with(&recipes, false).as_bytes()).unwrap();
    assert_eq!(station.model_numbers(), [0, 1, 0, 1, 0]);
}

#[test]
fn messages_name_the_keys_of_the_recipe() {
    let text = with_own(r#""model": "b.onnx", "image": { "order": "rgb" }"#);
    let station = crate::station::read(text.as_bytes()).unwrap();
    let text = "engine.model: image.size, image.order and recipe.classes[0] differ";
    assert_eq!(station.with_own_keys(0, text), text);
    assert_eq!(
        station.with_own_keys(1, text),
        "recipes[0].model: image.size, recipes[0].image.order and recipes[0].classes[0] differ"
    );
    assert_eq!(
        station.with_own_keys(1, "engine.slots: no memory"),
        "recipes[0]: engine.slots: no memory"
    );
    for path in [
        "models/recipe.onnx",
        "recipe.onnx",
        "engine.model/x.onnx",
        "a/recipe.name",
    ] {
        assert_eq!(
            station.with_own_keys(1, &format!("engine.model {path}: loaded (image.order).")),
            format!("recipes[0].model {path}: loaded (recipes[0].image.order).")
        );
    }
    assert_eq!(
        station.with_own_keys(1, "recipe.classes lists class 7, recipe.zones[1].rule too"),
        "recipes[0].classes lists class 7, recipes[0].zones[1].rule too"
    );
}

#[test]
fn models_and_regions_that_do_not_fit_are_refused() {
    let shared = "recipes[0].image.size: is 32x48, but recipe has";
    for (own, expected) in [
        (
            r#""image": { "roi": { "x": 3000, "y": 0, "width": 1097, "height": 9 } }"#,
            "recipes[0].image.roi: is 1097x9 at (3000, 0), which extends beyond image.frame",
        ),
        (
            r#""image": { "size": { "width": 32, "height": 48 } }"#,
            shared,
        ),
        (
            r#""mask": "", "scores": """#,
            "recipes[0].mask: is empty and so is recipes[0].scores; name at least one output",
        ),
        (
            r#""scores": "", "score_kind": "sigmoid""#,
            "recipes[0].score_kind: says what the scores are, but recipes[0].scores is empty",
        ),
        (
            r#""model": "b.onnx", "image": { "size": { "width": 32, "height": 48 } },
                "zones": [{"name": "z", "x": 30, "y": 0, "width": 3, "height": 3, "rule": "ignore"}]"#,
            "recipes[0].zones[0]: reaches outside; the model input is 32 x 48",
        ),
        (
            r#""image": { "frame": { "width": 32, "height": 48 } }"#,
            "recipes[0].image.frame: unknown key",
        ),
        (
            r#""image": { "size": { "width": 32 } }"#,
            "recipes[0].image.size.height: missing",
        ),
        (
            r#""model": """#,
            "recipes[0].model: is \"\"; allowed: text of 1 to",
        ),
    ] {
        let found = problems(&with_own(own));
        assert_eq!(found.len(), 1, "{own}: {found:#?}");
        assert!(found[0].contains(expected), "{expected}: {found:#?}");
    }
    // What is wrong with the shared keys is said once.
    let text = with_own(r#""model": "b.onnx""#).replace(
        "\"mask\": \"argmax\",\n    \"scores\": \"softmax\"",
        "\"mask\": \"\",\n    \"scores\": \"\"",
    );
    let found = problems(&text);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("engine.mask: is empty"), "{found:#?}");
    // The recipe that gives a size of its own is named.
    let first = changed(
        r#""recipe": {"#,
        r#""recipe": { "image": { "size": { "width": 980, "height": 980 } },"#,
    );
    let list = recipe("b", 1, 50);
    let found = problems(&first.replacen(
        "\"display\"",
        &format!("\"recipes\": [{list}], \"display\""),
        1,
    ));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].contains("recipe.image.size: is 980x980, but recipes[0] has 960x960"),
        "{found:#?}"
    );
}
