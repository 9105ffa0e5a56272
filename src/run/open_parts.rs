//! Parts that have begun and are not decided. The inspection decides them; when it hangs, whoever ends the program does. A part
//! is taken out by the one who decides it, so each is decided once.

use super::messages::{Job, Picture};
use crate::gate::PARTS_MAX;
use crate::part::PartId;
use board::Timestamp;
use core::time::Duration;
use heapless::Vec;
use std::sync::{Mutex, MutexGuard, PoisonError};

type Jobs = Vec<Job, { 2 * PARTS_MAX }>;

/// As many as can be under way, twice.
#[derive(Debug, Default)]
pub(super) struct OpenParts(Mutex<Jobs>);

impl OpenParts {
    /// A part begins. One for which there is no room is refused by its sender before.
    pub fn push(&self, job: Job) {
        let _ = self.lock().push(job);
    }

    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// The first trigger of all.
    pub fn first_trigger(&self) -> Option<Timestamp> {
        self.lock().iter().map(|job| job.trigger).min()
    }

    /// A copy of the part with this number, or of the one that this picture was found for later.
    pub fn find(&self, part: PartId, picture: &Picture) -> Option<Job> {
        let of_picture = |job: &Job| *picture != Picture::None && job.picture == *picture;
        let jobs = self.lock();
        let job = jobs
            .iter()
            .find(|job| job.part == part || of_picture(job))?;
        Some(job.clone())
    }

    /// The part has this picture. False when it is not here any more.
    pub fn pair(&self, part: PartId, picture: &Picture) -> bool {
        let mut jobs = self.lock();
        let job = jobs.iter_mut().find(|job| job.part == part);
        job.is_some_and(|job| {
            job.picture = picture.clone();
            true
        })
    }

    /// Takes the part out, to decide it.
    pub fn take(&self, part: PartId) -> Option<Job> {
        self.take_where(|job| job.part == part)
    }

    /// Takes a part out that was triggered so long ago.
    pub fn take_older(&self, age: Duration, now: Timestamp) -> Option<Job> {
        self.take_where(|job| job.trigger + age <= now)
    }

    /// Takes any part out.
    pub fn pop(&self) -> Option<Job> {
        self.lock().pop()
    }

    fn take_where(&self, which: impl Fn(&Job) -> bool) -> Option<Job> {
        let mut jobs = self.lock();
        let index = jobs.iter().position(which)?;
        Some(jobs.swap_remove(index))
    }

    /// Nothing that can panic runs under the lock.
    fn lock(&self) -> MutexGuard<'_, Jobs> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
