//! Opens the devices that the station file names. The only module that knows concrete ones.

mod camera;
mod lines;
mod screen;
mod watchdog;

pub use camera::open as open_camera;
pub use lines::{
    Chips, InputLines, Lines, Place, TriggerLine, open as open_lines, open_expander, open_inputs,
    open_trigger,
};
pub use screen::{check as check_display, open as open_screen};
pub use watchdog::{check as check_watchdog, open as watchdogs, runtime_directory};

use ascendcl::Library;
use sluice::engine::EngineError;
use std::path::{Path, PathBuf};

/// The library that `engine.library` names.
pub fn open_library(name: &str) -> Result<Library, EngineError> {
    if name != "builtin" {
        return Library::open(Path::new(name)).map_err(EngineError::Library);
    }
    #[cfg(feature = "cpu")]
    return Library::builtin(ascendcl_cpu::RESOLVER).map_err(EngineError::Library);
    #[cfg(not(feature = "cpu"))]
    return Err(EngineError::NoBuiltin);
}

/// The files of weights beside an ONNX model; the journal's hash of the model covers them. Empty
/// for a model for a device, which is one file, and for a model that cannot be read: loading it
/// reports why.
pub fn weights_beside(model: &Path) -> Vec<PathBuf> {
    #[cfg(feature = "cpu")]
    return ascendcl_cpu::external_files(model).unwrap_or_default();
    #[cfg(not(feature = "cpu"))]
    return {
        let _ = model;
        Vec::new()
    };
}
