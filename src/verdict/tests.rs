//! Verdicts over small masks.

use super::*;
use crate::image::Size;
use crate::mask::{Content, DataType, ModelOutput};

mod inspector;
mod presence;

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
fn a_blob_passes_at_its_limit_and_rejects_with_one_pixel_more() {
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
    // The pit of 4 pixels is within its limit, and the scratch of 4 is not. Then a pit of 5 is the
    // largest defect.
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
fn noise_does_not_count() {
    assert_eq!(
        verdict([
            "........", //
            "1.1.1.1.", "........", "2.2.2.2.",
        ]),
        Verdict::Pass
    );
}

#[test]
fn a_blob_of_any_size_in_a_no_defect_zone_rejects() {
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
fn the_total_area_of_a_class_has_its_own_limit() {
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
fn too_many_blobs_of_any_size_reject() {
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
    // A class that the recipe does not have has the limit 0.
    let mut blobs = Blobs::new();
    blobs.push(Blob {
        class: 2,
        area_px: 1,
        ..blob
    });
    assert!(!judge(&recipe(), &blobs, Some(100)).passes());
}
