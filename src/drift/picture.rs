//! Measures of a picture: its brightness, contrast, sharpness and saturated pixels.

/// Channels of a pixel of the model's input.
const CHANNELS: usize = 3;
/// Rows that are known at once: a pixel is compared with the one two rows above.
const ROWS: usize = 3;
/// Pixels whose squares are added up in 32 bits: 2 x 765² x 2048 fits.
const BLOCK: usize = 2048;

/// Measures of one picture. [`super::Measures`] explains them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PictureMeasures {
    /// 0 to 255.
    pub brightness: f64,
    /// 0 to 127.5.
    pub contrast: f64,
    /// 0 to 255.
    pub sharpness: f64,
    /// 0 to 1.
    pub saturated_share: f64,
}

/// Measures pictures. Allocates at construction only.
#[derive(Debug)]
pub struct PictureMeter {
    /// The last rows, each as sums of the channels, 0 to 765.
    rows: [Box<[u16]>; ROWS],
}

/// Sums over the pixels seen so far.
#[derive(Debug, Default)]
struct Sums {
    pixels: u64,
    brightness: u64,
    squares: u64,
    saturated: u64,
    differences: u64,
    compared: u64,
}

impl PictureMeter {
    /// For pictures of at most this width, in pixels.
    pub fn new(width_max: usize) -> Self {
        Self {
            rows: core::array::from_fn(|_| vec![0; width_max].into()),
        }
    }

    /// Measures a picture of height x width x 3 bytes, which may be in device memory: it is read
    /// once and in order. `None` for one without pixels, one that is too wide, and one that is cut.
    /// Does not allocate.
    pub fn measure(&mut self, input: &[u8], width: usize) -> Option<PictureMeasures> {
        let fits = width > 0 && width <= self.rows[0].len();
        if !fits || input.is_empty() || !input.len().is_multiple_of(width * CHANNELS) {
            return None;
        }
        let mut sums = Sums::default();
        for (y, pixels) in input.chunks_exact(width * CHANNELS).enumerate() {
            // The oldest row becomes the newest.
            self.rows.rotate_right(1);
            let [newest, _, above] = &mut self.rows;
            let (newest, above) = (newest.get_mut(..width)?, above.get(..width)?);
            sums.add_row(pixels, newest);
            sums.add_differences(newest, newest.get(2..).unwrap_or_default());
            if y >= 2 {
                sums.add_differences(newest, above);
            }
        }
        Some(sums.measures())
    }
}

impl Sums {
    /// Adds a row. Writes the sum of each pixel's channels to `row`.
    fn add_row(&mut self, pixels: &[u8], row: &mut [u16]) {
        let pixels = pixels.as_chunks::<CHANNELS>().0;
        for (pixels, row) in pixels.chunks(BLOCK).zip(row.chunks_mut(BLOCK)) {
            let (mut saturated, mut sum, mut squares) = (0_u32, 0_u32, 0_u32);
            for ([a, b, c], to) in pixels.iter().zip(&mut *row) {
                *to = u16::from(*a) + u16::from(*b) + u16::from(*c);
                saturated += u32::from((*a).max(*b).max(*c) == u8::MAX);
                let value = u32::from(*to);
                sum += value;
                squares += value * value;
            }
            self.pixels += row.len() as u64;
            self.brightness += u64::from(sum);
            self.squares += u64::from(squares);
            self.saturated += u64::from(saturated);
        }
    }

