//! Promise: whatever bytes a picture file holds, the reader finishes quickly and uses little
//! memory. It returns a frame or one clear error.
//!
//! The test measures the memory of its process, so no other tests run in it.
#![forbid(unsafe_code)]

use std::fs::{read, read_to_string};
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use sluice::frame::{FrameError, FrameInfo, PictureSource};
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
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

fn file(name: &str) -> Vec<u8> {
    read(
        [env!("CARGO_MANIFEST_DIR"), "tests/data/frame", name]
            .iter()
            .collect::<PathBuf>(),
    )
    .unwrap()
}

fn read_frame(file: impl Read) -> Result<FrameInfo, FrameError> {
    let mut out = vec![0; TARGET.bytes().unwrap()];
    PictureSource::new(ROI, TARGET, ChannelOrder::Bgr, Interpolation::Linear)
        .unwrap()
        .read_into(file, &mut out)
}

fn error_of(file: impl Read) -> FrameError {
    let start = Instant::now();
    let error = read_frame(file).expect_err("the file is bad");
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{error} took {:?}",
        start.elapsed()
    );
    error
}

/// Reads a file, which must fail with this error.
macro_rules! refused {
    ($file:expr, $pattern:pat) => {{
        let error = error_of($file);
        assert!(matches!(error, $pattern), "{error}");
    }};
}

/// Checks the peak memory of the process, which runs all tests of this file and holds their files.
fn assert_little_memory() {
    let status = read_to_string("/proc/self/status").unwrap();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    let peak_kb: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(peak_kb < 100_000, "{peak_kb} kB");
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut checksum = crc32fast::Hasher::new();
    checksum.update(kind);
    checksum.update(data);
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length, &kind[..], data, &checksum.finalize().to_be_bytes()].concat()
}

fn header(width: u32, height: u32, depth: u8, color: u8, interlaced: u8) -> Vec<u8> {
    let data = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[depth, color, 0, 0, interlaced],
    ]
    .concat();
    [SIGNATURE, &chunk(b"IHDR", &data)].concat()
}

/// `rgb8.png` with `more` after its header.
fn with_chunk(more: &[u8]) -> Vec<u8> {
    let file = file("rgb8.png");
    [&file[..33], more, &file[33..]].concat()
}

#[test]
fn files_that_are_no_png_are_refused() {
    refused!(&b""[..], FrameError::Empty);
    refused!(&b"GIF89a a GIF"[..], FrameError::Unknown);
    refused!(&[0; 5000][..], FrameError::Unknown);
}

#[test]
fn a_file_cut_anywhere_is_truncated() {
    for name in ["rgb8.png", "palette4.png", "grey16_interlaced.png"] {
        let whole = file(name);
        assert!(read_frame(&whole[..]).is_ok());
        for length in 1..whole.len() {
            let error = error_of(&whole[..length]);
            // The decoder reads the file in pieces, so the error names no byte past the end.
            assert!(
                matches!(error, FrameError::Truncated { at_byte } if at_byte <= length as u64),
                "{name} cut to {length}: {error}"
            );
        }
    }
}

#[test]
fn a_wrong_byte_anywhere_is_noticed() {
    for name in [
        "rgb8.png",
        "palette8_transparent.png",
        "rgba8_interlaced.png",
    ] {
        let whole = file(name);
        for at in 0..whole.len() {
            let mut broken = whole.clone();
            broken[at] ^= 1 << (at % 8);
            let _ = error_of(&broken[..]);
        }
    }
}

#[test]
fn bad_data_with_valid_checksums_does_not_panic() {
    let (mut frames, mut errors) = (0, 0);
    for name in [
        "rgb8.png",
        "grey4_interlaced.png",
        "palette2.png",
        "rgba16.png",
    ] {
        let whole = file(name);
        for step in 0..4000_usize {
            let mut broken = whole.clone();
            // Any byte of the chunks, their lengths included.
            for hit in 0..=step % 3 {
                let at = 8 + (step * 7919 + hit * 104_729) % (broken.len() - 8);
                broken[at] = broken[at].wrapping_add(u8::try_from(step % 255).unwrap() + 1);
            }
            match read_frame(&with_right_checksums(&broken)[..]) {
                Ok(_) => frames += 1,
                Err(_) => errors += 1,
            }
        }
    }
    assert!(
        frames > 100 && errors > 100,
        "{frames} frames and {errors} errors: too few of one kind to prove anything"
    );
}

/// The file with valid checksums, up to the first chunk whose length exceeds the file.
fn with_right_checksums(file: &[u8]) -> Vec<u8> {
    let mut fixed = file[..8].to_vec();
    let mut rest = &file[8..];
    while rest.len() >= 12 {
        let length = u32::from_be_bytes(*rest.first_chunk().unwrap()) as usize;
        let Some(data) = rest.get(8..8_usize.saturating_add(length)) else {
            break;
        };
        fixed.extend(chunk(rest[4..].first_chunk().unwrap(), data));
        rest = rest.get(12 + length..).unwrap_or(&[]);
    }
    fixed.extend(rest);
    fixed
}

