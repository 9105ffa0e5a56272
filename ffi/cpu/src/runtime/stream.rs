//! Streams: each has one thread, which runs the tasks in their order.
//!
//! A failed task does not stop the stream. The next call that waits or queries reports the first
//! error that no call has reported. A call that waits for its own task gets that task's error
//! instead.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use ascendcl::bindings::{
    ACL_ERROR_INTERNAL_ERROR, ACL_ERROR_RT_INVALID_HANDLE, ACL_ERROR_RT_NO_STREAM_RESOURCE,
    ACL_ERROR_RT_STREAM_CONTEXT, ACL_ERROR_RT_STREAM_SYNC_TIMEOUT,
};

use super::mark::TaskError;
use super::work::Work;
use super::{context, exception, fault, report};
use crate::failure::{Failure, wait_while};
use crate::handles::{Registry, lock};
use crate::validate;

/// Capacity of a new stream's queue; it grows when needed.
const TASKS: usize = 64;

struct Task {
    number: u32,
    launched_by: u32,
    /// Whether the caller waits for it and gets its error.
    awaited: bool,
    work: Work,
}

struct Queue {
    tasks: VecDeque<Task>,
    launched: u64,
    finished: u64,
    closed: bool,
    /// The first error that no call has reported.
    error: Option<Arc<TaskError>>,
    /// Errors of awaited tasks, by their position in the queue, until the callers fetch them.
    awaited: Vec<(u64, Failure)>,
}

pub(crate) struct Stream {
    pub(super) context: usize,
    /// Whether it is the context's own stream, which a null handle means.
    null: bool,
    handle: usize,
    number: u32,
    queue: Mutex<Queue>,
    /// Position of the last record whose event may show that it is done, though `finished` does not
    /// count it yet.
    visible: AtomicU64,
    changed: Condvar,
}

static STREAMS: Registry<Stream> = Registry::new("stream");

impl Stream {
    /// Its handle in the ABI.
    pub(crate) fn handle(&self) -> usize {
        self.handle
    }

    /// Enqueues a task.
    pub(crate) fn launch(&self, work: Work) -> Result<(), Failure> {
        self.append(work, false).map(drop)
    }

    /// Enqueues a task, waits for it and returns its result. No other call reports that error.
    pub(crate) fn launch_and_wait(&self, work: Work) -> Result<(), Failure> {
        let position = self.append(work, true)?;
        let mut queue = self.wait_for(position, None)?;
        let failed = queue.awaited.iter().position(|(task, _)| *task == position);
        failed.map_or(Ok(()), |index| Err(queue.awaited.swap_remove(index).1))
    }

    /// Returns the position of the task in the order of tasks, from 1.
    fn append(&self, work: Work, awaited: bool) -> Result<u64, Failure> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let mut queue = lock(&self.queue);
        if queue.closed {
            return Err(unknown());
        }
        queue.launched += 1;
        queue.tasks.push_back(Task {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            launched_by: exception::thread_number(),
            awaited,
            work,
        });
        self.changed.notify_all();
        Ok(queue.launched)
    }

    /// Waits for all tasks enqueued so far; reports the error of a failed one.
    pub(crate) fn synchronize(&self, timeout: Option<Duration>) -> Result<(), Failure> {
        let launched = lock(&self.queue).launched;
        drop(self.wait_for(launched, timeout)?);
        self.unreported_error()
            .map_or(Ok(()), |error| Err(error.report()))
    }

    /// Whether no task waits or runs, as far as the program can know. A program that has seen its
    /// last record done may destroy the stream, even if `finished` does not count that record yet.
    fn is_idle(&self) -> bool {
        let queue = lock(&self.queue);
        let left = queue.launched - queue.finished;
        left == 0 || left == 1 && self.visible.load(Ordering::Acquire) == queue.launched
    }

    /// The error that no call has reported.
    fn unreported_error(&self) -> Option<Arc<TaskError>> {
        lock(&self.queue)
            .error
            .clone()
            .filter(|error| !error.is_reported())
    }

    /// Waits until that many tasks are finished.
    fn wait_for(
        &self,
        finished: u64,
        timeout: Option<Duration>,
    ) -> Result<MutexGuard<'_, Queue>, Failure> {
        let is_waiting = |queue: &mut Queue| queue.finished < finished;
        let queue = wait_while(&self.changed, lock(&self.queue), timeout, is_waiting);
        if queue.finished < finished {
            return Err(Failure::new(
                ACL_ERROR_RT_STREAM_SYNC_TIMEOUT,
                "the stream's tasks are not finished in time",
            ));
        }
        Ok(queue)
    }

    /// The stream's thread.
    fn serve(&self) {
        while let Some(task) = self.next() {
            let failed = self.run(task);
            let mut queue = lock(&self.queue);
            queue.finished += 1;
            if let Some((awaited, failure)) = failed {
                if awaited {
                    let position = queue.finished;
                    queue.awaited.push((position, failure));
                } else if queue.error.as_ref().is_none_or(|error| error.is_reported()) {
                    queue.error = Some(Arc::new(TaskError::new(failure)));
                }
            }
            drop(queue);
            self.changed.notify_all();
        }
    }

    fn next(&self) -> Option<Task> {
        let is_waiting = |queue: &mut Queue| queue.tasks.is_empty() && !queue.closed;
        let mut queue = wait_while(&self.changed, lock(&self.queue), None, is_waiting);
        queue.tasks.pop_front()
    }

    /// Runs a task. If it fails, returns whether the caller waits for it, and the failure.
    fn run(&self, task: Task) -> Option<(bool, Failure)> {
        let (number, call, awaited) = (task.number, task.work.call(), task.awaited);
        let work = || {
            let damage = fault::at_task(call).inspect_err(|_| task.work.fail())?;
            if let Work::Record(..) = task.work {
                let position = lock(&self.queue).finished + 1;
                self.visible.store(position, Ordering::Release);
            }
            task.work.run(self.unreported_error(), damage)
        };
        let failure = match catch_unwind(AssertUnwindSafe(work)) {
            Ok(Ok(())) => return None,
            Ok(Err(failure)) => failure,
            Err(_) => Failure::new(ACL_ERROR_INTERNAL_ERROR, "the implementation panicked"),
        };
        exception::raise(number, self.number, task.launched_by, failure.code);
        let text = format!(
            "task {number} ({call}) on stream {}: {}",
            self.number, failure.text
        );
        Some((awaited, Failure::new(failure.code, text)))
    }

    /// Accepts no more tasks and waits until all have run, without a limit.
    fn close(&self) {
        let mut queue = lock(&self.queue);
        queue.closed = true;
        let launched = queue.launched;
        drop(queue);
        self.changed.notify_all();
        // Without a timeout this cannot fail.
        let _ = self.wait_for(launched, None).map(drop);
        report::forget(self.handle);
    }
}

