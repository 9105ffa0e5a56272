//! The thread `camera`: it owns the camera and gives each part its frame. It crops, converts and
//! resizes the frame from the driver's memory straight into a slot's input. A camera that fails is
//! closed and opened again.

use super::frame_inputs::FrameInputs;
use super::ready::{make_ready, wait_for_engine};
use crate::bounded::channel::Received;
use crate::bounded::text::{Detail, cut};
use crate::matching::{Exposed, FrameMatcher, Shows};
use crate::part::{Cause, PartId};
use crate::run::error::RunError;
use crate::run::messages::{Message, Triggered};
use crate::run::readiness::Requirement;
use crate::run::shared::{Monitored, Shared, Stop};
use crate::run::wait::wait;
use crate::station::Station;
use crate::station::file;
use board::Timestamp;
use board::camera::{Camera, CameraError, Frame, Mode, Proof, Settings, prove};
use core::sync::atomic::Ordering;
use core::time::Duration;
use std::os::fd::AsFd as _;

/// The first pause before the camera is opened again. Each following pause is twice as long.
const PAUSE: Duration = Duration::from_millis(250);
/// The longest pause.
const PAUSE_MAX: Duration = Duration::from_secs(5);
/// How late a frame may be on a busy machine.
const SLACK: Duration = Duration::from_millis(20);
/// How often a waiting part checks for a free input.
const POLL: Duration = Duration::from_millis(2);
/// How long a frame that the trigger exposed waits until that trigger is known, on a busy machine.
/// No other frame will come for its part.
const KNOWN: Duration = Duration::from_millis(100);
/// A free-running camera that delivers nothing for this long, and for ten intervals, has failed.
const SILENCE: Duration = Duration::from_secs(1);

/// Opens a camera. Called on the camera's thread.
pub type OpenCamera<'d> = dyn Fn() -> Result<Box<dyn Camera>, CameraError> + Sync + 'd;

/// A camera, and how its frames become inputs.
pub struct CameraSource<'s> {
    device: &'s str,
    open: &'s OpenCamera<'s>,
    settings: Settings,
    window: Duration,
    inputs: FrameInputs,
    frames: FrameMatcher<Triggered>,
    /// When READY may come: the trigger line is already watched.
    ready_from: Timestamp,
}

impl<'s> CameraSource<'s> {
    /// Prepares for the frames that the station file asks for. Opens nothing. The trigger line is
    /// already watched.
    pub fn new(
        station: &Station,
        camera: &'s file::CameraSettings,
        open: &'s OpenCamera<'s>,
    ) -> Result<Self, RunError> {
        let settings = camera.settings().map_err(RunError::Camera)?;
        let window = Duration::from_millis(camera.exposure_max_ms.into());
        Ok(Self {
            device: &camera.device,
            open,
            settings,
            window,
            inputs: FrameInputs::new(station, settings.layout)?,
            // Exposure and readout take at most one interval each.
            frames: FrameMatcher::new(settings.mode, window, settings.interval() * 2 + SLACK),
            ready_from: Timestamp::now() + Duration::from_millis(station.gate.pulse_ms.into()),
        })
    }

    /// Makes the station ready when the engine is ready and the camera delivers what was asked for.
    /// Then gives the parts their frames until the program stops.
    pub fn run(mut self, shared: &Shared<'_>) {
        let Some(place) = wait_for_engine(self.ready_from, shared) else {
            return;
        };
        let mut began = false;
        while let Some((mut camera, proof)) = self.open(shared) {
            shared.ready.set(Requirement::Source, true);
            if began {
                complain!("sluice: the camera works again: {proof}");
            } else {
                let what = format!("{place}; {}; {proof}", camera.describe());
                if !make_ready(&what, shared) {
                    return;
                }
                began = true;
            }
            let Err(error) = self.serve(&mut *camera, shared) else {
                return;
            };
            self.fail(&error, shared);
        }
    }

