//! Streams and events: order, waiting, and which call reports the error of a task.

use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use ascendcl::bindings::{
    ACL_ERROR_INVALID_PARAM, ACL_ERROR_RT_EVENT_TIMESTAMP_INVALID,
    ACL_ERROR_RT_EVENT_TIMESTAMP_REVERSAL, ACL_ERROR_RT_INVALID_HANDLE, ACL_ERROR_RT_MODEL_EXECUTE,
    ACL_ERROR_RT_PARAM_INVALID, ACL_ERROR_RT_STREAM_SYNC_TIMEOUT,
    ACL_EVENT_RECORDED_STATUS_COMPLETE, ACL_EVENT_RECORDED_STATUS_NOT_READY,
    ACL_EVENT_STATUS_COMPLETE, ACL_EVENT_STATUS_NOT_READY, ACL_MEMCPY_DEVICE_TO_HOST, AscendCl,
    aclError, aclmdlDataset, aclrtEvent, aclrtExceptionInfo, aclrtStream,
};

use crate::alone::{alone, call};
use crate::session::{Session, bytes, floats, message};

/// A second stream of the session's context.
fn another(session: &Session<'_>) -> aclrtStream {
    let mut stream = ptr::null_mut();
    session.ok(call!(session.acl, aclrtCreateStream(&raw mut stream)));
    stream
}

fn query(acl: &AscendCl, event: aclrtEvent) -> (aclError, u32, u32) {
    let (mut old, mut new) = (9, 9);
    let code = call!(acl, aclrtQueryEvent(event, &raw mut old));
    if code == 0 {
        // A task before the event may fail between the two calls.
        let code = call!(acl, aclrtQueryEventStatus(event, &raw mut new));
        return (code, old, new);
    }
    (code, old, new)
}

const NOT_READY: (aclError, u32, u32) = (
    0,
    ACL_EVENT_STATUS_NOT_READY,
    ACL_EVENT_RECORDED_STATUS_NOT_READY,
);
const COMPLETE: (aclError, u32, u32) = (
    0,
    ACL_EVENT_STATUS_COMPLETE,
    ACL_EVENT_RECORDED_STATUS_COMPLETE,
);

/// The model `gather` with its index. The run fails with any index other than 0, 1 and 2.
struct Gather {
    id: u32,
    input: *mut aclmdlDataset,
    output: *mut aclmdlDataset,
    result: *mut c_void,
}

impl Gather {
    fn of(session: &Session<'_>, index: i32) -> Self {
        let result = session.upload(&bytes(&[-1.0]));
        Self {
            id: session.load("gather.onnx"),
            input: session.dataset(&[(session.upload(&index.to_le_bytes()), 4)]),
            output: session.dataset(&[(result, 4)]),
            result,
        }
    }

    fn launch(&self, session: &Session<'_>) {
        let launch = call!(
            session.acl,
            aclmdlExecuteAsync(self.id, self.input, self.output, session.stream)
        );
        session.ok(launch);
    }
}

/// The last exception that the callback got: task, stream, thread, device, code.
static NOTED: [AtomicU32; 5] = [const { AtomicU32::new(0) }; 5];

