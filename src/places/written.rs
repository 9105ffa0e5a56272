//! Where a running station writes.

use super::StationPaths;
use crate::station::Station;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// The directories in which a running station creates, writes, renames or deletes files, and the
/// single files that it writes. Links are resolved. Some may not exist.
///
/// A directory that is replaced by another one of its name, or mounted again, must be found too. So
/// the directory above each is among them, and the one above its file system's root. `/` never is.
/// Allocates.
pub fn written(station: &Station) -> Vec<PathBuf> {
    let StationPaths {
        written,
        filled,
        pictures,
        ..
    } = StationPaths::of(station, None);
    let mut places = Vec::new();
    for (_, path) in filled.iter().chain(&pictures) {
        add(path, &mut places);
        add(&above(path), &mut places);
    }
    for (_, path) in written {
        // The new content comes under another name first.
        add(&above(path), &mut places);
    }
    // Simulated inputs are a FIFO, which is opened for writing too, so that it never ends.
    let stimulus = station.lines.stimulus.as_str();
    if !stimulus.is_empty() {
        add(Path::new(stimulus), &mut places);
        add(&above(Path::new(stimulus)), &mut places);
    }
    places.retain(|path| path != Path::new("/"));
    places.sort();
    places.dedup();
    places
}

/// Adds a place, and what it is mounted in.
fn add(path: &Path, places: &mut Vec<PathBuf>) {
    let Ok(path) = path.canonicalize() else {
        return;
    };
    let device = |path: &Path| path.metadata().ok().map(|metadata| metadata.dev());
    let own = device(&path);
    let outside = path.ancestors().find(|above| device(above) != own);
    places.extend(outside.map(Path::to_path_buf));
    places.push(path);
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
    use std::os::unix::fs::symlink;
    use std::{env, fs, process};

    #[test]
    fn the_directories_of_a_station_and_those_above_them_are_written_and_the_root_never() {
        let place = env::temp_dir().join(format!("sluice-written-{}", process::id()));
        fs::create_dir_all(place.join("line/parts")).unwrap();
        symlink("/", place.join("root")).unwrap();
        let place = place.canonicalize().unwrap();
        let text = include_str!("../../board/stations/host.json");
        let at = |path: &str| {
            let path = place.join(path).display().to_string();
            let text = text.replacen(r#""path": "parts""#, &format!(r#""path": "{path}""#), 1);
            let text = text.replacen(r#""directory": "journal""#, r#""directory": "/proc/j""#, 1);
            written(&crate::station::read(text.as_bytes()).unwrap())
        };
        let places = at("line/parts");
        assert!(places.contains(&place.join("line/parts")), "{places:?}");
        assert!(places.contains(&place.join("line")), "{places:?}");
        // /proc is a file system of its own.
        for path in ["root", "root/proc/self"] {
            let places = at(path);
            assert!(!places.contains(&PathBuf::from("/")), "{places:?}");
        }
        fs::remove_dir_all(place).unwrap();
    }
}
