//! Half precision numbers.

/// 2 to the 112: the difference of the exponent biases of binary32 (127) and binary16 (15).
const REBIAS: f32 = f32::from_bits((127 + 112) << 23);

/// The value of an IEEE 754 binary16 number, exactly.
///
/// Shifted into place, exponent and fraction are those of a binary32 number that is too small by
/// the difference of the biases; the product is exact for subnormal numbers as well.
pub(super) fn f16_to_f32(bits: u16) -> f32 {
    let sign = u32::from(bits & 0x8000) << 16;
    let magnitude = u32::from(bits & 0x7fff) << 13;
    let finite = (f32::from_bits(magnitude) * REBIAS).to_bits();
    let special = magnitude | 0x7f80_0000;
    let is_special = bits & 0x7c00 == 0x7c00;
    f32::from_bits(sign | if is_special { special } else { finite })
}

#[cfg(test)]
mod tests {
    use super::f16_to_f32;

    #[test]
    fn every_half_precision_number_has_its_value() {
        for bits in 0..=u16::MAX {
            let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
            let exponent = i32::from(bits >> 10 & 0x1f);
            let fraction = f64::from(bits & 0x3ff);
            let value = f64::from(f16_to_f32(bits));
            match exponent {
                31 if fraction == 0.0 => assert_eq!(value, sign * f64::INFINITY),
                31 => assert!(value.is_nan(), "{bits:#06x}"),
                0 => assert_eq!(value, sign * fraction * 2f64.powi(-24), "{bits:#06x}"),
                _ => assert_eq!(
                    value,
                    sign * (1024.0 + fraction) * 2f64.powi(exponent - 25),
                    "{bits:#06x}"
                ),
            }
        }
    }
}
