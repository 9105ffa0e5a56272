//! A loaded model, and its description of its inputs and outputs.

mod config;

use std::ffi::{CStr, CString, c_char, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;
use std::rc::Rc;

use crate::bindings as acl;
use crate::device::Device;
use crate::error::AclError;
use crate::library::{Library, call};
use crate::memory::{Block, MemoryKind};
use crate::tensor::{Aipp, DataType, Dims, Format, Tensor};

/// A loaded model. It is unloaded when the last holder is dropped. Slots and running executions
/// are holders.
#[derive(Debug)]
pub struct Model {
    loaded: Loaded,
    device: Rc<Device>,
    description: Description,
}

/// What a library says about a model.
#[derive(Debug)]
struct Description {
    inputs: Box<[Tensor]>,
    outputs: Box<[Tensor]>,
    engine: Option<String>,
}

/// A model number until `aclmdlUnload`.
#[derive(Debug)]
struct Loaded {
    device: Rc<Device>,
    id: u32,
    /// The memory that it works in: for values and for weights.
    memory: [Option<Block>; 2],
}

impl Drop for Loaded {
    fn drop(&mut self) {
        // SAFETY: contract of `call!`; the model is loaded, and only this line unloads it. Running
        // executions hold the model.
        let unloaded = unsafe { call!(self.device.library(), aclmdlUnload(self.id)) };
        if unloaded.is_err() {
            self.memory.iter_mut().flatten().for_each(Block::keep);
        }
    }
}

/// A model description until `aclmdlDestroyDesc`.
struct Desc<'library> {
    library: &'library Library,
    raw: *mut acl::aclmdlDesc,
}

impl Drop for Desc<'_> {
    fn drop(&mut self) {
        // SAFETY: contract of `call!`; `aclmdlCreateDesc` made the handle, and only this line
        // destroys it.
        let _ = unsafe { call!(self.library, aclmdlDestroyDesc(self.raw)) };
    }
}

