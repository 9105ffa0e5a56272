//! The camera thread: it owns the camera, gives each part its frame, and writes that, cut, converted and resized, from the
//! driver's memory straight into a slot's input. A camera that fails is closed and opened again.

use super::beats::Beating;
use super::error::RunError;
use super::messages::{Decoded, Input, Message, Picture, Triggered};
use super::readiness::Works;
use super::ready::{open_gate, wait_for_engine};
use super::shared::{Shared, Stop};
use super::wait::wait;
use crate::bounded::channel::Received;
use crate::bounded::text::{Detail, cut};
use crate::frame::RawSource;
use crate::gate::Control;
use crate::matching::{Exposed, FrameMatcher, Shows};
use crate::part::{Cause, PartId};
use crate::station::Station;
use crate::station::file;
use board::Timestamp;
use board::camera::{Camera, CameraError, Frame, Mode, Proof, Settings, prove};
use core::time::Duration;
use std::os::fd::AsFd as _;

/// The first pause before the camera is opened again; each one that follows is twice as long.
const PAUSE: Duration = Duration::from_millis(250);
/// The longest pause.
const PAUSE_MAX: Duration = Duration::from_secs(5);
/// What a frame may be late on a busy machine.
const SLACK: Duration = Duration::from_millis(20);
/// How often a part that waits looks for a free input.
const LOOK: Duration = Duration::from_millis(2);
/// How long a frame that the trigger exposed waits for that trigger to be known, on a machine so busy that its threads wait
/// for a turn. No other frame will come for the part.
const KNOWN: Duration = Duration::from_millis(100);
/// A free-running camera that delivers nothing for so long, and for ten intervals, has failed.
const SILENCE: Duration = Duration::from_secs(1);

/// What opens a camera; called on the camera's thread.
pub type OpenCamera<'d> = dyn Fn() -> Result<Box<dyn Camera>, CameraError> + Sync + 'd;

/// A camera with what its frames become.
pub(super) struct CameraSource<'s> {
    device: &'s str,
    open: &'s OpenCamera<'s>,
    settings: Settings,
    window: Duration,
    raw: RawSource,
    frames: FrameMatcher<Triggered>,
    /// A free input, for the next frame that is wanted.
    hand: Option<Input>,
    /// When READY may come, as the trigger's line is watched.
    ready_from: Timestamp,
}

impl<'s> CameraSource<'s> {
    /// Prepares for the frames that the station file asks for; opens nothing. The trigger's line is watched already.
    pub fn new(
        station: &Station,
        camera: &'s file::CameraSettings,
        open: &'s OpenCamera<'s>,
    ) -> Result<Self, RunError> {
        let settings = camera.settings().map_err(RunError::Camera)?;
        let image = &station.image;
        let raw = RawSource::new(settings.layout, image.roi, image.size, image.order)
            .map_err(RunError::Frames)?
            .with_hash();
        let window = Duration::from_millis(camera.exposure_max_ms.into());
        Ok(Self {
            device: &camera.device,
            open,
            settings,
            window,
            raw,
            // Exposing and reading out take an interval each, at most.
            frames: FrameMatcher::new(settings.mode, window, settings.interval() * 2 + SLACK),
            hand: None,
            ready_from: Timestamp::now() + Duration::from_millis(station.gate.pulse_ms.into()),
        })
    }

    /// Gives the parts their frames until the program stops. Makes the station ready, once the engine is and the camera does
    /// what it was asked for.
    pub fn run(mut self, control: Control<'_>, shared: &Shared) {
        let Some(place) = wait_for_engine(self.ready_from, shared) else {
            return;
        };
        let mut began = false;
        while let Some((mut camera, proof)) = self.open(control, shared) {
            // It fails only when the gate has stopped, and then all lines are safe.
            let _ = shared.set_works(Works::Source, true, control);
            if began {
                complain!("sluice: the camera works again: {proof}");
            } else {
                let what = format!("{place}; {}; {proof}", camera.describe());
                if !open_gate(&what, control, shared) {
                    return;
                }
                began = true;
            }
            let Err(error) = self.serve(&mut *camera, shared) else {
                return;
            };
            self.fail(&error, control, shared);
        }
    }

