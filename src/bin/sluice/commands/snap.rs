//! `sluice snap`: one picture or frame, inspected and drawn.

use crate::cli::desk::SnapOptions;
use crate::devices;
use crate::drawing;
use crate::exit::{FAILED, UNUSABLE, USAGE, fail};
use crate::json::{self, VerdictReport};
use crate::live::Live;
use crate::newest::newest;
use crate::output::say;
use crate::station_file::{of_recipe, with_station};
use crate::still_file;
use board::Timestamp;
use board::display::{Display, PngFile};
use embedded_graphics::geometry::Size;
use serde::Serialize;
use sluice::frame::Still;
use sluice::part::Verdict;
use sluice::snap::{self, Picture, Snap, SnapError};
use sluice::station::{Station, StationFile};
use std::borrow::Cow;
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
    if let Some(why) = not_saved(&station, options) {
        return fail(USAGE, format_args!("--save {why}"));
    }
    let taken = match taken(&station, options.picture.as_deref()) {
        Ok(taken) => taken,
        Err(error) => return fail(UNUSABLE, error),
    };
    let picture = taken.as_picture();
    if let Some(why) = refused(&station, &picture, &options.write) {
        return fail(
            USAGE,
            format_args!("--write {}: {why}", options.write.display()),
        );
    }
    // Before the model is opened: pictures are needed to train it.
    if let (Taken::Frame(still), Some(path)) = (&taken, &options.save) {
        if let Err(error) = still_file::save(still, path) {
            return fail(FAILED, format_args!("--save {}: {error}", path.display()));
        }
        if !options.json {
            say!("{}: kept in {}", still.name(), path.display());
        }
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
    tell(&snap, &station, options);
    match snap.verdict {
        Verdict::Fault(_) => ExitCode::from(FAILED),
        Verdict::Pass | Verdict::Reject(_) => ExitCode::SUCCESS,
    }
}

fn tell(snap: &Snap, station: &Station, options: &SnapOptions) {
    if options.json {
        json::print(&Report {
            picture: &snap.picture,
            recipe: &station.recipe.name,
            verdict: snap.verdict.into(),
            fault: snap.fault.as_deref(),
            drawing: &options.write.to_string_lossy(),
            saved: options.save.as_deref().map(Path::to_string_lossy),
        });
        return;
    }
    say!("{}: {}", snap.picture, snap.verdict);
    if let Some(fault) = &snap.fault {
        say!("  {fault}");
    }
    say!("  drawn in {}", options.write.display());
}

/// The picture to inspect.
enum Taken {
    File(PathBuf),
    Frame(Still),
}

impl Taken {
    fn as_picture(&self) -> Picture<'_> {
        match self {
            Self::File(path) => Picture::File(path),
            Self::Frame(still) => Picture::Frame(still),
        }
    }
}

/// The named picture, a frame of the camera that is exposed now, or the newest picture.
fn taken(station: &Station, named: Option<&Path>) -> Result<Taken, String> {
    if let Some(path) = named {
        return Ok(Taken::File(path.to_owned()));
    }
    if let Some(camera) = &station.source.camera {
        let mut live = Live::open(station, camera)?;
        live.prove()?;
        return live.frame(Timestamp::now()).map(Taken::Frame);
    }
    let Some(directory) = &station.source.directory else {
        return Err("source: has no directory and no camera; name a picture".to_owned());
    };
    let empty = || {
        format!(
            "source.directory.path {}: no picture is there; name one",
            directory.path
        )
    };
    let found = newest(directory)?.ok_or_else(empty);
    found.map(|(_, path)| Taken::File(path))
}

/// The result.
#[derive(Serialize)]
struct Report<'s> {
    picture: &'s str,
    recipe: &'s str,
    verdict: VerdictReport,
    /// What exactly failed.
    fault: Option<&'s str>,
    drawing: &'s str,
    /// Where the camera's frame is kept.
    saved: Option<Cow<'s, str>>,
}

/// Why no picture can be saved there.
fn not_saved(station: &Station, options: &SnapOptions) -> Option<String> {
    let path = options.save.as_deref()?;
    let why = if station.source.camera.is_none() {
        "keeps a frame of source.camera, which this station does not have; copy the picture's file"
    } else if path.extension().is_none_or(|ending| ending != "png") {
        "keeps a PNG file; give a name that ends in .png"
    } else if path == options.write {
        "is the drawing's file too; name another"
    } else {
        return None;
    };
    Some(format!("{}: {why}", path.display()))
}

/// Why the drawing may not go there: a station would take it for the picture of a part, or a file
/// would be lost.
fn refused(station: &Station, picture: &Picture<'_>, path: &Path) -> Option<String> {
    if let Picture::File(picture) = picture
        && fs::canonicalize(picture)
            .is_ok_and(|picture| fs::canonicalize(path).ok() == Some(picture))
    {
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
