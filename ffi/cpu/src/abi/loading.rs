//! `acl_mdl.h`: loading models.

use std::ffi::{c_char, c_void};
use std::path::Path;

use ascendcl::bindings::{
    ACL_ERROR_GE_EXEC_MODEL_DATA_SIZE_INVALID, ACL_ERROR_GE_PARAM_INVALID, aclError,
};

use super::{not_null, path, status};
use crate::failure::Failure;
use crate::model::Draft;
use crate::runtime::memory::Span;
use crate::runtime::models::{Options, Source};
use crate::runtime::{context, memory, models};

/// Sizes of the work and weight memory that a `...WithMem` loader takes, bytes. A model that rten
/// computes uses other memory; then the implementation demands what a device would.
struct Sizes {
    work: usize,
    weights: usize,
}

/// Work and weight memory from the caller, each an address and a size; a null address means none.
pub(super) struct Memory {
    pub(super) work: (*mut c_void, usize),
    pub(super) weights: (*mut c_void, usize),
}

impl Memory {
    /// The implementation allocates both.
    pub(super) const NONE: Self = Self {
        work: (std::ptr::null_mut(), 0),
        weights: (std::ptr::null_mut(), 0),
    };
}

impl Sizes {
    /// What the executor needs. For rten: as work the inputs and outputs, as weights the model's
    /// file.
    fn of(model: &Draft, file_bytes: usize) -> Self {
        let (work, weights) = model.memory().unwrap_or_else(|| {
            let tensors = model.tensors().map(|tensor| tensor.bytes);
            (tensors.fold(0, usize::saturating_add), file_bytes)
        });
        Self { work, weights }
    }

    /// # Safety
    ///
    /// Both must be null or valid pointers to sizes.
    unsafe fn put(&self, work: *mut usize, weights: *mut usize) -> Result<(), Failure> {
        not_null(work, "workSize")?;
        not_null(weights, "weightSize")?;
        // SAFETY: not null; the caller of this function guarantees the rest.
        unsafe {
            work.write(self.work);
            weights.write(self.weights);
        }
        Ok(())
    }

    /// The caller's memory for work and weights, if given. Refuses memory that is too small or not
    /// on the device.
    fn find(&self, memory: &Memory) -> Result<[Option<Span>; 2], Failure> {
        let find = |name, (pointer, size): (*mut c_void, usize), need| {
            if pointer.is_null() {
                return Ok(None);
            }
            // SAFETY: memory that is not AscendCL's is refused below, before any access.
            let span = unsafe { memory::locate(pointer.cast(), size) }?;
            if !span.on_device() || size < need {
                return Err(Failure::new(
                    ACL_ERROR_GE_PARAM_INVALID,
                    format!(
                        "{name}Ptr must be device memory of at least {need} bytes, not {size}: use aclmdlQuerySize"
                    ),
                ));
            }
            Ok(Some(span))
        };
        Ok([
            find("work", memory.work, self.work)?,
            find("weight", memory.weights, self.weights)?,
        ])
    }
}

/// A model in the caller's memory.
///
/// # Safety
///
/// `model` must be null, or `size` bytes that are valid and not written to during `'a`.
pub(super) unsafe fn in_memory<'a>(
    model: *const c_void,
    size: usize,
) -> Result<Source<'a>, Failure> {
    not_null(model, "model")?;
    if size == 0 {
        return Err(Failure::new(
            ACL_ERROR_GE_EXEC_MODEL_DATA_SIZE_INVALID,
            "modelSize is 0: give the size of the model in memory",
        ));
    }
    // SAFETY: not null; the caller of this function guarantees the size.
    Ok(Source::Memory(unsafe {
        std::slice::from_raw_parts(model.cast(), size)
    }))
}

/// A model in a file.
///
/// # Safety
///
/// The pointer must be null, or a text that ends with a zero byte and outlives `'a`.
unsafe fn in_file<'a>(text: *const c_char, name: &'static str) -> Result<Source<'a>, Failure> {
    // SAFETY: the caller of this function keeps the same contract.
    let path: &'a Path = unsafe { path(text, name) }?;
    Ok(Source::File(path))
}

/// Loads a model and writes its id.
///
/// # Safety
///
/// `id` must be null or a valid pointer to a number.
pub(super) unsafe fn load(
    source: Source<'_>,
    options: &Options<'_>,
    memory: &Memory,
    id: *mut u32,
) -> Result<(), Failure> {
    not_null(id, "modelId")?;
    context::current()?;
    let (model, bytes) = models::read(source, options)?;
    let [work, weights] = Sizes::of(&model, bytes).find(memory)?;
    let loaded = models::add(model, work, weights)?;
    // SAFETY: not null; the caller passes a valid pointer to the id.
    unsafe { id.write(loaded) };
    Ok(())
}

