//! Streams: one thread each, which runs its tasks in the order they were launched.
//!
//! A task that fails does not stop the stream. Its error is kept and told by whoever waits or asks next: the
//! first one that nobody has been told. A call that waits for its own task gets that task's error instead.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use ascendcl::bindings::{
    ACL_ERROR_INTERNAL_ERROR, ACL_ERROR_RT_INVALID_HANDLE, ACL_ERROR_RT_NO_STREAM_RESOURCE,
    ACL_ERROR_RT_STREAM_CONTEXT, ACL_ERROR_RT_STREAM_SYNC_TIMEOUT,
};

use super::mark::TaskError;
use super::work::Work;
use super::{context, exception, fault, report};
use crate::failure::Failure;
use crate::handles::{Registry, lock};
use crate::validate;

/// Places for waiting tasks that a stream has from the start; more are allocated when needed.
const TASKS: usize = 64;

struct Task {
    number: u32,
    launched_by: u32,
    /// Whether the caller waits for it and takes its error.
    awaited: bool,
    work: Work,
}

struct Queue {
    tasks: VecDeque<Task>,
    launched: u64,
    finished: u64,
    closed: bool,
    /// The first error that nobody has been told.
    error: Option<Arc<TaskError>>,
    /// Errors of awaited tasks by their position in the order of launches, until they are fetched.
    awaited: Vec<(u64, Failure)>,
}

pub(crate) struct Stream {
    pub(super) context: usize,
    /// Whether it is the one that a null handle names in its context.
    null: bool,
    handle: usize,
    number: u32,
    queue: Mutex<Queue>,
    changed: Condvar,
}

static STREAMS: Registry<Stream> = Registry::new("stream");

impl Stream {
    /// What the ABI calls it.
    pub(crate) fn handle(&self) -> usize {
        self.handle
    }

    /// Appends a task.
    pub(crate) fn launch(&self, work: Work) -> Result<(), Failure> {
        self.append(work, false).map(drop)
    }

    /// Appends a task, waits for it and gives its outcome, which nobody else is told.
    pub(crate) fn launch_and_wait(&self, work: Work) -> Result<(), Failure> {
        let position = self.append(work, true)?;
        let mut queue = self.wait_for(position, None)?;
        let failed = queue.awaited.iter().position(|(task, _)| *task == position);
        failed.map_or(Ok(()), |index| Err(queue.awaited.swap_remove(index).1))
    }

    /// Gives the position of the task in the order of launches, from 1.
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

    /// Waits for all tasks launched so far; tells the error of one that failed.
    pub(crate) fn synchronize(&self, timeout: Option<Duration>) -> Result<(), Failure> {
        let launched = lock(&self.queue).launched;
        drop(self.wait_for(launched, timeout)?);
        self.untold_error()
            .map_or(Ok(()), |error| Err(error.tell()))
    }

    /// Whether no task waits or runs.
    fn is_idle(&self) -> bool {
        let queue = lock(&self.queue);
        queue.finished == queue.launched
    }

    /// The error of a task that nobody has been told.
    fn untold_error(&self) -> Option<Arc<TaskError>> {
        lock(&self.queue)
            .error
            .clone()
            .filter(|error| !error.is_told())
    }

    /// Waits until that many tasks are finished.
    fn wait_for(
        &self,
        finished: u64,
        timeout: Option<Duration>,
    ) -> Result<MutexGuard<'_, Queue>, Failure> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut queue = lock(&self.queue);
        while queue.finished < finished {
            let Some(deadline) = deadline else {
                let woken = self.changed.wait(queue);
                queue = woken.unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Failure::new(
                    ACL_ERROR_RT_STREAM_SYNC_TIMEOUT,
                    format!("stream {}: tasks are not finished in time", self.number),
                ));
            }
            let woken = self.changed.wait_timeout(queue, left);
            queue = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(queue)
    }

    /// What the stream's thread does.
    fn serve(&self) {
        while let Some(task) = self.next() {
            let failed = self.run(task);
            let mut queue = lock(&self.queue);
            queue.finished += 1;
            if let Some((awaited, failure)) = failed {
                if awaited {
                    let position = queue.finished;
                    queue.awaited.push((position, failure));
                } else if queue.error.as_ref().is_none_or(|error| error.is_told()) {
                    queue.error = Some(Arc::new(TaskError::new(failure)));
                }
            }
            drop(queue);
            self.changed.notify_all();
        }
    }

    fn next(&self) -> Option<Task> {
        let mut queue = lock(&self.queue);
        loop {
            if let Some(task) = queue.tasks.pop_front() {
                return Some(task);
            }
            if queue.closed {
                return None;
            }
            let woken = self.changed.wait(queue);
            queue = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Runs a task; when it fails, gives the failure and whether the caller waits for it.
    fn run(&self, task: Task) -> Option<(bool, Failure)> {
        let (number, call, awaited) = (task.number, task.work.call(), task.awaited);
        let work = || {
            let damage = fault::at_task(call).inspect_err(|_| task.work.fail())?;
            task.work.run(self.untold_error(), damage)
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

    /// Takes no more tasks; waits until the ones there are have run, however long that takes.
    fn close(&self) {
        let mut queue = lock(&self.queue);
        queue.closed = true;
        let launched = queue.launched;
        drop(queue);
        self.changed.notify_all();
        // Without a timeout it cannot fail.
        let _ = self.wait_for(launched, None).map(drop);
        report::forget(self.handle);
    }
}

/// A new stream of a context.
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

/// A new stream of this thread's context; gives its handle.
pub(crate) fn create() -> Result<usize, Failure> {
    let context = context::current()?.handle;
    Ok(add(context, false)?.handle)
}

/// The stream of this thread's context that a null handle names, started when first used.
pub(crate) fn null() -> Result<Arc<Stream>, Failure> {
    static FIRST: Mutex<()> = Mutex::new(());
    let context = context::current()?.handle;
    let known = || STREAMS.find(|stream| stream.null && stream.context == context);
    if let Some(stream) = known() {
        return Ok(stream);
    }
    // One thread at a time makes one.
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

/// Ends a stream after its tasks have run.
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

/// Ends the streams that `which` picks, each after its tasks have run.
pub(super) fn destroy_where(which: impl Fn(&Stream) -> bool) {
    for stream in STREAMS.remove_where(which) {
        stream.close();
    }
}

/// How many streams of a context the program has not destroyed.
pub(super) fn count(context: usize) -> usize {
    let streams = STREAMS.all();
    let left = streams
        .iter()
        .filter(|stream| !stream.null && stream.context == context);
    left.count()
}

/// Waits for all streams of this thread's context; tells the first error.
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
