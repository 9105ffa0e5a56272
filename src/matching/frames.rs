//! Which frame of a camera shows which part.
//!
//! A part's frame is the first one whose exposure began at its edge or after, and within the window after it. One that was
//! exposed before is stale, whenever it comes. A frame serves one part: of two parts between the same two frames the second
//! gets the next frame, if that lies in its window. So a window longer than the time between two parts can give a part the
//! frame of the next one: let `gate.part_interval_ms` be longer than `source.camera.exposure_max_ms`.
//!
//! Of a frame two bounds of that moment are known, and the part gets it only if both allow it. With a camera that runs
//! freely, the earlier one must not be before the edge. One that the trigger exposes, by a wire of its own, cannot have begun
//! before the trigger, so there the later one counts; it makes a frame for every trigger, and for missed ones as well.

use crate::part::PARTS_MAX;
use board::Timestamp;
use board::camera::Mode;
use core::time::Duration;
use heapless::Deque;

#[cfg(test)]
mod tests;

/// Triggers that can wait: parts under way, and as many that were missed.
const WAITING_MAX: usize = 2 * PARTS_MAX;

/// When a frame's exposure began: not before the one, and not after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exposed {
    /// Its exposure began at this moment or later.
    pub after: Timestamp,
    /// Its exposure began at this moment or earlier.
    pub before: Timestamp,
}

/// Whose a frame is.
#[derive(Debug, PartialEq, Eq)]
pub enum Shows<T> {
    /// This trigger's.
    Part(T),
    /// This trigger's, but it is damaged, and no other will come.
    Damaged(T),
    /// Nobody's.
    Nothing,
}

/// The triggers `T` that wait for a frame.
#[derive(Debug)]
pub struct FrameMatcher<T> {
    mode: Mode,
    window: Duration,
    delivery: Duration,
    /// Oldest first, with their edges.
    waiting: Deque<(Timestamp, T), WAITING_MAX>,
    /// The later bound of the last frame's exposure.
    last: Option<Timestamp>,
}

impl<T> FrameMatcher<T> {
    /// No trigger waits. `window` goes from the edge to the latest begin of an exposure; a frame is delivered at the latest
    /// `delivery` after that.
    pub const fn new(mode: Mode, window: Duration, delivery: Duration) -> Self {
        Self {
            mode,
            window,
            delivery,
            waiting: Deque::new(),
            last: None,
        }
    }

    /// Adds a trigger, with an edge later than all before.
    ///
    /// # Errors
    /// Gives it back when there is no room.
    pub fn trigger(&mut self, trigger: T, edge: Timestamp) -> Result<(), T> {
        self.waiting
            .push_back((edge, trigger))
            .map_err(|(_, trigger)| trigger)
    }

    /// Takes the next frame. `late` gets the triggers for which it, and so every later one, comes too late, with the time by
    /// which its exposure had begun after their edges.
    ///
    /// A damaged frame of a camera that runs freely is passed over; the next one may serve. A frame that is not later than the
    /// one before is none.
    pub fn frame(
        &mut self,
        exposed: Exposed,
        damaged: bool,
        late: &mut impl FnMut(T, Duration),
    ) -> Shows<T> {
        let Exposed { after, before } = exposed;
        let passed_over = damaged && self.mode == Mode::FreeRunning;
        if passed_over || self.last.is_some_and(|last| before <= last) {
            return Shows::Nothing;
        }
        self.last = Some(before);
        while let Some((edge, trigger)) = self.pop_if(|edge, window| edge + window < before) {
            late(trigger, before.since(edge));
        }
        let began = match self.mode {
            Mode::FreeRunning => after,
            Mode::Triggered => before,
        };
        match self.pop_if(|edge, _| edge <= began) {
            Some((_, trigger)) if damaged => Shows::Damaged(trigger),
            Some((_, trigger)) => Shows::Part(trigger),
            None => Shows::Nothing,
        }
    }

    /// The oldest trigger, if its frame should have been delivered by `now`. Every frame delivered before must have been
    /// taken.
    pub fn expire(&mut self, now: Timestamp) -> Option<T> {
        let due = self.next_wake()?;
        let (_, trigger) = self.pop_if(|_, _| due <= now)?;
        Some(trigger)
    }

    /// When [`Self::expire`] is wanted.
    pub fn next_wake(&self) -> Option<Timestamp> {
        let (edge, _) = self.waiting.front()?;
        Some(*edge + self.window + self.delivery)
    }

    /// The oldest trigger, whatever the time is: the camera failed. Frames of another start of it may have earlier times.
    pub fn give_up(&mut self) -> Option<T> {
        self.last = None;
        self.waiting.pop_front().map(|(_, trigger)| trigger)
    }

    /// Whether a trigger waits.
    pub fn is_waited_for(&self) -> bool {
        !self.waiting.is_empty()
    }

    fn pop_if(
        &mut self,
        right: impl FnOnce(Timestamp, Duration) -> bool,
    ) -> Option<(Timestamp, T)> {
        let (edge, _) = self.waiting.front()?;
        if right(*edge, self.window) {
            self.waiting.pop_front()
        } else {
            None
        }
    }
}
