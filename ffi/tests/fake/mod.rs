//! An AscendCL made of a few lines that notes every call. Its state belongs to the thread, as each test has its own.
//!
//! Its model has one input of 12 bytes and two outputs: 4 bytes, each the input's byte plus one, and 16 bytes.

use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::{self, NonNull};
use std::rc::Rc;

use ascendcl::bindings as acl;
use ascendcl::{
    Coherence, Device, InputBuffer, Library, Model, Resolver, Runtime, Slot, SlotError, Stream,
};

pub struct State {
    /// Names of the calls so far. Has room for all, so that noting one allocates nothing.
    pub calls: Vec<&'static str>,
    pub run_mode: u32,
    /// The function that fails, and its code.
    pub fails: Option<(&'static str, c_int)>,
    /// What aclGetRecentErrMsg gives, once.
    pub message: Option<&'static CStr>,
    /// Whether the device gets done with anything.
    pub completes: bool,
    pub with_timeout: bool,
    pub hidden: Option<&'static CStr>,
    /// The last limit given to aclrtSynchronizeStreamWithTimeout.
    pub limit_ms: Option<i32>,
    /// Start and length of the allocations.
    pub allocated: Vec<(usize, usize)>,
    pub caches: Caches,
    /// Whether aclrtMemFlush was called since the device read something.
    pub flushed: bool,
    /// What the device wrote and the CPU has not seen: address and bytes.
    pub unseen: Vec<(usize, Vec<u8>)>,
    pub callback: acl::aclrtExceptionInfoCallback,
}

/// How what the CPU wrote comes to the device, and the other way round.
#[derive(Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "not every test file has all of them")]
pub enum Caches {
    Coherent,
    /// Only with aclrtMemFlush and aclrtMemInvalidate.
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

/// Looks at the state, or changes it.
pub fn state<T>(look: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(look)
}

/// The calls since the last time this was asked.
#[allow(dead_code, reason = "not every test file asks")]
pub fn calls() -> Vec<&'static str> {
    state(|state| state.calls.drain(..).collect())
}

type Handle = *mut c_void;
/// A data buffer is an address and a length; a dataset is a list of them.
type Buffer = (*mut u8, usize);

/// Some address that is not null.
fn handle() -> Handle {
    NonNull::<u64>::dangling().as_ptr().cast()
}

/// # Safety
///
/// `place` is a place for the pointer.
unsafe fn allocate(place: *mut Handle, size: usize) {
    let memory = Box::leak(vec![0xAA_u8; size + 65].into_boxed_slice()).as_mut_ptr();
    // SAFETY: one more than a multiple of 64, as unkind as host memory on a board may be: at most 64 of 65 bytes.
    let memory = unsafe { memory.add(memory.align_offset(64) + 1) };
    state(|state| state.allocated.push((memory as usize, size)));
    // SAFETY: the caller answers for it.
    unsafe { *place = memory.cast() };
}

/// The device writes `bytes`.
///
/// # Safety
///
/// `to` has room for them.
unsafe fn device_writes(to: *mut u8, bytes: &[u8]) {
    state(|state| match state.caches {
        Caches::Coherent => {
            // SAFETY: the caller answers for it.
            unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) }
        }
        // What was not written back is not what the device has read.
        Caches::NeedFlush if state.flushed => state.unseen.push((to as usize, bytes.into())),
        Caches::NeedFlush | Caches::Broken => {}
    });
    state(|state| state.flushed = false);
}

/// # Safety
///
/// `dims` is a place for the struct.
unsafe fn fill_dims(dims: *mut acl::aclmdlIODims, sizes: &[i64]) {
    // SAFETY: the caller answers for it.
    let dims = unsafe { &mut *dims };
    dims.dimCount = sizes.len();
    dims.dims[..sizes.len()].copy_from_slice(sizes);
}

