//! The tasks of a stream. They are an enum and not closures, so that enqueueing allocates nothing.

use std::sync::Arc;

use super::execute::Run;
use super::fault::Damage;
use super::mark::{Mark, TaskError};
use super::memory::{Rows, Span};
use super::report::Callback;
use crate::failure::Failure;

/// One task of a stream.
pub(crate) enum Work {
    /// A run of a model; the function that enqueued it.
    Execute(&'static str, Run),
    /// Copies the first bytes of the second span to the first span.
    Copy(Span, Span, usize),
    /// Copies rows of the second span to the first span.
    CopyRows(Span, Span, Rows),
    /// Fills the first bytes of a span.
    Fill(Span, u8, usize),
    /// Records an event, with the number of the record.
    Record(Arc<Mark>, u64),
    /// Resets an event.
    Reset(Arc<Mark>),
    /// Waits for a record of an event.
    Wait(Arc<Mark>, u64),
    /// Calls a function of the program.
    Callback(Callback),
}

impl Work {
    /// The function that enqueued the task.
    pub(super) fn call(&self) -> &'static str {
        match self {
            Self::Execute(call, _) => call,
            Self::Copy(..) => "aclrtMemcpyAsync",
            Self::CopyRows(..) => "aclrtMemcpy2dAsync",
            Self::Fill(..) => "aclrtMemsetAsync",
            Self::Record(..) => "aclrtRecordEvent",
            Self::Reset(_) => "aclrtResetEvent",
            Self::Wait(..) => "aclrtStreamWaitEvent",
            Self::Callback(_) => "aclrtLaunchCallback",
        }
    }

    /// The task failed before it ran.
    pub(super) fn fail(&self) {
        if let Self::Record(mark, number) = self {
            mark.failed(*number);
        }
    }

    /// Runs the task on the stream's thread. `unreported` is the stream's error that no call has
    /// reported.
    pub(super) fn run(
        self,
        unreported: Option<Arc<TaskError>>,
        damage: Damage,
    ) -> Result<(), Failure> {
        match self {
            Self::Execute(_, run) => return run.execute(damage),
            Self::Copy(target, source, len) => source.copy_to(&target, len),
            Self::CopyRows(target, source, rows) => source.copy_rows_to(&target, rows),
            Self::Fill(target, value, len) => target.fill(value, len),
            Self::Record(mark, number) => mark.done(number, unreported),
            Self::Reset(mark) => mark.reset(),
            Self::Wait(mark, number) => mark.wait(number),
            Self::Callback(callback) => callback.post(),
        }
        Ok(())
    }
}