/// Creates a stream of a context.
fn add(context: usize, null: bool) -> Result<Arc<Stream>, Failure> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let make = |handle| Stream {
        context,
        null,
        handle,
        number: NEXT.fetch_add(1, Ordering::Relaxed),
        queue: Mutex::new(Queue {
            tasks: VecDeque::with_capacity(TASKS),
            launched: 0,
            finished: 0,
            closed: false,
            error: None,
            awaited: Vec::new(),
        }),
        visible: AtomicU64::new(0),
        changed: Condvar::new(),
    };
    let (handle, stream) = match null {
        true => STREAMS.add_own(make),
        false => STREAMS.add(make),
    };
    let served = Arc::clone(&stream);
    let thread = thread::Builder::new().name(format!("acl-stream-{}", stream.number));
    match thread.spawn(move || served.serve()) {
        Ok(_) => Ok(stream),
        Err(error) => {
            STREAMS.remove(handle);
            Err(Failure::new(
                ACL_ERROR_RT_NO_STREAM_RESOURCE,
                format!(
                    "no thread for a stream: {error}; raise the limit of threads or end other programs"
                ),
            ))
        }
    }
}

/// Creates a stream of this thread's context and returns its handle.
pub(crate) fn create() -> Result<usize, Failure> {
    let context = context::current()?.handle;
    Ok(add(context, false)?.handle)
}

/// The own stream of this thread's context, which is created at the first use.
pub(crate) fn null() -> Result<Arc<Stream>, Failure> {
    static FIRST: Mutex<()> = Mutex::new(());
    let context = context::current()?.handle;
    let known = || STREAMS.find(|stream| stream.null && stream.context == context);
    if let Some(stream) = known() {
        return Ok(stream);
    }
    // Only one thread at a time creates a stream.
    let _first = lock(&FIRST);
    known().map_or_else(|| add(context, true), Ok)
}

/// The stream of a handle, if it belongs to this thread's context.
pub(crate) fn resolve(handle: usize) -> Result<Arc<Stream>, Failure> {
    let context = context::current()?;
    if handle == 0 {
        return null();
    }
    let stream = STREAMS.get(handle).ok_or_else(unknown)?;
    if stream.context != context.handle {
        return Err(Failure::new(
            ACL_ERROR_RT_STREAM_CONTEXT,
            "the stream belongs to another context: call aclrtSetCurrentContext with that one first",
        )
        .argument("stream"));
    }
    Ok(stream)
}

/// Waits for a stream's tasks, then destroys it.
pub(crate) fn destroy(handle: usize) -> Result<(), Failure> {
    if handle == 0 {
        return Err(unknown());
    }
    if !resolve(handle)?.is_idle() {
        validate::forbidden(
            "stream",
            || "the stream has tasks that are not finished".to_owned(),
            validate::WAIT_FIRST,
        );
    }
    STREAMS.remove(handle).ok_or_else(unknown)?.close();
    Ok(())
}

/// Waits for the streams for which `which` is true, then destroys them.
pub(super) fn destroy_where(which: impl Fn(&Stream) -> bool) {
    for stream in STREAMS.remove_where(which) {
        stream.close();
    }
}

/// The number of a context's streams that the program has not destroyed.
pub(super) fn count(context: usize) -> usize {
    let streams = STREAMS.all();
    let left = streams
        .iter()
        .filter(|stream| !stream.null && stream.context == context);
    left.count()
}

/// Waits for all streams of this thread's context; reports the first error.
pub(crate) fn synchronize_all() -> Result<(), Failure> {
    let context = context::current()?;
    let mut outcome = Ok(());
    for stream in STREAMS.all() {
        if stream.context == context.handle {
            outcome = outcome.and(stream.synchronize(None));
        }
    }
    outcome
}

fn unknown() -> Failure {
    Failure::new(
        ACL_ERROR_RT_INVALID_HANDLE,
        "no such stream: it was destroyed or never created",
    )
    .argument("stream")
}
