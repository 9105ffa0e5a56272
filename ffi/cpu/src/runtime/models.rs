//! Loaded models and their ids.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use super::memory::{self, Span};
use super::{context, process};
use crate::aipp::Config;
use crate::failure::Failure;
use crate::handles::lock;
use crate::model::{Draft, Model, Pieces, Pools, directory};
use crate::regular_file;
use crate::validate;
use ascendcl::bindings::{
    ACL_ERROR_GE_EXEC_MODEL_ID_INVALID, ACL_ERROR_GE_EXEC_MODEL_PATH_INVALID,
    ACL_ERROR_GE_LOAD_MODEL, ACL_ERROR_GE_PARAM_INVALID, ACL_ERROR_RT_MODEL_CONTEXT,
};

/// The number of empty lists that a model keeps for reuse in later runs.
const SPARE_SPANS: usize = 8;

/// The buffers of one run.
pub(super) struct Spans {
    pub(super) inputs: Vec<Span>,
    pub(super) outputs: Vec<Span>,
}

impl Spans {
    /// The indices of the outputs that share memory with an input or a later output.
    pub(super) fn overlapping(&self) -> impl Iterator<Item = usize> {
        let outputs = self.outputs.iter().enumerate();
        let outputs = outputs.filter(|(index, output)| {
            let mut others = self
                .inputs
                .iter()
                .chain(self.outputs.iter().skip(index + 1));
            others.any(|other| output.overlaps(other))
        });
        outputs.map(|(index, _)| index)
    }
}

/// The device memory that a model works in.
pub(crate) struct Memory {
    /// Its values.
    pub(crate) work: Span,
    /// Its weights.
    pub(crate) weights: Span,
}