alone! {
    fn tasks_run_in_order(acl) {
        let session = Session::start(acl);
        const STEPS: usize = 200;
        let device = session.malloc(4096);
        let mut seen = vec![0_u8; STEPS * 4096];
        for (step, value) in seen.chunks_exact_mut(4096).zip(1..) {
            session.ok(call!(acl, aclrtMemsetAsync(device, 4096, value, 4096, session.stream)));
            let target = step.as_mut_ptr().cast();
            session.ok(call!(
                acl,
                aclrtMemcpyAsync(target, 4096, device, 4096, ACL_MEMCPY_DEVICE_TO_HOST, session.stream)
            ));
        }
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
        for (step, value) in seen.chunks_exact(4096).zip(1_u8..) {
            assert!(step.iter().all(|byte| *byte == value), "step {value}");
        }
    }

    fn a_stream_waits_for_an_event_of_another(acl) {
        let session = Session::start(acl);
        let (other, event, device) = (another(&session), session.event(), session.upload(&[1; 64]));
        session.ok(call!(acl, aclrtStreamWaitEvent(session.stream, event)));
        session.ok(call!(acl, aclrtMemsetAsync(device, 64, 2, 64, session.stream)));
        let start = Instant::now();
        let code = call!(acl, aclrtSynchronizeStreamWithTimeout(session.stream, 50));
        assert_eq!(code, ACL_ERROR_RT_STREAM_SYNC_TIMEOUT);
        assert!(start.elapsed() >= Duration::from_millis(50));
        assert_eq!(session.download(device, 64), [1; 64]);
        session.ok(call!(acl, aclrtRecordEvent(event, other)));
        session.ok(call!(acl, aclrtSynchronizeStreamWithTimeout(session.stream, 10_000)));
        assert_eq!(session.download(device, 64), [2; 64]);
        session.ok(call!(acl, aclrtSynchronizeStreamWithTimeout(session.stream, -1)));
        let code = call!(acl, aclrtSynchronizeStreamWithTimeout(session.stream, -2));
        assert_eq!(code, ACL_ERROR_INVALID_PARAM);
    }

    fn an_event_is_complete_when_the_stream_reaches_it(acl) {
        let session = Session::start(acl);
        let (gate, event, other) = (session.event(), session.event(), another(&session));
        assert_eq!(query(acl, event), NOT_READY);
        session.ok(call!(acl, aclrtStreamWaitEvent(session.stream, gate)));
        session.ok(call!(acl, aclrtRecordEvent(event, session.stream)));
        assert_eq!(query(acl, event), NOT_READY);
        session.ok(call!(acl, aclrtRecordEvent(gate, other)));
        session.ok(call!(acl, aclrtSynchronizeEvent(event)));
        assert_eq!(query(acl, event), COMPLETE);
        session.ok(call!(acl, aclrtResetEvent(event, session.stream)));
        session.ok(call!(acl, aclrtSynchronizeDevice()));
        assert_eq!(query(acl, event), NOT_READY);
        session.ok(call!(acl, aclrtRecordEvent(event, session.stream)));
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
        assert_eq!(query(acl, event), COMPLETE);
    }

    fn the_time_between_two_events_is_measured(acl) {
        let session = Session::start(acl);
        let (start, end) = (session.event(), session.event());
        let mut ms = -1.0;
        let mut elapsed = |from, to| {
            let code = call!(acl, aclrtEventElapsedTime(&raw mut ms, from, to));
            (code, ms)
        };
        assert_eq!(elapsed(start, end).0, ACL_ERROR_RT_EVENT_TIMESTAMP_INVALID);
        assert_eq!(call!(acl, aclrtSynchronizeEvent(start)), ACL_ERROR_RT_PARAM_INVALID);
        session.ok(call!(acl, aclrtRecordEvent(start, session.stream)));
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
        std::thread::sleep(Duration::from_millis(30));
        session.ok(call!(acl, aclrtRecordEvent(end, session.stream)));
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
        let (code, time) = elapsed(start, end);
        session.ok(code);
        assert!((30.0..10_000.0).contains(&time), "{time} ms");
        assert_eq!(elapsed(end, start).0, ACL_ERROR_RT_EVENT_TIMESTAMP_REVERSAL);
    }

    fn handles_that_are_not_live_are_refused(acl) {
        let session = Session::start(acl);
        let (gone, event) = (another(&session), session.event());
        session.ok(call!(acl, aclrtDestroyStream(gone)));
        let mut local = 0_u64;
        for wrong in [gone, event, (&raw mut local).cast(), ptr::dangling_mut()] {
            assert_eq!(call!(acl, aclrtSynchronizeStream(wrong)), ACL_ERROR_RT_INVALID_HANDLE);
            assert_eq!(call!(acl, aclrtDestroyStream(wrong)), ACL_ERROR_RT_INVALID_HANDLE);
            assert_eq!(call!(acl, aclrtRecordEvent(event, wrong)), ACL_ERROR_RT_INVALID_HANDLE);
        }
        assert_eq!(call!(acl, aclrtDestroyStream(ptr::null_mut())), ACL_ERROR_RT_INVALID_HANDLE);
        session.ok(call!(acl, aclrtDestroyEvent(event)));
        for wrong in [event, session.stream, ptr::null_mut()] {
            assert_eq!(query(acl, wrong).0, ACL_ERROR_RT_INVALID_HANDLE);
            assert_eq!(call!(acl, aclrtDestroyEvent(wrong)), ACL_ERROR_RT_INVALID_HANDLE);
            assert_eq!(call!(acl, aclrtStreamWaitEvent(session.stream, wrong)), ACL_ERROR_RT_INVALID_HANDLE);
        }
        session.ok(call!(acl, aclrtSynchronizeStream(ptr::null_mut())));
    }

    fn one_waiting_call_reports_the_error_of_a_task(acl) {
        let session = Session::start(acl);
        let (bad, good) = (Gather::of(&session, 7), Gather::of(&session, 1));
        bad.launch(&session);
        good.launch(&session);
        let code = call!(acl, aclrtSynchronizeStream(session.stream));
        assert_eq!(code, ACL_ERROR_RT_MODEL_EXECUTE);
        let text = message(acl);
        assert!(text.contains("aclmdlExecuteAsync") && text.contains("stream"), "{text}");
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
        // The next task has run; the failed one has written nothing.
        assert_eq!(floats(&session.download(good.result, 4)), [20.0]);
        assert_eq!(floats(&session.download(bad.result, 4)), [-1.0]);
        bad.launch(&session);
        assert_eq!(call!(acl, aclrtSynchronizeDevice()), ACL_ERROR_RT_MODEL_EXECUTE);
        session.ok(call!(acl, aclrtSynchronizeDevice()));
        assert_eq!(call!(acl, aclmdlExecute(bad.id, bad.input, bad.output)), ACL_ERROR_RT_MODEL_EXECUTE);
        session.ok(call!(acl, aclmdlExecute(good.id, good.input, good.output)));
    }

    fn an_event_reports_the_error_of_a_task_before_it(acl) {
        let session = Session::start(acl);
        let (bad, good, event) = (Gather::of(&session, -4), Gather::of(&session, 2), session.event());
        bad.launch(&session);
        session.ok(call!(acl, aclrtRecordEvent(event, session.stream)));
        while query(acl, event) == NOT_READY {
            std::thread::yield_now();
        }
        assert_eq!(query(acl, event).0, ACL_ERROR_RT_MODEL_EXECUTE);
        assert_eq!(call!(acl, aclrtSynchronizeEvent(event)), ACL_ERROR_RT_MODEL_EXECUTE);
        // That error was reported; the next run starts afresh.
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
        good.launch(&session);
        session.ok(call!(acl, aclrtRecordEvent(event, session.stream)));
        session.ok(call!(acl, aclrtSynchronizeEvent(event)));
        assert_eq!(query(acl, event), COMPLETE);
        assert_eq!(floats(&session.download(good.result, 4)), [30.0]);
    }

    fn the_exception_callback_gets_a_failed_task(acl) {
        unsafe extern "C" fn note(info: *mut aclrtExceptionInfo) {
            let acl = crate::alone::functions();
            let values = [
                call!(acl, aclrtGetTaskIdFromExceptionInfo(info)),
                call!(acl, aclrtGetStreamIdFromExceptionInfo(info)),
                call!(acl, aclrtGetThreadIdFromExceptionInfo(info)),
                call!(acl, aclrtGetDeviceIdFromExceptionInfo(info)),
                call!(acl, aclrtGetErrorCodeFromExceptionInfo(info)),
            ];
            for (place, value) in NOTED.iter().zip(values) {
                place.store(value, Ordering::SeqCst);
            }
        }
        let session = Session::start(acl);
        session.ok(call!(acl, aclrtSetExceptionInfoCallback(Some(note))));
        let bad = Gather::of(&session, 3);
        bad.launch(&session);
        assert_eq!(call!(acl, aclrtSynchronizeStream(session.stream)), ACL_ERROR_RT_MODEL_EXECUTE);
        let [task, stream, thread, device, code] = NOTED.each_ref().map(|place| place.load(Ordering::SeqCst));
        assert_eq!((task, stream, device), (0, 0, 0));
        assert_eq!(thread, 1);
        assert_eq!(i32::try_from(code), Ok(ACL_ERROR_RT_MODEL_EXECUTE));
        // Outside the callback the info does not exist.
        assert_eq!(call!(acl, aclrtGetTaskIdFromExceptionInfo(ptr::null())), u32::MAX);
    }
}