    /// Opens the camera and checks its frames, until it delivers what was asked for. Returns
    /// nothing if the program stops first.
    fn open(&mut self, shared: &Shared<'_>) -> Option<(Box<dyn Camera>, Proof)> {
        // Opening and checking may take long. Without a camera no trigger is taken.
        shared.heartbeats.pause(Monitored::Source);
        let mut pause = PAUSE;
        let mut reported = None;
        while !shared.is_stopping() {
            let opened = (self.open)().and_then(|mut camera| {
                let stop = Some(shared.stop_wake_up.as_fd());
                let proof = prove(&mut *camera, &self.settings, stop)?;
                Ok((camera, proof))
            });
            let error = match opened {
                _ if shared.is_stopping() => return None,
                Ok(opened) => return Some(opened),
                Err(error) => error,
            };
            if reported.as_ref() != Some(&error) {
                self.fail(&error, shared);
                reported = Some(error);
            }
            let until = Timestamp::now() + pause;
            pause = (pause * 2).min(PAUSE_MAX);
            while Timestamp::now() < until && !shared.is_stopping() {
                refuse_triggers("the camera is being opened again", shared);
                if let Err(error) = wait([shared.source_wake_up.as_fd()], Some(until)) {
                    shared.stop(Stop::Broken(error.to_string()));
                }
            }
        }
        None
    }

    /// Gives the parts their frames until the program stops.
    ///
    /// A frame stays with the driver while there is no input for it, and while it may belong to a
    /// trigger that is not known yet.
    fn serve(&mut self, camera: &mut dyn Camera, shared: &Shared<'_>) -> Result<(), CameraError> {
        let silence = match self.settings.mode {
            Mode::FreeRunning => Some(SILENCE.max(self.settings.interval() * 10)),
            Mode::Triggered => None,
        };
        // When the last frame came, or may have come unseen.
        let mut last_frame_at = Timestamp::now();
        // How long the next frame may wait for its trigger.
        let mut known_at: Option<Timestamp> = None;
        loop {
            shared.clear_source_wake_up();
            if shared.is_stopping() {
                return Ok(());
            }
            // Read before the triggers: a trigger is passed on before the line has settled.
            let settling = shared.trigger_settling.load(Ordering::Acquire);
            self.take_triggers(shared);
            let part_waits = !self.frames.is_empty();
            let lacks_input = part_waits && !self.inputs.take(shared);
            let known_later = known_at.filter(|at| !settling && Timestamp::now() < *at);
            let early = !part_waits && (settling || known_later.is_some());
            let looking = !lacks_input && !early;
            // A frame that the trigger exposed and that no part waits for is not taken at once,
            // only noticed.
            let triggered = self.settings.mode == Mode::Triggered;
            let only_notice = triggered && !part_waits && known_at.is_none();
            let taken = looking
                && !only_notice
                && camera.next_frame(&mut |frame| self.take_frame(&frame, shared))?;
            if looking {
                known_at = None;
            }
            let now = Timestamp::now();
            if taken || !looking {
                last_frame_at = now;
            }
            if taken {
                continue;
            }
            if looking {
                self.expire(now, shared);
            }
            let silent_at = silence.map(|silence| last_frame_at + silence);
            if let (Some(silence), Some(at)) = (silence, silent_at)
                && at <= now
            {
                let problem = format!("no frame for {} ms", silence.as_millis());
                return Err(self.failed("waiting for a frame", problem));
            }
            let poll_at = lacks_input.then(|| now + POLL);
            let heartbeat_at = shared.heartbeats.give(Monitored::Source);
            let next_wake = self.frames.next_wake();
            let until = [next_wake, silent_at, poll_at, known_later, heartbeat_at]
                .into_iter()
                .flatten()
                .min();
            let wake_up = shared.source_wake_up.as_fd();
            let waited = if looking {
                wait([wake_up, camera.as_fd()], until).map(|[_, frame]| frame)
            } else {
                wait([wake_up], until).map(|_| false)
            };
            let frame = waited.map_err(|error| self.failed("waiting for it", error.to_string()))?;
            if frame && only_notice {
                known_at = Some(Timestamp::now() + KNOWN);
            }
        }
    }