/// The memory sizes for a `...WithMem` loader. Reads the model, so a model that cannot be loaded is
/// an error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlQuerySize(
    fileName: *const c_char,
    workSize: *mut usize,
    weightSize: *mut usize,
) -> aclError {
    status("aclmdlQuerySize", || {
        // SAFETY: the caller passes a text as the prototype requires.
        let source = unsafe { in_file(fileName, "fileName") }?;
        let (model, bytes) = models::read(source, &Options::default())?;
        // SAFETY: the caller passes null or valid pointers to sizes.
        unsafe { Sizes::of(&model, bytes).put(workSize, weightSize) }
    })
}

/// Like `aclmdlQuerySize`, for a model in memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlQuerySizeFromMem(
    model: *const c_void,
    modelSize: usize,
    workSize: *mut usize,
    weightSize: *mut usize,
) -> aclError {
    status("aclmdlQuerySizeFromMem", || {
        // SAFETY: the caller passes `modelSize` bytes as the prototype requires.
        let source = unsafe { in_memory(model, modelSize) }?;
        let (model, bytes) = models::read(source, &Options::default())?;
        // SAFETY: the caller passes null or valid pointers to sizes.
        unsafe { Sizes::of(&model, bytes).put(workSize, weightSize) }
    })
}

/// Loads an ONNX file, with the AIPP configuration beside it (see the crate's documentation).
/// Errors: 145002 no such file, 545001 the model cannot be loaded, 107002 no context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlLoadFromFile(
    modelPath: *const c_char,
    modelId: *mut u32,
) -> aclError {
    status("aclmdlLoadFromFile", || {
        // SAFETY: the caller passes a text as the prototype requires.
        let source = unsafe { in_file(modelPath, "modelPath") }?;
        // SAFETY: the caller passes null or a valid pointer to the id.
        unsafe { load(source, &Options::default(), &Memory::NONE, modelId) }
    })
}

/// Loads an ONNX model from memory, without AIPP. Errors: as `aclmdlLoadFromFile`, 145006 size 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlLoadFromMem(
    model: *const c_void,
    modelSize: usize,
    modelId: *mut u32,
) -> aclError {
    status("aclmdlLoadFromMem", || {
        // SAFETY: the caller passes `modelSize` bytes as the prototype requires.
        let source = unsafe { in_memory(model, modelSize) }?;
        // SAFETY: the caller passes null or a valid pointer to the id.
        unsafe { load(source, &Options::default(), &Memory::NONE, modelId) }
    })
}

/// Like `aclmdlLoadFromFile`; the model works in the caller's memory, if it is not null. Error:
/// 145000 the memory is too small, not on the device or another model's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlLoadFromFileWithMem(
    modelPath: *const c_char,
    modelId: *mut u32,
    workPtr: *mut c_void,
    workSize: usize,
    weightPtr: *mut c_void,
    weightSize: usize,
) -> aclError {
    status("aclmdlLoadFromFileWithMem", || {
        let memory = Memory {
            work: (workPtr, workSize),
            weights: (weightPtr, weightSize),
        };
        // SAFETY: the caller passes a text as the prototype requires.
        let source = unsafe { in_file(modelPath, "modelPath") }?;
        // SAFETY: the caller passes null or a valid pointer to the id.
        unsafe { load(source, &Options::default(), &memory, modelId) }
    })
}

/// Like `aclmdlLoadFromMem`; the model works in the caller's memory, if it is not null. Error:
/// 145000 the memory is too small, not on the device or another model's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlLoadFromMemWithMem(
    model: *const c_void,
    modelSize: usize,
    modelId: *mut u32,
    workPtr: *mut c_void,
    workSize: usize,
    weightPtr: *mut c_void,
    weightSize: usize,
) -> aclError {
    status("aclmdlLoadFromMemWithMem", || {
        let memory = Memory {
            work: (workPtr, workSize),
            weights: (weightPtr, weightSize),
        };
        // SAFETY: the caller passes `modelSize` bytes as the prototype requires.
        let source = unsafe { in_memory(model, modelSize) }?;
        // SAFETY: the caller passes null or a valid pointer to the id.
        unsafe { load(source, &Options::default(), &memory, modelId) }
    })
}
