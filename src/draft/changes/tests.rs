use super::*;
use crate::station::{self, Station};

fn changed(board: &str, changes: &Changes) -> (Station, Vec<String>) {
    let mut draft = Draft::of(Template::find(board).unwrap()).unwrap();
    let notes = changes.apply(&mut draft);
    let text = draft
        .finish()
        .unwrap_or_else(|problems| panic!("{board} {changes:?}: {problems:?}"));
    (station::read(text.as_bytes()).unwrap(), notes)
}

const FRAME: Size = Size {
    width: 640,
    height: 480,
};
const ROI: Roi = Roi {
    x: 10,
    y: 20,
    width: 300,
    height: 200,
};

#[test]
fn without_changes_a_template_stays_as_it_is() {
    for template in TEMPLATES {
        let (station, notes) = changed(template.name, &Changes::default());
        assert_eq!(station, station::read(template.text.as_bytes()).unwrap());
        assert!(notes.is_empty());
    }
}

#[test]
fn every_change_is_valid_on_every_template() {
    for template in TEMPLATES {
        for source in [
            Source::Directory("/var/parts".to_owned()),
            Source::Camera("/dev/video3".to_owned()),
        ] {
            if template.name == "host" && matches!(source, Source::Camera(_)) {
                continue;
            }
            // The expander has 16 lines, and the belt's station uses the first 17 of its chip.
            let offset = if template.name.contains("dk") { 10 } else { 30 };
            let changes = Changes {
                name: Some("press 7".to_owned()),
                source: Some(source.clone()),
                frame: Some(FRAME),
                roi: Some(ROI),
                size: Some(Size {
                    width: 32,
                    height: 64,
                }),
                order: Some(ChannelOrder::Rgb),
                model: Some("m.onnx".to_owned()),
                chip: None,
                style: None,
                lines: vec![Line {
                    name: "reject".to_owned(),
                    place: LinePlace::Offset(offset),
                }],
            };
            let (station, _) = changed(template.name, &changes);
            assert_eq!(station.station.name, "press 7");
            let directory = station
                .source
                .directory
                .map(|source| source.path.as_str().to_owned());
            let camera = station
                .source
                .camera
                .map(|source| source.device.as_str().to_owned());
            let found = directory
                .map(Source::Directory)
                .or(camera.map(Source::Camera));
            assert_eq!(found, Some(source));
            assert_eq!((station.image.frame, station.image.roi), (Some(FRAME), ROI));
            assert_eq!(station.engine.library, "builtin");
            assert_eq!(station.lines.reject.offset, Some(offset));
            for recipe in core::iter::once(&station.recipe).chain(&station.recipes) {
                let class = &recipe.classes[0];
                assert_eq!((class.blob_area_min_px, class.total_area_max_px), (1, 0));
            }
        }
    }
}

#[test]
fn a_camera_without_a_trigger_is_refused() {
    let mut draft = Draft::of(Template::find("host").unwrap()).unwrap();
    let changes = Changes {
        source: Some(Source::Camera("/dev/video0".to_owned())),
        ..Changes::default()
    };
    changes.apply(&mut draft);
    let problems = draft.finish().unwrap_err();
    assert!(
        problems
            .iter()
            .any(|problem| problem.text.contains("trigger")),
        "{problems:?}"
    );
}

#[test]
fn a_region_without_the_pictures_size_leaves_the_size_open_and_says_so() {
    let roi = Changes {
        roi: Some(ROI),
        ..Changes::default()
    };
    let (station, notes) = changed("host", &roi);
    assert_eq!((station.image.frame, station.image.roi), (None, ROI));
    assert!(notes[0].contains("image.frame"), "{notes:?}");
    let frame = Changes {
        frame: Some(FRAME),
        ..Changes::default()
    };
    let (station, notes) = changed("host", &frame);
    assert_eq!(station.image.roi.size(), FRAME);
    assert!(notes[0].contains("--roi"), "{notes:?}");
}

