//! Host mode: the CPU cannot access device memory.

use std::os::unix::process::ExitStatusExt;
use std::ptr;

use ascendcl::bindings::{
    ACL_ERROR_GE_PARAM_INVALID, ACL_ERROR_RT_PARAM_INVALID, ACL_HOST, ACL_MEMCPY_DEVICE_TO_DEVICE,
    ACL_MEMCPY_DEVICE_TO_HOST, ACL_MEMCPY_HOST_TO_DEVICE, ACL_MEMCPY_HOST_TO_HOST,
};

use crate::alone::{alone, call, functions, start};
use crate::models::check_seg;
use crate::session::{Session, message, picture};

/// SIGSEGV, the signal of Linux for an access that the pages do not allow.
const SIGSEGV: i32 = 11;

alone! {
    fn models_run_with_copies_to_and_from_the_device(acl, ASCENDCL_CPU_RUN_MODE = "host") {
        let session = Session::start(acl);
        let mut mode = 9;
        session.ok(call!(acl, aclrtGetRunMode(&raw mut mode)));
        assert_eq!(mode, ACL_HOST);
        check_seg(&session, |id, input, output| call!(acl, aclmdlExecute(id, input, output)));
    }

    fn copies_must_name_the_right_direction(acl, ASCENDCL_CPU_RUN_MODE = "host") {
        let session = Session::start(acl);
        let (device, other) = (session.upload(&picture(64)), session.malloc(64));
        let mut host = ptr::null_mut();
        session.ok(call!(acl, aclrtMallocHost(&raw mut host, 64)));
        let right = [
            (device, other, ACL_MEMCPY_DEVICE_TO_DEVICE),
            (host, other, ACL_MEMCPY_DEVICE_TO_HOST),
            (device, host, ACL_MEMCPY_HOST_TO_DEVICE),
            (host, host, ACL_MEMCPY_HOST_TO_HOST),
        ];
        for (to, from, kind) in right {
            for tried in 0..4 {
                let code = call!(acl, aclrtMemcpy(to, 64, from, 64, tried));
                assert_eq!(code, if tried == kind { 0 } else { ACL_ERROR_RT_PARAM_INVALID }, "{tried} for {kind}");
                let code = call!(acl, aclrtMemcpyAsync(to, 64, from, 64, tried, session.stream));
                assert_eq!(code, if tried == kind { 0 } else { ACL_ERROR_RT_PARAM_INVALID }, "{tried} for {kind}");
            }
        }
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
    }

    fn a_model_cannot_use_host_memory(acl, ASCENDCL_CPU_RUN_MODE = "host") {
        let session = Session::start(acl);
        let mut host = ptr::null_mut();
        session.ok(call!(acl, aclrtMallocHost(&raw mut host, 576)));
        // SAFETY: host memory of this size, which no other code uses.
        unsafe { host.cast::<u8>().write_bytes(3, 576) };
        let id = session.load("planes.onnx");
        let input = session.dataset(&[(session.upload(&picture(378)), 378)]);
        let output = session.dataset(&[(host, 576)]);
        assert_eq!(call!(acl, aclmdlExecute(id, input, output)), ACL_ERROR_GE_PARAM_INVALID);
        assert!(message(acl).contains("aclrtMalloc"));
        session.ok(call!(acl, aclrtFreeHost(host)));
    }

    fn memset_writes_device_memory(acl, ASCENDCL_CPU_RUN_MODE = "host") {
        let session = Session::start(acl);
        let device = session.malloc(100_000);
        assert!(session.download(device, 100_000).iter().all(|byte| *byte == 0xA5));
        session.ok(call!(acl, aclrtMemset(device, 100_000, 4, 100_000)));
        session.ok(call!(acl, aclrtMemsetAsync(device, 10, 5, 10, session.stream)));
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
        let bytes = session.download(device, 100_000);
        assert!(bytes[..10].iter().all(|byte| *byte == 5) && bytes[10..].iter().all(|byte| *byte == 4));
        session.ok(call!(acl, aclrtFree(device)));
    }
}

/// The process that `a_program_that_touches_device_memory_dies` starts. In host mode it must not
/// reach its end.
fn touch() {
    let acl = functions();
    let session = Session::start(&acl);
    let pointer = session.malloc(64).cast::<u8>();
    println!("touching");
    // SAFETY: in device mode these are 64 bytes of this process; in host mode the access must end
    // the process.
    unsafe { pointer.write_volatile(1) };
    println!("touched");
}

#[test]
fn a_program_that_touches_device_memory_dies() {
    let name = concat!(
        module_path!(),
        "::a_program_that_touches_device_memory_dies"
    );
    if std::env::var("ABI_TEST").is_ok_and(|test| test == name) {
        return touch();
    }
    let host = start(name, &[("ASCENDCL_CPU_RUN_MODE", "host")]);
    assert_eq!(host.status.signal(), Some(SIGSEGV), "{}", host.status);
    assert!(String::from_utf8_lossy(&host.stdout).contains("touching"));
    let device = start(name, &[("ASCENDCL_CPU_RUN_MODE", "device")]);
    assert!(device.status.success() && String::from_utf8_lossy(&device.stdout).contains("touched"));
}
