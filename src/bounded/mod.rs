//! Containers of fixed capacity: a queue between threads, and text.

pub mod channel;
pub mod text;
