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
