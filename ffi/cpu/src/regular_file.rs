//! Files that programs name.

use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// `O_NONBLOCK` of Linux, on every processor that the crate is built for.
const NONBLOCK: i32 = 0o4000;

/// Opens a regular file. A pipe or a device is refused, because reading it could block.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    let file = options.read(true).custom_flags(NONBLOCK).open(path)?;
    if file.metadata()?.is_file() {
        return Ok(file);
    }
    let text = "it is a directory, a pipe or a device; name a regular file";
    Err(io::Error::new(io::ErrorKind::InvalidInput, text))
}
