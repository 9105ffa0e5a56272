//! Models that cannot be loaded and runs that are refused: the error codes, and texts that name a
//! remedy.

use std::fs;
use std::ptr;

use ascendcl::bindings::{
    ACL_ERROR_GE_EXEC_MODEL_DATA_SIZE_INVALID, ACL_ERROR_GE_EXEC_MODEL_ID_INVALID,
    ACL_ERROR_GE_EXEC_MODEL_PATH_INVALID, ACL_ERROR_GE_LOAD_MODEL, ACL_ERROR_GE_PARAM_INVALID,
    ACL_ERROR_INVALID_PARAM,
};

use crate::alone::{alone, call};
use crate::session::{Session, bytes, directory, floats, load, message, model};

alone! {
    fn files_that_are_not_models_are_refused(acl) {
        let session = Session::start(acl);
        let directory = directory("files");
        let write = |name: &str, data: &[u8]| {
            let path = directory.join(name);
            fs::write(&path, data).expect("write");
            path
        };
        let cases = [
            (directory.join("none.onnx"), ACL_ERROR_GE_EXEC_MODEL_PATH_INVALID, "none.onnx"),
            (directory.clone(), ACL_ERROR_GE_EXEC_MODEL_PATH_INVALID, "directory"),
            (write("empty.onnx", b""), ACL_ERROR_GE_EXEC_MODEL_PATH_INVALID, "empty"),
            (write("text.onnx", b"not a model at all"), ACL_ERROR_GE_LOAD_MODEL, "not an ONNX model"),
            (write("unet.om", b"IMOD\x01\x00\x00\x00rest"), ACL_ERROR_GE_LOAD_MODEL, "give that one"),
            (write("cut.onnx", &fs::read(model("seg.onnx")).expect("model")[..500]), ACL_ERROR_GE_LOAD_MODEL, "cut.onnx"),
            (model("symbol.onnx"), ACL_ERROR_GE_LOAD_MODEL, "`height`"),
        ];
        for (path, code, words) in cases {
            assert_eq!(load(acl, &path).0, code, "{}", path.display());
            let text = message(acl);
            assert!(text.contains(words) && text.contains(path.to_str().expect("UTF-8")), "{text}");
        }
        let mut id = 0;
        let load = |data, size, id| call!(acl, aclmdlLoadFromMem(data, size, id));
        let data = [0_u8; 8];
        assert_eq!(load(ptr::null(), 8, &raw mut id), ACL_ERROR_INVALID_PARAM);
        assert_eq!(load(data.as_ptr().cast(), 8, ptr::null_mut()), ACL_ERROR_INVALID_PARAM);
        assert_eq!(load(data.as_ptr().cast(), 0, &raw mut id), ACL_ERROR_GE_EXEC_MODEL_DATA_SIZE_INVALID);
        assert_eq!(load(data.as_ptr().cast(), 8, &raw mut id), ACL_ERROR_GE_LOAD_MODEL);
        assert_eq!(call!(acl, aclmdlLoadFromFile(ptr::null(), &raw mut id)), ACL_ERROR_INVALID_PARAM);
        session.ok(call!(acl, aclrtSynchronizeDevice()));
    }

    fn the_error_names_an_aipp_configuration_that_does_not_fit(acl) {
        let _session = Session::start(acl);
        let directory = directory("aipp");
        let path = directory.join("net.onnx");
        let aipp = directory.join("net.aipp.cfg");
        fs::copy(model("planes.onnx"), &path).expect("copy");
        let good = fs::read_to_string(model("planes.aipp.cfg")).expect("configuration");
        let cases = [
            ("min_chn_0", "min_chn_9", "line 17: `min_chn_9`"),
            ("crop_size_w: 6", "crop_size_w: 5", "width"),
            ("RGB888_U8", "XRGB8888_U8", "not supported yet"),
            ("RGB888_U8", "YUV420SP_U8", "is odd"),
            ("aipp_mode: static", "aipp_mode: static\n    related_input_rank: 1", "related_input_rank 1"),
        ];
        for (from, to, words) in cases {
            fs::write(&aipp, good.replacen(from, to, 1)).expect("write");
            assert_eq!(load(acl, &path).0, ACL_ERROR_GE_LOAD_MODEL, "{to}");
            let text = message(acl);
            assert!(text.contains(words), "{text}");
        }
        fs::write(&aipp, good).expect("write");
        assert_eq!(load(acl, &path).0, 0);
    }

    fn runs_are_checked_before_they_start(acl) {
        let session = Session::start(acl);
        let id = session.load("add.onnx");
        let (a, b, sum) = (session.upload(&[0; 24]), session.upload(&[0; 24]), session.upload(&[9; 24]));
        let input = session.dataset(&[(a, 24), (b, 24)]);
        let output = session.dataset(&[(sum, 24)]);
        let run = |id, input, output| {
            let now = call!(acl, aclmdlExecute(id, input, output));
            assert_eq!(call!(acl, aclmdlExecuteAsync(id, input, output, session.stream)), now);
            now
        };
        let mut local = [0_u8; 24];
        assert_eq!(run(id, ptr::null_mut(), output), ACL_ERROR_INVALID_PARAM);
        assert_eq!(run(id, input, ptr::null_mut()), ACL_ERROR_INVALID_PARAM);
        assert_eq!(run(id + 1, input, output), ACL_ERROR_GE_EXEC_MODEL_ID_INVALID);
        assert_eq!(run(id, output, output), ACL_ERROR_GE_PARAM_INVALID);
        assert_eq!(run(id, input, input), ACL_ERROR_GE_PARAM_INVALID);
        assert_eq!(run(id, input, session.dataset(&[])), ACL_ERROR_GE_PARAM_INVALID);
        for wrong in [
            (ptr::null_mut(), 24),
            ((&raw mut local).cast(), 24),
            (sum.wrapping_byte_add(8), 24),
        ] {
            assert_eq!(run(id, input, session.dataset(&[wrong])), ACL_ERROR_GE_PARAM_INVALID, "{wrong:?}");
        }
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
        assert_eq!(session.download(sum, 24), [9; 24]);
        let gone = session.dataset(&[(sum, 24)]);
        let buffer = call!(acl, aclmdlGetDatasetBuffer(gone, 0));
        session.ok(call!(acl, aclDestroyDataBuffer(buffer)));
        assert_eq!(run(id, input, gone), ACL_ERROR_INVALID_PARAM);
        session.ok(call!(acl, aclmdlDestroyDataset(gone)));
        assert_eq!(run(id, input, gone), ACL_ERROR_INVALID_PARAM);
        assert_eq!(run(id, input, output), 0);
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
        session.ok(call!(acl, aclmdlUnload(id)));
        assert_eq!(run(id, input, output), ACL_ERROR_GE_EXEC_MODEL_ID_INVALID);
        assert_eq!(call!(acl, aclmdlUnload(id)), ACL_ERROR_GE_EXEC_MODEL_ID_INVALID);
        let description = call!(acl, aclmdlCreateDesc());
        assert_eq!(call!(acl, aclmdlGetDesc(description, id)), ACL_ERROR_GE_EXEC_MODEL_ID_INVALID);
    }

    fn a_buffer_may_be_64_bytes_short_but_not_more(acl) {
        let session = Session::start(acl);
        let id = session.load("planes.onnx");
        let planes = session.malloc(700);
        let input = |size| session.dataset(&[(session.upload(&[100; 500]), size)]);
        let run = |input_size, output_size| {
            session.ok(call!(acl, aclrtMemset(planes, 700, 0, 700)));
            let code = call!(acl, aclmdlExecute(id, input(input_size), session.dataset(&[(planes, output_size)])));
            (code, floats(&session.download(planes, 700)))
        };
        let (code, whole) = run(378, 576);
        session.ok(code);
        assert!(whole[..144].iter().all(|number| *number != 0.0));
        let (code, larger) = run(400, 700);
        session.ok(code);
        assert_eq!(larger, whole);
        let (code, short) = run(378, 512);
        session.ok(code);
        assert_eq!((&short[..128], &short[128..]), (&whole[..128], &[0.0; 47][..]));
        session.ok(run(314, 576).0);
        assert_eq!(run(378, 511).0, ACL_ERROR_GE_PARAM_INVALID);
        assert_eq!(run(313, 576).0, ACL_ERROR_GE_PARAM_INVALID);
    }

    fn an_index_out_of_range_is_refused(acl) {
        let session = Session::start(acl);
        let description = session.describe(session.load("add.onnx"));
        let mut dims = Box::<ascendcl::bindings::aclmdlIODims>::new_uninit();
        let dims = dims.as_mut_ptr();
        assert_eq!(call!(acl, aclmdlGetInputDims(description, 2, dims)), ACL_ERROR_INVALID_PARAM);
        assert_eq!(call!(acl, aclmdlGetOutputDims(description, 1, dims)), ACL_ERROR_INVALID_PARAM);
        assert_eq!(call!(acl, aclmdlGetInputDims(description, 0, ptr::null_mut())), ACL_ERROR_INVALID_PARAM);
        assert_eq!(call!(acl, aclmdlGetInputDims(ptr::null(), 0, dims)), ACL_ERROR_INVALID_PARAM);
        assert_eq!(call!(acl, aclmdlGetInputSizeByIndex(description, 2)), 0);
        assert_eq!(call!(acl, aclmdlGetOutputSizeByIndex(ptr::null_mut(), 0)), 0);
        assert_eq!(call!(acl, aclmdlGetNumInputs(ptr::null_mut())), 0);
        assert_eq!(call!(acl, aclmdlGetInputDataType(description, 2)), -1);
        assert_eq!(call!(acl, aclmdlGetOutputFormat(description, 1)), -1);
        assert!(call!(acl, aclmdlGetInputNameByIndex(description, 2)).is_null());
        let mut index = 0;
        let code = call!(acl, aclmdlGetInputIndexByName(description, c"c".as_ptr(), &raw mut index));
        assert_eq!(code, ACL_ERROR_INVALID_PARAM);
        assert!(message(acl).contains("\"a\", \"b\""));
        let empty = call!(acl, aclmdlCreateDesc());
        assert_eq!(call!(acl, aclmdlGetNumInputs(empty)), 0);
        session.ok(call!(acl, aclmdlDestroyDesc(empty)));
        assert_eq!(call!(acl, aclmdlDestroyDesc(empty)), ACL_ERROR_INVALID_PARAM);
        let (mut kind, mut attached) = (0, 0);
        let code = call!(acl, aclmdlGetAippType(session.load("add.onnx"), 2, &raw mut kind, &raw mut attached));
        assert_eq!(code, ACL_ERROR_INVALID_PARAM);
    }

    fn destroyed_datasets_and_data_buffers_are_refused(acl) {
        let session = Session::start(acl);
        let memory = session.upload(&bytes(&[1.0]));
        let buffer = call!(acl, aclCreateDataBuffer(memory, 4));
        assert_eq!(call!(acl, aclGetDataBufferAddr(buffer)), memory);
        session.ok(call!(acl, aclUpdateDataBuffer(buffer, ptr::null_mut(), 1 << 33)));
        assert!(call!(acl, aclGetDataBufferAddr(buffer)).is_null());
        assert_eq!(call!(acl, aclGetDataBufferSize(buffer)), u32::MAX);
        assert_eq!(call!(acl, aclGetDataBufferSizeV2(buffer)), 1 << 33);
        let dataset = session.dataset(&[(memory, 4)]);
        session.ok(call!(acl, aclmdlAddDatasetBuffer(dataset, buffer)));
        assert_eq!(call!(acl, aclmdlGetDatasetNumBuffers(dataset)), 2);
        assert_eq!(call!(acl, aclmdlGetDatasetBuffer(dataset, 1)), buffer);
        assert!(call!(acl, aclmdlGetDatasetBuffer(dataset, 2)).is_null());
        assert_eq!(call!(acl, aclmdlAddDatasetBuffer(dataset, ptr::null_mut())), ACL_ERROR_INVALID_PARAM);
        assert_eq!(call!(acl, aclmdlAddDatasetBuffer(ptr::null_mut(), buffer)), ACL_ERROR_INVALID_PARAM);
        session.ok(call!(acl, aclDestroyDataBuffer(buffer)));
        assert_eq!(call!(acl, aclDestroyDataBuffer(buffer)), ACL_ERROR_INVALID_PARAM);
        assert_eq!(call!(acl, aclGetDataBufferSizeV2(buffer)), 0);
        session.ok(call!(acl, aclmdlDestroyDataset(dataset)));
        assert_eq!(call!(acl, aclmdlDestroyDataset(dataset)), ACL_ERROR_INVALID_PARAM);
        assert_eq!(call!(acl, aclmdlGetDatasetNumBuffers(dataset)), 0);
    }
}
