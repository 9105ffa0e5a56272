//! Weights in files beside the model: finds the files, refuses those outside the model's directory,
//! and loads them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use prost::bytes::Bytes;

use super::error::{ExternalReason, OnnxError};
use super::proto::{EXTERNAL, ModelProto, TensorProto};
use super::tensors;
use crate::regular_file;

/// The position of a tensor's numbers in its file.
struct Location<'a> {
    file: &'a str,
    offset: u64,
    /// `None` means up to the end of the file.
    length: Option<u64>,
}

/// The files that hold weights of the model, each once, sorted by name.
pub(super) fn files(model: &mut ModelProto, directory: &Path) -> Result<Vec<PathBuf>, OnnxError> {
    let mut files = BTreeSet::new();
    tensors::each(model, &mut |_, tensor| {
        if tensor.data_location == Some(EXTERNAL) {
            let location = location(tensor)?;
            files.insert(resolve(tensor, location.file, directory)?);
        }
        Ok(())
    })?;
    Ok(files.into_iter().collect())
}

/// Reads each file once and sets `raw_data` of its tensors.
pub(super) fn load(model: &mut ModelProto, directory: Option<&Path>) -> Result<(), OnnxError> {
    let mut files: BTreeMap<PathBuf, Bytes> = BTreeMap::new();
    tensors::each(model, &mut |_, tensor| {
        if tensor.data_location != Some(EXTERNAL) {
            return Ok(());
        }
        let Location {
            file,
            offset,
            length,
        } = location(tensor)?;
        let failed = |reason| failure(tensor, file, reason);
        let directory = directory.ok_or_else(|| failed(ExternalReason::InMemory))?;
        let path = resolve(tensor, file, directory)?;
        let whole = match files.get(&path) {
            Some(bytes) => bytes.clone(),
            None => {
                let bytes = read(&path).map_err(|error| {
                    failed(ExternalReason::Unreadable(path.clone(), error.to_string()))
                })?;
                files.insert(path.clone(), bytes.clone());
                bytes
            }
        };
        let range = || failed(ExternalReason::Range(describe(offset, length)));
        let needed = tensor.raw_bytes().ok_or_else(range)?;
        let needed = u64::try_from(needed).map_err(|_| range())?;
        let size = u64::try_from(whole.len()).map_err(|_| range())?;
        let length = length.unwrap_or_else(|| size.saturating_sub(offset));
        let end = offset.checked_add(length).ok_or_else(range)?;
        if end > size {
            return Err(failed(ExternalReason::Short(path, size, end)));
        }
        if length != needed {
            return Err(range());
        }
        let bytes = match (usize::try_from(offset), usize::try_from(end)) {
            (Ok(start), Ok(end)) => whole.slice(start..end),
            _ => return Err(range()),
        };
        tensor.raw_data = Some(bytes);
        tensor.data_location = None;
        tensor.external_data.clear();
        Ok(())
    })
}

fn failure(tensor: &TensorProto, file: &str, reason: ExternalReason) -> OnnxError {
    OnnxError::External {
        tensor: tensor.name.clone().unwrap_or_default(),
        file: file.to_owned(),
        reason,
    }
}

fn describe(offset: u64, length: Option<u64>) -> String {
    match length {
        Some(length) => format!("offset {offset} and length {length}"),
        None => format!("offset {offset} and no length"),
    }
}

fn location(tensor: &TensorProto) -> Result<Location<'_>, OnnxError> {
    let value = |key: &str| {
        let entries = tensor.external_data.iter();
        let mut found = entries.filter(|entry| entry.key.as_deref() == Some(key));
        found.next_back().and_then(|entry| entry.value.as_deref())
    };
    let file = value("location").unwrap_or_default();
    let number = |key: &str| match value(key) {
        None => Ok(None),
        Some(text) => text.parse::<u64>().map(Some).map_err(|_| {
            failure(
                tensor,
                file,
                ExternalReason::Range(format!("{key} `{text}`")),
            )
        }),
    };
    Ok(Location {
        file,
        offset: number("offset")?.unwrap_or(0),
        length: number("length")?,
    })
}

/// The file's path without links, which must be in the model's directory or below it.
fn resolve(tensor: &TensorProto, file: &str, directory: &Path) -> Result<PathBuf, OnnxError> {
    let outside = || failure(tensor, file, ExternalReason::Outside);
    let relative = Path::new(file);
    let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    if file.is_empty() || !relative.components().all(is_plain) {
        return Err(outside());
    }
    let unreadable = |path: &Path, error: std::io::Error| {
        let reason = ExternalReason::Unreadable(path.to_owned(), error.to_string());
        failure(tensor, file, reason)
    };
    let directory = fs::canonicalize(directory).map_err(|error| unreadable(directory, error))?;
    let path = directory.join(relative);
    let path = fs::canonicalize(&path).map_err(|error| unreadable(&path, error))?;
    if !path.starts_with(&directory) {
        return Err(outside());
    }
    Ok(path)
}

fn read(path: &Path) -> std::io::Result<Bytes> {
    let mut bytes = Vec::new();
    regular_file::open(path)?.read_to_end(&mut bytes)?;
    Ok(Bytes::from(bytes))
}
