//! The station file: every problem is found, and its message says where it is and what is allowed.

use super::{Problem, Station, json, keys, read, shape};

mod other_editors;

const HOST: &str = include_str!("../../board/stations/host.json");

fn problems(text: &str) -> Vec<String> {
    match read(text.as_bytes()) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(Problem::to_string).collect(),
    }
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

#[test]
fn every_rule_over_several_keys_is_checked() {
    for (from, to, expected) in [
        (
            "\"deadline_ms\": 7500",
            "\"deadline_ms\": 8001",
            "gate.deadline_ms: is 8001; allowed: up to gate.delay_ms",
        ),
        (
            "\"timeout_ms\": 30000",
            "\"timeout_ms\": 100",
            "engine.timeout_ms: is 100; allowed: gate.deadline_ms",
        ),
        (
            "\"part_interval_ms\": 500",
            "\"part_interval_ms\": 100",
            "up to 81 parts are under way, and the reject queue holds 64",
        ),
        (
            "\"active\": \"low\", \"safe\": \"low\"",
            "\"active\": \"high\", \"safe\": \"low\"",
            "lines.reject.safe: differs",
        ),
        (
            "\"offset\": 1",
            "\"offset\": 0",
            "lines.pass.offset: is 0, the line of lines.reject",
        ),
        (
            "\"offset\": 1, \"active\": \"high\"",
            "\"offset\": 1, \"active\": \"low\"",
            "lines.pass.safe: equals",
        ),
        (
            "\"offset\": 2, \"active\": \"high\"",
            "\"offset\": 2, \"active\": \"low\"",
            "lines.ready.safe: equals",
        ),
        (
            "\"x\": 240",
            "\"x\": 500",
            "recipe.part_present: reaches outside",
        ),
        (
            "\"brightness_max\": 255",
            "\"brightness_max\": 3",
            "recipe.part_present.brightness_min: is 40, above",
        ),
        (
            "\"blob_area_max_px\": 40",
            "\"blob_area_max_px\": 5",
            "blob_area_max_px: is 5; allowed: blob_area_min_px - 1 (11)",
        ),
        (
            "\"after\": \"keep\"",
            "\"after\": \"move\"",
            "source.directory.move_to: is empty",
        ),
        (
            "\"workers\": 1",
            "\"workers\": 3",
            "engine.slots: is 2; allowed: source.directory.workers (3)",
        ),
        (
            "\"file\": \"screen.png\"",
            "\"file\": \"\"",
            "display.file: is empty",
        ),
        (
            r#""display": { "kind": "png_colour", "file": "screen.png" }"#,
            r#""display": { "kind": "sh1106", "device": "/dev/i2c-2", "rotation_degrees": 90 }"#,
            "display.rotation_degrees: is 90; this screen is 128 x 64 pixels",
        ),
        (
            "\"mask\": \"argmax\",\n    \"scores\": \"softmax\"",
            "\"mask\": \"\",\n    \"scores\": \"\"",
            "engine.mask: is empty",
        ),
    ] {
        let found = problems(&changed(from, to));
        assert_eq!(found.len(), 1, "{to}: {found:#?}");
        assert!(found[0].contains(expected), "{to}: {found:#?}");
    }
}

#[test]
fn a_name_belongs_to_one_class() {
    let second = |name: &str| {
        let class = format!(
            "\"classes\": [{{\"class\": 2, \"name\": \"{name}\", \"score_min\": 0.5, \"blob_area_min_px\": 1, \"blob_area_max_px\": 1, \"total_area_max_px\": 1}},"
        );
        problems(&changed("\"classes\": [", &class))
    };
    assert_eq!(second("pit"), [""; 0]);
    let found = second("defect");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].contains("recipe.classes[1].name: is \"defect\" a second time"),
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

/// A picture's timestamp is wrong by at most one kernel tick. A part whose picture is missing must
/// not get the next part's picture.
#[test]
fn the_pairing_window_is_shorter_than_the_part_interval() {
    let trigger = "\"trigger\": {\"chip\": \"simulated\", \"offset\": 9, \"active\": \"low\", \"bias\": \"pull_up\", \"debounce_us\": 500, \"undecided_max\": 1}, \"recipe\":";
    for (most, expected) in [
        (550, None),
        (
            551,
            Some(
                "so pictures may come within 491 ms; allowed: 10 ms less than gate.part_interval_ms (500)",
            ),
        ),
        (60, Some("allowed with a trigger: above pair_min_ms (60)")),
    ] {
        let workers = format!("\"workers\": 1, \"pair_min_ms\": 60, \"pair_max_ms\": {most} }}");
        let text = changed("\"workers\": 1 }", &workers).replacen("\"recipe\":", trigger, 1);
        let found = problems(&text);
        let expected: Vec<_> = expected.into_iter().collect();
        assert_eq!(found.len(), expected.len(), "{most}: {found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found}");
        }
    }
}

