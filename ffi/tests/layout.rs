//! The numbers of the ABI. A C compiler printed them from the vendor's headers (1.3.0), and they
//! were copied here by hand. So the test finds a wrong line in `acl.h` even if the bindings agree
//! with it.

use std::mem::{offset_of, size_of};

use ascendcl::bindings as acl;

#[test]
fn structs_have_the_sizes_of_the_header() {
    assert_eq!(size_of::<acl::aclmdlIODims>(), 1160);
    assert_eq!(size_of::<acl::aclAippDims>(), 2336);
    assert_eq!(size_of::<acl::aclmdlBatch>(), 1032);
    assert_eq!(size_of::<acl::aclmdlHW>(), 2056);
    assert_eq!(size_of::<acl::aclAippInfo>(), 299_216);
}

#[test]
fn fields_have_the_offsets_of_the_header() {
    assert_eq!(offset_of!(acl::aclmdlIODims, name), 0);
    assert_eq!(offset_of!(acl::aclmdlIODims, dimCount), 128);
    assert_eq!(offset_of!(acl::aclmdlIODims, dims), 136);
    assert_eq!(offset_of!(acl::aclAippDims, srcDims), 0);
    assert_eq!(offset_of!(acl::aclAippDims, srcSize), 1160);
    assert_eq!(offset_of!(acl::aclAippDims, aippOutdims), 1168);
    assert_eq!(offset_of!(acl::aclAippDims, aippOutSize), 2328);
    assert_eq!(offset_of!(acl::aclmdlBatch, batchCount), 0);
    assert_eq!(offset_of!(acl::aclmdlBatch, batch), 8);
    assert_eq!(offset_of!(acl::aclmdlHW, hwCount), 0);
    assert_eq!(offset_of!(acl::aclmdlHW, hw), 8);
}

#[test]
fn fields_of_aipp_have_the_offsets_of_the_header() {
    let offsets = [
        (offset_of!(acl::aclAippInfo, inputFormat), 0),
        (offset_of!(acl::aclAippInfo, srcImageSizeW), 4),
        (offset_of!(acl::aclAippInfo, srcImageSizeH), 8),
        (offset_of!(acl::aclAippInfo, cropSwitch), 12),
        (offset_of!(acl::aclAippInfo, loadStartPosW), 16),
        (offset_of!(acl::aclAippInfo, loadStartPosH), 20),
        (offset_of!(acl::aclAippInfo, cropSizeW), 24),
        (offset_of!(acl::aclAippInfo, cropSizeH), 28),
        (offset_of!(acl::aclAippInfo, resizeSwitch), 32),
        (offset_of!(acl::aclAippInfo, resizeOutputW), 36),
        (offset_of!(acl::aclAippInfo, resizeOutputH), 40),
        (offset_of!(acl::aclAippInfo, paddingSwitch), 44),
        (offset_of!(acl::aclAippInfo, leftPaddingSize), 48),
        (offset_of!(acl::aclAippInfo, rightPaddingSize), 52),
        (offset_of!(acl::aclAippInfo, topPaddingSize), 56),
        (offset_of!(acl::aclAippInfo, bottomPaddingSize), 60),
        (offset_of!(acl::aclAippInfo, cscSwitch), 64),
        (offset_of!(acl::aclAippInfo, rbuvSwapSwitch), 65),
        (offset_of!(acl::aclAippInfo, axSwapSwitch), 66),
        (offset_of!(acl::aclAippInfo, singleLineMode), 67),
        (offset_of!(acl::aclAippInfo, matrixR0C0), 68),
        (offset_of!(acl::aclAippInfo, matrixR0C1), 72),
        (offset_of!(acl::aclAippInfo, matrixR0C2), 76),
        (offset_of!(acl::aclAippInfo, matrixR1C0), 80),
        (offset_of!(acl::aclAippInfo, matrixR1C1), 84),
        (offset_of!(acl::aclAippInfo, matrixR1C2), 88),
        (offset_of!(acl::aclAippInfo, matrixR2C0), 92),
        (offset_of!(acl::aclAippInfo, matrixR2C1), 96),
        (offset_of!(acl::aclAippInfo, matrixR2C2), 100),
        (offset_of!(acl::aclAippInfo, outputBias0), 104),
        (offset_of!(acl::aclAippInfo, outputBias1), 108),
        (offset_of!(acl::aclAippInfo, outputBias2), 112),
        (offset_of!(acl::aclAippInfo, inputBias0), 116),
        (offset_of!(acl::aclAippInfo, inputBias1), 120),
        (offset_of!(acl::aclAippInfo, inputBias2), 124),
        (offset_of!(acl::aclAippInfo, meanChn0), 128),
        (offset_of!(acl::aclAippInfo, meanChn1), 132),
        (offset_of!(acl::aclAippInfo, meanChn2), 136),
        (offset_of!(acl::aclAippInfo, meanChn3), 140),
        (offset_of!(acl::aclAippInfo, minChn0), 144),
        (offset_of!(acl::aclAippInfo, minChn1), 148),
        (offset_of!(acl::aclAippInfo, minChn2), 152),
        (offset_of!(acl::aclAippInfo, minChn3), 156),
        (offset_of!(acl::aclAippInfo, varReciChn0), 160),
        (offset_of!(acl::aclAippInfo, varReciChn1), 164),
        (offset_of!(acl::aclAippInfo, varReciChn2), 168),
        (offset_of!(acl::aclAippInfo, varReciChn3), 172),
        (offset_of!(acl::aclAippInfo, srcFormat), 176),
        (offset_of!(acl::aclAippInfo, srcDatatype), 180),
        (offset_of!(acl::aclAippInfo, srcDimNum), 184),
        (offset_of!(acl::aclAippInfo, shapeCount), 192),
        (offset_of!(acl::aclAippInfo, outDims), 200),
        (offset_of!(acl::aclAippInfo, aippExtend), 299_208),
    ];
    for (ours, header) in offsets {
        assert_eq!(ours, header);
    }
}

