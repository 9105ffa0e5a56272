//! The thread `screen`. A display that hangs holds up this thread alone. The recorder leaves the
//! latest scene for it and goes on; an older scene that was not shown yet is dropped.

use crate::bounded::channel::Channel;
use crate::drift::Drifted;
use crate::journal::RecipeName;
use crate::screen::{
    BeltSpeed, Counters, CycleTimes, LastPart, Notice, Screen, StationState, Thumbnail, View,
};
use crate::station::file::{IdentitySettings, NameText};
use board::Timestamp;
use core::time::Duration;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

/// How soon a display that failed is tried again.
const RETRY: Duration = Duration::from_secs(2);
/// How long the program waits at its end until the last scene is shown.
const LAST_SCENE: Duration = Duration::from_secs(1);

/// Pictures for the screen: one that is shown, one that waits, one in the recorder's queue and one
/// that is being drawn.
const THUMBNAILS: usize = 4;

/// The queue of free thumbnails, from the screen to the inspection. The screen's thread may outlive
/// the station, so both own it.
pub type Thumbnails = Arc<Channel<Thumbnail, THUMBNAILS>>;

/// The content of the screen.
#[derive(Debug)]
pub struct Scene {
    pub state: StationState,
    pub notice: Option<Notice>,
    pub last: Option<LastPart>,
    pub counters: Counters,
    pub cycle: CycleTimes,
    pub shift: NameText,
    pub belt: Option<BeltSpeed>,
    /// A measure of the recipe's parts that has drifted.
    pub drift: Option<Drifted>,
    /// The recipe, if the station has several.
    pub recipe: RecipeName,
    pub picture: PartPicture,
}

/// The picture beside the last verdict.
#[derive(Debug)]
pub enum PartPicture {
    /// The picture that is already shown: the last part is the same.
    Same,
    /// The picture of another part, if it has one.
    Next(Option<Thumbnail>),
}

/// Where the recorder leaves scenes.
#[derive(Debug)]
struct Handover {
    inner: Mutex<Inner>,
    changed: Condvar,
    thumbnails: Thumbnails,
}

#[derive(Debug, Default)]
struct Inner {
    waiting: Option<Scene>,
    /// The number of the last scene that was left here.
    left: u64,
    /// The number of the last scene that was shown, dropped, or not accepted by the display.
    done: u64,
    closed: bool,
    ended: bool,
}

impl Handover {
    /// The lock is held for a few instructions, and no foreign code runs under it.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves a scene, which replaces one that still waits. Returns its number.
    fn leave(&self, mut scene: Scene) -> u64 {
        let mut inner = self.lock();
        let old = inner.waiting.take().map(|old| old.picture);
        let unused = match (old, &scene.picture) {
            (Some(PartPicture::Next(old)), PartPicture::Same) => {
                scene.picture = PartPicture::Next(old);
                None
            }
            (Some(PartPicture::Next(old)), PartPicture::Next(_)) => old,
            _ => None,
        };
        inner.waiting = Some(scene);
        inner.left += 1;
        let number = inner.left;
        drop(inner);
        self.changed.notify_all();
        self.free(unused);
        number
    }

    fn free(&self, thumbnail: Option<Thumbnail>) {
        if let Some(thumbnail) = thumbnail {
            // The queue holds all of them.
            let _ = self.thumbnails.send(thumbnail);
        }
    }

    /// Waits until `ready` returns true, at most `timeout` if there is one.
    fn wait(
        &self,
        timeout: Option<Duration>,
        ready: impl Fn(&Inner) -> bool,
    ) -> MutexGuard<'_, Inner> {
        let end = timeout.map(|timeout| Instant::now() + timeout);
        let mut inner = self.lock();
        while !ready(&inner) {
            inner = match end.map(|end| end.saturating_duration_since(Instant::now())) {
                Some(Duration::ZERO) => break,
                Some(left) => {
                    let waited = self.changed.wait_timeout(inner, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => {
                    let waited = self.changed.wait(inner);
                    waited.unwrap_or_else(PoisonError::into_inner)
                }
            };
        }
        inner
    }
}

/// The recorder's end of the screen's thread.
#[derive(Debug)]
pub struct ScreenThread {
    handover: Arc<Handover>,
    line_delay_max: Duration,
}

impl ScreenThread {
    /// Starts the thread `screen`, and returns the free thumbnails as well. The program may end
    /// before the thread does, so the thread shares nothing else with the station.
    ///
    /// # Errors
    /// The system cannot create another thread.
    pub fn start(
        screen: Box<dyn Screen>,
        station: IdentitySettings,
    ) -> io::Result<(Self, Thumbnails)> {
        let thumbnails = Thumbnails::default();
        for _ in 0..THUMBNAILS {
            // The queue holds all of them.
            let _ = thumbnails.send(Thumbnail::new());
        }
        let handover = Arc::new(Handover {
            inner: Mutex::default(),
            changed: Condvar::new(),
            thumbnails: Arc::clone(&thumbnails),
        });
        let line_delay_max = screen.line_delay_max();
        let ending = Ending(Arc::clone(&handover));
        thread::Builder::new()
            .name("screen".to_owned())
            .spawn(move || run(screen, &station, &ending.0))?;
        Ok((
            Self {
                handover,
                line_delay_max,
            },
            thumbnails,
        ))
    }

