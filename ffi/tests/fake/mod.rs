//! A fake AscendCL that records every call. Its state belongs to the thread, and each test runs on
//! its own thread.
//!
//! Its model has one input of 12 bytes and two outputs. The 4 bytes of the first are the input's
//! first bytes plus one. The 16 bytes of the second are never written.

use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::{self, NonNull};
use std::rc::Rc;
use std::time::{Duration, Instant};

use ascendcl::bindings as acl;
use ascendcl::{
    Coherence, Device, InputBuffer, Library, Model, Resolver, Runtime, Slot, SlotError, Stream,
};

/// How the fake behaves, and what it has recorded.
pub struct State {
    /// The names of the calls so far. The capacity is so large that recording allocates nothing.
    pub calls: Vec<&'static str>,
    pub run_mode: u32,
    /// The function that fails, and the code that it returns.
    pub fails: Option<(&'static str, c_int)>,
    /// The text that `aclGetRecentErrMsg` returns once.
    pub message: Option<&'static CStr>,
    /// Whether the device finishes its work.
    pub completes: bool,
    /// Whether the library has `aclrtSynchronizeStreamWithTimeout`.
    pub with_timeout: bool,
    /// A function that the library does not have.
    pub hidden: Option<&'static CStr>,
    /// The last limit given to `aclrtSynchronizeStreamWithTimeout`.
    pub limit_ms: Option<i32>,
    /// The start and the length of each allocation.
    pub allocated: Vec<(usize, usize)>,
    pub caches: Caches,
    /// Whether `aclrtMemFlush` was called since the device last read.
    pub flushed: bool,
    /// Writes of the device that the CPU does not see yet: address and bytes.
    pub unseen: Vec<(usize, Vec<u8>)>,
    /// The callback for exceptions.
    pub callback: acl::aclrtExceptionInfoCallback,
}

/// Whether CPU and device see each other's writes.
#[derive(Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "some test files use only some of them")]
pub enum Caches {
    /// Always.
    Coherent,
    /// Only with `aclrtMemFlush` and `aclrtMemInvalidate`.
    NeedFlush,
    /// Never.
    Broken,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::new(State {
        calls: Vec::with_capacity(10_000),
        run_mode: acl::ACL_DEVICE,
        fails: None,
        message: None,
        completes: true,
        with_timeout: false,
        hidden: None,
        limit_ms: None,
        allocated: Vec::new(),
        caches: Caches::Coherent,
        flushed: false,
        unseen: Vec::new(),
        callback: None,
    });
}

/// Reads or changes the state.
pub fn state<T>(access: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(access)
}

/// The calls since this function was last called.
#[allow(dead_code, reason = "some test files do not call it")]
pub fn calls() -> Vec<&'static str> {
    state(|state| state.calls.drain(..).collect())
}

/// A deadline in 3 ms.
#[allow(dead_code, reason = "some test files do not wait")]
pub fn soon() -> Instant {
    Instant::now() + Duration::from_millis(3)
}

type Handle = *mut c_void;
/// A data buffer is an address and a length; a dataset is a list of them.
type Buffer = (*mut u8, usize);

/// A handle that is not null.
fn handle() -> Handle {
    NonNull::<u64>::dangling().as_ptr().cast()
}

/// Allocates at an odd address, as host memory on a board may have.
///
/// # Safety
///
/// `place` points to the pointer to write.
unsafe fn allocate(place: *mut Handle, size: usize) {
    let memory = Box::leak(vec![0xAA_u8; size + 65].into_boxed_slice()).as_mut_ptr();
    // SAFETY: the offset is at most 64, and the allocation is 65 bytes longer than `size`.
    let memory = unsafe { memory.add(memory.align_offset(64) + 1) };
    state(|state| state.allocated.push((memory as usize, size)));
    // SAFETY: the caller answers for `place`.
    unsafe { *place = memory.cast() };
}

/// Writes `bytes` as the device does.
///
/// # Safety
///
/// `to` is valid for writes of that length.
unsafe fn device_writes(to: *mut u8, bytes: &[u8]) {
    state(|state| match state.caches {
        Caches::Coherent => {
            // SAFETY: the caller answers for `to`.
            unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) }
        }
        // Without a flush the device read old bytes, so its result is dropped.
        Caches::NeedFlush if state.flushed => state.unseen.push((to as usize, bytes.into())),
        Caches::NeedFlush | Caches::Broken => {}
    });
    state(|state| state.flushed = false);
}

