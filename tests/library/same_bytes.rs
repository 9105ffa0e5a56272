//! Promise: crop and resize give OpenCV's bytes, for every kind of PNG and every pair of sizes.
//!
//! `data/frame/vectors.txt` has the SHA-256 of OpenCV's results. `tools/opencv/make_vectors.py`
//! writes it.

use std::fs::{File, read, read_to_string};
use std::path::PathBuf;

use sha2::{Digest, Sha256};
use sluice::frame::PictureSource;
use sluice::image::resample::Resampler;
use sluice::image::{ChannelOrder, Interpolation, Roi, Size};

fn data(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/data/frame", name]
        .iter()
        .collect()
}

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
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn numbers<const N: usize>(words: &[&str]) -> [u32; N] {
    std::array::from_fn(|at| words[at].parse().unwrap())
}

fn output(target: Size) -> Vec<u8> {
    // Not zero, so that a byte that was never written is noticed.
    vec![0xa5; target.bytes().unwrap()]
}

/// The lines of vectors.txt that start with `word`, split into their other words.
fn vectors(word: &str) -> Vec<Vec<String>> {
    let text = read_to_string(data("vectors.txt")).unwrap();
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix(word)?.strip_prefix(' '));
    lines
        .map(|line| line.split(' ').map(String::from).collect())
        .collect()
}

#[test]
fn resize_gives_the_bytes_of_opencv() {
    let vectors = vectors("resize");
    assert_eq!(vectors.len(), 20);
    for words in vectors {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let [width, height, target_width, target_height] = numbers(&words);
        let (source, target) = (
            Size { width, height },
            Size {
                width: target_width,
                height: target_height,
            },
        );
        let pixels = noise(source.bytes().unwrap());
        let mut resampler = Resampler::new(
            source,
            target,
            ChannelOrder::Bgr,
            ChannelOrder::Bgr,
            Interpolation::Linear,
        )
        .unwrap();
        let mut out = output(target);
        let mut rows = resampler.begin(&mut out).unwrap();
        for row in pixels.chunks_exact(width as usize * 3) {
            rows.push(row).unwrap();
        }
        rows.finish().unwrap();
        assert_eq!(sha256(&out), words[4], "{source} to {target}");
    }
}

#[test]
fn every_kind_of_png_gives_the_bytes_of_opencv() {
    let vectors = vectors("png");
    assert_eq!(vectors.len(), 2 * (5 * 16 * 2 + 1));
    for words in vectors {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let [x, y, width, height, target_width, target_height] = numbers(&words[1..]);
        let (roi, target) = (
            Roi {
                x,
                y,
                width,
                height,
            },
            Size {
                width: target_width,
                height: target_height,
            },
        );
        let order = if words[7] == "bgr" {
            ChannelOrder::Bgr
        } else {
            ChannelOrder::Rgb
        };
        let mut source = PictureSource::new(roi, target, order, Interpolation::Linear).unwrap();
        let mut out = output(target);
        // Reads twice, since the state that a source keeps must not affect the next file.
        for _ in 0..2 {
            out.fill(0xa5);
            let info = source
                .read_into(File::open(data(words[0])).unwrap(), &mut out)
                .unwrap();
            assert_eq!(info.file_bytes, read(data(words[0])).unwrap().len() as u64);
            assert_eq!(
                sha256(&out),
                words[8],
                "{}: {roi} to {target}, {}",
                words[0],
                words[7]
            );
        }
    }
}

#[test]
fn one_source_reads_files_of_different_kinds_and_sizes() {
    let (roi, target) = (
        Roi {
            x: 5,
            y: 3,
            width: 23,
            height: 19,
        },
        Size {
            width: 11,
            height: 13,
        },
    );
    let mut kept =
        PictureSource::new(roi, target, ChannelOrder::Rgb, Interpolation::Linear).unwrap();
    for name in [
        "rgba16.png",
        "grey1.png",
        "scene.png",
        "palette4_interlaced.png",
        "rgb8.png",
        "rgb16_interlaced.png",
    ] {
        let (mut out, mut expected) = (output(target), output(target));
        kept.read_into(File::open(data(name)).unwrap(), &mut out)
            .unwrap();
        let mut fresh =
            PictureSource::new(roi, target, ChannelOrder::Rgb, Interpolation::Linear).unwrap();
        fresh
            .read_into(File::open(data(name)).unwrap(), &mut expected)
            .unwrap();
        assert_eq!(out, expected, "{name}");
    }
}