/// The gate must know of each part before it arrives, however long the debounce takes.
#[test]
fn the_debounce_must_fit_the_gates_times() {
    const EMULATED: &str = include_str!("../../board/stations/emulated.json");
    let pulse = ("\"style\": \"divert\"", "\"style\": \"pulse\"");
    let interval = ("\"part_interval_ms\": 400", "\"part_interval_ms\": 500");
    let (delay, deadline) = (
        ("\"delay_ms\": 2000", "\"delay_ms\": 330"),
        ("\"deadline_ms\": 1900", "\"deadline_ms\": 300"),
    );
    let short = "shorter than gate.part_interval_ms";
    let known = "with \"pulse\", 0, or so short";
    for (debounce_us, changes, expected) in [
        (399_999, &[][..], None),
        (400_000, &[], Some(short)),
        // The trigger is known 400 ms after its edge, but due at 330 ms.
        (400_000, &[pulse, interval, delay, deadline], Some(short)),
        (300_000, &[interval, delay, deadline], Some(short)),
        (299_999, &[interval, delay, deadline], None),
        (30_000, &[pulse, interval, delay, deadline], None),
        (30_001, &[pulse, interval, delay, deadline], Some(known)),
        (0, &[pulse, interval, delay, deadline], None),
    ] {
        let to = format!("\"debounce_us\": {debounce_us}");
        let text = [("\"debounce_us\": 2000", to.as_str())]
            .iter()
            .chain(changes)
            .fold(EMULATED.to_owned(), |text, (from, to)| {
                assert!(text.contains(from), "{from}");
                text.replacen(from, to, 1)
            });
        let found = problems(&text);
        let expected: Vec<_> = expected.into_iter().collect();
        assert_eq!(found.len(), expected.len(), "{debounce_us}: {found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            let start = format!("trigger.debounce_us: is {debounce_us}; allowed: {expected}");
            assert!(found.contains(&start), "{found}");
        }
    }
}

#[test]
fn shape_problems_name_line_key_value_and_allowed_values() {
    for (from, to, expected) in [
        (
            "\"order\": \"bgr\"",
            "\"order\": \"grb\"",
            "line 20: image.order: is \"grb\"; allowed: \"bgr\" or \"rgb\"",
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
            "engine.device: appears again, first on line 5",
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

/// The list of keys and the types describe the same file. A file with every key of the list is
/// read; the types refuse keys that they do not know. A file with only the required keys is read as
/// well.
#[test]
fn keys_and_types_agree() {
    let wire = "{\"chip\": \"/dev/gpiochip0\", \"offset\": 3, \"name\": \"dc\"}";
    let full = changed(
        "\"part_present\":",
        "\"zones\": [{\"name\": \"bore\", \"x\": 0, \"y\": 0, \"width\": 9, \"height\": 9, \"rule\": \"ignore\"}],\n\"part_present\":",
    )
    .replacen("\"after\": \"keep\"", "\"after\": \"keep\", \"move_to\": \"done\", \"pair_min_ms\": 1, \"pair_max_ms\": 9, \"poll_ms\": 10", 1)
    .replacen("\"workers\": 1 }", "\"workers\": 1 }, \"camera\": {\"device\": \"/dev/video0\", \"frames\": \"\", \"width\": 4096, \"height\": 3072, \"format\": \"nv12\", \"mode\": \"triggered\", \"frames_per_second\": 9, \"buffers\": 4, \"exposure_max_ms\": 50}", 1)
    .replacen("\"slots\": 2", "\"slots\": 2, \"score_kind\": \"softmax\"", 1)
    .replacen("\"recipe\":", "\"trigger\": {\"chip\": \"simulated\", \"offset\": 9, \"name\": \"eye\", \"active\": \"low\", \"bias\": \"pull_up\", \"debounce_us\": 500, \"undecided_max\": 1}, \"recipe\":", 1)
    .replacen("\"offset\": 1,", "\"offset\": 1, \"chip\": \"expander\", \"name\": \"out\",", 1)
    .replacen("\"display\": {", &format!("\"expander\": {{\"bus\": \"/dev/i2c-1\", \"address\": 32}}, \"watchdog\": {{\"device\": \"/dev/watchdog\", \"timeout_s\": 9}}, \"display\": {{ \"device\": \"x\", \"address\": 60, \"clock_hz\": 1000000, \"rotation_degrees\": 90, \"data_command\": {wire}, \"reset\": {wire}, \"light\": {wire},"), 1)
    .replacen("\"timeline\":", "\"stimulus\": \"fifo\", \"timeline\":", 1)
    .replacen("\"files_max\":", "\"stall_ms\": 500, \"files_max\":", 1);
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

#[test]
fn the_late_limit_is_at_most_the_pulse() {
    let late_max_ms = |text: &str| read(text.as_bytes()).unwrap().gate.late_max_ms();
    for (given_ms, expected_ms) in [(1, 1), (150, 150), (151, 150), (60_000, 150)] {
        let to = format!("\"late_max_ms\": {given_ms}");
        let text = changed("\"late_max_ms\": 75", &to);
        assert_eq!(late_max_ms(&text), expected_ms);
    }
    let default = |pulse_ms: u32| {
        let text = changed(",\n    \"late_max_ms\": 75", "");
        let pulse = format!("\"pulse_ms\": {pulse_ms}");
        late_max_ms(&text.replacen("\"pulse_ms\": 150", &pulse, 1))
    };
    assert_eq!([1, 2, 9, 20, 400].map(default), [1, 1, 4, 10, 10]);
}
