//! A data set of the history, in the layout of `model/` and of `sluice eval`.

use super::error::failed;
use super::{EntryName, HistoryError, INPUT_FILE, MASK_FILE, entries};
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

/// The file beside the parts that says where each comes from.
pub const SOURCES_FILE: &str = "sources.csv";

/// What was exported.
#[derive(Debug, Default)]
pub struct Exported {
    /// Parts of the data set.
    pub parts: usize,
    /// Kept parts without a model input, which cannot be in a data set.
    pub without_input: usize,
    /// Kept parts whose records cannot be used, as after a power cut.
    pub unreadable: Vec<HistoryError>,
    /// Kept parts that went while they were copied: the station deleted them.
    pub gone: usize,
}

/// Copies input and mask of each kept part to `to/N/image.png` and `to/N/mask.png`, N from 1 in the
/// order of time. `to/sources.csv` names the kept part of each N. The station may run.
///
/// The masks are what the model found, so they are only a first label.
///
/// # Errors
/// The history cannot be read, `to` has files, or it cannot be written.
pub fn export(history: &Path, to: &Path) -> Result<Exported, HistoryError> {
    let kept = entries(history)?;
    fs::create_dir_all(to).map_err(failed("mkdir", to))?;
    let mut files = fs::read_dir(to).map_err(failed("opendir", to))?;
    if files.next().is_some() {
        return Err(HistoryError::NotEmpty {
            path: to.to_owned(),
        });
    }
    let path = to.join(SOURCES_FILE);
    let mut sources = File::create(&path).map_err(failed("create", &path))?;
    let mut put = |line: &str| writeln!(sources, "{line}").map_err(failed("write", &path));
    put("part,source")?;
    let mut exported = Exported::default();
    for entry in kept {
        let record = match entry.record() {
            Err(HistoryError::File { error, .. }) if error.kind() == ErrorKind::NotFound => {
                exported.gone += 1;
                continue;
            }
            Err(error) => {
                exported.unreadable.push(error);
                continue;
            }
            Ok(record) => record,
        };
        if record.input.is_none() {
            exported.without_input += 1;
            continue;
        }
        let number = exported.parts + 1;
        let directory = to.join(number.to_string());
        if copy(&entry.path, &directory)? {
            exported.parts = number;
            put(&line(number, &entry.name))?;
        } else {
            exported.gone += 1;
        }
    }
    Ok(exported)
}

fn line(number: usize, name: &EntryName) -> String {
    format!("{number},{name}")
}

/// Copies a part. Returns false, and leaves nothing, if the station has deleted it.
fn copy(from: &Path, to: &Path) -> Result<bool, HistoryError> {
    fs::create_dir(to).map_err(failed("mkdir", to))?;
    for (file, name) in [(INPUT_FILE, "image.png"), (MASK_FILE, "mask.png")] {
        let (from, to) = (from.join(file), to.join(name));
        match fs::copy(&from, &to) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let directory = to.parent().unwrap_or(&to);
                fs::remove_dir_all(directory).map_err(failed("rmdir", directory))?;
                return Ok(false);
            }
            Err(error) => return Err(failed("copy", &from)(error)),
        }
    }
    Ok(true)
}
