//! Models: their descriptions and their results, with AIPP and without.

use std::ffi::CStr;
use std::fs;
use std::ptr;
use std::thread;

use ascendcl::bindings::{
    ACL_DATA_WITH_STATIC_AIPP, ACL_DATA_WITHOUT_AIPP, ACL_ERROR_GE_AIPP_NOT_EXIST, ACL_FLOAT,
    ACL_FORMAT_NCHW, ACL_FORMAT_ND, ACL_FORMAT_NHWC, ACL_INT32, ACL_RGB888_U8, ACL_UINT8,
    ACL_YUV420SP_U8, AscendCl, aclAippInfo, aclError, aclmdlDesc, aclmdlIODims,
};

use crate::alone::{alone, call};
use crate::session::{Session, bytes, directory, floats, load, message, model, picture};

type GetDims = unsafe fn(&AscendCl, *const aclmdlDesc, usize, *mut aclmdlIODims) -> aclError;

fn dims(
    acl: &AscendCl,
    get: GetDims,
    description: *const aclmdlDesc,
    index: usize,
) -> (String, Vec<i64>) {
    let mut dims = aclmdlIODims {
        name: [0; 128],
        dimCount: 0,
        dims: [0; 128],
    };
    // SAFETY: a function of the table with a valid pointer to its result.
    assert_eq!(unsafe { get(acl, description, index, &raw mut dims) }, 0);
    // SAFETY: the name ends with a zero byte, like every name in dims.
    let name = unsafe { CStr::from_ptr(dims.name.as_ptr()) };
    (
        name.to_string_lossy().into_owned(),
        dims.dims[..dims.dimCount].to_vec(),
    )
}

/// Runs `seg` with the test picture and compares the outputs with ONNX Runtime's.
pub fn check_seg(
    session: &Session<'_>,
    run: impl Fn(
        u32,
        *mut ascendcl::bindings::aclmdlDataset,
        *mut ascendcl::bindings::aclmdlDataset,
    ) -> aclError,
) {
    let id = session.load("seg.onnx");
    let (softmax, argmax) = (session.malloc(768), session.malloc(384));
    let input = session.dataset(&[(session.upload(&picture(288)), 288)]);
    let output = session.dataset(&[(softmax, 768), (argmax, 384)]);
    session.ok(run(id, input, output));
    let golden = fs::read(model("seg.softmax.bin")).expect("golden values");
    for (ours, theirs) in floats(&session.download(softmax, 768))
        .iter()
        .zip(floats(&golden))
    {
        assert!((ours - theirs).abs() < 1e-6, "{ours} is not {theirs}");
    }
    let golden = fs::read(model("seg.argmax.bin")).expect("golden values");
    assert_eq!(session.download(argmax, 384), golden);
}

