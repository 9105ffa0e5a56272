//! The frames of the test's camera. Their pixels tell them apart.

use board::camera::{FrameLayout, Mode, PixelFormat, Samples, Settings};
use sluice::hash::Sha256;

/// Number of different frames.
pub const FRAMES: u8 = 60;

/// Camera settings that agree with the station file of these tests.
pub fn settings(mode: Mode) -> Settings {
    Settings {
        layout: FrameLayout::new(PixelFormat::Grey(Samples::Bits8), 160, 144).unwrap(),
        mode,
        frames_per_second: 50,
        buffers: 4,
    }
}

/// All frames: grey pictures that differ slightly in the first pixels of the ROI.
pub fn all() -> Vec<Vec<u8>> {
    (0..FRAMES).map(frame).collect()
}

fn frame(number: u8) -> Vec<u8> {
    let mut frame = vec![100; 160 * 144];
    frame[8 * 160 + 16..][..4].fill(70 + number);
    frame
}

/// The hash of the ROI's pixels in the frame with this sequence number. The frames repeat.
pub fn hash(sequence: u32) -> Sha256 {
    let frame = frame(u8::try_from(sequence % u32::from(FRAMES)).unwrap());
    let rows = (8..136).flat_map(|y| &frame[y * 160 + 16..][..128]);
    let rgb: Vec<u8> = rows.flat_map(|pixel| [*pixel; 3]).collect();
    Sha256::of(&rgb)
}
