//! Callbacks of streams. A stream may have one callback thread; its calls of `aclrtProcessReport`
//! run the callbacks that are enqueued on the stream.
//!
//! A thread is identified by its POSIX thread id, the value of `pthread_self`.

use std::collections::{BTreeMap, VecDeque};
use std::ffi::c_void;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use ascendcl::bindings::{
    ACL_ERROR_RT_REPORT_TIMEOUT, ACL_ERROR_RT_STREAM_NO_CB_REG, ACL_ERROR_RT_STREAM_SUBSCRIBE,
    ACL_ERROR_RT_THREAD_SUBSCRIBE,
};
use nix::sys::pthread::pthread_self;

use crate::failure::{Failure, wait_while};
use crate::handles::lock;

/// A function of the program and its argument.
#[derive(Clone, Copy)]
struct ProgramCall {
    function: unsafe extern "C" fn(*mut c_void),
    data: *mut c_void,
}

// SAFETY: this module never dereferences the pointer. The caller of `aclrtLaunchCallback`
// guarantees, by that function's contract, that the callback thread may call the function with this
// data.
unsafe impl Send for ProgramCall {}

#[derive(Default)]
struct Pending {
    calls: VecDeque<ProgramCall>,
    posted: u64,
    finished: u64,
    /// The thread no longer serves any stream.
    closed: bool,
}

/// The calls that wait for one thread.
#[derive(Default)]
struct CallQueue {
    pending: Mutex<Pending>,
    changed: Condvar,
}

/// The callback threads, each with the streams that it serves.
struct CallQueues(BTreeMap<u64, (Arc<CallQueue>, Vec<usize>)>);

static QUEUES: Mutex<CallQueues> = Mutex::new(CallQueues(BTreeMap::new()));

impl CallQueues {
    fn of_stream(&self, stream: usize) -> Option<(u64, &Arc<CallQueue>)> {
        let found = self
            .0
            .iter()
            .find(|(_, (_, streams))| streams.contains(&stream));
        found.map(|(thread, (queue, _))| (*thread, queue))
    }

    /// Removes a stream from its thread; without streams the thread's queue is closed.
    fn remove(&mut self, stream: usize) {
        for (queue, streams) in self.0.values_mut() {
            streams.retain(|named| *named != stream);
            if streams.is_empty() {
                queue.close();
            }
        }
        self.0.retain(|_, (_, streams)| !streams.is_empty());
    }
}

impl CallQueue {
    fn close(&self) {
        lock(&self.pending).closed = true;
        self.changed.notify_all();
    }

    fn post(&self, call: ProgramCall, block: bool) {
        let mut pending = lock(&self.pending);
        pending.calls.push_back(call);
        pending.posted += 1;
        let number = pending.posted;
        self.changed.notify_all();
        let is_waiting =
            |pending: &mut Pending| block && pending.finished < number && !pending.closed;
        drop(wait_while(&self.changed, pending, None, is_waiting));
    }

    /// Runs the next call; waits for one at most `timeout`, or without a limit if it is `None`.
    fn process(&self, timeout: Option<Duration>) -> Result<(), Failure> {
        let is_waiting = |pending: &mut Pending| pending.calls.is_empty() && !pending.closed;
        let pending = lock(&self.pending);
        let mut pending = wait_while(&self.changed, pending, timeout, is_waiting);
        let Some(call) = pending.calls.pop_front() else {
            return Err(match pending.closed {
                true => not_subscribed(),
                false => Failure::new(ACL_ERROR_RT_REPORT_TIMEOUT, "no callback in time"),
            });
        };
        drop(pending);
        // SAFETY: the caller of `aclrtLaunchCallback` guarantees that this thread may call the
        // function with this data.
        unsafe { (call.function)(call.data) };
        lock(&self.pending).finished += 1;
        self.changed.notify_all();
        Ok(())
    }
}

/// A call that is enqueued on a stream.
pub(crate) struct Callback {
    queue: Arc<CallQueue>,
    call: ProgramCall,
    block: bool,
}

impl Callback {
    /// A call for the stream's callback thread.
    pub(crate) fn new(
        stream: usize,
        function: unsafe extern "C" fn(*mut c_void),
        data: *mut c_void,
        block: bool,
    ) -> Result<Self, Failure> {
        let queues = lock(&QUEUES);
        let (_, queue) = queues.of_stream(stream).ok_or_else(|| {
            Failure::new(
                ACL_ERROR_RT_STREAM_NO_CB_REG,
                "the stream has no callback thread: call aclrtSubscribeReport first",
            )
        })?;
        Ok(Self {
            queue: Arc::clone(queue),
            call: ProgramCall { function, data },
            block,
        })
    }

    /// Hands the call to the thread; if `block` is set, waits until it has run.
    pub(super) fn post(self) {
        self.queue.post(self.call, self.block);
    }
}

/// Assigns the callback thread of a stream.
pub(crate) fn subscribe(thread: u64, stream: usize) -> Result<(), Failure> {
    let mut queues = lock(&QUEUES);
    if let Some((named, _)) = queues.of_stream(stream) {
        return Err(Failure::new(
            ACL_ERROR_RT_STREAM_SUBSCRIBE,
            format!("the stream already has the callback thread {named}"),
        ));
    }
    queues.0.entry(thread).or_default().1.push(stream);
    Ok(())
}

/// Removes the callback thread of a stream.
pub(crate) fn unsubscribe(thread: u64, stream: usize) -> Result<(), Failure> {
    let mut queues = lock(&QUEUES);
    match queues.of_stream(stream) {
        Some((named, _)) if named == thread => {
            queues.remove(stream);
            Ok(())
        }
        Some((named, _)) => Err(Failure::new(
            ACL_ERROR_RT_THREAD_SUBSCRIBE,
            format!("the callback thread of the stream is {named}, not {thread}"),
        )),
        None => Err(Failure::new(
            ACL_ERROR_RT_STREAM_SUBSCRIBE,
            "the stream has no callback thread",
        )),
    }
}

/// Runs the next callback for this thread; `None` waits without a limit.
pub(crate) fn process(timeout: Option<Duration>) -> Result<(), Failure> {
    let queue = lock(&QUEUES)
        .0
        .get(&pthread_self())
        .map(|(queue, _)| Arc::clone(queue));
    queue.ok_or_else(not_subscribed)?.process(timeout)
}

/// Removes a destroyed stream.
pub(super) fn forget(stream: usize) {
    lock(&QUEUES).remove(stream);
}

/// Removes all threads and wakes them.
pub(super) fn clear() {
    let mut queues = lock(&QUEUES);
    for (queue, _) in queues.0.values() {
        queue.close();
    }
    queues.0.clear();
}

fn not_subscribed() -> Failure {
    Failure::new(
        ACL_ERROR_RT_THREAD_SUBSCRIBE,
        "this thread serves no stream: call aclrtSubscribeReport with its pthread_self()",
    )
    .into_answer()
}
