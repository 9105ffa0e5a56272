//! The frames of a camera that a test drives: each is known by its pixels.

use board::camera::{FrameLayout, Mode, PixelFormat, Settings};
use sluice::hash::Sha256;

/// Different frames that there are.
pub const FRAMES: u8 = 60;

/// What the station file of these tests asks of the camera.
pub fn settings(mode: Mode) -> Settings {
    Settings {
        layout: FrameLayout::new(PixelFormat::Grey, 160, 144).unwrap(),
        mode,
        frames_per_second: 50,
        buffers: 4,
    }
}

/// All of them: grey pictures that differ by a little in the first pixels of the region.
pub fn all() -> Vec<Vec<u8>> {
    (0..FRAMES).map(frame).collect()
}

fn frame(number: u8) -> Vec<u8> {
    let mut frame = vec![100; 160 * 144];
    frame[8 * 160 + 16..][..4].fill(70 + number);
    frame
}

/// The hash of the region's pixels of a frame; they come again in turn.
pub fn hash(sequence: u32) -> Sha256 {
    let frame = frame(u8::try_from(sequence % u32::from(FRAMES)).unwrap());
    let rows = (8..136).flat_map(|y| &frame[y * 160 + 16..][..128]);
    let rgb: Vec<u8> = rows.flat_map(|pixel| [*pixel; 3]).collect();
    Sha256::of(&rgb)
}
