//! The device that is not there: process state, contexts, streams, events, memory, loaded models.

pub(crate) mod context;
pub(crate) mod event;
pub(crate) mod exception;
pub(crate) mod execute;
pub(crate) mod fault;
mod mapping;
pub(crate) mod memory;
pub(crate) mod models;
pub(crate) mod process;
pub(crate) mod stream;
