//! The conversion of colours: a matrix of integers over bytes.

/// What the keys `matrix_*`, `input_bias_*` and `output_bias_*` say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conversion {
    /// Rows are channels of the result, in 256ths, -32677 to 32676.
    pub matrix: [[i32; 3]; 3],
    /// Taken from the channels before, 0 to 255.
    pub input_bias: [u8; 3],
    /// Added to the channels of the result, 0 to 255.
    pub output_bias: [u8; 3],
}

impl Conversion {
    /// One channel of the result: the row of the matrix times the channels less their biases, divided by 256 to the
    /// nearest, plus the bias, kept within 0 to 255.
    ///
    /// Matrix and biases are the colour conversion of the ATC guide, which writes the division as a shift by 8 bits. That
    /// it goes to the nearest, and ties up, is in the vendor's published AIPP kernel for a later chip; whether the Ascend
    /// 310 rounds or cuts off was not seen, and makes a difference of one at most.
    pub(super) fn channel(&self, row: usize, pixel: [u8; 3]) -> u8 {
        let terms = pixel.iter().zip(&self.input_bias).zip(&self.matrix[row]);
        // At most 3 * 32677 * 255, far below the end of 32 bits.
        let sum: i32 = terms
            .map(|((byte, bias), factor)| (i32::from(*byte) - i32::from(*bias)) * factor)
            .sum();
        let result = ((sum + 128) >> 8) + i32::from(self.output_bias[row]);
        u8::try_from(result.clamp(0, 255)).unwrap_or(u8::MAX)
    }
}
