//! Checks the station's paths on the real file system: no file that the station writes may become a
//! picture or overwrite another file.
//!
//! Paths are resolved as the kernel does (`.`, `..`, links, mounts), since two different texts can
//! name one file.

mod resolve;
mod watchers;
mod written;

pub use watchers::{Claim, ClaimError, Watcher, claim, watchers};
pub use written::written;

use crate::station::Station;
use crate::station::file::{After, DisplayKind};
use resolve::{ResolvedPath, resolve};
use std::path::{Path, PathBuf};

/// Why a path of the station file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// The station would write into the directory that it takes pictures from, or would take a
    /// golden picture for a part's.
    #[error(
        "{key} {}: is inside {directory}, from which pictures are taken; give it a directory outside",
        path.display()
    )]
    AmongPictures {
        /// The key of the path.
        key: &'static str,
        /// The path, as in the station file.
        path: PathBuf,
        /// The key of the directory.
        directory: &'static str,
    },
    /// Two keys name one file, and the station writes to it.
    #[error(
        "{key} {}: is the file of {other}, which would be overwritten; name another",
        path.display()
    )]
    OneFile {
        /// The key of the path that is written.
        key: &'static str,
        /// The path, as in the station file.
        path: PathBuf,
        /// The key of the other path.
        other: &'static str,
    },
}

/// A key of the station file and the path that it names.
type Named<'s> = (&'static str, &'s Path);

/// The paths of a station file, by their use.
struct StationPaths<'s> {
    /// Files that the station writes.
    written: Vec<Named<'s>>,
    /// Directories in which the station creates files.
    filled: Vec<Named<'s>>,
    /// Directories that the station takes pictures from.
    pictures: Vec<Named<'s>>,
    /// Pictures that must not be taken for those of parts.
    golden: Vec<Named<'s>>,
    /// Files that the station reads.
    read: Vec<Named<'s>>,
}

impl<'s> StationPaths<'s> {
    fn of(station: &'s Station, file: Option<&'s Path>) -> Self {
        let named = |key, path: &'s str| (!path.is_empty()).then_some((key, Path::new(path)));
        let is_png = matches!(
            station.display.kind,
            DisplayKind::PngMono | DisplayKind::PngColour
        );
        let directory = station.source.directory.as_ref();
        let moves = directory.filter(|directory| directory.after == After::Move);
        let camera = station.source.camera.as_ref();
        let history = station.history.as_ref();
        let library = station.engine.library.as_str();
        let own_models = station.all_recipes().enumerate().map(|(place, recipe)| {
            let key = if place == 0 {
                "recipe.model"
            } else {
                "recipes[].model"
            };
            named(key, recipe.model.as_deref()?)
        });
        let listed = |entries: Vec<Option<Named<'s>>>| entries.into_iter().flatten().collect();
        Self {
            written: listed(vec![
                is_png
                    .then(|| named("display.file", &station.display.file))
                    .flatten(),
                named("lines.timeline", &station.lines.timeline),
            ]),
            filled: listed(vec![
                named("journal.directory", &station.journal.directory),
                moves.and_then(|moves| named("source.directory.move_to", &moves.move_to)),
                history.and_then(|history| named("history.directory", &history.directory)),
            ]),
            pictures: listed(vec![
                directory.and_then(|directory| named("source.directory.path", &directory.path)),
                camera.and_then(|camera| named("source.camera.frames", &camera.frames)),
            ]),
            golden: listed(
                station
                    .challenge
                    .iter()
                    .flat_map(|challenge| &challenge.parts)
                    .map(|part| named("challenge.parts[].picture", &part.picture))
                    .collect(),
            ),
            read: listed(
                [
                    file.map(|file| ("the station file", file)),
                    named("engine.model", &station.engine.model),
                    (library != "builtin")
                        .then(|| named("engine.library", library))
                        .flatten(),
                    named("lines.stimulus", &station.lines.stimulus),
                ]
                .into_iter()
                .chain(own_models)
                .collect(),
            ),
        }
    }
}

/// All such problems of a station. `file` is its station file, if it has one. Reads directories and
/// changes nothing. Missing directories are reported elsewhere.
///
/// Allocates; for the start and for `sluice check`.
pub fn problems(station: &Station, file: Option<&Path>) -> Vec<PlaceError> {
    let places = StationPaths::of(station, file);
    let mut problems = Vec::new();
    let resolved = |named: &[Named<'_>]| -> Vec<(&'static str, Option<ResolvedPath>)> {
        named
            .iter()
            .map(|(key, path)| (*key, resolve(path)))
            .collect()
    };
    let pictures = resolved(&places.pictures);
    let outside = places.written.iter().chain(&places.filled);
    for (key, path) in outside.chain(&places.golden) {
        let place = resolve(path);
        let inside = pictures.iter().find(|(_, directory)| {
            let places = place.as_ref().zip(directory.as_ref());
            places.is_some_and(|(place, directory)| place.is_inside(directory))
        });
        if let Some((directory, _)) = inside {
            problems.push(PlaceError::AmongPictures {
                key,
                path: path.to_path_buf(),
                directory,
            });
        }
    }
    let mut files = resolved(&places.read);
    for (key, path) in &places.written {
        let Some(place) = resolve(path) else {
            continue;
        };
        let same = files
            .iter()
            .find(|(_, other)| other.as_ref().is_some_and(|other| place.is(other)));
        if let Some((other, _)) = same {
            problems.push(PlaceError::OneFile {
                key,
                path: path.to_path_buf(),
                other,
            });
        }
        files.push((key, Some(place)));
    }
    problems
}

#[cfg(test)]
mod tests;
