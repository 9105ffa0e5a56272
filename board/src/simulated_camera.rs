//! A camera without hardware. It shows given pictures in turn, at the requested rate and in any
//! format.
//!
//! A [`SimulatedDevice`] is the camera's own side: it can be unplugged, stall, lose and damage
//! frames, and be triggered. [`SimulatedDevice::open`] returns the program's side. Like a driver it
//! has a fixed number of buffers. Frames that find all buffers full are lost and leave a gap in the
//! sequence numbers.
//!
//! A frame of a free-running camera is finished one interval after its exposure began, a triggered
//! one at once. Both bounds of the exposure's start are exact.
//!
//! ```
//! use board::camera::{Camera, FrameLayout, Mode, PixelFormat, Samples, Settings};
//! use board::simulated_camera::SimulatedDevice;
//!
//! let settings = Settings {
//!     layout: FrameLayout::new(PixelFormat::Grey(Samples::Bits8), 2, 1).ok_or("no such layout")?,
//!     mode: Mode::Triggered,
//!     frames_per_second: 10,
//!     buffers: 3,
//! };
//! let device = SimulatedDevice::with_frames(settings, vec![vec![17, 4]])?;
//! let mut camera = device.open()?;
//! device.trigger();
//! let mut bytes = Vec::<u8>::new();
//! assert!(camera.next_frame(&mut |frame| bytes.extend(frame.bytes))?);
//! assert_eq!(bytes, [17, 4]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod camera;
mod pictures;
#[cfg(test)]
mod tests;

pub use camera::SimulatedCamera;
pub use pictures::from_png;

use crate::camera::{CameraError, Mode, Settings};
use crate::clock::Timestamp;
use core::time::Duration;
use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags};
use nix::sys::eventfd::{EfdFlags, EventFd};
use nix::sys::time::TimeSpec;
use nix::sys::timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A simulated camera and its faults. Clones are the same device. Every method can be called from
/// any thread.
#[derive(Debug, Clone)]
pub struct SimulatedDevice {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    settings: Settings,
    name: String,
    /// Frames in the camera's format, without row padding.
    pictures: Vec<Vec<u8>>,
    /// Readable while a frame is queued or the camera has failed.
    ready: EventFd,
    /// Readable when the next frame is finished.
    timer: TimerFd,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    open: bool,
    plugged: bool,
    /// Whether it was unplugged while it was open.
    gone: bool,
    stalled: bool,
    /// A failed kernel call, reported to the next caller.
    failed: Option<(&'static str, Errno)>,
    /// When the next exposure of a free-running camera begins.
    next_exposure: Timestamp,
    sequence: u32,
    /// The number of the next picture.
    turn: usize,
    to_damage: u32,
    to_lose: u32,
    /// Frames that were not taken yet, at most one for each buffer.
    waiting: VecDeque<Waiting>,
}

#[derive(Debug, Clone, Copy)]
struct Waiting {
    exposed: Timestamp,
    sequence: u32,
    picture: usize,
    damaged: bool,
}

impl SimulatedDevice {
    /// A device that shows the PNG files of `directory` in the order of their names. Decodes and
    /// converts them.
    ///
    /// # Errors
    /// There is no file, one cannot be read or has a different size, or together they are too
    /// large.
    pub fn load(settings: Settings, directory: &Path) -> Result<Self, CameraError> {
        let name = format!("simulated ({})", directory.display());
        match pictures::load(settings.layout, directory) {
            Ok(pictures) => Self::assemble(settings, name, pictures),
            Err(problem) => Err(CameraError {
                device: name,
                doing: "reading its pictures",
                problem,
            }),
        }
    }

    /// A device that shows these frames in the camera's format, without row padding. A frame that
    /// is too short is delivered unchanged.
    ///
    /// # Errors
    /// There is no frame, or no file descriptor left.
    pub fn with_frames(settings: Settings, frames: Vec<Vec<u8>>) -> Result<Self, CameraError> {
        Self::assemble(settings, "simulated".to_owned(), frames)
    }

    fn assemble(
        settings: Settings,
        name: String,
        pictures: Vec<Vec<u8>>,
    ) -> Result<Self, CameraError> {
        let error = |doing, problem| CameraError {
            device: name.clone(),
            doing,
            problem,
        };
        if pictures.is_empty() {
            return Err(error(
                "reading its pictures",
                "there are no pictures".to_owned(),
            ));
        }
        let ready = EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK)
            .map_err(|errno| error("eventfd", errno.desc().to_owned()))?;
        let flags = TimerFlags::TFD_CLOEXEC | TimerFlags::TFD_NONBLOCK;
        let timer = TimerFd::new(ClockId::CLOCK_MONOTONIC, flags)
            .map_err(|errno| error("timerfd_create", errno.desc().to_owned()))?;
        let state = State {
            open: false,
            plugged: true,
            gone: false,
            stalled: false,
            failed: None,
            next_exposure: Timestamp::default(),
            sequence: 0,
            turn: 0,
            to_damage: 0,
            to_lose: 0,
            waiting: VecDeque::with_capacity(settings.buffers.into()),
        };
        Ok(Self {
            shared: Arc::new(Shared {
                settings,
                name,
                pictures,
                ready,
                timer,
                state: Mutex::new(state),
            }),
        })
    }

