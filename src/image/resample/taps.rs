//! Which source pixels each output pixel of one axis uses, and with which weights.
//!
//! The arithmetic is that of OpenCV's 8-bit `INTER_LINEAR`, in the same types at every step. The
//! same formula in other types gives some weights that differ by one, and then other bytes.

/// The sum of a pixel's two weights: 11 fraction bits.
const WEIGHT_ONE: f32 = 2048.0;

/// One output position of one axis: `near * p[index] + far * p[index + 1]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tap {
    /// The source position at or before the sample point. It may be -1 on a vertical axis that is
    /// enlarged.
    pub index: i32,
    /// The weight of `index`, 0 to 2048.
    pub near: u16,
    /// The weight of `index + 1`, 0 to 2048.
    pub far: u16,
}

/// The tap of output position `position` if `source` pixels become `target`, before any border
/// rule.
///
/// Pixel centres are at half-integers on both axes, hence `(position + 0.5) * scale - 0.5`.
fn tap(position: u32, source: u32, target: u32) -> Tap {
    let scale = 1.0 / (f64::from(target) / f64::from(source));
    #[expect(
        clippy::cast_possible_truncation,
        reason = "OpenCV rounds the coordinate to f32 here"
    )]
    let coordinate = ((f64::from(position) + 0.5) * scale - 0.5) as f32;
    let floor = coordinate.floor();
    let fraction = coordinate - floor;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "-1 <= floor < 32768, as axis lengths are at most 32767"
    )]
    let index = floor as i32;
    Tap {
        index,
        near: weight(1.0 - fraction),
        far: weight(fraction),
    }
}

fn weight(part: f32) -> u16 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 <= part <= 1"
    )]
    let weight = (part * WEIGHT_ONE).round_ties_even() as u16;
    weight
}

/// The taps of a row. Outside the first and last pixel centre, the border pixel counts alone.
pub fn horizontal(source: u32, target: u32) -> impl Iterator<Item = Tap> {
    let last = i32::try_from(source).unwrap_or(i32::MAX) - 1;
    (0..target).map(move |position| match tap(position, source, target) {
        Tap { index, .. } if index < 0 => Tap {
            index: 0,
            near: 2048,
            far: 0,
        },
        Tap { index, .. } if index >= last => Tap {
            index: last,
            near: 2048,
            far: 0,
        },
        // The sum is the same, and this keeps every far weight below 2048.
        Tap {
            index, far: 2048, ..
        } => Tap {
            index: index + 1,
            near: 2048,
            far: 0,
        },
        inside => inside,
    })
}

/// The taps of a column, as two row numbers in `0..source`. OpenCV clamps the rows here and keeps
/// the weights.
pub fn vertical(source: u32, target: u32) -> impl Iterator<Item = RowPair> {
    let last = i32::try_from(source).unwrap_or(i32::MAX) - 1;
    let row = move |index: i32| u32::try_from(index.clamp(0, last)).unwrap_or(0);
    (0..target).map(move |position| {
        let Tap { index, near, far } = tap(position, source, target);
        RowPair {
            upper: row(index),
            lower: row(index + 1),
            near,
            far,
        }
    })
}

/// The two source rows of an output row and their weights. `lower` is `upper` or `upper + 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowPair {
    /// The row at or above the sample point.
    pub upper: u32,
    /// The row below it.
    pub lower: u32,
    /// The weight of `upper`.
    pub near: u16,
    /// The weight of `lower`.
    pub far: u16,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_add_up_and_rows_are_neighbours_in_order() {
        for (source, target) in [
            (1, 1),
            (1, 7),
            (7, 1),
            (5, 3),
            (3, 5),
            (1800, 960),
            (960, 1800),
            (32767, 31),
            (17, 32767),
        ] {
            let mut before = 0;
            for RowPair {
                upper,
                lower,
                near,
                far,
            } in vertical(source, target)
            {
                assert_eq!(near + far, 2048, "{source} to {target}");
                assert!(lower == upper || lower == upper + 1);
                assert!(
                    upper >= before && lower < source,
                    "rows come in order and inside the frame"
                );
                before = upper;
            }
            for Tap { index, near, far } in horizontal(source, target) {
                assert_eq!(near + far, 2048);
                assert!(index >= 0 && (far == 0 || index + 1 < i32::try_from(source).unwrap()));
            }
        }
    }

    #[test]
    fn enlarging_by_two_samples_at_quarter_points() {
        let columns: Vec<Tap> = horizontal(2, 4).collect();
        assert_eq!(
            columns[0],
            Tap {
                index: 0,
                near: 2048,
                far: 0
            }
        );
        assert_eq!(
            columns[1],
            Tap {
                index: 0,
                near: 1536,
                far: 512
            }
        );
        let rows: Vec<RowPair> = vertical(2, 4).collect();
        assert_eq!(
            rows[0],
            RowPair {
                upper: 0,
                lower: 0,
                near: 512,
                far: 1536
            }
        );
        assert_eq!(
            rows[1],
            RowPair {
                upper: 0,
                lower: 1,
                near: 1536,
                far: 512
            }
        );
    }
}
