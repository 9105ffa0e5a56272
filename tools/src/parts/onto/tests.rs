//! Defects on given pictures: the masks are exact, colours and sizes come from the picture, and a
//! picture that cannot be used is named.

use super::colour::brightness;
use super::*;
use crate::parts::random::mix;
use std::fs;

const SEED: u64 = 5;

/// Noise of `spread` grey levels around `level`, with a smooth change across.
fn picture(width: usize, height: usize, level: [u8; 3], spread: u8) -> Picture {
    let noise = |i: usize| u8::try_from(mix(i as u64) % (2 * u64::from(spread) + 1)).unwrap();
    let pixels: Vec<u8> = (0..width * height)
        .flat_map(|i| {
            let up = noise(i).saturating_add(u8::try_from(i % width * 8 / width).unwrap());
            level.map(|level| level.saturating_sub(spread).saturating_add(up))
        })
        .collect();
    let is_grey = level[0] == level[1] && level[1] == level[2];
    Picture {
        path: PathBuf::from("some.png"),
        width,
        height,
        is_grey,
        pixels,
    }
}

fn look(roi: Option<Window>) -> Look {
    Look {
        roi,
        kinds: KINDS.to_vec(),
        size: 1.0,
        contrast: 1.0,
    }
}

fn grey(pixel: &[u8]) -> f64 {
    pixel.iter().copied().map(f64::from).sum::<f64>() / 3.0
}

/// The mean change of the pixels inside the mask, in grey levels. Checks that the mask is exact and
/// inside `roi`.
fn checked_change(picture: &Picture, damaged: &Damaged, roi: Window) -> f64 {
    let pairs = picture
        .pixels
        .chunks_exact(3)
        .zip(damaged.pixels.chunks_exact(3));
    let (mut sum, mut count) = (0.0, 0);
    for (i, (before, after)) in pairs.enumerate() {
        assert_eq!(before != after, damaged.mask[i] == 255, "pixel {i}");
        if damaged.mask[i] == 255 {
            assert!(roi.holds(i % picture.width, i / picture.width), "pixel {i}");
            assert!(!picture.is_grey || (after[0] == after[1] && after[1] == after[2]));
            sum += grey(after) - grey(before);
            count += 1;
        } else {
            assert_eq!(damaged.mask[i], 0);
        }
    }
    let areas = damaged.defects.iter().map(|defect| defect.area_px);
    assert_eq!(count, areas.sum::<usize>());
    sum / f64::from(u32::try_from(count).unwrap())
}

#[test]
fn inside_the_mask_every_pixel_changes_and_outside_none() {
    let roi = Window {
        x: 30,
        y: 20,
        width: 250,
        height: 160,
    };
    for level in [[0; 3], [20; 3], [60, 90, 160], [130; 3], [240; 3], [255; 3]] {
        for kind in KINDS {
            for number in 0..10 {
                let own = picture(300, 200, level, 5);
                let damaged = draw(&own, SEED, number, Kind::With(kind), &look(Some(roi))).unwrap();
                assert_eq!(damaged.defects.len(), 1);
                assert_eq!(damaged.defects[0].kind, kind);
                let change = checked_change(&own, &damaged, roi);
                if level[0] < 40 {
                    assert!(
                        change > 10.0,
                        "{kind:?} on {level:?}: {change:.1} is not brighter"
                    );
                } else if kind != DefectKind::Scratch {
                    assert!(
                        change < -15.0,
                        "{kind:?} on {level:?}: {change:.1} is not darker"
                    );
                }
            }
        }
    }
    // Several defects in a narrow region. None overlaps another, which the sum of the areas shows.
    let narrow = Window {
        width: 60,
        height: 60,
        ..roi
    };
    let large = Look {
        size: 2.5,
        ..look(Some(narrow))
    };
    let mut defects = 0;
    for number in 0..60 {
        let own = picture(300, 200, [130; 3], 5);
        let damaged = draw(&own, SEED, number, Kind::Defective, &large).unwrap();
        defects += damaged.defects.len();
        checked_change(&own, &damaged, narrow);
    }
    assert!((90..=180).contains(&defects), "{defects}");
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let own = picture(300, 200, [60, 90, 160], 5);
    let bytes = |seed, number, kind| {
        let damaged = draw(&own, seed, number, kind, &look(None)).unwrap();
        (damaged.pixels, damaged.mask)
    };
    let first = bytes(1, 1, Kind::Defective);
    assert_eq!(first, bytes(1, 1, Kind::Defective));
    assert_ne!(first, bytes(2, 1, Kind::Defective));
    assert_ne!(first, bytes(1, 2, Kind::Defective));
    let good = bytes(1, 1, Kind::Good);
    assert_eq!(good, (own.pixels.clone(), vec![0; 300 * 200]));
}

