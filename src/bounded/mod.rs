//! What has a limit: a queue between threads, text, and the bytes of a file.

pub mod channel;
pub mod file;
pub mod text;
