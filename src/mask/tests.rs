//! Outputs of two rows of three pixels, read as masks.

use super::*;
use ContractError as C;

mod contract;
mod one_channel;

const SIZE: Size = Size {
    width: 3,
    height: 2,
};

/// Lists classes 1 and 3, class 3 with a higher threshold.
fn recipe() -> Recipe {
    let limits = |class: u8, score_min: f32| {
        format!(
            r#"{{"class": {class}, "name": "c", "score_min": {score_min}, "blob_area_min_px": 0,
                "blob_area_max_px": 0, "total_area_max_px": 0}}"#
        )
    };
    recipe_of(&[limits(1, 0.25), limits(3, 0.5)])
}

fn recipe_of(classes: &[String]) -> Recipe {
    let json = format!(r#"{{"name": "r", "classes": [{}]}}"#, classes.join(","));
    serde_json_core::from_str(&json).unwrap().0
}

fn output(dims: &[i64], data_type: DataType) -> ModelOutput<'_> {
    ModelOutput {
        name: "out",
        dims,
        data_type,
    }
}

fn reader(dims: &[i64], data_type: DataType, content: Content) -> Result<MaskReader, C> {
    MaskReader::new(&output(dims, data_type), content, SIZE, &recipe())
}

fn read(reader: &mut MaskReader, bytes: &[u8]) -> Result<[u8; 6], MaskError> {
    let mut mask = [9; 6];
    let mut rows = Vec::new();
    reader.read(bytes, &mut mask, |row| rows.extend_from_slice(row))?;
    assert_eq!(mask.as_slice(), rows, "the rows shown are the rows written");
    Ok(mask)
}

fn f32_bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

/// Half precision, exact for the values that the tests use: multiples of 1/64 up to 1.
fn f16_bytes(values: &[f32]) -> Vec<u8> {
    let half = |v: &f32| half::f16::from_f32(*v).to_le_bytes();
    values.iter().flat_map(half).collect()
}

/// Converts adjacent channels to planes.
fn planes(pixels: &[f32], classes: usize) -> Vec<f32> {
    (0..classes)
        .flat_map(|c| pixels.iter().copied().skip(c).step_by(classes))
        .collect()
}

const CLASSES: Content = Content::Classes;
const SOFTMAX: Content = Content::Scores(ScoreKind::Softmax);
const LOGITS: Content = Content::Scores(ScoreKind::Logits);

#[test]
fn a_class_mask_is_read_in_every_type_and_form() {
    // Class 2 is known but not listed, so it is background.
    let classes = [0u8, 1, 2, 3, 1, 0];
    let expected = [0, 1, 0, 3, 1, 0];
    let as_i32: Vec<u8> = classes
        .iter()
        .flat_map(|&c| i32::from(c).to_le_bytes())
        .collect();
    let as_f32 = f32_bytes(&classes.map(f32::from));
    for dims in [&[2, 3][..], &[1, 2, 3], &[1, 2, 3, 1], &[1, 1, 2, 3]] {
        for (data_type, bytes) in [
            (DataType::U8, classes.as_slice()),
            (DataType::I32, &as_i32),
            (DataType::F32, &as_f32),
        ] {
            let mut reader = reader(dims, data_type, CLASSES).unwrap();
            assert_eq!(reader.output_bytes(), bytes.len());
            assert_eq!(
                read(&mut reader, bytes),
                Ok(expected),
                "{dims:?} {data_type}"
            );
        }
    }
}