    /// Opens the camera and watches it, again and again until it does what it was asked for. Nothing when the program stops
    /// before.
    fn open(&mut self, control: Control<'_>, shared: &Shared) -> Option<(Box<dyn Camera>, Proof)> {
        // Opening and watching it take as long as they take; without a camera no trigger is taken.
        shared.beats.rest(Beating::Source);
        let mut pause = PAUSE;
        let mut said = None;
        while !shared.stopping() {
            let opened = (self.open)().and_then(|mut camera| {
                let stop = Some(shared.stop_bell.as_fd());
                let proof = prove(&mut *camera, &self.settings, stop)?;
                Ok((camera, proof))
            });
            let error = match opened {
                _ if shared.stopping() => return None,
                Ok(opened) => return Some(opened),
                Err(error) => error,
            };
            if said.as_ref() != Some(&error) {
                self.fail(&error, control, shared);
                said = Some(error);
            }
            let until = Timestamp::now() + pause;
            pause = (pause * 2).min(PAUSE_MAX);
            while Timestamp::now() < until && !shared.stopping() {
                self.refuse("the camera is being opened again", shared);
                if let Err(error) = wait([shared.source_bell.as_fd()], Some(until)) {
                    shared.stop(Stop::Broken(error.to_string()));
                }
            }
        }
        None
    }

    /// Gives the parts their frames, until the program stops.
    fn serve(&mut self, camera: &mut dyn Camera, shared: &Shared) -> Result<(), CameraError> {
        let silence = match self.settings.mode {
            Mode::FreeRunning => Some(SILENCE.max(self.settings.interval() * 10)),
            Mode::Triggered => None,
        };
        // When the last frame came, or might have.
        let mut heard = Timestamp::now();
        // Until when the next frame may wait for its trigger.
        let mut known_at: Option<Timestamp> = None;
        loop {
            // The bell has no reason to fail while it exists, and the queue is looked at at every turn.
            let _ = shared.source_bell.clear();
            if shared.stopping() {
                return Ok(());
            }
            // Asked before, as a trigger is passed on before the line has settled.
            let settling = shared.readiness.settling();
            self.take_triggers(shared);
            // Without an input for it a frame stays with the driver; so does one that may belong to a trigger that is not
            // known yet.
            let waited_for = self.frames.is_waited_for();
            let hungry = waited_for && !self.take_input(shared);
            let known_later = known_at.filter(|at| !settling && Timestamp::now() < *at);
            let early = !waited_for && (settling || known_later.is_some());
            let looking = !hungry && !early;
            // Of a camera that the trigger exposes, the frame that nobody waits for is seen before it is taken.
            let triggered = self.settings.mode == Mode::Triggered;
            let only_seen = triggered && !waited_for && known_at.is_none();
            let taken = looking
                && !only_seen
                && camera.next_frame(&mut |frame| self.frame(&frame, shared))?;
            if looking {
                known_at = None;
            }
            let now = Timestamp::now();
            if taken || !looking {
                heard = now;
            }
            if taken {
                continue;
            }
            if looking {
                while let Some(trigger) = self.frames.expire(now) {
                    let detail = cut(format_args!(
                        "no frame was exposed after its edge and delivered"
                    ));
                    tell_failed(trigger.part, Cause::NoPicture, detail, shared);
                }
            }
            let silent_at = silence.map(|silence| heard + silence);
            if let Some(silence) = silence
                && heard + silence <= now
            {
                let problem = format!("no frame for {} ms", silence.as_millis());
                return Err(self.failed("waiting for a frame", problem));
            }
            let look_at = hungry.then(|| now + LOOK);
            let beat = shared.beats.beat(Beating::Source);
            let wakes = [
                self.frames.next_wake(),
                silent_at,
                look_at,
                known_later,
                beat,
            ];
            let until = wakes.into_iter().flatten().min();
            let bell = shared.source_bell.as_fd();
            let waited = if looking {
                wait([bell, camera.as_fd()], until).map(|[_, frame]| frame)
            } else {
                wait([bell], until).map(|_| false)
            };
            let frame = waited.map_err(|error| self.failed("waiting for it", error.to_string()))?;
            if frame && only_seen {
                known_at = Some(Timestamp::now() + KNOWN);
            }
        }
    }

