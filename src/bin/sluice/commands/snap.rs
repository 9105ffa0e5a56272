//! `sluice snap`: one picture, inspected and drawn.

use crate::cli::desk::SnapOptions;
use crate::devices;
use crate::exit::{FAILED, UNUSABLE, USAGE, fail};
use crate::newest::newest;
use crate::output::say;
use crate::station_file::{of_recipe, with_station};
use board::display::{Display, PngFile};
use embedded_graphics::geometry::Size;
use sluice::part::Verdict;
use sluice::snap::{self, Snap, SnapError};
use sluice::station::{Station, StationFile};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What a drawing says about its program, right behind the PNG header.
const SOFTWARE: &str = "sluice snap";
/// Bytes of a PNG file before the type of its second chunk.
const HEADER_BYTES: usize = 8 + 25 + 4;

/// Prints the verdict and writes the drawing, which replaces an earlier one.
pub fn run(options: &SnapOptions) -> ExitCode {
    with_station(&options.station, |file| show(file, options))
}

fn show(file: &StationFile, options: &SnapOptions) -> ExitCode {
    let (place, station) = match of_recipe(&file.station, options.recipe.as_deref()) {
        Ok(found) => found,
        Err(error) => return fail(USAGE, error),
    };
    let picture = match options.picture.clone().map_or_else(|| found(&station), Ok) {
        Ok(picture) => picture,
        Err(error) => return fail(UNUSABLE, error),
    };
    if let Some(why) = refused(&station, &picture, &options.write) {
        return fail(
            USAGE,
            format_args!("--write {}: {why}", options.write.display()),
        );
    }
    let library = match devices::open_library(&file.station.engine.library) {
        Ok(library) => library,
        Err(error) => return fail(UNUSABLE, error),
    };
    let snap = match snap::take(&station, library, &picture) {
        Ok(snap) => snap,
        Err(error @ (SnapError::Engine(_) | SnapError::Run(_))) => {
            return fail(
                UNUSABLE,
                file.station.with_own_keys(place, &error.to_string()),
            );
        }
        Err(error) => return fail(FAILED, error),
    };
    if let Err(error) = write(&snap, &options.write) {
        return fail(FAILED, format_args!("--write {error}"));
    }
    say!("{}: {}", picture.display(), snap.verdict);
    if let Some(fault) = &snap.fault {
        say!("  {fault}");
    }
    say!("  drawn in {}", options.write.display());
    match snap.verdict {
        Verdict::Fault(_) => ExitCode::from(FAILED),
        Verdict::Pass | Verdict::Reject(_) => ExitCode::SUCCESS,
    }
}

/// The newest picture, or why there is not one.
fn found(station: &Station) -> Result<PathBuf, String> {
    let directory = station.source.directory.as_ref();
    let empty = || {
        let path = directory.map_or("", |directory| directory.path.as_str());
        format!("source.directory.path {path}: no picture is there; name one")
    };
    newest(station)?.map(|(_, path)| path).ok_or_else(empty)
}

/// Why the drawing may not go there: a station would take it for the picture of a part, or a file
/// would be lost.
fn refused(station: &Station, picture: &Path, drawing: &Path) -> Option<&'static str> {
    if drawing.extension().is_none_or(|ending| ending != "png") {
        return Some("a drawing is a PNG file; give a name that ends in .png");
    }
    let parent = drawing
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let parent = fs::canonicalize(parent.unwrap_or(Path::new("."))).ok()?;
    if fs::canonicalize(picture)
        .is_ok_and(|picture| fs::canonicalize(drawing).ok() == Some(picture))
    {
        return Some("is the picture itself; name another file");
    }
    let is_watched = station.source.directory.as_ref().is_some_and(|directory| {
        fs::canonicalize(directory.path.as_str()).is_ok_and(|watched| watched == parent)
    });
    if is_watched {
        return Some(
            "is in source.directory.path, where a station would take it for a part; name a file elsewhere",
        );
    }
    let is_free = match fs::symlink_metadata(drawing) {
        Err(error) => error.kind() == io::ErrorKind::NotFound,
        Ok(data) => data.is_file() && is_own(drawing).unwrap_or(false),
    };
    (!is_free).then_some(
        "exists and is no drawing of sluice snap, so it is not replaced; name another file",
    )
}

/// Whether the file is a drawing of this command. It must be a regular file.
fn is_own(path: &Path) -> io::Result<bool> {
    let text = format!("tEXtSoftware\0{SOFTWARE}");
    let mut bytes = Vec::new();
    let length = u64::try_from(HEADER_BYTES + text.len()).unwrap_or(u64::MAX);
    File::open(path)?.take(length).read_to_end(&mut bytes)?;
    let is_png = bytes.starts_with(b"\x89PNG\r\n\x1a\n");
    Ok(is_png && bytes.get(HEADER_BYTES..) == Some(text.as_bytes()))
}

fn write(snap: &Snap, path: &Path) -> Result<(), String> {
    let size = Size::new(snap::WIDTH_PX, snap::height_px(snap));
    let place = path.to_owned();
    let name = path.display().to_string();
    let mut display = Display::new(&name, move || {
        Ok(PngFile::new(&place, size).with_software(SOFTWARE))
    });
    let shown = display.show(|canvas| {
        let Ok(()) = snap::draw(snap, canvas);
    });
    shown.map_err(|error| error.to_string())
}