    /// Fails the parts whose frame can no longer come.
    fn expire(&mut self, now: Timestamp, shared: &Shared<'_>) {
        while let Some(trigger) = self.frames.expire(now) {
            let detail = cut(format_args!(
                "no frame was exposed after its edge and delivered"
            ));
            fail_part(trigger.part, Cause::NoPicture, detail, shared);
        }
    }

    /// Takes a frame, which is in the driver's memory.
    fn take_frame(&mut self, frame: &Frame<'_>, shared: &Shared<'_>) {
        let exposed = Exposed {
            after: frame.exposed_after,
            before: frame.exposed_before,
        };
        let window_ms = self.window.as_millis();
        let shows = self.frames.frame(exposed, frame.damaged, &mut |trigger: Triggered, by| {
            let detail = cut(format_args!(
                "the first frame after its edge was exposed up to {} ms after it, source.camera.exposure_max_ms is {window_ms}",
                by.as_millis()
            ));
            fail_part(trigger.part, Cause::NoPicture, detail, shared);
        });
        match shows {
            Shows::Nothing => {}
            Shows::Damaged(trigger) => {
                let detail = cut(format_args!("frame {} is damaged", frame.sequence));
                fail_part(trigger.part, Cause::NoPicture, detail, shared);
            }
            Shows::Part(Triggered {
                part: Some(part),
                edge,
                recipe,
            }) => self.inputs.fill(part, (edge, recipe), frame, shared),
            // The frame of a missed trigger.
            Shows::Part(Triggered { part: None, .. }) => {}
        }
    }

    fn failed(&self, doing: &'static str, problem: String) -> CameraError {
        CameraError {
            device: self.device.to_owned(),
            doing,
            problem,
        }
    }

    fn take_triggers(&mut self, shared: &Shared<'_>) {
        while let Received::Item(trigger) = shared.triggers.receive(Duration::ZERO) {
            // A free-running camera has no frame for a missed trigger.
            if trigger.part.is_none() && self.settings.mode == Mode::FreeRunning {
                continue;
            }
            let edge = trigger.edge;
            if trigger.part.is_some() {
                self.inputs.expect(trigger.recipe);
            }
            if let Err(trigger) = self.frames.trigger(trigger, edge) {
                let detail = cut(format_args!("more triggers than can wait for a frame"));
                fail_part(trigger.part, Cause::QueueFull, detail, shared);
            }
        }
    }

    /// Makes the station not ready, and every part that waits for a frame a fault.
    fn fail(&mut self, error: &CameraError, shared: &Shared<'_>) {
        shared.ready.set(Requirement::Source, false);
        complain!("sluice: {error}; it is opened again");
        let detail: Detail = cut(format_args!("{error}"));
        while let Some(trigger) = self.frames.give_up() {
            fail_part(trigger.part, Cause::Camera, detail.clone(), shared);
        }
        refuse_triggers(&detail, shared);
    }
}

/// Fails the parts whose triggers were taken just before the camera failed.
fn refuse_triggers(why: &str, shared: &Shared<'_>) {
    shared.clear_source_wake_up();
    while let Received::Item(trigger) = shared.triggers.receive(Duration::ZERO) {
        let detail = cut(format_args!("{why}"));
        fail_part(trigger.part, Cause::Camera, detail, shared);
    }
}

/// Makes the part of a trigger a fault. A missed trigger is one already.
fn fail_part(part: Option<PartId>, cause: Cause, detail: Detail, shared: &Shared<'_>) {
    if let Some(part) = part {
        shared.tell_inspection(Message::Failed(part, cause, detail));
    }
}
