//! Parts that have begun and are not decided.
//!
//! The inspection decides them. If it hangs or has ended, the main thread does. A part is taken out
//! by the thread that decides it, so each part is decided once.

use crate::part::{PARTS_MAX, PartId};
use crate::run::messages::{Job, PictureRef};
use board::Timestamp;
use core::time::Duration;
use heapless::Vec;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The open parts: at most twice as many as can be under way.
#[derive(Debug, Default)]
pub struct OpenParts {
    inner: Mutex<Inner>,
    decided: Condvar,
}

#[derive(Debug, Default)]
struct Inner {
    jobs: Vec<Job, { 2 * PARTS_MAX }>,
    /// The inspection has taken a part out and has not sent its decision yet.
    deciding: bool,
    /// The main thread has taken over: the inspection gets no more parts.
    taken_over: bool,
}

impl OpenParts {
    /// Adds a part that begins. Its sender has checked the space.
    pub fn push(&self, job: Job) {
        let _ = self.lock().jobs.push(job);
    }

    pub fn is_empty(&self) -> bool {
        self.lock().jobs.is_empty()
    }

    /// The earliest trigger of all open parts.
    pub fn first_trigger(&self) -> Option<Timestamp> {
        self.lock().jobs.iter().map(|job| job.trigger).min()
    }

    /// A copy of the part with this number, or of the part that has this picture.
    pub fn find(&self, part: PartId, picture: &PictureRef) -> Option<Job> {
        let has_picture = |job: &Job| *picture != PictureRef::None && job.picture == *picture;
        let inner = self.lock();
        let job = inner
            .jobs
            .iter()
            .find(|job| job.part == part || has_picture(job))?;
        Some(job.clone())
    }

    /// Gives the part its picture. Returns false if the part is decided.
    pub fn pair(&self, part: PartId, picture: &PictureRef) -> bool {
        let mut inner = self.lock();
        let job = inner.jobs.iter_mut().find(|job| job.part == part);
        job.is_some_and(|job| {
            job.picture = picture.clone();
            true
        })
    }

    /// Takes the part out, for the inspection. [`Self::decided`] follows.
    pub fn take(&self, part: PartId) -> Option<Job> {
        self.take_where(|job| job.part == part)
    }

    /// Takes out a part whose trigger is at least `age` old, for the inspection. [`Self::decided`]
    /// follows.
    pub fn take_older(&self, age: Duration, now: Timestamp) -> Option<Job> {
        self.take_where(|job| job.trigger + age <= now)
    }

    /// Takes out any part, for the inspection. [`Self::decided`] follows.
    pub fn pop(&self) -> Option<Job> {
        self.take_where(|_| true)
    }

    /// The decision on the part that the inspection took out was sent.
    pub fn decided(&self) {
        self.lock().deciding = false;
        self.decided.notify_all();
    }

    /// From now on the inspection gets no more parts. Waits at most `limit` for the decision on the
    /// part that it has taken out.
    pub fn take_over(&self, limit: Duration) {
        let mut inner = self.lock();
        inner.taken_over = true;
        // The lock is poisoned only by a panic, and then no decision will be sent.
        let _ = self
            .decided
            .wait_timeout_while(inner, limit, |inner| inner.deciding);
    }

    /// Takes out the part with this number, or any part, for the thread that has taken over.
    pub fn take_left(&self, part: Option<PartId>) -> Option<Job> {
        let mut inner = self.lock();
        let matches = |job: &Job| part.is_none_or(|part| job.part == part);
        let index = inner.jobs.iter().position(matches)?;
        Some(inner.jobs.swap_remove(index))
    }

    fn take_where(&self, matches: impl Fn(&Job) -> bool) -> Option<Job> {
        let mut inner = self.lock();
        if inner.taken_over {
            return None;
        }
        let index = inner.jobs.iter().position(matches)?;
        inner.deciding = true;
        Some(inner.jobs.swap_remove(index))
    }

