//! `acl_mdl.h`: loading, running and unloading models.

use std::ffi::{c_char, c_void};
use std::path::Path;

use ascendcl::bindings::{
    ACL_ERROR_GE_EXEC_MODEL_DATA_SIZE_INVALID, ACL_ERROR_GE_PARAM_INVALID, aclError, aclmdlDataset,
    aclrtStream,
};

use super::{dataset, not_null, path, status};
use crate::failure::Failure;
use crate::model::Model;
use crate::runtime::execute::Run;
use crate::runtime::{context, memory, models, stream};

/// Bytes of the two memories that a loader may bring: the implementation has its own and uses neither, but asks
/// for what a program will expect to give.
struct Sizes {
    work: usize,
    weights: usize,
}

impl Sizes {
    /// Work: the inputs and outputs. Weights: the file.
    fn of(model: &Model, file_bytes: usize) -> Self {
        let tensors = model.inputs().chain(model.outputs());
        Self {
            work: tensors
                .map(|tensor| tensor.bytes)
                .fold(0, usize::saturating_add),
            weights: file_bytes,
        }
    }

    /// # Safety
    ///
    /// Both must be null or places for sizes.
    unsafe fn put(&self, work: *mut usize, weights: *mut usize) {
        // SAFETY: as this function's own contract says; null was refused before.
        unsafe {
            work.write(self.work);
            weights.write(self.weights);
        }
    }

    /// Null lets the implementation bring the memory; anything else must be device memory that is large enough.
    fn check(
        &self,
        work: (*mut c_void, usize),
        weights: (*mut c_void, usize),
    ) -> Result<(), Failure> {
        for (name, (pointer, size), need) in
            [("work", work, self.work), ("weight", weights, self.weights)]
        {
            if pointer.is_null() {
                continue;
            }
            // SAFETY: the span is not used to touch memory.
            let span = unsafe { memory::locate(pointer.cast(), size) }?;
            if !span.on_device() || size < need {
                return Err(Failure::new(
                    ACL_ERROR_GE_PARAM_INVALID,
                    format!(
                        "{name}Ptr must be device memory of at least {need} bytes, not {size}: ask aclmdlQuerySize"
                    ),
                ));
            }
        }
        Ok(())
    }
}

fn file_bytes(path: &Path) -> usize {
    let bytes = path.metadata().map_or(0, |metadata| metadata.len());
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

/// # Safety
///
/// `model` must be null or `size` valid bytes.
unsafe fn copy(model: *const c_void, size: usize) -> Result<Vec<u8>, Failure> {
    not_null(model, "model")?;
    if size == 0 {
        return Err(Failure::new(
            ACL_ERROR_GE_EXEC_MODEL_DATA_SIZE_INVALID,
            "modelSize is 0: give the size of the model in memory",
        ));
    }
    // SAFETY: not null; the caller vouches for the size.
    Ok(unsafe { std::slice::from_raw_parts(model.cast::<u8>(), size) }.to_vec())
}

/// The sizes for a `...WithMem` loader. Loads the model to see that it can be.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlQuerySize(
    fileName: *const c_char,
    workSize: *mut usize,
    weightSize: *mut usize,
) -> aclError {
    status("aclmdlQuerySize", || {
        not_null(workSize, "workSize")?;
        not_null(weightSize, "weightSize")?;
        // SAFETY: the caller passes a text as the prototype says.
        let path = unsafe { path(fileName, "fileName") }?;
        let sizes = Sizes::of(&models::read(path)?, file_bytes(path));
        // SAFETY: not null; the caller passes places for sizes.
        unsafe { sizes.put(workSize, weightSize) };
        Ok(())
    })
}

/// As `aclmdlQuerySize`, for a model in memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlQuerySizeFromMem(
    model: *const c_void,
    modelSize: usize,
    workSize: *mut usize,
    weightSize: *mut usize,
) -> aclError {
    status("aclmdlQuerySizeFromMem", || {
        not_null(workSize, "workSize")?;
        not_null(weightSize, "weightSize")?;
        // SAFETY: the caller passes `modelSize` bytes as the prototype says.
        let data = unsafe { copy(model, modelSize) }?;
        let sizes = Sizes::of(&models::read_memory(data)?, modelSize);
        // SAFETY: not null; the caller passes places for sizes.
        unsafe { sizes.put(workSize, weightSize) };
        Ok(())
    })
}