#[test]
fn bad_sizes_are_refused() {
    for (width, height) in [(0, 100), (100, 0)] {
        let file = header(width, height, 8, 2, 0);
        refused!(&file[..], FrameError::Format { .. });
    }
    for interlaced in [0, 1] {
        for (width, height) in [
            (60_000, 60_000),
            (0x7fff_ffff, 0x7fff_ffff),
            (40, 0x7fff_ffff),
            (0x7fff_ffff, 40),
        ] {
            let file = header(width, height, 16, 6, interlaced);
            refused!(&file[..], FrameError::TooLarge { .. });
        }
    }
    // An interlaced file is decoded to its end, any other file only down to the region.
    let large = |interlaced| error_of(&header(30_000, 20_000, 8, 2, interlaced)[..]);
    assert!(matches!(large(1), FrameError::TooLarge { .. }));
    assert!(matches!(large(0), FrameError::Truncated { .. }));
    for (width, height) in [(27, 29), (37, 21), (1, 1)] {
        let error = error_of(&header(width, height, 8, 2, 0)[..]);
        assert!(
            matches!(error, FrameError::RoiOutside { frame, roi: ROI } if frame == Size { width, height }),
            "{error}"
        );
        assert!(error.to_string().contains("23x19 at (5, 3)"), "{error}");
    }
}

#[test]
fn endless_chunks_are_not_read_to_their_end() {
    // Chunks whose headers claim 300 MB. A decoder would inflate or skip three, and keep the
    // fourth.
    let length = 300_000_000_u32.to_be_bytes();
    let start = |kind| [&header(37, 29, 8, 2, 0)[..], &length, kind].concat();
    for kind in [b"tEXt", b"iCCP", b"prVt"] {
        refused!(start(kind).chain(io::repeat(0)), FrameError::TooLong { .. });
    }
    refused!(
        start(b"eXIf").chain(io::repeat(0)),
        FrameError::ChunkTooLarge { .. }
    );
    assert_little_memory();
    // Many small chunks before the pixels are allowed up to a total size.
    let small = chunk(b"prVt", &[7; 1000]);
    assert!(read_frame(&with_chunk(&small.repeat(900))[..]).is_ok());
    let many = with_chunk(&small.repeat(1100));
    refused!(&many[..], FrameError::TooLong { .. });
    // Endless data before the header is complete, and after the pixels.
    refused!(
        (&header(37, 29, 8, 2, 0)[..20]).chain(io::repeat(0)),
        FrameError::Format { .. }
    );
    let mut endless = file("rgb8.png");
    endless.truncate(endless.len() - 12);
    endless.extend([&length[..], b"prVt"].concat());
    refused!(endless.chain(io::repeat(0)), FrameError::TooLong { .. });
}

#[test]
fn a_decompression_bomb_is_decoded_only_as_far_as_the_region() {
    // 177 MB of black in less than 1 MB. The region ends in row 22 of 5400.
    let (width, height) = (32_767, 5400);
    let mut bomb = Vec::new();
    let mut encoder = png::Encoder::new(&mut bomb, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    let mut header = encoder.write_header().unwrap();
    let mut rows = header.stream_writer().unwrap();
    for _ in 0..height {
        rows.write_all(&[0; 32_767]).unwrap();
    }
    rows.finish().unwrap();
    drop(header);
    assert!(bomb.len() < 1_000_000);
    let start = Instant::now();
    assert!(read_frame(&bomb[..]).is_ok());
    assert!(
        start.elapsed() < Duration::from_millis(500),
        "{:?}",
        start.elapsed()
    );
    assert_little_memory();
}

#[test]
fn pictures_that_opencv_would_show_differently_are_refused() {
    let exif = |orientation: u8| {
        chunk(
            b"eXIf",
            &[
                &b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..],
                &[orientation],
                b"\0\0\0\0\0\0",
            ]
            .concat(),
        )
    };
    assert!(read_frame(&with_chunk(&exif(1))[..]).is_ok());
    refused!(
        &with_chunk(&exif(6))[..],
        FrameError::Rotated { orientation: 6 }
    );
    let whole = file("rgb8.png");
    let (pixels, end) = whole.split_at(whole.len() - 12);
    refused!(
        &[pixels, &exif(3), end].concat()[..],
        FrameError::Rotated { orientation: 3 }
    );
    let animation = chunk(b"acTL", &[0, 0, 0, 1, 0, 0, 0, 0]);
    refused!(&with_chunk(&animation)[..], FrameError::Animated);
}

#[test]
fn colours_outside_the_palette_are_refused() {
    let whole = file("palette8.png");
    // The palette follows the header with 256 colours. Here it is cut to 16.
    let short = [
        &whole[..33],
        &chunk(b"PLTE", &whole[41..41 + 48]),
        &whole[33 + 12 + 768..],
    ]
    .concat();
    refused!(&short[..], FrameError::Palette { colors: 16, .. });
    let none = [&whole[..33], &whole[33 + 12 + 768..]].concat();
    refused!(
        &none[..],
        FrameError::Palette { colors: 0, .. } | FrameError::Format { .. }
    );
}

struct Failing;

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the disk is gone"))
    }
}

#[test]
fn read_errors_are_reported_and_interrupts_are_retried() {
    let whole = file("rgb8.png");
    let error = error_of((&whole[..500]).chain(Failing));
    assert!(
        matches!(error, FrameError::Read { at_byte, .. } if at_byte <= 500),
        "{error}"
    );
    assert!(error.to_string().contains("the disk is gone"), "{error}");

    struct Trickle<'a>(&'a [u8], bool);
    impl Read for Trickle<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                Err(io::ErrorKind::Interrupted.into())
            } else {
                self.0.read(&mut out[..1])
            }
        }
    }
    let info = read_frame(Trickle(&whole, false)).unwrap();
    assert_eq!(
        info,
        FrameInfo {
            width: 37,
            height: 29,
            file_bytes: whole.len() as u64
        }
    );
}
