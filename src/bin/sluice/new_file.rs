//! New station files, which overwrite nothing, and the files that they are made from.

use crate::output::say;
use sluice::bounded::file::open_regular;
use sluice::draft::Template;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::Path;

/// Writes a new file to the disk.
///
/// # Errors
/// The file exists, or cannot be written; the message names it.
pub fn write(path: &Path, text: &str) -> Result<(), String> {
    let written = File::create_new(path).and_then(|mut file| {
        let written = file
            .write_all(text.as_bytes())
            .and_then(|()| file.sync_all());
        if written.is_err() {
            // Half a file would be in the way of the next try.
            let _ = fs::remove_file(path);
        }
        written
    });
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => format!(
            "{}: the file exists, and a station file is never overwritten; name another",
            path.display()
        ),
        _ => format!("{}: {error}", path.display()),
    })
}

/// Says what to do with a file that was written.
pub fn say_next(path: &Path) {
    say!(
        "{}: written; next: sluice check --station {}",
        path.display(),
        quoted(&path.to_string_lossy())
    );
}

/// Reads a text of bounded length.
///
/// # Errors
/// It cannot be read, is longer, or is no text.
pub fn read(path: &Path, bytes_max: usize) -> io::Result<String> {
    let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    open_regular(path)?
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if bytes.len() > bytes_max {
        let text = format!("is longer than {bytes_max} bytes, so it is another kind of file");
        return Err(io::Error::other(text));
    }
    String::from_utf8(bytes).map_err(|error| io::Error::other(format!("not UTF-8 text: {error}")))
}

/// A word as a shell takes it: in quotes, if it has characters that mean something there.
pub fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+,:=@%".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// What `--board` says about a name that it does not know.
pub fn no_template(name: &str) -> String {
    format!(
        "--board {name}: there is no such template; there are: {}",
        Template::names()
    )
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn what_a_shell_would_take_apart_is_quoted() {
        assert_eq!(quoted("/srv/press-7.json"), "/srv/press-7.json");
        assert_eq!(quoted("press 7.json"), "'press 7.json'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted(""), "''");
    }
}
