//! Compares `linear` with the written definition, on random pixels, and the other rules with
//! themselves. `tests/library/resize_rules.rs` compares all with OpenCV. Also tests the errors.

use super::kernel::{Kernel, Processor};
use super::taps::Tap;
use super::vertical::Rounding;
use super::*;
use crate::image::CHANNELS;

const RGB: ChannelOrder = ChannelOrder::Rgb;
const BGR: ChannelOrder = ChannelOrder::Bgr;

/// Size pairs that reach every branch: narrow rows, odd sizes, enlarging, one axis equal or halved,
/// thirds, exact halves.
const PAIRS: [[u32; 4]; 22] = [
    [1, 1, 1, 1],
    [1, 1, 5, 3],
    [5, 3, 1, 1],
    [2, 2, 1, 1],
    [3, 3, 2, 2],
    [2, 5, 7, 9],
    [4, 4, 2, 4],
    [4, 4, 4, 2],
    [4, 4, 3, 4],
    [7, 3, 7, 3],
    [8, 6, 4, 3],
    [13, 11, 29, 31],
    [29, 31, 13, 11],
    [97, 40, 31, 17],
    [120, 9, 64, 5],
    [180, 180, 96, 96],
    [64, 64, 192, 192],
    [1, 40, 1, 7],
    [40, 1, 7, 1],
    [2, 2, 4, 4],
    [300, 7, 100, 7],
    [35, 35, 34, 36],
];

fn size(width: u32, height: u32) -> Size {
    Size { width, height }
}

/// Pseudo-random bytes, the same in every run (a linear congruential generator).
fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

fn resized(
    rule: Interpolation,
    source: Size,
    target: Size,
    (from, to): (ChannelOrder, ChannelOrder),
    pixels: &[u8],
) -> Vec<u8> {
    let mut resampler = Resampler::new(source, target, from, to, rule).unwrap();
    let mut out = vec![0; target.bytes().unwrap()];
    for fill in [0, 255] {
        out.fill(fill);
        let mut rows = resampler.begin(&mut out).unwrap();
        for row in pixels.chunks_exact(source.width as usize * CHANNELS) {
            rows.push(row).unwrap();
        }
        rows.finish().unwrap();
    }
    out
}

/// The definition of `linear`, one pixel at a time, on a whole frame.
fn reference(source: Size, target: Size, pixels: &[u8]) -> Vec<u8> {
    let at = |x: u32, y: u32, channel: usize| {
        u32::from(pixels[(y * source.width + x) as usize * CHANNELS + channel])
    };
    let halves = source == size(2 * target.width, 2 * target.height);
    let columns: Vec<Tap> = Rule::Linear
        .horizontal(source.width, target.width)
        .collect();
    let mut out = Vec::new();
    for (y, pair) in (0..).zip(Rule::Linear.vertical(source.height, target.height)) {
        for (x, tap) in (0..).zip(&columns) {
            for channel in 0..CHANNELS {
                let value = if source == target {
                    at(x, y, channel)
                } else if halves {
                    let (x, y) = (2 * x, 2 * y);
                    (at(x, y, channel)
                        + at(x + 1, y, channel)
                        + at(x, y + 1, channel)
                        + at(x + 1, y + 1, channel)
                        + 2)
                        >> 2
                } else {
                    let left = tap.index.unsigned_abs();
                    let right = (left + 1).min(source.width - 1);
                    let line = |y| {
                        (u32::from(tap.near) * at(left, y, channel)
                            + u32::from(tap.far) * at(right, y, channel))
                            >> 4
                    };
                    let upper = (u32::from(pair.near) * line(pair.upper)) >> 16;
                    let lower = (u32::from(pair.far) * line(pair.lower)) >> 16;
                    (upper + lower + 2) >> 2
                };
                out.push(u8::try_from(value).unwrap());
            }
        }
    }
    out
}

fn swapped(pixels: &[u8]) -> Vec<u8> {
    pixels
        .chunks_exact(CHANNELS)
        .flat_map(|pixel| [pixel[2], pixel[1], pixel[0]])
        .collect()
}