/// Fills in axes.
///
/// # Safety
///
/// `dims` points to the struct.
unsafe fn fill_dims(dims: *mut acl::aclmdlIODims, sizes: &[i64]) {
    // SAFETY: the caller answers for `dims`.
    let dims = unsafe { &mut *dims };
    dims.dimCount = sizes.len();
    dims.dims[..sizes.len()].copy_from_slice(sizes);
}

/// Defines the functions. Each records its name, then fails if the state says so, or runs its body.
macro_rules! functions {
    ($(
        fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty, $failed:expr, $body:expr;
    )*) => {
        $(
            #[expect(non_snake_case, reason = "the ABI's names")]
            unsafe extern "C" fn $name($($argument: $type),*) -> $result {
                let code = state(|state| {
                    state.calls.push(stringify!($name));
                    state.fails.filter(|(call, _)| *call == stringify!($name)).map(|(_, code)| code)
                });
                $(let _ = &$argument;)*
                if let Some(code) = code {
                    return $failed(code);
                }
                #[allow(unused_unsafe)]
                // SAFETY: only the safe types call it, and they keep the rules of `acl.h`.
                unsafe { $body }
            }
        )*

        fn resolve(name: &CStr) -> Option<NonNull<c_void>> {
            if state(|state| state.hidden == Some(name)
                || name == c"aclrtSynchronizeStreamWithTimeout" && !state.with_timeout) {
                return None;
            }
            $(if name.to_str() == Ok(stringify!($name)) {
                return NonNull::new($name as *mut c_void);
            })*
            None
        }
    };
}

fn code(code: c_int) -> c_int {
    code
}
fn null<T>(_: c_int) -> *mut T {
    ptr::null_mut()
}
fn zero<T: Default>(_: c_int) -> T {
    T::default()
}

