//! The state of the process between `aclInit` and `aclFinalize`.

use std::sync::{Arc, Mutex};
use std::thread;

use ascendcl::bindings::{
    ACL_ERROR_INVALID_PARAM, ACL_ERROR_REPEAT_FINALIZE, ACL_ERROR_REPEAT_INITIALIZE,
    ACL_ERROR_UNINITIALIZE,
};

use super::environment::variable;
use crate::aipp::Precision;
use crate::failure::Failure;
use crate::handles::lock;
use crate::model::{Choice, Pools};

/// Where the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RunMode {
    /// On the device's own CPUs: device memory is CPU memory.
    Device,
    /// On a host with the device as an accelerator card: the CPU cannot access device memory.
    Host,
}

/// The settings that `aclInit` reads from the environment.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) run_mode: RunMode,
    /// The precision of AIPP.
    pub(crate) precision: Precision,
    /// The engine that computes models.
    pub(crate) engine: Choice,
    /// The threads that compute models.
    pub(crate) pools: Arc<Pools>,
}

impl Settings {
    fn read() -> Result<Self, Failure> {
        Ok(Self {
            run_mode: choice(
                "ASCENDCL_CPU_RUN_MODE",
                ("device", RunMode::Device),
                ("host", RunMode::Host),
            )?,
            precision: choice(
                "ASCENDCL_CPU_AIPP_PRECISION",
                ("fp32", Precision::Single),
                ("fp16", Precision::Half),
            )?,
            engine: choice(
                "ASCENDCL_CPU_ENGINE",
                ("auto", Choice::ByModel),
                ("rten", Choice::Rten),
            )?,
            pools: Arc::new(Pools::new(threads()?)),
        })
    }
}

enum Phase {
    Fresh,
    Running(Settings),
    Finalized,
}

static PHASE: Mutex<Phase> = Mutex::new(Phase::Fresh);

/// Initialises the process if `prepare` succeeds. A second time after [`end`] works here; a device
/// may refuse it.
pub(super) fn begin(prepare: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    let mut phase = lock(&PHASE);
    if matches!(*phase, Phase::Running(_)) {
        return Err(Failure::new(
            ACL_ERROR_REPEAT_INITIALIZE,
            "already initialised: call it once a process",
        ));
    }
    let settings = Settings::read()?;
    prepare()?;
    *phase = Phase::Running(settings);
    Ok(())
}

/// Ends: every later call fails.
pub(super) fn end() -> Result<(), Failure> {
    let mut phase = lock(&PHASE);
    match *phase {
        Phase::Running(_) => {
            *phase = Phase::Finalized;
            Ok(())
        }
        Phase::Fresh => Err(uninitialised()),
        Phase::Finalized => Err(Failure::new(
            ACL_ERROR_REPEAT_FINALIZE,
            "already finalised: call it once a process",
        )),
    }
}

/// The settings, or the error of a call outside `aclInit` and `aclFinalize`.
pub(crate) fn settings() -> Result<Settings, Failure> {
    match &*lock(&PHASE) {
        Phase::Running(settings) => Ok(settings.clone()),
        Phase::Fresh | Phase::Finalized => Err(uninitialised()),
    }
}

fn uninitialised() -> Failure {
    Failure::new(
        ACL_ERROR_UNINITIALIZE,
        "not initialised: call aclInit first",
    )
}

/// The value of a variable with two words; the first one is the default.
fn choice<T>(name: &str, first: (&str, T), second: (&str, T)) -> Result<T, Failure> {
    match variable(name) {
        None => Ok(first.1),
        Some(word) if word == first.0 => Ok(first.1),
        Some(word) if word == second.0 => Ok(second.1),
        Some(other) => Err(Failure::new(
            ACL_ERROR_INVALID_PARAM,
            format!("{name} is `{other}`: set it to {} or {}", first.0, second.0),
        )),
    }
}

fn threads() -> Result<usize, Failure> {
    let Some(text) = variable("ASCENDCL_CPU_THREADS") else {
        return Ok(thread::available_parallelism().map_or(1, usize::from));
    };
    match text.parse() {
        Ok(count @ 1..=1024) => Ok(count),
        _ => Err(Failure::new(
            ACL_ERROR_INVALID_PARAM,
            format!("ASCENDCL_CPU_THREADS is `{text}`: set it to a number from 1 to 1024"),
        )),
    }
}
