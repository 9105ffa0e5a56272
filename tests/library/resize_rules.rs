//! Promise: each rule of `image.resize` gives the bytes of one resize of OpenCV.
//!
//! `tests/data/resize/` has checksums of OpenCV's results, which `tools/opencv/
//! make_resize_vectors.py` writes: `x86_64.txt` on that processor, `aarch64.txt` on the other.

use std::fs::read_to_string;
use std::path::Path;

use board::heap;
use sha2::{Digest, Sha256};
use sluice::image::resample::Resampler;
use sluice::image::{ChannelOrder, Interpolation, Size};

/// The pixels of line `index`, equal to `picture` in make_resize_vectors.py.
fn picture(index: usize, bytes: usize) -> Vec<u8> {
    let byte = |index: u64| {
        let x = (index + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (x ^ (x >> 29))
            .wrapping_mul(0xBF58_476D_1CE4_E5B9)
            .to_be_bytes()[0]
    };
    let noise = (0..bytes as u64).map(byte);
    if index % 3 == 2 {
        noise.map(|byte| if byte < 128 { 0 } else { 255 }).collect()
    } else {
        noise.collect()
    }
}

fn checksum(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Compares the rules of one file. Returns how many results were compared.
fn compare(file: &str) -> usize {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/resize");
    let text = read_to_string(path.join(file)).unwrap();
    let (head, lines) = text.split_once('\n').unwrap();
    let (_, rules) = head.rsplit_once(": ").unwrap();
    let rules: Vec<Interpolation> = rules.split(' ').map(|word| word.parse().unwrap()).collect();
    let mut compared = 0;
    for (index, line) in lines.lines().enumerate() {
        let words: Vec<&str> = line.split(' ').collect();
        let [width, height, target_width, target_height] =
            std::array::from_fn(|at| words[at].parse().unwrap());
        let source = Size { width, height };
        let target = Size {
            width: target_width,
            height: target_height,
        };
        let pixels = picture(index, source.bytes().unwrap());
        assert_eq!(words.len(), 4 + rules.len());
        for (rule, expected) in rules.iter().zip(&words[4..]) {
            let bgr = ChannelOrder::Bgr;
            let mut resampler = Resampler::new(source, target, bgr, bgr, *rule).unwrap();
            // Not zero, so that a byte that was never written is noticed.
            let mut out = vec![0xa5; target.bytes().unwrap()];
            let mut rows = resampler.begin(&mut out).unwrap();
            for row in pixels.chunks_exact(width as usize * 3) {
                rows.push(row).unwrap();
            }
            rows.finish().unwrap();
            assert_eq!(checksum(&out), *expected, "{rule}: {source} to {target}");
            compared += 1;
        }
    }
    compared
}

#[test]
fn no_rule_allocates_for_a_frame() {
    let thread = heap::this_thread();
    let size = |width, height| Size { width, height };
    let rgb = ChannelOrder::Rgb;
    let pixels = picture(0, size(90, 70).bytes().unwrap());
    for target in [size(48, 40), size(30, 35), size(120, 130)] {
        for rule in Interpolation::ALL {
            let bgr = ChannelOrder::Bgr;
            let mut resampler = Resampler::new(size(90, 70), target, rgb, bgr, rule).unwrap();
            let mut out = vec![0; target.bytes().unwrap()];
            let before = heap::allocations(thread);
            for _ in 0..2 {
                let mut rows = resampler.begin(&mut out).unwrap();
                for row in pixels.chunks_exact(270) {
                    rows.push(row).unwrap();
                }
                rows.finish().unwrap();
            }
            assert_eq!(heap::allocations(thread), before, "{rule} to {target}");
        }
    }
}

#[test]
fn four_rules_give_the_bytes_of_opencv_on_x86_64() {
    assert_eq!(compare("x86_64.txt"), 4 * 206);
}

#[test]
fn linear_kleidicv_gives_the_bytes_of_opencv_on_aarch64() {
    assert_eq!(compare("aarch64.txt"), 206);
}
