//! Converts pictures to model input.

use super::{CHANNELS, Format, Layout, Stage};

impl Stage {
    /// Converts pictures (`n` times [`Stage::source_bytes`]) to model input (`n` times
    /// [`Stage::output_len`]). The shorter side determines `n`. Allocates nothing.
    pub fn apply(&self, pictures: &[u8], numbers: &mut [f32]) {
        if self.output_len() == 0 {
            return;
        }
        let (width, height) = self.output_size();
        let batch = pictures
            .chunks_exact(self.source_bytes())
            .zip(numbers.chunks_exact_mut(self.output_len()));
        for (picture, numbers) in batch {
            for channel in 0..self.channels {
                for row in 0..height {
                    let (first, step) = match self.layout {
                        Layout::Nchw => ((channel * height + row) * width, 1),
                        Layout::Nhwc => (row * width * self.channels + channel, self.channels),
                    };
                    let to = numbers.get_mut(first..).unwrap_or_default();
                    self.write_row(picture, channel, row, to, step);
                }
            }
        }
    }

    /// Converts one row of one channel of the model input; `to` has the width of
    /// [`Stage::output_size`]. Bytes that the picture lacks at its end count as 0. Allocates
    /// nothing.
    pub fn fill_row(&self, picture: &[u8], channel: usize, row: usize, to: &mut [f32]) {
        self.write_row(picture, channel, row, to, 1);
    }

    /// Writes the numbers of a row, `step` apart.
    fn write_row(&self, picture: &[u8], channel: usize, row: usize, to: &mut [f32], step: usize) {
        let (before, size, width) = (self.columns.before, self.columns.size, self.columns.model);
        let padding = |count| std::iter::repeat_n(self.padding.unwrap_or_default(), count);
        let inside = row.checked_sub(self.rows.before);
        let Some(inside) = inside.filter(|inside| *inside < self.rows.size) else {
            put(to, step, padding(width));
            return;
        };
        let (left, rest) = to.split_at_mut((before * step).min(to.len()));
        let (middle, right) = rest.split_at_mut((size * step).min(rest.len()));
        put(left, step, padding(before));
        put(right, step, padding(width - before - size));

        let table = &self.tables[channel];
        let (x, y) = (self.columns.start, self.rows.start + inside);
        let len = self.columns.source * CHANNELS;
        match (
            &self.conversion,
            self.format,
            picture.get(y * len..(y + 1) * len),
        ) {
            (None, Format::Rgb888, Some(row)) => {
                let byte = if self.swap {
                    CHANNELS - 1 - channel
                } else {
                    channel
                };
                let pixels = row.chunks_exact(CHANNELS).skip(x).take(size);
                put(
                    middle,
                    step,
                    pixels.map(|pixel| table[usize::from(pixel[byte])]),
                );
            }
            (None, _, _) => {
                let bytes = (x..x + size).map(|x| self.pixel(picture, x, y)[channel]);
                put(middle, step, bytes.map(|byte| table[usize::from(byte)]));
            }
            (Some(conversion), _, _) => {
                let pixels = (x..x + size).map(|x| self.pixel(picture, x, y));
                let bytes = pixels.map(|pixel| conversion.channel(channel, pixel));
                put(middle, step, bytes.map(|byte| table[usize::from(byte)]));
            }
        }
    }

    /// The channels of a pixel after the swap; channels that the format does not have are 0.
    fn pixel(&self, picture: &[u8], x: usize, y: usize) -> [u8; CHANNELS] {
        let (width, height) = self.source_size();
        let at = |index: usize| picture.get(index).copied().unwrap_or_default();
        let mut pixel = match self.format {
            Format::Rgb888 => {
                let first = (y * width + x) * CHANNELS;
                [at(first), at(first + 1), at(first + 2)]
            }
            Format::Yuv420sp => {
                let pair = width * height + y / 2 * width + x / 2 * 2;
                [at(y * width + x), at(pair), at(pair + 1)]
            }
            Format::Yuv400 => [at(y * width + x), 0, 0],
        };
        match self.format {
            Format::Rgb888 if self.swap => pixel.swap(0, 2),
            Format::Yuv420sp if self.swap => pixel.swap(1, 2),
            _ => {}
        }
        pixel
    }
}

/// Writes numbers `step` apart, as many as fit.
fn put(out: &mut [f32], step: usize, numbers: impl Iterator<Item = f32>) {
    if step == 1 {
        // NCHW, the usual model. The compiler vectorises this loop.
        for (to, number) in out.iter_mut().zip(numbers) {
            *to = number;
        }
    } else {
        for (to, number) in out.iter_mut().step_by(step).zip(numbers) {
            *to = number;
        }
    }
}
