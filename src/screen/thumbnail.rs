//! A small picture of the part for the screen: the model's input, with defects tinted and blobs
//! boxed.

use crate::image::{ChannelOrder, Size};

/// Longer side of a thumbnail, in pixels.
pub const SIDE_PX: usize = 160;
const CHANNELS: usize = 3;
/// Colour that is mixed in equal parts with a defect's pixels.
pub const TINT: [u8; CHANNELS] = [255, 40, 40];
const BOX: [u8; CHANNELS] = [255, 230, 0];

/// A small RGB picture. Its memory of 76,800 bytes is allocated once.
#[derive(Debug, Clone)]
pub struct Thumbnail {
    rgb: Box<[u8]>,
    width: usize,
    height: usize,
}

impl Default for Thumbnail {
    fn default() -> Self {
        Self::new()
    }
}

impl Thumbnail {
    /// A black thumbnail of full size.
    pub fn new() -> Self {
        Self {
            rgb: vec![0; SIDE_PX * SIDE_PX * CHANNELS].into_boxed_slice(),
            width: SIDE_PX,
            height: SIDE_PX,
        }
    }

    /// Width in pixels, 1 to 160.
    pub fn width_px(&self) -> u32 {
        u32::try_from(self.width).unwrap_or_default()
    }

    /// Height in pixels, 1 to 160.
    pub fn height_px(&self) -> u32 {
        u32::try_from(self.height).unwrap_or_default()
    }

    /// Rows of RGB pixels without padding.
    pub fn pixels(&self) -> &[u8] {
        self.rgb
            .get(..self.width * self.height * CHANNELS)
            .unwrap_or_default()
    }

    /// Draws a model input of `size`, scaled so that its longer side is 160 pixels. `mask` is 0 for
    /// background. `boxes` gives left, top, right and bottom of each box; right and bottom are
    /// outside it. Each pixel is the mean of a block of input pixels, rounded down. It is tinted if
    /// any pixel of the block is a defect.
    ///
    /// If `input` or `mask` is shorter than `size` requires, the rest is left out. Allocates
    /// nothing.
    pub fn draw(
        &mut self,
        size: Size,
        order: ChannelOrder,
        input: &[u8],
        mask: &[u8],
        boxes: impl Iterator<Item = [u16; 4]>,
    ) {
        let (width, height) = (to_usize(size.width).max(1), to_usize(size.height).max(1));
        let longer = width.max(height);
        self.width = (width * SIDE_PX / longer).clamp(1, SIDE_PX);
        self.height = (height * SIDE_PX / longer).clamp(1, SIDE_PX);
        let (small_width, small_height) = (self.width, self.height);
        for y in 0..small_height {
            let rows = block(y, height, small_height);
            for x in 0..small_width {
                let columns = block(x, width, small_width);
                let mut sum = [0_usize; CHANNELS];
                let mut defect = false;
                for row in rows.clone() {
                    let start = row * width;
                    let pixels = input
                        .get((start + columns.start) * CHANNELS..(start + columns.end) * CHANNELS);
                    for pixel in pixels.unwrap_or_default().chunks_exact(CHANNELS) {
                        for (total, value) in sum.iter_mut().zip(pixel) {
                            *total += usize::from(*value);
                        }
                    }
                    let classes = mask
                        .get(start + columns.start..start + columns.end)
                        .unwrap_or_default();
                    defect |= classes.iter().any(|class| *class != 0);
                }
                let count = rows.len() * columns.len();
                let mut pixel = sum.map(|total| u8::try_from(total / count).unwrap_or(u8::MAX));
                if order == ChannelOrder::Bgr {
                    pixel.reverse();
                }
                if defect {
                    for (value, tint) in pixel.iter_mut().zip(TINT) {
                        *value = value.midpoint(tint);
                    }
                }
                self.set(x, y, pixel);
            }
        }
        for [left, top, right, bottom] in boxes {
            let across = |at: u16| usize::from(at) * small_width / width;
            let down = |at: u16| usize::from(at) * small_height / height;
            self.frame(across(left), down(top), across(right) + 1, down(bottom) + 1);
        }
    }

    /// Draws a frame that is one pixel wide, one pixel outside the rectangle where possible.
    fn frame(&mut self, left: usize, top: usize, right: usize, bottom: usize) {
        let (left, top) = (left.saturating_sub(1), top.saturating_sub(1));
        let (right, bottom) = (right.min(self.width - 1), bottom.min(self.height - 1));
        for x in left..=right {
            self.set(x, top, BOX);
            self.set(x, bottom, BOX);
        }
        for y in top..=bottom {
            self.set(left, y, BOX);
            self.set(right, y, BOX);
        }
    }

    fn set(&mut self, x: usize, y: usize, pixel: [u8; CHANNELS]) {
        let start = (y * self.width + x) * CHANNELS;
        if let Some(place) = self.rgb.get_mut(start..start + CHANNELS) {
            place.copy_from_slice(&pixel);
        }
    }
}

/// Range of source pixels that form small pixel `index`: at least one.
fn block(index: usize, source: usize, small: usize) -> core::ops::Range<usize> {
    let start = index * source / small;
    start..((index + 1) * source / small).max(start + 1)
}

fn to_usize(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_is_the_mean_of_its_block_in_rgb_order_and_defects_are_tinted() {
        let size = Size {
            width: 320,
            height: 160,
        };
        let mut input = vec![0_u8; 320 * 160 * 3];
        for pixel in input.chunks_exact_mut(3) {
            pixel.copy_from_slice(&[10, 20, 30]);
        }
        let mut mask = vec![0_u8; 320 * 160];
        mask[101] = 1;
        let mut thumbnail = Thumbnail::new();
        thumbnail.draw(
            size,
            ChannelOrder::Bgr,
            &input,
            &mask,
            [[200, 100, 220, 120]].into_iter(),
        );
        assert_eq!((thumbnail.width_px(), thumbnail.height_px()), (160, 80));
        let pixel = |x: usize, y: usize| &thumbnail.pixels()[(y * 160 + x) * 3..][..3];
        assert_eq!(pixel(0, 0), [30, 20, 10]);
        assert_eq!(pixel(50, 0), [142, 30, 25]);
        assert_eq!(pixel(99, 49), BOX);
        assert_eq!(pixel(111, 61), BOX);
        assert_eq!(pixel(105, 55), [30, 20, 10]);
    }

    #[test]
    fn short_inputs_and_boxes_at_the_edge_are_harmless() {
        let mut thumbnail = Thumbnail::new();
        let size = Size {
            width: 3,
            height: 5000,
        };
        thumbnail.draw(
            size,
            ChannelOrder::Rgb,
            &[1, 2],
            &[],
            [[0, 0, 65535, 65535]].into_iter(),
        );
        assert_eq!((thumbnail.width_px(), thumbnail.height_px()), (1, 160));
    }
}
