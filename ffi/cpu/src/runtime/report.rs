//! Callbacks of streams: each stream may name one thread, whose calls of `aclrtProcessReport` run what is launched
//! there.
//!
//! A thread is named by its POSIX thread id, the value of `pthread_self`.

use std::collections::{BTreeMap, VecDeque};
use std::ffi::c_void;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ascendcl::bindings::{
    ACL_ERROR_RT_REPORT_TIMEOUT, ACL_ERROR_RT_STREAM_NO_CB_REG, ACL_ERROR_RT_STREAM_SUBSCRIBE,
    ACL_ERROR_RT_THREAD_SUBSCRIBE,
};
use nix::sys::pthread::pthread_self;

use crate::failure::Failure;
use crate::handles::lock;

/// A function of the program and what it wants to be called with.
#[derive(Clone, Copy)]
struct Call {
    function: unsafe extern "C" fn(*mut c_void),
    data: *mut c_void,
}

// SAFETY: the pointer is not followed here; it is the program's business that another thread gets it.
unsafe impl Send for Call {}

#[derive(Default)]
struct Waiting {
    calls: VecDeque<Call>,
    posted: u64,
    finished: u64,
    /// Nobody will fetch calls any more.
    closed: bool,
}

/// Where the calls for one thread lie until it fetches them.
#[derive(Default)]
struct Desk {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

/// The threads that are named, each with the streams that name it.
struct Desks(BTreeMap<u64, (Arc<Desk>, Vec<usize>)>);

static DESKS: Mutex<Desks> = Mutex::new(Desks(BTreeMap::new()));

impl Desks {
    fn of_stream(&self, stream: usize) -> Option<(u64, &Arc<Desk>)> {
        let found = self
            .0
            .iter()
            .find(|(_, (_, streams))| streams.contains(&stream));
        found.map(|(thread, (desk, _))| (*thread, desk))
    }

    /// Takes a stream away from its thread; the last one closes the desk.
    fn remove(&mut self, stream: usize) {
        for (desk, streams) in self.0.values_mut() {
            streams.retain(|named| *named != stream);
            if streams.is_empty() {
                desk.close();
            }
        }
        self.0.retain(|_, (_, streams)| !streams.is_empty());
    }
}

impl Desk {
    fn close(&self) {
        lock(&self.waiting).closed = true;
        self.changed.notify_all();
    }

    fn post(&self, call: Call, block: bool) {
        let mut waiting = lock(&self.waiting);
        waiting.calls.push_back(call);
        waiting.posted += 1;
        let number = waiting.posted;
        self.changed.notify_all();
        while block && waiting.finished < number && !waiting.closed {
            let woken = self.changed.wait(waiting);
            waiting = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Runs the next call; waits for one if there is none, at most so long.
    fn process(&self, timeout: Option<Duration>) -> Result<(), Failure> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut waiting = lock(&self.waiting);
        let call = loop {
            if let Some(call) = waiting.calls.pop_front() {
                break call;
            }
            if waiting.closed {
                return Err(not_named());
            }
            let Some(deadline) = deadline else {
                let woken = self.changed.wait(waiting);
                waiting = woken.unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Failure::new(
                    ACL_ERROR_RT_REPORT_TIMEOUT,
                    "no callback came in time",
                ));
            }
            let woken = self.changed.wait_timeout(waiting, left);
            waiting = woken.unwrap_or_else(PoisonError::into_inner).0;
        };
        drop(waiting);
        // SAFETY: the program gave function and data for this call.
        unsafe { (call.function)(call.data) };
        lock(&self.waiting).finished += 1;
        self.changed.notify_all();
        Ok(())
    }
}

/// A call on its way through a stream.
pub(crate) struct Callback {
    desk: Arc<Desk>,
    call: Call,
    block: bool,
}

impl Callback {
    /// A call for the thread that the stream names.
    pub(crate) fn new(
        stream: usize,
        function: unsafe extern "C" fn(*mut c_void),
        data: *mut c_void,
        block: bool,
    ) -> Result<Self, Failure> {
        let desks = lock(&DESKS);
        let (_, desk) = desks.of_stream(stream).ok_or_else(|| {
            Failure::new(
                ACL_ERROR_RT_STREAM_NO_CB_REG,
                "no thread is named for the stream: call aclrtSubscribeReport first",
            )
        })?;
        Ok(Self {
            desk: Arc::clone(desk),
            call: Call { function, data },
            block,
        })
    }

    /// Puts it before the thread, and waits until it has run if that is wanted.
    pub(super) fn post(self) {
        self.desk.post(self.call, self.block);
    }
}

/// Names the thread for a stream.
pub(crate) fn subscribe(thread: u64, stream: usize) -> Result<(), Failure> {
    let mut desks = lock(&DESKS);
    if let Some((named, _)) = desks.of_stream(stream) {
        return Err(Failure::new(
            ACL_ERROR_RT_STREAM_SUBSCRIBE,
            format!("the stream names thread {named} already: a stream has one thread"),
        ));
    }
    desks.0.entry(thread).or_default().1.push(stream);
    Ok(())
}

/// Takes the thread away from the stream.
pub(crate) fn unsubscribe(thread: u64, stream: usize) -> Result<(), Failure> {
    let mut desks = lock(&DESKS);
    match desks.of_stream(stream) {
        Some((named, _)) if named == thread => {
            desks.remove(stream);
            Ok(())
        }
        Some((named, _)) => Err(Failure::new(
            ACL_ERROR_RT_THREAD_SUBSCRIBE,
            format!("the stream names thread {named}, not {thread}"),
        )),
        None => Err(Failure::new(
            ACL_ERROR_RT_STREAM_SUBSCRIBE,
            "the stream names no thread",
        )),
    }
}

/// Runs the next callback for this thread; `None` waits for ever.
pub(crate) fn process(timeout: Option<Duration>) -> Result<(), Failure> {
    let desk = lock(&DESKS)
        .0
        .get(&pthread_self())
        .map(|(desk, _)| Arc::clone(desk));
    desk.ok_or_else(not_named)?.process(timeout)
}

/// A stream is gone.
pub(super) fn forget(stream: usize) {
    lock(&DESKS).remove(stream);
}

/// Everything is over.
pub(super) fn clear() {
    let mut desks = lock(&DESKS);
    for (desk, _) in desks.0.values() {
        desk.close();
    }
    desks.0.clear();
}

fn not_named() -> Failure {
    Failure::new(
        ACL_ERROR_RT_THREAD_SUBSCRIBE,
        "no stream names this thread: call aclrtSubscribeReport with its pthread_self()",
    )
    .into_answer()
}
