//! The order of the numbers in the model's picture input.

use super::{AippError, Config, Precision, Stage};

/// The order of a picture's numbers in the model input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// [n, channels, height, width]: one plane per channel, as in PyTorch and MindSpore.
    Nchw,
    /// [n, height, width, channels]: the channels of a pixel are adjacent, as in Keras and
    /// TensorFlow.
    Nhwc,
}

impl Config {
    /// Builds the stage for a model input with these dimensions after the batch. It is NCHW if the
    /// first dimension can be the number of channels; ATC reads an ONNX file without
    /// `--input_format` the same way. Otherwise it is NHWC if the last dimension can be.
    ///
    /// # Errors
    ///
    /// [`AippError::Channels`] if neither can be, and the errors of [`Config::fit`].
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

    /// Whether this configuration can produce that many channels. A conversion produces three, and
    /// a grey model uses the first of them.
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