alone! {
    fn a_model_with_aipp_is_described_as_on_the_device(acl) {
        let session = Session::start(acl);
        let id = session.load("seg.onnx");
        let description = session.describe(id);
        assert_eq!(call!(acl, aclmdlGetNumInputs(description)), 1);
        assert_eq!(call!(acl, aclmdlGetNumOutputs(description)), 2);
        let image = ("image".to_owned(), vec![1, 8, 12, 3]);
        assert_eq!(dims(acl, AscendCl::aclmdlGetInputDims, description, 0), image);
        assert_eq!(dims(acl, AscendCl::aclmdlGetInputDimsV2, description, 0), image);
        let softmax = ("softmax".to_owned(), vec![1, 8, 12, 2]);
        assert_eq!(dims(acl, AscendCl::aclmdlGetOutputDims, description, 0), softmax);
        let argmax = ("argmax".to_owned(), vec![1, 8, 12]);
        assert_eq!(dims(acl, AscendCl::aclmdlGetCurOutputDims, description, 1), argmax);
        assert_eq!(call!(acl, aclmdlGetInputFormat(description, 0)), ACL_FORMAT_NHWC);
        assert_eq!(call!(acl, aclmdlGetOutputFormat(description, 0)), ACL_FORMAT_ND);
        assert_eq!(call!(acl, aclmdlGetInputDataType(description, 0)), ACL_UINT8);
        assert_eq!(call!(acl, aclmdlGetOutputDataType(description, 0)), ACL_FLOAT);
        assert_eq!(call!(acl, aclmdlGetOutputDataType(description, 1)), ACL_INT32);
        assert_eq!(call!(acl, aclmdlGetInputSizeByIndex(description, 0)), 288);
        assert_eq!(call!(acl, aclmdlGetOutputSizeByIndex(description, 0)), 768);
        assert_eq!(call!(acl, aclmdlGetOutputSizeByIndex(description, 1)), 384);
        let name = call!(acl, aclmdlGetOutputNameByIndex(description, 1));
        // SAFETY: a text that lives as long as the description.
        assert_eq!(unsafe { CStr::from_ptr(name) }, c"argmax");
        let mut index = 9;
        session.ok(call!(acl, aclmdlGetOutputIndexByName(description, c"argmax".as_ptr(), &raw mut index)));
        assert_eq!(index, 1);
        session.ok(call!(acl, aclmdlGetInputIndexByName(description, c"image".as_ptr(), &raw mut index)));
        assert_eq!(index, 0);
    }

    fn seg_computes_what_onnx_runtime_computes(acl) {
        let session = Session::start(acl);
        check_seg(&session, |id, input, output| call!(acl, aclmdlExecute(id, input, output)));
        check_seg(&session, |id, input, output| {
            session.ok(call!(acl, aclmdlExecuteAsync(id, input, output, session.stream)));
            call!(acl, aclrtSynchronizeStream(session.stream))
        });
    }

    fn one_thread_computes_the_same(acl, ASCENDCL_CPU_THREADS = "1") {
        let session = Session::start(acl);
        check_seg(&session, |id, input, output| call!(acl, aclmdlExecute(id, input, output)));
    }

    fn aipp_crops_swaps_and_normalises_a_batch(acl) {
        let session = Session::start(acl);
        let id = session.load("planes.onnx");
        let pictures = picture(2 * 7 * 9 * 3);
        let planes = session.malloc(576);
        let input = session.dataset(&[(session.upload(&pictures), pictures.len())]);
        session.ok(call!(acl, aclmdlExecute(id, input, session.dataset(&[(planes, 576)]))));
        let (mean, min, factor) = ([10.0, 20.0, 30.0], [0.5, 1.5, 2.5], [0.25, -0.5, 2.0]);
        for (i, number) in floats(&session.download(planes, 576)).iter().enumerate() {
            let (n, c, y, x) = (i / 72, i / 24 % 3, i / 6 % 4, i % 6);
            let byte = pictures[n * 189 + ((y + 1) * 9 + x + 2) * 3 + (2 - c)];
            assert_eq!(*number, (f32::from(byte) - mean[c] - min[c]) * factor[c], "number {i}");
        }
    }

    fn the_aipp_of_a_model_can_be_queried(acl) {
        let session = Session::start(acl);
        let (planes, add) = (session.load("planes.onnx"), session.load("add.onnx"));
        let (mut kind, mut attached) = (9, 0);
        session.ok(call!(acl, aclmdlGetAippType(planes, 0, &raw mut kind, &raw mut attached)));
        assert_eq!((kind, attached), (ACL_DATA_WITH_STATIC_AIPP, usize::MAX));
        session.ok(call!(acl, aclmdlGetAippType(add, 1, &raw mut kind, &raw mut attached)));
        assert_eq!(kind, ACL_DATA_WITHOUT_AIPP);
        let mut info = Box::<aclAippInfo>::new_uninit();
        assert_eq!(call!(acl, aclmdlGetFirstAippInfo(add, 0, info.as_mut_ptr())), ACL_ERROR_GE_AIPP_NOT_EXIST);
        session.ok(call!(acl, aclmdlGetFirstAippInfo(planes, 0, info.as_mut_ptr())));
        // SAFETY: the call succeeded and initialises the whole struct.
        let info = unsafe { info.assume_init() };
        assert_eq!(info.inputFormat, ACL_RGB888_U8);
        assert_eq!((info.srcImageSizeW, info.srcImageSizeH), (9, 7));
        assert_eq!((info.cropSwitch, info.loadStartPosW, info.loadStartPosH), (1, 2, 1));
        assert_eq!((info.cropSizeW, info.cropSizeH), (6, 4));
        assert_eq!((info.rbuvSwapSwitch, info.cscSwitch, info.paddingSwitch), (1, 0, 0));
        assert_eq!((info.meanChn0, info.meanChn1, info.meanChn2), (10, 20, 30));
        assert_eq!((info.minChn0, info.minChn1, info.minChn2), (0.5, 1.5, 2.5));
        assert_eq!((info.varReciChn0, info.varReciChn1, info.varReciChn2), (0.25, -0.5, 2.0));
        assert_eq!((info.srcFormat, info.srcDatatype, info.srcDimNum), (ACL_FORMAT_NCHW, ACL_FLOAT, 4));
        assert_eq!((info.shapeCount, info.outDims[0].srcSize, info.outDims[0].aippOutSize), (1, 378, 576));
        assert_eq!(info.outDims[0].srcDims.dims[..4], [2, 7, 9, 3]);
        assert_eq!(info.outDims[0].aippOutdims.dims[..4], [2, 3, 4, 6]);
        assert!(info.aippExtend.is_null());
    }

    fn one_aipp_configuration_may_serve_a_whole_directory(acl) {
        let session = Session::start(acl);
        let directory = directory("common");
        let path = directory.join("net.v2.onnx");
        fs::copy(model("planes.onnx"), &path).expect("copy");
        let shown = |session: &Session<'_>| {
            let (code, id) = load(acl, &path);
            session.ok(code);
            let description = session.describe(id);
            (call!(acl, aclmdlGetInputDataType(description, 0)), call!(acl, aclmdlGetInputFormat(description, 0)))
        };
        assert_eq!(shown(&session), (ACL_FLOAT, ACL_FORMAT_NCHW));
        fs::copy(model("planes.aipp.cfg"), directory.join("aipp.cfg")).expect("copy");
        assert_eq!(shown(&session), (ACL_UINT8, ACL_FORMAT_NHWC));
        // The model's own configuration takes precedence; this one is invalid.
        fs::write(directory.join("net.v2.aipp.cfg"), "aipp_op {").expect("write");
        assert_ne!(load(acl, &path).0, 0);
    }

    fn inputs_without_aipp_are_used_unchanged(acl) {
        let session = Session::start(acl);
        let id = session.load("add.onnx");
        let (a, b) = ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [0.5, -2.0, 1e9, 0.0, 0.25, 7.0]);
        // The second one has an address that is not aligned for floats.
        let odd = session.upload(&[&[0; 3], &*bytes(&b)].concat()).wrapping_byte_add(3);
        let sum = session.malloc(24);
        let input = session.dataset(&[(session.upload(&bytes(&a)), 24), (odd, 24)]);
        session.ok(call!(acl, aclmdlExecute(id, input, session.dataset(&[(sum, 24)]))));
        let expected: Vec<f32> = a.iter().zip(b).map(|(a, b)| a + b).collect();
        assert_eq!(floats(&session.download(sum, 24)), expected);
    }

    fn integer_types_stay_or_become_int32(acl) {
        let session = Session::start(acl);
        let id = session.load("types.onnx");
        let description = session.describe(id);
        let types = [0, 1, 2].map(|index| call!(acl, aclmdlGetOutputDataType(description, index)));
        assert_eq!(types, [ACL_UINT8, ACL_INT32, ACL_INT32]);
        let (small, large) = (picture(5), picture(20));
        let (out8, out32, out64) = (session.malloc(5), session.malloc(20), session.malloc(20));
        let input = [(session.upload(&small), 5), (session.upload(&large), 20), (session.upload(&large), 20)];
        let output = session.dataset(&[(out8, 5), (out32, 20), (out64, 20)]);
        session.ok(call!(acl, aclmdlExecute(id, session.dataset(&input), output)));
        assert_eq!(session.download(out8, 5), small);
        assert_eq!(session.download(out32, 20), large);
        assert_eq!(session.download(out64, 20), large);
    }

    fn a_model_in_memory_has_no_aipp(acl) {
        let session = Session::start(acl);
        let data = fs::read(model("seg.onnx")).expect("model");
        let mut id = 0;
        session.ok(call!(acl, aclmdlLoadFromMem(data.as_ptr().cast(), data.len(), &raw mut id)));
        let description = session.describe(id);
        assert_eq!(call!(acl, aclmdlGetInputDataType(description, 0)), ACL_FLOAT);
        assert_eq!(call!(acl, aclmdlGetInputSizeByIndex(description, 0)), 1152);
    }

    fn a_program_may_provide_the_memory(acl) {
        let session = Session::start(acl);
        let path = std::ffi::CString::new(model("seg.onnx").to_str().expect("UTF-8")).expect("no zero");
        let (mut work, mut weights, mut id) = (0, 0, 0);
        session.ok(call!(acl, aclmdlQuerySize(path.as_ptr(), &raw mut work, &raw mut weights)));
        assert!(work > 0 && weights > 0);
        let (work_memory, weight_memory) = (session.malloc(work), session.malloc(weights));
        let mut load = |work: (_, usize), weights: (_, usize)| {
            call!(
                acl,
                aclmdlLoadFromFileWithMem(path.as_ptr(), &raw mut id, work.0, work.1, weights.0, weights.1)
            )
        };
        session.ok(load((work_memory, work), (weight_memory, weights)));
        session.ok(load((ptr::null_mut(), 0), (ptr::null_mut(), 0)));
        assert_ne!(load((work_memory, work - 1), (weight_memory, weights)), 0);
        assert_ne!(load((work_memory, work), (ptr::dangling_mut(), weights)), 0);
    }

    fn threads_share_a_model_without_mixing_their_runs(acl) {
        let session = Session::start(acl);
        let (id, context) = (session.load("planes.onnx"), session.context().addr());
        thread::scope(|scope| {
            for value in [1_u8, 50, 200, 255] {
                scope.spawn(move || {
                    let context = ptr::without_provenance_mut(context);
                    assert_eq!(call!(acl, aclrtSetCurrentContext(context)), 0);
                    let session = Session { acl, stream: ptr::null_mut() };
                    let planes = session.malloc(576);
                    let input = session.dataset(&[(session.upload(&[value; 378]), 378)]);
                    let output = session.dataset(&[(planes, 576)]);
                    for _ in 0..50 {
                        session.ok(call!(acl, aclmdlExecute(id, input, output)));
                        let first = floats(&session.download(planes, 4));
                        assert_eq!(first, [(f32::from(value) - 10.5) * 0.25]);
                    }
                });
            }
        });
    }

    fn a_yuv_picture_is_described_and_converted(acl, ASCENDCL_CPU_AIPP_PRECISION = "fp16") {
        let session = Session::start(acl);
        let directory = directory("yuv");
        let path = directory.join("net.onnx");
        fs::copy(model("planes.onnx"), &path).expect("copy");
        let text = "aipp_op { aipp_mode: static input_format: YUV420SP_U8 csc_switch: true matrix_r0c0: 256 matrix_r0c2: 359
            matrix_r1c0: 256 matrix_r1c1: -88 matrix_r1c2: -183 matrix_r2c0: 256 matrix_r2c1: 454 input_bias_1: 128
            input_bias_2: 128 output_bias_2: 7 padding: true left_padding_size: 2 top_padding_size: 2 padding_value: 0.1 }";
        fs::write(directory.join("aipp.cfg"), text).expect("write");
        let (code, id) = load(acl, &path);
        session.ok(code);
        let description = session.describe(id);
        assert_eq!(dims(acl, AscendCl::aclmdlGetInputDims, description, 0).1, [2, 2, 4, 3]);
        assert_eq!(dims(acl, AscendCl::aclmdlGetInputDimsV2, description, 0).1, [2, 3, 4, 1]);
        assert_eq!(call!(acl, aclmdlGetInputSizeByIndex(description, 0)), 24);
        let mut info = Box::<aclAippInfo>::new_uninit();
        session.ok(call!(acl, aclmdlGetFirstAippInfo(id, 0, info.as_mut_ptr())));
        // SAFETY: the call succeeded and initialises the whole struct.
        let info = unsafe { info.assume_init() };
        assert_eq!((info.inputFormat, info.cscSwitch, info.paddingSwitch, info.cropSwitch), (ACL_YUV420SP_U8, 1, 1, 0));
        assert_eq!((info.matrixR0C2, info.matrixR1C1, info.matrixR2C1, info.matrixR2C2), (359, -88, 454, 0));
        assert_eq!((info.inputBias0, info.inputBias1, info.outputBias2), (0, 128, 7));
        assert_eq!((info.leftPaddingSize, info.rightPaddingSize, info.topPaddingSize), (2, 0, 2));
        assert_eq!((info.outDims[0].srcSize, info.outDims[0].aippOutSize), (24, 576));
        assert_eq!(info.outDims[0].aippOutdims.dims[..4], [2, 3, 4, 6]);
        // Grey pictures: each channel is Y, the third is 7 more, and the corner is the half nearest
        // to 0.1.
        let picture = [&[50_u8; 8][..], &[128; 4][..], &[90; 8][..], &[128; 4][..]].concat();
        let planes = session.malloc(576);
        let input = session.dataset(&[(session.upload(&picture), 24)]);
        session.ok(call!(acl, aclmdlExecute(id, input, session.dataset(&[(planes, 576)]))));
        for (i, number) in floats(&session.download(planes, 576)).into_iter().enumerate() {
            let (n, c, y, x) = (i / 72, i / 24 % 3, i / 6 % 4, i % 6);
            let grey = [50.0, 90.0][n] + [0.0, 0.0, 7.0][c];
            assert_eq!(number, if y < 2 || x < 2 { 0.099_975_586 } else { grey }, "number {i}");
        }
    }

    fn the_error_names_a_wrong_precision(acl, ASCENDCL_CPU_AIPP_PRECISION = "half") {
        assert_ne!(call!(acl, aclInit(ptr::null())), 0);
        assert!(message(acl).contains("ASCENDCL_CPU_AIPP_PRECISION"));
    }
}
