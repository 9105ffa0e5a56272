//! Device and host memory: sizes, alignment, contents, ranges, freeing.

use std::ffi::c_void;
use std::ptr;

use ascendcl::bindings::{
    ACL_DDR_MEM, ACL_ERROR_INVALID_PARAM, ACL_ERROR_RT_ADDR_UNALIGNED,
    ACL_ERROR_RT_INVALID_MALLOC_TYPE, ACL_ERROR_RT_MEMORY_ALLOCATION, ACL_ERROR_RT_PARAM_INVALID,
    ACL_HBM_MEM, ACL_MEM_MALLOC_HUGE_FIRST, ACL_MEM_MALLOC_NORMAL_ONLY,
    ACL_MEMCPY_DEVICE_TO_DEVICE, ACL_MEMCPY_DEVICE_TO_HOST, ACL_MEMCPY_HOST_TO_DEVICE,
};

use crate::alone::{alone, call};
use crate::session::{Session, message, picture};

/// Fills a part of a large block with zeros.
fn check_large_zeros(session: &Session<'_>) {
    let (len, size) = (5 << 20, 3 << 20);
    for (start, count) in [
        (0, len),
        (1, size),
        (4096, size + 4097),
        (65_536, size),
        (70_001, size),
    ] {
        let memory = session.malloc(len);
        let all = vec![7_u8; len];
        let from = all.as_ptr().cast();
        session.ok(call!(session.acl, aclrtMemcpy(memory, len, from, len, 1)));
        let part = memory.wrapping_byte_add(start);
        session.ok(call!(session.acl, aclrtMemset(part, len - start, 0, count)));
        let seen = session.download(memory, len);
        let is_zero = |at: usize| (start..start + count).contains(&at);
        let wrong = (0..len).find(|at| (seen[*at] == 0) != is_zero(*at));
        assert_eq!(wrong, None, "{start}, {count}");
        session.ok(call!(session.acl, aclrtFree(memory)));
    }
}