functions! {
    fn aclInit(_config: *const c_char) -> c_int, code, 0;
    fn aclFinalize() -> c_int, code, 0;
    fn aclGetRecentErrMsg() -> *const c_char, |_| ptr::null(),
        state(|state| state.message.take()).map_or(ptr::null(), CStr::as_ptr);
    fn aclrtGetVersion(major: *mut i32, minor: *mut i32, patch: *mut i32) -> c_int, code,
        { (*major, *minor, *patch) = (1, 3, 0); 0 };
    fn aclrtGetSocName() -> *const c_char, |_| ptr::null(), c"Fake310".as_ptr();
    fn aclrtGetDeviceCount(count: *mut u32) -> c_int, code, { *count = 1; 0 };
    fn aclrtSetDevice(_id: i32) -> c_int, code, 0;
    fn aclrtResetDevice(_id: i32) -> c_int, code, 0;
    fn aclrtCreateContext(context: *mut Handle, _id: i32) -> c_int,
        code, { *context = handle(); 0 };
    fn aclrtDestroyContext(_context: Handle) -> c_int, code, 0;
    fn aclrtGetRunMode(mode: *mut u32) -> c_int, code, { *mode = state(|state| state.run_mode); 0 };
    fn aclrtGetMemInfo(_kind: u32, free: *mut usize, total: *mut usize) -> c_int, code,
        { (*free, *total) = (3, 8); 0 };
    fn aclrtCreateStream(stream: *mut Handle) -> c_int, code, { *stream = handle(); 0 };
    fn aclrtDestroyStream(_stream: Handle) -> c_int, code, 0;
    fn aclrtSynchronizeStreamWithTimeout(_stream: Handle, limit_ms: i32) -> c_int, code,
        state(|state| {
            state.limit_ms = Some(limit_ms);
            if state.completes { 0 } else { acl::ACL_ERROR_RT_STREAM_SYNC_TIMEOUT }
        });
    fn aclrtCreateEvent(event: *mut Handle) -> c_int, code, { *event = handle(); 0 };
    fn aclrtDestroyEvent(_event: Handle) -> c_int, code, 0;
    fn aclrtRecordEvent(_event: Handle, _stream: Handle) -> c_int, code, 0;
    fn aclrtQueryEventStatus(_event: Handle, status: *mut u32) -> c_int, code,
        { *status = u32::from(state(|state| state.completes)); 0 };
    fn aclrtMalloc(place: *mut Handle, size: usize, _policy: u32) -> c_int,
        code, { allocate(place, size); 0 };
    fn aclrtFree(_memory: Handle) -> c_int, code, 0;
    fn aclrtMallocHost(place: *mut Handle, size: usize) -> c_int,
        code, { allocate(place, size); 0 };
    fn aclrtFreeHost(_memory: Handle) -> c_int, code, 0;
    fn aclrtMemset(memory: Handle, _max: usize, value: i32, count: usize) -> c_int, code,
        { memory.cast::<u8>().write_bytes(u8::try_from(value).unwrap(), count); 0 };
    fn aclrtMemcpyAsync(to: Handle, max: usize, from: *const c_void, count: usize, kind: u32,
        _stream: Handle) -> c_int, code,
        {
            assert!(count <= max && (1..=3).contains(&kind));
            let bytes = std::slice::from_raw_parts(from.cast::<u8>(), count);
            if kind == acl::ACL_MEMCPY_DEVICE_TO_DEVICE {
                device_writes(to.cast::<u8>(), bytes);
            } else {
                ptr::copy_nonoverlapping(bytes.as_ptr(), to.cast::<u8>(), count);
            }
            0
        };
    fn aclrtMemFlush(_memory: Handle, _len: usize) -> c_int,
        code, { state(|state| state.flushed = true); 0 };
    fn aclrtMemInvalidate(memory: Handle, len: usize) -> c_int, code,
        {
            let start = memory as usize;
            let unseen = state(|state| std::mem::take(&mut state.unseen));
            for (to, bytes) in unseen {
                assert!(to >= start && to + bytes.len() <= start + len);
                ptr::copy_nonoverlapping(bytes.as_ptr(), to as *mut u8, bytes.len());
            }
            0
        };
    fn aclrtQueryDeviceStatus(_id: i32, status: *mut u32) -> c_int, code, { *status = 0; 0 };
    fn aclrtSetExceptionInfoCallback(callback: acl::aclrtExceptionInfoCallback) -> c_int, code,
        { state(|state| state.callback = callback); 0 };
    fn aclrtGetTaskIdFromExceptionInfo(info: *const u32) -> u32, zero, *info;
    fn aclrtGetStreamIdFromExceptionInfo(info: *const u32) -> u32, zero, *info.add(1);
    fn aclrtGetThreadIdFromExceptionInfo(info: *const u32) -> u32, zero, *info.add(2);
    fn aclrtGetDeviceIdFromExceptionInfo(info: *const u32) -> u32, zero, *info.add(3);
    fn aclrtGetErrorCodeFromExceptionInfo(info: *const u32) -> u32, zero, *info.add(4);
    fn aclmdlQuerySize(_path: *const c_char, work: *mut usize, weights: *mut usize) -> c_int, code,
        { (*work, *weights) = (100, 200); 0 };
    fn aclmdlLoadFromFileWithMem(_path: *const c_char, id: *mut u32, _work: Handle,
        _work_len: usize, _weights: Handle, _weights_len: usize) -> c_int, code, { *id = 7; 0 };
    fn aclmdlUnload(_id: u32) -> c_int, code, 0;
    fn aclmdlCreateDesc() -> Handle, null, handle();
    fn aclmdlDestroyDesc(_desc: Handle) -> c_int, code, 0;
    fn aclmdlGetDesc(_desc: Handle, _id: u32) -> c_int, code, 0;
    fn aclmdlGetNumInputs(_desc: Handle) -> usize, zero, 1;
    fn aclmdlGetNumOutputs(_desc: Handle) -> usize, zero, 2;
    fn aclmdlGetInputSizeByIndex(_desc: Handle, _index: usize) -> usize, zero, 12;
    fn aclmdlGetOutputSizeByIndex(_desc: Handle, index: usize) -> usize, zero, [4, 16][index];
    fn aclmdlGetInputDimsV2(_desc: Handle, _index: usize, dims: *mut acl::aclmdlIODims) -> c_int,
        code,
        { fill_dims(dims, &[1, 2, 2, 3]); 0 };
    fn aclmdlGetOutputDims(_desc: Handle, _index: usize, dims: *mut acl::aclmdlIODims) -> c_int,
        code,
        { fill_dims(dims, &[1, 2, 2]); 0 };
    fn aclmdlGetInputNameByIndex(_desc: Handle, _index: usize) -> *const c_char,
        |_| ptr::null(), c"x".as_ptr();
    fn aclmdlGetOutputNameByIndex(_desc: Handle, index: usize) -> *const c_char, |_| ptr::null(),
        [c"mask".as_ptr(), ptr::null()][index];
    fn aclmdlGetInputFormat(_desc: Handle, _index: usize) -> c_int, code, acl::ACL_FORMAT_NHWC;
    fn aclmdlGetOutputFormat(_desc: Handle, _index: usize) -> c_int, code, acl::ACL_FORMAT_ND;
    fn aclmdlGetInputDataType(_desc: Handle, _index: usize) -> c_int, code, acl::ACL_UINT8;
    fn aclmdlGetOutputDataType(_desc: Handle, index: usize) -> c_int,
        code, [acl::ACL_UINT8, 99][index];
    fn aclmdlGetFirstAippInfo(_id: u32, _index: usize, info: *mut acl::aclAippInfo) -> c_int, code,
        { (*info).minChn1 = 127.5; (*info).srcImageSizeW = 2; 0 };
    fn aclCreateDataBuffer(memory: Handle, len: usize) -> Handle, null,
        Box::into_raw(Box::new((memory.cast::<u8>(), len) as Buffer)).cast();
    fn aclDestroyDataBuffer(buffer: Handle) -> c_int,
        code, { drop(Box::from_raw(buffer.cast::<Buffer>())); 0 };
    fn aclmdlCreateDataset() -> Handle, null, Box::into_raw(Box::new(Vec::<Handle>::new())).cast();
    fn aclmdlDestroyDataset(set: Handle) -> c_int,
        code, { drop(Box::from_raw(set.cast::<Vec<Handle>>())); 0 };
    fn aclmdlAddDatasetBuffer(set: Handle, buffer: Handle) -> c_int, code,
        { (&mut *set.cast::<Vec<Handle>>()).push(buffer); 0 };
    fn aclmdlExecuteAsync(_id: u32, inputs: Handle, outputs: Handle, _stream: Handle) -> c_int,
        code,
        {
            let (from, _) = *(&*inputs.cast::<Vec<Handle>>())[0].cast::<Buffer>();
            let (to, len) = *(&*outputs.cast::<Vec<Handle>>())[0].cast::<Buffer>();
            let mut bytes = [0; 4];
            for (index, byte) in bytes[..len].iter_mut().enumerate() {
                *byte = (*from.add(index)).wrapping_add(1);
            }
            device_writes(to, &bytes[..len]);
            0
        };
}

