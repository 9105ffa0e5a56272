//! In which order the model's picture input has its numbers.

use super::{AippError, Config, Precision, Stage};

/// The order of a picture's numbers in the model's input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// [n, channels, height, width]: a plane for each channel, as PyTorch and MindSpore have it.
    Nchw,
    /// [n, height, width, channels]: the channels of a pixel side by side, as Keras and TensorFlow have it.
    Nhwc,
}

impl Config {
    /// The stage for a model input with these dimensions behind the batch. It is NCHW if the first of them can be the
    /// number of channels, as ATC takes an ONNX file without `--input_format`. Otherwise it is NHWC if the last can be.
    ///
    /// # Errors
    ///
    /// [`AippError::Channels`] when neither can be, and those of [`Config::fit`].
    pub fn fit_dims(&self, dims: [usize; 3], precision: Precision) -> Result<Stage, AippError> {
        let [first, second, third] = dims;
        if self.takes(first) {
            return self.fit(first, second, third, precision);
        }
        if !self.takes(third) {
            return Err(AippError::Channels {
                format: self.format.channels(),
                dims,
            });
        }
        let mut stage = self.fit(third, first, second, precision)?;
        stage.layout = Layout::Nhwc;
        Ok(stage)
    }

    /// Whether this gives a model as many channels as that. A conversion gives three, of which a grey model takes the first.
    pub(super) fn takes(&self, channels: usize) -> bool {
        channels == self.format.channels() || (self.conversion.is_some() && channels == 1)
    }
}

impl Stage {
    /// The order of the numbers that [`Stage::apply`] writes.
    #[must_use]
    pub fn layout(&self) -> Layout {
        self.layout
    }
}
