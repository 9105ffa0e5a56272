//! Queries about dynamic shapes and dynamic AIPP, answered by a model that has neither; tensor
//! descriptions; the log.

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::ptr;

use ascendcl::bindings::{
    ACL_ERROR_GE_DYNAMIC_BATCH_SIZE_INVALID, ACL_ERROR_INVALID_PARAM, ACL_FLOAT16, ACL_FORMAT_NCHW,
    ACL_RGB888_U8, ACL_STRING, aclmdlBatch, aclmdlHW,
};

use crate::alone::{alone, call, start};
use crate::session::{Session, message};

alone! {
    fn a_static_model_answers_queries_about_dynamic_shapes(acl) {
        let session = Session::start(acl);
        let id = session.load("seg.onnx");
        let description = session.describe(id);
        let (mut batch, mut hw, mut gears) = (MaybeUninit::<aclmdlBatch>::uninit(), MaybeUninit::<aclmdlHW>::uninit(), 9);
        session.ok(call!(acl, aclmdlGetDynamicBatch(description, batch.as_mut_ptr())));
        session.ok(call!(acl, aclmdlGetDynamicHW(description, usize::MAX, hw.as_mut_ptr())));
        session.ok(call!(acl, aclmdlGetInputDynamicGearCount(description, usize::MAX, &raw mut gears)));
        // SAFETY: the calls have set the counts.
        let counts = unsafe { ((*batch.as_ptr()).batchCount, (*hw.as_ptr()).hwCount) };
        assert_eq!((counts, gears), ((0, 0), 0));
        session.ok(call!(acl, aclmdlGetInputDynamicDims(description, 0, ptr::null_mut(), 0)));
        let one = call!(acl, aclmdlGetInputDynamicDims(description, 0, ptr::null_mut(), 1));
        assert_eq!(one, ACL_ERROR_INVALID_PARAM);
        let mut index = 0;
        let name = c"ascend_mbatch_shape_data";
        let found = call!(acl, aclmdlGetInputIndexByName(description, name.as_ptr(), &raw mut index));
        assert_eq!(found, ACL_ERROR_INVALID_PARAM);
        let input = session.dataset(&[(session.malloc(288), 288)]);
        let refused = [
            call!(acl, aclmdlSetDynamicBatchSize(id, input, 0, 1)),
            call!(acl, aclmdlSetDynamicHWSize(id, input, 0, 8, 12)),
        ];
        assert_eq!(refused, [ACL_ERROR_GE_DYNAMIC_BATCH_SIZE_INVALID; 2]);
        assert_eq!(call!(acl, aclmdlSetDynamicBatchSize(id, input, 1, 1)), ACL_ERROR_INVALID_PARAM);
        assert_eq!(call!(acl, aclmdlGetDynamicBatch(ptr::null(), batch.as_mut_ptr())), ACL_ERROR_INVALID_PARAM);
    }

    fn dynamic_aipp_is_checked_and_refused(acl) {
        let session = Session::start(acl);
        let (id, input) = (session.load("seg.onnx"), session.dataset(&[(session.malloc(288), 288)]));
        assert!(call!(acl, aclmdlCreateAIPP(0)).is_null());
        let set = call!(acl, aclmdlCreateAIPP(2));
        session.ok(call!(acl, aclmdlSetAIPPInputFormat(set, ACL_RGB888_U8)));
        session.ok(call!(acl, aclmdlSetAIPPSrcImageSize(set, 12, 8)));
        assert_eq!(call!(acl, aclmdlSetAIPPSrcImageSize(set, 12, 4097)), ACL_ERROR_INVALID_PARAM);
        session.ok(call!(acl, aclmdlSetAIPPDtcPixelMean(set, 1, 2, 3, 0, 1)));
        assert_eq!(call!(acl, aclmdlSetAIPPDtcPixelMean(set, 1, 2, 3, 0, 2)), ACL_ERROR_INVALID_PARAM);
        assert_eq!(call!(acl, aclmdlSetAIPPByInputIndex(id, input, 0, set)), ACL_ERROR_INVALID_PARAM);
        assert!(message(acl).contains("no dynamic AIPP"));
        session.ok(call!(acl, aclmdlDestroyAIPP(set)));
        assert_eq!(call!(acl, aclmdlDestroyAIPP(set)), ACL_ERROR_INVALID_PARAM);
    }

    fn tensor_descriptions_return_what_was_set(acl) {
        let session = Session::start(acl);
        let dims = [1, 3, 8, 12];
        let desc = call!(acl, aclCreateTensorDesc(ACL_FLOAT16, 4, dims.as_ptr(), ACL_FORMAT_NCHW));
        assert_eq!(call!(acl, aclGetTensorDescType(desc)), ACL_FLOAT16);
        assert_eq!(call!(acl, aclGetTensorDescFormat(desc)), ACL_FORMAT_NCHW);
        assert_eq!(call!(acl, aclGetTensorDescSize(desc)), 576);
        assert_eq!(call!(acl, aclGetTensorDescElementCount(desc)), 288);
        assert_eq!(call!(acl, aclGetTensorDescNumDims(desc)), 4);
        assert_eq!([2, 4].map(|index| call!(acl, aclGetTensorDescDim(desc, index))), [8, -1]);
        let mut dim = 0;
        session.ok(call!(acl, aclGetTensorDescDimV2(desc, 3, &raw mut dim)));
        assert_eq!(dim, 12);
        assert_eq!(call!(acl, aclGetTensorDescDimV2(desc, 4, &raw mut dim)), ACL_ERROR_INVALID_PARAM);
        call!(acl, aclSetTensorDescName(desc, c"image".as_ptr()));
        let name = call!(acl, aclGetTensorDescName(desc));
        // SAFETY: a text that is valid until the name is set again.
        assert_eq!(unsafe { CStr::from_ptr(name) }, c"image");
        assert!(call!(acl, aclCreateTensorDesc(ACL_FLOAT16, -1, dims.as_ptr(), ACL_FORMAT_NCHW)).is_null());
        assert!(call!(acl, aclCreateTensorDesc(ACL_FLOAT16, 1, ptr::null(), ACL_FORMAT_NCHW)).is_null());
        let scalar = call!(acl, aclCreateTensorDesc(ACL_STRING, 0, ptr::null(), ACL_FORMAT_NCHW));
        assert_eq!((call!(acl, aclGetTensorDescElementCount(scalar)), call!(acl, aclGetTensorDescSize(scalar))), (1, 0));
        let dataset = session.dataset(&[(session.malloc(288), 288)]);
        assert!(call!(acl, aclmdlGetDatasetTensorDesc(dataset, 0)).is_null());
        session.ok(call!(acl, aclmdlSetDatasetTensorDesc(dataset, desc, 0)));
        assert_eq!(call!(acl, aclmdlGetDatasetTensorDesc(dataset, 0)), desc);
        assert_eq!(call!(acl, aclmdlSetDatasetTensorDesc(dataset, desc, 1)), ACL_ERROR_INVALID_PARAM);
        call!(acl, aclDestroyTensorDesc(desc));
        assert_eq!(call!(acl, aclGetTensorDescNumDims(desc)), 0);
        assert_eq!(call!(acl, aclmdlSetDatasetTensorDesc(dataset, desc, 0)), ACL_ERROR_INVALID_PARAM);
    }

    fn a_tensor_has_its_real_name(acl) {
        let session = Session::start(acl);
        let description = session.describe(session.load("seg.onnx"));
        let name = call!(acl, aclmdlGetTensorRealName(description, c"argmax".as_ptr()));
        // SAFETY: a text that lives as long as the description.
        assert_eq!(unsafe { CStr::from_ptr(name) }, c"argmax");
        assert!(call!(acl, aclmdlGetTensorRealName(description, c"none".as_ptr())).is_null());
    }
}

