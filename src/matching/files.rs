//! Which file is the picture of which part, when a camera of its own is triggered by the same line and drops files.
//!
//! A file that was finished at the time s belongs to a trigger whose edge lies from s - most to s - least. There is nothing
//! else to tell by, which limits the rate: parts that follow each other by no more than most - least can both have
//! claimed the same file, and if one file is missing then, every later one goes to the part before its own. The oldest
//! trigger gets the file. So let `gate.part_interval_ms` be longer than the difference of the two.
//!
//! Nobody tells when a file was finished. Its time of change can be earlier, because a writer may wait before it closes the
//! file; the time at which the station sees it can be later, because the station may have to wait for its turn, and may lie
//! in the time of the next part then. The truth is between the two, so both have to be in the time of the same trigger. A
//! file that is seen too late, or whose last change was too early, is nobody's, and its part is a fault.
//!
//! A second file in the time of a part that has its file may be the right one. Then nothing is known of that part.

use crate::part::PARTS_MAX;
use board::Timestamp;
use core::time::Duration;
use heapless::{Deque, Vec};

#[cfg(test)]
mod tests;

/// Triggers that can wait: parts under way, and as many that were missed and are followed by a picture all the same.
const TRIGGERS_MAX: usize = 2 * PARTS_MAX;
/// Pictures that can wait for a trigger that is not known yet.
const PICTURES_MAX: usize = PARTS_MAX;

/// What became of a trigger `T` or a picture `P`.
#[derive(Debug, PartialEq, Eq)]
pub enum Paired<T, P> {
    /// They belong together.
    Both(T, P),
    /// Another picture came in the time of this trigger, which has one already. Told once for each trigger.
    Another(T, P),
    /// No picture came in time.
    NoPicture(T),
    /// No trigger was there for it.
    NoTrigger(P),
}

/// The triggers without a picture and the pictures without a trigger.
#[derive(Debug)]
pub struct FileMatcher<T, P> {
    least: Duration,
    most: Duration,
    patience: Duration,
    /// Oldest first, with their edges.
    triggers: Vec<(Timestamp, T), TRIGGERS_MAX>,
    /// Triggers that have a picture, oldest first; without the trigger once another picture was told.
    paired: Deque<(Timestamp, Option<T>), TRIGGERS_MAX>,
    /// In the order in which they were seen.
    pictures: Vec<Waiting<P>, PICTURES_MAX>,
}

#[derive(Debug)]
struct Waiting<P> {
    picture: P,
    changed: Timestamp,
    seen: Timestamp,
}

impl<T: Copy, P> FileMatcher<T, P> {
    /// Nothing waits. `least` and `most` go from the edge to the finished file. A trigger is known at the latest `known`
    /// after its edge (the debounce, and the time of the threads); for so long a picture waits for one.
    pub fn new(least: Duration, most: Duration, known: Duration) -> Self {
        Self {
            least,
            most,
            patience: known.saturating_sub(least),
            triggers: Vec::new(),
            paired: Deque::new(),
            pictures: Vec::new(),
        }
    }

    /// Adds a trigger, later than all before.
    ///
    /// # Errors
    /// Gives it back when there is no room.
    pub fn trigger(&mut self, trigger: T, edge: Timestamp) -> Result<(), T> {
        self.triggers
            .push((edge, trigger))
            .map_err(|(_, trigger)| trigger)
    }

    /// Adds a picture that was last changed and that was seen at these times; seen later than all before. Without room
    /// for it, gives back the one that has waited longest: in a burst only the last pictures can still belong to a
    /// trigger.
    pub fn picture(&mut self, picture: P, changed: Timestamp, seen: Timestamp) -> Option<P> {
        let given_up = self
            .pictures
            .is_full()
            .then(|| self.pictures.remove(0).picture);
        // There is room now.
        let _ = self.pictures.push(Waiting {
            picture,
            changed,
            seen,
        });
        given_up
    }

    /// A pair, if one is there by now. Call it until there is none.
    pub fn pair(&mut self) -> Option<Paired<T, P>> {
        for (place, &Waiting { changed, seen, .. }) in self.pictures.iter().enumerate() {
            let fits = |edge: Timestamp| {
                let time = edge + self.least..=edge + self.most;
                time.contains(&changed) && time.contains(&seen)
            };
            if let Some(trigger) = self.triggers.iter().position(|(edge, _)| fits(*edge)) {
                let (edge, trigger) = self.triggers.remove(trigger);
                if self.paired.is_full() {
                    self.paired.pop_front();
                }
                // There is room now.
                let _ = self.paired.push_back((edge, Some(trigger)));
                let Waiting { picture, .. } = self.pictures.remove(place);
                return Some(Paired::Both(trigger, picture));
            }
            let paired = self.paired.iter_mut().find(|(edge, _)| fits(*edge));
            if let Some((_, trigger)) = paired {
                let told = trigger.take();
                let Waiting { picture, .. } = self.pictures.remove(place);
                return Some(match told {
                    Some(trigger) => Paired::Another(trigger, picture),
                    None => Paired::NoTrigger(picture),
                });
            }
        }
        None
    }

    /// A pair, or what has waited for too long by `now`. Every picture seen before must have been added. Call it until
    /// there is none.
    pub fn expire(&mut self, now: Timestamp) -> Option<Paired<T, P>> {
        if let Some(pair) = self.pair() {
            return Some(pair);
        }
        if let Some((edge, _)) = self.triggers.first()
            && *edge + self.most < now
        {
            return Some(Paired::NoPicture(self.triggers.remove(0).1));
        }
        if let Some(waiting) = self.pictures.first()
            && waiting.seen + self.patience <= now
        {
            return Some(Paired::NoTrigger(self.pictures.remove(0).picture));
        }
        None
    }

    /// When [`Self::expire`] is wanted, unless something comes before.
    pub fn next_wake(&self) -> Option<Timestamp> {
        let trigger = self.triggers.first();
        // A picture may still come in the last moment.
        let trigger = trigger.map(|(edge, _)| *edge + self.most + Duration::from_nanos(1));
        let picture = self.pictures.first();
        let picture = picture.map(|waiting| waiting.seen + self.patience);
        trigger.into_iter().chain(picture).min()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.triggers.is_empty() && self.pictures.is_empty()
    }
}
