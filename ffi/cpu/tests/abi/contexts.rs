//! Contexts: each thread has one, and calls fail without it or in another one.

use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use ascendcl::bindings::{
    ACL_ERROR_INVALID_PARAM, ACL_ERROR_RT_CONTEXT_NULL, ACL_ERROR_RT_INVALID_DEVICEID,
    ACL_ERROR_RT_INVALID_HANDLE, ACL_ERROR_RT_MODEL_CONTEXT, ACL_ERROR_RT_PARAM_INVALID,
    ACL_ERROR_RT_STREAM_CONTEXT, ACL_MEM_MALLOC_NORMAL_ONLY,
};

use crate::alone::{alone, call};
use crate::session::{Session, load, message, model};

alone! {
    fn calls_without_a_context_are_refused(acl) {
        let session = Session::start(acl);
        let (context, stream) = (session.context().addr(), session.stream.addr());
        let pointer = session.malloc(8).addr();
        thread::scope(|scope| {
            scope.spawn(move || {
                let (mut device, mut memory, mut event) = (0, ptr::null_mut(), ptr::null_mut());
                let stream = ptr::without_provenance_mut(stream);
                let codes = [
                    call!(acl, aclrtGetDevice(&raw mut device)),
                    call!(acl, aclrtMalloc(&raw mut memory, 1, ACL_MEM_MALLOC_NORMAL_ONLY)),
                    call!(acl, aclrtFree(ptr::without_provenance_mut(pointer))),
                    call!(acl, aclrtCreateEvent(&raw mut event)),
                    call!(acl, aclrtSynchronizeStream(stream)),
                    call!(acl, aclrtSynchronizeDevice()),
                    load(acl, &model("add.onnx")).0,
                ];
                assert_eq!(codes, [ACL_ERROR_RT_CONTEXT_NULL; 7]);
                assert!(message(acl).contains("aclrtSetCurrentContext"));
                let context = ptr::without_provenance_mut(context);
                assert_eq!(call!(acl, aclrtSetCurrentContext(context)), 0);
                assert_eq!(call!(acl, aclrtSynchronizeStream(stream)), 0);
            });
        });
    }

    fn streams_and_models_stay_in_their_context(acl) {
        let session = Session::start(acl);
        let (first, id) = (session.context(), session.load("add.onnx"));
        let mut second = ptr::null_mut();
        session.ok(call!(acl, aclrtCreateContext(&raw mut second, 0)));
        assert_eq!(session.context(), second);
        assert_eq!(call!(acl, aclrtSynchronizeStream(session.stream)), ACL_ERROR_RT_STREAM_CONTEXT);
        assert_eq!(call!(acl, aclrtDestroyStream(session.stream)), ACL_ERROR_RT_STREAM_CONTEXT);
        assert_eq!(call!(acl, aclmdlUnload(id)), ACL_ERROR_RT_MODEL_CONTEXT);
        session.ok(call!(acl, aclrtSetCurrentContext(first)));
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
        session.ok(call!(acl, aclmdlUnload(id)));
    }

    fn destroying_a_context_destroys_its_streams(acl) {
        let session = Session::start(acl);
        let (mut context, mut stream) = (ptr::null_mut(), ptr::null_mut());
        session.ok(call!(acl, aclrtCreateContext(&raw mut context, 0)));
        session.ok(call!(acl, aclrtCreateStream(&raw mut stream)));
        session.ok(call!(acl, aclrtDestroyContext(context)));
        assert_eq!(call!(acl, aclrtSynchronizeStream(stream)), ACL_ERROR_RT_CONTEXT_NULL);
        assert_eq!(call!(acl, aclrtSetCurrentContext(context)), ACL_ERROR_RT_CONTEXT_NULL);
        assert_eq!(call!(acl, aclrtDestroyContext(context)), ACL_ERROR_RT_CONTEXT_NULL);
        session.ok(call!(acl, aclrtSetDevice(0)));
        assert_eq!(call!(acl, aclrtSynchronizeStream(stream)), ACL_ERROR_RT_INVALID_HANDLE);
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
    }

    fn the_last_reset_destroys_the_default_context(acl) {
        let session = Session::start(acl);
        assert_eq!(call!(acl, aclrtDestroyContext(session.context())), ACL_ERROR_RT_PARAM_INVALID);
        session.ok(call!(acl, aclrtSetDevice(0)));
        session.ok(call!(acl, aclrtResetDevice(0)));
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
        session.ok(call!(acl, aclrtResetDevice(0)));
        assert_eq!(call!(acl, aclrtSynchronizeStream(session.stream)), ACL_ERROR_RT_CONTEXT_NULL);
        assert_eq!(call!(acl, aclrtResetDevice(0)), ACL_ERROR_RT_INVALID_DEVICEID);
    }

    fn there_is_one_device(acl) {
        let _session = Session::start(acl);
        let mut context = ptr::null_mut();
        for device in [-1, 1, i32::MAX] {
            assert_eq!(call!(acl, aclrtSetDevice(device)), ACL_ERROR_RT_INVALID_DEVICEID);
            assert_eq!(call!(acl, aclrtCreateContext(&raw mut context, device)), ACL_ERROR_RT_INVALID_DEVICEID);
        }
        assert_eq!(call!(acl, aclrtCreateContext(ptr::null_mut(), 0)), ACL_ERROR_INVALID_PARAM);
        assert_eq!(call!(acl, aclrtSetCurrentContext(ptr::null_mut())), ACL_ERROR_INVALID_PARAM);
    }

    fn many_threads_share_one_context(acl) {
        let session = Session::start(acl);
        let (context, done) = (session.context().addr(), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    assert_eq!(call!(acl, aclrtSetCurrentContext(ptr::without_provenance_mut(context))), 0);
                    for _ in 0..50 {
                        let mut stream = ptr::null_mut();
                        assert_eq!(call!(acl, aclrtCreateStream(&raw mut stream)), 0);
                        assert_eq!(call!(acl, aclrtDestroyStream(stream)), 0);
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!(done.into_inner(), 400);
    }
}
