//! Promise: whatever bytes a JPEG, BMP, PNM or TIFF file holds, the reader finishes quickly and
//! uses little memory. It returns a frame or one clear error.
//!
//! The test measures the memory of its process, so no other tests run in it. `hostile_png.rs` does
//! the same for PNG.
#![forbid(unsafe_code)]

use std::fs::{read, read_to_string};
use std::io::{self, Read};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use sluice::frame::{FrameError, PictureSource};
use sluice::image::{ChannelOrder, Interpolation, Roi, Size};

const ROI: Roi = Roi {
    x: 5,
    y: 3,
    width: 23,
    height: 19,
};
const TARGET: Size = Size {
    width: 11,
    height: 13,
};
/// At least one file for each piece of code that reads bytes.
const FILES: [&str; 24] = [
    "bmp1.bmp",
    "bmp4_few.bmp",
    "bmp24_core.bmp",
    "bmp24_top_down.bmp",
    "bmp32_masks_v5.bmp",
    "bmp8_runs_gaps.bmp",
    "bmp4_runs_gaps.bmp",
    "pgm8_comments.pnm",
    "pgm16.pnm",
    "ppm8.pnm",
    "ppm16.pnm",
    "jpeg420.jpg",
    "jpeg422_restarts_rows.jpg",
    "jpeg444_progressive.jpg",
    "jpeg420_progressive_restarts.jpg",
    "jpeg_grey.jpg",
    "jpeg_grey_progressive.jpg",
    "tiff1x8_little_plain.tif",
    "tiff1x16_big_lzw_differences.tif",
    "tiff3x8_tiles_zlib.tif",
    "tiff3x16_planar_packbits.tif",
    "tiff3x8_planar_tiles_zlib.tif",
    "tiff8_by_opencv.tif",
    "tiff_by_pillow_packbits.tif",
];

fn file(name: &str) -> Vec<u8> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests/data/pictures", name]
        .iter()
        .collect();
    read(path).unwrap()
}

/// The frame of a file, or the error. Fails if it takes long.
fn read_frame(file: impl Read) -> Result<Vec<u8>, FrameError> {
    let mut out = vec![0; TARGET.bytes().unwrap()];
    let start = Instant::now();
    let result = PictureSource::new(ROI, TARGET, ChannelOrder::Bgr, Interpolation::Linear)
        .unwrap()
        .read_into(file, &mut out);
    let elapsed = start.elapsed();
    assert!(elapsed < Duration::from_secs(20), "{result:?}: {elapsed:?}");
    result.map(|_| out)
}

/// Checks the peak memory of the process, which runs all tests of this file.
fn assert_memory(limit_kb: u64) {
    let status = read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak_kb: u64 = peak
        .unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .unwrap();
    assert!(peak_kb < limit_kb, "{peak_kb} kB");
}

/// Reads a file, which must fail with this error.
macro_rules! refused {
    ($file:expr, $pattern:pat) => {{
        let error = read_frame($file).expect_err("the file is bad");
        assert!(matches!(error, $pattern), "{error}");
    }};
}

