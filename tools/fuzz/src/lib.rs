//! What the fuzz targets share.
#![forbid(unsafe_code)]

use ascendcl::{Device, Library, Model, Runtime};
use ascendcl_cpu::RESOLVER;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::rc::Rc;

/// A folder of this process, in that of `run.sh` if it runs the target.
pub fn folder(target: &str) -> PathBuf {
    let parent = std::env::var_os("SLUICE_FUZZ_FOLDER");
    let parent = parent.map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = parent.join(format!("sluice-fuzz-{target}-{}", process::id()));
    fs::create_dir_all(&folder).expect("the folder for the target's files");
    folder
}

/// Loads a model with its AIPP file, if it has one.
pub fn load(model: &Path) {
    thread_local! {
        static DEVICE: Rc<Device> = {
            let library = Library::builtin(RESOLVER).expect("the built-in library");
            let runtime = Runtime::new(library, None).expect("the runtime");
            Device::open(&runtime, 0).expect("device 0")
        };
    }
    DEVICE.with(|device| {
        let _ = Model::load(device, model);
    });
}
