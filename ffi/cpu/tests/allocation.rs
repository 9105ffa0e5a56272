//! After a model's first run, further runs allocate nothing on the calling thread.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ffi::c_void;
use std::path::Path;
use std::ptr;

use ascendcl::bindings::{AscendCl, aclmdlDataset};
use ascendcl::symbols::{Resolver, SymbolSource};

/// Counts what each thread allocates.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u32> = const { Cell::new(0) };
}

// SAFETY: every call is forwarded to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller keeps the trait's contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the trait's contract.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn dataset(acl: &AscendCl, sizes: &[usize]) -> *mut aclmdlDataset {
    // SAFETY: the pointers are to variables of this function, the handles from these calls.
    unsafe {
        let dataset = acl.aclmdlCreateDataset();
        for size in sizes {
            let mut memory: *mut c_void = ptr::null_mut();
            assert_eq!(acl.aclrtMalloc(&raw mut memory, *size, 0), 0);
            assert_eq!(acl.aclrtMemset(memory, *size, 7, *size), 0);
            let buffer = acl.aclCreateDataBuffer(memory, *size);
            assert_eq!(acl.aclmdlAddDatasetBuffer(dataset, buffer), 0);
        }
        dataset
    }
}

#[test]
fn further_runs_copies_and_events_allocate_nothing_on_the_calling_thread() {
    // SAFETY: the addresses have the prototypes of acl.h (a unit test of the crate compares them).
    let library = SymbolSource::Linked(unsafe { Resolver::new(ascendcl_cpu::symbol) });
    // SAFETY: the functions of this crate have the prototypes of acl.h.
    let acl = unsafe { AscendCl::from_library(library) }.expect("the table");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models/seg.onnx");
    let path = std::ffi::CString::new(path.to_str().expect("UTF-8")).expect("no zero byte");
    // SAFETY: the pointers are to variables of this function, the handles from these calls.
    unsafe {
        assert_eq!(acl.aclInit(ptr::null()), 0);
        assert_eq!(acl.aclrtSetDevice(0), 0);
        let (mut stream, mut event, mut id) = (ptr::null_mut(), ptr::null_mut(), 0);
        assert_eq!(acl.aclrtCreateStream(&raw mut stream), 0);
        assert_eq!(acl.aclrtCreateEvent(&raw mut event), 0);
        assert_eq!(acl.aclmdlLoadFromFile(path.as_ptr(), &raw mut id), 0);
        let (input, output) = (dataset(&acl, &[288]), dataset(&acl, &[768, 384]));
        let mut from: *mut c_void = ptr::null_mut();
        assert_eq!(acl.aclrtMalloc(&raw mut from, 4096, 0), 0);
        let to = from.byte_add(2048);
        let turn = || {
            assert_eq!(acl.aclmdlExecute(id, input, output), 0);
            assert_eq!(acl.aclrtMemcpyAsync(to, 512, from, 512, 3, stream), 0);
            for _ in 0..3 {
                assert_eq!(acl.aclmdlExecuteAsync(id, input, output, stream), 0);
            }
            assert_eq!(acl.aclrtRecordEvent(event, stream), 0);
            assert_eq!(acl.aclrtSynchronizeEvent(event), 0);
            assert_eq!(acl.aclrtSynchronizeStream(stream), 0);
        };
        turn();
        let before = ALLOCATIONS.get();
        assert!(before > 0, "the counter counts");
        for _ in 0..100 {
            turn();
        }
        assert_eq!(ALLOCATIONS.get() - before, 0);
        assert_eq!(acl.aclFinalize(), 0);
    }
}