/// Compares the value and the type of each constant with the header.
macro_rules! enums {
    ($($enum:ident: $($constant:ident = $value:literal),+;)*) => {
        #[test]
        fn constants_have_the_values_of_the_header() {
            $($({
                let constant: acl::$enum = acl::$constant;
                assert_eq!(i64::from(constant), $value, stringify!($constant));
            })+)*
        }

        #[test]
        fn enums_are_integers_of_four_bytes() {
            $(
                // A newer library may return a value that a Rust enum must not hold.
                assert_eq!(size_of::<acl::$enum>(), 4);
                let unlisted: acl::$enum = 0x7000_0000;
                assert_eq!(unlisted.count_ones(), 3);
            )*
        }

        const NAMES: &[&str] = &[$($(stringify!($constant)),+),*];
        const ENUMS: &[&str] = &[$(stringify!($enum)),*];
    };
}

enums! {
    aclDataType:
        ACL_DT_UNDEFINED = -1, ACL_FLOAT = 0, ACL_FLOAT16 = 1, ACL_INT8 = 2, ACL_INT32 = 3,
        ACL_UINT8 = 4, ACL_INT16 = 6, ACL_UINT16 = 7, ACL_UINT32 = 8, ACL_INT64 = 9,
        ACL_UINT64 = 10, ACL_DOUBLE = 11, ACL_BOOL = 12, ACL_STRING = 13, ACL_COMPLEX64 = 16,
        ACL_COMPLEX128 = 17, ACL_BF16 = 27;
    aclFormat:
        ACL_FORMAT_UNDEFINED = -1, ACL_FORMAT_NCHW = 0, ACL_FORMAT_NHWC = 1, ACL_FORMAT_ND = 2,
        ACL_FORMAT_NC1HWC0 = 3, ACL_FORMAT_FRACTAL_Z = 4, ACL_FORMAT_NC1HWC0_C04 = 12,
        ACL_FORMAT_HWCN = 16, ACL_FORMAT_NDHWC = 27, ACL_FORMAT_FRACTAL_NZ = 29,
        ACL_FORMAT_NCDHW = 30, ACL_FORMAT_NDC1HWC0 = 32, ACL_FRACTAL_Z_3D = 33;
    aclrtRunMode:
        ACL_DEVICE = 0, ACL_HOST = 1;
    aclrtMemcpyKind:
        ACL_MEMCPY_HOST_TO_HOST = 0, ACL_MEMCPY_HOST_TO_DEVICE = 1, ACL_MEMCPY_DEVICE_TO_HOST = 2,
        ACL_MEMCPY_DEVICE_TO_DEVICE = 3;
    aclrtMemMallocPolicy:
        ACL_MEM_MALLOC_HUGE_FIRST = 0, ACL_MEM_MALLOC_HUGE_ONLY = 1, ACL_MEM_MALLOC_NORMAL_ONLY = 2,
        ACL_MEM_MALLOC_HUGE_FIRST_P2P = 3, ACL_MEM_MALLOC_HUGE_ONLY_P2P = 4,
        ACL_MEM_MALLOC_NORMAL_ONLY_P2P = 5;
    aclrtMemAttr:
        ACL_DDR_MEM = 0, ACL_HBM_MEM = 1, ACL_DDR_MEM_HUGE = 2, ACL_DDR_MEM_NORMAL = 3,
        ACL_HBM_MEM_HUGE = 4, ACL_HBM_MEM_NORMAL = 5, ACL_DDR_MEM_P2P_HUGE = 6,
        ACL_DDR_MEM_P2P_NORMAL = 7, ACL_HBM_MEM_P2P_HUGE = 8, ACL_HBM_MEM_P2P_NORMAL = 9;
    aclrtEventStatus:
        ACL_EVENT_STATUS_COMPLETE = 0, ACL_EVENT_STATUS_NOT_READY = 1,
        ACL_EVENT_STATUS_RESERVED = 2;
    aclrtEventRecordedStatus:
        ACL_EVENT_RECORDED_STATUS_NOT_READY = 0, ACL_EVENT_RECORDED_STATUS_COMPLETE = 1;
    aclrtEventWaitStatus:
        ACL_EVENT_WAIT_STATUS_COMPLETE = 0, ACL_EVENT_WAIT_STATUS_NOT_READY = 1,
        ACL_EVENT_WAIT_STATUS_RESERVED = 0xffff;
    aclrtCallbackBlockType:
        ACL_CALLBACK_NO_BLOCK = 0, ACL_CALLBACK_BLOCK = 1;
    aclLogLevel:
        ACL_DEBUG = 0, ACL_INFO = 1, ACL_WARNING = 2, ACL_ERROR = 3;
    aclAippInputFormat:
        ACL_YUV420SP_U8 = 1, ACL_XRGB8888_U8 = 2, ACL_RGB888_U8 = 3, ACL_YUV400_U8 = 4,
        ACL_NC1HWC0DI_FP16 = 5, ACL_NC1HWC0DI_S8 = 6, ACL_ARGB8888_U8 = 7, ACL_YUYV_U8 = 8,
        ACL_YUV422SP_U8 = 9, ACL_AYUV444_U8 = 10, ACL_RAW10 = 11, ACL_RAW12 = 12, ACL_RAW16 = 13,
        ACL_RAW24 = 14, ACL_AIPP_RESERVED = 0xffff;
    aclmdlInputAippType:
        ACL_DATA_WITHOUT_AIPP = 0, ACL_DATA_WITH_STATIC_AIPP = 1, ACL_DATA_WITH_DYNAMIC_AIPP = 2,
        ACL_DYNAMIC_AIPP_NODE = 3;
    aclmdlConfigAttr:
        ACL_MDL_PRIORITY_INT32 = 0, ACL_MDL_LOAD_TYPE_SIZET = 1, ACL_MDL_PATH_PTR = 2,
        ACL_MDL_MEM_ADDR_PTR = 3, ACL_MDL_MEM_SIZET = 4, ACL_MDL_WEIGHT_ADDR_PTR = 5,
        ACL_MDL_WEIGHT_SIZET = 6, ACL_MDL_WORKSPACE_ADDR_PTR = 7, ACL_MDL_WORKSPACE_SIZET = 8,
        ACL_MDL_INPUTQ_NUM_SIZET = 9, ACL_MDL_INPUTQ_ADDR_PTR = 10, ACL_MDL_OUTPUTQ_NUM_SIZET = 11,
        ACL_MDL_OUTPUTQ_ADDR_PTR = 12;
    aclrtDeviceStatus:
        ACL_RT_DEVICE_STATUS_NORMAL = 0, ACL_RT_DEVICE_STATUS_ABNORMAL = 1,
        ACL_RT_DEVICE_STATUS_END = 0xffff;
}

