use super::*;
use crate::image::Size;
use crate::mask::{Content, DataType, MaskError, ModelOutput};
use crate::recipe::PartPresent;

/// Two classes and two zones on a picture of 8 x 4.
const RECIPE: &str = r#"{"name": "r", "classes": [
    {"class": 2, "name": "pit", "score_min": 0.5, "blob_area_min_px": 2, "blob_area_max_px": 4, "total_area_max_px": 6},
    {"class": 1, "name": "scratch", "score_min": 0.5, "blob_area_min_px": 2, "blob_area_max_px": 3, "total_area_max_px": 5}
], "zones": [
    {"name": "edge", "x": 0, "y": 0, "width": 8, "height": 1, "rule": "ignore"},
    {"name": "bore", "x": 6, "y": 2, "width": 2, "height": 2, "rule": "no_defect"}
], "part_present": {"x": 1, "y": 1, "width": 4, "height": 2, "brightness_min": 100, "brightness_max": 200,
    "share_min_percent": 50}
}"#;

const SIZE: Size = Size {
    width: 8,
    height: 4,
};
const INPUT_BYTES: usize = 8 * 4 * 3;

fn recipe() -> Recipe {
    serde_json_core::from_str(RECIPE).unwrap().0
}

fn inspector(recipe: &Recipe) -> Result<Inspector, InspectorError> {
    let output = ModelOutput {
        name: "argmax",
        dims: &[4, 8],
        data_type: DataType::U8,
    };
    Inspector::new(recipe, SIZE, &output, Content::Classes)
}

fn mask(rows: [&str; 4]) -> Vec<u8> {
    let classes = rows.iter().flat_map(|row| row.bytes());
    classes.map(|c| c.saturating_sub(b'0')).collect()
}

/// The verdict over a mask, with a part in the picture.
fn verdict(rows: [&str; 4]) -> Verdict {
    let mut inspector = inspector(&recipe()).unwrap();
    inspector.inspect(&mask(rows), &[150; INPUT_BYTES]).unwrap()
}

const CLEAN: [&str; 4] = ["........"; 4];

#[test]
fn a_clean_part_passes() {
    assert_eq!(verdict(CLEAN), Verdict::Pass);
}

#[test]
fn a_blob_passes_at_its_limit_and_breaks_it_with_one_pixel_more() {
    assert_eq!(
        verdict([
            "........", //
            "22..11..", "22..1...", "........",
        ]),
        Verdict::Pass
    );
    assert_eq!(
        verdict([
            "........", //
            "22..11..", "22..11..", "........",
        ]),
        Verdict::Reject(Reason::BlobArea {
            class: 1,
            area_px: 4,
            limit_px: 3,
            x: 4,
            y: 1,
        })
    );
}

#[test]
fn the_largest_defect_is_named_not_the_largest_blob() {
    // The pit of 4 pixels is within its limit; the scratch of 4 is not. Then a pit of 5 is the largest.
    let scratch = |rows| {
        matches!(
            verdict(rows),
            Verdict::Reject(Reason::BlobArea {
                class: 1,
                area_px: 4,
                ..
            })
        )
    };
    let pit = |rows| {
        matches!(
            verdict(rows),
            Verdict::Reject(Reason::BlobArea {
                class: 0,
                area_px: 5,
                ..
            })
        )
    };
    assert!(scratch([
        "........", //
        "22......", "22......", "..1111..",
    ]));
    assert!(pit([
        "........", //
        "222.....", "22......", "..1111..",
    ]));
}

#[test]
fn of_equal_defects_the_first_is_named() {
    assert!(matches!(
        verdict([
            "........", //
            "1111....", "........", ".1111...",
        ]),
        Verdict::Reject(Reason::BlobArea { x: 1, y: 1, .. })
    ));
}

#[test]
fn noise_counts_nowhere() {
    assert_eq!(
        verdict([
            "........", //
            "1.1.1.1.", "........", "2.2.2.2.",
        ]),
        Verdict::Pass
    );
}

#[test]
fn a_blob_that_touches_a_no_defect_zone_rejects_whatever_its_size() {
    assert_eq!(
        verdict([
            "........", //
            "........", "........", ".....11.",
        ]),
        Verdict::Reject(Reason::BlobArea {
            class: 1,
            area_px: 2,
            limit_px: 0,
            x: 5,
            y: 3,
        })
    );
    assert_eq!(
        verdict([
            "........", //
            "......11", "....11..", "........",
        ]),
        Verdict::Reject(Reason::BlobArea {
            class: 1,
            area_px: 4,
            limit_px: 3,
            x: 5,
            y: 1,
        })
    );
}

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
fn the_blobs_of_a_class_count_together() {
    assert_eq!(
        verdict([
            "........", //
            "111.11..", "........", "2222....",
        ]),
        Verdict::Pass
    );
    assert_eq!(
        verdict([
            "........", //
            "111.111.", "........", "2222....",
        ]),
        Verdict::Reject(Reason::TotalArea {
            class: 1,
            area_px: 6,
            limit_px: 5,
        })
    );
}

