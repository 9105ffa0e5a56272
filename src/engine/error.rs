//! Errors of the engine.

use crate::image::Size;
use crate::verdict::{InspectError, InspectorError};
use ascendcl::{AclError, DeviceStatus, LoadError, SlotError, Unfinished};
use thiserror::Error;

/// Why the engine cannot be used.
#[derive(Debug, Error)]
pub enum EngineError {
    /// The AscendCL library could not be opened.
    #[error("engine.library: {0}")]
    Library(#[source] LoadError),
    /// The station file names `builtin`, which this binary does not contain.
    #[error("engine.library: this binary was built without the CPU engine; name a libascendcl.so")]
    NoBuiltin,
    /// A call failed.
    #[error("{doing}: {error}")]
    Acl {
        /// What the station was doing.
        doing: &'static str,
        /// The library's error.
        #[source]
        error: AclError,
    },
    /// The driver reports a problem of the device.
    #[error(
        "engine.device: the driver says that the device is {0}; look at `npu-smi info`, then restart the board"
    )]
    Status(DeviceStatus),
    /// The model could not be loaded.
    #[error("engine.model {path}: {error}")]
    Model {
        /// The model file.
        path: String,
        /// The library's error.
        #[source]
        error: AclError,
    },
    /// The station file gives a number of threads, but a device computes the model.
    #[error(
        "engine.threads is {0}, but this library is for a device, which has its own cores; leave the key out"
    )]
    Threads(u8),
    /// The model's input is not the picture that the station file describes.
    #[error(
        "engine.model: its input is {found}; uint8 1x{}x{}x3 (image.size) is required: {}",
        size.height,
        size.width,
        aipp_advice(*is_cpu)
    )]
    Input {
        /// The input as the model describes it.
        found: String,
        /// `image.size`.
        size: Size,
        /// Whether the models run on the CPU.
        is_cpu: bool,
    },
    /// The model has no output with this name.
    #[error(
        "{key}: the model has no output \"{name}\"; it has {found:?}, which may be given by number"
    )]
    NoOutput {
        /// The key that names the output.
        key: &'static str,
        /// The name.
        name: String,
        /// The names of the model's outputs.
        found: Vec<String>,
    },
    /// The outputs, the recipe and the size do not fit together.
    #[error("engine.model does not fit the recipe: {0}")]
    Contract(#[source] InspectorError),
    /// The buffers could not be made.
    #[error("engine.slots: {0}")]
    Slots(#[source] SlotError),
    /// A first execution, on a black picture, failed.
    #[error("first execution: {0}")]
    WarmUp(#[source] Unfinished),
    /// The model's output for a black picture cannot be judged, so no self-check could pass.
    #[error("engine.self_check_ms: a black picture cannot be judged: {0}")]
    Black(#[source] InspectError),
}

const fn aipp_advice(is_cpu: bool) -> &'static str {
    if is_cpu {
        "put an aipp.cfg of this size beside the model"
    } else {
        "convert the model with an aipp.cfg of this size"
    }
}