#[test]
fn a_file_cut_anywhere_is_an_error() {
    let mut wrong = Vec::new();
    for name in FILES {
        let whole = file(name);
        let expected = read_frame(&whole[..]).unwrap();
        // The end mark of a JPEG tells nothing new.
        let has_end_mark = name.ends_with(".jpg");
        let spare = if has_end_mark { 3 } else { 1 };
        for length in 1..whole.len() {
            let is_right = match read_frame(&whole[..length]) {
                Ok(found) => length > whole.len() - spare && found == expected,
                Err(FrameError::Truncated { at_byte }) => at_byte <= length as u64,
                Err(FrameError::Broken { .. } | FrameError::Jpeg { .. }) => true,
                Err(_) => false,
            };
            if !is_right {
                wrong.push(format!("{name} of {} bytes, cut to {length}", whole.len()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// As a file system leaves a file whose blocks were reserved and not written.
#[test]
fn runs_whose_rest_is_zeros_are_no_picture() {
    for name in FILES.iter().filter(|name| name.contains("runs")) {
        let whole = file(name);
        let start = u32::from_le_bytes(*whole[10..].first_chunk().unwrap()) as usize;
        let last = whole.iter().rposition(|byte| *byte != 0).unwrap();
        for length in start..last {
            let mut zeroed = whole.clone();
            zeroed[length..].fill(0);
            let read = read_frame(&zeroed[..]);
            assert!(
                read.is_err(),
                "{name} of {} bytes, zeros from {length}",
                whole.len()
            );
        }
    }
}

#[test]
fn a_wrong_bit_anywhere_does_not_panic() {
    let (mut frames, mut errors) = (0, 0);
    for name in FILES {
        let whole = file(name);
        for at in 0..whole.len() {
            for bit in [at % 8, (at + 3) % 8] {
                let mut broken = whole.clone();
                broken[at] ^= 1 << bit;
                match read_frame(&broken[..]) {
                    Ok(_) => frames += 1,
                    Err(_) => errors += 1,
                }
            }
        }
    }
    assert!(frames > 1000 && errors > 1000, "{frames} {errors}");
    assert_memory(500_000);
}

#[test]
fn wrong_bytes_in_several_places_do_not_panic() {
    let (mut frames, mut errors) = (0, 0);
    for name in FILES {
        let whole = file(name);
        for step in 0..3000_usize {
            let mut broken = whole.clone();
            for hit in 0..=step % 4 {
                // Half of the hits are in the headers.
                let space = if (step + hit) % 2 == 0 {
                    whole.len()
                } else {
                    300.min(whole.len())
                };
                let at = (step * 7919 + hit * 104_729) % space;
                broken[at] = broken[at].wrapping_add(u8::try_from(step % 255).unwrap() + 1);
            }
            match read_frame(&broken[..]) {
                Ok(_) => frames += 1,
                Err(_) => errors += 1,
            }
        }
    }
    assert!(frames > 1000 && errors > 1000, "{frames} {errors}");
    assert_memory(500_000);
}

/// The file with other bytes at a place.
fn with(name: &str, at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut file = file(name);
    file[at..at + bytes.len()].copy_from_slice(bytes);
    file
}

#[test]
fn absurd_sizes_are_refused() {
    for (width, height) in [
        (i32::MAX, i32::MAX),
        (40, i32::MAX),
        (i32::MAX, 40),
        (40, i32::MIN),
    ] {
        let size = [width.to_le_bytes(), height.to_le_bytes()].concat();
        for name in [
            "bmp24.bmp",
            "bmp1.bmp",
            "bmp8_runs.bmp",
            "bmp8_top_down.bmp",
        ] {
            let file = with(name, 18, &size);
            if name == "bmp8_runs.bmp" && height < 0 {
                refused!(&file[..], FrameError::Form { .. });
            } else {
                refused!(&file[..], FrameError::TooLarge { .. });
            }
        }
        let head = format!("P6 {width} {} 65535 ", height.unsigned_abs());
        refused!(head.as_bytes(), FrameError::TooLarge { .. });
    }
    refused!(&b"P5 99999999999 9 255 "[..], FrameError::Broken { .. });
    refused!(&b"P5 0 9 255 "[..], FrameError::Broken { .. });
    refused!(&b"P5 32767 32767 255 "[..], FrameError::Truncated { .. });
    refused!(
        &with("bmp24.bmp", 18, &[0; 4])[..],
        FrameError::Broken { .. }
    );

    // The frame's segment of a file by Pillow.
    let name = "jpeg420.jpg";
    let frame = file(name)
        .windows(2)
        .position(|pair| pair == [0xff, 0xc0])
        .unwrap();
    let sized = |sides: [u16; 2]| with(name, frame + 5, &sides.map(u16::to_be_bytes).concat());
    refused!(&sized([65_500, 65_500])[..], FrameError::TooLarge { .. });
    refused!(&sized([20_000, 20_000])[..], FrameError::TooLarge { .. });
    refused!(
        &sized([8000, 8000])[..],
        FrameError::Truncated { .. } | FrameError::Jpeg { .. }
    );
    refused!(&sized([0, 40])[..], FrameError::Form { .. });

    // The directory of a file by tifffile begins at byte 8 with the width, the height and others.
    let name = "tiff3x8_tiles_zlib.tif";
    for side in [0, 40_000, u32::MAX] {
        for entry in 0..2 {
            let value = [&[4, 0, 1, 0, 0, 0][..], &side.to_le_bytes()].concat();
            refused!(
                &with(name, directory_of(name) + 2 + 12 * entry + 2, &value)[..],
                FrameError::Broken { .. } | FrameError::TooLarge { .. }
            );
        }
    }
    assert_memory(500_000);
}

/// Where the directory of a TIFF file is.
fn directory_of(name: &str) -> usize {
    let file = file(name);
    u32::from_le_bytes(*file[4..].first_chunk().unwrap()) as usize
}

#[test]
fn a_tile_larger_than_any_picture_is_refused() {
    let name = "tiff3x8_tiles_zlib.tif";
    let whole = file(name);
    let start = directory_of(name) + 2;
    let width = (0..32)
        .map(|entry| start + 12 * entry)
        .find(|at| whole[*at..*at + 2] == [66, 1]);
    let value = [&[4, 0, 1, 0, 0, 0][..], &0xffff_fff0_u32.to_le_bytes()].concat();
    let wide = with(name, width.unwrap() + 2, &value);
    // With one tile across instead of several, there are too many.
    refused!(
        &wide[..],
        FrameError::Broken { .. } | FrameError::TooLarge { .. }
    );
}

#[test]
fn endless_files_are_not_read_to_their_end() {
    let zeros = || io::repeat(0);
    // Files of these formats are read into memory, up to 128 MiB.
    for name in ["jpeg420.jpg", "tiff3x8_tiles_zlib.tif"] {
        let whole = file(name);
        refused!((&whole[..]).chain(zeros()), FrameError::TooLong { .. });
    }
    assert_memory(500_000);
    for head in [&b"P5"[..], b"P5 ", b"P5 #"] {
        let spaces = io::repeat(b' ');
        refused!(head.chain(spaces), FrameError::TooLong { .. });
    }
    // Runs that go on in the same row, and bytes after the last pixel.
    let runs = file("bmp8_runs.bmp");
    let start = u32::from_le_bytes(*runs[10..].first_chunk().unwrap()) as usize;
    let lists = [0, 2, 0, 0].repeat(1_000_000);
    refused!(
        (&runs[..start]).chain(&lists[..]),
        FrameError::TooLong { .. }
    );
    assert!(read_frame((&file("bmp24.bmp")[..]).chain(zeros())).is_ok());
    refused!(
        (&file("ppm8.pnm")[..]).chain(zeros()),
        FrameError::Broken { .. }
    );
}

/// A file with one strip, and these tags besides the necessary ones.
fn tiff(width: u32, height: u32, tags: &[(u16, u32)], strip_rows: u32, strip: &[u8]) -> Vec<u8> {
    let length = u32::try_from(strip.len()).unwrap();
    let count = u16::try_from(tags.len() + 6).unwrap();
    let start = 10 + u32::from(count) * 12;
    let more = [
        (256, width),
        (257, height),
        (258, 8),
        (273, start),
        (278, strip_rows),
        (279, length),
    ];
    let mut file = [&b"II*\0\x08\0\0\0"[..], &count.to_le_bytes()].concat();
    for (tag, value) in tags.iter().chain(&more) {
        file.extend(
            [
                &tag.to_le_bytes()[..],
                &[4, 0, 1, 0, 0, 0],
                &value.to_le_bytes(),
            ]
            .concat(),
        );
    }
    file.extend(strip);
    file
}

#[test]
fn a_strip_must_have_all_of_its_rows() {
    let grey = [(262, 1)];
    let whole = vec![7; 40 * 30];
    assert!(read_frame(&tiff(40, 30, &grey, 30, &whole)[..]).is_ok());
    // The region ends in row 22, and the rows after it are missing.
    let short = tiff(40, 30, &grey, 30, &whole[..40 * 25]);
    refused!(
        &[&short[..], &[0; 1000]].concat()[..],
        FrameError::Broken { .. }
    );
    refused!(
        &tiff(40, 30, &grey, 29, &whole)[..],
        FrameError::Broken { .. }
    );
}

#[test]
fn strips_that_share_their_bytes_are_refused() {
    // 20,000 strips of one row, each with the same 20 MB, which are bytes without meaning and then
    // the row. Read for each strip, they would take minutes.
    let rows = 20_000_u32;
    let strip = [&vec![0x80; 20_000_000][..], &[0xd9, 7]].concat();
    let (start, length) = (10 + 9 * 12, u32::try_from(strip.len()).unwrap());
    let lists = start + length;
    let mut file = b"II*\0\x08\0\0\0\x09\0".to_vec();
    let tags: [(u16, u32, u32); 9] = [
        (256, 1, 40),
        (257, 1, rows),
        (258, 1, 8),
        (259, 1, 32_773),
        (262, 1, 1),
        (273, rows, lists),
        (277, 1, 1),
        (278, 1, 1),
        (279, rows, lists + 4 * rows),
    ];
    for (tag, count, value) in tags {
        file.extend(
            [
                &tag.to_le_bytes()[..],
                &[4, 0],
                &count.to_le_bytes(),
                &value.to_le_bytes(),
            ]
            .concat(),
        );
    }
    file.extend(strip);
    for number in [start, length] {
        file.extend(number.to_le_bytes().repeat(rows as usize));
    }
    let region = Roi {
        height: rows - ROI.y,
        ..ROI
    };
    let start = Instant::now();
    let mut source =
        PictureSource::new(region, TARGET, ChannelOrder::Bgr, Interpolation::Linear).unwrap();
    let mut out = vec![0; TARGET.bytes().unwrap()];
    let error = source.read_into(&file[..], &mut out).unwrap_err();
    assert!(matches!(error, FrameError::Broken { .. }), "{error}");
    assert!(error.to_string().contains("overlap"), "{error}");
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn a_decompression_bomb_is_decoded_only_as_far_as_the_region() {
    // One strip of 32767 x 5400 in three channels, 531 MB, all black. The region ends in row 22.
    let (width, height) = (32_767_u32, 5400_u32);
    let mut packed = Vec::new();
    let mut encoder = flate2::write::ZlibEncoder::new(&mut packed, flate2::Compression::fast());
    let row = vec![0; width as usize * 3];
    for _ in 0..height {
        io::Write::write_all(&mut encoder, &row).unwrap();
    }
    encoder.finish().unwrap();
    assert!(packed.len() < 3_000_000);
    let bomb = tiff(
        width,
        height,
        &[(259, 8), (262, 2), (277, 3)],
        height,
        &packed,
    );
    let start = Instant::now();
    assert_eq!(
        read_frame(&bomb[..]).unwrap(),
        vec![0; TARGET.bytes().unwrap()]
    );
    assert!(
        start.elapsed() < Duration::from_millis(500),
        "{:?}",
        start.elapsed()
    );
    assert_memory(500_000);
}

#[test]
fn a_truncated_progressive_file_is_no_coarse_picture() {
    // OpenCV decodes both: the file ends between two scans, with and without an end mark.
    refused!(
        &file("jpeg_progressive_first_scans.jpg")[..],
        FrameError::Broken { .. }
    );
    refused!(
        &file("jpeg_progressive_cut_between.jpg")[..],
        FrameError::Truncated { .. }
    );
}

struct Failing;

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the disk is gone"))
    }
}

#[test]
fn read_errors_are_reported() {
    for name in FILES {
        let whole = file(name);
        let error = read_frame((&whole[..whole.len() / 2]).chain(Failing)).unwrap_err();
        assert!(matches!(error, FrameError::Read { .. }), "{name}: {error}");
        assert!(error.to_string().contains("the disk is gone"), "{error}");
    }
}
