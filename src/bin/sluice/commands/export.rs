//! `sluice export`: a data set of the history.

use crate::cli::ExportOptions;
use crate::exit::{FAILED, USAGE, fail};
use crate::json;
use crate::output::say;
use crate::progress::Bar;
use crate::station_file::with_station;
use serde::Serialize;
use sluice::complain;
use sluice::history::{self, Exported, HistoryError, SOURCES_FILE};
use sluice::station::StationFile;
use std::path::Path;
use std::process::ExitCode;

/// Copies the kept parts, and says what a person must do next.
pub fn run(options: &ExportOptions) -> ExitCode {
    with_station(&options.station, |file| export(file, options))
}

fn export(file: &StationFile, options: &ExportOptions) -> ExitCode {
    let of_station = file.station.history.as_ref();
    let of_station = of_station.map(|history| Path::new(history.directory.as_str()));
    let Some(history) = options.history.as_deref().or(of_station) else {
        return fail(
            USAGE,
            "the station file has no section history; name the directory with --history",
        );
    };
    let recipe = options.recipe.as_deref();
    let mut bar: Option<Bar> = None;
    let exported = history::export(history, &options.dataset, recipe, |all| {
        bar.get_or_insert_with(|| Bar::new(all, options.json))
            .step(false);
    });
    drop(bar);
    let exported = match exported {
        Ok(exported) => exported,
        Err(error @ HistoryError::Recipes { .. }) => return fail(USAGE, error),
        Err(error) => return fail(FAILED, error),
    };
    if options.json {
        json::print(&Report {
            dataset: &options.dataset.to_string_lossy(),
            parts: exported.parts as u64,
            without_input: exported.without_input as u64,
            of_other_recipes: exported.of_other_recipes as u64,
            deleted: exported.deleted as u64,
            unreadable: exported.unreadable.len() as u64,
        });
    } else {
        describe(&exported, &options.dataset);
    }
    for error in &exported.unreadable {
        complain!("sluice: {error}");
    }
    if !exported.unreadable.is_empty() {
        return ExitCode::from(FAILED);
    }
    if exported.parts == 0 {
        return fail(
            FAILED,
            match recipe {
                Some(recipe) => format!(
                    "{}: no kept part of recipe \"{recipe}\" has a model input",
                    history.display()
                ),
                None => format!("{}: no kept part has a model input", history.display()),
            },
        );
    }
    ExitCode::SUCCESS
}

/// The counts.
#[derive(Serialize)]
struct Report<'d> {
    dataset: &'d str,
    parts: u64,
    without_input: u64,
    of_other_recipes: u64,
    deleted: u64,
    unreadable: u64,
}

fn describe(exported: &Exported, dataset: &Path) {
    say!(
        "{} parts in {}; {SOURCES_FILE} names kept part and recipe of each; {} have no model input and are left out",
        exported.parts,
        dataset.display(),
        exported.without_input
    );
    for (count, text) in [
        (exported.of_other_recipes, "more are of other recipes"),
        (exported.deleted, "more were deleted meanwhile"),
        (exported.unreadable.len(), "more cannot be used"),
    ] {
        if count > 0 {
            say!("{count} {text}");
        }
    }
    say!("The masks are what the model found. Correct each by hand before a training uses it.");
    say!("The pictures are the model's inputs: use --roi all with the programs of model/.");
}
