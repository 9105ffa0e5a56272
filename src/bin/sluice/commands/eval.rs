//! `sluice eval`.

use crate::cli::labelled::EvalOptions;
use crate::devices;
use crate::drawing;
use crate::exit::{FAILED, UNUSABLE, USAGE, fail};
use crate::output::say;
use crate::progress::Bar;
use crate::station_file::{of_recipe, with_station};
use board::display::{Display, PngFile};
use sluice::labelled::dice::iou_of_dice;
use sluice::labelled::eval::{self, ArrayForm, Arrays, DataSet, EvalError};
use sluice::labelled::sheet::Sheet;
use sluice::station::StationFile;
use std::path::Path;
use std::process::ExitCode;

/// What a sheet says about its program.
const SOFTWARE: &str = "sluice eval";

/// Prints one line for each picture, and the summary.
pub fn run(options: &EvalOptions) -> ExitCode {
    with_station(&options.station, |file| evaluate(file, options))
}

fn evaluate(file: &StationFile, options: &EvalOptions) -> ExitCode {
    let (place, station) = match of_recipe(&file.station, options.recipe.as_deref()) {
        Ok(found) => found,
        Err(error) => return fail(USAGE, error),
    };
    let library = match devices::open_library(&file.station.engine.library) {
        Ok(library) => library,
        Err(error) => return fail(UNUSABLE, error),
    };
    let number = |value: Option<f64>| {
        value.map_or_else(|| "       -".to_owned(), |value| format!("{value:8.6}"))
    };
    say!("picture  soft Dice  soft IoU      Dice       IoU  decode  engine  verdict");
    let form = if options.reference_arrays {
        ArrayForm::Reference
    } else {
        ArrayForm::Own
    };
    let directory = options.npy.as_deref();
    let arrays = directory.map(|directory| Arrays { directory, form });
    if let Some(why) = options
        .sheet
        .as_deref()
        .and_then(|path| drawing::refused(&station, path, SOFTWARE))
    {
        return fail(USAGE, format_args!("--sheet: {why}"));
    }
    let sheet = options.sheet.as_deref();
    let mut sheet = sheet.map(|_| Sheet::new(&station, options.sheet_parts));
    // What cannot be opened is named by the evaluation.
    let parts = DataSet::open(&options.dataset).map_or(0, |set| set.numbers().len());
    let mut bar = Bar::new(parts, false);
    let summary = eval::run(
        &station,
        library,
        &options.dataset,
        arrays,
        |figures, seen| {
            bar.clear();
            if let Some(sheet) = &mut sheet {
                sheet.add(figures, seen);
            }
            say!(
                "{:>7}   {}  {}  {:8.6}  {:8.6}  {:>4} ms {:>4} ms  {}",
                figures.number,
                number(figures.soft_dice),
                number(figures.soft_dice.map(iou_of_dice)),
                figures.counts.dice(),
                figures.counts.iou(),
                figures.decode.as_millis(),
                figures.engine.as_millis(),
                figures.verdict
            );
            bar.step(false);
        },
    );
    drop(bar);
    match summary {
        Ok(summary) => {
            say!("{summary}");
            match (&sheet, &options.sheet) {
                (Some(sheet), Some(path)) => write(sheet, path),
                _ => ExitCode::SUCCESS,
            }
        }
        Err(error @ EvalError::Engine(_)) => {
            let text = file.station.with_own_keys(place, &error.to_string());
            fail(UNUSABLE, text)
        }
        Err(error) => fail(FAILED, error),
    }
}

/// Writes the sheet, which replaces an earlier one.
fn write(sheet: &Sheet, path: &Path) -> ExitCode {
    let (size, place) = (sheet.size_px(), path.to_owned());
    let name = path.display().to_string();
    let mut display = Display::new(&name, move || {
        Ok(PngFile::new(&place, size).with_software(SOFTWARE))
    });
    let shown = display.show(|canvas| {
        let Ok(()) = sheet.draw(canvas);
    });
    if let Err(error) = shown {
        return fail(FAILED, format_args!("--sheet: {error}"));
    }
    let [missed, rejected] = sheet.numbers().map(|numbers| numbers.len());
    say!("sheet: {name}: {missed} missed parts, {rejected} false rejects");
    ExitCode::SUCCESS
}