#[test]
fn a_device_model_needs_the_device_library() {
    let changes = Changes {
        model: Some("a/M.OM".to_owned()),
        ..Changes::default()
    };
    let (station, notes) = changed("host", &changes);
    assert!(station.engine.library.ends_with("libascendcl.so"));
    assert!(notes[0].contains("engine.library"), "{notes:?}");
}

#[test]
fn the_rectangle_of_the_part_is_scaled_with_the_input() {
    let changes = Changes {
        size: Some(Size {
            width: 480,
            height: 2,
        }),
        ..Changes::default()
    };
    let (station, _) = changed("host", &changes);
    let present = station.recipe.part_present.unwrap();
    assert_eq!((present.x, present.width), (120, 240));
    assert_eq!((present.y, present.height), (0, 1));
}

#[test]
fn lines_that_another_chip_moves_are_named() {
    let changes = Changes {
        chip: Some("/dev/gpiochip3".to_owned()),
        lines: vec![Line {
            name: "reject".to_owned(),
            place: LinePlace::Offset(30),
        }],
        ..Changes::default()
    };
    let (station, notes) = changed("atlas200-carrier-belt", &changes);
    assert!(station.encoder.unwrap().chip.is_empty());
    for path in [
        "lines.pass",
        "trigger",
        "encoder",
        "encoder.line_b",
        "inputs.run",
    ] {
        assert!(
            notes[0].contains(&format!(" {path}, ")),
            "{path}: {notes:?}"
        );
    }
    assert!(notes[0].contains(" on /dev/gpiochip3 now: "), "{notes:?}");
    assert!(!notes[0].contains("lines.reject"), "{notes:?}");
}

#[test]
fn a_line_that_the_template_lacks_is_named() {
    let changes = Changes {
        lines: vec![Line {
            name: "lamp".to_owned(),
            place: LinePlace::Offset(1),
        }],
        ..Changes::default()
    };
    let (_, notes) = changed("host", &changes);
    assert!(notes[0].contains("lines.lamp"), "{notes:?}");
}

#[test]
fn lines_have_names_or_numbers_and_keep_their_chip_unless_another_is_given() {
    let line = |name: &str, place| Line {
        name: name.to_owned(),
        place,
    };
    let changes = Changes {
        lines: vec![
            line("reject", LinePlace::Name("GPIO22".to_owned())),
            line("trigger", LinePlace::Offset(27)),
        ],
        ..Changes::default()
    };
    let (pi, _) = changed("raspberry-pi-5", &changes);
    assert_eq!(
        (pi.lines.reject.name.as_str(), pi.lines.reject.offset),
        ("GPIO22", None)
    );
    let trigger = pi.trigger.unwrap();
    assert_eq!((trigger.name.as_str(), trigger.offset), ("", Some(27)));

    let mut changes = Changes {
        lines: vec![line("alive", LinePlace::Offset(9))],
        ..Changes::default()
    };
    let alive = |changes: &Changes| changed("atlas200dk-oled", changes).0.lines.alive.unwrap();
    assert_eq!(alive(&changes).chip, "sysfs");
    changes.chip = Some("/dev/gpiochip3".to_owned());
    let draft = &mut Draft::of(Template::find("atlas200dk-oled").unwrap()).unwrap();
    changes.apply(draft);
    assert_eq!(draft.text_at("lines.alive.chip"), None);
    let places = draft.line_places();
    assert!(places.contains(&("alive", "9".to_owned())), "{places:?}");
    assert!(
        places.contains(&("trigger", "444".to_owned())),
        "{places:?}"
    );
}

#[test]
fn the_gate_has_the_style_that_is_given() {
    let changes = Changes {
        style: Some(GateStyle::Pulse),
        ..Changes::default()
    };
    let mut draft = Draft::of(Template::find("host").unwrap()).unwrap();
    changes.apply(&mut draft);
    assert_eq!(draft.text_at("gate.style"), Some("pulse"));
}
