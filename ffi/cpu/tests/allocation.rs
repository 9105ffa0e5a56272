//! After a model's first run, further runs allocate nothing, on any thread, if the executor
//! computes the model. With rten they allocate nothing on the calling thread.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ffi::c_void;
use std::path::Path;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};

use ascendcl::bindings::{AscendCl, aclmdlDataset};
use ascendcl::symbols::{Resolver, SymbolSource};

/// Counts what each thread allocates, and all of them.
struct Counting;

static ALL: AtomicU32 = AtomicU32::new(0);

thread_local! {
    static ALLOCATIONS: Cell<u32> = const { Cell::new(0) };
}

// SAFETY: every call is forwarded to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        ALL.fetch_add(1, Ordering::Relaxed);
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

/// Runs a model of `tests/models` on its own and on a stream, with copies and events between.
/// Returns the allocations of 100 such turns after the first one: on this thread, and on all.
fn allocations(acl: &AscendCl, model: &str, inputs: &[usize], outputs: &[usize]) -> (u32, u32) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/models")
        .join(model);
    let path = std::ffi::CString::new(path.to_str().expect("UTF-8")).expect("no zero byte");
    // SAFETY: the pointers are to variables of this function, the handles from these calls.
    unsafe {
        let (mut stream, mut event, mut id) = (ptr::null_mut(), ptr::null_mut(), 0);
        assert_eq!(acl.aclrtCreateStream(&raw mut stream), 0);
        assert_eq!(acl.aclrtCreateEvent(&raw mut event), 0);
        assert_eq!(acl.aclmdlLoadFromFile(path.as_ptr(), &raw mut id), 0);
        let (input, output) = (dataset(acl, inputs), dataset(acl, outputs));
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
        let before = (ALLOCATIONS.get(), ALL.load(Ordering::Relaxed));
        assert!(before.0 > 0, "the counter counts");
        for _ in 0..100 {
            turn();
        }
        let after = (ALLOCATIONS.get(), ALL.load(Ordering::Relaxed));
        (after.0 - before.0, after.1 - before.1)
    }
}

#[test]
fn further_runs_copies_and_events_allocate_nothing() {
    // SAFETY: the addresses have the prototypes of acl.h (a unit test of the crate compares them).
    let library = SymbolSource::Linked(unsafe { Resolver::new(ascendcl_cpu::symbol) });
    // SAFETY: the functions of this crate have the prototypes of acl.h.
    let acl = unsafe { AscendCl::from_library(library) }.expect("the table");
    // SAFETY: the arguments are what the prototypes ask for.
    unsafe {
        assert_eq!(acl.aclInit(ptr::null()), 0);
        assert_eq!(acl.aclrtSetDevice(0), 0);
    }
    assert_eq!(allocations(&acl, "seg.onnx", &[288], &[768, 384]), (0, 0));
    // rten computes this one, and its threads allocate: so the second count is one that can fail.
    let (caller, all) = allocations(&acl, "planes.onnx", &[378], &[576]);
    assert_eq!(caller, 0);
    assert!(all > 0);
    // SAFETY: no argument; the model's tasks are finished.
    assert_eq!(unsafe { acl.aclFinalize() }, 0);
}
