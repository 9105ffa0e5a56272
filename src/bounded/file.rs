//! Files whose kind and length a stranger may have chosen: opened without a wait, and read into
//! bounded memory.

use nix::fcntl::OFlag;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Reads a regular file of at most `bytes_max` bytes.
///
/// # Errors
/// As [`open_regular`]. [`ErrorKind::FileTooLarge`] if it is longer; the message says how long it
/// may be.
pub fn read(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut file = open_regular(path)?.take(bytes_max.saturating_add(1));
    file.read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        return Err(io::Error::new(
            ErrorKind::FileTooLarge,
            format!("it has more than {bytes_max} bytes, the most that is read"),
        ));
    }
    Ok(bytes)
}

/// Reads a text of at most `bytes_max` bytes.
///
/// # Errors
/// As [`read`]. [`ErrorKind::InvalidData`] if it is not UTF-8.
pub fn read_text(path: &Path, bytes_max: u64) -> io::Result<String> {
    let bytes = read(path, bytes_max)?;
    String::from_utf8(bytes).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}

/// Opens a regular file for reading. A pipe or a device is not waited for.
///
/// # Errors
/// Those of the system. [`ErrorKind::InvalidInput`] if it is another kind of file.
pub fn open_regular(path: &Path) -> io::Result<File> {
    open(File::options().read(true), path)
}

/// Opens a regular file to append to it, as [`open_regular`] does for reading. It must exist.
///
/// # Errors
/// As [`open_regular`].
pub fn append_to_regular(path: &Path) -> io::Result<File> {
    open(File::options().append(true), path)
}

/// Opens a directory, for its lock and to force its entries to the disk. A pipe in its place is
/// not waited for.
///
/// # Errors
/// Those of the system.
pub fn open_directory(path: &Path) -> io::Result<File> {
    let flags = OFlag::O_DIRECTORY | OFlag::O_NONBLOCK;
    let mut options = File::options();
    options.read(true).custom_flags(flags.bits()).open(path)
}

fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    let flags = OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
    let file = options.custom_flags(flags.bits()).open(path)?;
    if file.metadata()?.is_file() {
        return Ok(file);
    }
    let text = "it is a directory, a pipe or a device; name a regular file";
    Err(io::Error::new(ErrorKind::InvalidInput, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_regular_file_is_opened() {
        let path = std::env::temp_dir().join(format!("sluice-fifo-{}", std::process::id()));
        nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
        for other in [&path, Path::new("/dev/zero"), Path::new("/")] {
            let error = open_regular(other).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{}", other.display());
            // The system itself refuses to write to a directory, and to a pipe that is not read.
            append_to_regular(other).unwrap_err();
        }
        assert!(open_directory(&path).is_err() && open_directory(Path::new("/")).is_ok());
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, "x").unwrap();
        let mut text = String::new();
        open_regular(&path)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "x");
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_file_of_any_length_is_read_up_to_the_limit() {
        let path = std::env::temp_dir().join(format!("sluice-bounded-{}", std::process::id()));
        std::fs::write(&path, [b'x'; 1000]).unwrap();
        assert_eq!(read(&path, 1000).unwrap(), [b'x'; 1000]);
        let error = read(&path, 999).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
        assert!(error.to_string().contains("more than 999 bytes"));
        std::fs::write(&path, [0xff]).unwrap();
        let error = read_text(&path, 9).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        std::fs::remove_file(&path).unwrap();
    }
}
