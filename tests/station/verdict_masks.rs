//! Promise: `sluice eval` compares the masks of the model with those of the data set. A mask that
//! cannot be read with certainty is refused by name and never counts as good.

use super::onnx::{self, Constant, FLOAT, INT32};
use crate::site::{Site, pictures};
use png::{BitDepth, ColorType};
use std::fs;

const EVAL: [&str; 4] = ["eval", "set", "--station", "station.json"];
/// Side of the model's picture. Each of its pixels is 2 x 2 pixels of the ROI at (16, 8).
const SIDE: u32 = 64;

/// Writes a part that the test model passes, with this mask.
fn write_part(site: &Site, folder: &str, mask: &[u8]) {
    let directory = site.path.join("set").join(folder);
    fs::create_dir_all(&directory).unwrap();
    fs::write(directory.join("image.png"), pictures::good()).unwrap();
    fs::write(directory.join("mask.png"), mask).unwrap();
}

/// A mask with this grey value at each pixel of the model's picture.
fn mask(value: impl Fn(u32, u32) -> u8) -> Vec<u8> {
    pictures::png(pictures::WIDTH, pictures::HEIGHT, |x, y| {
        match (x.checked_sub(16), y.checked_sub(8)) {
            (Some(x), Some(y)) if x < 2 * SIDE && y < 2 * SIDE => value(x / 2, y / 2),
            _ => 0,
        }
    })
}

