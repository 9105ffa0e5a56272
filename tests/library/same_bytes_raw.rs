//! Promise: a camera's frame, cropped, converted and resized, has OpenCV's bytes in every format.
//!
//! `data/raw/vectors.txt` has the SHA-256 of OpenCV's results. `tools/opencv/make_raw_vectors.py`
//! writes it.

use board::Timestamp;
use board::camera::{Frame, FrameLayout, PixelFormat};
use sha2::{Digest, Sha256};
use sluice::frame::{Conversion, Demosaic, FrameError, RawSource};
use sluice::image::{ChannelOrder, Interpolation, Roi, Size};

/// Pseudo-random bytes, equal to `noise` in tools/opencv/frames.py.
fn noise(count: usize) -> Vec<u8> {
    let byte = |index: u64| {
        let x = (index + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (x ^ (x >> 29))
            .wrapping_mul(0xBF58_476D_1CE4_E5B9)
            .to_be_bytes()[0]
    };
    (0..count as u64).map(byte).collect()
}

fn sha256(bytes: &[u8]) -> String {
    sluice::hash::Sha256::new(Sha256::digest(bytes).into()).to_string()
}

fn frame(bytes: &[u8], stride_bytes: usize) -> Frame<'_> {
    Frame {
        bytes,
        stride_bytes,
        exposed_after: Timestamp::default(),
        exposed_before: Timestamp::default(),
        sequence: 0,
        damaged: false,
    }
}

/// The noise of a frame, rows without padding. The unused bits of a word are 0.
fn pixels(layout: FrameLayout) -> Vec<u8> {
    let mut bytes = noise(layout.bytes(layout.row_bytes()).unwrap());
    if let Some(samples) = layout.format().samples()
        && samples.group() == (1, 2)
    {
        let used = u8::try_from((1_u16 << (samples.bits() - 8)) - 1).unwrap();
        bytes
            .iter_mut()
            .skip(1)
            .step_by(2)
            .for_each(|high| *high &= used);
    }
    bytes
}

fn format(word: &str) -> PixelFormat {
    let found = PixelFormat::ALL
        .into_iter()
        .find(|format| format.to_string().eq_ignore_ascii_case(word));
    found.unwrap()
}

/// The same rows with `padding` bytes between them.
fn padded(layout: FrameLayout, bytes: &[u8], padding: usize) -> Vec<u8> {
    let rows = bytes.chunks(layout.row_bytes());
    let mut out: Vec<u8> = rows
        .flat_map(|row| [row, &vec![0x5a; padding]].concat())
        .collect();
    // A driver may leave out the padding of the last row.
    out.truncate(out.len() - padding);
    out
}

/// Lines with samples of more than 8 bits.
const CASES_ABOVE_8_BITS: usize = 690;

/// One line of vectors.txt.
struct Case {
    layout: FrameLayout,
    roi: Roi,
    target: Size,
    order: ChannelOrder,
    conversion: Conversion,
    sha256: String,
}

fn cases() -> Vec<Case> {
    let lines = include_str!("../data/raw/vectors.txt").lines();
    let cases = lines
        .filter_map(|line| line.strip_prefix("raw "))
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let number = |at: usize| words[at].parse().unwrap();
            let (word, how) = words[0].split_once('/').unwrap_or((words[0], ""));
            Case {
                layout: FrameLayout::new(format(word), number(1), number(2)).unwrap(),
                conversion: Conversion {
                    dropped_bits: how.parse().ok(),
                    demosaic: if how == "edge_aware" {
                        Demosaic::EdgeAware
                    } else {
                        Demosaic::Bilinear
                    },
                },
                roi: Roi {
                    x: number(3),
                    y: number(4),
                    width: number(5),
                    height: number(6),
                },
                target: Size {
                    width: number(7),
                    height: number(8),
                },
                order: match words[9] {
                    "bgr" => ChannelOrder::Bgr,
                    _ => ChannelOrder::Rgb,
                },
                sha256: words[10].to_owned(),
            }
        });
    cases.collect()
}

#[test]
fn every_format_gives_the_bytes_of_opencv_for_every_region_and_stride() {
    let cases = cases();
    let sampled = |layout: &FrameLayout| layout.format().samples();
    let is_sampled = |case: &&Case| sampled(&case.layout).is_some_and(|samples| samples.bits() > 8);
    assert_eq!(cases.iter().filter(is_sampled).count(), CASES_ABOVE_8_BITS);
    let seen = |format: &PixelFormat| cases.iter().any(|case| case.layout.format() == *format);
    assert!(PixelFormat::ALL.iter().all(seen));
    for case in cases {
        let Case {
            layout,
            roi,
            target,
            order,
            conversion,
            sha256: expected,
        } = case;
        let pixels = pixels(layout);
        let mut source = RawSource::new(layout, roi, target, order, Interpolation::Linear)
            .unwrap()
            .with_conversion(conversion);
        for padding in [0, 7, 64] {
            let bytes = padded(layout, &pixels, padding);
            // Not zero, so that a byte that was never written is noticed.
            let mut out = vec![0xa5; target.bytes().unwrap()];
            let frame = frame(&bytes, layout.row_bytes() + padding);
            assert_eq!(source.read_into(&frame, &mut out).unwrap(), None);
            let name = format!(
                "{layout}, {roi} to {target}, {order:?}, {conversion:?}, {padding} bytes of padding"
            );
            assert_eq!(sha256(&out), expected, "{name}");
        }
    }
}

