//! The file matcher: which file is the picture of which part.
//!
//! It serves stations where the trigger line also triggers a separate camera that writes files. A
//! file belongs to a trigger if it was finished at least min and at most max after the edge. The
//! station knows nothing else about a file, and this limits the part rate. If two parts are at most
//! max - min apart, both can claim the same file, and the oldest trigger gets it. If one file is
//! then missing, each later file goes to the part before its own. So keep `gate.part_interval_ms`
//! above max - min.
//!
//! The station cannot know exactly when a file was finished. The last change can be earlier,
//! because a writer may wait before it closes the file. The station can see the file later, because
//! its thread may have to wait; by then the window of the next part may be open. The true time is
//! between the two, so both must lie in the window of the same trigger. A file that is seen too
//! late or was last changed too early belongs to no part, and its part is a fault.
//!
//! A second file in the window of a part that already has one may be the right one. Then the result
//! of that part is in doubt.

use crate::part::PARTS_MAX;
use board::Timestamp;
use core::time::Duration;
use heapless::{Deque, Vec};

#[cfg(test)]
mod tests;

/// How many triggers can wait: parts under way, and as many missed triggers, whose pictures also
/// arrive.
const TRIGGERS_MAX: usize = 2 * PARTS_MAX;
/// Pictures that can wait for a trigger that is not yet known.
const PICTURES_MAX: usize = PARTS_MAX;

/// The result for a trigger `T`, a picture `P`, or both.
#[derive(Debug, PartialEq, Eq)]
pub enum Paired<T, P> {
    /// The picture belongs to the trigger.
    Both(T, P),
    /// A second picture arrived in the window of this trigger. Reported at most once per trigger.
    Another(T, P),
    /// No picture arrived within the window.
    NoPicture(T),
    /// No trigger fits the picture.
    NoTrigger(P),
}

/// Matches files to triggers. Holds the triggers without a picture and the pictures without a
/// trigger.
#[derive(Debug)]
pub struct FileMatcher<T, P> {
    window_min: Duration,
    window_max: Duration,
    /// How long a picture waits for its trigger.
    trigger_wait: Duration,
    /// With their edges, oldest first.
    triggers: Vec<(Timestamp, T), TRIGGERS_MAX>,
    /// Edges of the triggers that have a picture, oldest first. The trigger is `None` once a second
    /// picture was reported.
    matched: Deque<(Timestamp, Option<T>), TRIGGERS_MAX>,
    /// In the order in which they were seen.
    pictures: Vec<Seen<P>, PICTURES_MAX>,
}

#[derive(Debug)]
struct Seen<P> {
    picture: P,
    changed: Timestamp,
    seen: Timestamp,
}

impl<T: Copy, P> FileMatcher<T, P> {
    /// A matcher with nothing waiting.
    ///
    /// A file is finished at least `window_min` and at most `window_max` after the edge, both
    /// included. A trigger is known at most `known_max` after its edge, because of the debounce and
    /// the threads. A picture waits for its trigger until then.
    pub fn new(window_min: Duration, window_max: Duration, known_max: Duration) -> Self {
        Self {
            window_min,
            window_max,
            trigger_wait: known_max.saturating_sub(window_min),
            triggers: Vec::new(),
            matched: Deque::new(),
            pictures: Vec::new(),
        }
    }

    /// Adds a trigger. Its edge is later than all earlier edges.
    ///
    /// # Errors
    /// Returns the trigger if the matcher is full.
    pub fn trigger(&mut self, trigger: T, edge: Timestamp) -> Result<(), T> {
        self.triggers
            .push((edge, trigger))
            .map_err(|(_, trigger)| trigger)
    }

    /// Adds a picture that was last changed at the time `changed` and seen at the time `seen`,
    /// later than all pictures before. If the matcher is full, it drops and returns the picture
    /// that has waited longest: in a burst only the last pictures can still belong to a trigger.
    pub fn picture(&mut self, picture: P, changed: Timestamp, seen: Timestamp) -> Option<P> {
        let dropped = self
            .pictures
            .is_full()
            .then(|| self.pictures.remove(0).picture);
        // Cannot fail: there is space now.
        let _ = self.pictures.push(Seen {
            picture,
            changed,
            seen,
        });
        dropped
    }

    /// Returns a match, if there is one. Call it until it returns `None`.
    pub fn pair(&mut self) -> Option<Paired<T, P>> {
        for (index, &Seen { changed, seen, .. }) in self.pictures.iter().enumerate() {
            let fits = |edge: Timestamp| {
                let window = edge + self.window_min..=edge + self.window_max;
                window.contains(&changed) && window.contains(&seen)
            };
            if let Some(trigger) = self.triggers.iter().position(|(edge, _)| fits(*edge)) {
                let (edge, trigger) = self.triggers.remove(trigger);
                if self.matched.is_full() {
                    self.matched.pop_front();
                }
                // Cannot fail: there is space now.
                let _ = self.matched.push_back((edge, Some(trigger)));
                let Seen { picture, .. } = self.pictures.remove(index);
                return Some(Paired::Both(trigger, picture));
            }
            let matched = self.matched.iter_mut().find(|(edge, _)| fits(*edge));
            if let Some((_, trigger)) = matched {
                let unreported = trigger.take();
                let Seen { picture, .. } = self.pictures.remove(index);
                return Some(match unreported {
                    Some(trigger) => Paired::Another(trigger, picture),
                    None => Paired::NoTrigger(picture),
                });
            }
        }
        None
    }

    /// Returns a match, or a trigger or picture that has waited too long by `now`. Every picture
    /// seen before `now` must have been added. Call it until it returns `None`.
    pub fn expire(&mut self, now: Timestamp) -> Option<Paired<T, P>> {
        if let Some(found) = self.pair() {
            return Some(found);
        }
        if let Some((edge, _)) = self.triggers.first()
            && *edge + self.window_max < now
        {
            return Some(Paired::NoPicture(self.triggers.remove(0).1));
        }
        if let Some(waiting) = self.pictures.first()
            && waiting.seen + self.trigger_wait <= now
        {
            return Some(Paired::NoTrigger(self.pictures.remove(0).picture));
        }
        None
    }

    /// When to call [`Self::expire`] next, unless a trigger or picture is added first.
    pub fn next_wake(&self) -> Option<Timestamp> {
        let trigger = self.triggers.first();
        // The end of the window is part of it.
        let trigger = trigger.map(|(edge, _)| *edge + self.window_max + Duration::from_nanos(1));
        let picture = self.pictures.first();
        let picture = picture.map(|waiting| waiting.seen + self.trigger_wait);
        trigger.into_iter().chain(picture).min()
    }

    /// True if no trigger and no picture waits.
    pub fn is_empty(&self) -> bool {
        self.triggers.is_empty() && self.pictures.is_empty()
    }
}
