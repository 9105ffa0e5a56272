//! Which source pixels each output pixel of one axis uses, and with which weights.
//!
//! The arithmetic is that of OpenCV's 8-bit resize, in the same types at every step. The same
//! formula in other types gives some weights that differ by one, and then other bytes.

/// How the taps of an axis are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// `INTER_LINEAR`: weights of 11 bits, found in single precision.
    Linear,
    /// `INTER_LINEAR_EXACT`: weights of 8 bits, found in double precision.
    Exact,
    /// `INTER_AREA` where a side is enlarged: source pixels keep their value over most of their
    /// area, and mix only in the output pixels that cover two of them. Weights of 11 bits.
    AreaEnlarged,
}

impl Rule {
    /// The sum of a pixel's two weights.
    const fn one(self) -> u16 {
        match self {
            Rule::Linear | Rule::AreaEnlarged => 2048,
            Rule::Exact => 256,
        }
    }

    /// The tap of output position `position` if `source` pixels become `target`, before any border
    /// rule.
    fn tap(self, position: u32, source: u32, target: u32) -> Tap {
        let scale = scale(source, target);
        let (floor, fraction) = match self {
            // Pixel centres are at half-integers on both axes.
            Rule::Linear => {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "OpenCV rounds the coordinate to f32 here"
                )]
                let coordinate = ((f64::from(position) + 0.5) * scale - 0.5) as f32;
                let floor = coordinate.floor();
                (f64::from(floor), f64::from(coordinate - floor))
            }
            Rule::Exact => {
                let coordinate = scale * (f64::from(position) + 0.5) - 0.5;
                let floor = coordinate.floor();
                (floor, coordinate - floor)
            }
            Rule::AreaEnlarged => {
                let floor = (f64::from(position) * scale).floor();
                let inverse = f64::from(target) / f64::from(source);
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "OpenCV rounds the fraction to f32 here"
                )]
                let past = (f64::from(position + 1) - (floor + 1.0) * inverse) as f32;
                let fraction = if past <= 0.0 {
                    0.0
                } else {
                    past - past.floor()
                };
                (floor, f64::from(fraction))
            }
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "-1 <= floor <= 32768, as axis lengths are at most 32767"
        )]
        let index = floor as i32;
        let far = self.weight(fraction);
        let near = match self {
            Rule::Exact => self.one() - far,
            Rule::Linear | Rule::AreaEnlarged => self.weight(1.0 - fraction),
        };
        Tap { index, near, far }
    }

    /// A part of one pixel as a weight.
    fn weight(self, part: f64) -> u16 {
        let part = match self {
            Rule::Exact => part,
            #[expect(
                clippy::cast_possible_truncation,
                reason = "OpenCV has f32 here; a fraction is one already, one minus it is rounded"
            )]
            Rule::Linear | Rule::AreaEnlarged => f64::from(part as f32),
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 <= part <= 1"
        )]
        let weight = (part * f64::from(self.one())).round_ties_even() as u16;
        weight
    }

    /// The taps of a row. Outside the first and last pixel centre, the border pixel counts alone.
    pub fn horizontal(self, source: u32, target: u32) -> impl Iterator<Item = Tap> {
        let last = i32::try_from(source).unwrap_or(i32::MAX) - 1;
        let alone = move |index| Tap {
            index,
            near: self.one(),
            far: 0,
        };
        (0..target).map(move |position| match self.tap(position, source, target) {
            Tap { index, .. } if index < 0 => alone(0),
            Tap { index, .. } if index >= last => alone(last),
            // The sum is the same, and this keeps every far weight below one.
            Tap { index, far, .. } if far == self.one() => alone(index + 1),
            inside => inside,
        })
    }

    /// The taps of a column, as two row numbers in `0..source`. OpenCV clamps the rows here and
    /// keeps the weights.
    pub fn vertical(self, source: u32, target: u32) -> impl Iterator<Item = RowPair> {
        let last = i32::try_from(source).unwrap_or(i32::MAX) - 1;
        let row = move |index: i32| u32::try_from(index.clamp(0, last)).unwrap_or(0);
        (0..target).map(move |position| {
            let Tap { index, near, far } = self.tap(position, source, target);
            RowPair {
                upper: row(index),
                lower: row(index + 1),
                near,
                far,
            }
        })
    }
}

/// How many source pixels an output pixel has on an axis.
pub fn scale(source: u32, target: u32) -> f64 {
    // OpenCV computes the inverse first, and each division rounds.
    1.0 / (f64::from(target) / f64::from(source))
}

/// One output position of one axis: `near * p[index] + far * p[index + 1]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tap {
    /// The source position at or before the sample point. It may be -1 on a vertical axis that is
    /// enlarged.
    pub index: i32,
    /// The weight of `index`: 0 to 2048, with [`Rule::Exact`] to 256.
    pub near: u16,
    /// The weight of `index + 1`, in the same range.
    pub far: u16,
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

    const RULES: [Rule; 3] = [Rule::Linear, Rule::Exact, Rule::AreaEnlarged];

    #[test]
    fn weights_add_up_and_rows_are_neighbours_in_order() {
        for (rule, (source, target)) in RULES.iter().flat_map(|rule| {
            let sizes = [
                (1, 1),
                (1, 7),
                (7, 1),
                (5, 3),
                (3, 5),
                (1800, 960),
                (960, 1800),
                (32767, 31),
                (17, 32767),
            ];
            sizes.map(|sizes| (*rule, sizes))
        }) {
            let mut before = 0;
            for RowPair {
                upper,
                lower,
                near,
                far,
            } in rule.vertical(source, target)
            {
                assert_eq!(near + far, rule.one(), "{rule:?} {source} to {target}");
                assert!(lower == upper || lower == upper + 1);
                assert!(
                    upper >= before && lower < source,
                    "rows come in order and inside the frame"
                );
                before = upper;
            }
            for Tap { index, near, far } in rule.horizontal(source, target) {
                assert_eq!(near + far, rule.one());
                assert!(index >= 0 && (far == 0 || index + 1 < i32::try_from(source).unwrap()));
            }
        }
    }

    #[test]
    fn enlarging_by_two_samples_at_quarter_points() {
        let columns: Vec<Tap> = Rule::Linear.horizontal(2, 4).collect();
        let tap = |index, near, far| Tap { index, near, far };
        assert_eq!(columns[..2], [tap(0, 2048, 0), tap(0, 1536, 512)]);
        let columns: Vec<Tap> = Rule::Exact.horizontal(2, 4).collect();
        assert_eq!(columns[..2], [tap(0, 256, 0), tap(0, 192, 64)]);
        // Each pixel becomes two, so no output pixel covers two of them.
        let columns: Vec<Tap> = Rule::AreaEnlarged.horizontal(2, 4).collect();
        assert_eq!(columns[..2], [tap(0, 2048, 0), tap(0, 2048, 0)]);
        let pair = |upper, lower, near, far| RowPair {
            upper,
            lower,
            near,
            far,
        };
        let rows: Vec<RowPair> = Rule::Linear.vertical(2, 4).collect();
        assert_eq!(rows[..2], [pair(0, 0, 512, 1536), pair(0, 1, 1536, 512)]);
        let rows: Vec<RowPair> = Rule::Exact.vertical(2, 4).collect();
        assert_eq!(rows[..2], [pair(0, 0, 64, 192), pair(0, 1, 192, 64)]);
    }
}
