//! Where KleidiCV samples a row or column, to the last bit of its vector code.
//!
//! A coordinate is in source pixels, with 16 fraction bits, of which the upper 8 are the weight.
//! KleidiCV computes the lanes of a target row in groups of 16, and the last ones in groups of 8.
//! It computes a group's first coordinate, and adds rounded steps for the others. A group may begin
//! within a pixel, so the channels of a pixel may differ by a step's rounding. It happens to about
//! one pixel in a hundred thousand.

use super::super::horizontal::{Column, DROPPED_BITS};
use super::super::taps::RowPair;
use crate::image::{CHANNELS, ChannelOrder};

const FRACTION_BITS: u32 = 16;
/// The sum of a pixel's two weights.
const ONE: u16 = 256;
/// Lanes of a vector.
const VECTOR: usize = 16;
/// Lanes of the last groups.
const HALF_VECTOR: usize = 8;
/// After so many rounds of three vectors, the coordinates are computed anew.
const ROUNDS: u32 = 170;

/// One axis.
#[derive(Clone, Copy)]
struct Axis {
    source: u64,
    target: u64,
}

impl Axis {
    fn new(source: u32, target: u32) -> Axis {
        Axis {
            source: source.into(),
            target: target.into(),
        }
    }

    /// The quotient by the target's length, rounded to the nearest.
    fn divided(self, number: u64) -> u64 {
        (number + self.target / 2) / self.target
    }

    /// The coordinate of a target position's centre, plus half a step of the weight, which rounds
    /// it.
    fn centre(self, position: u64) -> u64 {
        const HALF: u64 = 1 << (FRACTION_BITS - 1);
        const ROUNDING: u64 = 1 << (FRACTION_BITS - 9);
        let scaled = self.divided(((position << FRACTION_BITS) + HALF) * self.source);
        // Not negative, since the axis gets shorter.
        (scaled + ROUNDING).saturating_sub(HALF)
    }

    /// The distance of target positions, in source pixels.
    fn distance(self, positions: u64) -> u64 {
        self.divided((positions * self.source) << FRACTION_BITS)
    }
}

/// The source rows of each target row.
pub fn rows(source: u32, target: u32) -> Vec<RowPair> {
    let axis = Axis::new(source, target);
    let rows = (0..u64::from(target)).map(|position| {
        let (index, far) = sample(axis.centre(position));
        RowPair {
            upper: index.min(source - 1),
            lower: (index + 1).min(source - 1),
            near: ONE - far,
            far,
        }
    });
    rows.collect()
}

/// The columns for rows of `source` pixels that become `target` pixels with the channel order `to`.
/// KleidiCV counts the channels as `cv2.imread` gives them: blue first.
///
/// `None` if the channels of a pixel are too far apart for a [`Column`]. That is not known to
/// occur.
pub fn columns(source: u32, target: u32, to: ChannelOrder) -> Option<Vec<Column>> {
    let coordinates = coordinates(source, target);
    let pixels = coordinates.as_chunks::<CHANNELS>().0.iter();
    let columns = pixels.map(|lanes| {
        let samples = lanes.map(sample);
        let left = samples.iter().map(|(index, _)| *index).min()?;
        let mut column = Column {
            offset: left * 3,
            ..Column::default()
        };
        for (channel, (index, far)) in samples.into_iter().enumerate() {
            let lane = match to {
                ChannelOrder::Bgr => channel,
                ChannelOrder::Rgb => CHANNELS - 1 - channel,
            };
            let far = match (index - left, far) {
                (0, far) => far,
                // The next pixel alone.
                (1, 0) => ONE,
                _ => return None,
            };
            if far > 0 && left + 1 == source {
                return None;
            }
            let weight = |weight: u16| i16::try_from(weight << DROPPED_BITS).ok();
            column.near[lane] = weight(ONE - far)?;
            column.far[lane] = weight(far)?;
        }
        Some(column)
    });
    columns.collect()
}

/// The pixel at or before a coordinate, and the weight of the next one.
fn sample(coordinate: u64) -> (u32, u16) {
    let index = u32::try_from(coordinate >> FRACTION_BITS).unwrap_or(u32::MAX);
    let weight = (coordinate >> (FRACTION_BITS - 8)) & 0xff;
    (index, u16::try_from(weight).unwrap_or(0))
}