impl Model {
    /// Loads an offline model from a file into memory that it allocates, and reads the description
    /// of inputs and outputs. Takes seconds for a large model.
    ///
    /// # Errors
    ///
    /// A call failed. The calls before it are undone.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use ascendcl::{AclError, Device, Model};
    /// # fn example(device: &std::rc::Rc<Device>) -> Result<(), AclError> {
    /// let model = Model::load(device, "unet.om".as_ref())?;
    /// for output in model.outputs() {
    ///     println!("{output}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn load(device: &Rc<Device>, path: &Path) -> Result<Rc<Self>, AclError> {
        let library = device.library();
        let path = c_path(path)?;
        let (mut work_len, mut weights_len) = (0, 0);
        // SAFETY: contract of `call!`; `path` is a C string, and the two lengths each point to a
        // size_t.
        unsafe {
            call!(
                library,
                aclmdlQuerySize(path.as_ptr(), &raw mut work_len, &raw mut weights_len)
            )
        }?;
        let block = |len| match len {
            0 => Ok(None),
            len => Block::new(device, MemoryKind::Device, len).map(Some),
        };
        let (work, weights) = (block(work_len)?, block(weights_len)?);
        let start = |block: &Option<Block>| {
            block.as_ref().map_or(ptr::null_mut(), |block| {
                block.start().as_ptr().cast::<c_void>()
            })
        };
        let mut id = 0;
        // SAFETY: contract of `call!`; `path` is a C string and `id` points to a number. Both
        // blocks have the lengths that the library requires. `Model` unloads the model before it
        // frees them.
        unsafe {
            call!(
                library,
                aclmdlLoadFromFileWithMem(
                    path.as_ptr(),
                    &raw mut id,
                    start(&work),
                    work_len,
                    start(&weights),
                    weights_len,
                )
            )
        }?;
        Self::describe(device, id, [work, weights])
    }

    /// Loads a model as [`Self::load`], for the implementation on the CPU: `threads` threads, 1 to
    /// 1024, compute it, and the library allocates the memory that it works in.
    ///
    /// # Errors
    ///
    /// A call failed, or the library is not the one on the CPU. The calls before it are undone.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use ascendcl::{AclError, Device, Model};
    /// # fn example(device: &std::rc::Rc<Device>) -> Result<(), AclError> {
    /// let model = Model::load_with_threads(device, "unet.onnx".as_ref(), 2)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn load_with_threads(
        device: &Rc<Device>,
        path: &Path,
        threads: usize,
    ) -> Result<Rc<Self>, AclError> {
        let id = config::load(device.library(), &c_path(path)?, threads)?;
        Self::describe(device, id, [None, None])
    }

    /// Takes a model that the library has just loaded into `memory`.
    fn describe(
        device: &Rc<Device>,
        id: u32,
        memory: [Option<Block>; 2],
    ) -> Result<Rc<Self>, AclError> {
        let loaded = Loaded {
            device: Rc::clone(device),
            id,
            memory,
        };
        let description = describe(device.library(), id)?;
        Ok(Rc::new(Self {
            loaded,
            device: Rc::clone(device),
            description,
        }))
    }

    /// AscendCL's number for the model.
    pub(crate) fn id(&self) -> u32 {
        self.loaded.id
    }

    /// The device that holds the model.
    #[must_use]
    pub fn device(&self) -> &Rc<Device> {
        &self.device
    }

    /// The inputs, in the model's order.
    #[must_use]
    pub fn inputs(&self) -> &[Tensor] {
        &self.description.inputs
    }

    /// The outputs, in the model's order.
    #[must_use]
    pub fn outputs(&self) -> &[Tensor] {
        &self.description.outputs
    }

    /// The engine that computes the model on the CPU: `unet-executor`, or `rten: ` and the operator
    /// for which it must be this one. `None` for a device, and for a library that does not tell.
    #[must_use]
    pub fn engine(&self) -> Option<&str> {
        self.description.engine.as_deref()
    }

    /// The static AIPP of an input, or `None` if it has none. Allocates 292 KiB for the time of the
    /// call.
    ///
    /// # Errors
    ///
    /// `aclmdlGetFirstAippInfo` failed for a reason other than missing AIPP.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use ascendcl::{AclError, Model};
    /// # fn example(model: &Model) -> Result<(), AclError> {
    /// if let Some(aipp) = model.aipp(0)? {
    ///     println!("pictures of {} x {} pixels", aipp.width_px, aipp.height_px);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn aipp(&self, input: usize) -> Result<Option<Aipp>, AclError> {
        // SAFETY: all fields are integers, floats or raw pointers, for which zero bytes are valid.
        let mut info = unsafe { Box::<acl::aclAippInfo>::new_zeroed().assume_init() };
        // SAFETY: contract of `call!`; the model is loaded, and `info` points to the struct.
        let result = unsafe {
            call!(
                self.device.library(),
                aclmdlGetFirstAippInfo(self.id(), input, &raw mut *info)
            )
        };
        match result {
            Ok(()) => Ok(Some(Aipp::from_acl(&info))),
            Err(AclError {
                // Older libraries return the second.
                code: acl::ACL_ERROR_GE_AIPP_NOT_EXIST | acl::ACL_ERROR_NOT_STATIC_AIPP,
                ..
            }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Reads the description of a model.
fn describe(library: &Library, id: u32) -> Result<Description, AclError> {
    let table = library.table();
    // SAFETY: contract of `call!`; no argument.
    let raw = unsafe { table.aclmdlCreateDesc() };
    let raw = library.check_created("aclmdlCreateDesc", raw)?;
    let desc = Desc { library, raw };
    // SAFETY: contract of `call!`; the description was just made, and the model is loaded.
    unsafe { call!(library, aclmdlGetDesc(desc.raw, id)) }?;
    // SAFETY: contract of `call!`; the description is filled, and `desc` keeps it alive.
    let (inputs, outputs) = unsafe {
        (
            table.aclmdlGetNumInputs(raw),
            table.aclmdlGetNumOutputs(raw),
        )
    };
    // SAFETY: contract of `call!`; `desc` keeps the filled description alive, the index is below
    // the count, and `dims` points to the struct of axes. The name is null or a C string in the
    // description.
    let input = |index| unsafe {
        let mut dims = no_dims();
        call!(library, aclmdlGetInputDimsV2(raw, index, &raw mut dims))?;
        Ok(Tensor {
            name: text(table.aclmdlGetInputNameByIndex(raw, index)),
            dims: Dims::from_acl(&dims),
            data_type: DataType(table.aclmdlGetInputDataType(raw, index)),
            format: Format(table.aclmdlGetInputFormat(raw, index)),
            len_bytes: table.aclmdlGetInputSizeByIndex(raw, index),
        })
    };
    // SAFETY: contract of `call!`; the facts about inputs hold for outputs.
    let output = |index| unsafe {
        let mut dims = no_dims();
        call!(library, aclmdlGetOutputDims(raw, index, &raw mut dims))?;
        Ok(Tensor {
            name: text(table.aclmdlGetOutputNameByIndex(raw, index)),
            dims: Dims::from_acl(&dims),
            data_type: DataType(table.aclmdlGetOutputDataType(raw, index)),
            format: Format(table.aclmdlGetOutputFormat(raw, index)),
            len_bytes: table.aclmdlGetOutputSizeByIndex(raw, index),
        })
    };
    Ok(Description {
        inputs: (0..inputs).map(input).collect::<Result<_, AclError>>()?,
        outputs: (0..outputs).map(output).collect::<Result<_, AclError>>()?,
        engine: engine(&desc),
    })
}

/// The engine of a described model, if the library is on the CPU and tells it.
fn engine(desc: &Desc<'_>) -> Option<String> {
    let attribute = desc.library.table().aclmdlGetOpAttr.as_ref();
    let attribute = attribute.ok().filter(|_| desc.library.is_cpu())?;
    let name = acl::ACL_CPU_ATTR_ENGINE.as_ptr().cast();
    // SAFETY: contract of `call!`; `desc` keeps the filled description alive, and both names are C
    // strings. The result is null or a C string in the description.
    let engine = unsafe { text(attribute(desc.raw, c"".as_ptr(), name)) };
    Some(engine).filter(|engine| !engine.is_empty())
}

/// A path for the library.
fn c_path(path: &Path) -> Result<CString, AclError> {
    CString::new(path.as_os_str().as_bytes()).map_err(|_| {
        AclError::new(
            "aclmdlQuerySize",
            acl::ACL_ERROR_GE_EXEC_MODEL_PATH_INVALID,
            "the path contains a zero byte",
        )
    })
}

/// A place for axes.
fn no_dims() -> acl::aclmdlIODims {
    acl::aclmdlIODims {
        name: [0; 128],
        dimCount: 0,
        dims: [0; 128],
    }
}

/// Copies a name that the library holds. Null gives an empty string.
///
/// # Safety
///
/// `name` is null or a C string.
unsafe fn text(name: *const c_char) -> String {
    if name.is_null() {
        return String::new();
    }
    // SAFETY: it is not null, so the caller answers for it being a C string.
    unsafe { CStr::from_ptr(name) }
        .to_string_lossy()
        .into_owned()
}
