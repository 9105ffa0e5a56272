//! The station file: every problem is found, and its message says where it is and what is allowed.

use super::file::InputName;
use super::{Problem, Station, json, keys, read, shape};
use crate::check::{Wording, left_in_english};
use crate::image::Interpolation;
use crate::language::Language;

mod camera;
mod challenge;
mod defaults;
mod encoder;
mod inputs;
mod neighbours;
mod other_editors;
mod recipes;
mod rules;

const HOST: &str = include_str!("../../board/stations/host.json");

/// The problems of a file. Each has its Chinese.
fn problems(text: &str) -> Vec<String> {
    let Err(problems) = read(text.as_bytes()) else {
        return Vec::new();
    };
    let problems: Vec<_> = problems.iter().map(Problem::to_string).collect();
    let chinese = Wording::new(Language::Chinese);
    for problem in &problems {
        let message = chinese.of(problem);
        assert_eq!(
            left_in_english(&message).next(),
            None,
            "{problem}: {message}"
        );
    }
    problems
}

/// The host file with one text replaced by another.
fn changed(from: &str, to: &str) -> String {
    assert!(HOST.contains(from), "{from}");
    HOST.replacen(from, to, 1)
}

#[test]
fn the_built_in_file_is_valid() {
    let station: Station = read(HOST.as_bytes()).unwrap();
    assert_eq!(station.image.roi.width, 1800);
    assert_eq!(station.recipe.classes.len(), 1);
}

/// Integrators start from the files of `board/stations`. Each must be valid, and its station must
/// have the file's name.
#[test]
fn every_shipped_file_is_valid() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/board/stations");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let station = read(&std::fs::read(&path).unwrap())
            .unwrap_or_else(|problems| panic!("{}: {problems:#?}", path.display()));
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert_eq!(station.station.name, name.as_str(), "{}", path.display());
        names.push(name);
    }
    for expected in [
        "host",
        "atlas200dk-oled",
        "atlas200dk-tft",
        "atlas200-carrier",
        "atlas200-carrier-belt",
        "atlas200i-dk-a2",
        "orangepi-aipro",
        "raspberry-pi-5",
    ] {
        assert!(names.iter().any(|name| name == expected), "{expected}");
    }
}

#[test]
fn all_problems_are_found_not_only_the_first() {
    let text = changed("\"delay_ms\": 8000", "\"delay_ms\": 0")
        .replacen("\"slots\": 2", "\"slotz\": 2", 1)
        .replacen("\"sync\": true", "\"sync\": 1", 1);
    let found = problems(&text);
    assert_eq!(found.len(), 4, "{found:#?}");
    assert!(
        found[0].contains("engine.slotz: unknown key; did you mean \"slots\"?"),
        "{found:#?}"
    );
    assert!(
        found[1].contains("gate.delay_ms: is 0; allowed: a whole number from 1 to 600000"),
        "{found:#?}"
    );
    assert!(
        found[2].contains("journal.sync: is 1; allowed: true or false"),
        "{found:#?}"
    );
    assert!(
        found[3].contains("engine.slots: missing; it is a whole number"),
        "{found:#?}"
    );
}

/// Such a key would be taken for the key whose path it spells, which the typed reader does not
/// know.
#[test]
fn keys_that_look_like_paths_are_refused() {
    for (from, to) in [
        ("\"station\": {", "\"engine.slots\": 2, \"station\": {"),
        ("\"station\": {", "\"\": {}, \"station\": {"),
        (
            "\"station\": {",
            "\"recipe.classes[0]\": {}, \"station\": {",
        ),
        ("\"slots\": 2", "\"slots\": 2, \"x.y\": {\"z\": 1}"),
        ("\"slots\": 2", "\"slots\": 2, \"\": 0"),
        ("\"slots\": 2", "\"slots\": 2, \"[0]\": 0"),
    ] {
        let found = problems(&changed(from, to));
        assert_eq!(found.len(), 1, "{to}: {found:#?}");
        assert!(
            found[0].starts_with("line ")
                && found[0].contains("a key is not empty and holds no '.'"),
            "{to}: {found:#?}"
        );
    }
}

#[test]
fn a_utf_8_byte_order_mark_is_accepted() {
    assert_eq!(problems(&format!("\u{feff}{HOST}")), [""; 0]);
}

