//! The emulated device. Each module depends only on the modules above it: environment and faults,
//! the process, contexts, memory, models and their runs, the tasks of streams, streams, events, and
//! the device as a whole.

pub(crate) mod environment;
pub(crate) mod fault;

pub(crate) mod process;

pub(crate) mod context;

pub(crate) mod memory;

pub(crate) mod models;

pub(crate) mod execute;

pub(crate) mod exception;
pub(crate) mod mark;
pub(crate) mod report;
pub(crate) mod work;

pub(crate) mod stream;

pub(crate) mod event;

pub(crate) mod device;
