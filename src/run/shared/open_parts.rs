//! Parts that have begun and are not decided. The inspection decides them; when it hangs or has ended, whoever ends the program
//! does. A part is taken out by the one who decides it, so each is decided once.

use crate::part::{PARTS_MAX, PartId};
use crate::run::messages::{Job, Picture};
use board::Timestamp;
use core::time::Duration;
use heapless::Vec;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// As many as can be under way, twice.
#[derive(Debug, Default)]
pub(in crate::run) struct OpenParts {
    inner: Mutex<Inner>,
    decided: Condvar,
}

#[derive(Debug, Default)]
struct Inner {
    jobs: Vec<Job, { 2 * PARTS_MAX }>,
    /// The inspection has taken a part out, and its decision is not on its way yet.
    deciding: bool,
    /// The inspection gets no part any more.
    taken_over: bool,
}

impl OpenParts {
    /// A part begins. One for which there is no room is refused by its sender before.
    pub fn push(&self, job: Job) {
        let _ = self.lock().jobs.push(job);
    }

    pub fn is_empty(&self) -> bool {
        self.lock().jobs.is_empty()
    }

    /// The first trigger of all.
    pub fn first_trigger(&self) -> Option<Timestamp> {
        self.lock().jobs.iter().map(|job| job.trigger).min()
    }

    /// A copy of the part with this number, or of the one that this picture was found for later.
    pub fn find(&self, part: PartId, picture: &Picture) -> Option<Job> {
        let of_picture = |job: &Job| *picture != Picture::None && job.picture == *picture;
        let inner = self.lock();
        let job = inner
            .jobs
            .iter()
            .find(|job| job.part == part || of_picture(job))?;
        Some(job.clone())
    }

    /// The part has this picture. False when it is not here any more.
    pub fn pair(&self, part: PartId, picture: &Picture) -> bool {
        let mut inner = self.lock();
        let job = inner.jobs.iter_mut().find(|job| job.part == part);
        job.is_some_and(|job| {
            job.picture = picture.clone();
            true
        })
    }

    /// Takes the part out, to decide it; [`Self::decided`] follows. For the inspection, as the next two.
    pub fn take(&self, part: PartId) -> Option<Job> {
        self.take_where(|job| job.part == part)
    }

    /// Takes a part out that was triggered so long ago.
    pub fn take_older(&self, age: Duration, now: Timestamp) -> Option<Job> {
        self.take_where(|job| job.trigger + age <= now)
    }

    /// Takes any part out.
    pub fn pop(&self) -> Option<Job> {
        self.take_where(|_| true)
    }

    /// The decision on the part that was taken out is on its way.
    pub fn decided(&self) {
        self.lock().deciding = false;
        self.decided.notify_all();
    }

    /// From now on the inspection gets no part. Waits for the decision on the one that it has, at most `limit`.
    pub fn take_over(&self, limit: Duration) {
        let mut inner = self.lock();
        inner.taken_over = true;
        // Poisoned by a panic: then nothing is on its way.
        let _ = self
            .decided
            .wait_timeout_while(inner, limit, |inner| inner.deciding);
    }

    /// Takes out what is left for whoever took over: the part with this number, or any.
    pub fn take_left(&self, part: Option<PartId>) -> Option<Job> {
        let mut inner = self.lock();
        let wanted = |job: &Job| part.is_none_or(|part| job.part == part);
        let index = inner.jobs.iter().position(wanted)?;
        Some(inner.jobs.swap_remove(index))
    }

    fn take_where(&self, which: impl Fn(&Job) -> bool) -> Option<Job> {
        let mut inner = self.lock();
        if inner.taken_over {
            return None;
        }
        let index = inner.jobs.iter().position(which)?;
        inner.deciding = true;
        Some(inner.jobs.swap_remove(index))
    }

    /// Nothing that can panic runs under the lock.
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
            picture: Picture::None,
        }
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
            assert!(!open.lock().deciding, "it was waited for");
        });
        assert!(open.pop().is_none());
        assert!(open.take(PartId::new(2)).is_none());
        assert!(open.take_older(Duration::ZERO, Timestamp::now()).is_none());
        let left = open.take_left(None).map(|job| job.part);
        assert!(left == Some(PartId::new(1)) || left == Some(PartId::new(2)));
        assert!(open.take_left(None).is_none());
    }
}
