//! Promise: `sluice init` writes a station file that `sluice check` accepts, and overwrites
//! nothing.

use crate::site::terminal::Terminal;
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
        let desk = ["check", "--desk", "--station", &file];
        site.assert_says(&desk, 0, &["every key is right"]);
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
fn a_model_that_no_station_can_use_is_said_first() {
    let site = Site::new("init-model");
    for (name, model, words) in [
        ("missing", "no.onnx", "no.onnx: there is no such file here"),
        ("text", "aipp.cfg.onnx", "aipp.cfg.onnx: "),
        ("device", "parts.om", "parts.om: was not looked at"),
    ] {
        for copy in ["aipp.cfg.onnx", "parts.om"] {
            fs::copy(site.path.join("aipp.cfg"), site.path.join(copy)).unwrap();
        }
        let file = format!("{name}.json");
        let output = site.output(&["init", &file, "--model", model]);
        let errors = String::from_utf8(output.stderr).unwrap();
        // A model that is here and does not fit is as wrong as any other value.
        let is_unfit = name == "text";
        let code = if is_unfit { 3 } else { 0 };
        assert_eq!(output.status.code(), Some(code), "{errors}");
        assert_ne!(site.path.join(&file).exists(), is_unfit, "{errors}");
        assert!(errors.starts_with("sluice: engine.model"), "{errors}");
        assert!(errors.contains(words), "{errors}");
    }
    let size = [
        "init",
        "size.json",
        "--model",
        "parts.onnx",
        "--size",
        "32x32",
    ];
    let words = [
        "does not fit, its input is 64x64 and not 32x32",
        "nothing was written",
    ];
    site.assert_says(&size, 3, &words);
    assert!(!site.path.join("size.json").exists());
}

#[test]
fn a_picture_gives_the_size_and_is_drawn_with_a_grid_and_the_region() {
    let site = Site::new("init-picture");
    fs::write(site.path.join("one.png"), pictures::good()).unwrap();
    let init = [
        "init",
        "new.json",
        "--picture",
        "one.png",
        "--roi",
        "16,8,128,128",
        "--model",
        "parts.onnx",
    ];
    let words = [
        "image.frame is 160x144, as the picture is",
        "new.region.png: the picture with a grid",
    ];
    site.assert_says(&init, 0, &words);
    let station = sluice::station::read(&fs::read(site.path.join("new.json")).unwrap()).unwrap();
    assert_eq!(
        station.image.frame.map(|size| (size.width, size.height)),
        Some((160, 144))
    );
    let drawing = fs::File::open(site.path.join("new.region.png")).unwrap();
    let mut drawing = png::Decoder::new(std::io::BufReader::new(drawing))
        .read_info()
        .unwrap();
    assert_eq!(drawing.info().width, 1280);
    let mut pixels = vec![0; drawing.output_buffer_size().unwrap()];
    let info = drawing.next_frame(&mut pixels).unwrap();
    // The region's corner: 7 times enlarged, at (64, 24), and the line is outside of it.
    let width = usize::try_from(info.width).unwrap();
    let at = |x: usize, y: usize| &pixels[3 * (y * width + x)..][..3];
    assert_eq!(at(64 + 7 * 16 - 1, 24 + 7 * 40), [255, 230, 0]);
    assert_ne!(at(64 + 7 * 16 - 4, 24 + 7 * 40 + 3), [255, 230, 0]);

    // No picture, and a file that is no drawing of this command: nothing is written.
    let none = ["init", "none.json", "--picture", "aipp.cfg"];
    site.assert_says(&none, 1, &["--picture aipp.cfg: "]);
    fs::write(site.path.join("own.region.png"), pictures::good()).unwrap();
    let own = ["init", "own.json", "--picture", "one.png"];
    site.assert_says(
        &own,
        1,
        &["own.region.png: exists and is no drawing of sluice init"],
    );
    // A drawing is no picture of the station, and none comes among the station's pictures.
    let again = ["init", "again.json", "--picture", "new.region.png"];
    site.assert_says(&again, 1, &["new.region.png: is a drawing of sluice init"]);
    let watched = [
        "init",
        "parts/in.json",
        "--directory",
        "parts",
        "--picture",
        "one.png",
    ];
    site.assert_says(&watched, 1, &["in.region.png: is in source.directory.path"]);
    assert!(!site.path.join("parts/in.region.png").exists());
    // A directory that is not there is said before the first question.
    let words = ["nodir/x.json: its directory: ", "create it or name another"];
    site.assert_says(&["init", "nodir/x.json"], 1, &words);
    for file in ["none.json", "own.json", "again.json", "parts/in.json"] {
        assert!(!site.path.join(file).exists(), "{file}");
    }
}

/// As an integrator does it over ssh: questions, the picture in the terminal, two corners.
#[test]
fn a_terminal_asks_for_model_region_and_lines_and_the_file_is_accepted() {
    let site = Site::new("init-terminal");
    fs::write(site.path.join("one.png"), pictures::bad()).unwrap();
    let program = env!("CARGO_BIN_EXE_sluice");
    let terminal = Terminal::run(&site, (80, 40), &format!("{program} init new.json"));
    let answer = |question: &str, text: &str| {
        terminal.wait(&[question]);
        for letter in text.chars() {
            terminal.press(&letter.to_string());
        }
        terminal.press("Enter");
    };
    answer("template [1]:", "raspberry-pi-5");
    answer("name of the station [", "press");
    answer("the model's file [/usr/share/", "no.onnx");
    answer("no.onnx: there is no such file here", "parts.onnx");
    answer("the camera's device [", "");
    answer("choose the region on [none]:", "one.png");
    let rows = terminal.wait(&["as X0,Y0,X1,Y1 [the whole picture]:"]);
    assert!(rows.iter().any(|row| row.contains('\u{2580}')), "{rows:?}");
    let drawing = site.path.join("new.region.png");
    assert!(!drawing.exists());
    answer("", "16,8,144,136");
    answer("this region, or other corners", "");
    answer("chip of the lines [/dev/gpiochip0]:", "");
    answer("are there lines at other places, yes or no [no]:", "yes");
    for line in [
        "reject [GPIO5]",
        "pass [",
        "ready [",
        "busy [",
        "fault [",
        "alive [",
    ] {
        answer(&format!("number or name of the line {line}"), "");
    }
    answer("number or name of the line trigger [GPIO17]:", "GPIO27");
    answer("or pulse (open at rest) [divert]:", "");
    terminal.wait_end(0);
    assert!(drawing.exists());
    let station = sluice::station::read(&fs::read(site.path.join("new.json")).unwrap()).unwrap();
    assert_eq!(station.trigger.as_ref().unwrap().name, "GPIO27");
    assert_eq!((station.image.roi.x, station.image.roi.width), (16, 128));
    assert_eq!(station.image.size.width, 64);
    let desk = ["check", "--desk", "--station", "new.json"];
    site.assert_says(
        &desk,
        0,
        &["engine.scores: output `softmax` fits", "later  trigger "],
    );
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
