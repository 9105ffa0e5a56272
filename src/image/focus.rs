//! How sharp and how bright a picture is, to focus a camera and set its light.

use super::{CHANNELS, Size};

/// A pixel up to this value counts as black.
const BLACK_MAX: u32 = 4;
/// A pixel from this value on counts as white, where differences are lost.
const WHITE_MIN: u32 = 251;

/// Sharpness and brightness of one picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Focus {
    /// Variance of the Laplacian (the four neighbours less four times the pixel) of the brightness,
    /// 0 and more. It has no scale: only pictures of the same scene can be compared.
    pub sharpness: f64,
    /// Mean brightness, 0 to 255. The brightness of a pixel is the mean of its channels.
    pub brightness: f64,
    /// Pixels of at most 4, in percent.
    pub black_percent: f64,
    /// Pixels of at least 251, in percent.
    pub white_percent: f64,
}

impl Focus {
    /// Measures a picture of `size` with three channels a pixel. `None` if it is smaller than 3 x
    /// 3, or if `bytes` has another length. Allocates the brightness of all pixels.
    #[must_use]
    pub fn of(size: Size, bytes: &[u8]) -> Option<Self> {
        let width = usize::try_from(size.width)
            .ok()
            .filter(|width| *width >= 3)?;
        if size.height < 3 || size.bytes()? != bytes.len() {
            return None;
        }
        let (pixels, _) = bytes.as_chunks::<CHANNELS>();
        let grey: Vec<u32> = pixels
            .iter()
            .map(|&[a, b, c]| (u32::from(a) + u32::from(b) + u32::from(c)) / 3)
            .collect();
        let share = |is: fn(u32) -> bool| {
            let count = grey.iter().filter(|value| is(**value)).count();
            100.0 * count as f64 / grey.len() as f64
        };
        let sum: u64 = grey.iter().map(|value| u64::from(*value)).sum();
        Some(Self {
            sharpness: variance(laplacian(&grey, width)),
            brightness: sum as f64 / grey.len() as f64,
            black_percent: share(|value| value <= BLACK_MAX),
            white_percent: share(|value| value >= WHITE_MIN),
        })
    }
}

/// The Laplacian of each pixel that has four neighbours.
fn laplacian(grey: &[u32], width: usize) -> impl Iterator<Item = f64> + '_ {
    let rows: Vec<&[u32]> = grey.chunks_exact(width).collect();
    let places = rows.len().saturating_sub(2);
    (0..places).flat_map(move |row| {
        let at = |down: usize| rows.get(row + down).copied().unwrap_or_default();
        let (above, here, below) = (at(0), at(1), at(2));
        let inner = above.iter().skip(1).zip(below.iter().skip(1));
        let values = here
            .windows(3)
            .zip(inner)
            .filter_map(|(three, (up, down))| {
                let &[left, middle, right] = three else {
                    return None;
                };
                Some(f64::from(left + right + up + down) - 4.0 * f64::from(middle))
            });
        values.collect::<Vec<_>>()
    })
}

/// The mean square less the square of the mean.
fn variance(values: impl Iterator<Item = f64>) -> f64 {
    let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for value in values {
        count += 1.0;
        sum += value;
        squares += value * value;
    }
    let mean = sum / count;
    (squares / count - mean * mean).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(width: u32, height: u32, value: impl Fn(u32, u32) -> u8) -> Option<Focus> {
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let bytes: Vec<u8> = places.flat_map(|(x, y)| [value(x, y); 3]).collect();
        Focus::of(Size { width, height }, &bytes)
    }

    #[test]
    fn a_plain_picture_is_not_sharp_and_has_its_brightness() {
        let found = of(8, 6, |_, _| 100).unwrap();
        assert_eq!((found.sharpness, found.brightness), (0.0, 100.0));
        // A slope has no edge.
        let slope = of(8, 6, |x, y| u8::try_from(10 * x + 5 * y).unwrap()).unwrap();
        assert!(slope.sharpness < 1e-9, "{slope:?}");
    }

    /// By hand: one pixel of 90 more in 5 x 5. Of nine places, one has -360 and four have 90.
    #[test]
    fn the_sharpness_is_the_variance_of_the_laplacian() {
        let found = of(5, 5, |x, y| if (x, y) == (2, 2) { 190 } else { 100 }).unwrap();
        let squares = (360.0 * 360.0 + 4.0 * 90.0 * 90.0) / 9.0;
        assert!((found.sharpness - squares).abs() < 1e-9, "{found:?}");
        assert!((found.brightness - (100.0 + 90.0 / 25.0)).abs() < 1e-9);
    }

    #[test]
    fn a_blurred_edge_is_less_sharp() {
        let sharp = of(20, 20, |x, _| if x < 10 { 20 } else { 220 }).unwrap();
        let blurred = of(20, 20, |x, _| match x {
            0..8 => 20,
            8..12 => 20 + 40 * u8::try_from(x - 7).unwrap(),
            _ => 220,
        });
        assert!(sharp.sharpness > 4.0 * blurred.unwrap().sharpness);
    }

    #[test]
    fn lost_shades_are_counted() {
        let found = of(10, 10, |_, y| match y {
            0 => 0,
            1..3 => 255,
            _ => 128,
        });
        let found = found.unwrap();
        assert_eq!((found.black_percent, found.white_percent), (10.0, 20.0));
    }

    #[test]
    fn a_picture_that_is_too_small_has_no_sharpness() {
        assert_eq!(of(2, 9, |_, _| 1), None);
        assert_eq!(of(9, 2, |_, _| 1), None);
        let size = Size {
            width: 3,
            height: 3,
        };
        assert_eq!(Focus::of(size, &[0; 26]), None);
    }
}