/// Loads an ONNX file, with the AIPP configuration beside it (see the crate's documentation).
/// Errors: 145002 no such file, 545001 not a model that can be loaded, 107002 no context.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlLoadFromFile(
    modelPath: *const c_char,
    modelId: *mut u32,
) -> aclError {
    status("aclmdlLoadFromFile", || {
        not_null(modelId, "modelId")?;
        context::current()?;
        // SAFETY: the caller passes a text as the prototype says.
        let path = unsafe { path(modelPath, "modelPath") }?;
        let id = models::add(models::read(path)?)?;
        // SAFETY: not null; the caller passes a place for the id.
        unsafe { modelId.write(id) };
        Ok(())
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
        not_null(modelId, "modelId")?;
        context::current()?;
        // SAFETY: the caller passes `modelSize` bytes as the prototype says.
        let data = unsafe { copy(model, modelSize) }?;
        let id = models::add(models::read_memory(data)?)?;
        // SAFETY: not null; the caller passes a place for the id.
        unsafe { modelId.write(id) };
        Ok(())
    })
}

/// As `aclmdlLoadFromFile`; the memory that the caller brings is checked and not used.
/// Error: 145000 it is too small or not of the device.
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
        not_null(modelId, "modelId")?;
        context::current()?;
        // SAFETY: the caller passes a text as the prototype says.
        let path = unsafe { path(modelPath, "modelPath") }?;
        let model = models::read(path)?;
        Sizes::of(&model, file_bytes(path)).check((workPtr, workSize), (weightPtr, weightSize))?;
        let id = models::add(model)?;
        // SAFETY: not null; the caller passes a place for the id.
        unsafe { modelId.write(id) };
        Ok(())
    })
}

/// As `aclmdlLoadFromMem`; the memory that the caller brings is checked and not used.
/// Error: 145000 it is too small or not of the device.
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
        not_null(modelId, "modelId")?;
        context::current()?;
        // SAFETY: the caller passes `modelSize` bytes as the prototype says.
        let model = models::read_memory(unsafe { copy(model, modelSize) }?)?;
        Sizes::of(&model, modelSize).check((workPtr, workSize), (weightPtr, weightSize))?;
        let id = models::add(model)?;
        // SAFETY: not null; the caller passes a place for the id.
        unsafe { modelId.write(id) };
        Ok(())
    })
}

/// Forgets a model. Errors: 145003 unknown id, 107004 loaded in another context.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlUnload(modelId: u32) -> aclError {
    status("aclmdlUnload", || models::unload(modelId))
}

/// Runs a model now. Buffers are looked at when it is called.
/// Errors: 100000 unknown dataset or buffer, 145003 unknown id, 107004 loaded in another context, 145000 buffers
/// that do not go with the model, 507011 the run failed.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlExecute(
    modelId: u32,
    input: *const aclmdlDataset,
    output: *mut aclmdlDataset,
) -> aclError {
    status("aclmdlExecute", || {
        prepare(modelId, input, output)?.execute()
    })
}

/// Runs a model on a stream. Errors: as `aclmdlExecute`; 507011 is told by whoever waits.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlExecuteAsync(
    modelId: u32,
    input: *const aclmdlDataset,
    output: *mut aclmdlDataset,
    stream: aclrtStream,
) -> aclError {
    status("aclmdlExecuteAsync", || {
        let run = prepare(modelId, input, output)?;
        let stream = stream::resolve(stream.addr())?;
        stream.launch("aclmdlExecuteAsync", move |_| run.execute())
    })
}

fn prepare(
    model: u32,
    input: *const aclmdlDataset,
    output: *const aclmdlDataset,
) -> Result<Run, Failure> {
    let inputs = dataset::contents(input)?;
    let outputs = dataset::contents(output)?;
    Run::prepare(models::resolve(model)?, &inputs, &outputs)
}
