//! Why a station does not start.

use super::alive::AliveError;
use crate::frame::FrameError;
use crate::image::resample::ResampleError;
use crate::{journal, watch};
use board::camera::CameraError;
use board::wake::WakeError;
use core::fmt;
use nix::errno::Errno;
use std::io;

/// Something that the station needs could not be opened.
#[derive(Debug)]
pub enum RunError {
    /// The journal.
    Journal(journal::JournalError),
    /// The watched directory, or the one to move to.
    Directory(watch::Error),
    /// The station file names neither a directory nor a camera.
    NoSource,
    /// The trigger's line was not opened, or a camera is to run without one.
    NoEdges,
    /// The camera's frames cannot be as the station file says.
    Frames(FrameError),
    /// The station file asks for a camera that cannot be.
    Camera(CameraError),
    /// `image` cannot be resampled.
    Image(ResampleError),
    /// A file descriptor for waking a thread.
    Wake(WakeError),
    /// Signals could not be blocked.
    Signals(Errno),
    /// A watchdog that the station would not feed in time.
    Watchdogs(AliveError),
    /// The screen's thread could not be started.
    Screen(io::Error),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Journal(error) => error.fmt(f),
            Self::Directory(error) => error.fmt(f),
            Self::NoSource => f.write_str("source is empty; give it a directory or a camera"),
            Self::NoEdges => f.write_str("trigger: its line was not opened"),
            Self::Frames(error) => write!(f, "source.camera and image: {error}"),
            Self::Camera(error) => error.fmt(f),
            Self::Image(error) => write!(f, "image: {error}"),
            Self::Wake(error) => error.fmt(f),
            Self::Signals(errno) => write!(f, "blocking signals: {}", errno.desc()),
            Self::Watchdogs(error) => error.fmt(f),
            Self::Screen(error) => write!(f, "starting the thread screen: {error}"),
        }
    }
}

impl core::error::Error for RunError {}
