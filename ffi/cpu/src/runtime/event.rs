//! Events and their handles.

use std::sync::Arc;
use std::time::Duration;

use ascendcl::bindings::{ACL_ERROR_RT_EVENT_TIMESTAMP_REVERSAL, ACL_ERROR_RT_INVALID_HANDLE};

use super::context;
use super::mark::Mark;
use super::stream::Stream;
use super::work::Work;
use crate::failure::Failure;
use crate::handles::Registry;
use crate::validate;

static EVENTS: Registry<Mark> = Registry::new("event");

/// Enqueues a record.
pub(crate) fn record(event: &Arc<Mark>, stream: &Stream) -> Result<(), Failure> {
    event.launch(|number| stream.launch(Work::Record(Arc::clone(event), number)))
}

/// Enqueues a reset.
pub(crate) fn reset(event: &Arc<Mark>, stream: &Stream) -> Result<(), Failure> {
    stream.launch(Work::Reset(Arc::clone(event)))
}

/// Makes the stream wait for the last record, or for the first one if it was never recorded.
pub(crate) fn hold(event: &Arc<Mark>, stream: &Stream) -> Result<(), Failure> {
    stream.launch(Work::Wait(Arc::clone(event), event.last()))
}

/// The time from one event to a later one.
pub(crate) fn elapsed(start: &Mark, end: &Mark) -> Result<Duration, Failure> {
    let (start, end) = (start.time()?, end.time()?);
    end.checked_duration_since(start).ok_or_else(|| {
        Failure::new(
            ACL_ERROR_RT_EVENT_TIMESTAMP_REVERSAL,
            "the end event was recorded before the start event: exchange them",
        )
    })
}

pub(crate) fn create() -> Result<usize, Failure> {
    context::current()?;
    let (handle, _) = EVENTS.add(|_| Mark::default());
    Ok(handle)
}

pub(crate) fn resolve(handle: usize) -> Result<Arc<Mark>, Failure> {
    context::current()?;
    EVENTS.get(handle).ok_or_else(unknown)
}

pub(crate) fn destroy(handle: usize) -> Result<(), Failure> {
    context::current()?;
    let event = EVENTS.remove(handle).ok_or_else(unknown)?;
    if !event.is_idle() {
        validate::forbidden(
            "event",
            || "a stream has not reached a record of the event".to_owned(),
            validate::WAIT_FIRST,
        );
    }
    Ok(())
}

fn unknown() -> Failure {
    Failure::new(
        ACL_ERROR_RT_INVALID_HANDLE,
        "no such event: it was destroyed or never created",
    )
    .argument("event")
}