// SAFETY: the functions have the prototypes of `acl.h`, and each allocation is new memory.
pub const FAKE: Resolver = unsafe { Resolver::new(resolve) };

pub fn runtime() -> Rc<Runtime> {
    Runtime::new(Library::builtin(FAKE).unwrap(), None).unwrap()
}

/// What slots are made from.
#[allow(dead_code, reason = "some test files make no slots")]
pub struct Station {
    pub coherence: Coherence,
    pub stream: Rc<Stream>,
    pub model: Rc<Model>,
}

#[allow(dead_code, reason = "some test files make no slots")]
impl Station {
    pub fn slots(
        &self,
        count: usize,
        fetch: &[usize],
    ) -> Result<Vec<(InputBuffer, Slot)>, SlotError> {
        Slot::make(&self.model, &self.coherence, count, fetch)
    }

    /// One slot with its input.
    pub fn slot(&self, fetch: &[usize]) -> (InputBuffer, Slot) {
        self.slots(1, fetch).unwrap().pop().unwrap()
    }
}

#[allow(dead_code, reason = "some test files make no slots")]
pub fn station() -> Station {
    let device = Device::open(&runtime(), 0).unwrap();
    Station {
        coherence: Coherence::probe(&device).unwrap(),
        stream: Stream::new(&device).unwrap(),
        model: Model::load(&device, "model.om".as_ref()).unwrap(),
    }
}
