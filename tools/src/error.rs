//! What goes wrong in a tool.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// What went wrong.
#[derive(Debug)]
pub enum Error {
    /// A file or directory.
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Rendering.
    Render(String),
    /// A program did not do what it should; its own words stand above.
    Program(String),
    /// A picture for the sheet.
    Picture {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        error: String,
    },
}

/// A file's error with its path.
pub fn at(path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |error| Error::File {
        path: path.to_owned(),
        error,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Render(error) => write!(f, "rendering: {error}"),
            Self::Program(text) => f.write_str(text),
            Self::Picture { path, error } => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for Error {}