/// A model and the context it was loaded in.
pub(crate) struct Loaded {
    pub(crate) id: u32,
    context: usize,
    pub(crate) model: Model,
    // After the model, because it is dropped after it.
    memory: Option<Memory>,
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

/// Reads a model; returns it and the size of its file in bytes.
pub(crate) fn read(source: Source<'_>, options: &Options<'_>) -> Result<(Draft, usize), Failure> {
    let settings = process::settings()?;
    let (mut file, mut memory);
    let (source_of, bytes, name): (&mut dyn Read, _, _) = match source {
        Source::File(path) => {
            let bytes;
            (file, bytes) = open(path)?;
            (&mut file, bytes, path.display().to_string())
        }
        Source::Memory(data) => {
            memory = data;
            (&mut memory, data.len(), "in memory".to_owned())
        }
    };
    let pieces = Pieces::new(source_of, bytes);
    let pieces = pieces.map_err(|error| unread(&name, &error))?;
    let aipp = match (options.aipp, source) {
        (Some(path), _) => Some(path.to_owned()),
        (None, Source::File(path)) => aipp_path(path),
        (None, Source::Memory(_)) => None,
    };
    let aipp = aipp.map(|path| read_aipp(&path)).transpose()?;
    let aipp = aipp.map(|config| (config, settings.precision));
    let pools = match options.threads {
        Some(threads) if threads != settings.pools.count() => Arc::new(Pools::new(threads)),
        _ => settings.pools,
    };
    let beside = match source {
        Source::File(path) => Some(directory(path)),
        Source::Memory(_) => None,
    };
    match Draft::read(pieces, beside, aipp.as_ref(), settings.engine, &pools) {
        Ok(model) => Ok((model, bytes)),
        Err(error) => Err(Failure::new(
            ACL_ERROR_GE_LOAD_MODEL,
            format!("model {name}: {error}"),
        )),
    }
}

/// Opens a model's file; returns it and its size in bytes.
fn open(path: &Path) -> Result<(File, usize), Failure> {
    let name = path.display().to_string();
    let unread = |error| unread(&name, &error);
    let file = regular_file::open(path).map_err(unread)?;
    let bytes = file.metadata().map_err(unread)?.len();
    match usize::try_from(bytes) {
        Ok(bytes) if bytes > 0 => Ok((file, bytes)),
        _ => Err(no_file(
            &name,
            "the file is empty; give it as the export wrote it",
        )),
    }
}

fn unread(name: &str, error: &io::Error) -> Failure {
    let reason = format!("{error}; check its path and its permissions");
    no_file(name, &reason)
}

fn no_file(name: &str, reason: &str) -> Failure {
    Failure::new(
        ACL_ERROR_GE_EXEC_MODEL_PATH_INVALID,
        format!("model {name}: {reason}"),
    )
    .into_answer()
}

fn aipp_path(model: &Path) -> Option<PathBuf> {
    let own = model.with_extension("aipp.cfg");
    let common = model.with_file_name("aipp.cfg");
    [own, common].into_iter().find(|path| path.exists())
}

/// The longest AIPP file.
const AIPP_BYTES_MAX: u64 = 1024 * 1024;

fn read_aipp(path: &Path) -> Result<Config, Failure> {
    let failure = |reason: String| {
        Failure::new(
            ACL_ERROR_GE_LOAD_MODEL,
            format!("AIPP configuration {}: {reason}", path.display()),
        )
    };
    let mut bytes = Vec::new();
    let file = regular_file::open(path).map_err(|error| failure(error.to_string()))?;
    let mut file = file.take(AIPP_BYTES_MAX + 1);
    file.read_to_end(&mut bytes)
        .map_err(|error| failure(error.to_string()))?;
    if bytes.len() as u64 > AIPP_BYTES_MAX {
        return Err(failure(format!("it has more than {AIPP_BYTES_MAX} bytes")));
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| failure(format!("{}: save it as UTF-8", error.utf8_error())))?;
    Config::parse(&text).map_err(|error| failure(error.to_string()))
}

/// Places a model in its memory and gives it an id, which is valid in this thread's context. Memory
/// that the caller does not give is allocated.
pub(crate) fn add(draft: Draft, work: Option<Span>, weights: Option<Span>) -> Result<u32, Failure> {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let context = context::current()?.handle;
    let memory = match draft.memory() {
        None => None,
        Some((work_len, weights_len)) => Some(Memory {
            work: work.map_or_else(|| memory::reserve(work_len), Ok)?,
            weights: weights.map_or_else(|| memory::reserve(weights_len), Ok)?,
        }),
    };
    let mut models = lock(&MODELS);
    if let Some(memory) = &memory {
        memory.check_unused(models.values())?;
        // Not the weights: their pages come one layer after the other, while the layers' own go.
        memory.work.populate();
    }
    let start = |span: fn(&Memory) -> &Span| {
        let memory = memory.as_ref().map(span);
        memory.map_or(NonNull::dangling(), Span::start)
    };
    let (work, weights) = (
        start(|memory| &memory.work),
        start(|memory| &memory.weights),
    );
    // SAFETY: both have the size that the model needs: the caller has checked it, or `reserve` was
    // asked for it. `Loaded` keeps them for as long as the model. No other model works in them, and
    // the ABI forbids the program to access them.
    let model = unsafe { draft.place(work, weights) };
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    let loaded = Loaded {
        id,
        context,
        model,
        memory,
        spare: Mutex::new(Vec::with_capacity(SPARE_SPANS)),
        running: Mutex::new((0, 0)),
    };
    validate::created(key(id), || format!("model {id}"));
    models.insert(id, Arc::new(loaded));
    Ok(id)
}

impl Memory {
    /// Refuses memory in which a model works already.
    fn check_unused<'a>(
        &self,
        mut others: impl Iterator<Item = &'a Arc<Loaded>>,
    ) -> Result<(), Failure> {
        let is_used = |other: &Loaded| {
            other.memory.as_ref().is_some_and(|other| {
                let mut used = [&other.work, &other.weights].into_iter();
                used.any(|used| self.work.overlaps(used) || self.weights.overlaps(used))
            })
        };
        match others.find(|other| is_used(other)) {
            None if !self.work.overlaps(&self.weights) => Ok(()),
            None => Err(Failure::new(
                ACL_ERROR_GE_PARAM_INVALID,
                "workPtr and weightPtr overlap: give the model two blocks",
            )),
            Some(other) => Err(Failure::new(
                ACL_ERROR_GE_PARAM_INVALID,
                format!(
                    "model {} works in this memory: give each model its own",
                    other.id
                ),
            )),
        }
    }
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
