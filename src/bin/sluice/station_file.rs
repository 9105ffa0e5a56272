//! The station file of a command: the one named by `--station`, or the one that is built in.

use crate::cli::StationOption;
use crate::devices;
use crate::exit::{STATION, fail};
use sluice::check::Wording;
use sluice::console::{self, Priority};
use sluice::hash::Sha256;
use sluice::journal::RecipeName;
use sluice::station::file::PathText;
use sluice::station::{LoadError, Station, StationFile};
use std::path::Path;
use std::process::ExitCode;

/// The station file that is built in (see `build.rs`).
pub const BUILT_IN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/station.json"));

/// Loads the station file and passes it to `work`. Reports a missing or invalid file with all its
/// problems.
pub fn with_station(
    option: &StationOption,
    work: impl FnOnce(&StationFile) -> ExitCode,
) -> ExitCode {
    match StationFile::load(option.station.as_deref(), BUILT_IN) {
        Ok(file) => work(&file),
        Err(LoadError::Invalid {
            origin, problems, ..
        }) => problems_of(&Wording::default(), &origin, problems),
        Err(error) => fail(STATION, error),
    }
}

/// The station with only the recipe of this name, or with the first one, and the recipe's place.
///
/// # Errors
/// There is no such recipe; the message lists all.
pub fn of_recipe(station: &Station, name: Option<&str>) -> Result<(usize, Station), String> {
    let mut recipes = station.all_recipes();
    let place = match name {
        None => Some(0),
        Some(name) => recipes.position(|recipe| recipe.name == name),
    };
    let found = place.and_then(|place| Some((place, station.of_recipe(place)?)));
    found.ok_or_else(|| {
        let names: Vec<_> = station.all_recipes().map(|recipe| &*recipe.name).collect();
        format!(
            "--recipe {}: the station file has no such recipe; there are: {}",
            name.unwrap_or_default(),
            names.join(", ")
        )
    })
}

/// Prints what is wrong with a station file, in a language. Returns the exit code.
pub fn problems_of(
    wording: &Wording,
    origin: &str,
    problems: impl IntoIterator<Item: core::fmt::Display, IntoIter: ExactSizeIterator>,
) -> ExitCode {
    let problems = problems.into_iter();
    let noun = if problems.len() == 1 {
        "problem"
    } else {
        "problems"
    };
    let heading = format!("sluice: {origin}: {} {noun}", problems.len());
    console::err_at(Priority::Error, format_args!("{}", wording.of(&heading)));
    for problem in problems {
        let problem = wording.of(&problem.to_string());
        console::err_at(Priority::Error, format_args!("  {problem}"));
    }
    ExitCode::from(STATION)
}

/// The models of a station's recipes, in the order of their numbers.
///
/// # Errors
/// The key of the model, its path, the file that could not be read, and why.
pub fn models(station: &Station) -> Result<Vec<StationModel>, String> {
    let mut models: Vec<StationModel> = Vec::new();
    for (place, (recipe, number)) in station
        .all_recipes()
        .zip(station.model_numbers())
        .enumerate()
    {
        if let Some(known) = models.get_mut(number) {
            known.recipes.push(recipe.name.clone());
            continue;
        }
        let path = station.model_of(recipe).clone();
        let model = Path::new(path.as_str());
        let sha256 = Sha256::of_model(model, &devices::weights_beside(model));
        let sha256 = sha256.map_err(|(file, error)| {
            let text = format!("engine.model {}: {error}", file.display());
            station.with_own_keys(place, &text)
        })?;
        models.push(StationModel {
            path,
            sha256,
            recipes: vec![recipe.name.clone()],
        });
    }
    Ok(models)
}

/// A model that a station file names.
pub struct StationModel {
    /// Its path in the station file.
    pub path: PathText,
    /// The hash of its files.
    pub sha256: Sha256,
    /// The recipes whose parts it judges.
    pub recipes: Vec<RecipeName>,
}
