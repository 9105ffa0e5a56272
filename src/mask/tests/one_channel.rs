//! Scores of one channel: the probability or the logit of class 1.

use super::*;

const SIGMOID: Content = Content::Scores(ScoreKind::Sigmoid);
/// All dimensions that one channel may have.
const FORMS: [&[i64]; 4] = [&[1, 1, 2, 3], &[1, 2, 3, 1], &[1, 2, 3], &[2, 3]];

/// A recipe for class 1 alone, at 0.25.
fn recipe() -> Recipe {
    let mut recipe = super::recipe();
    recipe.classes.truncate(1);
    recipe
}

fn reader(dims: &[i64], data_type: DataType, content: Content) -> Result<MaskReader, C> {
    MaskReader::new(&output(dims, data_type), content, SIZE, &recipe())
}

/// The probabilities, background first in each pixel.
fn probabilities(reader: &mut MaskReader, bytes: &[u8]) -> [f32; 12] {
    let MaskReader::Scores(reader) = reader else {
        panic!("scores were asked for")
    };
    assert_eq!(reader.classes(), 2);
    let mut out = [9.0; 12];
    reader.probabilities(bytes, &mut out).unwrap();
    out
}

#[test]
fn a_probability_at_its_threshold_counts_in_every_form_and_type() {
    let scores = [0.0, 0.25, 0.234_375, 1.0, 0.5, 0.75];
    for dims in FORMS {
        for (data_type, bytes) in [
            (DataType::F32, f32_bytes(&scores)),
            (DataType::F16, f16_bytes(&scores)),
        ] {
            let mut reader = reader(dims, data_type, SIGMOID).unwrap();
            assert_eq!(reader.output_bytes(), bytes.len());
            assert_eq!(read(&mut reader, &bytes), Ok([0, 1, 0, 1, 1, 1]));
            let out = probabilities(&mut reader, &bytes);
            for (pixel, score) in out.chunks_exact(2).zip(scores) {
                assert_eq!(pixel, [1.0 - score, score]);
            }
        }
    }
}

#[test]
fn logits_of_one_channel_equal_two_channels_with_a_zero_background() {
    let logits = [-100.0, -1.2, -1.0, 0.0, 3.5, 100.0];
    let two: Vec<f32> = logits.iter().flat_map(|logit| [0.0, *logit]).collect();
    let mut of_two = reader(&[1, 2, 3, 2], DataType::F32, LOGITS).unwrap();
    let expected = probabilities(&mut of_two, &f32_bytes(&two));
    for dims in FORMS {
        let mut reader = reader(dims, DataType::F32, LOGITS).unwrap();
        // 1 / (1 + exp(1.2)) is 0.2315, 1 / (1 + exp(1)) is 0.2689.
        assert_eq!(
            read(&mut reader, &f32_bytes(&logits)),
            Ok([0, 0, 1, 1, 1, 1])
        );
        let out = probabilities(&mut reader, &f32_bytes(&logits));
        for (ours, expected) in out.iter().zip(expected) {
            assert!((ours - expected).abs() < 1e-6, "{ours} {expected}");
        }
    }
}

#[test]
fn one_channel_that_contradicts_its_kind_is_an_error() {
    let mut sigmoid = reader(&[1, 1, 2, 3], DataType::F32, SIGMOID).unwrap();
    let mut logits = reader(&[1, 1, 2, 3], DataType::F32, LOGITS).unwrap();
    let with = |value: f32| f32_bytes(&[0.25, 0.0, 1.0, 0.5, value, 0.1]);
    for bad in [-0.01, 1.03, 7.0] {
        let error = MaskError::NotProbabilities {
            x: 1,
            y: 1,
            one_channel: true,
        };
        assert!(error.to_string().contains("\"logits\""));
        assert_eq!(read(&mut sigmoid, &with(bad)), Err(error));
        assert!(read(&mut logits, &with(bad)).is_ok());
    }
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let error = MaskError::NotFinite {
            x: 1,
            y: 1,
            class: 1,
        };
        assert_eq!(read(&mut sigmoid, &with(bad)), Err(error));
        assert_eq!(read(&mut logits, &with(bad)), Err(error));
    }
    // A 1 that the device rounded up counts as 1.
    let out = probabilities(&mut sigmoid, &with(1.01));
    assert_eq!(out[8..10], [0.0, 1.0]);

    let error = MaskError::NotLogits { one_channel: true };
    assert!(error.to_string().contains("\"sigmoid\""));
    assert_eq!(read(&mut logits, &with(0.9)), Err(error));
    // All zeros are a certain background, or logits. Neither reading lets more parts pass.
    assert!(read(&mut logits, &f32_bytes(&[0.0; 6])).is_ok());
    assert!(read(&mut sigmoid, &f32_bytes(&[0.0; 6])).is_ok());
}

#[test]
fn a_kind_that_does_not_fit_the_channels_is_refused_with_the_kinds_that_fit() {
    for (dims, content, words) in [
        (&[1, 1, 2, 3][..], SOFTMAX, ["1 channel", "\"sigmoid\""]),
        (&[1, 2, 3, 1], SOFTMAX, ["engine.mask", "\"logits\""]),
        (&[1, 2, 3, 4], SIGMOID, ["4 channels", "\"softmax\""]),
    ] {
        let error = reader(dims, DataType::F32, content).unwrap_err();
        assert!(matches!(error, C::Kind { .. }), "{error:?}");
        for word in words {
            assert!(error.to_string().contains(word), "{error}");
        }
    }
    // One channel has class 1 only.
    let error = MaskReader::new(
        &output(&[1, 1, 2, 3], DataType::F32),
        SIGMOID,
        SIZE,
        &super::recipe(),
    );
    assert!(matches!(
        error,
        Err(C::NoSuchClass {
            class: 3,
            classes: 2,
            ..
        })
    ));
    // A whole number is a class. A fraction suggests which kind of scores it is.
    let mut mask = reader(&[1, 1, 2, 3], DataType::F32, CLASSES).unwrap();
    for (value, word) in [(0.5, "\"sigmoid\""), (-2.5, "\"logits\""), (7.0, "class 7")] {
        let error = read(&mut mask, &f32_bytes(&[0.0, 1.0, value, 0.0, 0.0, 0.0])).unwrap_err();
        assert!(error.to_string().contains(word), "{error}");
    }
}
