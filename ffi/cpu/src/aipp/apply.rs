//! From pictures to planes of numbers.

use super::{CHANNELS, Conversion, Format, Stage};

impl Stage {
    /// Turns pictures (`n` times [`Stage::source_bytes`]) into model input (`n` x channels x height x width numbers).
    /// What exceeds the shorter side is left out. Allocates nothing.
    pub fn apply(&self, pictures: &[u8], planes: &mut [f32]) {
        if self.output_len() == 0 {
            return;
        }
        let batch = pictures
            .chunks_exact(self.source_bytes())
            .zip(planes.chunks_exact_mut(self.output_len()));
        for (picture, planes) in batch {
            if let Some(value) = self.padding {
                planes.fill(value);
            }
            match (&self.conversion, self.format) {
                (Some(conversion), _) => self.convert(conversion, picture, planes),
                (None, Format::Rgb888) => self.take_rgb(picture, planes),
                (None, Format::Yuv420sp | Format::Yuv400) => self.take_yuv(picture, planes),
            }
        }
    }

    /// The planes, each with its table of numbers.
    fn planes<'a>(
        &'a self,
        planes: &'a mut [f32],
    ) -> impl Iterator<Item = (&'a mut [f32], &'a [f32; 256])> {
        planes
            .chunks_exact_mut(self.columns.model * self.rows.model)
            .zip(&self.tables)
    }

    /// The rows of a plane that show the picture, without the padding at their ends.
    fn rows<'a>(&self, plane: &'a mut [f32]) -> impl Iterator<Item = &'a mut [f32]> {
        let (before, size) = (self.columns.before, self.columns.size);
        let rows = plane.chunks_exact_mut(self.columns.model);
        rows.skip(self.rows.before)
            .take(self.rows.size)
            .map(move |row| &mut row[before..before + size])
    }

    fn take_rgb(&self, picture: &[u8], planes: &mut [f32]) {
        let order = if self.swap { [2, 1, 0] } else { [0, 1, 2] };
        for ((plane, table), byte) in self.planes(planes).zip(order) {
            let rows = picture
                .chunks_exact(self.columns.source * CHANNELS)
                .skip(self.rows.start);
            for (row, out) in rows.zip(self.rows(plane)) {
                let pixels = row.chunks_exact(CHANNELS).skip(self.columns.start);
                for (pixel, number) in pixels.zip(out) {
                    *number = table[usize::from(pixel[byte])];
                }
            }
        }
    }

    fn take_yuv(&self, picture: &[u8], planes: &mut [f32]) {
        for (channel, (plane, table)) in self.planes(planes).enumerate() {
            for (y, out) in (self.rows.start..).zip(self.rows(plane)) {
                for (x, number) in (self.columns.start..).zip(out) {
                    *number = table[usize::from(self.pixel(picture, x, y)[channel])];
                }
            }
        }
    }

    fn convert(&self, conversion: &Conversion, picture: &[u8], planes: &mut [f32]) {
        for (channel, (plane, table)) in self.planes(planes).enumerate() {
            for (y, out) in (self.rows.start..).zip(self.rows(plane)) {
                for (x, number) in (self.columns.start..).zip(out) {
                    let byte = conversion.channel(channel, self.pixel(picture, x, y));
                    *number = table[usize::from(byte)];
                }
            }
        }
    }

    /// The channels of a pixel of the picture, after the exchange; those that the format does not have are 0.
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
