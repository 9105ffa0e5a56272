//! The state of an event. Each record gets a number when it is enqueued and is done when the stream
//! reaches it. Also the error of a task, which an event may have to report.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Instant;

use ascendcl::bindings::{
    ACL_ERROR_RT_EVENT_NOT_COMPLETE, ACL_ERROR_RT_EVENT_TIMESTAMP_INVALID,
    ACL_ERROR_RT_PARAM_INVALID,
};

use crate::failure::{Failure, wait_while};
use crate::handles::lock;

/// The error of a task, and whether a call has reported it.
pub(super) struct TaskError {
    failure: Failure,
    reported: AtomicBool,
}

impl TaskError {
    pub(super) fn new(failure: Failure) -> Self {
        Self {
            failure,
            reported: AtomicBool::new(false),
        }
    }

    /// The failure; marks it as reported.
    pub(super) fn report(&self) -> Failure {
        self.reported.store(true, Ordering::Release);
        self.failure.clone()
    }

    pub(super) fn is_reported(&self) -> bool {
        self.reported.load(Ordering::Acquire)
    }
}

#[derive(Default)]
struct Records {
    launched: u64,
    done: u64,
    /// The newest record that failed. No stream will reach it.
    failed: u64,
    /// Whether a reset ran after the last record.
    reset: bool,
    at: Option<Instant>,
    /// The stream's unreported error when the record ran.
    error: Option<Arc<TaskError>>,
}

impl Records {
    fn complete(&self) -> bool {
        self.launched > 0 && self.done >= self.launched && !self.reset
    }

    fn outcome(&self) -> Result<(), Failure> {
        self.error
            .as_ref()
            .map_or(Ok(()), |error| Err(error.report()))
    }
}

/// The state of an event.
#[derive(Default)]
pub(crate) struct Mark {
    records: Mutex<Records>,
    changed: Condvar,
}

impl Mark {
    /// Whether the last record is done; if it is, reports the error of an earlier task.
    pub(crate) fn query(&self) -> Result<bool, Failure> {
        let records = lock(&self.records);
        if !records.complete() {
            return Ok(false);
        }
        records.outcome().map(|()| true)
    }

    /// Whether all records are done or failed.
    pub(super) fn is_idle(&self) -> bool {
        let records = lock(&self.records);
        records.done.max(records.failed) >= records.launched
    }

    /// Waits for the last record and reports the error of an earlier task.
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

    /// Gives a new record its number, if `launch` can enqueue it.
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

    /// The number to wait for: the last record, or the first one if it was never recorded.
    pub(super) fn last(&self) -> u64 {
        lock(&self.records).launched.max(1)
    }

    /// A stream has reached this record.
    pub(super) fn done(&self, number: u64, error: Option<Arc<TaskError>>) {
        let mut records = lock(&self.records);
        // Two streams may have recorded the event; the newest record counts.
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

    /// A record failed. A task that waits for it keeps waiting.
    pub(super) fn failed(&self, number: u64) {
        let mut records = lock(&self.records);
        records.failed = records.failed.max(number);
    }

    /// A stream has reached a reset: the event counts as never recorded.
    pub(super) fn reset(&self) {
        lock(&self.records).reset = true;
    }

    pub(super) fn wait(&self, number: u64) {
        let is_waiting = |records: &mut Records| records.done < number;
        drop(wait_while(
            &self.changed,
            lock(&self.records),
            None,
            is_waiting,
        ));
    }

    /// The time of the last record.
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
