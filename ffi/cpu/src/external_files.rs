//! Which files a model consists of besides its own.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::model;

/// Why the files of a model cannot be told.
#[derive(Debug)]
pub enum ExternalFilesError {
    /// The model's file cannot be read.
    Read(PathBuf, io::Error),
    /// The file is no ONNX model, or names a file that cannot be used; the reason and what to do.
    Model(PathBuf, String),
}

impl fmt::Display for ExternalFilesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(path, error) => write!(f, "model {}: {error}", path.display()),
            Self::Model(path, reason) => write!(f, "model {}: {reason}", path.display()),
        }
    }
}

impl std::error::Error for ExternalFilesError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read(_, error) => Some(error),
            Self::Model(..) => None,
        }
    }
}

/// The files beside an ONNX model that hold its weights: absolute paths without links, each once, sorted. Each lies in
/// the model's directory or below it; one that does not, or is not there, is an error. Empty for a model that is
/// whole in its own file, and for an offline model (`.om`).
///
/// Reads the model's file whole, from any thread; the files of weights are looked up, not read. What a model computes
/// depends on their content as on its own.
pub fn external_files(model: &Path) -> Result<Vec<PathBuf>, ExternalFilesError> {
    let data =
        fs::read(model).map_err(|error| ExternalFilesError::Read(model.to_owned(), error))?;
    model::external_files(data, model::directory(model))
        .map_err(|error| ExternalFilesError::Model(model.to_owned(), error.to_string()))
}
