//! Reading a whole file, whose length a stranger may have chosen, into bounded memory.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

/// Reads a file of at most `bytes_max` bytes. It may be a pipe or a device, of which no more is
/// read.
///
/// # Errors
/// Those of the system. [`ErrorKind::FileTooLarge`] if it is longer; the message says how long it
/// may be.
pub fn read(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut file = File::open(path)?.take(bytes_max.saturating_add(1));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_any_length_is_read_up_to_the_limit() {
        // A device without an end.
        let error = read(Path::new("/dev/zero"), 1000).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
        assert!(error.to_string().contains("more than 1000 bytes"));
        let path = std::env::temp_dir().join(format!("sluice-bounded-{}", std::process::id()));
        std::fs::write(&path, [b'x'; 1000]).unwrap();
        assert_eq!(read(&path, 1000).unwrap(), [b'x'; 1000]);
        assert!(read(&path, 999).is_err());
        std::fs::write(&path, [0xff]).unwrap();
        let error = read_text(&path, 9).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        std::fs::remove_file(&path).unwrap();
    }
}
