//! Converts rows of an output to planes of numbers, one plane per channel.

use super::DataType;
use half::f16;
use half::slice::HalfFloatSliceExt as _;

/// Values that are converted from half precision at a time.
const BLOCK: usize = 64;

/// Converts a row of float16 or float32 values.
pub(super) fn convert(data_type: DataType, input: &[u8], values: &mut [f32]) {
    if data_type == DataType::F16 {
        let mut block = [f16::ZERO; BLOCK];
        let (halves, _) = input.as_chunks();
        for (halves, values) in halves.chunks(BLOCK).zip(values.chunks_mut(BLOCK)) {
            for (to, from) in block.iter_mut().zip(halves) {
                *to = f16::from_le_bytes(*from);
            }
            block[..values.len()].convert_to_f32_slice(values);
        }
    } else {
        for (to, from) in values.iter_mut().zip(input.as_chunks().0) {
            *to = f32::from_le_bytes(*from);
        }
    }
}

/// Copies a row of pixels, each with `channels` values, into planes of `width` values.
pub(super) fn deinterleave(pixels: &[f32], planes: &mut [f32], width: usize, channels: usize) {
    if channels == 2 {
        // By far the most common model: a constant lets the compiler optimise it.
        let (first, second) = planes.split_at_mut(width);
        for ((pixel, a), b) in pixels.as_chunks::<2>().0.iter().zip(first).zip(second) {
            (*a, *b) = (pixel[0], pixel[1]);
        }
    } else {
        for (x, pixel) in pixels.chunks_exact(channels).enumerate() {
            for (channel, value) in pixel.iter().enumerate() {
                planes[channel * width + x] = *value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_precision_number_has_its_value() {
        let bytes: Vec<u8> = (0..=u16::MAX).flat_map(u16::to_le_bytes).collect();
        let mut values = vec![9.0; 1 << 16];
        convert(DataType::F16, &bytes, &mut values);
        for (bits, value) in (0..=u16::MAX).zip(values) {
            let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
            let exponent = i32::from(bits >> 10 & 0x1f);
            let fraction = f64::from(bits & 0x3ff);
            let value = f64::from(value);
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

    #[test]
    fn rows_of_any_length_are_converted_whole() {
        for length in [0_u16, 1, 63, 64, 65, 200] {
            let expected: Vec<f32> = (0..length).map(f32::from).collect();
            let mut values = vec![9.0; expected.len()];
            let halves: Vec<u8> = expected
                .iter()
                .flat_map(|value| f16::from_f32(*value).to_le_bytes())
                .collect();
            convert(DataType::F16, &halves, &mut values);
            assert_eq!(values, expected);
            values.fill(9.0);
            let floats: Vec<u8> = expected.iter().flat_map(|v| v.to_le_bytes()).collect();
            convert(DataType::F32, &floats, &mut values);
            assert_eq!(values, expected);
        }
    }

    #[test]
    fn each_channel_becomes_a_plane() {
        for channels in 1..=4_u8 {
            let pixels: Vec<f32> = (0..3 * channels).map(f32::from).collect();
            let channels = usize::from(channels);
            let mut planes = vec![9.0; pixels.len()];
            deinterleave(&pixels, &mut planes, 3, channels);
            for channel in 0..channels {
                let expected = [0, 1, 2].map(|x| pixels[x * channels + channel]);
                assert_eq!(planes[channel * 3..][..3], expected);
            }
        }
    }
}
