//! Where a running station writes.

use super::StationPaths;
use crate::station::Station;
use std::path::{Path, PathBuf};

/// The directories in which a running station creates, writes, renames or deletes files, and the
/// single files that it writes. Some may not exist.
///
/// The directory above each is among them, unless it is the root: a directory that is replaced by
/// another one of its name, or mounted again, is found there. Allocates.
pub fn written(station: &Station) -> Vec<PathBuf> {
    let StationPaths {
        written,
        filled,
        pictures,
        ..
    } = StationPaths::of(station, None);
    let mut places = Vec::new();
    for (_, path) in filled.iter().chain(&pictures) {
        places.push(path.to_path_buf());
        places.push(above(path));
    }
    for (_, path) in written {
        // The new content comes under another name first.
        places.push(above(path));
    }
    // Simulated inputs are a FIFO, which is opened for writing too, so that it never ends.
    let stimulus = station.lines.stimulus.as_str();
    if !stimulus.is_empty() {
        places.push(PathBuf::from(stimulus));
        places.push(above(Path::new(stimulus)));
    }
    places.retain(|path| path != Path::new("/"));
    places.sort();
    places.dedup();
    places
}

/// The directory of a path; the working directory for a name alone.
fn above(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent == Path::new("") => PathBuf::from("."),
        Some(parent) => parent.to_path_buf(),
        None => path.to_path_buf(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directories_of_a_station_and_those_above_them_are_written() {
        let text = include_str!("../../board/stations/host.json");
        let text = text.replacen(r#""path": "parts""#, r#""path": "/parts""#, 1);
        let station = crate::station::read(text.as_bytes()).unwrap();
        let places = written(&station);
        let has = |path: &str| places.contains(&PathBuf::from(path));
        assert!(has("journal") && has(".") && has("/parts"), "{places:?}");
        assert!(!has("/") && !has(""), "{places:?}");
    }
}