/// The constants of the CPU implementation. They are larger than the vendor's.
const OURS: [&str; 2] = ["ACL_CPU_MDL_AIPP_PTR", "ACL_CPU_MDL_THREADS_SIZET"];

#[test]
fn every_constant_of_every_enum_of_our_header_is_compared() {
    let header = include_str!("../acl.h");
    let enums = header.match_indices("typedef enum {").map(|(begin, _)| {
        let (body, rest) = header[begin..].split_once('}').unwrap();
        (body, rest.split_once(';').unwrap().0)
    });
    let (mut found, mut names) = (Vec::new(), Vec::new());
    for (body, name) in enums {
        names.push(name.trim());
        let words = body
            .lines()
            .filter_map(|line| line.trim().split_once(" = "));
        found.extend(words.map(|(constant, _)| constant));
    }
    found.retain(|constant| !OURS.contains(constant));
    assert_eq!(found, NAMES);
    assert_eq!(names, ENUMS);
}

#[test]
fn enums_with_negative_values_are_signed_and_no_others() {
    let _: i32 = acl::ACL_DT_UNDEFINED;
    let _: i32 = acl::ACL_FORMAT_UNDEFINED;
    let _: i32 = acl::ACL_SUCCESS;
    let _: u32 = acl::ACL_DEVICE;
    let _: u32 = acl::ACL_MEMCPY_HOST_TO_HOST;
    let _: u32 = acl::ACL_DDR_MEM;
    // These two enums use the same numbers with opposite meanings.
    assert_eq!(acl::ACL_EVENT_STATUS_COMPLETE, 0);
    assert_eq!(acl::ACL_EVENT_RECORDED_STATUS_COMPLETE, 1);
}

