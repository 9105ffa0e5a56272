//! The frame matcher: which frame of a camera shows which part.
//!
//! A part's frame is the first one whose exposure began at or after its edge and within the window
//! after it. A frame exposed before the edge is stale, however late it is delivered. Each frame
//! serves one part: if two parts arrive between the same two frames, the second part gets the next
//! frame, if that lies in its window. So a window longer than the time between two parts can give a
//! part the frame of the next one. Keep `gate.part_interval_ms` above
//! `source.camera.exposure_max_ms`.
//!
//! The start of an exposure is known within two bounds, and a part gets the frame only if both
//! bounds allow it. With a free-running camera, the earlier bound must not be before the edge. A
//! camera that the trigger line exposes directly cannot begin before the trigger, so the later
//! bound counts. It makes one frame for each trigger, including missed triggers.

use crate::part::PARTS_MAX;
use board::Timestamp;
use board::camera::Mode;
use core::time::Duration;
use heapless::Deque;

#[cfg(test)]
mod tests;

/// Triggers that can wait: parts under way, and as many missed triggers.
const WAITING_MAX: usize = 2 * PARTS_MAX;

/// Bounds of the time at which a frame's exposure began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exposed {
    /// The exposure began at this time or later.
    pub after: Timestamp,
    /// The exposure began at this time or earlier.
    pub before: Timestamp,
}

/// The part that a frame shows.
#[derive(Debug, PartialEq, Eq)]
pub enum Shows<T> {
    /// The part of this trigger.
    Part(T),
    /// The part of this trigger, but the frame is damaged and no other one will follow.
    Damaged(T),
    /// No part.
    Nothing,
}

/// Matches frames to triggers `T`. Holds the triggers that wait for a frame.
#[derive(Debug)]
pub struct FrameMatcher<T> {
    mode: Mode,
    window: Duration,
    delivery: Duration,
    /// With their edges, oldest first.
    waiting: Deque<(Timestamp, T), WAITING_MAX>,
    /// The later bound of when the last frame's exposure began.
    last: Option<Timestamp>,
}

impl<T> FrameMatcher<T> {
    /// A matcher without waiting triggers. An exposure begins at most `window` after the edge, and
    /// the frame is delivered at most `delivery` after that.
    pub const fn new(mode: Mode, window: Duration, delivery: Duration) -> Self {
        Self {
            mode,
            window,
            delivery,
            waiting: Deque::new(),
            last: None,
        }
    }

    /// Adds a trigger. Its edge is later than all earlier edges.
    ///
    /// # Errors
    /// Returns the trigger if the matcher is full.
    pub fn trigger(&mut self, trigger: T, edge: Timestamp) -> Result<(), T> {
        self.waiting
            .push_back((edge, trigger))
            .map_err(|(_, trigger)| trigger)
    }

    /// Takes the next frame. Calls `late` for each trigger whose window ended before this exposure,
    /// with the time from its edge to the exposure. No later frame can serve it either.
    ///
    /// A damaged frame of a free-running camera is ignored, because the next one may serve. A frame
    /// that is not later than the previous one is ignored as well.
    pub fn frame(
        &mut self,
        exposed: Exposed,
        damaged: bool,
        late: &mut impl FnMut(T, Duration),
    ) -> Shows<T> {
        let Exposed { after, before } = exposed;
        let ignored = damaged && self.mode == Mode::FreeRunning;
        if ignored || self.last.is_some_and(|last| before <= last) {
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

    /// Removes and returns the oldest trigger if its frame should have been delivered by `now`.
    /// Every frame that was delivered earlier must have been taken.
    pub fn expire(&mut self, now: Timestamp) -> Option<T> {
        let due = self.next_wake()?;
        let (_, trigger) = self.pop_if(|_, _| due <= now)?;
        Some(trigger)
    }

    /// When to call [`Self::expire`] next.
    pub fn next_wake(&self) -> Option<Timestamp> {
        let (edge, _) = self.waiting.front()?;
        Some(*edge + self.window + self.delivery)
    }

    /// Removes and returns the oldest trigger, because the camera failed. Frames after its restart
    /// may have earlier times.
    pub fn give_up(&mut self) -> Option<T> {
        self.last = None;
        self.waiting.pop_front().map(|(_, trigger)| trigger)
    }

    /// True if no trigger waits for a frame.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    fn pop_if(
        &mut self,
        condition: impl FnOnce(Timestamp, Duration) -> bool,
    ) -> Option<(Timestamp, T)> {
        let (edge, _) = self.waiting.front()?;
        if condition(*edge, self.window) {
            self.waiting.pop_front()
        } else {
            None
        }
    }
}
