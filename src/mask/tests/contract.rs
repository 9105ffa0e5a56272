//! Checks at start: the form of an output, and the recipe.

use super::*;

#[test]
fn an_output_of_another_form_is_refused_at_start() {
    let refused = |dims: &[i64], data_type, content| {
        assert!(
            matches!(reader(dims, data_type, content), Err(C::Output { .. })),
            "{dims:?} {data_type} {content:?}"
        );
    };
    for dims in [&[3, 2][..], &[2, 2, 3], &[1, 2, 3, 2], &[6], &[], &[-1, 3]] {
        refused(dims, DataType::U8, CLASSES);
    }
    refused(&[2, 3], DataType::F16, CLASSES);
    refused(&[2, 3], DataType::from_acl(9), CLASSES);
    for dims in [
        &[1, 2, 3, 257][..],
        &[2, 2, 3, 4],
        &[1, 4, 3, 2],
        &[2, 3, 4],
        &[1, 2, 3, -1],
    ] {
        refused(dims, DataType::F32, SOFTMAX);
    }
    refused(&[1, 2, 3, 4], DataType::I32, SOFTMAX);

    let error = reader(&[1, 2, 3], DataType::from_acl(9), CLASSES).unwrap_err();
    assert_eq!(
        error.to_string(),
        "model output \"out\" is aclDataType 9 [1, 2, 3]; a class mask must be uint8, int32 or float32 with \
         dimensions [2, 3], [1, 2, 3], [1, 2, 3, 1] or [1, 1, 2, 3]; cast it to int32 in the export"
    );
}

#[test]
fn ambiguous_dimensions_of_scores_are_refused() {
    let square = Size {
        width: 4,
        height: 4,
    };
    let output = output(&[1, 4, 4, 4], DataType::F32);
    let result = MaskReader::new(&output, SOFTMAX, square, &recipe());
    assert!(matches!(result, Err(C::Output { .. })));
}

#[test]
fn a_recipe_that_does_not_fit_the_model_is_refused_at_start() {
    let with = |class: u8, score_min: f32| {
        let mut recipe = recipe();
        recipe.classes[0].class = class;
        recipe.classes[0].score_min = score_min;
        let output = output(&[1, 2, 3, 4], DataType::F32);
        MaskReader::new(&output, SOFTMAX, SIZE, &recipe).map(|_| ())
    };
    assert_eq!([with(1, 0.0), with(1, 1.0)], [Ok(()), Ok(())]);
    assert_eq!(with(0, 0.5), Err(C::Background));
    assert_eq!(with(3, 0.5), Err(C::ListedTwice { class: 3 }));
    assert!(matches!(
        with(4, 0.5),
        Err(C::NoSuchClass {
            class: 4,
            classes: 4,
            ..
        })
    ));
    for bad in [-0.1, 1.1, f32::NAN] {
        assert!(matches!(with(1, bad), Err(C::ScoreMin { class: 1, .. })));
    }
    let tall = Size {
        width: 3,
        height: 65536,
    };
    let output = output(&[65536, 3], DataType::U8);
    let result = MaskReader::new(&output, CLASSES, tall, &recipe());
    assert!(matches!(result, Err(C::Size(_))));
}

#[test]
fn data_types_have_the_codes_and_lengths_of_ascendcl() {
    for (code, data_type, bytes, name) in [
        (0, DataType::F32, 4, "float32"),
        (1, DataType::F16, 2, "float16"),
        (3, DataType::I32, 4, "int32"),
        (4, DataType::U8, 1, "uint8"),
        (2, DataType::Other(2), 0, "aclDataType 2"),
    ] {
        assert_eq!(DataType::from_acl(code), data_type);
        assert_eq!(data_type.bytes(), bytes);
        assert_eq!(data_type.to_string(), name);
    }
}

#[test]
fn sizes_of_the_mask_have_16_bits() {
    let with = |width, height| dimensions(Size { width, height });
    assert_eq!(with(1, 1), Ok((1, 1)));
    assert_eq!(with(65_535, 65_535), Ok((65_535, 65_535)));
    for (width, height) in [(0, 1), (1, 0), (65_536, 1), (1, 65_536)] {
        let error = with(width, height).unwrap_err();
        assert_eq!(error, C::Size(Size { width, height }));
        assert_eq!(
            error.to_string(),
            format!(
                "the model's input is {width} x {height}; 1 to 65535 pixels on each side are allowed"
            )
        );
    }
}

#[test]
fn the_number_of_classes_comes_from_the_channels() {
    for (dims, classes) in [
        (&[1, 2, 3, 2][..], Some(2)),
        (&[1, 256, 2, 3], Some(256)),
        (&[1, 2, 3, 1], Some(2)),
        (&[2, 3], Some(2)),
        (&[1, 2, 3, 257], None),
        (&[1, 2, 3, 0], None),
        (&[2, 2, 3, 4], None),
    ] {
        assert_eq!(score_classes(dims, SIZE), classes, "{dims:?}");
    }
}

#[test]
fn the_advice_fits_what_is_wrong() {
    let advice = |dims: &[i64], data_type, content| {
        let error = reader(dims, data_type, content).unwrap_err().to_string();
        let (_, advice) = error.rsplit_once("; ").unwrap();
        advice.to_owned()
    };
    for (dims, data_type, content, expected) in [
        (
            &[2, 3][..],
            DataType::F16,
            CLASSES,
            "if it holds the probability of one class instead, name it under engine.scores and say \"sigmoid\" in \
             engine.score_kind",
        ),
        (
            &[2, 3],
            DataType::Other(9),
            CLASSES,
            "cast it to int32 in the export",
        ),
        (
            &[1, 2, 3, 4],
            DataType::F32,
            CLASSES,
            "it looks like scores: name it under engine.scores instead",
        ),
        (
            &[2, 3],
            DataType::I32,
            SOFTMAX,
            "it looks like a class mask: name it under engine.mask instead",
        ),
        (
            &[1, 2, 3, 4],
            DataType::I32,
            SOFTMAX,
            "cast it to float32 in the export",
        ),
        (
            &[4, 2, 3],
            DataType::U8,
            CLASSES,
            "export the model for one picture at a time",
        ),
        (
            &[2, 4, 2, 3],
            DataType::F32,
            SOFTMAX,
            "export the model for one picture at a time",
        ),
    ] {
        assert_eq!(
            advice(dims, data_type, content),
            expected,
            "{dims:?} {data_type}"
        );
    }
    for (dims, data_type, content) in [
        (&[3, 2][..], DataType::U8, CLASSES),
        (&[1, 4, 3], DataType::F32, SOFTMAX),
        (&[1, 2, 3, 4], DataType::U8, CLASSES),
    ] {
        let advice = advice(dims, data_type, content);
        assert!(
            advice.contains("padded convolutions"),
            "{dims:?} {data_type}: {advice}"
        );
    }
}