    /// A frame, while it lies in the driver's memory.
    fn frame(&mut self, frame: &Frame<'_>, shared: &Shared) {
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
            tell_failed(trigger.part, Cause::NoPicture, detail, shared);
        });
        match shows {
            Shows::Nothing => {}
            Shows::Damaged(trigger) => {
                let detail = cut(format_args!("frame {} is damaged", frame.sequence));
                tell_failed(trigger.part, Cause::NoPicture, detail, shared);
            }
            Shows::Part(Triggered {
                part: Some(part),
                edge,
            }) => self.read(part, edge, frame, shared),
            // Of a trigger that was missed.
            Shows::Part(_) => {}
        }
    }

    /// The part's frame becomes the model's input.
    fn read(&mut self, part: PartId, edge: Timestamp, frame: &Frame<'_>, shared: &Shared) {
        let start = Timestamp::now();
        // It is here, or the frame would not have been looked at.
        let Some(mut input) = self.hand.take() else {
            return;
        };
        let (result, sha256) = match self.raw.read_into(frame, &mut input.buffer) {
            Ok(sha256) => (Ok(()), sha256),
            Err(error) => {
                let detail: Detail = cut(format_args!("{error}"));
                (Err((Cause::Picture, detail)), None)
            }
        };
        let decoded = Decoded {
            part,
            picture: Picture::Frame {
                sequence: frame.sequence,
            },
            input: Some(input),
            result,
            sha256,
            wait: start.since(edge),
            decode: Timestamp::now().since(start),
        };
        if shared.messages.send(Message::Decoded(decoded)).is_err() {
            shared.stop_for_queue();
        }
    }

    fn failed(&self, doing: &'static str, problem: String) -> CameraError {
        CameraError {
            device: self.device.to_owned(),
            doing,
            problem,
        }
    }

    fn take_triggers(&mut self, shared: &Shared) {
        while let Received::Item(trigger) = shared.triggers.receive(Duration::ZERO) {
            // A camera that runs freely has no frame for a missed one.
            if trigger.part.is_none() && self.settings.mode == Mode::FreeRunning {
                continue;
            }
            let edge = trigger.edge;
            if let Err(trigger) = self.frames.trigger(trigger, edge) {
                let detail = cut(format_args!("more triggers than can wait for a frame"));
                tell_failed(trigger.part, Cause::QueueFull, detail, shared);
            }
        }
    }

    /// Whether there is an input for a frame.
    fn take_input(&mut self, shared: &Shared) -> bool {
        if self.hand.is_none()
            && let Received::Item(input) = shared.inputs.receive(Duration::ZERO)
        {
            self.hand = Some(input);
        }
        self.hand.is_some()
    }

    /// The station is not ready from now on, and every part that waits for a frame is a fault.
    fn fail(&mut self, error: &CameraError, control: Control<'_>, shared: &Shared) {
        // It fails only when the gate has stopped, and then all lines are safe.
        let _ = shared.set_works(Works::Source, false, control);
        complain!("sluice: {error}; it is opened again");
        let detail: Detail = cut(format_args!("{error}"));
        while let Some(trigger) = self.frames.give_up() {
            tell_failed(trigger.part, Cause::Camera, detail.clone(), shared);
        }
        self.refuse(&detail, shared);
    }

    /// The parts whose triggers were taken just before the camera failed.
    fn refuse(&mut self, why: &str, shared: &Shared) {
        let _ = shared.source_bell.clear();
        while let Received::Item(trigger) = shared.triggers.receive(Duration::ZERO) {
            tell_failed(
                trigger.part,
                Cause::Camera,
                cut(format_args!("{why}")),
                shared,
            );
        }
    }
}

/// A missed trigger has nothing more to lose.
fn tell_failed(part: Option<PartId>, cause: Cause, detail: Detail, shared: &Shared) {
    if let Some(part) = part
        && shared
            .messages
            .send(Message::Failed(part, cause, detail))
            .is_err()
    {
        shared.stop_for_queue();
    }
}
