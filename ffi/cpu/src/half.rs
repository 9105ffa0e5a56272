//! IEEE 754 binary16 as bits, to and from single precision.

/// Exact: every half is a single.
pub(crate) fn to_f32(half: u16) -> f32 {
    let sign = u32::from(half >> 15) << 31;
    let exponent = u32::from(half >> 10) & 0x1F;
    let fraction = u32::from(half) & 0x3FF;
    let bits = match exponent {
        // Zero and subnormals: a count of 2^-24.
        0 => return f32::from_bits(sign | 0x3F80_0000) * (f32::from(half & 0x3FF) / 16_777_216.0),
        0x1F => 0x7F80_0000 | fraction << 13,
        _ => (exponent + 112) << 23 | fraction << 13,
    };
    f32::from_bits(sign | bits)
}

/// To the nearest half, ties to even; beyond the range infinity, not-a-number stays one.
pub(crate) fn from_f32(single: f32) -> u16 {
    let bits = single.to_bits();
    let sign = low16(bits >> 16) & 0x8000;
    let magnitude = bits & 0x7FFF_FFFF;
    let half = if magnitude > 0x7F80_0000 {
        0x7E00
    } else if magnitude >= 0x4780_0000 {
        // 65536 and above.
        0x7C00
    } else if magnitude >= 0x3880_0000 {
        // Normal halves; a carry out of the fraction goes into the exponent, up to infinity, as it should.
        low16(round(magnitude, 13) - (112 << 10))
    } else {
        // Subnormal halves: the fraction with its hidden bit, shifted down to a count of 2^-24.
        let shift = 126 - (magnitude >> 23);
        if shift > 25 {
            0
        } else {
            low16(round((magnitude & 0x7F_FFFF) | 0x80_0000, shift))
        }
    };
    sign | half
}

/// Drops `bits` low bits, to the nearest, ties to even.
fn round(value: u32, bits: u32) -> u32 {
    let half_less_one = (1 << (bits - 1)) - 1;
    let odd = value >> bits & 1;
    (value + half_less_one + odd) >> bits
}

fn low16(value: u32) -> u16 {
    let [low, high, _, _] = value.to_le_bytes();
    u16::from_le_bytes([low, high])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_comes_back() {
        for half in 0..=u16::MAX {
            let single = to_f32(half);
            if single.is_nan() {
                assert!(half & 0x7C00 == 0x7C00 && half & 0x3FF != 0, "{half:#06x}");
                assert!(to_f32(from_f32(single)).is_nan(), "{half:#06x}");
            } else {
                assert_eq!(from_f32(single), half, "{half:#06x} is {single}");
            }
        }
    }

    #[test]
    fn known_values() {
        let known = [
            (1.0, 0x3C00),
            (-2.0, 0xC000),
            (65504.0, 0x7BFF),
            (5.960_464_5e-8, 0x0001),
            (0.007_843_137, 0x2004),
            (f32::INFINITY, 0x7C00),
        ];
        for (single, half) in known {
            assert_eq!(from_f32(single), half, "{single}");
        }
    }

    #[test]
    fn between_two_halves_the_nearest_and_at_the_middle_the_even() {
        for half in 0..0x7BFF_u16 {
            let (low, high) = (to_f32(half), to_f32(half + 1));
            let middle = low / 2.0 + high / 2.0;
            let even = if half % 2 == 0 { half } else { half + 1 };
            assert_eq!(from_f32(middle), even, "{half:#06x}");
            assert_eq!(from_f32(middle.next_down()), half, "{half:#06x}");
            assert_eq!(from_f32(middle.next_up()), half + 1, "{half:#06x}");
            assert_eq!(from_f32(-middle), even | 0x8000, "{half:#06x}");
        }
        assert_eq!(from_f32(65520.0_f32.next_down()), 0x7BFF);
        assert_eq!(from_f32(65520.0), 0x7C00);
    }
}