#[test]
fn size_follows_the_region_and_contrast_the_option() {
    let of = |side: usize, size, contrast| {
        let own = picture(side, side, [150; 3], 4);
        let look = Look {
            size,
            contrast,
            ..look(None)
        };
        let (mut area_px, mut change) = (0, 0.0);
        for number in 0..30 {
            let damaged = draw(&own, SEED, number, Kind::With(DefectKind::Stain), &look).unwrap();
            area_px += damaged.defects[0].area_px;
            change += checked_change(&own, &damaged, own.window());
        }
        (area_px as f64 / (side * side * 30) as f64, change / 30.0)
    };
    let (small, large) = (of(150, 1.0, 1.0), of(600, 1.0, 1.0));
    assert!((small.0 / large.0 - 1.0).abs() < 0.3, "{small:?} {large:?}");
    assert!(of(600, 2.0, 1.0).0 > 2.5 * large.0);
    assert!(of(600, 1.0, 0.3).1 > 0.5 * large.1);
}

#[test]
fn the_brightness_is_that_of_the_region() {
    let mut own = picture(100, 100, [80; 3], 0);
    own.pixels[..100 * 50 * 3].fill(250);
    let lower = Window {
        x: 0,
        y: 50,
        width: 100,
        height: 50,
    };
    let (half, all) = (brightness(&own, lower), brightness(&own, own.window()));
    assert!(
        (half.high - 87.0).abs() < 1.5 && (half.mean - 83.5).abs() < 1.5,
        "{half:?}"
    );
    assert!(
        (all.high - 250.0).abs() < 0.5 && (all.mean - 167.0).abs() < 1.5,
        "{all:?}"
    );
}

#[test]
fn holes_get_no_defects() {
    let mut own = picture(300, 200, [150; 3], 5);
    for (i, pixel) in own.pixels.chunks_exact_mut(3).enumerate() {
        if i % 300 < 150 {
            pixel.fill(10);
        }
    }
    for number in 0..10 {
        let pits = Kind::With(DefectKind::Pit);
        let damaged = draw(&own, SEED, number, pits, &look(None)).unwrap();
        let bounds = damaged.defects[0].bounds;
        assert!(bounds.x + bounds.width > 150, "{bounds:?}");
    }
}

#[test]
fn defects_of_one_part_are_all_dark_or_all_light() {
    // The left half of this bright part is nearly as dark as a dark part.
    let mut own = picture(300, 200, [150; 3], 5);
    for (i, pixel) in own.pixels.chunks_exact_mut(3).enumerate() {
        if i % 300 < 150 {
            pixel.fill(45);
        }
    }
    let stains = Kind::With(DefectKind::Stain);
    let left = Window {
        x: 0,
        y: 0,
        width: 150,
        height: 200,
    };
    for number in 0..10 {
        let damaged = draw(&own, SEED, number, stains, &look(None)).unwrap();
        assert!(checked_change(&own, &damaged, own.window()) < 0.0);
        let damaged = draw(&own, SEED, number, stains, &look(Some(left))).unwrap();
        assert!(checked_change(&own, &damaged, left) > 0.0);
    }
}