/// Defines the functions. Each notes its name, fails if it is to, and else does what its body says.
macro_rules! functions {
    ($(fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty, $failed:expr, $body:expr;)*) => {
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
                // SAFETY: the tests call only through the safe types, which keep what acl.h says of the arguments.
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
    fn aclrtCreateContext(context: *mut Handle, _id: i32) -> c_int, code, { *context = handle(); 0 };
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
    fn aclrtMalloc(place: *mut Handle, size: usize, _policy: u32) -> c_int, code, { allocate(place, size); 0 };
    fn aclrtFree(_memory: Handle) -> c_int, code, 0;
    fn aclrtMallocHost(place: *mut Handle, size: usize) -> c_int, code, { allocate(place, size); 0 };
    fn aclrtFreeHost(_memory: Handle) -> c_int, code, 0;
    fn aclrtMemset(memory: Handle, _max: usize, value: i32, count: usize) -> c_int, code,
        { memory.cast::<u8>().write_bytes(u8::try_from(value).unwrap(), count); 0 };
    fn aclrtMemcpyAsync(to: Handle, max: usize, from: *const c_void, count: usize, kind: u32, _stream: Handle)
        -> c_int, code,
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
    fn aclrtMemFlush(_memory: Handle, _len: usize) -> c_int, code, { state(|state| state.flushed = true); 0 };
    fn aclrtMemInvalidate(memory: Handle, len: usize) -> c_int, code,
        {
            let (start, unseen) = (memory as usize, state(|state| std::mem::take(&mut state.unseen)));
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
    fn aclmdlLoadFromFileWithMem(_path: *const c_char, id: *mut u32, _work: Handle, _work_len: usize,
        _weights: Handle, _weights_len: usize) -> c_int, code, { *id = 7; 0 };
    fn aclmdlUnload(_id: u32) -> c_int, code, 0;
    fn aclmdlCreateDesc() -> Handle, null, handle();
    fn aclmdlDestroyDesc(_desc: Handle) -> c_int, code, 0;
    fn aclmdlGetDesc(_desc: Handle, _id: u32) -> c_int, code, 0;
    fn aclmdlGetNumInputs(_desc: Handle) -> usize, zero, 1;
    fn aclmdlGetNumOutputs(_desc: Handle) -> usize, zero, 2;
    fn aclmdlGetInputSizeByIndex(_desc: Handle, _index: usize) -> usize, zero, 12;
    fn aclmdlGetOutputSizeByIndex(_desc: Handle, index: usize) -> usize, zero, [4, 16][index];
    fn aclmdlGetInputDimsV2(_desc: Handle, _index: usize, dims: *mut acl::aclmdlIODims) -> c_int, code,
        { fill_dims(dims, &[1, 2, 2, 3]); 0 };
    fn aclmdlGetOutputDims(_desc: Handle, _index: usize, dims: *mut acl::aclmdlIODims) -> c_int, code,
        { fill_dims(dims, &[1, 2, 2]); 0 };
    fn aclmdlGetInputNameByIndex(_desc: Handle, _index: usize) -> *const c_char, |_| ptr::null(), c"x".as_ptr();
    fn aclmdlGetOutputNameByIndex(_desc: Handle, index: usize) -> *const c_char, |_| ptr::null(),
        [c"mask".as_ptr(), ptr::null()][index];
    fn aclmdlGetInputFormat(_desc: Handle, _index: usize) -> c_int, code, acl::ACL_FORMAT_NHWC;
    fn aclmdlGetOutputFormat(_desc: Handle, _index: usize) -> c_int, code, acl::ACL_FORMAT_ND;
    fn aclmdlGetInputDataType(_desc: Handle, _index: usize) -> c_int, code, acl::ACL_UINT8;
    fn aclmdlGetOutputDataType(_desc: Handle, index: usize) -> c_int, code, [acl::ACL_UINT8, 99][index];
    fn aclmdlGetFirstAippInfo(_id: u32, _index: usize, info: *mut acl::aclAippInfo) -> c_int, code,
        { (*info).minChn1 = 127.5; (*info).srcImageSizeW = 2; 0 };
    fn aclCreateDataBuffer(memory: Handle, len: usize) -> Handle, null,
        Box::into_raw(Box::new((memory.cast::<u8>(), len) as Buffer)).cast();
    fn aclDestroyDataBuffer(buffer: Handle) -> c_int, code, { drop(Box::from_raw(buffer.cast::<Buffer>())); 0 };
    fn aclmdlCreateDataset() -> Handle, null, Box::into_raw(Box::new(Vec::<Handle>::new())).cast();
    fn aclmdlDestroyDataset(set: Handle) -> c_int, code, { drop(Box::from_raw(set.cast::<Vec<Handle>>())); 0 };
    fn aclmdlAddDatasetBuffer(set: Handle, buffer: Handle) -> c_int, code,
        { (&mut *set.cast::<Vec<Handle>>()).push(buffer); 0 };
    fn aclmdlExecuteAsync(_id: u32, inputs: Handle, outputs: Handle, _stream: Handle) -> c_int, code,
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

// SAFETY: the functions have the prototypes of acl.h.
pub const FAKE: Resolver = unsafe { Resolver::new(resolve) };

pub fn runtime() -> Rc<Runtime> {
    Runtime::new(Library::builtin(FAKE).unwrap(), None).unwrap()
}

/// All that slots are made from, ready to work.
#[allow(dead_code, reason = "not every test file works")]
pub struct Station {
    pub coherence: Coherence,
    pub stream: Rc<Stream>,
    pub model: Rc<Model>,
}

#[allow(dead_code, reason = "not every test file works")]
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

#[allow(dead_code, reason = "not every test file works")]
pub fn station() -> Station {
    let device = Device::open(&runtime(), 0).unwrap();
    Station {
        coherence: Coherence::probe(&device).unwrap(),
        stream: Stream::new(&device).unwrap(),
        model: Model::load(&device, "model.om".as_ref()).unwrap(),
    }
}
