//! `sluice eval`.

use crate::cli::labelled::EvalOptions;
use crate::devices;
use crate::exit::{FAILED, UNUSABLE, USAGE, fail};
use crate::output::say;
use crate::station_file::{of_recipe, with_station};
use sluice::labelled::dice::iou_of_dice;
use sluice::labelled::eval::{self, ArrayForm, Arrays, EvalError};
use sluice::station::StationFile;
use std::process::ExitCode;

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
    let summary = eval::run(&station, library, &options.dataset, arrays, |figures| {
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
    });
    match summary {
        Ok(summary) => {
            say!("{summary}");
            ExitCode::SUCCESS
        }
        Err(error @ EvalError::Engine(_)) => {
            let text = file.station.with_own_keys(place, &error.to_string());
            fail(UNUSABLE, text)
        }
        Err(error) => fail(FAILED, error),
    }
}