    /// No code that can panic runs under the lock.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    fn job(part: u64) -> Job {
        Job {
            part: PartId::new(part),
            trigger: Timestamp::default(),
            on_line: true,
            picture: PictureRef::None,
            golden: None,
            recipe: 0,
        }
    }

    #[test]
    fn a_part_is_found_by_its_number_or_its_picture_until_it_is_taken_out() {
        let open = OpenParts::default();
        assert!(open.is_empty());
        let frame = |sequence| PictureRef::Frame { sequence };
        open.push(job(1));
        open.push(job(2));
        assert!(!open.is_empty());
        let find = |part, picture: PictureRef| {
            let found = open.find(PartId::new(part), &picture);
            found.map(|job| job.part.number())
        };
        assert_eq!(find(2, PictureRef::None), Some(2));
        assert_eq!(find(3, PictureRef::None), None, "no picture is no match");
        assert!(open.pair(PartId::new(2), &frame(7)));
        assert_eq!(find(3, frame(7)), Some(2));
        assert_eq!(find(3, frame(8)), None);
        let taken = open.take(PartId::new(2)).unwrap();
        assert_eq!((taken.part, taken.picture), (PartId::new(2), frame(7)));
        assert!(open.take(PartId::new(2)).is_none());
        assert!(!open.pair(PartId::new(2), &frame(7)), "it is taken out");
        assert_eq!(find(1, frame(7)), Some(1));
    }

    #[test]
    fn twice_as_many_parts_can_be_open_as_can_be_under_way() {
        let open = OpenParts::default();
        let parts = 2 * u64::try_from(PARTS_MAX).unwrap();
        (1..=parts).for_each(|part| open.push(job(part)));
        assert!(open.find(PartId::new(parts), &PictureRef::None).is_some());
    }

    #[test]
    fn a_part_is_older_from_the_exact_age_on() {
        let open = OpenParts::default();
        assert_eq!(open.first_trigger(), None);
        let at = |ms| Timestamp::default() + Duration::from_millis(ms);
        for (part, ms) in [(1, 30), (2, 10), (3, 20)] {
            open.push(Job {
                trigger: at(ms),
                ..job(part)
            });
        }
        assert_eq!(open.first_trigger(), Some(at(10)));
        let take = |ms| {
            let job = open.take_older(Duration::from_millis(100), at(ms));
            job.map(|job| job.part.number())
        };
        assert_eq!(take(109), None);
        assert_eq!(take(110), Some(2));
        assert_eq!(take(119), None);
        assert_eq!(take(120), Some(3));
        assert_eq!(open.first_trigger(), Some(at(30)));
    }

    #[test]
    fn a_takeover_waits_only_for_a_part_that_was_taken_out() {
        let open = OpenParts::default();
        open.push(job(1));
        open.push(job(2));
        // Without a limit in practice: only the absence of a part lets it return at once.
        let started = std::time::Instant::now();
        open.take_over(Duration::from_secs(60));
        assert!(started.elapsed() < Duration::from_secs(30));
        let left = |part| open.take_left(part).map(|job| job.part.number());
        assert_eq!(left(Some(PartId::new(3))), None);
        assert_eq!(left(Some(PartId::new(2))), Some(2));
        assert_eq!(left(Some(PartId::new(2))), None);
        assert_eq!(left(None), Some(1));
    }

    #[test]
    fn after_a_takeover_the_inspection_gets_no_part_and_each_is_decided_once() {
        let open = OpenParts::default();
        open.push(job(1));
        open.push(job(2));
        assert!(open.pop().is_some());
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(50));
                open.decided();
            });
            open.take_over(Duration::from_secs(60));
            assert!(!open.lock().deciding, "it waits for the decision");
        });
        assert!(open.pop().is_none());
        assert!(open.take(PartId::new(2)).is_none());
        assert!(open.take_older(Duration::ZERO, Timestamp::now()).is_none());
        let left = open.take_left(None).map(|job| job.part);
        assert!(left == Some(PartId::new(1)) || left == Some(PartId::new(2)));
        assert!(open.take_left(None).is_none());
    }
}