#[test]
fn every_size_pair_gives_the_same_bytes_in_both_orders() {
    for [w, h, tw, th] in PAIRS {
        let (source, target) = (size(w, h), size(tw, th));
        let random = noise(source.bytes().unwrap(), u64::from(w * 31 + h));
        // Black and white give the largest differences, which would overflow a lane that is too
        // narrow.
        let stark: Vec<u8> = random
            .iter()
            .map(|byte| if byte % 2 == 0 { 0 } else { 255 })
            .collect();
        for pixels in [random, stark] {
            let linear = reference(source, target, &pixels);
            for rule in Interpolation::ALL {
                let resized = |orders| resized(rule, source, target, orders, &pixels);
                let expected = resized((RGB, RGB));
                if rule == Interpolation::Linear || source == target {
                    assert_eq!(expected, linear, "{rule}, {source} to {target}");
                }
                assert_eq!(
                    resized((RGB, BGR)),
                    swapped(&expected),
                    "{rule}, {source} to {target}, swapped"
                );
                assert_eq!(
                    resized((BGR, BGR)),
                    expected,
                    "{rule}, {source} to {target}"
                );
            }
        }
    }
}

#[test]
fn a_uniform_frame_stays_so() {
    for [w, h, tw, th] in PAIRS {
        let (source, target) = (size(w, h), size(tw, th));
        for rule in Interpolation::ALL {
            for value in [0, 1, 127, 254, 255] {
                let pixels = vec![value; source.bytes().unwrap()];
                let out = resized(rule, source, target, (RGB, RGB), &pixels);
                // The truncated products of `linear` lose up to one. The other two enlarge by it.
                let lost = u8::from(!matches!(
                    rule,
                    Interpolation::LinearExact | Interpolation::Nearest
                ));
                assert!(
                    out.iter().all(|byte| value - *byte <= lost),
                    "{rule}, {source} to {target}: {value} became {out:?}"
                );
            }
        }
    }
}

#[test]
fn a_frame_after_an_unfinished_one_is_whole() {
    let (source, target) = (size(20, 20), size(9, 7));
    let pixels = noise(source.bytes().unwrap(), 5);
    for rule in Interpolation::ALL {
        let mut resampler = Resampler::new(source, target, RGB, RGB, rule).unwrap();
        let mut out = vec![0; target.bytes().unwrap()];
        let mut rows = resampler.begin(&mut out).unwrap();
        for row in pixels.chunks_exact(60).take(13) {
            rows.push(row).unwrap();
        }
        assert_eq!(
            rows.finish(),
            Err(ResampleError::RowCount {
                expected: 20,
                found: 13
            })
        );
        let mut rows = resampler.begin(&mut out).unwrap();
        for row in pixels.chunks_exact(60) {
            rows.push(row).unwrap();
        }
        assert_eq!(
            rows.push(&pixels[..60]),
            Err(ResampleError::RowCount {
                expected: 20,
                found: 21
            })
        );
        rows.finish().unwrap();
        let whole = resized(rule, source, target, (RGB, RGB), &pixels);
        assert_eq!(out, whole, "{rule}");
    }
}

#[test]
fn kleidicv_counts_channels_from_blue() {
    // At these widths the channels of a target pixel have different weights.
    let (source, target) = (size(70, 8), size(59, 7));
    let pixels = noise(source.bytes().unwrap(), 8);
    let resized = |orders, pixels: &[u8]| {
        resized(
            Interpolation::LinearKleidicv,
            source,
            target,
            orders,
            pixels,
        )
    };
    let of_bgr = resized((BGR, BGR), &pixels);
    let of_rgb = resized((RGB, BGR), &swapped(&pixels));
    assert_eq!(of_rgb, of_bgr);
    assert_eq!(resized((BGR, RGB), &pixels), swapped(&of_bgr));
    assert_ne!(resized((RGB, RGB), &pixels), of_bgr);
}

#[test]
fn a_mean_of_too_many_pixels_is_refused() {
    let area = |source| Resampler::new(source, size(1, 1), RGB, RGB, Interpolation::Area);
    assert!(area(size(256, 257)).is_ok());
    let error = area(size(257, 257)).unwrap_err();
    assert!(matches!(error, ResampleError::Factor { .. }), "{error}");
    assert!(error.to_string().contains("65793"), "{error}");
}

