//! Converts pictures to model input.

use super::{CHANNELS, Conversion, Format, Layout, Stage};

impl Stage {
    /// Converts pictures (`n` times [`Stage::source_bytes`]) to model input (`n` times
    /// [`Stage::output_len`]). The shorter side determines `n`. Allocates nothing.
    pub fn apply(&self, pictures: &[u8], numbers: &mut [f32]) {
        if self.output_len() == 0 {
            return;
        }
        let batch = pictures
            .chunks_exact(self.source_bytes())
            .zip(numbers.chunks_exact_mut(self.output_len()));
        for (picture, numbers) in batch {
            if let Some(value) = self.padding {
                numbers.fill(value);
            }
            match (&self.conversion, self.format) {
                (Some(conversion), _) => self.convert(conversion, picture, numbers),
                (None, Format::Rgb888) => self.take_rgb(picture, numbers),
                (None, Format::Yuv420sp | Format::Yuv400) => self.take_yuv(picture, numbers),
            }
        }
    }

    /// The rows of a channel without the border, each from the number of its first pixel to that of
    /// its last one. Also returns the distance between the numbers of neighbouring pixels.
    fn rows<'a>(
        &self,
        numbers: &'a mut [f32],
        channel: usize,
    ) -> (usize, impl Iterator<Item = &'a mut [f32]>) {
        let (width, height) = self.output_size();
        let (before, size) = (self.columns.before, self.columns.size);
        let (start, len, first, step) = match self.layout {
            Layout::Nchw => (channel * width * height, width, before, 1),
            Layout::Nhwc => {
                let step = self.channels;
                (0, width * step, before * step + channel, step)
            }
        };
        let rows = numbers.get_mut(start..).unwrap_or_default();
        let rows = rows.chunks_exact_mut(len).skip(self.rows.before);
        let rows = rows.take(self.rows.size);
        let end = first + (size - 1) * step + 1;
        (step, rows.map(move |row| &mut row[first..end]))
    }

    fn take_rgb(&self, picture: &[u8], numbers: &mut [f32]) {
        let order = if self.swap { [2, 1, 0] } else { [0, 1, 2] };
        for (channel, (table, byte)) in self.tables.iter().zip(order).enumerate() {
            let rows = picture
                .chunks_exact(self.columns.source * CHANNELS)
                .skip(self.rows.start);
            let (step, out) = self.rows(numbers, channel);
            for (row, out) in rows.zip(out) {
                let pixels = row.chunks_exact(CHANNELS).skip(self.columns.start);
                put(
                    out,
                    step,
                    pixels.map(|pixel| table[usize::from(pixel[byte])]),
                );
            }
        }
    }

    fn take_yuv(&self, picture: &[u8], numbers: &mut [f32]) {
        self.take_bytes(numbers, |channel, x, y| self.pixel(picture, x, y)[channel]);
    }

    fn convert(&self, conversion: &Conversion, picture: &[u8], numbers: &mut [f32]) {
        self.take_bytes(numbers, |channel, x, y| {
            conversion.channel(channel, self.pixel(picture, x, y))
        });
    }

    /// Fills the rows of each channel: `byte` gives the byte for a channel, column and row of the
    /// picture.
    fn take_bytes(&self, numbers: &mut [f32], byte: impl Fn(usize, usize, usize) -> u8) {
        for (channel, table) in self.tables.iter().enumerate().take(self.channels) {
            let (step, out) = self.rows(numbers, channel);
            for (y, out) in (self.rows.start..).zip(out) {
                let columns = self.columns.start..;
                let of_pixel = |x| table[usize::from(byte(channel, x, y))];
                put(out, step, columns.map(of_pixel));
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
