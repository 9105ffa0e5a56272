//! `aclInit`, `aclFinalize`, the environment, and the text of the last error.

use std::ptr;
use std::thread;

use ascendcl::bindings::{
    ACL_DEVICE, ACL_ERROR_INVALID_FILE, ACL_ERROR_INVALID_PARAM, ACL_ERROR_REPEAT_FINALIZE,
    ACL_ERROR_REPEAT_INITIALIZE, ACL_ERROR_UNINITIALIZE, ACL_MEM_MALLOC_NORMAL_ONLY,
};

use crate::alone::{alone, call};
use crate::session::{Session, load, message, model};

alone! {
    fn nothing_works_before_init(acl) {
        let (mut pointer, mut stream, mut mode, mut count) = (ptr::null_mut(), ptr::null_mut(), 7, 7);
        let codes = [
            call!(acl, aclFinalize()),
            call!(acl, aclrtSetDevice(0)),
            call!(acl, aclrtResetDevice(0)),
            call!(acl, aclrtGetRunMode(&raw mut mode)),
            call!(acl, aclrtGetDeviceCount(&raw mut count)),
            call!(acl, aclrtMalloc(&raw mut pointer, 1, ACL_MEM_MALLOC_NORMAL_ONLY)),
            call!(acl, aclrtCreateStream(&raw mut stream)),
            call!(acl, aclrtSynchronizeStream(ptr::null_mut())),
            load(acl, &model("seg.onnx")).0,
            call!(acl, aclmdlUnload(1)),
        ];
        assert_eq!(codes, [ACL_ERROR_UNINITIALIZE; 10]);
        assert!(message(acl).contains("aclInit"));
    }

    fn init_and_finalize_work_once(acl) {
        assert_eq!(call!(acl, aclInit(ptr::null())), 0);
        assert_eq!(call!(acl, aclInit(ptr::null())), ACL_ERROR_REPEAT_INITIALIZE);
        assert_eq!(call!(acl, aclFinalize()), 0);
        assert_eq!(call!(acl, aclFinalize()), ACL_ERROR_REPEAT_FINALIZE);
        assert_eq!(call!(acl, aclrtSetDevice(0)), ACL_ERROR_UNINITIALIZE);
    }

    fn a_configuration_file_must_exist(acl) {
        assert_eq!(call!(acl, aclInit(c"no/such/acl.json".as_ptr())), ACL_ERROR_INVALID_FILE);
        assert!(message(acl).contains("no/such/acl.json"));
        let file = std::ffi::CString::new(model("seg.aipp.cfg").to_str().expect("UTF-8")).expect("no zero");
        assert_eq!(call!(acl, aclInit(file.as_ptr())), 0);
    }

    fn the_error_names_a_wrong_run_mode(acl, ASCENDCL_CPU_RUN_MODE = "card") {
        assert_eq!(call!(acl, aclInit(ptr::null())), ACL_ERROR_INVALID_PARAM);
        let text = message(acl);
        assert!(text.contains("ASCENDCL_CPU_RUN_MODE") && text.contains("`card`"), "{text}");
    }

    fn the_error_names_a_wrong_thread_count(acl, ASCENDCL_CPU_THREADS = "0") {
        assert_eq!(call!(acl, aclInit(ptr::null())), ACL_ERROR_INVALID_PARAM);
        assert!(message(acl).contains("ASCENDCL_CPU_THREADS"));
    }

    fn an_error_text_is_fetched_once_by_its_own_thread(acl) {
        assert_eq!(message(acl), "");
        assert_ne!(call!(acl, aclrtSetDevice(0)), 0);
        thread::scope(|scope| {
            scope.spawn(|| assert_eq!(message(acl), ""));
        });
        let text = message(acl);
        assert!(text.starts_with("aclrtSetDevice: ") && text.contains("100001"), "{text}");
        assert_eq!(message(acl), "");
    }

    fn the_implementation_describes_itself(acl) {
        let session = Session::start(acl);
        let (mut major, mut minor, mut patch) = (0, 0, -1);
        session.ok(call!(acl, aclrtGetVersion(&raw mut major, &raw mut minor, &raw mut patch)));
        assert_eq!((major, minor, patch), (1, 3, 0));
        let (mut mode, mut count, mut device) = (7, 0, -1);
        session.ok(call!(acl, aclrtGetRunMode(&raw mut mode)));
        session.ok(call!(acl, aclrtGetDeviceCount(&raw mut count)));
        session.ok(call!(acl, aclrtGetDevice(&raw mut device)));
        assert_eq!((mode, count, device), (ACL_DEVICE, 1, 0));
        let name = call!(acl, aclrtGetSocName());
        // SAFETY: a constant text.
        assert_eq!(unsafe { std::ffi::CStr::from_ptr(name) }, c"CPU");
    }

    fn types_have_sizes_and_half_precision_is_correct(acl) {
        let sizes = [(0, 4), (1, 2), (2, 1), (3, 4), (4, 1), (9, 8), (13, 0), (17, 16), (27, 2), (-1, 0), (99, 0)];
        for (kind, size) in sizes {
            assert_eq!(call!(acl, aclDataTypeSize(kind)), size, "type {kind}");
        }
        // Ties, the least subnormal, the largest number, and numbers that round to infinity.
        let halves = [
            (-1.5, 0xBE00), (1.0 + 0.5 / 1024.0, 0x3C00), (1.0 + 1.5 / 1024.0, 0x3C02),
            (5.960_464_5e-8, 1), (65504.0, 0x7BFF), (65520.0, 0x7C00), (-65520.0, 0xFC00),
        ];
        for (single, half) in halves {
            assert_eq!(call!(acl, aclFloatToFloat16(single)), half, "{single}");
        }
        assert_eq!(call!(acl, aclFloat16ToFloat(0x2004)), 0.007_843_018);
        let nan = call!(acl, aclFloatToFloat16(f32::NAN));
        assert!(call!(acl, aclFloat16ToFloat(nan)).is_nan());
    }

    fn a_process_may_initialise_again_after_finalize(acl) {
        let first = Session::start(acl);
        let id = first.load("add.onnx");
        session_ends(acl, &first);
        let second = Session::start(acl);
        assert_ne!(second.stream, first.stream);
        assert_ne!(call!(acl, aclrtSynchronizeStream(first.stream)), 0);
        assert_ne!(call!(acl, aclmdlUnload(id)), 0);
        session_ends(acl, &second);
    }
}

fn session_ends(acl: &ascendcl::bindings::AscendCl, session: &Session<'_>) {
    session.ok(call!(acl, aclrtDestroyStream(session.stream)));
    session.ok(call!(acl, aclrtResetDevice(0)));
    session.ok(call!(acl, aclFinalize()));
}
