//! Events: marks in a stream that can be asked, waited for and timed.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ascendcl::bindings::{
    ACL_ERROR_RT_EVENT_NOT_COMPLETE, ACL_ERROR_RT_EVENT_TIMESTAMP_INVALID,
    ACL_ERROR_RT_EVENT_TIMESTAMP_REVERSAL, ACL_ERROR_RT_INVALID_HANDLE, ACL_ERROR_RT_PARAM_INVALID,
};

use super::context;
use super::stream::{Stream, TaskError};
use crate::failure::Failure;
use crate::handles::{Registry, lock};

/// A record is numbered when it is launched and done when the stream has come to it.
#[derive(Default)]
struct Records {
    launched: u64,
    done: u64,
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

#[derive(Default)]
pub(crate) struct Event {
    records: Mutex<Records>,
    changed: Condvar,
}

static EVENTS: Registry<Event> = Registry::new();

impl Event {
    /// Whether the last record is done; then tells the error of a task in front of it.
    pub(crate) fn query(&self) -> Result<bool, Failure> {
        let records = lock(&self.records);
        if !records.complete() {
            return Ok(false);
        }
        records.outcome().map(|()| true)
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

    /// Appends a record to the stream.
    pub(crate) fn record(self: &Arc<Self>, stream: &Stream) -> Result<(), Failure> {
        let mut records = lock(&self.records);
        let (event, number) = (Arc::clone(self), records.launched + 1);
        stream.launch("aclrtRecordEvent", move |stream| {
            event.done(number, stream.untold_error());
            Ok(())
        })?;
        records.launched = number;
        Ok(())
    }

    /// Appends a reset to the stream: the event is then as never recorded.
    pub(crate) fn reset(self: &Arc<Self>, stream: &Stream) -> Result<(), Failure> {
        let event = Arc::clone(self);
        stream.launch("aclrtResetEvent", move |_| {
            lock(&event.records).reset = true;
            Ok(())
        })
    }

    /// Makes the stream wait for the last record, or for the first one if there is none yet.
    pub(crate) fn hold(self: &Arc<Self>, stream: &Stream) -> Result<(), Failure> {
        let event = Arc::clone(self);
        let number = lock(&self.records).launched.max(1);
        stream.launch("aclrtStreamWaitEvent", move |_| {
            event.wait(number);
            Ok(())
        })
    }

    fn done(&self, number: u64, error: Option<Arc<TaskError>>) {
        let mut records = lock(&self.records);
        // Two streams may have recorded the event: the newest record counts.
        if number > records.done {
            *records = Records {
                launched: records.launched,
                done: number,
                reset: false,
                at: Some(Instant::now()),
                error,
            };
        }
        self.changed.notify_all();
    }

    fn wait(&self, number: u64) {
        let mut records = lock(&self.records);
        while records.done < number {
            let woken = self.changed.wait(records);
            records = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn time(&self) -> Result<Instant, Failure> {
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

/// Time from one event to a later one.
pub(crate) fn elapsed(start: &Event, end: &Event) -> Result<Duration, Failure> {
    let (start, end) = (start.time()?, end.time()?);
    end.checked_duration_since(start).ok_or_else(|| {
        Failure::new(
            ACL_ERROR_RT_EVENT_TIMESTAMP_REVERSAL,
            "the end event came before the start event: exchange them",
        )
    })
}

pub(crate) fn create() -> Result<usize, Failure> {
    context::current()?;
    let (handle, _) = EVENTS.add(|_| Event::default());
    Ok(handle)
}

pub(crate) fn resolve(handle: usize) -> Result<Arc<Event>, Failure> {
    context::current()?;
    EVENTS.get(handle).ok_or_else(unknown)
}

pub(crate) fn destroy(handle: usize) -> Result<(), Failure> {
    context::current()?;
    EVENTS.remove(handle).map(drop).ok_or_else(unknown)
}

fn unknown() -> Failure {
    Failure::new(
        ACL_ERROR_RT_INVALID_HANDLE,
        "no such event: it was destroyed or never created",
    )
}
