//! What can stand on a stream. A list of its own kinds, not closures: putting one there allocates nothing.

use std::sync::Arc;

use super::execute::Run;
use super::fault::Damage;
use super::mark::{Mark, TaskError};
use super::memory::{Rows, Span};
use super::report::Callback;
use crate::failure::Failure;

/// One task of a stream.
pub(crate) enum Work {
    /// A run of a model, by the function that launched it.
    Execute(&'static str, Run),
    /// Copies the first bytes of the second span to the first.
    Copy(Span, Span, usize),
    /// Copies rows of the second span to the first.
    CopyRows(Span, Span, Rows),
    /// Sets the first bytes.
    Fill(Span, u8, usize),
    /// Record of an event, with its number.
    Record(Arc<Mark>, u64),
    /// Reset of an event.
    Reset(Arc<Mark>),
    /// Waiting for a record of an event.
    Wait(Arc<Mark>, u64),
    /// A function of the program.
    Callback(Callback),
}

impl Work {
    /// The function that put it there.
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

    /// It failed before it was begun.
    pub(super) fn fail(&self) {
        if let Self::Record(mark, number) = self {
            mark.failed(*number);
        }
    }

    /// Does it, on the stream's thread. `untold` is the stream's error that nobody has been told.
    pub(super) fn run(self, untold: Option<Arc<TaskError>>, damage: Damage) -> Result<(), Failure> {
        match self {
            Self::Execute(_, run) => return run.execute(damage),
            Self::Copy(target, source, len) => source.copy_to(&target, len),
            Self::CopyRows(target, source, rows) => source.copy_rows_to(&target, rows),
            Self::Fill(target, value, len) => target.fill(value, len),
            Self::Record(mark, number) => mark.done(number, untold),
            Self::Reset(mark) => mark.reset(),
            Self::Wait(mark, number) => mark.wait(number),
            Self::Callback(callback) => callback.post(),
        }
        Ok(())
    }
}
