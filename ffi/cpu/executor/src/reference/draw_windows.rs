//! Random windows and what slides in them.

use super::numbers::Random;
use crate::graph::{Convolution, Tap, Weights, Window, Windows};

/// A window for an axis of `len` numbers. Its pads are mostly those that keep the length, sometimes
/// none, any, or more than the axis is long.
fn window(random: &mut Random, len: usize) -> Window {
    let size = match random.below(12) {
        0..4 => 3,
        4..6 => 2,
        6..8 => 1,
        8..11 => random.within(1, 7),
        _ => random.within(1, 13),
    };
    let stride = if random.one_in(3) {
        random.within(2, 4)
    } else {
        1
    };
    let dilation = if random.one_in(5) {
        random.within(2, 4)
    } else {
        1
    };
    let extent = (size - 1) * dilation + 1;
    let (before, after) = match random.below(8) {
        0..3 => (extent / 2, (extent - 1) / 2),
        3..5 => (0, 0),
        5..7 => (random.below(extent + 1), random.below(extent + 2)),
        _ => (random.below(2 * len + 40), random.below(2 * len + 40)),
    };
    Window {
        size,
        stride,
        dilation,
        before,
        after,
    }
}

/// Windows for planes of this height and width. Now and then one is as large as the plane.
pub(super) fn windows(random: &mut Random, height: usize, width: usize) -> Windows {
    let rows = window(random, height);
    let columns = if random.one_in(2) {
        rows
    } else {
        window(random, width)
    };
    if random.one_in(40) {
        let whole = |size| Window {
            size,
            stride: 1,
            dilation: 1,
            before: 0,
            after: 0,
        };
        return Windows {
            rows: whole(height),
            columns: whole(width),
        };
    }
    Windows { rows, columns }
}

/// A window of 3 by 3 numbers, as Winograd's method takes it.
pub(super) fn window_of_3(random: &mut Random) -> Windows {
    let mut side = || {
        let any_pads = random.one_in(3);
        Window {
            size: 3,
            stride: 1,
            dilation: 1,
            before: if any_pads { random.below(5) } else { 1 },
            after: if any_pads { random.below(5) } else { 1 },
        }
    };
    Windows {
        rows: side(),
        columns: side(),
    }
}

/// Weights for a convolution of `inputs` channels.
pub(super) fn convolution(
    random: &mut Random,
    windows: Windows,
    inputs: usize,
    channels: usize,
    groups: usize,
    rarity: usize,
) -> Convolution {
    let kernel = windows.rows.size * windows.columns.size;
    let output_padding = if random.one_in(4) {
        (random.below(5), random.below(5))
    } else {
        (0, 0)
    };
    // As many for both orders of the weights, because the groups divide both.
    let weights = random.numbers(channels * inputs / groups * kernel, rarity);
    Convolution {
        windows,
        groups,
        channels,
        weights: if random.one_in(2) {
            Weights::later(weights.len(), move || weights.clone())
        } else {
            weights.into()
        },
        bias: random.numbers(channels, rarity),
        output_padding,
    }
}

/// Taps for an axis of `len` numbers: the axis itself, the double length by repetition or by
/// interpolation, another length, or any.
pub(super) fn taps(random: &mut Random, len: usize) -> Vec<Tap> {
    let any = |random: &mut Random| Tap {
        near: random.below(len),
        far: random.below(len),
        share: if random.one_in(3) {
            0.0
        } else {
            random.number().abs()
        },
    };
    let count = match random.below(6) {
        0 => {
            return (0..len)
                .map(|at| Tap {
                    near: at,
                    far: random.below(len),
                    share: 0.0,
                })
                .collect();
        }
        1 => {
            let tap = |at| Tap {
                near: at / 2,
                far: at / 2,
                share: 0.0,
            };
            return (0..2 * len).map(tap).collect();
        }
        2 | 3 => 2 * len,
        4 => random.within(1, 2 * len + 3),
        _ => {
            return (0..random.within(1, 2 * len))
                .map(|_| any(random))
                .collect();
        }
    };
    let tap = |at: usize| {
        let place = (at as f32 + 0.5) * len as f32 / count as f32 - 0.5;
        let place = place.max(0.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the place is 0 or above, and its fraction is the share"
        )]
        let near = (place as usize).min(len - 1);
        Tap {
            near,
            far: (near + 1).min(len - 1),
            share: place - near as f32,
        }
    };
    (0..count).map(tap).collect()
}
