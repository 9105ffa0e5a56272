//! New station files, which overwrite nothing.

use sluice::draft::Template;
use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

/// Writes a new file to the disk.
///
/// # Errors
/// The file exists, or cannot be written; the message names it.
pub fn write(path: &Path, text: &str) -> Result<(), String> {
    let written = File::create_new(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => format!(
            "{}: the file exists, and a station file is never overwritten; name another",
            path.display()
        ),
        _ => format!("{}: {error}", path.display()),
    })
}

/// What `--board` says about a name that it does not know.
pub fn no_template(name: &str) -> String {
    format!(
        "--board {name}: there is no such template; there are: {}",
        Template::names()
    )
}
