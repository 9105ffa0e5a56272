//! A data set of the history, in the layout of `model/` and of `sluice eval`.

use super::entry::unread;
use super::{
    Entry, EntryName, EntryRecord, HistoryError, INPUT_FILE, InputShape, MASK_FILE, entries,
};
use crate::bounded::file;
use png::{BitDepth, ColorType};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Cursor, Write as _};
use std::path::Path;

/// The file beside the parts that says where each comes from.
pub const SOURCES_FILE: &str = "sources.csv";

/// What was exported.
#[derive(Debug, Default)]
pub struct Exported {
    /// Parts of the data set.
    pub parts: usize,
    /// Kept parts of other recipes than the chosen one.
    pub of_other_recipes: usize,
    /// Kept parts without a model input, which cannot be in a data set.
    pub without_input: usize,
    /// Kept parts whose records or pictures cannot be used, as after a power cut.
    pub unreadable: Vec<HistoryError>,
    /// Kept parts that went while they were copied: the station deleted them.
    pub deleted: usize,
}

/// Copies input and mask of each kept part to `to/N/image.png` and `to/N/mask.png`, N from 1 in the
/// order of time. `to/sources.csv` names kept part and recipe of each N. The station may run.
/// Without `recipe`, the parts must be of one recipe. Calls `each` with the number of all parts
/// before each.
///
/// The masks are what the model found, so they are only a first label.
///
/// # Errors
/// The history cannot be read, has several recipes, `to` has files, or it cannot be written.
pub fn export(
    history: &Path,
    to: &Path,
    recipe: Option<&str>,
    mut each: impl FnMut(usize),
) -> Result<Exported, HistoryError> {
    let mut exported = Exported::default();
    let parts = parts(history, recipe, &mut exported)?;
    fs::create_dir_all(to).map_err(unwritten("mkdir", to))?;
    let mut files = fs::read_dir(to).map_err(unwritten("opendir", to))?;
    if files.next().is_some() {
        return Err(HistoryError::NotEmpty {
            path: to.to_owned(),
        });
    }
    let path = to.join(SOURCES_FILE);
    let mut sources = File::create(&path).map_err(unwritten("create", &path))?;
    let mut put = |line: &str| writeln!(sources, "{line}").map_err(unwritten("write", &path));
    put("part,source,recipe")?;
    let all = parts.len();
    for (entry, recipe, shape) in parts {
        each(all);
        let pictures = match pictures(&entry, shape) {
            Ok(pictures) => pictures,
            Err(_) if entry.is_deleted() => {
                exported.deleted += 1;
                continue;
            }
            Err(error) => {
                exported.unreadable.push(error);
                continue;
            }
        };
        exported.parts += 1;
        write(pictures, &to.join(exported.parts.to_string()))?;
        put(&line(exported.parts, &entry.name, &recipe))?;
    }
    Ok(exported)
}

/// A kept part with its recipe and the form of its input.
type Part = (Entry, String, InputShape);

/// The parts of this recipe with an input. Counts the others.
fn parts(
    history: &Path,
    recipe: Option<&str>,
    exported: &mut Exported,
) -> Result<Vec<Part>, HistoryError> {
    let mut parts = Vec::new();
    let mut recipes = BTreeSet::new();
    for entry in entries(history)? {
        let record = match entry.record() {
            Ok(record) => record,
            Err(_) if entry.is_deleted() => {
                exported.deleted += 1;
                continue;
            }
            // A directory without a record is not the history's.
            Err(error) if error.is_not_found() => continue,
            Err(error) => {
                exported.unreadable.push(error);
                continue;
            }
        };
        let EntryRecord {
            recipe: of, input, ..
        } = record;
        if recipe.is_some_and(|recipe| recipe != of) {
            exported.of_other_recipes += 1;
        } else if let Some(shape) = input {
            recipes.insert(of.as_str().to_owned());
            parts.push((entry, of.as_str().to_owned(), shape));
        } else {
            exported.without_input += 1;
        }
    }
    if recipes.len() > 1 {
        return Err(HistoryError::Recipes {
            recipes: recipes.into_iter().collect(),
        });
    }
    Ok(parts)
}

/// A line of the sources. A recipe's name may have commas and quotes.
fn line(number: usize, name: &EntryName, recipe: &str) -> String {
    format!("{number},{name},\"{}\"", recipe.replace('"', "\"\""))
}

/// The longest picture of a kept part.
const PICTURE_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// The bytes of input and mask, which are whole pictures of this form.
fn pictures(entry: &Entry, shape: InputShape) -> Result<[Vec<u8>; 2], HistoryError> {
    let picture = |name: &str, color| {
        let path = entry.path.join(name);
        let bytes = file::read(&path, PICTURE_BYTES_MAX).map_err(unread("read", &path))?;
        match check(&bytes, shape, color) {
            Ok(()) => Ok(bytes),
            Err(why) => Err(HistoryError::Picture { path, why }),
        }
    };
    Ok([
        picture(INPUT_FILE, ColorType::Rgb)?,
        picture(MASK_FILE, ColorType::Grayscale)?,
    ])
}

/// Decodes a picture, and says what is wrong with it.
fn check(bytes: &[u8], shape: InputShape, color: ColorType) -> Result<(), String> {
    let mut reader = png::Decoder::new(Cursor::new(bytes))
        .read_info()
        .map_err(|error| error.to_string())?;
    let info = reader.info();
    let is_of_form = (info.width, info.height) == (shape.size.width, shape.size.height)
        && (info.color_type, info.bit_depth) == (color, BitDepth::Eight);
    if !is_of_form {
        return Err("has another form than its record says".to_owned());
    }
    while reader
        .next_row()
        .map_err(|error| error.to_string())?
        .is_some()
    {}
    reader.finish().map_err(|error| error.to_string())
}

/// Writes a part of the data set.
fn write([image, mask]: [Vec<u8>; 2], to: &Path) -> Result<(), HistoryError> {
    fs::create_dir(to).map_err(unwritten("mkdir", to))?;
    for (bytes, name) in [(image, "image.png"), (mask, "mask.png")] {
        let path = to.join(name);
        fs::write(&path, bytes).map_err(unwritten("write", &path))?;
    }
    Ok(())
}

/// The error of a call that writes the data set.
fn unwritten(call: &'static str, path: &Path) -> impl Fn(io::Error) -> HistoryError {
    move |error| HistoryError::DataSet {
        call,
        path: path.to_owned(),
        error,
    }
}