#[test]
fn a_region_that_cannot_be_used_is_named() {
    let own = picture(300, 200, [130; 3], 5);
    let said = |x, width, size| {
        let look = Look {
            size,
            ..look(Some(Window {
                x,
                y: 0,
                width,
                height: 100,
            }))
        };
        let kind = Kind::With(DefectKind::Stain);
        draw(&own, SEED, 0, kind, &look)
            .map(drop)
            .map_err(|error| error.to_string())
    };
    let outside = "some.png: the picture is 300x200, and the region 201,0,100,100 reaches over its \
                   border; correct --roi, or take the picture out";
    assert_eq!(said(201, 100, 1.0), Err(outside.to_owned()));
    assert!(
        said(usize::MAX, 100, 1.0)
            .unwrap_err()
            .contains("reaches over")
    );
    assert_eq!(said(200, 100, 1.0), Ok(()));
    assert!(
        said(200, 47, 1.0)
            .unwrap_err()
            .contains("at least 48 pixels")
    );
    assert!(
        said(200, 100, 90.0)
            .unwrap_err()
            .contains("no space for a stain")
    );
}

/// An empty folder for one test.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("sluice-onto-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn pictures_of_each_format_are_found_and_masks_beside_them_are_not() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/pictures");
    let folder = folder("found");
    for name in ["jpeg420.jpg", "bmp8.bmp"] {
        fs::copy(data.join(name), folder.join(name)).unwrap();
    }
    let own = picture(60, 50, [40, 90, 160], 5);
    let mask = vec![0; 60 * 50];
    write::write_pair(&folder.join("a"), own.window(), &own.pixels, &mask).unwrap();
    fs::rename(folder.join("a/image.png"), folder.join("Own.PNG")).unwrap();
    fs::rename(folder.join("a/mask.png"), folder.join("bmp8.png")).unwrap();
    fs::write(folder.join("notes.txt"), "no picture").unwrap();
    let found = find(&folder).unwrap();
    let names: Vec<_> = found.iter().map(|path| path.file_name().unwrap()).collect();
    assert_eq!(names, ["Own.PNG", "bmp8.bmp", "jpeg420.jpg"]);
    for path in &found {
        let read = read(path).unwrap();
        assert_eq!(read.pixels.len(), read.width * read.height * 3);
    }
    assert_eq!(read(&found[0]).unwrap().pixels, own.pixels);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_grey_picture_stays_grey_and_bad_files_are_named() {
    let folder = folder("grey");
    assert!(
        find(&folder)
            .unwrap_err()
            .to_string()
            .contains("no picture in it")
    );
    let missing = find(&folder.join("missing")).unwrap_err().to_string();
    assert!(missing.contains("cannot read the folder"), "{missing}");

    let own = picture(120, 80, [100; 3], 5);
    let damaged = draw(&own, SEED, 0, Kind::Defective, &look(None)).unwrap();
    damaged.write(&folder.join("1"), &own).unwrap();
    let path = folder.join("1/image.png");
    let again = read(&path).unwrap();
    assert!(again.is_grey && again.pixels == damaged.pixels);
    let bytes = fs::read(&path).unwrap();
    assert_eq!(bytes[25], 0, "the colour type of a grey PNG");
    let mask = read(&folder.join("1/mask.png")).unwrap();
    assert!(mask.pixels.iter().step_by(3).eq(&damaged.mask));

    fs::write(folder.join("cut.png"), &bytes[..bytes.len() / 2]).unwrap();
    fs::write(folder.join("text.jpg"), "no picture").unwrap();
    for name in ["cut.png", "text.jpg"] {
        let said = read(&folder.join(name)).map(drop).unwrap_err().to_string();
        assert!(said.contains(name) && said.contains("the file"), "{said}");
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_list_of_parts_names_the_picture() {
    let path = Path::new("good/a \"b\" \\c\n.png");
    let entry = write::describe(7, Kind::Good, Some(path), &[]);
    let expected =
        r#"{"seed": 7, "kind": "good", "picture": "good/a \"b\" \\c\u000a.png", "defects": []}"#;
    assert_eq!(entry, expected);
    let folder = folder("list");
    let list = [(3, entry)].into();
    write::write_list(&folder, &list).unwrap();
    assert_eq!(write::read_list(&folder).unwrap(), list);
    fs::remove_dir_all(folder).unwrap();
}
