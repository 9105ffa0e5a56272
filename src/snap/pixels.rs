//! Pixels, scaled into a rectangle of a drawing.

use crate::image::{CHANNELS, ChannelOrder, Size};
use core::ops::Range;
use embedded_graphics::pixelcolor::Rgb888;

/// Colour that is mixed in equal parts with a defect's pixels.
const TINT: [u8; CHANNELS] = [255, 40, 40];

/// Rows of interleaved pixels.
pub(crate) struct Pixels<'a> {
    pub size: Size,
    pub order: ChannelOrder,
    pub bytes: &'a [u8],
    /// The class of each pixel, or nothing.
    pub mask: &'a [u8],
}

impl Pixels<'_> {
    /// The colours of all pixels of a rectangle of size `to`, row by row. A pixel is tinted if any
    /// source pixel under it is a defect, so that the smallest defect shows.
    pub(crate) fn scaled(&self, to: Size) -> impl Iterator<Item = Rgb888> + '_ {
        (0..to.height).flat_map(move |y| {
            let rows = span(y, self.size.height, to.height);
            (0..to.width).map(move |x| {
                let columns = span(x, self.size.width, to.width);
                self.colour(columns, rows.clone())
            })
        })
    }

    fn colour(&self, columns: Range<usize>, rows: Range<usize>) -> Rgb888 {
        let width = usize::try_from(self.size.width).unwrap_or_default();
        let start = (rows.start * width + columns.start) * CHANNELS;
        let pixel = self.bytes.get(start..start + CHANNELS);
        let &[first, green, last] = pixel.unwrap_or_default() else {
            return Rgb888::new(0, 0, 0);
        };
        let rgb = match self.order {
            ChannelOrder::Rgb => [first, green, last],
            ChannelOrder::Bgr => [last, green, first],
        };
        let is_defect = rows.clone().any(|row| {
            let row = row * width;
            let classes = self.mask.get(row + columns.start..row + columns.end);
            classes.is_some_and(|classes| classes.iter().any(|class| *class > 0))
        });
        let [red, green, blue] = if is_defect {
            let mut mixed = rgb;
            for (value, tint) in mixed.iter_mut().zip(TINT) {
                *value = value.midpoint(tint);
            }
            mixed
        } else {
            rgb
        };
        Rgb888::new(red, green, blue)
    }
}

/// The source pixels under pixel `at` of `to`; at least one.
fn span(at: u32, from: u32, to: u32) -> Range<usize> {
    let place = |at: u32| {
        let place = u64::from(at) * u64::from(from) / u64::from(to.max(1));
        usize::try_from(place).unwrap_or(usize::MAX)
    };
    let start = place(at);
    start..place(at + 1).max(start + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: Size = Size {
        width: 2,
        height: 1,
    };

    fn shown(mask: &[u8], order: ChannelOrder, to: Size) -> Vec<Rgb888> {
        let pixels = Pixels {
            size: TWO,
            order,
            bytes: &[10, 20, 30, 40, 50, 60],
            mask,
        };
        pixels.scaled(to).collect()
    }

    #[test]
    fn pixels_are_repeated_and_have_their_order() {
        let four = Size {
            width: 4,
            height: 1,
        };
        let (a, b) = (Rgb888::new(30, 20, 10), Rgb888::new(60, 50, 40));
        assert_eq!(shown(&[], ChannelOrder::Bgr, four), [a, a, b, b]);
        assert_eq!(
            shown(&[], ChannelOrder::Rgb, TWO)[0],
            Rgb888::new(10, 20, 30)
        );
    }

    #[test]
    fn one_defect_pixel_among_many_shows() {
        let one = Size {
            width: 1,
            height: 1,
        };
        assert_eq!(
            shown(&[0, 3], ChannelOrder::Rgb, one),
            [Rgb888::new(132, 30, 35)]
        );
        assert_eq!(
            shown(&[0, 0], ChannelOrder::Rgb, one),
            [Rgb888::new(10, 20, 30)]
        );
    }
}