#[test]
fn a_value_that_is_not_a_class_is_an_error_with_its_position() {
    let at = |x, y, value: f64| MaskError::Class {
        x,
        y,
        value,
        highest: 3,
    };
    let mut u8s = reader(&[2, 3], DataType::U8, CLASSES).unwrap();
    assert_eq!(read(&mut u8s, &[0, 0, 0, 0, 255, 4]), Err(at(1, 1, 255.0)));
    let mut i32s = reader(&[2, 3], DataType::I32, CLASSES).unwrap();
    for value in [-1, 4, 256, 257, i32::MIN, i32::MAX] {
        let bytes: Vec<u8> = [0, 0, value, 0, 0, 0i32]
            .iter()
            .flat_map(|v| v.to_le_bytes())
            .collect();
        assert_eq!(read(&mut i32s, &bytes), Err(at(2, 0, f64::from(value))));
    }
    let mut f32s = reader(&[2, 3], DataType::F32, CLASSES).unwrap();
    for value in [-1.0, 0.5, 4.0, 256.0, 257.0, f32::INFINITY, f32::MIN] {
        let bytes = f32_bytes(&[0.0, value, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(read(&mut f32s, &bytes), Err(at(1, 0, f64::from(value))));
    }
    let nan = f32_bytes(&[0.0, 0.0, 0.0, f32::NAN, 0.0, 0.0]);
    let error = read(&mut f32s, &nan).unwrap_err();
    assert_eq!(
        error.to_string(),
        "class NaN at (0, 1); the recipe knows 0 to 3"
    );
}

#[test]
fn a_pixel_belongs_to_the_best_class_that_reaches_its_threshold() {
    #[rustfmt::skip]
    let scores = [
        // background, 1, 2 (not listed), 3
        0.75,     0.25,     0.0,  0.0,      // exactly at its threshold, below the background: 1
        0.765625, 0.234375, 0.0,  0.0,      // just below the threshold: background
        0.0,      0.25,     0.75, 0.0,      // class 2 does not count: 1
        0.0,      0.25,     0.25, 0.5,      // both reach their thresholds, 3 is higher: 3
        0.25,     0.28125,  0.0,  0.46875,  // 3 is higher, but below its threshold: 1
        0.0,      0.5,      0.0,  0.5,      // equal scores: the class listed first
    ];
    let expected = [1, 0, 1, 3, 1, 1];
    let in_planes = planes(&scores, 4);
    for (dims, scores) in [([1, 2, 3, 4], &scores[..]), ([1, 4, 2, 3], &in_planes)] {
        for (data_type, bytes) in [
            (DataType::F32, f32_bytes(scores)),
            (DataType::F16, f16_bytes(scores)),
        ] {
            let mut reader = reader(&dims, data_type, SOFTMAX).unwrap();
            assert_eq!(reader.output_bytes(), bytes.len());
            assert_eq!(
                read(&mut reader, &bytes),
                Ok(expected),
                "{dims:?} {data_type}"
            );
        }
    }
}

#[test]
fn two_classes_are_read_like_any_other_number() {
    let recipe = recipe_of(&[
        r#"{"class": 1, "name": "c", "score_min": 0.5, "blob_area_min_px": 0,
        "blob_area_max_px": 0, "total_area_max_px": 0}"#
            .to_owned(),
    ]);
    let scores = [
        1.0, 0.0, 0.5, 0.5, 0.53125, 0.46875, 0.25, 0.75, 0.0, 1.0, 1.0, 0.0,
    ];
    let in_planes = planes(&scores, 2);
    for (dims, scores) in [([1, 2, 3, 2], &scores[..]), ([1, 2, 2, 3], &in_planes)] {
        for (data_type, bytes) in [
            (DataType::F32, f32_bytes(scores)),
            (DataType::F16, f16_bytes(scores)),
        ] {
            let output = output(&dims, data_type);
            let mut reader = MaskReader::new(&output, SOFTMAX, SIZE, &recipe).unwrap();
            assert_eq!(read(&mut reader, &bytes), Ok([0, 1, 0, 1, 1, 0]));
        }
    }
}

#[test]
fn logits_become_their_softmax() {
    // Class 1 competes with three equal classes. Its probability is e^d / (e^d + 3), which is 0.25
    // at d = 0. The exponential of 500 itself exceeds the range of f32.
    let pixel = |d: f32| [500.0, 500.0 + d, 500.0, 500.0];
    let scores: Vec<f32> = [-0.01, 0.0, 0.01, 80.0, -80.0, 3.0].map(pixel).concat();
    let mut reader = reader(&[1, 2, 3, 4], DataType::F32, LOGITS).unwrap();
    let bytes = f32_bytes(&scores);
    assert_eq!(read(&mut reader, &bytes), Ok([0, 1, 1, 1, 0, 1]));

    let MaskReader::Scores(reader) = &mut reader else {
        panic!("scores were asked for")
    };
    let mut probabilities = [0.0; 24];
    reader.probabilities(&bytes, &mut probabilities).unwrap();
    for (logits, probabilities) in scores.chunks(4).zip(probabilities.chunks(4)) {
        let exp = |v: &f32| (f64::from(*v) - 500.0).exp();
        let sum: f64 = logits.iter().map(exp).sum();
        for (logit, p) in logits.iter().zip(probabilities) {
            assert!(
                (f64::from(*p) - exp(logit) / sum).abs() < 1e-6,
                "{logits:?}"
            );
        }
    }
}

#[test]
fn probabilities_are_written_pixel_by_pixel_in_both_layouts() {
    let scores: Vec<f32> = (0u8..6)
        .map(f32::from)
        .flat_map(|i| [i / 16.0, 0.5, 0.0, 0.5 - i / 16.0])
        .collect();
    for (dims, bytes) in [
        ([1, 2, 3, 4], f32_bytes(&scores)),
        ([1, 4, 2, 3], f32_bytes(&planes(&scores, 4))),
    ] {
        let Ok(MaskReader::Scores(mut reader)) = reader(&dims, DataType::F32, SOFTMAX) else {
            panic!("scores were asked for")
        };
        let mut out = vec![9.0; 24];
        reader.probabilities(&bytes, &mut out).unwrap();
        assert_eq!(out, scores);
    }
}

#[test]
fn scores_that_contradict_their_kind_are_an_error() {
    let good = [0.25f32; 24];
    let with = |index: usize, value: f32| {
        let mut scores = good;
        scores[index] = value;
        f32_bytes(&scores)
    };
    let mut softmax = reader(&[1, 2, 3, 4], DataType::F32, SOFTMAX).unwrap();
    let mut logits = reader(&[1, 2, 3, 4], DataType::F32, LOGITS).unwrap();
    let (x, y, one_channel) = (1, 1, false);
    let not_probabilities = Err(MaskError::NotProbabilities { x, y, one_channel });

    // Pixel (1, 1) is the fifth.
    assert!(read(&mut softmax, &f32_bytes(&good)).is_ok());
    assert!(read(&mut softmax, &with(16, 0.26)).is_ok());
    assert_eq!(read(&mut softmax, &with(16, 0.28)), not_probabilities);
    let mut negative = good;
    negative[16..20].copy_from_slice(&[-0.25, 0.75, 0.25, 0.25]);
    assert_eq!(read(&mut softmax, &f32_bytes(&negative)), not_probabilities);
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let error = Err(MaskError::NotFinite {
            x: 1,
            y: 1,
            class: 2,
        });
        assert_eq!(read(&mut softmax, &with(18, bad)), error);
        assert_eq!(read(&mut logits, &with(18, bad)), error);
    }
    assert_eq!(
        read(&mut logits, &f32_bytes(&good)),
        Err(MaskError::NotLogits { one_channel: false })
    );
    assert!(read(&mut logits, &with(16, 3.0)).is_ok());
}