/// The coordinate of each lane of a target row.
fn coordinates(source: u32, target: u32) -> Vec<u64> {
    let axis = Axis::new(source, target);
    let lanes = target as usize * CHANNELS;
    // The vectors of source pixels that a vector of target pixels needs.
    let loaded = if axis.source * 10 < axis.target * 18 {
        2
    } else {
        3
    };
    let is_wide = source as usize * CHANNELS >= loaded * VECTOR;
    // Whole vectors come in pairs.
    let whole = if is_wide { lanes / (2 * VECTOR) * 2 } else { 0 };
    let mut found = Lanes {
        axis,
        coordinates: vec![0; lanes],
        at: 0,
    };
    if whole > 3 {
        let last_in_row = (1..whole)
            .rev()
            .find(|vector| found.reads_to(vector * VECTOR, loaded) <= axis.source)
            .unwrap_or(0);
        found.put_rounds((last_in_row + 1) / 3);
    }
    while found.at < whole * VECTOR {
        found.put_group(VECTOR);
    }
    for _ in 0..(lanes - whole * VECTOR).div_ceil(HALF_VECTOR) {
        // The last group ends with the row. It may overlap the one before.
        found.at = found.at.min(lanes - HALF_VECTOR);
        found.put_group(HALF_VECTOR);
    }
    found.coordinates
}

/// The lanes of a target row.
struct Lanes {
    axis: Axis,
    coordinates: Vec<u64>,
    /// The next lane.
    at: usize,
}

impl Lanes {
    /// The last source pixel, counted from 1, that a vector beginning with lane `at` reads, if it
    /// loads so many vectors.
    fn reads_to(&self, at: usize, loaded: usize) -> u64 {
        let first = self.axis.centre((at / CHANNELS) as u64) >> FRACTION_BITS;
        first + ((at % CHANNELS + loaded * VECTOR).div_ceil(CHANNELS)) as u64
    }

    /// Vectors in rounds of three, which are 16 pixels. Each vector's first coordinate is the
    /// previous one's plus a step of five or six pixels.
    fn put_rounds(&mut self, rounds: usize) {
        let steps = [5, 5, 6].map(|pixels| self.axis.distance(pixels));
        let mut first = self.axis.centre(0);
        let mut since = 0;
        for _ in 0..rounds {
            if since == ROUNDS {
                first = self.axis.centre((self.at / CHANNELS) as u64);
                since = 0;
            } else {
                since += 1;
            }
            for (channel, step) in steps.into_iter().enumerate() {
                let axis = self.axis;
                self.put(VECTOR, channel, |pixel| first + axis.distance(pixel));
                first += step;
            }
        }
    }

    /// A group whose coordinates begin anew at the pixel of its first lane.
    fn put_group(&mut self, lanes: usize) {
        let first = self.axis.centre((self.at / CHANNELS) as u64);
        let step = self.axis.distance(1);
        self.put(lanes, self.at % CHANNELS, |pixel| first + pixel * step);
    }

    /// Lanes of which the first has this channel, by the number of their pixel from 0.
    fn put(&mut self, lanes: usize, channel: usize, coordinate: impl Fn(u64) -> u64) {
        for (lane, found) in self.coordinates[self.at..self.at + lanes]
            .iter_mut()
            .enumerate()
        {
            *found = coordinate(((lane + channel) / CHANNELS) as u64);
        }
        self.at += lanes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_width_has_columns_inside_its_row() {
        let widths = (11u32..400).chain([960, 1800, 2736, 4096, 9000, 16_384, 32_767]);
        for source in widths {
            let targets = source.div_ceil(3)..source;
            let step = targets.len().div_ceil(60);
            for target in targets.step_by(step) {
                let columns = columns(source, target, ChannelOrder::Bgr);
                let columns = columns.unwrap_or_else(|| panic!("{source} to {target}"));
                assert_eq!(columns.len(), target as usize);
                for column in columns {
                    assert!(column.offset < source * 3, "{source} to {target}");
                    for (near, far) in column.near.into_iter().zip(column.far) {
                        assert_eq!(near + far, 4096, "{source} to {target}");
                    }
                }
            }
        }
    }
}
