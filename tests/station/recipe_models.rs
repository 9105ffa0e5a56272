//! Promise: recipes may have models of different sizes and regions. All are loaded at the start.
//! Each part is judged by the model and the region of its own recipe, and so are golden pictures,
//! `eval` and `tune`. The self-check proves the model that is in use. The journal names all models.

use super::onnx::{self, Network};
use crate::site::inputs::{RECIPE_0, RECIPE_1};
use crate::site::trigger::Stimulus;
use crate::site::{Running, Site, lines, pictures, wait_for};
use sluice::hash::Sha256;
use sluice::journal::{Part, Record};
use std::fs;

/// It finds dark pixels, and `plate` bright ones.
const FLANGE: Network = Network {
    size: [48, 32],
    finds_dark: true,
    nhwc: false,
    sigmoid: true,
    weights: None,
};

/// Its region is the lower right corner of the picture, at full size. `plate` does not see the
/// columns from 144 on.
const RECIPES: &str = r#""recipes": [ { "name": "flange", "code": 2,
    "model": "flange.onnx", "mask": "", "scores": "p", "score_kind": "sigmoid",
    "image": { "roi": { "x": 128, "y": 96, "width": 32, "height": 48 }, "size": { "width": 32, "height": 48 } },
    "classes": [ { "class": 1, "name": "dent", "score_min": 0.5,
    "blob_area_min_px": 4, "blob_area_max_px": 40, "total_area_max_px": 40 } ] } ],
  "display": {"#;

/// A part with a dark square of 12 x 12 pixels, a defect of a flange.
fn dented() -> Vec<u8> {
    pictures::png(pictures::WIDTH, pictures::HEIGHT, |x, y| {
        let inside = (146..158).contains(&x) && (120..132).contains(&y);
        if inside { 0 } else { 100 }
    })
}

impl Site {
    fn add_model(&self) {
        fs::write(self.path.join("flange.onnx"), onnx::network(FLANGE)).unwrap();
        let aipp = fs::read_to_string(self.path.join("aipp.cfg")).unwrap();
        let aipp = aipp
            .replace("src_image_size_w: 64", "src_image_size_w: 32")
            .replace("src_image_size_h: 64", "src_image_size_h: 48");
        fs::write(self.path.join("flange.aipp.cfg"), aipp).unwrap();
        self.change(&[
            ("\"display\": {", RECIPES),
            (r#""name": "plate","#, r#""name": "plate", "code": 1,"#),
        ]);
    }

    /// Changes the recipe by a command, and waits until it is changed.
    fn choose(&self, recipe: &str) {
        let (code, answer) = self.ask(&["recipe", recipe]);
        assert_eq!(code, Some(0), "{answer}");
        let printed = format!("{recipe}\n");
        wait_for(recipe, || {
            (self.ask(&["recipe"]).1 == printed).then_some(())
        });
        self.wait_line(lines::READY, true);
    }

    /// Feeds a part and waits for its record.
    fn judge(&self, name: &str, picture: &[u8]) -> String {
        self.feed(name, picture);
        judged(&self.wait_part(name))
    }
}

/// The recipe, the verdict and the largest blob of a part.
fn judged(part: &Part) -> String {
    let recipe = part.recipe.clone().unwrap();
    format!("{recipe} {} {}", part.verdict.kind, part.blobs.largest_px)
}

#[test]
fn each_part_is_judged_by_the_model_and_region_of_its_recipe() {
    let site = Site::quick("models-command");
    site.add_model();
    let mut station = site.start();
    // The spot of 20 x 20 pixels is 10 x 10 in the input of `plate`.
    assert_eq!(site.judge("1.png", &pictures::bad()), "plate REJECT 100");
    assert_eq!(site.judge("2.png", &dented()), "plate PASS 0");
    site.choose("flange");
    assert_eq!(site.judge("3.png", &pictures::bad()), "flange PASS 0");
    assert_eq!(site.judge("4.png", &dented()), "flange REJECT 144");
    site.choose("plate");
    assert_eq!(site.judge("5.png", &pictures::bad()), "plate REJECT 100");
    assert_eq!(station.stop(), Some(0));
    journal_names_both_models(&site);
}

/// What computes each model is known once they have run.
fn journal_names_both_models(site: &Site) {
    let mut starts = Vec::new();
    let mut models = Vec::new();
    for entry in site.journal() {
        match entry.content.unwrap() {
            Record::Start(start) => starts.push((start.model_sha256, start.engine)),
            Record::Model(model) => models.push(*model),
            _ => {}
        }
    }
    let hash = |file| Sha256::of(&fs::read(site.path.join(file)).unwrap());
    assert_eq!((starts.len(), models.len()), (2, 4));
    let computed_by = "unet-executor";
    for (index, model) in models.iter().enumerate() {
        let (path, recipe) = [("parts.onnx", "plate"), ("flange.onnx", "flange")][index % 2];
        assert_eq!((&*model.model, model.sha256), (path, hash(path)));
        assert_eq!(model.recipes, [recipe]);
        assert_eq!(model.engine.as_deref(), (index > 1).then_some(computed_by));
    }
    let of_plate = hash("parts.onnx");
    let engines = [None, Some(computed_by.parse().unwrap())];
    assert_eq!(starts, engines.map(|engine| (of_plate, engine)));
}

#[test]
fn the_picture_of_a_part_under_way_is_decoded_for_its_own_recipe() {
    let site = Site::with_trigger("models-lines", 4, 1000);
    site.be_quick();
    site.add_inputs(&[("recipe_0", RECIPE_0), ("recipe_1", RECIPE_1)]);
    site.change(&[(r#""inputs": {"#, r#""inputs": { "recipe_stable_ms": 20,"#)]);
    site.add_model();
    let mut station = site.start();
    let mut inputs = Stimulus::open(&site);
    inputs.set(RECIPE_0, true);
    site.wait_line(lines::READY, true);
    inputs.part();
    wait_for("the part to be taken", || {
        (!site.timeline().active(lines::BUSY).is_empty()).then_some(())
    });
    // The change waits for the part, whose picture comes only now.
    inputs.set(RECIPE_1, true);
    inputs.set(RECIPE_0, false);
    site.wait_line(lines::READY, false);
    site.feed("1.png", &pictures::bad());
    assert_eq!(judged(&site.wait_part("1.png")), "plate REJECT 100");
    site.wait_line(lines::READY, true);
    site.part_with(&mut inputs, 2, "2.png", &dented());
    assert_eq!(judged(&site.wait_part("2.png")), "flange REJECT 144");
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_cameras_frame_becomes_the_input_of_its_recipes_model() {
    let site = Site::new("models-camera");
    site.add_trigger(4);
    site.add_camera();
    site.add_model();
    fs::write(site.path.join("frames/00.png"), dented()).unwrap();
    let mut station = site.start();
    let mut trigger = Stimulus::open(&site);
    for (number, recipe, expected) in [
        (1, "plate", "plate PASS 0"),
        (2, "flange", "flange REJECT 144"),
        (3, "plate", "plate PASS 0"),
    ] {
        site.choose(recipe);
        trigger.part();
        assert_eq!(judged(&site.wait_parts(number)[number - 1]), expected);
    }
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn golden_pictures_are_inspected_with_the_present_recipe() {
    let site = Site::quick("models-golden");
    site.add_model();
    let challenge = r#""challenge": { "by": "picture", "at_start": false, "parts": [
        { "picture": "good.png", "expect": "pass" }, { "picture": "dented.png", "expect": "reject" } ] },
  "display": {"#;
    site.change(&[("\"display\": {", challenge)]);
    fs::write(site.path.join("good.png"), pictures::good()).unwrap();
    fs::write(site.path.join("dented.png"), dented()).unwrap();
    let (code, text) = site.ask(&["check"]);
    assert_eq!(code, Some(1), "{text}");
    // It is a defect of a flange only.
    for line in [
        "WRONG  challenge.parts[1] dented.png: it must reject, but is judged: PASS",
        "ok     recipes[0]: challenge.parts[1] dented.png: REJECT",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let mut station = site.start();
    site.choose("flange");
    let (code, answer) = site.ask(&["challenge", "--wait"]);
    assert_eq!(code, Some(0), "{answer}");
    site.choose("plate");
    let (code, answer) = site.ask(&["challenge", "--wait"]);
    assert_eq!(code, Some(1), "{answer}");
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn check_names_each_model_and_the_recipe_that_is_wrong() {
    let site = Site::new("models-check");
    site.add_model();
    let (code, text) = site.ask(&["check"]);
    assert_eq!(code, Some(0), "{text}");
    for words in [
        "engine.model parts.onnx: loaded in ",
        "recipes[0].model flange.onnx: loaded in ",
        "ok     engine.model: computed by unet-executor",
        "ok     recipes[0].model: computed by unet-executor",
        "recipes[0].image.size: 32x48, as the model's input `x`",
        "recipes[0].scores: output `p` fits",
        r#"recipes[0].name "flange": fits the model"#,
        "recipes[0]: memory of the slots: ",
        // Black is a defect of a flange.
        "warn   a black picture is judged: PASS",
        "ok     recipes[0]: a black picture is judged: REJECT",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // A small picture contains neither region.
    site.feed("small.png", &pictures::small());
    let (_, text) = site.ask(&["check"]);
    for key in ["image.roi", "recipes[0].image.roi"] {
        let line = format!("warn   {key}: is ");
        assert_eq!(text.matches(&line).count(), 1, "{text}");
    }
    assert_eq!(
        text.matches("image.frame: is not given").count(),
        1,
        "{text}"
    );
    for (from, to, words) in [
        (
            r#""model": "flange.onnx""#,
            r#""model": "no.onnx""#,
            "recipes[0].model no.onnx: ",
        ),
        (
            r#""size": { "width": 32, "height": 48 }"#,
            r#""size": { "width": 32, "height": 64 }"#,
            "recipes[0].image.size.height is 64, recipes[0].model takes 48",
        ),
        (
            r#""scores": "p""#,
            r#""scores": "q""#,
            "recipes[0].scores is \"q\"; the model has `p`",
        ),
        (
            r#""score_kind": "sigmoid""#,
            r#""score_kind": "softmax""#,
            "recipes[0].score_kind",
        ),
    ] {
        site.change(&[(from, to)]);
        let (code, text) = site.ask(&["check"]);
        assert_eq!(code, Some(1), "{words}: {text}");
        let line = text.lines().find(|line| line.contains(words));
        assert!(
            line.is_some_and(|line| line.starts_with("WRONG")),
            "{words}: {text}"
        );
        // The station does not start, and names the recipe as well.
        let (code, text) = site.ask(&["run"]);
        assert_eq!(code, Some(4), "{words}: {text}");
        assert!(
            text.contains("recipes[0].") && !text.contains("engine.model "),
            "{text}"
        );
        site.change(&[(to, from)]);
    }
}

/// A station with two models, which checks itself at this interval.
fn checks_itself(test: &str, self_check_ms: u32) -> Site {
    let site = Site::new(test);
    site.add_model();
    let with_check = format!(r#""scores": "softmax", "self_check_ms": {self_check_ms}"#);
    site.change(&[(r#""scores": "softmax""#, &with_check)]);
    site
}

/// When the alive line changed, in microseconds.
fn alive_us(site: &Site) -> Vec<u64> {
    let spans = site.timeline().active(lines::ALIVE).into_iter();
    spans
        .flat_map(|span| [Some(span.from_us), span.until_us])
        .flatten()
        .collect()
}

fn wait_alive(site: &Site, count: usize) -> Vec<u64> {
    wait_for("changes of the alive line", || {
        let changes = alive_us(site);
        (changes.len() >= count).then_some(changes)
    })
}

#[test]
fn after_a_change_the_self_check_proves_the_new_model_at_once() {
    const INTERVAL_MS: u32 = 6000;
    let site = checks_itself("models-self-check", INTERVAL_MS);
    let mut station = site.start();
    wait_alive(&site, 1);
    // The model of `plate` has just been checked, and its next check is far away.
    site.choose("flange");
    let changes = wait_alive(&site, 2);
    let interval_us = u64::from(INTERVAL_MS) * 1000;
    assert!(
        changes[1] - changes[0] < interval_us - 1_000_000,
        "{changes:?}"
    );
    let changes = wait_alive(&site, 3);
    assert!(
        changes[2] - changes[1] > interval_us - 1_000_000,
        "{changes:?}"
    );
    assert_eq!(station.stop(), Some(0));
}

/// The first self-check after the change gives a wrong output.
#[test]
fn a_model_that_no_longer_gives_what_it_gave_ends_the_program() {
    let site = checks_itself("models-changed", 3000);
    // Two slots and a black picture for each model, and the first check, of `plate`.
    const EARLIER: u32 = 2 * 3 + 1;
    let fault = format!("aclmdlExecuteAsync:{}:short", EARLIER + 1);
    let mut station: Running = site.start_faulty(&fault);
    wait_alive(&site, 1);
    let (code, answer) = site.ask(&["recipe", "flange"]);
    assert_eq!(code, Some(0), "{answer}");
    assert_eq!(station.wait(), Some(5), "{}", site.errors());
    let errors = site.errors();
    assert!(
        errors.contains("self-check: a black picture no longer gives"),
        "{errors}"
    );
    site.timeline().assert_safe();
}

/// A data set of flanges: a good one and a dented one.
fn add_set(site: &Site) {
    for (number, picture) in [(0, pictures::good()), (1, dented())] {
        let directory = site.path.join("set").join(number.to_string());
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join("image.png"), picture).unwrap();
        let mask = pictures::png(pictures::WIDTH, pictures::HEIGHT, |x, y| {
            let inside = (146..158).contains(&x) && (120..132).contains(&y);
            if number == 1 && inside { 255 } else { 0 }
        });
        fs::write(directory.join("mask.png"), mask).unwrap();
    }
}

#[test]
fn eval_and_tune_use_the_model_and_region_of_the_chosen_recipe() {
    let site = Site::new("models-labelled");
    site.add_model();
    add_set(&site);
    let (code, text) = site.ask(&["eval", "set", "--recipe", "flange"]);
    assert_eq!(code, Some(0), "{text}");
    let part = text
        .lines()
        .find(|line| line.trim_start().starts_with("1 "));
    let part = part.unwrap();
    // The mask of the model is exact.
    assert!(
        part.contains(" 1.000000") && part.contains("REJECT"),
        "{text}"
    );
    // The first recipe does not see the dent.
    let (code, text) = site.ask(&["eval", "set"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(!text.contains("REJECT"), "{text}");

    let tune = ["tune", "set", "--recipe", "flange", "--write", "tuned.json"];
    let (code, text) = site.ask(&tune);
    assert_eq!(code, Some(0), "{text}");
    let read = |name: &str| {
        let file = fs::read(site.path.join(name)).unwrap();
        sluice::station::read(&file).unwrap()
    };
    let (before, after) = (read("station.json"), read("tuned.json"));
    assert_eq!(after.recipe, before.recipe);
    let (old, new) = (&before.recipes[0].classes[0], &after.recipes[0].classes[0]);
    assert_ne!(old.blob_area_max_px, new.blob_area_max_px);
    assert!(new.blob_area_max_px < 144, "{new:?}");

    for command in ["eval", "tune"] {
        let (code, text) = site.ask(&[command, "set", "--recipe", "disc"]);
        assert_eq!(code, Some(2), "{text}");
        assert!(
            text.contains(
                "--recipe disc: the station file has no such recipe; there are: plate, flange"
            ),
            "{text}"
        );
    }
}
