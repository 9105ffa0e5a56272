//! Loaded models and their ids.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use ascendcl::bindings::{
    ACL_ERROR_GE_EXEC_MODEL_ID_INVALID, ACL_ERROR_GE_EXEC_MODEL_PATH_INVALID,
    ACL_ERROR_GE_LOAD_MODEL, ACL_ERROR_RT_MODEL_CONTEXT,
};
use rten::ThreadPool;

use super::memory::Span;
use super::{context, process};
use crate::aipp::Config;
use crate::failure::Failure;
use crate::handles::lock;
use crate::model::{Model, directory};
use crate::validate;

/// The number of empty lists that a model keeps for reuse in later runs.
const SPARE_SPANS: usize = 8;

/// The buffers of one run.
pub(super) struct Spans {
    pub(super) inputs: Vec<Span>,
    pub(super) outputs: Vec<Span>,
}

/// A model and the context it was loaded in.
pub(crate) struct Loaded {
    pub(crate) id: u32,
    context: usize,
    pub(crate) model: Model,
    /// Empty lists of finished runs.
    spare: Mutex<Vec<Spans>>,
    /// The number of unfinished runs, and the caller of the last one.
    running: Mutex<(usize, usize)>,
}

impl Loaded {
    /// Empty lists with the capacity for all buffers of a run.
    pub(super) fn take_spans(&self) -> Spans {
        let spare = lock(&self.spare).pop();
        spare.unwrap_or_else(|| Spans {
            inputs: Vec::with_capacity(self.model.inputs().len()),
            outputs: Vec::with_capacity(self.model.outputs().len()),
        })
    }

    /// Counts a run of `caller`; returns whether another caller has an unfinished run.
    pub(super) fn begin_run(&self, caller: usize) -> bool {
        let mut running = lock(&self.running);
        let (count, last) = *running;
        *running = (count + 1, caller);
        count > 0 && last != caller
    }

    /// Counts a finished run.
    pub(super) fn end_run(&self) {
        lock(&self.running).0 -= 1;
    }

    /// Drops the spans and keeps the lists for a later run.
    pub(super) fn keep_spans(&self, spans: &mut Spans) {
        spans.inputs.clear();
        spans.outputs.clear();
        let mut spare = lock(&self.spare);
        if spare.len() < SPARE_SPANS {
            spare.push(Spans {
                inputs: std::mem::take(&mut spans.inputs),
                outputs: std::mem::take(&mut spans.outputs),
            });
        }
    }
}

static MODELS: Mutex<BTreeMap<u32, Arc<Loaded>>> = Mutex::new(BTreeMap::new());

/// The source of a model.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    /// A file, with the AIPP configuration beside it: `NAME.aipp.cfg` for `NAME.onnx`, else
    /// `aipp.cfg`, else none.
    File(&'a Path),
    /// The bytes of a file. They have no directory, and so no AIPP configuration beside them.
    Memory(&'a [u8]),
}

/// Options for loading a model.
#[derive(Default)]
pub(crate) struct Options<'a> {
    /// The AIPP configuration file, in place of the one beside the model.
    pub(crate) aipp: Option<&'a Path>,
    /// The number of threads that compute this model, in place of the process's threads.
    pub(crate) threads: Option<usize>,
}

/// Loads a model; returns it and the size of its file in bytes.
pub(crate) fn read(source: Source<'_>, options: &Options<'_>) -> Result<(Model, usize), Failure> {
    let settings = process::settings()?;
    let (data, name) = match source {
        Source::File(path) => (read_file(path)?, path.display().to_string()),
        Source::Memory(data) => (data.to_vec(), "in memory".to_owned()),
    };
    let aipp = match (options.aipp, source) {
        (Some(path), _) => Some(path.to_owned()),
        (None, Source::File(path)) => aipp_path(path),
        (None, Source::Memory(_)) => None,
    };
    let aipp = aipp.map(|path| read_aipp(&path)).transpose()?;
    let aipp = aipp.map(|config| (config, settings.precision));
    let pool = match options.threads {
        Some(threads) => Arc::new(ThreadPool::with_num_threads(threads)),
        None => settings.pool,
    };
    let bytes = data.len();
    let beside = match source {
        Source::File(path) => Some(directory(path)),
        Source::Memory(_) => None,
    };
    match Model::load(data, beside, aipp, pool) {
        Ok(model) => Ok((model, bytes)),
        Err(error) => Err(Failure::new(
            ACL_ERROR_GE_LOAD_MODEL,
            format!("model {name}: {error}"),
        )),
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    let no_file = |reason: String| {
        Failure::new(
            ACL_ERROR_GE_EXEC_MODEL_PATH_INVALID,
            format!("model {}: {reason}", path.display()),
        )
        .into_answer()
    };
    let data = fs::read(path)
        .map_err(|error| no_file(format!("{error}; check its path and its permissions")))?;
    if data.is_empty() {
        return Err(no_file(
            "the file is empty; give it as the export wrote it".to_owned(),
        ));
    }
    Ok(data)
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
    let bytes = fs::read(path).map_err(|error| failure(error.to_string()))?;
    let text = String::from_utf8(bytes)
        .map_err(|error| failure(format!("{}: save it as UTF-8", error.utf8_error())))?;
    Config::parse(&text).map_err(|error| failure(error.to_string()))
}

/// Gives a model an id, which is valid in this thread's context.
pub(crate) fn add(model: Model) -> Result<u32, Failure> {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let context = context::current()?.handle;
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    let loaded = Loaded {
        id,
        context,
        model,
        spare: Mutex::new(Vec::with_capacity(SPARE_SPANS)),
        running: Mutex::new((0, 0)),
    };
    validate::created(key(id), || format!("model {id}"));
    lock(&MODELS).insert(id, Arc::new(loaded));
    Ok(id)
}

/// The model of an id, from any context.
pub(crate) fn find(id: u32) -> Result<Arc<Loaded>, Failure> {
    process::settings()?;
    lock(&MODELS).get(&id).cloned().ok_or_else(|| {
        Failure::new(
            ACL_ERROR_GE_EXEC_MODEL_ID_INVALID,
            format!("no model has the id {id}: it was unloaded or never loaded"),
        )
        .argument("modelId")
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
        )
        .argument("modelId"));
    }
    Ok(loaded)
}

/// Removes a model. Unfinished tasks keep it alive.
pub(crate) fn unload(id: u32) -> Result<(), Failure> {
    resolve(id)?;
    let loaded = lock(&MODELS).remove(&id);
    if loaded.is_some_and(|loaded| Arc::strong_count(&loaded) > 1) {
        validate::forbidden(
            "modelId",
            || format!("a task still runs model {id}"),
            validate::WAIT_FIRST,
        );
    }
    validate::ended(key(id));
    Ok(())
}

/// The key of a model among the live objects; it is below every handle and address.
fn key(id: u32) -> usize {
    usize::try_from(id).unwrap_or(0)
}

pub(super) fn clear() {
    lock(&MODELS).clear();
}
