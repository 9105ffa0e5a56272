//! Why a station does not start.

use super::record::FeederError;
use crate::frame::FrameError;
use crate::image::resample::ResampleError;
use crate::{journal, watch};
use board::camera::CameraError;
use board::line::LineError;
use board::wake::WakeError;
use nix::errno::Errno;
use std::io;
use thiserror::Error;

/// Something that the station needs could not be opened.
#[derive(Debug, Error)]
pub enum RunError {
    /// The journal.
    #[error(transparent)]
    Journal(journal::JournalError),
    /// The watched directory, or the directory to which pictures are moved.
    #[error(transparent)]
    Directory(watch::WatchError),
    /// The station file names neither a directory nor a camera.
    #[error("source is empty; give it a directory or a camera")]
    NoSource,
    /// The trigger line was not opened, or the station has a camera and no trigger line.
    #[error("trigger: its line was not opened")]
    NoEdges,
    /// A line of the encoder cannot be used.
    #[error("encoder: {0}")]
    Encoder(#[source] LineError),
    /// The camera's frames do not fit the `image` section of the station file.
    #[error("source.camera and image: {0}")]
    Frames(#[source] FrameError),
    /// The station file asks for a camera mode that does not exist.
    #[error(transparent)]
    Camera(CameraError),
    /// `image` cannot be resampled.
    #[error("image: {0}")]
    Image(#[source] ResampleError),
    /// No file descriptor for waking a thread.
    #[error(transparent)]
    Wake(#[from] WakeError),
    /// Signals could not be blocked.
    #[error("blocking signals: {}", .0.desc())]
    Signals(#[source] Errno),
    /// A watchdog that the station would not feed in time.
    #[error(transparent)]
    Watchdogs(#[from] FeederError),
    /// The screen's thread could not be started.
    #[error("starting the thread screen: {0}")]
    Screen(#[source] io::Error),
}
