use super::*;
use std::cell::RefCell;

/// The options, and what was shown. The model `bad.om` is doubted.
fn answered(answers: &str) -> (Option<InitOptions>, String) {
    let mut shown = Vec::new();
    let advice = Advice {
        doubt: &|_, model| (model == "bad.om").then(|| "bad.om: does not fit".to_owned()),
        draw: &|_, _| unreachable!("no picture was named"),
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
        "bad.om: does not fit",
        "no.png: no.png: ",
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
    assert_eq!(shown.matches("bad.om: does not fit").count(), 1, "{shown}");
}

#[test]
fn the_region_is_chosen_on_the_picture_until_it_is_right() {
    let drawn = RefCell::new(Vec::new());
    let advice = Advice {
        doubt: &|_, _| None,
        draw: &|_, roi| {
            drawn.borrow_mut().push(roi.map(|roi| (roi.x, roi.width)));
            "drawn".to_owned()
        },
    };
    let picture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/frame/rgb8.png");
    let answers = format!("1\n\n\n\n{picture}\n0,0,9,99999\n1,2,9,8\n2,2,9,8\n\n\n\n\n");
    let mut shown = Vec::new();
    let options = ask(&mut answers.as_bytes(), &mut shown, &advice).unwrap();
    let shown = String::from_utf8(shown).unwrap();
    let options = options.unwrap_or_else(|| panic!("{shown}"));
    assert_eq!(options.roi, Some([2, 2, 7, 6]), "{shown}");
    assert_eq!(options.picture.as_deref(), Some(Path::new(picture)));
    assert_eq!(*drawn.borrow(), [None, Some((1, 8)), Some((2, 7))]);
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
