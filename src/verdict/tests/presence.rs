//! The part-present check.

use super::*;
use crate::recipe::PartPresent;

#[test]
fn an_absent_part_is_the_first_reason() {
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
    // The blobs are still available for the screen.
    assert_eq!(inspector.blobs().as_slice().len(), 1);
    // A missing result of the part-present check must not let a part pass.
    assert!(!judge(&recipe(), &Blobs::new(), None).passes());
    assert!(judge(&recipe(), &Blobs::new(), Some(50)).passes());
    assert!(!judge(&recipe(), &Blobs::new(), Some(49)).passes());
}

#[test]
fn brightness_is_the_unrounded_mean_of_three_channels() {
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
fn the_share_refers_to_the_rectangle_and_is_rounded_down() {
    let check = recipe().part_present.unwrap();
    // Only columns 1 to 4 of rows 1 and 2 are bright.
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
    // Missing rows count as not seen.
    assert_eq!(seen_percent(&check, 8, &input[..2 * 8 * 3]), 0);
}

#[test]
fn an_empty_rectangle_and_an_empty_input_show_no_part() {
    let mut check = recipe().part_present.unwrap();
    assert_eq!(seen_percent(&check, 8, &[]), 0);
    check.height = 0;
    assert_eq!(seen_percent(&check, 8, &[150; INPUT_BYTES]), 0);
}

#[test]
fn columns_outside_the_input_count_as_not_seen() {
    let mut check = recipe().part_present.unwrap();
    // Columns 6 to 9 of a picture with 8 columns.
    check.x = 6;
    assert_eq!(seen_percent(&check, 8, &[150; INPUT_BYTES]), 50);
    check.x = 9;
    assert_eq!(seen_percent(&check, 8, &[150; INPUT_BYTES]), 0);
}
