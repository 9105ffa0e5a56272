//! The inspector: zones, errors, and the checks at construction.

use super::*;
use crate::mask::MaskError;

#[test]
fn pixels_in_an_ignore_zone_do_not_count_and_do_not_connect() {
    let mut inspector = inspector(&recipe()).unwrap();
    let seen = mask([
        "11111111", //
        "11...11.", "........", "........",
    ]);
    assert_eq!(
        inspector.inspect(&seen, &[150; INPUT_BYTES]),
        Ok(Verdict::Pass)
    );
    assert_eq!(inspector.blobs().as_slice().len(), 2);
    assert_eq!(
        inspector.mask(),
        mask([
            "........", //
            "11...11.", "........", "........",
        ])
    );
}

#[test]
fn an_unusable_output_clears_the_previous_part() {
    let mut inspector = inspector(&recipe()).unwrap();
    let defect = mask([
        "........", //
        "11......", "........", "........",
    ]);
    inspector.inspect(&defect, &[150; INPUT_BYTES]).unwrap();
    assert_eq!(inspector.blobs().as_slice().len(), 1);
    let mut broken = defect.clone();
    broken[31] = 7;
    let error = inspector.inspect(&broken, &[150; INPUT_BYTES]).unwrap_err();
    assert!(matches!(
        error,
        InspectError::Output(MaskError::Class { x: 7, y: 3, .. })
    ));
    assert!(inspector.blobs().as_slice().is_empty());
    assert_eq!(inspector.mask(), [0; 32]);
    // The next part is judged as usual.
    let after = inspector.inspect(&mask(CLEAN), &[150; INPUT_BYTES]);
    assert_eq!(after, Ok(Verdict::Pass));

    let short = inspector.inspect(&mask(CLEAN), &[150; INPUT_BYTES - 1]);
    assert!(matches!(
        short,
        Err(InspectError::Input {
            got: 95,
            expected: 96
        })
    ));
}

#[test]
fn rectangles_outside_the_picture_are_refused_at_start() {
    let mut off = recipe();
    off.zones[1].x = 7;
    let error = inspector(&off).unwrap_err();
    assert_eq!(
        error.to_string(),
        "zone \"bore\" must be at least 1 x 1 and inside the model's input of 8 x 4 pixels"
    );
    let mut off = recipe();
    off.zones[0].height = 0;
    assert!(matches!(inspector(&off), Err(InspectorError::Zone { .. })));
    let mut off = recipe();
    off.part_present.as_mut().unwrap().y = 3;
    assert!(matches!(
        inspector(&off),
        Err(InspectorError::PartPresent { .. })
    ));
}
