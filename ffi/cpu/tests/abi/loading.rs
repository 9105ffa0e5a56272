//! Models loaded with a list of settings, and copies of rows.

use std::ffi::{CString, c_void};
use std::fs;
use std::ptr;

use ascendcl::bindings::{
    ACL_CPU_MDL_AIPP_PTR, ACL_CPU_MDL_THREADS_SIZET, ACL_ERROR_FEATURE_UNSUPPORTED,
    ACL_ERROR_GE_LOAD_MODEL, ACL_ERROR_GE_PARAM_INVALID, ACL_ERROR_INVALID_PARAM,
    ACL_ERROR_RT_PARAM_INVALID, ACL_MDL_INPUTQ_NUM_SIZET, ACL_MDL_LOAD_FROM_FILE,
    ACL_MDL_LOAD_FROM_FILE_WITH_MEM, ACL_MDL_LOAD_FROM_MEM, ACL_MDL_LOAD_TYPE_SIZET,
    ACL_MDL_MEM_ADDR_PTR, ACL_MDL_MEM_SIZET, ACL_MDL_PATH_PTR, ACL_MDL_PRIORITY_INT32,
    ACL_MDL_WORKSPACE_ADDR_PTR, ACL_MDL_WORKSPACE_SIZET, ACL_MEMCPY_DEVICE_TO_HOST,
    ACL_MEMCPY_HOST_TO_DEVICE, ACL_UINT8, aclmdlConfigAttr, aclmdlConfigHandle,
};

use crate::alone::{alone, call};
use crate::session::{Session, directory, message, model, picture};

fn set<T>(
    session: &Session<'_>,
    handle: *mut aclmdlConfigHandle,
    attr: aclmdlConfigAttr,
    value: T,
) -> i32 {
    let place = (&raw const value).cast::<c_void>();
    call!(
        session.acl,
        aclmdlSetConfigOpt(handle, attr, place, size_of::<T>())
    )
}

fn path(file: &std::path::Path) -> CString {
    CString::new(file.to_str().expect("UTF-8")).expect("no zero byte")
}