alone! {
    fn large_zeros_are_exactly_where_they_belong(acl) {
        check_large_zeros(&Session::start(acl));
    }

    fn large_zeros_are_exactly_where_they_belong_on_a_card(acl, ASCENDCL_CPU_RUN_MODE = "host") {
        check_large_zeros(&Session::start(acl));
    }

    fn memory_is_aligned_and_not_cleared(acl) {
        let session = Session::start(acl);
        for size in [1, 31, 32, 33, 4096, 4097, 2_764_800] {
            let pointer = session.malloc(size);
            assert_eq!(pointer.addr() % 64, 0, "{size}");
            assert!(session.download(pointer, size).iter().all(|byte| *byte == 0xA5), "{size}");
            session.ok(call!(acl, aclrtFree(pointer)));
        }
    }

    fn memory_of_any_size_is_not_cleared_in_validation_mode(acl, ASCENDCL_CPU_VALIDATE = "1") {
        let session = Session::start(acl);
        let size = 17 << 20;
        let memory = session.malloc(size);
        assert!(session.download(memory, size).iter().all(|byte| *byte == 0xA5));
    }

    fn the_cpu_writes_device_memory_in_place(acl) {
        let session = Session::start(acl);
        let pointer = session.malloc(100);
        // SAFETY: in device mode these are 100 bytes of this process.
        unsafe { pointer.cast::<u8>().copy_from(picture(100).as_ptr(), 100) };
        assert_eq!(session.download(pointer, 100), picture(100));
    }

    fn wrong_requests_are_refused(acl) {
        let session = Session::start(acl);
        let mut pointer = ptr::null_mut();
        let mut malloc = |size, policy| call!(acl, aclrtMalloc(&raw mut pointer, size, policy));
        assert_eq!(malloc(0, ACL_MEM_MALLOC_HUGE_FIRST), ACL_ERROR_INVALID_PARAM);
        assert_eq!(malloc(1, 99), ACL_ERROR_RT_INVALID_MALLOC_TYPE);
        assert_eq!(malloc(usize::MAX, ACL_MEM_MALLOC_NORMAL_ONLY), ACL_ERROR_RT_MEMORY_ALLOCATION);
        assert_eq!(malloc(1 << 60, ACL_MEM_MALLOC_NORMAL_ONLY), ACL_ERROR_RT_MEMORY_ALLOCATION);
        assert_eq!(call!(acl, aclrtMalloc(ptr::null_mut(), 1, 0)), ACL_ERROR_INVALID_PARAM);
        assert_eq!(call!(acl, aclrtMallocHost(ptr::null_mut(), 1)), ACL_ERROR_INVALID_PARAM);
        session.ok(malloc(1, ACL_MEM_MALLOC_HUGE_FIRST));
    }

    fn only_the_start_of_a_live_block_is_freed(acl) {
        let session = Session::start(acl);
        let (pointer, mut host) = (session.malloc(64), ptr::null_mut());
        session.ok(call!(acl, aclrtMallocHost(&raw mut host, 64)));
        let mut local = [0_u8; 64];
        for wrong in [pointer.wrapping_byte_add(32), host, (&raw mut local).cast()] {
            assert_eq!(call!(acl, aclrtFree(wrong)), ACL_ERROR_RT_PARAM_INVALID);
        }
        assert_eq!(call!(acl, aclrtFree(ptr::null_mut())), ACL_ERROR_INVALID_PARAM);
        assert_eq!(call!(acl, aclrtFreeHost(pointer)), ACL_ERROR_RT_PARAM_INVALID);
        session.ok(call!(acl, aclrtFree(pointer)));
        session.ok(call!(acl, aclrtFreeHost(host)));
        assert_eq!(call!(acl, aclrtFree(pointer)), ACL_ERROR_RT_PARAM_INVALID);
        assert!(message(acl).contains("freed before"));
        assert_eq!(call!(acl, aclrtFreeHost(host)), ACL_ERROR_RT_PARAM_INVALID);
    }

    fn copies_and_fills_stay_in_their_block(acl) {
        let session = Session::start(acl);
        let pointer = session.upload(&picture(100));
        let inner = pointer.wrapping_byte_add(40);
        let mut local = [0_u8; 128];
        let out: *mut c_void = (&raw mut local).cast();
        let copy = |to, max, from, count| call!(acl, aclrtMemcpy(to, max, from, count, ACL_MEMCPY_DEVICE_TO_HOST));
        session.ok(copy(out, 128, inner, 60));
        assert_eq!(copy(out, 128, inner, 61), ACL_ERROR_RT_PARAM_INVALID);
        assert_eq!(copy(out, 59, inner, 60), ACL_ERROR_RT_PARAM_INVALID);
        assert_eq!(copy(ptr::null_mut(), 60, inner, 60), ACL_ERROR_INVALID_PARAM);
        assert_eq!(copy(out, 60, ptr::null_mut(), 60), ACL_ERROR_INVALID_PARAM);
        assert_eq!(call!(acl, aclrtMemcpy(out, 128, inner, 1, 4)), ACL_ERROR_RT_PARAM_INVALID);
        assert_eq!(local[..60], picture(100)[40..]);
        session.ok(call!(acl, aclrtMemset(inner, 60, 0x1_07, 10)));
        assert_eq!(call!(acl, aclrtMemset(inner, 9, 0, 10)), ACL_ERROR_RT_PARAM_INVALID);
        assert_eq!(call!(acl, aclrtMemset(inner, 61, 0, 61)), ACL_ERROR_RT_PARAM_INVALID);
        let mut expected = picture(100);
        expected[40..50].fill(7);
        assert_eq!(session.download(pointer, 100), expected);
        session.ok(call!(acl, aclrtMemFlush(pointer, 100)));
        session.ok(call!(acl, aclrtMemInvalidate(pointer, 100)));
        assert_eq!(call!(acl, aclrtMemFlush(pointer, 101)), ACL_ERROR_RT_PARAM_INVALID);
        assert_eq!(call!(acl, aclrtMemFlush(out, 1)), ACL_ERROR_RT_PARAM_INVALID);
    }

    fn copies_on_a_stream_need_aligned_device_addresses(acl) {
        let session = Session::start(acl);
        let (from, to) = (session.upload(&picture(256)), session.malloc(256));
        let copy = |to, from, kind| call!(acl, aclrtMemcpyAsync(to, 64, from, 64, kind, session.stream));
        let odd = from.wrapping_byte_add(32);
        assert_eq!(copy(to, odd, ACL_MEMCPY_DEVICE_TO_DEVICE), ACL_ERROR_RT_ADDR_UNALIGNED);
        session.ok(copy(to, odd, ACL_MEMCPY_HOST_TO_DEVICE));
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
        assert_eq!(session.download(to, 64), picture(256)[32..96]);
        session.ok(copy(to, from.wrapping_byte_add(64), ACL_MEMCPY_DEVICE_TO_DEVICE));
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
        assert_eq!(session.download(to, 64), picture(256)[64..128]);
    }

    fn a_task_keeps_freed_memory_alive(acl) {
        let session = Session::start(acl);
        let (hold, from, to) = (session.event(), session.upload(&picture(5000)), session.malloc(5000));
        session.ok(call!(acl, aclrtStreamWaitEvent(session.stream, hold)));
        session.ok(call!(
            acl,
            aclrtMemcpyAsync(to, 5000, from, 5000, ACL_MEMCPY_DEVICE_TO_DEVICE, session.stream)
        ));
        session.ok(call!(acl, aclrtFree(from)));
        session.ok(call!(acl, aclrtRecordEvent(hold, ptr::null_mut())));
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
        assert_eq!(session.download(to, 5000), picture(5000));
    }

    fn memory_info_is_that_of_the_machine(acl) {
        let session = Session::start(acl);
        let (mut free, mut total) = (0, 0);
        session.ok(call!(acl, aclrtGetMemInfo(ACL_DDR_MEM, &raw mut free, &raw mut total)));
        assert!(0 < free && free <= total, "{free} of {total}");
        let code = call!(acl, aclrtGetMemInfo(ACL_HBM_MEM, &raw mut free, &raw mut total));
        assert_eq!(code, ACL_ERROR_RT_PARAM_INVALID);
    }
}