#[test]
fn wrong_sides_and_lengths_are_refused() {
    let fine = size(4, 4);
    for bad in [size(0, 4), size(4, 0), size(32_768, 4), size(4, u32::MAX)] {
        for (source, target) in [(bad, fine), (fine, bad)] {
            let error =
                Resampler::new(source, target, RGB, RGB, Interpolation::Linear).unwrap_err();
            assert_eq!(
                error,
                ResampleError::Side {
                    region: source,
                    target
                }
            );
            assert!(error.to_string().contains("1 to 32767 pixels"), "{error}");
        }
    }
    let mut resampler = Resampler::new(fine, size(3, 3), RGB, RGB, Interpolation::Linear).unwrap();
    let mut out = [0; 28];
    let error = resampler.begin(&mut out).unwrap_err();
    assert_eq!(
        error,
        ResampleError::OutputLength {
            expected: 27,
            found: 28
        }
    );
    let mut rows = resampler.begin(&mut out[..27]).unwrap();
    assert_eq!(
        rows.push(&[0; 13]),
        Err(ResampleError::RowLength {
            expected: 12,
            found: 13
        })
    );
}

#[test]
fn this_processors_kernel_equals_the_portable_one() {
    // Widths around a group and around a span, strongly enlarging, and shrinking up to and past
    // what a group can hold.
    let widths = [
        (1, 2),
        (2, 1),
        (7, 9),
        (9, 7),
        (16, 8),
        (17, 16),
        (91, 90),
        (92, 48),
        (200, 13),
        (1300, 110),
        (1300, 100),
        (3, 500),
        (1800, 960),
        (960, 1800),
        (4096, 960),
    ];
    let rules = [
        (Rule::Linear, Rounding::Truncated),
        (Rule::Exact, Rounding::Exact),
    ];
    for ((rule, rounding), (source, target)) in rules
        .into_iter()
        .flat_map(|rule| widths.map(|widths| (rule, widths)))
    {
        for swap in [false, true] {
            let columns = || horizontal::columns(rule, source, target);
            let mut kernel = Kernel::new(columns(), source, swap);
            let mut portable = Kernel::portable(columns(), source, swap);
            let lanes = target as usize * CHANNELS;
            // Two rows through one kernel, since remains of the first must not affect the second.
            // The white row reaches the limits of the lanes.
            let mut lines = Vec::new();
            let white = vec![255; source as usize * CHANNELS];
            for row in [white, noise(source as usize * CHANNELS, 4)] {
                let (mut line, mut expected) = (
                    vec![0xdead; kernel.line_len()],
                    vec![0xbeef; portable.line_len()],
                );
                kernel.horizontal(&row, &mut line);
                portable.horizontal(&row, &mut expected);
                assert_eq!(line[..lanes], expected[..lanes], "{source} to {target}");
                lines.push(line);
            }
            for pair in rule.vertical(31, 17) {
                let (mut bytes, mut expected) = (vec![0; lanes], vec![1; lanes]);
                kernel.vertical(rounding, &lines[0], &lines[1], pair, &mut bytes);
                portable.vertical(rounding, &lines[0], &lines[1], pair, &mut expected);
                assert_eq!(bytes, expected, "{rule:?}, {source} to {target}");
            }
        }
    }
}

#[test]
fn this_processors_means_equal_the_portable_ones() {
    let (here, portable) = (Processor::here(), Processor::Portable);
    for (source, target) in [(1, 1), (7, 3), (9, 3), (1800, 960), (500, 7), (97, 96)] {
        for swap in [false, true] {
            let is_whole = source % target == 0;
            let columns = shares::Columns::new(source, target, is_whole, swap);
            let row = noise(source as usize * CHANNELS, 6);
            let through = |processor: Processor| {
                let mut line = vec![f32::NAN; columns.line_len()];
                let mut sums = line.clone();
                let mut bytes = vec![0; target as usize * CHANNELS];
                processor.line(&columns, &row, &mut vec![0.0; columns.row_len()], &mut line);
                processor.first(&line, 0.3, &mut sums);
                processor.add(&line, 0.45, &mut sums);
                processor.round(&sums, 0.7, &mut bytes);
                line.truncate(bytes.len());
                (line, bytes)
            };
            assert_eq!(through(here), through(portable), "{source} to {target}");
        }
    }
}
