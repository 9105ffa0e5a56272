use super::reading::grey;
use super::*;
use png::{BitDepth, ColorType};
use std::fs::File;

const ROI: Roi = Roi {
    x: 2,
    y: 0,
    width: 4,
    height: 4,
};
const SIZE: Size = Size {
    width: 2,
    height: 2,
};

/// Writes a mask of 6 x 4 pixels and reads its region, four pixels becoming one.
fn read(name: &str, rows: [[u8; 6]; 4], classes: usize) -> Result<(Vec<u8>, Label), EvalError> {
    let path = std::env::temp_dir().join(format!("sluice-label-{name}-{}", std::process::id()));
    let mut encoder = png::Encoder::new(File::create(&path).unwrap(), 6, 4);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&rows.concat()).unwrap();
    writer.finish().unwrap();
    let mut truth = vec![9; 4];
    let read = LabelSource::new(ROI, SIZE, classes)
        .unwrap()
        .read(&path, &mut truth);
    std::fs::remove_file(path).unwrap();
    read.map(|label| (truth, label))
}

fn labelled(name: &str, rows: [[u8; 6]; 4], classes: usize) -> Result<Vec<u8>, EvalError> {
    read(name, rows, classes).map(|(truth, _)| truth)
}

/// The word for a reason in `tests/data/masks/vectors.txt`.
fn word(error: &LabelError) -> &'static str {
    match error {
        LabelError::Picture(_) => "picture",
        LabelError::Faint { .. } => "faint",
        LabelError::Dark { .. } => "dark",
        LabelError::Colours { .. } => "colours",
        LabelError::Transparency { .. } => "transparency",
        LabelError::Gamma => "gamma",
        LabelError::Class { .. } => "class",
        LabelError::Form { .. } => "form",
    }
}

/// Every type and depth, and every reason to refuse: the files that `model/test_masks.py` also
/// tests.
#[test]
fn masks_are_read_as_opencv_and_the_scripts_read_them() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/masks"));
    let text = std::fs::read_to_string(folder.join("vectors.txt")).unwrap();
    let (mut kinds, mut words) = (Vec::new(), Vec::new());
    for line in text.lines() {
        let fields: Vec<_> = line.split(' ').collect();
        let [name, two, three, hex] = fields[..] else {
            panic!("{line}");
        };
        let expected: Vec<u8> = (0..hex.len() / 2)
            .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
            .collect();
        let samples = Samples::read(File::open(folder.join(format!("{name}.png"))).unwrap());
        if let Ok(samples) = &samples {
            let greys: Vec<u8> = samples
                .rows()
                .flatten()
                .map(|sample| grey(sample.unwrap().rgb, samples.depth))
                .collect();
            // A mask that depends on gamma is refused.
            if two != "gamma" {
                assert_eq!(greys, expected, "{name}");
            }
            kinds.push((samples.color as u8, samples.depth as u8));
        }
        let samples = samples.as_ref();
        let defects: Vec<_> = expected
            .iter()
            .map(|grey| u8::from(*grey >= DEFECT_MIN))
            .collect();
        for (classes, outcome, values) in [(2, two, &defects), (3, three, &expected)] {
            let reading = match samples {
                Ok(samples) => Reading::of(samples, classes),
                Err(_) => {
                    assert_eq!(outcome, "picture", "{name}");
                    continue;
                }
            };
            match reading {
                Ok(reading) => {
                    assert_eq!(outcome, "read", "{name}, {classes} classes");
                    assert_eq!(&reading.classes, values, "{name}, {classes} classes");
                }
                Err(error) => {
                    assert_eq!(word(&error), outcome, "{name}, {classes} classes: {error}");
                    words.push(outcome);
                }
            }
        }
    }
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds.len(), 15, "types and depths: {kinds:?}");
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), 7, "{words:?}");
}

#[test]
fn the_class_with_the_largest_share_gets_the_pixel_and_of_equal_shares_the_highest() {
    let rows = [
        [3, 3, 1, 1, 1, 1],
        [3, 3, 2, 0, 2, 2],
        [3, 3, 0, 0, 0, 0],
        [3, 3, 2, 2, 0, 3],
    ];
    assert_eq!(labelled("largest", rows, 4).unwrap(), [1, 2, 2, 0]);
}

#[test]
fn a_grey_value_that_is_not_a_class_is_refused() {
    let mut rows = [[0; 6]; 4];
    rows[1][3] = 255;
    let error = labelled("refused", rows, 3).unwrap_err();
    assert!(error.is_of_one_part());
    let said = error.to_string();
    assert!(
        said.contains("grey value 255 is not a class; with 3 classes") && said.contains("to 2"),
        "{said}"
    );
    // With two classes the value is white, and one pixel of four is less than a half.
    let error = labelled("white", rows, 2).unwrap_err();
    assert!(matches!(error, EvalError::Vanished { .. }), "{error}");
}

#[test]
fn a_class_too_thin_for_the_resize_is_refused() {
    let mut rows = [[0; 6]; 4];
    rows[0][2] = 2;
    let error = labelled("thin", rows, 3).unwrap_err();
    assert!(error.is_of_one_part());
    assert!(error.to_string().contains("too thin"), "{error}");
    rows[0][3] = 2;
    assert_eq!(labelled("seen", rows, 3).unwrap(), [2, 0, 0, 0]);
}

#[test]
fn a_defect_that_is_not_white_is_refused() {
    for grey in [1, 127] {
        let error = labelled("faint", [[grey; 6]; 4], 2).unwrap_err();
        // The error does not concern this part alone.
        assert!(!error.is_of_one_part());
        let said = error.to_string();
        assert!(
            said.contains(&format!("grey value is {grey}")) && said.contains("255"),
            "{said}"
        );
    }
    assert_eq!(labelled("bright", [[128; 6]; 4], 2).unwrap(), [1; 4]);
    assert_eq!(labelled("black", [[0; 6]; 4], 2).unwrap(), [0; 4]);
}

#[test]
fn a_pixel_counts_as_defect_or_not_regardless_of_how_white_it_is() {
    // Of each four pixels: two that are just bright enough; one that is; three that are and one
    // that is not.
    let rows = [
        [0, 0, 128, 0, 200, 0],
        [0, 0, 128, 0, 0, 0],
        [0, 0, 128, 255, 127, 127],
        [0, 0, 130, 127, 0, 126],
    ];
    assert_eq!(labelled("half", rows, 2).unwrap(), [1, 0, 1, 0]);
}

#[test]
fn a_suspicious_mask_gives_a_doubt() {
    let doubt = |name: &str, rows, classes| read(name, rows, classes).unwrap().1.doubt;
    let white = |columns: core::ops::Range<usize>| {
        [core::array::from_fn(|x| if columns.contains(&x) { 255 } else { 0 }); 4]
    };
    assert_eq!(doubt("none", white(0..0), 2), None);
    assert_eq!(doubt("half", white(2..5), 2), None);
    assert_eq!(doubt("most", white(2..6), 2), Some(Doubt::Inverted));
    let (truth, label) = read("outside", white(0..2), 2).unwrap();
    assert_eq!((truth, label.doubt), (vec![0; 4], Some(Doubt::Outside)));
    let classes = white(0..2).map(|row| row.map(|grey| grey / 255));
    assert_eq!(doubt("class", classes, 3), Some(Doubt::Outside));
}
