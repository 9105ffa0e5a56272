//! Colours from a sensor behind a mosaic of colour filters, with the bytes of OpenCV's
//! `cv2.cvtColor` (`COLOR_Bayer...2BGR` and `COLOR_Bayer...2BGR_EA`).
//!
//! The missing colours of a pixel are rounded means of its neighbours. In the outermost rows and
//! columns of the frame they are those of the next pixel inside. OpenCV names a mosaic by its
//! second row and column: `RGGB` is its `BayerBG`.

use crate::image::CHANNELS;
use board::camera::Mosaic;
use core::ops::Range;
use fearless_simd::Level;
use serde::Deserialize;

/// Pixels that are converted at a time.
const BLOCK: usize = 64;
/// A block with the pixel before and the one after.
type Line = [u8; BLOCK + 2];
type Pixels = [[u8; CHANNELS]; BLOCK];
/// Rows of the frame that are needed at once.
const ROWS: usize = 3;

/// How the green of a red or blue pixel is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Demosaic {
    /// The mean of all four neighbours.
    #[default]
    Bilinear,
    /// The mean of the two neighbours above and below, or of those on both sides, whichever differ
    /// less.
    EdgeAware,
}

/// Converts the columns of a region, row by row from the top.
#[derive(Debug)]
pub struct MosaicRows {
    mosaic: Mosaic,
    demosaic: Demosaic,
    /// Rows and columns of the frame.
    size: (usize, usize),
    /// Columns of the region.
    columns: Range<usize>,
    /// The last rows as bytes: the columns that the region needs.
    rows: [Vec<u8>; ROWS],
    /// The rows of the frame that `rows` has.
    known: Range<usize>,
    level: Level,
}

/// A kind of row.
#[derive(Debug, Clone, Copy)]
struct Kind {
    is_red: bool,
    /// Whether the first pixel is green.
    is_green_first: bool,
    demosaic: Demosaic,
}

impl MosaicRows {
    /// For a frame with at least 3 rows and columns.
    pub fn new(
        mosaic: Mosaic,
        (height, width): (usize, usize),
        columns: Range<usize>,
    ) -> MosaicRows {
        let mut rows = MosaicRows {
            mosaic,
            demosaic: Demosaic::default(),
            size: (height, width),
            columns,
            rows: Default::default(),
            known: 0..0,
            level: Level::new(),
        };
        let needed = rows.needed_columns().len();
        rows.rows = core::array::from_fn(|_| vec![0; needed]);
        rows
    }

    /// How the green of red and blue pixels is computed, from the next row on.
    pub fn set_demosaic(&mut self, demosaic: Demosaic) {
        self.demosaic = demosaic;
    }

    /// The columns of the frame that the region needs.
    fn needed_columns(&self) -> Range<usize> {
        let inner = self.inner_columns();
        inner.start - 1..inner.end + 1
    }

    /// The columns whose pixels have all neighbours, and whose colours the region shows.
    fn inner_columns(&self) -> Range<usize> {
        let (_, width) = self.size;
        let inside = |column: usize| column.clamp(1, width - 2);
        inside(self.columns.start)..inside(self.columns.end.max(1) - 1) + 1
    }

    /// Begins another frame.
    pub fn begin(&mut self) {
        self.known = 0..0;
    }

    /// Converts row `y` of the frame; `y` grows. `read` gives these columns of a row as bytes.
    /// `rgb` has space for the region's columns.
    pub fn row(
        &mut self,
        y: usize,
        mut read: impl FnMut(usize, Range<usize>, &mut [u8]),
        rgb: &mut [u8],
    ) {
        let (height, _) = self.size;
        let y = y.clamp(1, height - 2);
        let columns = self.needed_columns();
        for row in self.known.end.max(y - 1)..y + 2 {
            read(row, columns.clone(), &mut self.rows[row % ROWS]);
        }
        self.known = y - 1..y + 2;
        let inner = self.inner_columns();
        let kind = Kind {
            is_red: y.is_multiple_of(2) == self.mosaic.is_red_first(),
            is_green_first: (y + inner.start).is_multiple_of(2) == self.mosaic.is_green_first(),
            demosaic: self.demosaic,
        };
        let lines = [y - 1, y, y + 1].map(|row| self.rows[row % ROWS].as_slice());
        let (rgb, _) = rgb.as_chunks_mut::<CHANNELS>();
        let before = inner.start - self.columns.start.min(inner.start);
        // Of the first column alone, the next one is shown.
        let before = before.min(rgb.len() - 1);
        let pixels = &mut rgb[before..before + inner.len()];
        convert(self.level, kind, lines, pixels);
        // The outermost columns.
        let last = before + inner.len() - 1;
        let (first_pixel, last_pixel) = (rgb[before], rgb[last]);
        rgb[..before].fill(first_pixel);
        rgb[last + 1..].fill(last_pixel);
    }
}

