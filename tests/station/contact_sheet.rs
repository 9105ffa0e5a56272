//! Promise: `sluice eval --sheet` draws the worst missed parts and false rejects, each with
//! picture, expected mask and found mask, in one PNG file of bounded size. It replaces only its
//! own.

use crate::site::{Site, pictures, said};
use std::fs;

#[test]
fn the_worst_parts_are_drawn_and_only_a_sheet_is_replaced() {
    let site = Site::quick("sheet");
    let clean = || pictures::png(160, 144, |_, _| 0);
    let marked = || {
        pictures::png(160, 144, |x, y| {
            if x > 40 && x < 80 && y > 40 && y < 80 {
                255
            } else {
                0
            }
        })
    };
    // Two missed parts, a false reject, and two that are judged as they must be.
    for (number, picture, mask) in [
        (1, pictures::good(), marked()),
        (2, pictures::good(), clean()),
        (3, pictures::bad(), clean()),
        (4, pictures::bad(), marked()),
        (5, pictures::good(), marked()),
    ] {
        let part = site.path.join(format!("set/{number}"));
        fs::create_dir_all(&part).unwrap();
        fs::write(part.join("image.png"), picture).unwrap();
        fs::write(part.join("mask.png"), mask).unwrap();
    }
    let arguments = |file: &'static str, parts: &'static str| {
        let station = ["eval", "--station", "station.json", "set"];
        [&station[..], &["--sheet", file, "--sheet-parts", parts]].concat()
    };
    for _ in 0..2 {
        let output = site.output(&arguments("sheet.png", "1"));
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        assert!(
            said(&output).contains("sheet: sheet.png: 1 missed parts, 1 false rejects"),
            "{}",
            said(&output)
        );
    }
    let file = fs::File::open(site.path.join("sheet.png")).unwrap();
    let mut reader = png::Decoder::new(std::io::BufReader::new(file))
        .read_info()
        .unwrap();
    let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut rgb).unwrap();
    assert_eq!((info.width, info.height), (1040, 476));
    let colour = |x: usize, y: usize| &rgb[(y * 1040 + x) * 3..][..3];
    // The middle of the mark in each panel of the missed part, then that of the found spot.
    let at = |top: usize, panel: usize, (x, y): (usize, usize)| {
        colour(8 + panel * 168 + x, top + 54 + y)
    };
    let mark = (55, 65);
    assert_eq!(at(0, 0, mark), [100; 3]);
    assert!(at(0, 1, mark)[0] > 150 && at(0, 1, mark)[1] < 90);
    assert_eq!(at(0, 2, mark), [100; 3]);
    let spot = (67, 65);
    assert_eq!(at(222, 1, spot), [255; 3]);
    assert!(at(222, 2, spot)[1] < 160 && at(222, 2, spot)[0] == 255);

    // A station would take it for a part, or has no directory for it, or would write over a file.
    fs::write(site.path.join("mine.png.part"), "mine").unwrap();
    for (file, words) in [
        ("parts/sheet.png", "source.directory.path"),
        ("nowhere/sheet.png", "its directory"),
        ("mine.png", "mine.png.part exists"),
    ] {
        site.assert_says(&arguments(file, "1"), 2, &[words]);
    }

    // Another file stays.
    let picture = pictures::good();
    fs::write(site.path.join("other.png"), &picture).unwrap();
    site.assert_says(
        &arguments("other.png", "1"),
        2,
        &["is no drawing of sluice eval"],
    );
    assert_eq!(fs::read(site.path.join("other.png")).unwrap(), picture);
    site.assert_says(&arguments("sheet.jpg", "1"), 2, &["ends in .png"]);
}
