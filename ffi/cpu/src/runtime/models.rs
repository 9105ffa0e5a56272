//! Loaded models by their ids.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use ascendcl::bindings::{
    ACL_ERROR_GE_EXEC_MODEL_ID_INVALID, ACL_ERROR_GE_EXEC_MODEL_PATH_INVALID,
    ACL_ERROR_GE_LOAD_MODEL, ACL_ERROR_RT_MODEL_CONTEXT,
};

use super::{context, process};
use crate::aipp::Config;
use crate::failure::Failure;
use crate::handles::lock;
use crate::model::Model;

/// A model and the context it was loaded in.
pub(crate) struct Loaded {
    pub(crate) id: u32,
    context: usize,
    pub(crate) model: Model,
}

static MODELS: Mutex<BTreeMap<u32, Arc<Loaded>>> = Mutex::new(BTreeMap::new());

/// Loads a model file with the AIPP configuration that lies beside it: `NAME.aipp.cfg` for `NAME.onnx`, else
/// `aipp.cfg`, else none.
pub(crate) fn read(path: &Path) -> Result<Model, Failure> {
    let no_file = |reason: String| {
        Failure::new(
            ACL_ERROR_GE_EXEC_MODEL_PATH_INVALID,
            format!("model {}: {reason}", path.display()),
        )
    };
    let data = fs::read(path).map_err(|error| no_file(error.to_string()))?;
    if data.is_empty() {
        return Err(no_file("the file is empty".to_owned()));
    }
    let aipp = match aipp_path(path) {
        Some(file) => Some(read_aipp(&file)?),
        None => None,
    };
    load(data, aipp, &path.display().to_string())
}

/// Loads a model from memory. There is no directory to look in for an AIPP configuration: it has none.
pub(crate) fn read_memory(data: Vec<u8>) -> Result<Model, Failure> {
    load(data, None, "in memory")
}

fn load(data: Vec<u8>, aipp: Option<Config>, name: &str) -> Result<Model, Failure> {
    let pool = process::settings()?.pool;
    Model::load(data, aipp, pool)
        .map_err(|error| Failure::new(ACL_ERROR_GE_LOAD_MODEL, format!("model {name}: {error}")))
}

fn aipp_path(model: &Path) -> Option<PathBuf> {
    let own = model.with_extension("aipp.cfg");
    let common = model.with_file_name("aipp.cfg");
    [own, common].into_iter().find(|path| path.exists())
}

fn read_aipp(path: &Path) -> Result<Config, Failure> {
    let failure = |reason: String| {
        Failure::new(
            ACL_ERROR_GE_LOAD_MODEL,
            format!("AIPP configuration {}: {reason}", path.display()),
        )
    };
    let text = fs::read_to_string(path).map_err(|error| failure(error.to_string()))?;
    Config::parse(&text).map_err(|error| failure(error.to_string()))
}

/// Gives a model an id, valid in this thread's context.
pub(crate) fn add(model: Model) -> Result<u32, Failure> {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let context = context::current()?.handle;
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    lock(&MODELS).insert(id, Arc::new(Loaded { id, context, model }));
    Ok(id)
}

/// The model of an id, in whatever context it was loaded.
pub(crate) fn find(id: u32) -> Result<Arc<Loaded>, Failure> {
    process::settings()?;
    lock(&MODELS).get(&id).cloned().ok_or_else(|| {
        Failure::new(
            ACL_ERROR_GE_EXEC_MODEL_ID_INVALID,
            format!("no model has the id {id}: it was unloaded or never loaded"),
        )
    })
}

/// The model of an id, if it was loaded in this thread's context.
pub(crate) fn resolve(id: u32) -> Result<Arc<Loaded>, Failure> {
    let context = context::current()?;
    let loaded = find(id)?;
    if loaded.context != context.handle {
        return Err(Failure::new(
            ACL_ERROR_RT_MODEL_CONTEXT,
            format!("model {id} was loaded in another context: make that one current"),
        ));
    }
    Ok(loaded)
}

/// Forgets a model. Tasks that still run it keep it.
pub(crate) fn unload(id: u32) -> Result<(), Failure> {
    resolve(id)?;
    lock(&MODELS).remove(&id);
    Ok(())
}

pub(super) fn clear() {
    lock(&MODELS).clear();
}
