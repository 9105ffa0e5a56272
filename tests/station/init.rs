//! Promise: `sluice init` writes a station file that `sluice check` accepts, and overwrites
//! nothing.

use crate::site::{Site, pictures, said};
use sluice::draft::TEMPLATES;
use std::fs;
use std::process::Stdio;

#[test]
fn a_station_from_options_is_accepted_and_its_size_comes_from_model_and_pictures() {
    let site = Site::new("init");
    site.feed("a.png", &pictures::good());
    let init = [
        "init",
        "new.json",
        "--name",
        "press 7",
        "--directory",
        "parts",
        "--roi",
        "16,8,128,128",
        "--model",
        "parts.onnx",
        "--line",
        "reject=7",
    ];
    let words = [
        "image.frame is 160x144, as the pictures in parts are",
        "image.size is 64x64, as the model has it",
        "engine.scores is softmax",
        "engine.mask is argmax",
        "sluice check --station new.json",
    ];
    site.assert_says(&init, 0, &words);
    let path = site.path.join("new.json");
    let text = fs::read(&path).unwrap();
    let station = sluice::station::read(&text).unwrap();
    assert_eq!(station.station.name, "press 7");
    assert_eq!(station.lines.reject.offset, Some(7));
    let output = site.output(&["check", "--station", "new.json"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    // It overwrites nothing, and does not ask before it says so.
    site.assert_says(&init, 1, &["new.json", "never overwritten"]);
    site.assert_says(&["init", "new.json"], 1, &["never overwritten"]);
    assert_eq!(fs::read(&path).unwrap(), text);
}

#[test]
fn every_template_gives_a_station_file() {
    let site = Site::new("init-templates");
    let listed = site.output(&["init", "--list"]);
    for template in TEMPLATES {
        assert!(said(&listed).contains(template.name), "{}", said(&listed));
        let file = format!("{}.json", template.name);
        site.assert_says(&["init", &file, "--board", template.name], 0, &["written"]);
        let output = site.output(&["check", "--station", &file]);
        assert!(
            said(&output).contains("every key is right"),
            "{}",
            said(&output)
        );
    }
}

#[test]
fn what_would_be_wrong_is_not_written() {
    let site = Site::new("init-wrong");
    for (options, code, words) in [
        (
            &["--board", "x"][..],
            2,
            &["--board x", "atlas200dk-oled"][..],
        ),
        (
            &["--camera", "/dev/video0"],
            3,
            &["source.camera", "trigger"],
        ),
        (
            &["--frame", "100x100", "--roi", "0,0,200,10"],
            3,
            &["  image.roi"],
        ),
        (&["--frame", "0x5"], 2, &["'0x5'"]),
        (&["--line", "reject"], 2, &["reject=12"]),
        (
            &["--line", "rejekt=5"],
            2,
            &["--line rejekt", "it has: reject, "],
        ),
        (
            &["--directory", "a", "--camera", "b"],
            2,
            &["cannot be used with"],
        ),
    ] {
        let arguments = [&["init", "new.json"], options].concat();
        site.assert_says(&arguments, code, words);
        assert!(!site.path.join("new.json").exists(), "{options:?}");
    }
}

#[test]
fn the_next_steps_can_be_pasted_and_name_what_moves() {
    let site = Site::new("init-next");
    let init = ["init", "press 7.json", "--directory", "new parts"];
    let words = [
        "mkdir -p 'new parts'",
        "sluice check --station 'press 7.json'",
        "sluice pulse reject --station 'press 7.json'     moves the line reject",
        "in these sections: station, engine, source",
    ];
    site.assert_says(&init, 0, &words);
    let belt = ["init", "belt.json", "--board", "atlas200-carrier-belt"];
    site.assert_says(&belt, 0, &["recipes is left out"]);
    let text = fs::read(site.path.join("belt.json")).unwrap();
    assert!(sluice::station::read(&text).unwrap().recipes.is_empty());
}

#[test]
fn without_options_it_asks_in_a_terminal_only() {
    let site = Site::new("init-bare");
    let mut command = site.sluice(&["init", "new.json"]);
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("--board host"), "{}", said(&output));
    assert!(!site.path.join("new.json").exists());
}