#[test]
fn buffers_of_another_length_are_an_error() {
    for (dims, content) in [(&[2, 3][..], CLASSES), (&[1, 2, 3, 4], SOFTMAX)] {
        let mut reader = reader(dims, DataType::F32, content).unwrap();
        let bytes = vec![0; reader.output_bytes()];
        for wrong in [&bytes[1..], &[]] {
            assert!(matches!(
                read(&mut reader, wrong),
                Err(MaskError::Length { .. })
            ));
        }
        let short = reader.read(&bytes, &mut [0; 5], |_| ());
        assert!(matches!(short, Err(MaskError::Length { .. })));
    }
}

/// Pixels that are fine by themselves do not hide the first invalid pixel.
#[test]
fn the_first_invalid_pixel_is_named_after_valid_ones() {
    let row = |pixels: [[f32; 4]; 6]| f32_bytes(&pixels.concat());
    let certain = [1.0, 0.0, 0.0, 0.0];
    let mut softmax = reader(&[1, 2, 3, 4], DataType::F32, SOFTMAX).unwrap();
    for bad in [[0.5; 4], [1.5, -0.5, 0.0, 0.0], [0.0; 4]] {
        let scores = row([certain, certain, certain, certain, bad, certain]);
        let error = MaskError::NotProbabilities {
            x: 1,
            y: 1,
            one_channel: false,
        };
        assert_eq!(read(&mut softmax, &scores), Err(error), "{bad:?}");
    }
    let mut logits = reader(&[1, 2, 3, 4], DataType::F32, LOGITS).unwrap();
    let scores = row([
        [7.0; 4],
        [-7.0, 3.0, 0.0, 0.0],
        [7.0, 0.0, 0.0, f32::NAN],
        certain,
        certain,
        certain,
    ]);
    let error = MaskError::NotFinite {
        x: 2,
        y: 0,
        class: 3,
    };
    assert_eq!(read(&mut logits, &scores), Err(error));
}
