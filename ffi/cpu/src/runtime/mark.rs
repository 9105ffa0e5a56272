//! What an event is to a stream: a mark whose records are numbered when they are launched and done when the
//! stream has come to them. Also the error of a task, which a mark may have to tell.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

use ascendcl::bindings::{
    ACL_ERROR_RT_EVENT_NOT_COMPLETE, ACL_ERROR_RT_EVENT_TIMESTAMP_INVALID,
    ACL_ERROR_RT_PARAM_INVALID,
};

use crate::failure::Failure;
use crate::handles::lock;

/// The error of a task, until somebody is told.
pub(super) struct TaskError {
    failure: Failure,
    told: AtomicBool,
}

impl TaskError {
    pub(super) fn new(failure: Failure) -> Self {
        Self {
            failure,
            told: AtomicBool::new(false),
        }
    }

    /// The failure; from now on somebody knows.
    pub(super) fn tell(&self) -> Failure {
        self.told.store(true, Ordering::Release);
        self.failure.clone()
    }

    pub(super) fn is_told(&self) -> bool {
        self.told.load(Ordering::Acquire)
    }
}

#[derive(Default)]
struct Records {
    launched: u64,
    done: u64,
    /// The newest record that failed: no stream comes to it any more.
    failed: u64,
    /// A reset ran after the last record.
    reset: bool,
    at: Option<Instant>,
    /// The untold error that the stream had when the record ran.
    error: Option<Arc<TaskError>>,
}

impl Records {
    fn complete(&self) -> bool {
        self.launched > 0 && self.done >= self.launched && !self.reset
    }

    fn outcome(&self) -> Result<(), Failure> {
        self.error
            .as_ref()
            .map_or(Ok(()), |error| Err(error.tell()))
    }
}

/// The state of an event.
#[derive(Default)]
pub(crate) struct Mark {
    records: Mutex<Records>,
    changed: Condvar,
}

impl Mark {
    /// Whether the last record is done; then tells the error of a task in front of it.
    pub(crate) fn query(&self) -> Result<bool, Failure> {
        let records = lock(&self.records);
        if !records.complete() {
            return Ok(false);
        }
        records.outcome().map(|()| true)
    }

    /// Whether no stream has still to come to a record.
    pub(super) fn is_idle(&self) -> bool {
        let records = lock(&self.records);
        records.done.max(records.failed) >= records.launched
    }

    /// Waits for the last record; tells the error of a task in front of it.
    pub(crate) fn synchronize(&self) -> Result<(), Failure> {
        let launched = lock(&self.records).launched;
        if launched == 0 {
            return Err(Failure::new(
                ACL_ERROR_RT_PARAM_INVALID,
                "the event was never recorded: call aclrtRecordEvent first",
            ));
        }
        self.wait(launched);
        lock(&self.records).outcome()
    }

    /// Numbers a new record, if `launch` can put it on a stream.
    pub(super) fn launch(
        &self,
        launch: impl FnOnce(u64) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut records = lock(&self.records);
        let number = records.launched + 1;
        launch(number)?;
        records.launched = number;
        Ok(())
    }

    /// The number to wait for: the last record, or the first one if there is none yet.
    pub(super) fn last(&self) -> u64 {
        lock(&self.records).launched.max(1)
    }

    /// A stream has come to this record.
    pub(super) fn done(&self, number: u64, error: Option<Arc<TaskError>>) {
        let mut records = lock(&self.records);
        // Two streams may have recorded the event: the newest record counts.
        if number > records.done {
            *records = Records {
                launched: records.launched,
                done: number,
                failed: records.failed,
                reset: false,
                at: Some(Instant::now()),
                error,
            };
        }
        self.changed.notify_all();
    }

    /// A record failed. Whoever waits for it waits on.
    pub(super) fn failed(&self, number: u64) {
        let mut records = lock(&self.records);
        records.failed = records.failed.max(number);
    }

    /// A stream has come to a reset: the event is as never recorded.
    pub(super) fn reset(&self) {
        lock(&self.records).reset = true;
    }

    pub(super) fn wait(&self, number: u64) {
        let mut records = lock(&self.records);
        while records.done < number {
            let woken = self.changed.wait(records);
            records = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// When the last record was done.
    pub(super) fn time(&self) -> Result<Instant, Failure> {
        let records = lock(&self.records);
        if records.launched > records.done {
            return Err(Failure::new(
                ACL_ERROR_RT_EVENT_NOT_COMPLETE,
                "the event is not complete: wait for it first",
            ));
        }
        records.at.filter(|_| records.complete()).ok_or_else(|| {
            Failure::new(
                ACL_ERROR_RT_EVENT_TIMESTAMP_INVALID,
                "the event has no time: call aclrtRecordEvent first",
            )
        })
    }
}
