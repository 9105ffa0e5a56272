//! Samples of 8 to 16 bits as bytes.

use board::camera::Samples;
use core::ops::Range;

/// Converts samples to bytes: the low bits are dropped, and what is then above 255 becomes 255.
#[derive(Debug, Clone, Copy)]
pub struct ToBytes {
    samples: Samples,
    dropped_bits: u8,
}

impl ToBytes {
    /// Drops so many low bits, at most 8; without a number, all but the high 8.
    pub fn new(samples: Samples, dropped_bits: Option<u8>) -> ToBytes {
        let spare = samples.bits() - 8;
        ToBytes {
            samples,
            dropped_bits: dropped_bits.unwrap_or(spare).min(spare),
        }
    }

    /// Converts these columns of a row. `out` has as many bytes.
    pub fn convert(self, line: &[u8], columns: Range<usize>, out: &mut [u8]) {
        let dropped = self.dropped_bits;
        let has_spare = dropped < self.samples.bits() - 8;
        match self.samples {
            Samples::Bits8 => out.copy_from_slice(&line[columns]),
            Samples::Bits10 | Samples::Bits12 | Samples::Bits16 => {
                let words = &line.as_chunks::<2>().0[columns];
                for (to, word) in out.iter_mut().zip(words) {
                    *to = saturated(u16::from_le_bytes(*word) >> dropped);
                }
            }
            Samples::Packed10 if has_spare => {
                each::<5>(line, columns, out, |group, place| {
                    let low = group[4] >> (2 * place) & 3;
                    saturated((u16::from(group[place]) << 2 | u16::from(low)) >> dropped)
                });
            }
            Samples::Packed10 => each::<5>(line, columns, out, |group, place| group[place]),
            Samples::Packed12 if has_spare => {
                each::<3>(line, columns, out, |group, place| {
                    let low = group[2] >> (4 * place) & 15;
                    saturated((u16::from(group[place]) << 4 | u16::from(low)) >> dropped)
                });
            }
            Samples::Packed12 => each::<3>(line, columns, out, |group, place| group[place]),
        }
    }
}

fn saturated(value: u16) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

/// Converts the columns of groups of N bytes, each with one pixel less.
fn each<const N: usize>(
    line: &[u8],
    columns: Range<usize>,
    out: &mut [u8],
    value: impl Fn(&[u8; N], usize) -> u8,
) {
    let first = columns.start % (N - 1);
    let mut groups = line.as_chunks::<N>().0[columns.start / (N - 1)..].iter();
    // The first group may begin before the columns.
    let (begin, rest) = out.split_at_mut(((N - 1 - first) % (N - 1)).min(out.len()));
    if !begin.is_empty()
        && let Some(group) = groups.next()
    {
        for (to, place) in begin.iter_mut().zip(first..) {
            *to = value(group, place);
        }
    }
    for (to, group) in rest.chunks_mut(N - 1).zip(groups) {
        for (place, to) in to.iter_mut().enumerate() {
            *to = value(group, place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Samples 0x3ff, 0x200, 0x001, 0x002 of 10 bits, as the kernel's document of SRGGB10P has
    /// them: the first pixel's low bits are the lowest.
    const FOUR: [u8; 5] = [0xff, 0x80, 0x00, 0x00, 0b10_01_00_11];

    fn converted(
        samples: Samples,
        dropped: Option<u8>,
        line: &[u8],
        columns: Range<usize>,
    ) -> Vec<u8> {
        let mut out = vec![9; columns.len()];
        ToBytes::new(samples, dropped).convert(line, columns, &mut out);
        out
    }

    #[test]
    fn the_high_bits_remain_unless_the_file_says_otherwise() {
        let words = [0x3ff_u16, 0x200, 0x103, 2].map(u16::to_le_bytes).concat();
        let of = |dropped| converted(Samples::Bits10, dropped, &words, 0..4);
        assert_eq!(of(None), [255, 128, 64, 0]);
        assert_eq!(of(Some(1)), [255, 255, 129, 1]);
        assert_eq!(of(Some(0)), [255, 255, 255, 2]);
        let words = [0xffff_u16, 0x1234].map(u16::to_le_bytes).concat();
        assert_eq!(converted(Samples::Bits16, None, &words, 1..2), [0x12]);
    }

    #[test]
    fn packed_samples_are_unpacked_from_any_column_on() {
        let of = |dropped, columns| converted(Samples::Packed10, dropped, &FOUR, columns);
        assert_eq!(of(Some(0), 0..4), [255, 255, 1, 2]);
        assert_eq!(of(None, 0..4), [255, 128, 0, 0]);
        let two = [0x12, 0xff, 0xf3];
        let of = |dropped, columns| converted(Samples::Packed12, dropped, &two, columns);
        assert_eq!(of(None, 0..2), [0x12, 0xff]);
        assert_eq!(of(Some(1), 0..1), [0x91]);
        // Against whole rows.
        for samples in [Samples::Packed10, Samples::Packed12] {
            let line: Vec<u8> = (0..60_u8).map(|byte| byte.wrapping_mul(37)).collect();
            let (columns, bytes) = samples.group();
            let width = line.len() / bytes * columns;
            for dropped in [None, Some(1)] {
                let whole = converted(samples, dropped, &line, 0..width);
                for start in 0..width {
                    for end in start..width {
                        let part = converted(samples, dropped, &line, start..end);
                        assert_eq!(part, whole[start..end]);
                    }
                }
            }
        }
    }
}