    /// Without a thread: nothing is shown.
    #[cfg(any(test, feature = "simulation"))]
    pub fn dark() -> Self {
        let inner = Inner {
            ended: true,
            ..Inner::default()
        };
        Self {
            handover: Arc::new(Handover {
                inner: Mutex::new(inner),
                changed: Condvar::new(),
                thumbnails: Thumbnails::default(),
            }),
            line_delay_max: Duration::ZERO,
        }
    }

    /// Leaves a scene to be shown, and returns its number. Never waits.
    pub fn show(&self, scene: Scene) -> u64 {
        self.handover.leave(scene)
    }

    /// Whether this scene, or a later one that replaced it, was shown or not accepted by the
    /// display.
    pub fn is_done_with(&self, scene: u64) -> bool {
        let inner = self.handover.lock();
        inner.done >= scene || inner.ended
    }

    /// How long the printed line of a part may wait for its scene ([`Screen::line_delay_max`]).
    pub const fn line_delay_max(&self) -> Duration {
        self.line_delay_max
    }

    /// Tells the thread to show the last scene and to end. Waits for that until `end` and at most
    /// one second.
    pub fn end(self, end: Timestamp) {
        self.handover.lock().closed = true;
        self.handover.changed.notify_all();
        let limit = end.since(Timestamp::now()).min(LAST_SCENE);
        let inner = self.handover.wait(Some(limit), |inner| inner.ended);
        if !inner.ended {
            complain!("sluice: the screen did not take its last picture in time");
        }
    }
}

/// Marks the thread as ended when it is dropped, in a panic as well.
struct Ending(Arc<Handover>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.lock().ended = true;
        self.0.changed.notify_all();
    }
}

fn run(mut screen: Box<dyn Screen>, station: &IdentitySettings, handover: &Handover) {
    let mut scene: Option<Scene> = None;
    let mut picture: Option<Thumbnail> = None;
    let mut retry_at: Option<Instant> = None;
    loop {
        let until_retry = retry_at.map(|at| at.saturating_duration_since(Instant::now()));
        let mut inner = handover.wait(until_retry, |inner| inner.waiting.is_some() || inner.closed);
        let newer = inner.waiting.take();
        let (number, closed) = (inner.left, inner.closed);
        drop(inner);
        if newer.is_none() && closed {
            return;
        }
        if let Some(mut newer) = newer {
            if let PartPicture::Next(next) =
                core::mem::replace(&mut newer.picture, PartPicture::Same)
            {
                handover.free(core::mem::replace(&mut picture, next));
            }
            scene = Some(newer);
        }
        if let Some(scene) = &scene
            && retry_at.is_none_or(|at| at <= Instant::now())
        {
            let shown = screen.show(&View {
                station: &station.name,
                language: station.language,
                state: scene.state,
                notice: scene.notice,
                last: scene.last,
                counters: scene.counters,
                cycle: scene.cycle,
                shift: &scene.shift,
                belt: scene.belt,
                drift: scene.drift,
                recipe: &scene.recipe,
                picture: picture.as_ref(),
            });
            // Reported when it changes, not with every scene.
            match (shown, retry_at) {
                (Ok(()), None) => {}
                (Ok(()), Some(_)) => {
                    complain!("sluice: the display works again");
                    retry_at = None;
                }
                (Err(error), earlier) => {
                    if earlier.is_none() {
                        complain!("sluice: {error}; parts go on without it and it is tried again");
                    }
                    retry_at = Some(Instant::now() + RETRY);
                }
            }
        }
        handover.lock().done = number;
        handover.changed.notify_all();
    }
}

#[cfg(test)]
mod tests;
