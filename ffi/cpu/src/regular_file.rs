//! Files that programs name.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Opens a regular file. A pipe or a device is refused, because opening or reading it could block.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        let text = "it is a directory, a pipe or a device; name a regular file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    File::open(path)
}
