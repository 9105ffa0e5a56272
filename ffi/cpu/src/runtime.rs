//! The device that is not there. Modules in the order of their dependence, each on those above it alone:
//! environment and faults, the process, contexts, memory, models and their runs, what stands on a stream, streams,
//! events, and the device with all of it.

pub(crate) mod environment;
pub(crate) mod fault;

pub(crate) mod process;

pub(crate) mod context;

mod mapping;
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