/// The process that `the_log_is_what_printf_would_write` starts.
fn write_log() {
    let acl = crate::alone::functions();
    let log = acl.aclAppLog.as_ref().expect("in the table");
    let (func, file) = (c"main".as_ptr(), c"main.c".as_ptr());
    // SAFETY: texts that end with a zero byte, and arguments that match the formats.
    unsafe {
        log(
            3,
            func,
            file,
            17,
            c"%s %d %.3f %zu %.2f %c %ld".as_ptr(),
            c"text".as_ptr(),
            -5_i32,
            1.5_f64,
            7_usize,
            0.25_f64,
            i32::from(b'x'),
            i64::MIN,
        );
        log(
            3,
            func,
            file,
            18,
            c"%.1f %.1f %.1f %.1f %.1f %.1f %.1f %.1f %.1f %d".as_ptr(),
            1.0_f64,
            2.0_f64,
            3.0_f64,
            4.0_f64,
            5.0_f64,
            6.0_f64,
            7.0_f64,
            8.0_f64,
            9.0_f64,
            10_i32,
        );
        log(2, func, file, 19, c"below the level".as_ptr());
        log(3, ptr::null(), file, 20, c"no arguments".as_ptr());
    }
}

#[test]
fn the_log_is_what_printf_would_write() {
    let name = concat!(module_path!(), "::the_log_is_what_printf_would_write");
    if std::env::var("ABI_TEST").is_ok_and(|test| test == name) {
        return write_log();
    }
    let output = start(name, &[]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        text.contains("[ERROR] main.c:17 main: text -5 1.500 7 0.25 x -9223372036854775808\n"),
        "{text}"
    );
    assert!(
        text.contains("[ERROR] main.c:18 main: 1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 9.0 10\n"),
        "{text}"
    );
    assert!(
        text.contains("[ERROR] main.c:20 ?: no arguments\n") && !text.contains("below the level"),
        "{text}"
    );
    let more = start(name, &[("ASCEND_GLOBAL_LOG_LEVEL", "1")]);
    assert!(
        String::from_utf8_lossy(&more.stderr)
            .contains("[WARNING] main.c:19 main: below the level\n")
    );
}
