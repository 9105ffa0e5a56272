//! Colour conversion: an integer matrix over bytes.

/// The values of the keys `matrix_*`, `input_bias_*` and `output_bias_*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conversion {
    /// One row for each output channel, in units of 1/256, -32677 to 32676.
    pub matrix: [[i32; 3]; 3],
    /// Subtracted from the input channels, 0 to 255.
    pub input_bias: [u8; 3],
    /// Added to the output channels, 0 to 255.
    pub output_bias: [u8; 3],
}

impl Conversion {
    /// One output channel. Each input channel less its bias is multiplied by its factor. The sum is
    /// divided by 256 and rounded, the output bias is added, and the result is clamped to 0 to 255.
    ///
    /// Matrix and biases are the colour conversion of the ATC guide, which writes the division as a
    /// shift by 8 bits. The vendor's published AIPP kernel for a later chip rounds to the nearest
    /// integer, ties up. Whether the Ascend 310 rounds or truncates is unknown; the difference is
    /// at most one.
    pub(super) fn channel(&self, row: usize, pixel: [u8; 3]) -> u8 {
        let terms = pixel.iter().zip(&self.input_bias).zip(&self.matrix[row]);
        // At most 3 * 32677 * 255, which fits easily into 32 bits.
        let sum: i32 = terms
            .map(|((byte, bias), factor)| (i32::from(*byte) - i32::from(*bias)) * factor)
            .sum();
        let result = ((sum + 128) >> 8) + i32::from(self.output_bias[row]);
        u8::try_from(result.clamp(0, 255)).unwrap_or(u8::MAX)
    }
}