/// Runs `eval`. Returns its exit code and its output.
fn eval(site: &Site, more: &[&str]) -> (Option<i32>, String) {
    let output = site.output(&[&EVAL[..], more].concat());
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

#[track_caller]
fn refused(site: &Site, words: &[&str]) {
    let (code, said) = eval(site, &[]);
    assert_eq!(code, Some(1), "{said}");
    for word in words {
        assert!(said.contains(word), "\"{word}\" in: {said}");
    }
}

#[test]
fn a_part_whose_defect_the_resize_removes_does_not_count_as_good() {
    let site = Site::new("eval-left");
    let square = |value: u8| mask(move |x, y| u8::from(x < 20 && y < 20) * value);
    write_part(&site, "1", &square(255));
    assert_eq!(eval(&site, &[]).0, Some(0));
    write_part(&site, "1", &square(1));
    refused(&site, &["set/1/mask.png", "highest grey value is 1", "255"]);
    // One pixel of four.
    let thin = pictures::png(pictures::WIDTH, pictures::HEIGHT, |x, y| {
        u8::from((x, y) == (40, 40)) * 255
    });
    write_part(&site, "1", &thin);
    refused(&site, &["set/1/mask.png", "too thin", "draw it wider"]);
}

/// A constant model of three classes, by scores and by classes. The recipe lists class 2 and not
/// class 1, and ignores a zone.
fn three_classes(test: &str) -> Site {
    let class = |x: u32, y: u32| if y < 10 { 1 } else { 2 * u32::from(x < 10) };
    let pixels = || (0..SIDE * SIDE).map(move |pixel| class(pixel % SIDE, pixel / SIDE));
    let score = |class: u32| (0..3).map(move |of| f32::from(u8::from(of == class)));
    let scores: Vec<u8> = pixels()
        .flat_map(score)
        .flat_map(f32::to_le_bytes)
        .collect();
    let classes: Vec<u8> = pixels().flat_map(u32::to_le_bytes).collect();
    let outputs = [
        Constant {
            name: "softmax",
            kind: FLOAT,
            dims: &[1, 64, 64, 3],
            bytes: &scores,
        },
        Constant {
            name: "argmax",
            kind: INT32,
            dims: &[1, 64, 64],
            bytes: &classes,
        },
    ];
    let site = Site::new(test);
    let model = onnx::model(&[1, 3, 64, 64], &outputs);
    fs::write(site.path.join("parts.onnx"), model).unwrap();
    site.change(&[
        (r#""class": 1"#, r#""class": 2"#),
        (
            r#""recipe": {"#,
            r#""recipe": { "zones": [{"name": "edge", "x": 0, "y": 20, "width": 64, "height": 20, "rule": "ignore"}],"#,
        ),
    ]);
    site
}

#[test]
fn scores_and_classes_of_one_model_give_the_same_figures() {
    let site = three_classes("eval-classes");
    // Class 1 equals the model's mask. Class 2 is three times as wide.
    let truth = mask(|x, y| if y < 10 { 1 } else { 2 * u8::from(x < 30) });
    write_part(&site, "4", &truth);
    let figures = |directory: &str| {
        let (code, said) = eval(&site, &["--npy", directory]);
        assert_eq!(code, Some(0), "{said}");
        let row = said.lines().find(|line| line.starts_with("      4 "));
        let row = row.unwrap_or_else(|| panic!("{said}"));
        let words: Vec<&str> = row.split_whitespace().collect();
        let classes: Vec<_> = said
            .lines()
            .filter(|line| line.contains("class "))
            .collect();
        let hard = words[3..5].join(" ");
        let argmax = fs::read(site.path.join(directory).join("4_argmax.npy")).unwrap();
        (hard, classes.join("\n"), argmax)
    };
    let by_scores = figures("scores");
    site.change(&[(r#""scores": "softmax""#, r#""scores": """#)]);
    assert_eq!(figures("classes"), by_scores);
    // By hand: 640 and 540 of 640 and 1620 px.
    let dice = 2.0 * 1180.0 / f64::from(1180 + 2260);
    assert!(
        by_scores.0.starts_with(&format!("{dice:.6}")),
        "{by_scores:?}"
    );
}

/// The reference job's program saved `softmax_result.npy` and `argmax_result.npy`, both as float32.
#[test]
fn the_arrays_of_the_reference_job_have_its_names_and_types() {
    let site = three_classes("eval-reference");
    write_part(&site, "4", &mask(|_, _| 0));
    let (code, said) = eval(&site, &["--npy", "own"]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = eval(&site, &["--npy", "theirs", "--reference-arrays"]);
    assert_eq!(code, Some(0), "{said}");
    let read = |path: &str| fs::read(site.path.join(path)).unwrap();
    // The header of these is 128 bytes long.
    let values = |file: &[u8]| {
        file[128..]
            .chunks_exact(4)
            .map(|value| value.to_vec())
            .collect::<Vec<_>>()
    };
    let scores = read("theirs/4/softmax_result.npy");
    assert!(scores == read("own/4_softmax.npy"));
    let header = String::from_utf8_lossy(&scores[..128]).into_owned();
    assert!(
        header.contains("'<f4'") && header.contains("(1, 64, 64, 3)"),
        "{header}"
    );
    let classes = read("theirs/4/argmax_result.npy");
    let header = String::from_utf8_lossy(&classes[..128]).into_owned();
    assert!(
        header.contains("'<f4'") && header.contains("(1, 64, 64)"),
        "{header}"
    );
    let of_own = values(&read("own/4_argmax.npy"));
    let of_own = of_own
        .iter()
        .map(|value| i32::from_le_bytes(value[..].try_into().unwrap()) as f32);
    let theirs = values(&classes);
    let theirs = theirs
        .iter()
        .map(|value| f32::from_le_bytes(value[..].try_into().unwrap()));
    let (of_own, theirs): (Vec<_>, Vec<_>) = (of_own.collect(), theirs.collect());
    assert_eq!(of_own, theirs);
    assert!(theirs.contains(&1.0) && theirs.contains(&2.0));
}

#[test]
fn an_output_that_cannot_be_read_names_its_part() {
    let site = three_classes("eval-part");
    write_part(&site, "12", &mask(|_, _| 0));
    site.change(&[(
        r#""scores": "softmax""#,
        r#""scores": "softmax", "score_kind": "logits""#,
    )]);
    refused(&site, &["sluice: part 12: ", "logits"]);
}

fn encoded(color: ColorType, depth: BitDepth, pixel: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, pictures::WIDTH, pictures::HEIGHT);
    encoder.set_color(color);
    encoder.set_depth(depth);
    if color == ColorType::Indexed {
        encoder.set_palette(vec![0, 0, 0, 0, 200, 0]);
    }
    let pixels = pixel.repeat((pictures::WIDTH * pictures::HEIGHT) as usize);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    file
}

/// All pixels are of class 1. The upper byte, the palette's red and the red channel show another
/// value.
#[test]
fn masks_of_more_than_two_classes_are_grey_of_8_bits() {
    let site = three_classes("eval-form");
    for (mask, word) in [
        (
            encoded(ColorType::Grayscale, BitDepth::Sixteen, &[0, 1]),
            "of 16 bits",
        ),
        (
            encoded(ColorType::Indexed, BitDepth::Eight, &[1]),
            "with a palette",
        ),
        (
            encoded(ColorType::Rgb, BitDepth::Eight, &[0, 1, 0]),
            "in colour",
        ),
    ] {
        write_part(&site, "1", &mask);
        refused(&site, &["set/1/mask.png", word, "8-bit grey PNG"]);
    }
    write_part(
        &site,
        "1",
        &encoded(ColorType::Grayscale, BitDepth::Eight, &[1]),
    );
    let (code, said) = eval(&site, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("defective 1"), "{said}");
}

/// A mask with a square in this colour. The rest may be transparent.
fn coloured(color: ColorType, depth: BitDepth, mark: &[u8], ground: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, pictures::WIDTH, pictures::HEIGHT);
    encoder.set_color(color);
    encoder.set_depth(depth);
    let marked = |x: u32, y: u32| (60..80).contains(&x) && (50..70).contains(&y);
    let pixels = (0..pictures::WIDTH * pictures::HEIGHT)
        .map(|at| marked(at % pictures::WIDTH, at / pictures::WIDTH))
        .flat_map(|marked| if marked { mark } else { ground });
    let mut writer = encoder.write_header().unwrap();
    writer
        .write_image_data(&pixels.copied().collect::<Vec<u8>>())
        .unwrap();
    writer.finish().unwrap();
    file
}

#[test]
fn no_mask_format_makes_a_defective_part_count_as_good() {
    use BitDepth::{Eight, Sixteen};
    use ColorType::{Grayscale, GrayscaleAlpha, Rgb, Rgba};
    let site = Site::new("eval-forms");
    write_part(&site, "0", &mask(|_, _| 0));
    write_part(&site, "1", &mask(|x, y| u8::from(x < 20 && y < 20) * 255));
    let tune = || {
        let output = site.output(&["tune", "set", "--station", "station.json"]);
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    for (color, depth, mark, ground, refused) in [
        (Grayscale, Eight, &[255][..], &[0][..], None),
        (Grayscale, Sixteen, &[255, 255], &[0, 0], None),
        (
            Grayscale,
            Sixteen,
            &[0, 255],
            &[0, 0],
            Some("grey value is 0"),
        ),
        (
            Grayscale,
            Sixteen,
            &[0, 1],
            &[0, 0],
            Some("grey value is 0"),
        ),
        (Rgb, Eight, &[0, 255, 0], &[0; 3], None),
        (Rgb, Eight, &[0, 0, 255], &[0; 3], Some("grey value is 29")),
        (Rgba, Eight, &[255; 4], &[0; 4], None),
        (Rgba, Eight, &[0, 0, 0, 255], &[0; 4], Some("transparency")),
        (
            Rgba,
            Eight,
            &[255; 4],
            &[255, 255, 255, 0],
            Some("transparency"),
        ),
        (
            GrayscaleAlpha,
            Eight,
            &[0, 255],
            &[0, 0],
            Some("transparency"),
        ),
    ] {
        write_part(&site, "2", &coloured(color, depth, mark, ground));
        let (code, said) = eval(&site, &[]);
        let tuned = tune();
        match refused {
            None => {
                assert!(said.contains("defective 2, caught"), "{said}");
                assert!(tuned.contains("3 parts: 2 defective, 1 good"), "{tuned}");
            }
            Some(why) => {
                assert_eq!(code, Some(1), "{said}");
                for said in [&said, &tuned] {
                    assert!(
                        said.contains("set/2/mask.png") && said.contains(why),
                        "{said}"
                    );
                    assert!(!said.contains("good 2"), "{said}");
                }
            }
        }
    }
}

#[test]
fn ambiguities_of_a_data_set_cause_warnings() {
    let site = Site::new("eval-open");
    write_part(&site, "0", &mask(|_, _| 0));
    assert!(!eval(&site, &[]).1.contains("warning"));
    write_part(&site, "1", &mask(|_, _| 255));
    // Left of the ROI, which begins at 16.
    let outside = pictures::png(pictures::WIDTH, pictures::HEIGHT, |x, _| {
        u8::from(x < 9) * 255
    });
    write_part(&site, "2", &outside);
    let larger = |value| pictures::png(pictures::WIDTH + 2, pictures::HEIGHT, |_, _| value);
    write_part(&site, "3", &larger(0));
    fs::write(site.path.join("set/3/image.png"), larger(100)).unwrap();
    fs::write(
        site.path.join("set/kinds.csv"),
        "part,kind\n0,free\n1,pit\n2,pit\n",
    )
    .unwrap();
    let (code, evaluated) = eval(&site, &[]);
    assert_eq!(code, Some(0), "{evaluated}");
    let output = site.output(&["tune", "set", "--station", "station.json"]);
    let tuned = String::from_utf8(output.stdout).unwrap();
    for said in [evaluated, tuned] {
        for words in [
            "warning: part 1: more than half of the mask is defect",
            "warning: part 2: its defects are outside image.roi",
            "160x144 (parts 0, 1, 2), 162x144 (part 3)",
            "warning: part 3: not in kinds.csv",
        ] {
            assert!(said.contains(words), "\"{words}\" in: {said}");
        }
    }
}