#[test]
fn shape_problems_name_line_key_value_and_allowed_values() {
    for (from, to, expected) in [
        (
            "\"order\": \"bgr\"",
            "\"order\": \"grb\"",
            "line 21: image.order: is \"grb\"; allowed: \"bgr\" or \"rgb\"",
        ),
        (
            "\"score_min\": 0.5",
            "\"score_min\": 1.5",
            "recipe.classes[0].score_min: is 1.5; allowed: a number from 0 to 1",
        ),
        (
            "\"device\": 0",
            "\"device\": -1",
            "engine.device: is -1; allowed",
        ),
        (
            "\"device\": 0",
            "\"device\": 0, \"device\": 0",
            "engine.device: appears again, first on line 6",
        ),
        (
            "\"name\": \"host\"",
            "\"name\": \"\"",
            "station.name: is \"\"; allowed: text of 1 to 32 bytes",
        ),
        (
            "\"workers\": 1",
            "\"workers\": 1, \"colour\": {\"a\": 1}",
            "source.directory.colour: unknown key; `sluice check --keys`",
        ),
        (
            "\"style\": \"pulse\"",
            "\"style\": true",
            "gate.style: is true; allowed: \"pulse\" or \"divert\"",
        ),
    ] {
        let found = problems(&changed(from, to));
        assert_eq!(found.len(), 1, "{to}: {found:#?}");
        assert!(found[0].contains(expected), "{to}: {found:#?}");
    }
    assert!(problems("{")[0].contains("not JSON"));
    assert!(problems("[]")[0].contains("one JSON object"));
    assert!(!problems("{}").is_empty());
    assert!(
        read(&[0xff, b'{']).unwrap_err()[0]
            .text
            .contains("not UTF-8")
    );
}

#[test]
fn a_region_that_the_resize_cannot_do_is_refused_by_name() {
    let area = |size: &str| {
        let order = "\"order\": \"bgr\", \"resize\": \"area\"";
        let text = HOST.replacen("\"order\": \"bgr\"", order, 1);
        let size = format!("\"size\": {size}");
        let from = "\"size\": { \"width\": 960, \"height\": 960 }";
        assert!(text.contains(from));
        text.replacen(from, &size, 1)
    };
    let station = read(area("{ \"width\": 960, \"height\": 960 }").as_bytes()).unwrap();
    assert_eq!(station.image.resize, Interpolation::Area);
    let found = read(area("{ \"width\": 6, \"height\": 6 }").as_bytes()).unwrap_err();
    let text = format!("{found:?}");
    assert!(
        text.contains("image.resize") && text.contains("65793"),
        "{text}"
    );
}

