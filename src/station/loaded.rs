//! A station file that was loaded, with its hash and its origin.

use super::{Problem, Station, read};
use crate::bounded::file;
use crate::hash::Sha256;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The longest station file.
pub const FILE_BYTES_MAX: usize = 1024 * 1024;

/// A valid station file.
#[derive(Debug)]
pub struct StationFile {
    /// The station that it describes.
    pub station: Station,
    /// Its bytes.
    pub text: Vec<u8>,
    /// Hash of its bytes.
    pub sha256: Sha256,
    /// Its path, or `the built-in station file`, for messages.
    pub origin: String,
    /// Its path, unless it is built in.
    pub path: Option<PathBuf>,
}

impl StationFile {
    /// Loads the station file at `path`, or `built_in` if there is no path.
    ///
    /// # Errors
    /// The file cannot be read, or is not valid.
    pub fn load(path: Option<&Path>, built_in: &[u8]) -> Result<Self, LoadError> {
        let (text, origin) = match path {
            None => (built_in.to_vec(), "the built-in station file".to_owned()),
            Some(path) => {
                let text = file::read(path, FILE_BYTES_MAX as u64).map_err(|error| {
                    LoadError::Unreadable {
                        path: path.to_owned(),
                        error,
                    }
                })?;
                (text, path.display().to_string())
            }
        };
        match read(&text) {
            Ok(station) => Ok(Self {
                station,
                sha256: Sha256::of(&text),
                text,
                origin,
                path: path.map(Path::to_owned),
            }),
            Err(problems) => Err(LoadError::Invalid {
                origin,
                text,
                problems,
            }),
        }
    }
}

/// Why a station file cannot be loaded.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// The system's error.
        #[source]
        error: io::Error,
    },
    /// The file is not valid.
    #[error("{origin}: {} problem{}", problems.len(), if problems.len() == 1 { "" } else { "s" })]
    Invalid {
        /// The file's origin ([`StationFile::origin`]).
        origin: String,
        /// Its text.
        text: Vec<u8>,
        /// All problems, in the order of the file.
        problems: Vec<Problem>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::error::Error as _;

    const HOST: &[u8] = include_bytes!("../../board/stations/host.json");

    #[test]
    fn a_file_is_loaded_with_its_hash_and_origin() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/board/stations/host.json");
        let file = StationFile::load(Some(Path::new(path)), b"").unwrap();
        assert_eq!(file.station.station.name, "host");
        assert_eq!((file.text.as_slice(), file.origin.as_str()), (HOST, path));
        assert_eq!(file.sha256, Sha256::of(HOST));
        assert_eq!(file.path.as_deref(), Some(Path::new(path)));
        let file = StationFile::load(None, HOST).unwrap();
        assert_eq!(file.origin, "the built-in station file");
        assert_eq!((file.sha256, file.path), (Sha256::of(HOST), None));
    }

    #[test]
    fn errors_name_the_file_and_count_the_problems() {
        let error = StationFile::load(Some(Path::new("none.json")), HOST).unwrap_err();
        assert!(error.to_string().starts_with("none.json: No such file"));
        assert!(error.source().is_some());
        let error = StationFile::load(None, b"[]").unwrap_err();
        let first = "the built-in station file: 1 problem";
        assert_eq!(error.to_string(), first);
        let two = String::from_utf8_lossy(HOST)
            .replacen("\"slots\": 2", "\"slots\": 0", 1)
            .replacen("\"device\": 0", "\"device\": 99", 1);
        let error = StationFile::load(None, two.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), format!("{}s", first.replace('1', "2")));
    }
}
