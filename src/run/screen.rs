//! The screen's thread. A display that hangs for seconds, or for ever, holds up nothing but this thread: the recorder
//! leaves the latest scene for it and goes on, and an older one that was not shown yet is forgotten.

use crate::bounded::channel::Channel;
use crate::screen::{Counters, CycleTimes, LastPart, Screen, StationState, Thumbnail, View};
use crate::station::file::NameText;
use board::Timestamp;
use core::time::Duration;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

/// How soon a display that failed is tried again.
const RETRY: Duration = Duration::from_secs(2);
/// How long the end of the program waits for the last scene to be shown.
const LAST_SCENE: Duration = Duration::from_secs(1);

/// Pictures for the screen: one being shown, one waiting for that, one on its way to the recorder and one being drawn.
pub(super) const THUMBNAILS: usize = 4;

/// Free thumbnails. The screen's thread may outlive the station, so they belong to both.
pub(super) type Thumbnails = Arc<Channel<Thumbnail, THUMBNAILS>>;

/// Everything that changes on the screen.
#[derive(Debug)]
pub(super) struct Scene {
    pub state: StationState,
    pub last: Option<LastPart>,
    pub counters: Counters,
    pub cycle: CycleTimes,
    pub picture: PartPicture,
}

/// The picture beside the last verdict.
#[derive(Debug)]
pub(super) enum PartPicture {
    /// The one that is there: it is the same part's.
    Same,
    /// Another part's, or none.
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
    /// Scenes that were left here, and the number of the last one that was dealt with.
    left: u64,
    done: u64,
    closed: bool,
    ended: bool,
}

impl Handover {
    /// The lock is held for a few instructions and no code of others runs under it.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves a scene in the place of one that still waits. Gives its number.
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
            // Room for all that were made.
            let _ = self.thumbnails.send(thumbnail);
        }
    }

    /// Waits until `ready` says so, at most `timeout`, or for ever without one.
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
pub(super) struct ScreenThread {
    handover: Arc<Handover>,
    patience: Duration,
}

impl ScreenThread {
    /// Starts the thread `screen`. It is not waited for longer than a moment at the end, so it shares nothing but
    /// `thumbnails` with the station.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(
        screen: Box<dyn Screen>,
        station: NameText,
        thumbnails: Thumbnails,
    ) -> io::Result<Self> {
        let handover = Arc::new(Handover {
            inner: Mutex::default(),
            changed: Condvar::new(),
            thumbnails,
        });
        let patience = screen.line_delay_max();
        let theirs = Ending(Arc::clone(&handover));
        thread::Builder::new()
            .name("screen".to_owned())
            .spawn(move || run(screen, &station, &theirs.0))?;
        Ok(Self { handover, patience })
    }

    /// Leaves a scene to be shown, and gives its number. Never waits.
    pub fn show(&self, scene: Scene) -> u64 {
        self.handover.leave(scene)
    }

    /// Whether this scene, or a later one in its place, was shown or could not be.
    pub fn has_dealt_with(&self, scene: u64) -> bool {
        let inner = self.handover.lock();
        inner.done >= scene || inner.ended
    }

    /// How long the line of a verdict may wait for its scene ([`Screen::line_delay_max`]).
    pub const fn patience(&self) -> Duration {
        self.patience
    }

    /// Lets the thread show what was left for it, and end. A display that takes its time is left to itself. Waits until `end`
    /// at most, and no longer than a moment.
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

/// Says that the thread has ended, however it did.
struct Ending(Arc<Handover>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.lock().ended = true;
        self.0.changed.notify_all();
    }
}

fn run(mut screen: Box<dyn Screen>, station: &NameText, handover: &Handover) {
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
                station,
                state: scene.state,
                last: scene.last,
                counters: scene.counters,
                cycle: scene.cycle,
                picture: picture.as_ref(),
            });
            // Said when it changes, not with every scene.
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