/// Converts as many pixels as `rgb` has space for. The lines begin one column before and end one
/// after.
fn convert(level: Level, kind: Kind, lines: [&[u8]; ROWS], rgb: &mut [[u8; CHANNELS]]) {
    for (number, rgb) in rgb.chunks_mut(BLOCK).enumerate() {
        let start = number * BLOCK;
        if let Some(pixels) = rgb.as_mut_array::<BLOCK>() {
            let whole = lines.map(|line| line[start..].first_chunk::<{ BLOCK + 2 }>());
            if let [Some(above), Some(line), Some(below)] = whole {
                block(level, kind, [above, line, below], pixels);
            }
            continue;
        }
        let mut ends = [[0; BLOCK + 2]; ROWS];
        for (end, line) in ends.iter_mut().zip(lines) {
            end[..rgb.len() + 2].copy_from_slice(&line[start..start + rgb.len() + 2]);
        }
        let mut pixels = Pixels::from([[0; CHANNELS]; BLOCK]);
        block(level, kind, ends.each_ref(), &mut pixels);
        rgb.copy_from_slice(&pixels[..rgb.len()]);
    }
}

fn block(level: Level, kind: Kind, lines: [&Line; ROWS], rgb: &mut Pixels) {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = level.as_avx2() {
        return block_avx2(avx2, kind, lines, rgb);
    }
    let _ = level;
    define(kind, lines, rgb);
}

#[cfg(target_arch = "x86_64")]
fearless_simd::kernel!(
    fn block_avx2(avx2: Avx2, kind: Kind, lines: [&Line; ROWS], rgb: &mut Pixels) {
        let _ = avx2;
        define(kind, lines, rgb);
    }
);

/// The definition.
#[inline(always)]
fn define(kind: Kind, [above, line, below]: [&Line; ROWS], rgb: &mut Pixels) {
    let mean = |a: u8, b: u8| (u16::from(a) + u16::from(b) + 1) >> 1;
    let mean_of_four = |a: u8, b: u8, c: u8, d: u8| {
        (u16::from(a) + u16::from(b) + u16::from(c) + u16::from(d) + 2) >> 2
    };
    let (mut own, mut green, mut other) = ([0_u8; BLOCK], [0_u8; BLOCK], [0_u8; BLOCK]);
    // All bits of each second pixel.
    let first = if kind.is_green_first { 0 } else { 1 };
    for at in 0..BLOCK {
        let is_green = if at % 2 == first { 0xffff_u16 } else { 0 };
        let choose = |green: u16, not: u16| (green & is_green) | (not & !is_green);
        let here = u16::from(line[at + 1]);
        let (north, south) = (above[at + 1], below[at + 1]);
        let (west, east) = (line[at], line[at + 2]);
        let (beside, over) = (mean(west, east), mean(north, south));
        let diagonal = mean_of_four(above[at], above[at + 2], below[at], below[at + 2]);
        let around = match kind.demosaic {
            Demosaic::Bilinear => mean_of_four(north, south, west, east),
            Demosaic::EdgeAware => {
                let is_over = west.abs_diff(east) > north.abs_diff(south);
                if is_over { over } else { beside }
            }
        };
        own[at] = low(choose(beside, here));
        other[at] = low(choose(over, diagonal));
        green[at] = low(choose(here, around));
    }
    let (red, blue) = if kind.is_red {
        (own, other)
    } else {
        (other, own)
    };
    for at in 0..BLOCK {
        rgb[at] = [red[at], green[at], blue[at]];
    }
}

/// The value of a mean of bytes.
#[inline(always)]
fn low(mean: u16) -> u8 {
    mean.to_le_bytes()[0]
}