/// Further recipes and golden parts with all their keys, and the beginning of the first recipe with
/// those that it may leave out.
const RECIPES_AND_CHALLENGE: &str = r#""recipes": [{"name": "b", "code": 2, "model": "b.onnx", "mask": "",
    "scores": "p", "score_kind": "sigmoid", "image": {"roi": {"x": 1, "y": 2, "width": 8, "height": 9},
    "size": {"width": 32, "height": 48}, "order": "rgb", "resize": "area"}, "classes": [{"class": 1,
    "name": "defect", "score_min": 0.5, "blob_area_min_px": 1, "blob_area_max_px": 9, "total_area_max_px": 9}],
    "zones": [{"name": "bore", "x": 0, "y": 0, "width": 9, "height": 9, "rule": "ignore"}],
    "part_present": {"x": 0, "y": 0, "width": 9, "height": 9, "brightness_min": 1, "brightness_max": 9,
    "share_min_percent": 9},
    "drift": {"parts": 20, "baselines": [{"measure": "mask_px", "normal": 1, "warning": 1.5, "fault": 2}]}}],
    "challenge": {"by": "picture", "parts": [{"picture": "a.png", "expect": "pass"},
    {"picture": "b.png", "expect": "reject"}], "at_start": false, "every_parts": 9,
    "every_hours": 9}, "recipe": {
    "drift": {"parts": 20, "baselines": [{"measure": "contrast", "normal": 1, "warning": 1.5, "fault": 2}]},
    "code": 1, "model": "a.onnx", "mask": "argmax", "scores": "",
    "score_kind": "logits", "image": {"roi": {"x": 1, "y": 2, "width": 8, "height": 9},
    "size": {"width": 32, "height": 48}, "order": "rgb", "resize": "area"},"#;

/// A file with every key of the list. The types can read it; not every rule allows it.
fn with_every_key() -> String {
    let wire = "{\"chip\": \"/dev/gpiochip0\", \"offset\": 3, \"name\": \"dc\"}";
    let inputs: Vec<_> = InputName::ALL
        .iter()
        .map(|input| {
            let name = input.key().trim_start_matches("inputs.");
            format!("\"{name}\": {{\"chip\": \"c\", \"offset\": 3, \"name\": \"n\", \"active\": \"low\", \"bias\": \"as_is\", \"debounce_us\": 1}}")
        })
        .collect();
    let by_hand = format!(
        "\"inputs\": {{{}}}, \"limits\": {{\"latch_faults\": true, \"rejects_in_a_row\": 3, \"reject_rate\": {{\"parts\": 9, \"max_percent\": 9}}}}, \"journal\":",
        inputs.join(", ")
    );
    let full = changed(
        "\"part_present\":",
        "\"zones\": [{\"name\": \"bore\", \"x\": 0, \"y\": 0, \"width\": 9, \"height\": 9, \"rule\": \"ignore\"}],\n\"part_present\":",
    )
    .replacen("\"after\": \"keep\"", "\"after\": \"keep\", \"move_to\": \"done\", \"pair_min_ms\": 1, \"pair_max_ms\": 9, \"poll_ms\": 10, \"endings\": \"jpeg\"", 1)
    .replacen("\"workers\": 1 }", "\"workers\": 1 }, \"camera\": {\"device\": \"/dev/video0\", \"frames\": \"\", \"width\": 4096, \"height\": 3072, \"format\": \"nv12\", \"dropped_bits\": 0, \"demosaic\": \"bilinear\", \"mode\": \"triggered\", \"frames_per_second\": 9, \"buffers\": 4, \"exposure_max_ms\": 50}", 1)
    .replacen("\"slots\": 2", "\"slots\": 2, \"threads\": 2, \"score_kind\": \"softmax\"", 1)
    .replacen("\"recipe\":", "\"trigger\": {\"chip\": \"simulated\", \"offset\": 9, \"name\": \"eye\", \"active\": \"low\", \"bias\": \"pull_up\", \"debounce_us\": 500, \"undecided_max\": 1}, \"recipe\":", 1)
    .replacen("\"offset\": 1,", "\"offset\": 1, \"chip\": \"expander\", \"name\": \"out\",", 1)
    .replacen("\"display\": {", &format!("\"expander\": {{\"bus\": \"/dev/i2c-1\", \"address\": 32}}, \"watchdog\": {{\"device\": \"/dev/watchdog\", \"timeout_s\": 9}}, \"display\": {{ \"device\": \"x\", \"address\": 60, \"clock_hz\": 1000000, \"rotation_degrees\": 90, \"data_command\": {wire}, \"reset\": {wire}, \"light\": {wire},"), 1)
    .replacen("\"journal\":", &by_hand, 1)
    .replacen("\"recipe\":", "\"encoder\": {\"chip\": \"c\", \"offset\": 3, \"name\": \"n\", \"active\": \"low\", \"bias\": \"as_is\", \"ticks_per_s_max\": 9, \"ticks_per_s_min\": 5, \"watch_ms\": 900, \"line_b\": {\"chip\": \"c\", \"offset\": 3, \"name\": \"n\", \"bias\": \"as_is\", \"means\": \"quadrature\", \"forward\": \"low\"}}, \"recipe\":", 1)
    .replacen("\"order\": \"bgr\"", "\"order\": \"bgr\", \"resize\": \"linear_kleidicv\"", 1)
    .replacen("\"late_max_ms\":", "\"delay_ticks\": 9, \"pulse_ticks\": 9, \"late_max_ms\":", 1)
    .replacen("\"late_max_ms\": 75", "\"late_max_ms\": 75, \"confirm\": {\"sees\": \"passed\", \"min_ms\": 0, \"max_ms\": 9, \"faults_max\": 2}", 1)
    .replacen("\"timeline\":", "\"stimulus\": \"fifo\", \"timeline\":", 1)
    .replacen("\"recipe\": {", RECIPES_AND_CHALLENGE, 1)
    .replacen("\"inputs\": {", "\"inputs\": {\"recipe_stable_ms\": 9, ", 1)
    .replacen("\"journal\":", "\"history\": {\"directory\": \"history\", \"rejects_max\": 1, \"faults_max\": 1, \"passes_max\": 1, \"pass_every\": 1, \"near_max\": 1, \"size_max_kib\": 1024}, \"journal\":", 1)
    .replacen("\"files_max\":", "\"stall_ms\": 500, \"shifts\": [{\"name\": \"early\", \"start\": \"06:00\"}], \"files_max\":", 1)
    .replacen("\"late_max_ms\":", "\"dead_time_ms\": 1, \"gap_min_ms\": 1, \"overlap\": \"extend\", \"extend_max_ms\": 900, \"after_pass\": \"hold\", \"after_late\": \"stop\", \"late_max_ms\":", 1);
    let full = full.replacen(
        "\"station\": {",
        "\"station\": {\"language\": \"chinese\", ",
        1,
    );
    full.replacen('{', "{\"$schema\": \"station-file.schema.json\",", 1)
}

/// The list of keys and the types describe the same file. A file with every key of the list is
/// read; the types refuse keys that they do not know. A file with only the required keys is read as
/// well.
#[test]
fn keys_and_types_agree() {
    let full = with_every_key();
    let entries = json::flatten(&full).unwrap();
    assert_eq!(shape::check(&entries), []);
    serde_json_core::from_str::<Station>(&full).unwrap();
    for key in keys::all() {
        assert!(
            entries.iter().any(|entry| key.describes(&entry.path)),
            "{}",
            key.path
        );
    }
    let optional = |path: &str| keys::all().any(|key| key.optional && key.describes(path));
    for entry in json::flatten(HOST)
        .unwrap()
        .iter()
        .filter(|entry| optional(&entry.path))
    {
        let name = entry.path.rsplit('.').next().unwrap();
        let start = HOST.find(&format!("\"{name}\": ")).unwrap();
        let renamed = format!(
            "{}\"{name}x\": {}",
            &HOST[..start],
            &HOST[start + name.len() + 4..]
        );
        let found = problems(&renamed);
        assert_eq!(
            found.len(),
            1,
            "{name}: only the new name is unknown: {found:#?}"
        );
    }
}
