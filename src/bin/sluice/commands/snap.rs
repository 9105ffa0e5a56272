//! `sluice snap`: one picture, inspected and drawn.

use crate::cli::desk::SnapOptions;
use crate::devices;
use crate::drawing;
use crate::exit::{FAILED, UNUSABLE, USAGE, fail};
use crate::json::{self, VerdictReport};
use crate::newest::newest;
use crate::output::say;
use crate::station_file::{of_recipe, with_station};
use board::display::{Display, PngFile};
use embedded_graphics::geometry::Size;
use serde::Serialize;
use sluice::part::Verdict;
use sluice::snap::{self, Snap, SnapError};
use sluice::station::{Station, StationFile};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What a drawing says about its program, right behind the PNG header.
const SOFTWARE: &str = "sluice snap";

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
    if options.json {
        json::print(&Report {
            picture: &picture.to_string_lossy(),
            recipe: &station.recipe.name,
            verdict: snap.verdict.into(),
            fault: snap.fault.as_ref().map(ToString::to_string),
            drawing: &options.write.to_string_lossy(),
        });
    } else {
        say!("{}: {}", picture.display(), snap.verdict);
        if let Some(fault) = &snap.fault {
            say!("  {fault}");
        }
        say!("  drawn in {}", options.write.display());
    }
    match snap.verdict {
        Verdict::Fault(_) => ExitCode::from(FAILED),
        Verdict::Pass | Verdict::Reject(_) => ExitCode::SUCCESS,
    }
}

/// The result.
#[derive(Serialize)]
struct Report<'s> {
    picture: &'s str,
    recipe: &'s str,
    verdict: VerdictReport,
    /// What exactly failed.
    fault: Option<String>,
    drawing: &'s str,
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
fn refused(station: &Station, picture: &Path, path: &Path) -> Option<String> {
    if fs::canonicalize(picture).is_ok_and(|picture| fs::canonicalize(path).ok() == Some(picture)) {
        return Some("is the picture itself; name another file".to_owned());
    }
    drawing::refused(station, path, SOFTWARE)
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
