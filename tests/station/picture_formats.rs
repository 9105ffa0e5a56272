//! Promise: picture files of every format are inspected alike. What a file holds decides, not its
//! name; the name only tells that it is a picture.

use crate::site::{Site, pictures};
use libjpeg_turbo_rs::{PixelFormat, Subsampling};
use pictures::{HEIGHT, WIDTH};

/// Makes a file of grey values.
type Write = fn(&[u8]) -> Vec<u8>;

/// Grey values of a part, with a white spot of 20 x 20 pixels if it is bad.
fn grey(is_bad: bool) -> Vec<u8> {
    let spot = |x, y| is_bad && (60..80).contains(&x) && (50..70).contains(&y);
    let pixels = (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (x, y)));
    pixels
        .map(|(x, y)| if spot(x, y) { 255 } else { 100 })
        .collect()
}

fn pgm(grey: &[u8]) -> Vec<u8> {
    [format!("P5\n{WIDTH} {HEIGHT}\n255\n").as_bytes(), grey].concat()
}

/// Eight bits, with a grey palette. The lowest row comes first.
fn bmp(grey: &[u8]) -> Vec<u8> {
    let word = |value: u32| value.to_le_bytes();
    let start = 54 + 1024;
    let length = start + WIDTH * HEIGHT;
    let mut file = [&b"BM"[..], &word(length), &word(0), &word(start), &word(40)].concat();
    file.extend([word(WIDTH), word(HEIGHT), [1, 0, 8, 0]].concat());
    file.extend([0; 24]);
    file.extend((0..=255).flat_map(|value| [value, value, value, 0]));
    file.extend(grey.rchunks(WIDTH as usize).flatten());
    file
}

/// One strip without compression, behind the directory.
fn tiff(grey: &[u8]) -> Vec<u8> {
    let length = WIDTH * HEIGHT;
    let entries = [
        (256, WIDTH),
        (257, HEIGHT),
        (258, 8),
        (262, 1),
        (273, 86),
        (279, length),
    ];
    let mut file = b"MM\0*\0\0\0\x08\0\x06".to_vec();
    for (tag, value) in entries {
        file.extend(
            [
                &u16::to_be_bytes(tag)[..],
                &[0, 4, 0, 0, 0, 1],
                &value.to_be_bytes(),
            ]
            .concat(),
        );
    }
    file.extend([0; 4]);
    assert_eq!(file.len(), 86);
    file.extend(grey);
    file
}

fn jpeg(grey: &[u8]) -> Vec<u8> {
    let sides = (WIDTH as usize, HEIGHT as usize);
    libjpeg_turbo_rs::compress(
        grey,
        sides.0,
        sides.1,
        PixelFormat::Grayscale,
        95,
        Subsampling::S444,
    )
    .unwrap()
}

#[test]
fn each_format_passes_a_good_part_and_rejects_a_bad_one() {
    let site = Site::new("formats");
    let mut station = site.start();
    let formats: [(&str, Write); 6] = [
        ("pgm", pgm),
        ("bmp", bmp),
        ("tiff", tiff),
        ("JPG", jpeg),
        // A name that does not fit.
        ("png", jpeg),
        ("jpeg", bmp),
    ];
    for (ending, write) in formats {
        for (is_bad, expected) in [(false, "PASS"), (true, "REJECT")] {
            let name = format!("{expected}.{ending}");
            site.feed(&name, &write(&grey(is_bad)));
            let verdict = station.verdict();
            assert_eq!((verdict.name, verdict.kind), (name, expected.to_owned()));
        }
    }
    // A form that OpenCV reads in another way, and a format that is not known.
    for (name, content, detail) in [
        ("text.pgm", &b"P2 1 1 255 9"[..], "P2 or P3 (text)"),
        ("animation.jpg", b"GIF89a", "no picture that is known"),
    ] {
        site.feed(name, content);
        assert_eq!(station.verdict().kind, "FAULT");
        let part = site.wait_part(name);
        assert!(part.verdict.detail.contains(detail), "{part:?}");
        assert!(part.picture.unwrap().sha256.is_some());
    }
    assert_eq!(station.stop(), Some(0));
}

#[test]
fn a_station_takes_only_the_endings_that_it_is_given() {
    let site = Site::new("endings");
    site.change(&[(r#""workers": 1"#, r#""workers": 1, "endings": "jpeg""#)]);
    let mut station = site.start();
    for other in ["1.png", "2.bmp", "3.pgm"] {
        site.feed(other, &pictures::good());
    }
    site.feed("4.jpg", &jpeg(&grey(false)));
    assert_eq!(station.verdict().name, "4.jpg");
    assert_eq!(station.stop(), Some(0));
    let parts = site.parts();
    assert_eq!(parts.len(), 1, "{parts:?}");
}

#[test]
fn the_sizes_of_all_formats_are_checked() {
    let site = Site::new("formats-check");
    site.change(&[(
        r#""image": {"#,
        r#""image": { "frame": { "width": 160, "height": 144 },"#,
    )]);
    for (name, write) in [
        ("a.pgm", pgm as Write),
        ("b.bmp", bmp),
        ("c.tif", tiff),
        ("d.jpg", jpeg),
    ] {
        std::fs::write(site.part(name), write(&grey(false))).unwrap();
    }
    let checked =
        || String::from_utf8(site.output(&["check", "--station", "station.json"]).stdout).unwrap();
    assert!(!checked().contains("each is a fault"), "{}", checked());
    site.change(&[(
        r#""width": 160, "height": 144"#,
        r#""width": 161, "height": 144"#,
    )]);
    let text = checked();
    assert!(
        text.contains("4 pictures in source.directory.path are 160x144"),
        "{text}"
    );
}