    /// Adds the squared differences of two rows, as far as both go.
    fn add_differences(&mut self, one: &[u16], other: &[u16]) {
        let shorter = one.len().min(other.len());
        self.compared += shorter as u64;
        for (one, other) in one.chunks(BLOCK).zip(other.chunks(BLOCK)) {
            let mut squares = 0_u32;
            for (one, other) in one.iter().zip(other) {
                let difference = u32::from(one.abs_diff(*other));
                squares += difference * difference;
            }
            self.differences += u64::from(squares);
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a picture of 2^28 pixels has sums below 2^53 but for squares, where 1 in 2^53 does not matter"
    )]
    fn measures(&self) -> PictureMeasures {
        let pixels = self.pixels as f64;
        let channels = CHANNELS as f64;
        let mean = self.brightness as f64 / pixels;
        // Rounding may make it slightly less than 0.
        let variance = (self.squares as f64 / pixels - mean * mean).max(0.0);
        let differences = self.differences as f64 / (self.compared.max(1) as f64);
        PictureMeasures {
            brightness: mean / channels,
            contrast: variance.sqrt() / channels,
            sharpness: differences.sqrt() / channels,
            saturated_share: self.saturated as f64 / pixels,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same by the formulas, pixel by pixel.
    fn plainly(input: &[u8], width: usize) -> PictureMeasures {
        let pixels: Vec<_> = input.chunks(3).collect();
        let grey = |pixel: &[u8]| pixel.iter().map(|value| f64::from(*value)).sum::<f64>() / 3.0;
        let greys: Vec<_> = pixels.iter().map(|pixel| grey(pixel)).collect();
        let mean_of = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let brightness = mean_of(&greys);
        let squared: Vec<_> = greys
            .iter()
            .map(|grey| (grey - brightness).powi(2))
            .collect();
        let mut differences = Vec::new();
        for (place, grey) in greys.iter().enumerate() {
            if place % width + 2 < width {
                differences.push((greys[place + 2] - grey).powi(2));
            }
            if let Some(below) = greys.get(place + 2 * width) {
                differences.push((below - grey).powi(2));
            }
        }
        let saturated = pixels.iter().filter(|pixel| pixel.contains(&255)).count();
        PictureMeasures {
            brightness,
            contrast: mean_of(&squared).sqrt(),
            sharpness: mean_of(&differences).sqrt(),
            saturated_share: saturated as f64 / pixels.len() as f64,
        }
    }

    #[test]
    fn the_measures_are_those_of_the_formulas() {
        let mut meter = PictureMeter::new(5000);
        let mut state = 1_u32;
        for (width, height) in [(3, 3), (7, 5), (64, 48), (5000, 3), (2049, 4)] {
            let input: Vec<u8> = (0..width * height * 3)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    state.to_le_bytes()[3]
                })
                .collect();
            let (found, expected) = (
                meter.measure(&input, width).unwrap(),
                plainly(&input, width),
            );
            for (found, expected) in [
                (found.brightness, expected.brightness),
                (found.contrast, expected.contrast),
                (found.sharpness, expected.sharpness),
                (found.saturated_share, expected.saturated_share),
            ] {
                assert!((found - expected).abs() < 1e-9, "{found} {expected}");
            }
        }
    }

    #[test]
    fn the_brightest_widest_picture_does_not_overflow() {
        let width = 16_384;
        let mut meter = PictureMeter::new(width);
        let mut input = vec![255; width * 3 * 3];
        let white = meter.measure(&input, width).unwrap();
        assert_eq!(
            (white.brightness, white.contrast, white.sharpness),
            (255.0, 0.0, 0.0)
        );
        assert_eq!(white.saturated_share, 1.0);
        // Columns of 0, 0, 255, 255: each pixel differs from the one two to its right.
        for (place, value) in input.iter_mut().enumerate() {
            *value = if place / 3 / 2 % 2 == 0 { 0 } else { 255 };
        }
        let stripes = meter.measure(&input[..width * 3], width).unwrap();
        assert_eq!((stripes.contrast, stripes.sharpness), (127.5, 255.0));
    }

    #[test]
    fn a_blurred_picture_is_less_sharp() {
        let (width, height) = (60, 60);
        let sharp: Vec<u8> = (0..width * height)
            .flat_map(|place| [if place % width / 5 % 2 == 0 { 40 } else { 200 }; 3])
            .collect();
        let blurred: Vec<u8> = (0..sharp.len())
            .map(|place| {
                let near = place.saturating_sub(6)..(place + 7).min(sharp.len());
                let values = sharp[near].iter().step_by(3);
                let sum: u32 = values.clone().map(|value| u32::from(*value)).sum();
                u8::try_from(sum / u32::try_from(values.len()).unwrap()).unwrap()
            })
            .collect();
        let mut meter = PictureMeter::new(width);
        let [sharp, blurred] =
            [sharp, blurred].map(|input| meter.measure(&input, width).unwrap().sharpness);
        assert!(blurred < 0.9 * sharp, "{blurred} {sharp}");
    }

    #[test]
    fn a_picture_without_pixels_too_wide_or_cut_has_no_measures() {
        let mut meter = PictureMeter::new(4);
        for (bytes, width) in [(0, 4), (12, 0), (15, 5), (13, 4)] {
            assert_eq!(meter.measure(&vec![1; bytes], width), None);
        }
        assert!(meter.measure(&[1; 3], 1).is_some());
    }
}
