//! Confidence bounds: from a count to the share behind it.

/// The confidence level: in 95 of 100 cases the true share is not above the bound.
const CONFIDENCE: f64 = 0.95;
/// How often the interval from 0 to 1 is halved. After 60 halvings an `f64` no longer changes.
const HALVINGS: u32 = 60;

/// The one-sided 95 % upper bound of a share, 0 to 1, when `found` of `all` were seen. It is the
/// exact bound of Clopper and Pearson (Biometrika 26, 1934, pages 404 to 413): with that share, so
/// few would be seen in only 5 % of the cases.
///
/// With `found` 0 it is `1 - 0.05^(1/all)`, near `3/all` (the rule of three). It is 1 if all were
/// found, or if `all` is 0. It holds for parts drawn at random and a recipe that was fixed before.
/// Pure; takes `found` times 60 steps.
pub fn share_upper_95(found: u32, all: u32) -> f64 {
    if found >= all {
        return 1.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if at_most(found, all, middle) > 1.0 - CONFIDENCE {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// The number of parts, all judged correctly, that shows a share below `share` with 95 %
/// confidence; `None` if no number does.
pub fn parts_needed(share: f64) -> Option<u32> {
    if share <= 0.0 || share >= 1.0 {
        return None;
    }
    let parts = ((1.0 - CONFIDENCE).ln() / (-share).ln_1p()).ceil();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive, and the cast saturates"
    )]
    let parts = parts as u32;
    (parts < u32::MAX).then_some(parts)
}

/// The probability of `found` or fewer of `all`, if each is found with probability `share`,
/// strictly between 0 and 1. This is the binomial distribution. Each term follows from the one
/// before, in logarithms, because the first may be too small for an `f64`.
fn at_most(found: u32, all: u32, share: f64) -> f64 {
    let odds = share.ln() - (-share).ln_1p();
    let mut term = f64::from(all) * (-share).ln_1p();
    let mut sum = term.exp();
    for seen in 1..=found {
        term += odds + f64::from(all - seen + 1).ln() - f64::from(seen).ln();
        sum += term.exp();
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected: the share at which the binomial sum is 0.05, from Python's `decimal` with 60
    /// digits.
    #[test]
    fn bounds_are_the_exact_ones() {
        for (found, all, expected) in EXPECTED {
            let bound = share_upper_95(found, all);
            assert!((bound - expected).abs() < 1e-9, "{found} of {all}: {bound}");
        }
        assert!((share_upper_95(0, 300) - 3.0 / 300.0).abs() < 2e-4);
        for (found, all) in [(0, 0), (5, 5)] {
            assert!((share_upper_95(found, all) - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn the_number_of_parts_shows_a_share_and_one_fewer_does_not() {
        for share in [0.5, 0.05, 0.01, 0.001] {
            let parts = parts_needed(share).unwrap();
            assert!(share_upper_95(0, parts) <= share, "{share}");
            assert!(share_upper_95(0, parts - 1) > share, "{share}");
        }
        assert_eq!(parts_needed(0.01), Some(299));
        assert_eq!((parts_needed(0.0), parts_needed(1.0)), (None, None));
    }

    #[rustfmt::skip]
    const EXPECTED: [(u32, u32, f64); 7] = [
        (0, 1, 0.950000000000),
        (0, 12, 0.220922191946),
        (0, 59, 0.049507609888),
        (1, 20, 0.216106164207),
        (7, 30, 0.393947422522),
        (19, 20, 0.997438621223),
        (40, 2000, 0.025955913408),
    ];
}
