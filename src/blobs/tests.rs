use super::*;
use crate::recipe::Recipe;

/// Class 1 without noise, class 2 with noise below 3 pixels.
const RECIPE: &str = r#"{"name": "r", "classes": [
    {"class": 1, "name": "a", "score_min": 0.5, "blob_area_min_px": 1, "blob_area_max_px": 9, "total_area_max_px": 9},
    {"class": 2, "name": "b", "score_min": 0.5, "blob_area_min_px": 3, "blob_area_max_px": 9, "total_area_max_px": 9}
], "zones": [
    {"name": "i", "x": 0, "y": 0, "width": 99, "height": 99, "rule": "ignore"},
    {"name": "z", "x": 2, "y": 1, "width": 2, "height": 2, "rule": "no_defect"}
]}"#;

fn recipe() -> Recipe {
    serde_json_core::from_str(RECIPE).unwrap().0
}

/// The blobs of a mask in which `.` is background and a digit is a class.
fn blobs(rows: &[&str]) -> Blobs {
    let mut finder = BlobFinder::new(u16::try_from(rows[0].len()).unwrap(), &recipe());
    label(&mut finder, rows)
}

fn label(finder: &mut BlobFinder, rows: &[&str]) -> Blobs {
    finder.begin();
    for row in rows {
        let row: Vec<u8> = row.bytes().map(|c| c.saturating_sub(b'0')).collect();
        finder.row(&row);
    }
    finder.finish().clone()
}

fn areas(rows: &[&str]) -> Vec<(u8, u32)> {
    blobs(rows)
        .as_slice()
        .iter()
        .map(|blob| (blob.class, blob.area_px))
        .collect()
}

#[test]
fn a_blob_has_its_area_box_and_centroid() {
    let blobs = blobs(&[
        "......", //
        ".111..", ".1....", "......",
    ]);
    let expected = Blob {
        class: 0,
        area_px: 4,
        x: 1,
        y: 1,
        width: 3,
        height: 2,
        centroid_x: 7.0 / 4.0,
        centroid_y: 5.0 / 4.0,
        zones: 0b10,
    };
    assert_eq!(blobs.as_slice(), [expected]);
    assert_eq!(expected.centre(), (2, 1));
}

#[test]
fn pixels_that_touch_at_a_corner_are_one_blob() {
    assert_eq!(
        areas(&[
            "1...1", //
            ".1.1.", "..1..", ".....", "1.1..",
        ]),
        [(0, 5), (0, 1), (0, 1)]
    );
}

#[test]
fn arms_that_meet_below_are_one_blob() {
    assert_eq!(
        areas(&[
            "1.1.1.1.1", //
            "1.1.1.1.1",
            "1.1.11111",
            "1.1......",
            "111...111",
        ]),
        [(0, 11), (0, 11), (0, 3)]
    );
    assert_eq!(
        areas(&[
            "1111111", //
            "1.....1", "1.111.1", "1.1.1.1", "1.1...1", "1.11111",
        ]),
        [(0, 27)]
    );
}

#[test]
fn classes_stay_separate_and_unlisted_classes_are_background() {
    assert_eq!(
        areas(&[
            "1122211", //
            "1122211", "7777777",
        ]),
        [(0, 4), (1, 6), (0, 4)]
    );
    // Two classes that cross at a corner are both connected through it.
    assert_eq!(
        areas(&[
            "122", //
            "212", "221",
        ]),
        [(0, 3), (1, 6)]
    );
}

#[test]
fn noise_takes_no_capacity_and_blobs_are_counted_up_to_the_limit() {
    let mut finder = BlobFinder::new(600, &recipe());
    let noise = "2.".repeat(300);
    let dots = "1.".repeat(BLOBS_MAX) + &".".repeat(600 - 2 * BLOBS_MAX);
    let gap = ".".repeat(600);
    let one_more = "1".to_owned() + &".".repeat(599);

    let full = label(&mut finder, &[&noise, &gap, &noise, &gap, &dots]);
    assert_eq!(full.as_slice().len(), BLOBS_MAX);
    assert!(!full.overflowed());

    let over = label(&mut finder, &[&dots, &gap, &one_more]);
    assert_eq!(over.as_slice().len(), BLOBS_MAX);
    assert!(over.overflowed());

    // The next mask starts without blobs.
    let none = label(&mut finder, &[&gap]);
    assert_eq!(none, Blobs::new());
}

#[test]
fn only_pixels_inside_a_zone_touch_it() {
    // The zone covers columns 2 and 3 of rows 1 and 2.
    let touched = |rows: &[&str]| {
        let blobs = blobs(rows);
        blobs.as_slice().iter().map(|b| b.zones).collect::<Vec<_>>()
    };
    assert_eq!(
        touched(&[
            "11111", //
            "11..1", "11..1", "11111",
        ]),
        [0]
    );
    for inside in [(2, 1), (3, 1), (2, 2), (3, 2)] {
        let mut rows = [*b".....", *b".....", *b".....", *b"....."];
        rows[inside.1][inside.0] = b'1';
        let rows = rows.each_ref().map(|row| str::from_utf8(row).unwrap());
        assert_eq!(touched(&rows), [0b10], "{inside:?}");
    }
    // A merged blob keeps the bit.
    assert_eq!(
        touched(&[
            ".....", //
            "1.1..", "1....", "1....", "11111",
        ]),
        [0b10, 0]
    );
    assert_eq!(
        touched(&[
            "1....", //
            "1.1..", "1.1..", "111..",
        ]),
        [0b10]
    );
}

#[test]
fn rows_beyond_65535_and_columns_beyond_the_width_are_ignored() {
    let mut finder = BlobFinder::new(1, &recipe());
    finder.begin();
    for _ in 0..65_537 {
        finder.row(&[1, 1]);
    }
    let blobs = finder.finish().as_slice();
    assert_eq!(blobs.len(), 1);
    assert_eq!((blobs[0].area_px, blobs[0].width), (65_535, 1));
    assert_eq!(blobs[0].height, 65_535);
}

#[test]
fn lost_blobs_are_remembered_until_the_list_is_cleared() {
    let blob = blobs(&["1"]).as_slice()[0];
    let mut list = Blobs::new();
    for count in 1..=BLOBS_MAX + 3 {
        list.push(blob);
        assert_eq!(list.overflowed(), count > BLOBS_MAX, "{count}");
    }
    list.clear();
    assert_eq!(list, Blobs::new());
}

#[test]
fn blobs_are_found_in_any_column_of_a_wide_row() {
    for column in [0, 1, 30, 31, 32, 33, 63, 64, 95, 96, 99] {
        let mut row = vec![b'.'; 100];
        row[column] = b'1';
        let blobs = blobs(&[str::from_utf8(&row).unwrap()]);
        let found: Vec<_> = blobs.as_slice().iter().map(|blob| blob.x).collect();
        assert_eq!(found, [u16::try_from(column).unwrap()]);
    }
    // Two equal values in one block.
    let row = format!("{}1.1{}", ".".repeat(32), ".".repeat(32));
    assert_eq!(areas(&[&row]), [(0, 1), (0, 1)]);
}
