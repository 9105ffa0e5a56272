//! The errors of the tools.

use std::io;
use std::path::{Path, PathBuf};

/// Why a tool failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system refused an operation on a file or directory.
    #[error("{}: {error}", path.display())]
    File {
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        #[source]
        error: io::Error,
    },
    /// A part could not be rendered.
    #[error("rendering: {0}")]
    Render(String),
    /// A program did not do what it should. The tool has printed the program's own output.
    #[error("{0}")]
    Program(String),
    /// A picture for the contact sheet is missing or unusable.
    #[error("{}: {error}", path.display())]
    Picture {
        /// The picture.
        path: PathBuf,
        /// What is wrong with it.
        error: String,
    },
}

/// Adds the path to an error of the system.
pub fn at(path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |error| Error::File {
        path: path.to_owned(),
        error,
    }
}
