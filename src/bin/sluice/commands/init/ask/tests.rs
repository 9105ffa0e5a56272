use super::*;
use crate::cli::new_station::Place;

/// The options, and what was shown. The model `bad.om` is not here, and `unfit.om` does not fit.
fn answered(answers: &str) -> (Option<InitOptions>, String) {
    let mut shown = Vec::new();
    let advice = Advice {
        doubt: &|_, model| match model {
            "bad.om" => Some(Doubt::Unknown("bad.om: is not here".to_owned())),
            "unfit.om" => Some(Doubt::Unfit("unfit.om: does not fit".to_owned())),
            _ => None,
        },
        drawing: Path::new("no-directory/x.region.png"),
    };
    let options = ask(&mut answers.as_bytes(), &mut shown, &advice).unwrap();
    (options, String::from_utf8(shown).unwrap())
}

#[test]
fn empty_answers_keep_the_first_template() {
    let (options, shown) = answered(&"\n".repeat(10));
    let expected = InitOptions {
        board: Some("host".to_owned()),
        ..InitOptions::default()
    };
    assert_eq!(options, Some(expected), "{shown}");
    for text in [
        "inspected region, as X,Y,WIDTH,HEIGHT [2200,1000,1800,1800]",
        "The lines of the template: reject ",
    ] {
        assert!(shown.contains(text), "{text} in {shown}");
    }
}

#[test]
fn answers_are_taken_and_wrong_ones_asked_again() {
    let (options, shown) = answered(
        "9\natlas200-carrier\npress\nbad.om\nm.om\n/dev/video2\nno.png\n\n640\n640x480\n1,2,3\n1,2,3,4\n\nnever\nyes\n\n\n\n\n\n\n-\nGPIO7\nslow\npulse\n",
    );
    let options = options.unwrap_or_else(|| panic!("{shown}"));
    assert_eq!(options.board.as_deref(), Some("atlas200-carrier"));
    assert_eq!(options.camera.as_deref(), Some("/dev/video2"));
    assert_eq!(
        (options.frame, options.roi),
        (Some([640, 480]), Some([1, 2, 3, 4]))
    );
    assert_eq!(options.model.as_deref(), Some("m.om"));
    assert_eq!(options.style, Some(StyleWord::Pulse));
    let last = options.lines.last().unwrap();
    assert_eq!(
        last,
        &("trigger".to_owned(), Place::Name("GPIO7".to_owned()))
    );
    assert_eq!(options.lines.len(), 7);
    for text in [
        "9: not one of 1 to",
        "bad.om: is not here",
        "no.png: No such file or directory (os error 2); name a picture",
        "640: not a width",
        "1,2,3: not four",
        "[the whole picture]",
        "never: not yes or no",
        "-: not a line's number or name",
        "slow: not divert or pulse",
    ] {
        assert!(shown.contains(text), "{text} in {shown}");
    }
}

#[test]
fn a_doubted_model_is_kept_by_an_empty_answer() {
    let (options, shown) = answered(&format!("1\n\nbad.om\n\n{}", "\n".repeat(8)));
    assert_eq!(options.unwrap().model.as_deref(), Some("bad.om"), "{shown}");
    assert_eq!(shown.matches("bad.om: is not here").count(), 1, "{shown}");
    // One that does not fit would be refused in the end.
    let (options, shown) = answered(&format!("1\n\nunfit.om\n\nm.om\n{}", "\n".repeat(8)));
    assert_eq!(options.unwrap().model.as_deref(), Some("m.om"), "{shown}");
    assert_eq!(
        shown.matches("unfit.om: does not fit").count(),
        2,
        "{shown}"
    );
}

/// What a station file may not have is asked again at once, so that no answer is lost in the end.
#[test]
fn a_region_outside_and_two_lines_at_one_place_are_asked_again() {
    let (options, shown) = answered(
        "host\n\n\n\n\n640x480\n600,0,41,480\n600,0,40,480\n\nyes\n7\n7\n\n\n\n\n\nyes\n\n8\n\n\n\n\n\n",
    );
    let options = options.unwrap_or_else(|| panic!("{shown}"));
    assert_eq!(options.roi, Some([600, 0, 40, 480]), "{shown}");
    let places = &options.lines[..2];
    let of = |name: &str, offset| (name.to_owned(), Place::Offset(offset));
    assert_eq!(places, [of("reject", 7), of("pass", 8)], "{shown}");
    assert!(shown.contains("  600,0,41,480: image.roi"), "{shown}");
    assert_eq!(shown.matches("chip of the lines").count(), 2, "{shown}");
    assert!(shown.contains("line reject [7]"), "{shown}");
}

#[test]
fn places_that_clash_are_not_dropped_by_empty_answers() {
    // The places of the six lines of `host`, the last one wrong, and then that one right.
    let (options, shown) =
        answered("host\n\n\n\n\n\n\n\nyes\n7\n8\n9\n10\n11\n9\n\n\n\n\n\n\n\n12\n\n");
    let options = options.unwrap_or_else(|| panic!("{shown}"));
    let places: Vec<_> = options
        .lines
        .iter()
        .map(|(_, place)| place.clone())
        .collect();
    assert_eq!(places, [7, 8, 9, 10, 11, 12].map(Place::Offset), "{shown}");
}

#[test]
fn an_answer_that_is_no_text_and_a_chip_that_is_no_path_are_asked_again() {
    let mut shown = Vec::new();
    let advice = Advice {
        doubt: &|_, _| None,
        drawing: Path::new("no-directory/x.region.png"),
    };
    let answers = b"host\nh\xfcb\nhub\n\n\n\n\n\ngpio\n\n\n\n";
    let options = ask(&mut &answers[..], &mut shown, &advice)
        .unwrap()
        .unwrap();
    let shown = String::from_utf8(shown).unwrap();
    assert_eq!(options.name.as_deref(), Some("hub"), "{shown}");
    assert_eq!(options.chip, None, "{shown}");
    for text in ["not text in UTF-8", "gpio: not a path"] {
        assert!(shown.contains(text), "{text} in {shown}");
    }
}

#[test]
fn the_region_is_chosen_on_the_picture_until_it_is_right() {
    let name = format!("sluice-ask-{}.region.png", std::process::id());
    let drawing = std::env::temp_dir().join(name);
    let advice = Advice {
        doubt: &|_, _| None,
        drawing: &drawing,
    };
    let picture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/frame/rgb8.png");
    let answers = format!("1\n\n\n\n{picture}\n0,0,9,99999\n1,2,9,8\n2,2,9,8\n\n\n\n\n");
    let mut shown = Vec::new();
    let options = ask(&mut answers.as_bytes(), &mut shown, &advice).unwrap();
    let shown = String::from_utf8(shown).unwrap();
    let options = options.unwrap_or_else(|| panic!("{shown}"));
    assert_eq!(options.roi, Some([2, 2, 7, 6]), "{shown}");
    assert_eq!(options.picture.as_deref(), Some(Path::new(picture)));
    // Only accepted answers are drawn.
    assert!(!drawing.exists());
    assert!(
        shown.contains("99999: is not inside the picture"),
        "{shown}"
    );
}

#[test]
fn answers_that_end_early_give_nothing() {
    assert_eq!(answered("").0, None);
    assert_eq!(answered("1\npress\n").0, None);
}
