//! `sluice tune`: prints, draws and writes the limits that follow from a data set.

mod report;

use crate::cli::labelled::TuneOptions;
use crate::devices;
use crate::exit::{FAILED, UNUSABLE, USAGE, fail};
use crate::json;
use crate::output::{self, say};
use crate::progress::Bar;
use crate::station_file::{of_recipe, with_station};
use board::display::{Display, PngFile};
use embedded_graphics::geometry::Size;
use report::{PartReport, Report};
use sluice::complain;
use sluice::labelled::eval::{DataSet, EvalError};
use sluice::labelled::tune::{
    self, Measured, PLOT_HEIGHT_PX, PLOT_WIDTH_PX, Request, TuneError, Tuning, draw, write_table,
};
use sluice::station::StationFile;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Tunes a recipe of a station file. An existing plot or table is replaced; the file of `--write`
/// must not exist.
pub fn run(options: &TuneOptions) -> ExitCode {
    with_station(&options.station, |file| propose(file, options))
}

fn propose(file: &StationFile, asked: &TuneOptions) -> ExitCode {
    if let Some(path) = asked.write.as_deref().filter(|path| path.exists()) {
        return fail(USAGE, already_there(path));
    }
    if let Some(error) = written_twice(asked) {
        return fail(USAGE, error);
    }
    let (place, station) = match of_recipe(&file.station, asked.recipe.as_deref()) {
        Ok(found) => found,
        Err(error) => return fail(USAGE, error),
    };
    let library = match devices::open_library(&file.station.engine.library) {
        Ok(library) => library,
        Err(error) => return fail(UNUSABLE, error),
    };
    if !asked.json {
        say!("   part  mask       engine   limits  kind");
    }
    let request = Request {
        class: asked.class.as_deref(),
        miss_share: asked.miss_share,
    };
    // What cannot be opened is named below.
    let parts = DataSet::open(&asked.dataset).map_or(0, |set| set.numbers().len());
    let mut bar = Bar::new(parts, asked.json);
    let tuning = tune::run(&station, library, &asked.dataset, request, |measured| {
        bar.clear();
        print_part(measured, asked.json);
        bar.step(false);
    });
    drop(bar);
    let tuning = match tuning {
        Ok(tuning) => tuning,
        Err(error @ (TuneError::WhichClass { .. } | TuneError::NoSuchClass { .. })) => {
            return fail(USAGE, error);
        }
        Err(error @ TuneError::Eval(EvalError::Engine(_))) => {
            let text = file.station.with_own_keys(place, &error.to_string());
            return fail(UNUSABLE, text);
        }
        Err(error) => return fail(FAILED, error),
    };
    if asked.json {
        json::print(&Report::of(&tuning));
    } else {
        output::print(format_args!("{tuning}"));
    }
    let results = [
        asked.plot.as_deref().map(|path| plot(&tuning, path)),
        asked.table.as_deref().map(|path| table(&tuning, path)),
        asked
            .write
            .as_deref()
            .map(|path| write(file, place, &tuning, path)),
    ];
    let mut failed = tuning.proposed.is_none() || !tuning.left_out.is_empty();
    for result in results.into_iter().flatten() {
        match result {
            Ok(_) if asked.json => {}
            Ok(line) => say!("{line}"),
            Err(error) => {
                failed = true;
                complain!("sluice: {error}");
            }
        }
    }
    if failed {
        ExitCode::from(FAILED)
    } else {
        ExitCode::SUCCESS
    }
}

fn print_part(measured: Measured<'_>, is_json: bool) {
    if is_json {
        return json::print(&PartReport::of(measured));
    }
    match measured {
        Measured::Part(part, engine, search) => say!(
            "{:>7}  {:<9} {:>5} ms {:>5} ms  {}",
            part.number,
            if part.defective { "defective" } else { "good" },
            engine.as_millis(),
            search.as_millis(),
            part.kind.as_deref().unwrap_or_default()
        ),
        Measured::LeftOut(number, why) => say!("{number:>7}  left out: {why}"),
    }
}

fn plot(tuning: &Tuning, path: &Path) -> Result<String, String> {
    let size = Size::new(PLOT_WIDTH_PX, PLOT_HEIGHT_PX);
    let place = path.to_owned();
    let name = path.display().to_string();
    let mut display = Display::new(&name, move || Ok(PngFile::new(&place, size)));
    let shown = display.show(|canvas| {
        let Ok(()) = draw(tuning, canvas);
    });
    shown.map_err(|error| format!("--plot: {error}"))?;
    Ok(format!("plot: {name}"))
}

fn table(tuning: &Tuning, path: &Path) -> Result<String, String> {
    let written = fs::File::create(path).and_then(|file| {
        let mut file = BufWriter::new(file);
        write_table(tuning, &mut file)?;
        file.flush()
    });
    written.map_err(|error| format!("--table {}: {error}", path.display()))?;
    Ok(format!("table: {}", path.display()))
}

fn write(
    file: &StationFile,
    recipe: usize,
    tuning: &Tuning,
    path: &Path,
) -> Result<String, String> {
    let Some(limits) = tuning.proposed_limits() else {
        return Err(format!(
            "--write {}: not written: no proposal",
            path.display()
        ));
    };
    if !tuning.left_out.is_empty() {
        return Err(format!(
            "--write {}: not written: {} parts were left out; fix them or remove them from the data set",
            path.display(),
            tuning.left_out.len()
        ));
    }
    let text = tune::rewrite(&file.text, &file.station, (recipe, tuning.class), &limits)
        .map_err(|error| format!("--write {}: {error}", path.display()))?;
    let written = fs::File::create_new(path).and_then(|mut to| {
        to.write_all(text.as_bytes())?;
        to.sync_all()
    });
    match written {
        Ok(()) => Ok(format!(
            "station file with these limits: {}",
            path.display()
        )),
        Err(error) if path.exists() && error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(already_there(path))
        }
        Err(error) => Err(format!("--write {}: {error}", path.display())),
    }
}

/// The error if two options name one file, which would overwrite the station file or another
/// result.
fn written_twice(asked: &TuneOptions) -> Option<String> {
    let named: Vec<(&str, &Path)> = [
        ("--station", &asked.station.station),
        ("--write", &asked.write),
        ("--table", &asked.table),
        ("--plot", &asked.plot),
    ]
    .into_iter()
    .filter_map(|(option, path)| Some((option, path.as_deref()?)))
    .collect();
    named
        .iter()
        .enumerate()
        .find_map(|(index, (option, path))| {
            let mut earlier = named.iter().take(index);
            let (other, _) = earlier.find(|(_, other)| place(other) == place(path))?;
            Some(format!(
                "{option} {}: is also the file of {other}; name another",
                path.display()
            ))
        })
}

/// The canonical path of a file, whether it exists or not.
fn place(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| {
        let parent = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let parent = fs::canonicalize(parent).unwrap_or_else(|_| parent.to_owned());
        parent.join(path.file_name().unwrap_or_default())
    })
}

fn already_there(path: &Path) -> String {
    format!(
        "--write {}: the file exists, and a station file is never overwritten; name another",
        path.display()
    )
}