/// A frame with every combination of Y, U and V, as `all_colours` in
/// tools/opencv/make_raw_vectors.py makes it.
fn all_colours(format: PixelFormat) -> (FrameLayout, Vec<u8>) {
    let bytes_of = |number: u32| {
        let [_, y, u, v] = number.to_be_bytes();
        (y, u, v)
    };
    if format != PixelFormat::Nv12 {
        let pair = |number| match (bytes_of(number), format) {
            ((y, u, v), PixelFormat::Yuyv) => [y, u, 255 - y, v],
            ((y, u, v), _) => [u, y, v, 255 - y],
        };
        let bytes = (0..1 << 24).flat_map(pair).collect();
        return (FrameLayout::new(format, 8192, 4096).unwrap(), bytes);
    }
    let luma = |row: u32, column: u32| {
        let (y, ..) = bytes_of(row / 2 * 2048 + column / 2);
        4 * y + u8::try_from(row % 2 * 2 + column % 2).unwrap()
    };
    let mut bytes: Vec<u8> = (0..4096)
        .flat_map(|row| (0..4096).map(move |column| luma(row, column)))
        .collect();
    bytes.extend((0..1 << 22).flat_map(|block| {
        let (_, u, v) = bytes_of(block);
        [u, v]
    }));
    (FrameLayout::new(format, 4096, 4096).unwrap(), bytes)
}

#[test]
fn every_colour_equals_that_of_opencv() {
    let lines = include_str!("../data/raw/vectors.txt").lines();
    let lines: Vec<&str> = lines
        .filter_map(|line| line.strip_prefix("colours "))
        .collect();
    assert_eq!(lines.len(), 3);
    for line in lines {
        let (name, expected) = line.split_once(' ').unwrap();
        let (layout, bytes) = all_colours(format(name));
        let size = Size {
            width: layout.width(),
            height: layout.height(),
        };
        let roi = Roi {
            x: 0,
            y: 0,
            width: size.width,
            height: size.height,
        };
        let mut source =
            RawSource::new(layout, roi, size, ChannelOrder::Rgb, Interpolation::Linear)
                .unwrap()
                .with_hash();
        let mut out = vec![0; size.bytes().unwrap()];
        let hash = source
            .read_into(&frame(&bytes, layout.row_bytes()), &mut out)
            .unwrap();
        assert_eq!(sha256(&out), expected, "{name}");
        // Nothing is resized, so the hash of the region is that of the output.
        assert_eq!(hash.unwrap().to_string(), expected, "{name}");
    }
}

#[test]
fn a_damaged_or_short_frame_is_refused() {
    let (roi, target) = (
        Roi {
            x: 1,
            y: 1,
            width: 2,
            height: 1,
        },
        Size {
            width: 2,
            height: 1,
        },
    );
    for format in PixelFormat::ALL {
        let layout = FrameLayout::new(format, 8, 4).unwrap();
        let mut source = RawSource::new(
            layout,
            roi,
            target,
            ChannelOrder::Rgb,
            Interpolation::Linear,
        )
        .unwrap();
        let stride_bytes = layout.row_bytes() + 3;
        let bytes = vec![100; layout.bytes(stride_bytes).unwrap()];
        let mut out = [0xa5; 6];
        let mut refuse = |frame: &Frame<'_>| {
            let error = source.read_into(frame, &mut out).unwrap_err();
            assert_eq!(out, [0xa5; 6], "{format}: nothing was written");
            error
        };
        let good = frame(&bytes, stride_bytes);
        let damaged = Frame {
            damaged: true,
            ..good
        };
        assert!(matches!(refuse(&damaged), FrameError::Damaged), "{format}");
        let short = frame(&bytes[..bytes.len() - 1], stride_bytes);
        let error = refuse(&short);
        assert!(matches!(error, FrameError::Short { .. }), "{format}");
        assert!(error.to_string().contains(&layout.to_string()), "{error}");
        for stride_bytes in [0, layout.row_bytes() - 1, usize::MAX] {
            let error = refuse(&frame(&bytes, stride_bytes));
            assert!(matches!(error, FrameError::Short { .. }), "{format}");
        }
        assert!(matches!(
            refuse(&frame(&[], stride_bytes)),
            FrameError::Short { .. }
        ));
        source.read_into(&good, &mut out).unwrap();
        assert!(source.read_into(&good, &mut out[..5]).is_err());
    }
}

#[test]
fn a_region_outside_the_frame_is_refused_before_the_first_frame() {
    let layout = FrameLayout::new(PixelFormat::Yuyv, 6, 4).unwrap();
    let roi = Roi {
        x: 3,
        y: 0,
        width: 4,
        height: 4,
    };
    let target = Size {
        width: 4,
        height: 4,
    };
    let error = RawSource::new(
        layout,
        roi,
        target,
        ChannelOrder::Rgb,
        Interpolation::Linear,
    )
    .unwrap_err();
    assert!(matches!(error, FrameError::RoiOutside { .. }), "{error}");
    let error = RawSource::new(
        layout,
        Roi { width: 0, ..roi },
        target,
        ChannelOrder::Rgb,
        Interpolation::Linear,
    )
    .unwrap_err();
    assert!(matches!(error, FrameError::Output(_)), "{error}");
}
