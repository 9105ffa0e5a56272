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
fn rectangles_must_be_inside_the_picture_and_not_empty() {
    let with = |[x, y, width, height]: [u16; 4]| {
        let mut recipe = recipe();
        let zone = &mut recipe.zones[1];
        (zone.x, zone.y, zone.width, zone.height) = (x, y, width, height);
        let zone = inspector(&recipe).map(|_| ());
        let mut recipe = super::recipe();
        let check = recipe.part_present.as_mut().unwrap();
        (check.x, check.y, check.width, check.height) = (x, y, width, height);
        (zone, inspector(&recipe).map(|_| ()))
    };
    // The picture has 8 x 4 pixels.
    for inside in [[0, 0, 8, 4], [7, 3, 1, 1], [4, 0, 4, 1], [0, 2, 1, 2]] {
        assert_eq!(with(inside), (Ok(()), Ok(())), "{inside:?}");
    }
    for outside in [
        [0, 0, 0, 1],
        [0, 0, 1, 0],
        [7, 0, 2, 1],
        [8, 0, 1, 1],
        [1, 0, 8, 1],
        [0, 3, 1, 2],
        [0, 4, 1, 1],
        [0, 1, 1, 4],
    ] {
        let (zone, part_present) = with(outside);
        let zone = zone.unwrap_err();
        assert!(matches!(zone, InspectorError::Zone { .. }), "{outside:?}");
        assert_eq!(
            zone.to_string(),
            "zone \"bore\" must be at least 1 x 1 and inside the model's input of 8 x 4 pixels"
        );
        assert_eq!(
            part_present,
            Err(InspectorError::PartPresent { size: SIZE }),
            "{outside:?}"
        );
    }
}
