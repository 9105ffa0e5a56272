//! Errors of a snap.

use crate::engine::EngineError;
use crate::frame::FrameError;
use crate::image::Size;
use crate::image::resample::ResampleError;
use ascendcl::Unfinished;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why a picture could not be shown with its verdict.
#[derive(Debug, Error)]
pub enum SnapError {
    /// The engine cannot be used.
    #[error(transparent)]
    Engine(EngineError),
    /// `image` cannot be resampled.
    #[error("image: {0}")]
    Image(#[source] ResampleError),
    /// The file cannot be opened.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        error: io::Error,
    },
    /// It is no picture that can be shown.
    #[error("{picture}: {error}")]
    Picture {
        /// The file's path, or the frame's number.
        picture: String,
        /// Why.
        #[source]
        error: FrameError,
    },
    /// No station file allows so large a picture.
    #[error("is {size}, and image.frame allows {side_max} pixels a side; store a smaller picture")]
    TooLarge {
        /// The picture's size.
        size: Size,
        /// The longest side that a station file allows.
        side_max: u32,
    },
    /// The device gave no slot.
    #[error("engine.slots: the engine gave no slot")]
    Slot,
    /// The model did not run.
    #[error("the model did not run: {0}")]
    Run(#[source] Unfinished),
}