#[test]
fn limits_and_flags_are_those_of_the_header() {
    for limit in [
        acl::ACL_MAX_DIM_CNT,
        acl::ACL_MAX_TENSOR_NAME_LEN,
        acl::ACL_MAX_BATCH_NUM,
        acl::ACL_MAX_HW_NUM,
        acl::ACL_MAX_SHAPE_COUNT,
    ] {
        assert_eq!(limit, 128);
    }
    assert_eq!(acl::ACL_INVALID_NODE_INDEX, 0xffff_ffff);
    assert_eq!(acl::ACL_EVENT_TIME_LINE, 8);
    assert_eq!(acl::ACL_DYNAMIC_TENSOR_NAME, b"ascend_mbatch_shape_data\0");
    assert_eq!(acl::ACL_DYNAMIC_AIPP_NAME, b"ascend_dynamic_aipp_data\0");
    assert_eq!(
        [
            acl::ACL_MDL_LOAD_FROM_FILE,
            acl::ACL_MDL_LOAD_FROM_FILE_WITH_MEM,
            acl::ACL_MDL_LOAD_FROM_MEM,
            acl::ACL_MDL_LOAD_FROM_MEM_WITH_MEM,
            acl::ACL_MDL_LOAD_FROM_FILE_WITH_Q,
            acl::ACL_MDL_LOAD_FROM_MEM_WITH_Q,
        ],
        [1, 2, 3, 4, 5, 6]
    );
}

#[test]
fn handles_are_pointers_and_codes_are_ints() {
    assert_eq!(size_of::<acl::aclrtContext>(), size_of::<*mut ()>());
    assert_eq!(size_of::<acl::aclrtStream>(), size_of::<*mut ()>());
    assert_eq!(size_of::<acl::aclrtEvent>(), size_of::<*mut ()>());
    assert_eq!(size_of::<acl::aclError>(), 4);
    assert_eq!(size_of::<acl::aclFloat16>(), 2);
    assert_eq!(size_of::<acl::aclrtCallback>(), size_of::<*mut ()>());
}