#[test]
fn an_absent_part_is_named_before_everything_else() {
    let mut inspector = inspector(&recipe()).unwrap();
    let bad = mask([
        "........", //
        "11111...", "........", "........",
    ]);
    assert_eq!(
        inspector.inspect(&bad, &[99; INPUT_BYTES]),
        Ok(Verdict::Reject(Reason::PartAbsent {
            seen_percent: 0,
            needed_percent: 50,
        }))
    );
    // The blobs are there all the same, for the screen.
    assert_eq!(inspector.blobs().as_slice().len(), 1);
    // A recipe with the check and a caller without its result is no reason to pass.
    assert!(!judge(&recipe(), &Blobs::new(), None).passes());
    assert!(judge(&recipe(), &Blobs::new(), Some(50)).passes());
    assert!(!judge(&recipe(), &Blobs::new(), Some(49)).passes());
}

#[test]
fn too_many_blobs_reject_whatever_they_are() {
    let mut blobs = Blobs::new();
    let blob = Blob {
        class: 0,
        area_px: 0,
        x: 0,
        y: 0,
        width: 1,
        height: 1,
        centroid_x: 0.0,
        centroid_y: 0.0,
        zones: 0,
    };
    for _ in 0..crate::blobs::BLOBS_MAX {
        blobs.push(blob);
    }
    assert_eq!(judge(&recipe(), &blobs, Some(100)), Verdict::Pass);
    blobs.push(Blob {
        area_px: 99,
        ..blob
    });
    assert_eq!(
        judge(&recipe(), &blobs, Some(100)),
        Verdict::Reject(Reason::TooManyBlobs)
    );
    // A class that the recipe does not have has no limit that it could keep.
    let mut blobs = Blobs::new();
    blobs.push(Blob {
        class: 2,
        area_px: 1,
        ..blob
    });
    assert!(!judge(&recipe(), &blobs, Some(100)).passes());
}

#[test]
fn brightness_is_the_mean_of_three_channels_unrounded() {
    let check = |min, max| PartPresent {
        x: 0,
        y: 0,
        width: 1,
        height: 1,
        brightness_min: min,
        brightness_max: max,
        share_min_percent: 1,
    };
    // Means: 100, 99.67, 200, 200.33.
    assert_eq!(seen_percent(&check(100, 200), 1, &[0, 45, 255]), 100);
    assert_eq!(seen_percent(&check(100, 200), 1, &[0, 44, 255]), 0);
    assert_eq!(seen_percent(&check(100, 200), 1, &[145, 255, 200]), 100);
    assert_eq!(seen_percent(&check(100, 200), 1, &[146, 255, 200]), 0);
    assert_eq!(seen_percent(&check(255, 255), 1, &[255, 255, 255]), 100);
}

#[test]
fn the_share_is_of_the_rectangle_and_rounded_down() {
    let check = recipe().part_present.unwrap();
    // Columns 1 to 4 of rows 1 and 2 are bright, and nothing else.
    let mut input = [0; INPUT_BYTES];
    let pixel = |x: usize, y: usize| 3 * (8 * y + x);
    for (x, y) in [
        (1, 1),
        (2, 1),
        (3, 1),
        (4, 1),
        (1, 2),
        (2, 2),
        (3, 2),
        (4, 2),
    ] {
        input[pixel(x, y)..][..3].fill(150);
    }
    assert_eq!(seen_percent(&check, 8, &input), 100);
    input[pixel(4, 2)] = 255;
    input[pixel(4, 2) + 1] = 255;
    assert_eq!(seen_percent(&check, 8, &input), 87);
    input.fill(150);
    input[pixel(1, 1)..][..12].fill(0);
    assert_eq!(seen_percent(&check, 8, &input), 50);
    // What is cut off was not seen.
    assert_eq!(seen_percent(&check, 8, &input[..2 * 8 * 3]), 0);
}

#[test]
fn an_unusable_output_leaves_nothing_of_the_part_before() {
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
    // And the part after is judged as if nothing had been.
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
