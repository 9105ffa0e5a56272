//! The ABI in numbers that were taken from the vendor's headers (1.3.0) with a C compiler, and typed in here by
//! hand: a wrong line in `acl.h` must not pass because the bindings agree with it.

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
fn fields_lie_where_the_header_has_them() {
    assert_eq!(offset_of!(acl::aclmdlIODims, dimCount), 128);
    assert_eq!(offset_of!(acl::aclmdlIODims, dims), 136);
    assert_eq!(offset_of!(acl::aclAippDims, srcSize), 1160);
    assert_eq!(offset_of!(acl::aclAippDims, aippOutdims), 1168);
    assert_eq!(offset_of!(acl::aclAippDims, aippOutSize), 2328);
    assert_eq!(offset_of!(acl::aclmdlBatch, batch), 8);
    assert_eq!(offset_of!(acl::aclmdlHW, hw), 8);
}

#[test]
fn the_fields_of_aipp_lie_where_the_header_has_them() {
    let offsets = [
        (offset_of!(acl::aclAippInfo, srcImageSizeW), 4),
        (offset_of!(acl::aclAippInfo, srcImageSizeH), 8),
        (offset_of!(acl::aclAippInfo, cropSwitch), 12),
        (offset_of!(acl::aclAippInfo, loadStartPosW), 16),
        (offset_of!(acl::aclAippInfo, cropSizeH), 28),
        (offset_of!(acl::aclAippInfo, resizeSwitch), 32),
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
        (offset_of!(acl::aclAippInfo, matrixR2C2), 100),
        (offset_of!(acl::aclAippInfo, outputBias0), 104),
        (offset_of!(acl::aclAippInfo, inputBias0), 116),
        (offset_of!(acl::aclAippInfo, meanChn0), 128),
        (offset_of!(acl::aclAippInfo, minChn0), 144),
        (offset_of!(acl::aclAippInfo, varReciChn0), 160),
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

#[test]
fn enums_are_integers_of_four_bytes_with_the_signs_of_the_header() {
    let _: [i32; 3] = [
        acl::ACL_DT_UNDEFINED,
        acl::ACL_FORMAT_UNDEFINED,
        acl::ACL_SUCCESS,
    ];
    let _: [u32; 3] = [
        acl::ACL_DEVICE,
        acl::ACL_MEMCPY_HOST_TO_HOST,
        acl::ACL_DDR_MEM,
    ];
    assert_eq!((acl::ACL_DEVICE, acl::ACL_HOST), (0, 1));
    assert_eq!(
        (
            acl::ACL_MEMCPY_HOST_TO_DEVICE,
            acl::ACL_MEMCPY_DEVICE_TO_HOST
        ),
        (1, 2)
    );
    assert_eq!(
        (
            acl::ACL_EVENT_STATUS_COMPLETE,
            acl::ACL_EVENT_STATUS_NOT_READY
        ),
        (0, 1)
    );
    assert_eq!(acl::ACL_EVENT_RECORDED_STATUS_NOT_READY, 0);
    assert_eq!(acl::ACL_EVENT_RECORDED_STATUS_COMPLETE, 1);
    assert_eq!(
        (
            acl::ACL_FLOAT,
            acl::ACL_FLOAT16,
            acl::ACL_INT32,
            acl::ACL_UINT8
        ),
        (0, 1, 3, 4)
    );
    assert_eq!(
        (
            acl::ACL_INT64,
            acl::ACL_DOUBLE,
            acl::ACL_BOOL,
            acl::ACL_BF16
        ),
        (9, 11, 12, 27)
    );
    assert_eq!(
        (
            acl::ACL_FORMAT_NCHW,
            acl::ACL_FORMAT_NHWC,
            acl::ACL_FORMAT_ND
        ),
        (0, 1, 2)
    );
    assert_eq!(
        (acl::ACL_RGB888_U8, acl::ACL_RAW24, acl::ACL_AIPP_RESERVED),
        (3, 14, 0xffff)
    );
    assert_eq!(acl::ACL_DATA_WITH_STATIC_AIPP, 1);
    assert_eq!(
        (
            acl::ACL_MEM_MALLOC_HUGE_FIRST,
            acl::ACL_MEM_MALLOC_NORMAL_ONLY
        ),
        (0, 2)
    );
    assert_eq!(
        (
            acl::ACL_EVENT_WAIT_STATUS_NOT_READY,
            acl::ACL_CALLBACK_NO_BLOCK,
            acl::ACL_CALLBACK_BLOCK
        ),
        (1, 0, 1)
    );
    assert_eq!((acl::ACL_DEBUG, acl::ACL_ERROR), (0, 3));
    assert_eq!(
        (
            acl::ACL_MDL_PRIORITY_INT32,
            acl::ACL_MDL_PATH_PTR,
            acl::ACL_MDL_WORKSPACE_SIZET,
            acl::ACL_MDL_OUTPUTQ_ADDR_PTR,
            acl::ACL_MDL_LOAD_FROM_MEM_WITH_MEM
        ),
        (0, 2, 8, 12, 4)
    );
}
