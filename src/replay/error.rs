//! Why a part, or a whole replay, cannot be run.

use crate::engine::EngineError;
use crate::history::HistoryError;
use crate::image::resample::ResampleError;
use crate::journal::JournalError;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why a part, or a whole replay, cannot be run.
#[derive(Debug, Error)]
pub enum ReplayError {
    /// The engine.
    #[error(transparent)]
    Engine(EngineError),
    /// The device failed on this part, or took too long.
    #[error("the model on this part: {0}")]
    Run(String),
    /// An earlier failure has lost the slot.
    #[error("the device still has the only slot; run the replay again, with --resume")]
    Slot,
    /// `image` cannot be resampled.
    #[error("image: {0}")]
    Image(#[source] ResampleError),
    /// The journal.
    #[error(transparent)]
    Journal(JournalError),
    /// The history.
    #[error(transparent)]
    History(HistoryError),
    /// The station file has no recipe of this name.
    #[error("the station file has no recipe \"{0}\"")]
    NoRecipe(String),
    /// A picture or a kept input is not there.
    #[error("not found: {0}")]
    NotFound(String),
    /// The station has deleted the kept part.
    #[error("deleted meanwhile: {0}")]
    Deleted(String),
    /// A picture or a kept input has other bytes than then.
    #[error("{0}")]
    Picture(String),
    /// A file cannot be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// The file does not begin as this replay's does.
    #[error(
        "--resume {}: is of another replay, or of none: the binary, the station file, a model, an engine, a directory or an option is different; name a new file",
        path.display()
    )]
    OtherReplay {
        /// Which.
        path: PathBuf,
    },
}
