//! The part-present check: whether a part is in the picture.

use crate::recipe::PartPresent;

/// Bytes per pixel of the model's input, whose shape is height x width x 3.
pub(super) const PIXEL_BYTES: usize = 3;

/// Share of the check's rectangle with the brightness of a part, in percent, rounded down.
///
/// `input` is the model's input: rows of `width` pixels of three bytes. A pixel's brightness is the
/// mean of its three channels and is not rounded: (0, 0, 1) is brighter than 0. Pixels outside the
/// input count as not seen. An empty rectangle gives 0 percent. Reads only the rectangle, in
/// ascending order. Does not allocate.
pub fn seen_percent(check: &PartPresent, width: usize, input: &[u8]) -> u8 {
    let (first, columns) = (usize::from(check.x), usize::from(check.width));
    let rows = input
        .chunks_exact((width * PIXEL_BYTES).max(1))
        .skip(usize::from(check.y))
        .take(usize::from(check.height));
    let seen: u64 = rows
        .map(|row| {
            let (pixels, _) = row.as_chunks::<PIXEL_BYTES>();
            let from = first.min(pixels.len());
            let to = (first + columns).min(pixels.len());
            count(check, &pixels[from..to])
        })
        .sum();
    let all = u64::from(check.width) * u64::from(check.height);
    let percent = (seen * 100).checked_div(all).unwrap_or(0);
    u8::try_from(percent).unwrap_or(100)
}

/// Counts pixels with the brightness of a part.
fn count(check: &PartPresent, pixels: &[[u8; PIXEL_BYTES]]) -> u64 {
    // The sum of the channels is three times the mean.
    let bright = 3 * u16::from(check.brightness_min)..=3 * u16::from(check.brightness_max);
    let mut seen: u32 = 0;
    for &[a, b, c] in pixels {
        let sum = u16::from(a) + u16::from(b) + u16::from(c);
        seen += u32::from(bright.contains(&sum));
    }
    u64::from(seen)
}
