//! Callbacks: the thread that runs them, their order, and refusals.

use std::ffi::c_void;
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ascendcl::bindings::{
    ACL_CALLBACK_BLOCK, ACL_CALLBACK_NO_BLOCK, ACL_ERROR_INVALID_PARAM,
    ACL_ERROR_RT_REPORT_TIMEOUT, ACL_ERROR_RT_STREAM_NO_CB_REG, ACL_ERROR_RT_STREAM_SUBSCRIBE,
    ACL_ERROR_RT_STREAM_SYNC_TIMEOUT, ACL_ERROR_RT_THREAD_SUBSCRIBE, AscendCl, aclrtStream,
};
use nix::sys::pthread::pthread_self;

use crate::alone::{alone, call};
use crate::session::Session;

/// The arguments of the callbacks in order, each with the number of its thread.
static CALLED: Mutex<Vec<(usize, u64)>> = Mutex::new(Vec::new());

unsafe extern "C" fn note(data: *mut c_void) {
    CALLED
        .lock()
        .expect("no panic")
        .push((data.addr(), pthread_self()));
}

/// Whether `note_when_released` may continue.
static RELEASED: AtomicBool = AtomicBool::new(false);

/// Waits until it is released, then does the same as `note`.
unsafe extern "C" fn note_when_released(data: *mut c_void) {
    let limit = Instant::now() + Duration::from_secs(20);
    while !RELEASED.swap(false, Ordering::SeqCst) && Instant::now() < limit {
        thread::yield_now();
    }
    // SAFETY: the caller keeps the same contract.
    unsafe { note(data) };
}

fn launch(
    acl: &AscendCl,
    function: unsafe extern "C" fn(*mut c_void),
    number: usize,
    block: u32,
    stream: aclrtStream,
) -> i32 {
    let data = ptr::without_provenance_mut(number);
    call!(
        acl,
        aclrtLaunchCallback(Some(function), data, block, stream)
    )
}

/// A thread that runs callbacks until none comes for some time. It first passes its number to
/// `send_number`.
fn server(acl: &AscendCl, send_number: impl FnOnce(u64)) -> usize {
    send_number(pthread_self());
    let mut count = 0;
    loop {
        match call!(acl, aclrtProcessReport(2_000)) {
            0 => count += 1,
            // The stream does not have this thread yet, or no longer has it.
            ACL_ERROR_RT_THREAD_SUBSCRIBE if count == 0 => thread::yield_now(),
            _ => return count,
        }
    }
}

