//! Injected faults as a program under test sees them.

use std::ptr;
use std::time::{Duration, Instant};

use ascendcl::bindings::{
    ACL_ERROR_INVALID_PARAM, ACL_ERROR_RT_MODEL_EXECUTE, ACL_ERROR_RT_STREAM_SYNC_TIMEOUT,
    ACL_EVENT_RECORDED_STATUS_NOT_READY, aclmdlDataset,
};

use crate::alone::{alone, call};
use crate::session::{Session, message, picture};

/// The model `planes` with its datasets.
fn planes(session: &Session<'_>) -> (u32, *mut aclmdlDataset, *mut aclmdlDataset) {
    let input = session.dataset(&[(session.upload(&picture(378)), 378)]);
    (
        session.load("planes.onnx"),
        input,
        session.dataset(&[(session.malloc(576), 576)]),
    )
}

alone! {
    fn the_third_run_hangs(acl, ASCENDCL_CPU_FAULT = "aclmdlExecuteAsync:3:hang") {
        let session = Session::start(acl);
        let (id, input, output) = planes(&session);
        let event = session.event();
        let launch = || {
            session.ok(call!(acl, aclmdlExecuteAsync(id, input, output, session.stream)));
            session.ok(call!(acl, aclrtRecordEvent(event, session.stream)));
            call!(acl, aclrtSynchronizeStreamWithTimeout(session.stream, 300))
        };
        assert_eq!([launch(), launch(), launch()], [0, 0, ACL_ERROR_RT_STREAM_SYNC_TIMEOUT]);
        let mut status = 9;
        session.ok(call!(acl, aclrtQueryEventStatus(event, &raw mut status)));
        assert_eq!(status, ACL_EVENT_RECORDED_STATUS_NOT_READY);
    }

    fn the_call_that_waits_reports_a_failed_run(acl, ASCENDCL_CPU_FAULT = "aclmdlExecuteAsync:2:error=507011") {
        let session = Session::start(acl);
        let (id, input, output) = planes(&session);
        let launch = || {
            session.ok(call!(acl, aclmdlExecuteAsync(id, input, output, session.stream)));
            call!(acl, aclrtSynchronizeStream(session.stream))
        };
        assert_eq!([launch(), launch(), launch()], [0, ACL_ERROR_RT_MODEL_EXECUTE, 0]);
        assert!(message(acl).contains("ASCENDCL_CPU_FAULT"));
    }

    fn a_delayed_run_takes_longer(acl, ASCENDCL_CPU_FAULT = "aclmdlExecuteAsync:1:delay_ms=500") {
        let session = Session::start(acl);
        let (id, input, output) = planes(&session);
        let start = Instant::now();
        session.ok(call!(acl, aclmdlExecuteAsync(id, input, output, session.stream)));
        assert!(start.elapsed() < Duration::from_millis(400), "the launch waited");
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
        assert!(start.elapsed() >= Duration::from_millis(500));
    }

    fn a_synchronous_call_returns_the_error(acl, ASCENDCL_CPU_FAULT = "aclrtMalloc:2:error=207001,aclmdlExecute:*:error=507010") {
        let session = Session::start(acl);
        session.malloc(8);
        let mut pointer = ptr::null_mut();
        assert_eq!(call!(acl, aclrtMalloc(&raw mut pointer, 8, 0)), 207_001);
        assert!(pointer.is_null());
        let (id, input, output) = planes(&session);
        assert_eq!(call!(acl, aclmdlExecute(id, input, output)), 507_010);
        assert_eq!(call!(acl, aclmdlExecute(id, input, output)), 507_010);
    }

    fn an_invalid_rule_makes_init_fail(acl, ASCENDCL_CPU_FAULT = "aclmdlRun:1:hang") {
        assert_eq!(call!(acl, aclInit(ptr::null())), ACL_ERROR_INVALID_PARAM);
        assert!(message(acl).contains("`aclmdlRun:1:hang`"));
    }

    fn short_writes_half_of_an_output(acl, ASCENDCL_CPU_FAULT = "aclmdlExecute:2:short,aclmdlExecute:3:corrupt") {
        let session = Session::start(acl);
        let (id, input) = (session.load("planes.onnx"), session.dataset(&[(session.upload(&picture(378)), 378)]));
        let planes = session.malloc(600);
        let output = session.dataset(&[(planes, 600)]);
        let run = || {
            session.ok(call!(acl, aclrtMemset(planes, 600, 0x11, 600)));
            session.ok(call!(acl, aclmdlExecute(id, input, output)));
            session.download(planes, 600)
        };
        let (whole, short, corrupt) = (run(), run(), run());
        assert_eq!((&short[..288], &short[288..]), (&whole[..288], &[0x11; 312][..]));
        assert_ne!(whole[288..576], [0x11; 288]);
        let turned: Vec<u8> = whole[..576].iter().map(|byte| !byte).collect();
        assert_eq!((&corrupt[..576], &corrupt[576..]), (&turned[..], &[0x11; 24][..]));
        assert_eq!(run(), whole);
    }

    fn outputs_of_the_executor_are_damaged_too(acl, ASCENDCL_CPU_FAULT = "aclmdlExecute:2:short,aclmdlExecute:3:corrupt") {
        let session = Session::start(acl);
        let (id, input) = (session.load("seg.onnx"), session.dataset(&[(session.upload(&picture(288)), 288)]));
        let (softmax, argmax) = (session.malloc(768), session.malloc(384));
        let output = session.dataset(&[(softmax, 768), (argmax, 384)]);
        let run = || {
            session.ok(call!(acl, aclrtMemset(softmax, 768, 0x11, 768)));
            session.ok(call!(acl, aclmdlExecute(id, input, output)));
            session.download(softmax, 768)
        };
        let (whole, short, corrupt) = (run(), run(), run());
        assert_eq!((&short[..384], &short[384..]), (&whole[..384], &[0x11; 384][..]));
        assert_ne!(whole[384..], [0x11; 384]);
        assert!(corrupt.iter().zip(&whole).all(|(corrupt, whole)| *corrupt == !whole));
        assert_eq!(run(), whole);
    }

    fn the_memory_of_a_model_counts_for_the_limit(acl, ASCENDCL_CPU_FAULT = "aclrtMalloc:1:oom_bytes=100000") {
        let session = Session::start(acl);
        let first = session.malloc(8);
        let id = session.load("seg.onnx");
        let mut pointer = ptr::null_mut();
        let mut malloc = |size| call!(acl, aclrtMalloc(&raw mut pointer, size, 0));
        assert_eq!(malloc(99_992), 207_001);
        session.ok(call!(acl, aclmdlUnload(id)));
        session.ok(malloc(99_992));
        let (code, _) = crate::session::load(acl, &crate::session::model("seg.onnx"));
        assert_eq!(code, 207_001);
        session.ok(call!(acl, aclrtFree(first)));
    }

    fn a_lost_device_stays_lost(acl, ASCENDCL_CPU_FAULT = "aclmdlExecuteAsync:2:lost") {
        let session = Session::start(acl);
        let (id, input, output) = planes(&session);
        let launch = || call!(acl, aclmdlExecuteAsync(id, input, output, session.stream));
        session.ok(launch());
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
        session.ok(launch());
        let limit = Instant::now() + Duration::from_secs(20);
        while launch() == 0 {
            assert!(Instant::now() < limit, "the device is there");
            std::thread::sleep(Duration::from_millis(1));
        }
        let (mut pointer, mut mode) = (ptr::null_mut(), 9);
        let codes = [
            launch(),
            call!(acl, aclrtSynchronizeStream(session.stream)),
            call!(acl, aclrtMalloc(&raw mut pointer, 8, 0)),
            call!(acl, aclmdlUnload(id)),
            call!(acl, aclrtResetDevice(0)),
        ];
        assert_eq!(codes, [507_010; 5]);
        session.ok(call!(acl, aclrtGetRunMode(&raw mut mode)));
        session.ok(call!(acl, aclFinalize()));
    }

    fn allocation_fails_at_the_limit(acl, ASCENDCL_CPU_FAULT = "aclrtMalloc:2:oom_bytes=1000") {
        let session = Session::start(acl);
        let first = session.malloc(5000);
        let mut pointer = ptr::null_mut();
        let mut malloc = |size| call!(acl, aclrtMalloc(&raw mut pointer, size, 0));
        assert_eq!(malloc(1), 207_001);
        assert!(message(acl).contains("5000 are in use"));
        session.ok(call!(acl, aclrtFree(first)));
        session.ok(malloc(900));
        assert_eq!(malloc(101), 207_001);
        session.ok(malloc(100));
    }
}