    /// Opens the camera. Frame numbers begin at 0, and pictures with the first one. Dropping the
    /// camera closes it.
    ///
    /// # Errors
    /// The device is unplugged or already open.
    pub fn open(&self) -> Result<SimulatedCamera, CameraError> {
        let error = |problem: &str| self.shared.error("opening it", problem);
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)
            .and_then(|epoll| {
                let readable = EpollEvent::new(EpollFlags::EPOLLIN, 0);
                epoll.add(&self.shared.ready, readable)?;
                epoll.add(&self.shared.timer, readable)?;
                Ok(epoll)
            })
            .map_err(|errno| error(errno.desc()))?;
        let mut state = self.shared.lock();
        if !state.plugged {
            return Err(error("it is unplugged"));
        }
        if state.open {
            return Err(error("it is open already, close it first"));
        }
        (state.open, state.gone) = (true, false);
        state.next_exposure = Timestamp::now();
        (state.sequence, state.turn) = (0, 0);
        state.waiting.clear();
        self.shared.settle(&mut state);
        drop(state);
        Ok(SimulatedCamera::new(Arc::clone(&self.shared), epoll))
    }

    /// Makes a frame now, like a trigger wire. Does nothing while the camera is closed, unplugged
    /// or stalled.
    pub fn trigger(&self) {
        self.change(|settings, state| {
            if state.runs() {
                state.expose(Timestamp::now(), settings.buffers);
            }
        });
    }

    /// Stops delivering frames without an error.
    pub fn stall(&self) {
        self.change(|_, state| state.stalled = true);
    }

    /// Continues after a stall. The next exposure begins now.
    pub fn go_on(&self) {
        self.change(|_, state| {
            state.stalled = false;
            state.next_exposure = Timestamp::now();
        });
    }

    /// Unplugs the device: the open camera fails for good, and no other can be opened.
    pub fn unplug(&self) {
        self.change(|_, state| (state.plugged, state.gone) = (false, state.open));
    }

    /// Plugs the device in again: it can be opened once the failed camera is closed.
    pub fn plug_in(&self) {
        self.change(|_, state| state.plugged = true);
    }

    /// Marks the next `count` frames as damaged.
    pub fn damage(&self, count: u32) {
        self.change(|_, state| state.to_damage = count);
    }

    /// Loses the next `count` frames, which leaves a gap in the sequence numbers.
    pub fn lose(&self, count: u32) {
        self.change(|_, state| state.to_lose = count);
    }

    fn change(&self, change: impl FnOnce(&Settings, &mut State)) {
        let shared = &*self.shared;
        let mut state = shared.lock();
        state.collect(shared);
        change(&shared.settings, &mut state);
        shared.settle(&mut state);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A poisoned lock is usable: each change of the state is complete before anything can
        // panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn error(&self, doing: &'static str, problem: &str) -> CameraError {
        CameraError {
            device: self.name.clone(),
            doing,
            problem: problem.to_owned(),
        }
    }

    /// Makes the descriptors match the state.
    fn settle(&self, state: &mut State) {
        let due = state.due(&self.settings);
        let timer = match due {
            Some(time) => self.timer.set(
                Expiration::OneShot(TimeSpec::from_duration(Duration::from_nanos(
                    time.as_ns().max(1),
                ))),
                TimerSetTimeFlags::TFD_TIMER_ABSTIME,
            ),
            None => self.timer.unset(),
        };
        if let Err(errno) = timer {
            state.failed = Some(("timerfd_settime", errno));
        }
        let loud = !state.waiting.is_empty() || state.gone || state.failed.is_some();
        let readable = if loud {
            self.ready.write(1).map(drop)
        } else {
            self.ready.read().map(drop)
        };
        if let Err(errno) = readable
            && errno != Errno::EAGAIN
        {
            state.failed = Some(("eventfd", errno));
        }
    }
}

impl State {
    fn runs(&self) -> bool {
        self.open && !self.gone && !self.stalled
    }

    /// When the next frame of a free-running camera is finished.
    fn due(&self, settings: &Settings) -> Option<Timestamp> {
        (self.runs() && settings.mode == Mode::FreeRunning)
            .then(|| self.next_exposure + settings.interval())
    }

    /// Queues the frames that are finished by now.
    fn collect(&mut self, shared: &Shared) {
        let now = Timestamp::now();
        while let Some(due) = self.due(&shared.settings)
            && due <= now
        {
            self.expose(self.next_exposure, shared.settings.buffers);
            self.next_exposure = due;
        }
    }

    fn expose(&mut self, exposed: Timestamp, buffers: u8) {
        let (sequence, picture) = (self.sequence, self.turn);
        self.sequence = sequence.wrapping_add(1);
        self.turn = picture.wrapping_add(1);
        let damaged = self.to_damage > 0;
        self.to_damage = self.to_damage.saturating_sub(1);
        let lost = self.to_lose > 0 || self.waiting.len() >= usize::from(buffers);
        self.to_lose = self.to_lose.saturating_sub(1);
        if !lost {
            self.waiting.push_back(Waiting {
                exposed,
                sequence,
                picture,
                damaged,
            });
        }
    }
}
