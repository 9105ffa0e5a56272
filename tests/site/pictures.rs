//! Pictures of 160 x 144 pixels. The station's ROI is 128 x 128 of them.

use png::{BitDepth, ColorType, Encoder};

pub const WIDTH: u32 = 160;
pub const HEIGHT: u32 = 144;

/// A grey part.
pub fn good() -> Vec<u8> {
    with_spots(&[])
}

/// A part whose channels differ: 90 red, 100 green, 110 blue.
pub fn bluish() -> Vec<u8> {
    coloured(WIDTH, HEIGHT, |_, _| [90, 100, 110])
}

/// A grey part with a white spot of 20 x 20 pixels, which is a defect of 100 px for the model.
pub fn bad() -> Vec<u8> {
    with_spots(&[(60, 50, 20)])
}

/// A grey part with white squares, each given by x, y and side.
pub fn with_spots(spots: &[(u32, u32, u32)]) -> Vec<u8> {
    png(WIDTH, HEIGHT, |x, y| {
        let inside = |&(left, top, side): &(u32, u32, u32)| {
            (left..left + side).contains(&x) && (top..top + side).contains(&y)
        };
        if spots.iter().any(inside) { 255 } else { 100 }
    })
}

/// A picture that is smaller than the ROI.
pub fn small() -> Vec<u8> {
    png(100, 100, |_, _| 100)
}

/// A file that ends in the middle of the picture's rows.
pub fn truncated() -> Vec<u8> {
    // Noise does not compress, so the rows are spread over the whole file.
    let mut state = 1_u32;
    let mut whole = png(WIDTH, HEIGHT, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0] / 2
    });
    whole.truncate(whole.len() / 2);
    whole
}

/// A PNG file. The rows come from top to bottom; all channels are equal.
pub fn png(width: u32, height: u32, mut value: impl FnMut(u32, u32) -> u8) -> Vec<u8> {
    coloured(width, height, |x, y| [value(x, y); 3])
}

/// A PNG file in colour: red, green and blue of each pixel.
fn coloured(width: u32, height: u32, mut value: impl FnMut(u32, u32) -> [u8; 3]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            pixels.extend(value(x, y));
        }
    }
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&pixels)
        .unwrap();
    file
}
