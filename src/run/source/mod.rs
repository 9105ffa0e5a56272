//! The source of the parts and their pictures: what is opened before the threads start, and those
//! threads.
//!
//! * Each file is a part: `intake` and decode workers.
//! * Each edge is a part, and its picture is a file: `trigger`, `pairs` and decode workers.
//! * Each edge is a part, and its picture is a frame: `trigger` and `camera`.

mod camera;
mod decode;
mod files;
mod frame_inputs;
mod intake;
mod pairs;
mod ready;
mod trigger;
mod waiting;

pub use camera::OpenCamera;
#[cfg(any(test, feature = "simulation"))]
pub use pairs::{Arrivals, Pairs};

use super::error::RunError;
use super::threads::{Thread, Threads};
use crate::gate::Arming;
use crate::station::Station;
use crate::watch::{Inspected, Known};
use board::edge::Edges;
use camera::CameraSource;
use files::Files;
pub use trigger::TriggerEdges;
#[cfg(any(test, feature = "simulation"))]
pub use trigger::Triggers;

/// A source whose settings and directories are checked, before the inspected pictures are known.
pub enum Prepared<'d> {
    /// Files in a watched directory, with the trigger line if there is one.
    Files(Box<Files<'d>>, Option<TriggerEdges<'d>>),
    /// Frames of a camera.
    Camera(Box<CameraSource<'d>>, TriggerEdges<'d>),
}

/// A source of parts, named by the thread that finds its pictures.
pub enum Source<'d> {
    /// Each file is a part.
    Intake(Box<Files<'d>>, Known),
    /// Each edge is a part, and its picture is a file.
    Pairs(Box<Files<'d>>, Known, TriggerEdges<'d>),
    /// Each edge is a part, and its picture is a frame.
    Camera(Box<CameraSource<'d>>, TriggerEdges<'d>),
}

/// The threads of a source.
pub struct SourceThreads<'scope> {
    /// The trigger thread, if there is a trigger line.
    pub trigger: Option<Thread<'scope, ()>>,
    /// The thread that finds the pictures.
    pub finder: Thread<'scope, ()>,
    /// The decode workers.
    pub decoders: Vec<Thread<'scope, ()>>,
}

impl<'d> Prepared<'d> {
    /// Checks the directories, or the camera's settings. Opens no camera. The trigger line, if
    /// there is one, is already watched.
    ///
    /// # Errors
    /// The station file and the devices do not fit together, or a directory cannot be used.
    pub fn new(
        station: &'d Station,
        edges: Option<Box<dyn Edges + 'd>>,
        open_camera: &'d OpenCamera<'d>,
    ) -> Result<Self, RunError> {
        let trigger = match (&station.trigger, edges) {
            (Some(settings), Some(edges)) => Some(TriggerEdges { settings, edges }),
            (Some(_), None) => return Err(RunError::NoEdges),
            (None, _) => None,
        };
        match (&station.source.directory, &station.source.camera) {
            (Some(directory), _) => {
                let files = Files::new(station, directory)?;
                Ok(Self::Files(Box::new(files), trigger))
            }
            (None, Some(camera)) => {
                let trigger = trigger.ok_or(RunError::NoEdges)?;
                let camera = CameraSource::new(station, camera, open_camera)?;
                Ok(Self::Camera(Box::new(camera), trigger))
            }
            (None, None) => Err(RunError::NoSource),
        }
    }

    /// Reads which pictures are already inspected. Call it with the journal open: its lock keeps
    /// other stations away.
    ///
    /// # Errors
    /// The journal or the watched directory cannot be read.
    pub fn restore(self, station: &Station) -> Result<(Source<'d>, Option<Inspected>), RunError> {
        match self {
            Self::Files(files, trigger) => {
                let (known, inspected) = files.restore(station)?;
                let source = match trigger {
                    Some(trigger) => Source::Pairs(files, known, trigger),
                    None => Source::Intake(files, known),
                };
                Ok((source, Some(inspected)))
            }
            Self::Camera(camera, trigger) => Ok((Source::Camera(camera, trigger), None)),
        }
    }
}

impl Source<'_> {
    /// Starts the threads. The one that sees the triggers gets `arming`: `intake` if each file is a
    /// part, otherwise `trigger`.
    pub fn start<'scope>(
        self,
        threads: &Threads<'scope, '_>,
        arming: Arming<'scope>,
    ) -> SourceThreads<'scope>
    where
        Self: 'scope,
    {
        let shared = threads.shared;
        match self {
            Self::Intake(files, known) => {
                let ledger = known.ledger.clone();
                let (settings, gate) = (files.settings, files.gate);
                SourceThreads {
                    finder: threads.start("intake", move || {
                        intake::run(settings, gate, known, arming, shared);
                    }),
                    decoders: files.start_decoders(&ledger, threads),
                    trigger: None,
                }
            }
            Self::Pairs(files, known, trigger) => {
                let ledger = known.ledger.clone();
                let (settings, ready_from) = (files.settings, files.ready_from);
                let line = trigger.settings;
                SourceThreads {
                    finder: threads.start("pairs", move || {
                        pairs::run(settings, line, ready_from, known, shared);
                    }),
                    decoders: files.start_decoders(&ledger, threads),
                    trigger: Some(trigger.start(arming, threads)),
                }
            }
            Self::Camera(camera, trigger) => SourceThreads {
                finder: threads.start("camera", move || camera.run(shared)),
                decoders: Vec::new(),
                trigger: Some(trigger.start(arming, threads)),
            },
        }
    }
}
