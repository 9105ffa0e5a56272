//! The files of weights beside a model's own file.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use crate::model::{self, Pieces};
use crate::regular_file;

/// Why [`external_files`] cannot list the files of a model.
#[derive(Debug, thiserror::Error)]
pub enum ExternalFilesError {
    /// The model's file cannot be read.
    #[error("model {path}: {1}", path = .0.display())]
    Read(PathBuf, #[source] io::Error),
    /// The file is not an ONNX model, or it names a file that cannot be used. The text of the
    /// source gives the reason and what to do.
    #[error("model {path}: {1}", path = .0.display())]
    Model(PathBuf, #[source] Box<dyn Error + Send + Sync>),
}

/// The files beside an ONNX model that hold its weights: absolute paths without links, each once,
/// sorted. The list is empty for a model that is whole in its own file, and for an offline model
/// (`.om`).
///
/// Reads the whole file of the model but only looks up the files of weights. Works on any thread.
/// The model's results depend on all of these files.
///
/// # Errors
///
/// [`ExternalFilesError`] if the model cannot be read, or if a file of weights is missing or
/// outside the model's directory.
///
/// ```no_run
/// for file in ascendcl_cpu::external_files("model.onnx".as_ref())? {
///     println!("{}", file.display());
/// }
/// # Ok::<(), ascendcl_cpu::ExternalFilesError>(())
/// ```
pub fn external_files(model: &Path) -> Result<Vec<PathBuf>, ExternalFilesError> {
    let unread = |error| ExternalFilesError::Read(model.to_owned(), error);
    let mut file = regular_file::open(model).map_err(unread)?;
    let bytes = file.metadata().map_err(unread)?.len();
    let bytes = usize::try_from(bytes).map_err(|_| unread(io::ErrorKind::FileTooLarge.into()))?;
    let pieces = Pieces::new(&mut file, bytes).map_err(unread)?;
    model::external_files(pieces, model::directory(model))
        .map_err(|error| ExternalFilesError::Model(model.to_owned(), error.into()))
}
