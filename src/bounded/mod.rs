//! What has a limit: a queue between threads, text, a map, and the bytes of a file.

pub mod channel;
pub mod file;
pub(crate) mod index_map;
pub mod text;