alone! {
    fn the_callback_thread_runs_callbacks_in_order(acl) {
        let session = Session::start(acl);
        let mut other = ptr::null_mut();
        session.ok(call!(acl, aclrtCreateStream(&raw mut other)));
        let other_address = other.addr();
        let session_stream = session.stream.addr();
        thread::scope(|scope| {
            let (send, receive) = std::sync::mpsc::channel();
            let server = scope.spawn(move || server(acl, |number| send.send(number).expect("a receiver")));
            let number = receive.recv().expect("a number");
            for stream in [session_stream, other_address] {
                let stream = ptr::without_provenance_mut(stream);
                session.ok(call!(acl, aclrtSubscribeReport(number, stream)));
                let again = call!(acl, aclrtSubscribeReport(number, stream));
                assert_eq!(again, ACL_ERROR_RT_STREAM_SUBSCRIBE);
            }
            for step in 1..=20 {
                session.ok(launch(acl, note, step, ACL_CALLBACK_BLOCK, session.stream));
            }
            session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
            session.ok(launch(acl, note, 99, ACL_CALLBACK_NO_BLOCK, ptr::without_provenance_mut(other_address)));
            session.ok(call!(acl, aclrtSynchronizeStream(ptr::without_provenance_mut(other_address))));
            while CALLED.lock().expect("no panic").len() < 21 {
                thread::yield_now();
            }
            for stream in [session_stream, other_address] {
                let stream = ptr::without_provenance_mut(stream);
                session.ok(call!(acl, aclrtUnSubscribeReport(number, stream)));
            }
            assert_eq!(server.join().expect("no panic"), 21);
            let called = CALLED.lock().expect("no panic").clone();
            let steps: Vec<usize> = called.iter().map(|(step, _)| *step).collect();
            assert_eq!(steps, (1..=20).chain([99]).collect::<Vec<_>>());
            assert!(called.iter().all(|(_, thread)| *thread == number && number != pthread_self()));
        });
    }

    fn a_stream_waits_only_for_blocking_callbacks(acl) {
        let session = Session::start(acl);
        thread::scope(|scope| {
            let (send, receive) = std::sync::mpsc::channel();
            scope.spawn(move || server(acl, |number| send.send(number).expect("a receiver")));
            let number = receive.recv().expect("a number");
            session.ok(call!(acl, aclrtSubscribeReport(number, session.stream)));
            let finished = || CALLED.lock().expect("no panic").len();
            session.ok(launch(acl, note_when_released, 1, ACL_CALLBACK_BLOCK, session.stream));
            let held = call!(acl, aclrtSynchronizeStreamWithTimeout(session.stream, 200));
            assert_eq!((held, finished()), (ACL_ERROR_RT_STREAM_SYNC_TIMEOUT, 0));
            RELEASED.store(true, Ordering::SeqCst);
            session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
            assert_eq!(finished(), 1);
            session.ok(launch(acl, note_when_released, 2, ACL_CALLBACK_NO_BLOCK, session.stream));
            session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
            assert_eq!(finished(), 1);
            RELEASED.store(true, Ordering::SeqCst);
            while finished() < 2 {
                thread::yield_now();
            }
            session.ok(call!(acl, aclrtUnSubscribeReport(number, session.stream)));
        });
    }

    fn a_wrong_thread_stream_or_argument_is_refused(acl) {
        let session = Session::start(acl);
        let own = pthread_self();
        assert_eq!(call!(acl, aclrtProcessReport(10)), ACL_ERROR_RT_THREAD_SUBSCRIBE);
        assert_eq!(launch(acl, note, 1, ACL_CALLBACK_BLOCK, session.stream), ACL_ERROR_RT_STREAM_NO_CB_REG);
        assert_eq!(call!(acl, aclrtUnSubscribeReport(own, session.stream)), ACL_ERROR_RT_STREAM_SUBSCRIBE);
        session.ok(call!(acl, aclrtSubscribeReport(own, session.stream)));
        assert_eq!(call!(acl, aclrtProcessReport(0)), ACL_ERROR_INVALID_PARAM);
        assert_eq!(call!(acl, aclrtProcessReport(-2)), ACL_ERROR_INVALID_PARAM);
        let start = Instant::now();
        assert_eq!(call!(acl, aclrtProcessReport(60)), ACL_ERROR_RT_REPORT_TIMEOUT);
        assert!(start.elapsed() >= Duration::from_millis(60));
        let no_function = call!(acl, aclrtLaunchCallback(None, ptr::null_mut(), ACL_CALLBACK_BLOCK, session.stream));
        assert_eq!(no_function, ACL_ERROR_INVALID_PARAM);
        assert_eq!(launch(acl, note, 1, 2, session.stream), ACL_ERROR_INVALID_PARAM);
        assert_eq!(call!(acl, aclrtUnSubscribeReport(own + 1, session.stream)), ACL_ERROR_RT_THREAD_SUBSCRIBE);
        session.ok(launch(acl, note, 7, ACL_CALLBACK_NO_BLOCK, session.stream));
        session.ok(call!(acl, aclrtProcessReport(-1)));
        assert_eq!(CALLED.lock().expect("no panic").as_slice(), [(7, own)]);
        session.ok(call!(acl, aclrtDestroyStream(session.stream)));
        assert_eq!(call!(acl, aclrtProcessReport(10)), ACL_ERROR_RT_THREAD_SUBSCRIBE);
    }
}