alone! {
    fn a_model_is_loaded_with_its_settings(acl) {
        let session = Session::start(acl);
        let handle = call!(acl, aclmdlCreateConfigHandle());
        let mut id = 0;
        let load = |id: &mut u32| call!(acl, aclmdlLoadWithConfig(handle, id));
        assert_eq!(load(&mut id), ACL_ERROR_INVALID_PARAM);
        session.ok(set(&session, handle, ACL_MDL_PRIORITY_INT32, 0_i32));
        session.ok(set(&session, handle, ACL_MDL_LOAD_TYPE_SIZET, ACL_MDL_LOAD_FROM_FILE as usize));
        assert_eq!(load(&mut id), ACL_ERROR_INVALID_PARAM);
        assert!(message(acl).contains("ACL_MDL_PATH_PTR"));
        let file = path(&model("planes.onnx"));
        session.ok(set(&session, handle, ACL_MDL_PATH_PTR, file.as_ptr()));
        drop(file);
        session.ok(set(&session, handle, ACL_CPU_MDL_THREADS_SIZET, 1_usize));
        session.ok(load(&mut id));
        assert_eq!(call!(acl, aclmdlGetInputDataType(session.describe(id), 0)), ACL_UINT8);
        // Memory is not copied before the model is loaded. The AIPP configuration is the named
        // file.
        let data = fs::read(model("planes.onnx")).expect("model");
        session.ok(set(&session, handle, ACL_MDL_LOAD_TYPE_SIZET, ACL_MDL_LOAD_FROM_MEM as usize));
        session.ok(set(&session, handle, ACL_MDL_MEM_ADDR_PTR, data.as_ptr()));
        session.ok(set(&session, handle, ACL_MDL_MEM_SIZET, data.len()));
        session.ok(load(&mut id));
        assert_eq!(call!(acl, aclmdlGetInputSizeByIndex(session.describe(id), 0)), 576);
        let aipp = path(&model("planes.aipp.cfg"));
        session.ok(set(&session, handle, ACL_CPU_MDL_AIPP_PTR, aipp.as_ptr()));
        session.ok(load(&mut id));
        assert_eq!(call!(acl, aclmdlGetInputSizeByIndex(session.describe(id), 0)), 378);
        let none = path(&directory("config").join("none.cfg"));
        session.ok(set(&session, handle, ACL_CPU_MDL_AIPP_PTR, none.as_ptr()));
        assert_eq!(load(&mut id), ACL_ERROR_GE_LOAD_MODEL);
        assert!(message(acl).contains("none.cfg"));
        session.ok(call!(acl, aclmdlDestroyConfigHandle(handle)));
        assert_eq!(call!(acl, aclmdlDestroyConfigHandle(handle)), ACL_ERROR_INVALID_PARAM);
        assert_eq!(load(&mut id), ACL_ERROR_INVALID_PARAM);
    }

    fn settings_are_checked(acl) {
        let session = Session::start(acl);
        let handle = call!(acl, aclmdlCreateConfigHandle());
        assert_eq!(set(&session, handle, ACL_MDL_LOAD_TYPE_SIZET, 1_u32), ACL_ERROR_INVALID_PARAM);
        assert_eq!(set(&session, handle, ACL_MDL_PRIORITY_INT32, 0_usize), ACL_ERROR_INVALID_PARAM);
        assert_eq!(set(&session, handle, 77, 0_usize), ACL_ERROR_INVALID_PARAM);
        assert_eq!(set(&session, handle, ACL_CPU_MDL_THREADS_SIZET, 0_usize), ACL_ERROR_INVALID_PARAM);
        assert_eq!(set(&session, handle, ACL_MDL_INPUTQ_NUM_SIZET, 1_usize), ACL_ERROR_FEATURE_UNSUPPORTED);
        assert_eq!(call!(acl, aclmdlSetConfigOpt(handle, ACL_MDL_MEM_SIZET, ptr::null(), 8)), ACL_ERROR_INVALID_PARAM);
        session.ok(set(&session, handle, ACL_MDL_LOAD_TYPE_SIZET, ACL_MDL_LOAD_FROM_FILE_WITH_MEM as usize));
        let file = path(&model("seg.onnx"));
        session.ok(set(&session, handle, ACL_MDL_PATH_PTR, file.as_ptr()));
        session.ok(set(&session, handle, ACL_MDL_WORKSPACE_ADDR_PTR, session.malloc(8)));
        session.ok(set(&session, handle, ACL_MDL_WORKSPACE_SIZET, 8_usize));
        let mut id = 0;
        assert_eq!(call!(acl, aclmdlLoadWithConfig(handle, &raw mut id)), ACL_ERROR_GE_PARAM_INVALID);
    }

    fn rows_are_copied_between_pitches(acl) {
        let session = Session::start(acl);
        let (device, bytes) = (session.malloc(40), picture(40));
        let write = |width, height, pitch| {
            call!(acl, aclrtMemcpy2d(device, pitch, bytes.as_ptr().cast(), 8, width, height, ACL_MEMCPY_HOST_TO_DEVICE))
        };
        session.ok(write(3, 4, 10));
        let seen = session.download(device, 40);
        for (at, byte) in seen.iter().enumerate() {
            let (row, column) = (at / 10, at % 10);
            let expected = if column < 3 { bytes[row * 8 + column] } else { 0xA5 };
            assert_eq!(*byte, expected, "byte {at}");
        }
        let mut back = [0_u8; 12];
        session.ok(call!(acl, aclrtMemcpy2dAsync(back.as_mut_ptr().cast(), 3, device, 10, 3, 4, ACL_MEMCPY_DEVICE_TO_HOST, session.stream)));
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
        assert_eq!(back[9..], bytes[24..27]);
        for (width, height, pitch) in [(0, 4, 10), (3, 0, 10), (4, 4, 3), (9, 1, 10), (3, 5, 10), (2, usize::MAX, 10)] {
            assert_eq!(write(width, height, pitch), ACL_ERROR_RT_PARAM_INVALID, "{width} {height} {pitch}");
        }
        assert_eq!(call!(acl, aclrtMemcpy2d(device, 10, bytes.as_ptr().cast(), 8, 3, 4, 9)), ACL_ERROR_RT_PARAM_INVALID);
    }
}
