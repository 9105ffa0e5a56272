//! Streams: one thread each, which runs its tasks in the order they were launched.
//!
//! A task that fails does not stop the stream. Its error is kept and told by whoever waits or asks next: the
//! first one that nobody has been told.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use ascendcl::bindings::{
    ACL_ERROR_INTERNAL_ERROR, ACL_ERROR_RT_INVALID_HANDLE, ACL_ERROR_RT_NO_STREAM_RESOURCE,
    ACL_ERROR_RT_STREAM_CONTEXT, ACL_ERROR_RT_STREAM_SYNC_TIMEOUT,
};

use super::{context, exception, fault};
use crate::failure::Failure;
use crate::handles::{Registry, lock};

type Work = Box<dyn FnOnce(&Stream) -> Result<(), Failure> + Send>;

struct Task {
    number: u32,
    /// The function that launched it.
    call: &'static str,
    launched_by: u32,
    work: Work,
}

/// The error of a task, until somebody is told.
pub(super) struct TaskError {
    failure: Failure,
    told: AtomicBool,
}

impl TaskError {
    /// The failure; from now on somebody knows.
    pub(super) fn tell(&self) -> Failure {
        self.told.store(true, Ordering::Release);
        self.failure.clone()
    }

    fn is_told(&self) -> bool {
        self.told.load(Ordering::Acquire)
    }
}

struct Queue {
    tasks: VecDeque<Task>,
    launched: u64,
    finished: u64,
    closed: bool,
    error: Option<Arc<TaskError>>,
}

pub(crate) struct Stream {
    pub(super) context: usize,
    number: u32,
    queue: Mutex<Queue>,
    changed: Condvar,
}

static STREAMS: Registry<Stream> = Registry::new();

impl Stream {
    /// Appends a task; `call` is the function that launches it.
    pub(crate) fn launch(
        &self,
        call: &'static str,
        work: impl FnOnce(&Self) -> Result<(), Failure> + Send + 'static,
    ) -> Result<(), Failure> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let mut queue = lock(&self.queue);
        if queue.closed {
            return Err(unknown());
        }
        queue.launched += 1;
        queue.tasks.push_back(Task {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            call,
            launched_by: exception::thread_number(),
            work: Box::new(work),
        });
        self.changed.notify_all();
        Ok(())
    }

    /// Waits for all tasks launched so far; tells the error of one that failed.
    pub(crate) fn synchronize(&self, timeout: Option<Duration>) -> Result<(), Failure> {
        self.drain(timeout)?;
        self.untold_error()
            .map_or(Ok(()), |error| Err(error.tell()))
    }

    /// The error of a task that nobody has been told.
    pub(super) fn untold_error(&self) -> Option<Arc<TaskError>> {
        lock(&self.queue)
            .error
            .clone()
            .filter(|error| !error.is_told())
    }

    fn drain(&self, timeout: Option<Duration>) -> Result<(), Failure> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut queue = lock(&self.queue);
        let launched = queue.launched;
        while queue.finished < launched {
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
        Ok(())
    }

    /// What the stream's thread does.
    fn serve(&self) {
        while let Some(task) = self.next() {
            self.run(task);
            lock(&self.queue).finished += 1;
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

    fn run(&self, task: Task) {
        let (number, call) = (task.number, task.call);
        let work = || fault::at_task(call).and_then(|()| (task.work)(self));
        let failure = match catch_unwind(AssertUnwindSafe(work)) {
            Ok(Ok(())) => return,
            Ok(Err(failure)) => failure,
            Err(_) => Failure::new(ACL_ERROR_INTERNAL_ERROR, "the implementation panicked"),
        };
        exception::raise(number, self.number, task.launched_by, failure.code);
        let text = format!(
            "task {number} ({call}) on stream {}: {}",
            self.number, failure.text
        );
        let mut queue = lock(&self.queue);
        if queue.error.as_ref().is_none_or(|error| error.is_told()) {
            queue.error = Some(Arc::new(TaskError {
                failure: Failure::new(failure.code, text),
                told: AtomicBool::new(false),
            }));
        }
    }

    /// Takes no more tasks; waits until the ones there are have run, however long that takes.
    fn close(&self) {
        lock(&self.queue).closed = true;
        self.changed.notify_all();
        // Without a timeout it cannot fail.
        let _ = self.drain(None);
    }
}

/// A new stream of a context, with its handle.
pub(crate) fn add(context: usize) -> Result<(usize, Arc<Stream>), Failure> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let (handle, stream) = STREAMS.add(|_| Stream {
        context,
        number: NEXT.fetch_add(1, Ordering::Relaxed),
        queue: Mutex::new(Queue {
            tasks: VecDeque::new(),
            launched: 0,
            finished: 0,
            closed: false,
            error: None,
        }),
        changed: Condvar::new(),
    });
    let served = Arc::clone(&stream);
    let thread = thread::Builder::new().name(format!("acl-stream-{}", stream.number));
    match thread.spawn(move || served.serve()) {
        Ok(_) => Ok((handle, stream)),
        Err(error) => {
            STREAMS.remove(handle);
            Err(Failure::new(
                ACL_ERROR_RT_NO_STREAM_RESOURCE,
                format!("no thread for a stream: {error}"),
            ))
        }
    }
}

/// The stream of a handle, null being the context's own, if it belongs to this thread's context.
pub(crate) fn resolve(handle: usize) -> Result<Arc<Stream>, Failure> {
    let context = context::current()?;
    if handle == 0 {
        return context.null_stream();
    }
    let stream = STREAMS.get(handle).ok_or_else(unknown)?;
    if stream.context != context.handle {
        return Err(Failure::new(
            ACL_ERROR_RT_STREAM_CONTEXT,
            "the stream belongs to another context: call aclrtSetCurrentContext with that one first",
        ));
    }
    Ok(stream)
}

/// Ends a stream after its tasks have run.
pub(crate) fn destroy(handle: usize) -> Result<(), Failure> {
    if handle == 0 {
        return Err(unknown());
    }
    resolve(handle)?;
    STREAMS.remove(handle).ok_or_else(unknown)?.close();
    Ok(())
}

/// Ends the streams that `which` picks, each after its tasks have run.
pub(super) fn destroy_where(which: impl Fn(&Stream) -> bool) {
    for stream in STREAMS.remove_where(which) {
        stream.close();
    }
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
}
