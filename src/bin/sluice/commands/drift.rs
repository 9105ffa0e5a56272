//! `sluice drift`: the measures in the journal, their plot, and a baseline.

use crate::cli::drift::DriftOptions;
use crate::exit::{FAILED, UNUSABLE, USAGE, fail};
use crate::output::say;
use crate::station_file::with_station;
use core::fmt::Write as _;
use serde::Serialize;
use sluice::complain;
use sluice::drift::{Baseline, DriftSettings, Measure, Measures, Summary, plot};
use sluice::journal::{Part, Record, read};
use sluice::recipe::Recipe;
use sluice::station::{Station, StationFile};
use std::collections::VecDeque;
use std::fs;
use std::process::ExitCode;

/// Parts of an average, if the recipe does not say it yet.
const PARTS: u16 = 100;
/// Enough for all measures.
const JSON_MAX: usize = 4096;

/// Prints how the measures went, or proposes a baseline.
pub fn run(options: &DriftOptions) -> ExitCode {
    with_station(&options.station, |file| {
        report(file, options).map_or_else(|code| code, |()| ExitCode::SUCCESS)
    })
}

fn report(file: &StationFile, options: &DriftOptions) -> Result<(), ExitCode> {
    let recipe = recipe(&file.station, options.recipe.as_deref())?;
    let summaries = summaries(&file.station, recipe, options)?;
    let baselines = recipe.drift.as_ref();
    let baseline_of = |measure| {
        let mut baselines = baselines.iter().flat_map(|settings| &settings.baselines);
        baselines
            .find(|baseline| baseline.measure == measure)
            .copied()
    };
    if let Some(path) = &options.plot {
        let curves = summaries.each_ref().map(|summary| {
            let measure = summary.measure();
            (measure, summary.curve(), baseline_of(measure))
        });
        let title = format!("{}: {}", file.station.station.name, recipe.name);
        fs::write(path, plot(&title, &curves)).map_err(|error| {
            let text = format!(
                "{}: {error}; name a file that can be written",
                path.display()
            );
            fail(FAILED, text)
        })?;
    }
    if options.baseline {
        return propose(baselines, &summaries);
    }
    let measured = summaries.iter().filter(|summary| summary.parts() > 0);
    let rows: Vec<_> = measured
        .map(|summary| Row::new(summary, baseline_of(summary.measure())))
        .collect();
    if options.json {
        let report = Report {
            station: &file.station.station.name,
            recipe: &recipe.name,
            measures: &rows,
        };
        return print(&report);
    }
    say!("{}", table(&recipe.name, &rows));
    Ok(())
}

fn recipe<'s>(station: &'s Station, name: Option<&str>) -> Result<&'s Recipe, ExitCode> {
    let Some(name) = name else {
        return Ok(&station.recipe);
    };
    let mut recipes = station.all_recipes();
    recipes.find(|recipe| recipe.name == name).ok_or_else(|| {
        let names: Vec<_> = station
            .all_recipes()
            .map(|recipe| recipe.name.as_str())
            .collect();
        let text = format!(
            "no recipe is called \"{name}\"; the station file has {}",
            names.join(", ")
        );
        fail(USAGE, text)
    })
}

/// The measures of the recipe's parts in the journal; with `--baseline` of those that passed.
fn summaries(
    station: &Station,
    recipe: &Recipe,
    options: &DriftOptions,
) -> Result<[Summary; Measure::ALL.len()], ExitCode> {
    let is_meant = |part: &Part| {
        let is_of_recipe = part.recipe.as_ref().is_none_or(|name| *name == recipe.name);
        let passed = part.verdict.kind == "PASS";
        is_of_recipe && part.golden.is_none() && (passed || !options.baseline)
    };
    let entries = read(&station.journal.directory).map_err(|error| fail(UNUSABLE, error))?;
    let (mut damaged, mut read) = (0_u64, 0_u64);
    let measured = entries.filter_map(|entry| {
        read += 1;
        match entry.content {
            Ok(Record::Part(part)) => part.measures.filter(|_| is_meant(&part)),
            Ok(_) => None,
            Err(_) => {
                damaged += 1;
                None
            }
        }
    });
    let mut summaries = Measure::ALL.map(Summary::new);
    if let Some(last) = options.last {
        let last = usize::try_from(last).unwrap_or(usize::MAX);
        let mut kept: VecDeque<Measures> = VecDeque::new();
        for part in measured {
            if kept.len() == last {
                kept.pop_front();
            }
            kept.push_back(part);
        }
        kept.iter().for_each(|part| add(&mut summaries, part));
    } else {
        measured.for_each(|part| add(&mut summaries, &part));
    }
    if damaged > 0 {
        complain!("sluice: {damaged} of {read} lines of the journal are damaged and left out");
    }
    if summaries.iter().all(|summary| summary.parts() == 0) {
        let passed = if options.baseline { " that passed" } else { "" };
        return Err(fail(
            FAILED,
            format_args!(
                "the journal has no measured part of recipe \"{}\"{passed}; the station measures parts if the recipe has the \
                 section drift (`sluice explain recipe.drift`)",
                recipe.name
            ),
        ));
    }
    Ok(summaries)
}

fn add(summaries: &mut [Summary], part: &Measures) {
    for summary in summaries {
        if let Some(value) = part.of(summary.measure()) {
            summary.add(value);
        }
    }
}

/// Prints the section `drift` that follows from the parts.
fn propose(settings: Option<&DriftSettings>, summaries: &[Summary]) -> Result<(), ExitCode> {
    let baselines: Vec<_> = summaries.iter().filter_map(Summary::baseline).collect();
    let mut lines = Vec::new();
    for baseline in &baselines {
        let line = serde_json_core::to_string::<_, 256>(baseline);
        let line = line.map_err(|error| fail(FAILED, format_args!("a baseline: {error}")))?;
        let spaced = line.replace(":", ": ").replace(",", ", ");
        lines.push(format!("    {{ {} }}", spaced.trim_matches(['{', '}'])));
    }
    let parts = settings.map_or(PARTS, |settings| settings.parts);
    say!(
        "\"drift\": {{\n  \"parts\": {parts},\n  \"baselines\": [\n{}\n  ]\n}}",
        lines.join(",\n")
    );
    let parts = summaries.iter().map(Summary::parts).max().unwrap_or(0);
    if parts < u64::from(PARTS) {
        complain!(
            "sluice: from {parts} parts only; take a few hundred, from different hours and batches"
        );
    }
    Ok(())
}

/// One measure in the report.
#[derive(Debug, Serialize)]
struct Row {
    measure: Measure,
    parts: u64,
    mean: f64,
    deviation: f64,
    least: f64,
    greatest: f64,
    baseline: Option<Baseline>,
}

#[derive(Debug, Serialize)]
struct Report<'a> {
    station: &'a str,
    recipe: &'a str,
    measures: &'a [Row],
}

impl Row {
    fn new(summary: &Summary, baseline: Option<Baseline>) -> Self {
        let (least, greatest) = summary.range().unwrap_or_default();
        Self {
            measure: summary.measure(),
            parts: summary.parts(),
            mean: summary.mean(),
            deviation: summary.deviation(),
            least,
            greatest,
            baseline,
        }
    }
}

fn print(report: &Report<'_>) -> Result<(), ExitCode> {
    let text = serde_json_core::to_string::<_, JSON_MAX>(report);
    let text = text.map_err(|error| fail(FAILED, format_args!("the report: {error}")))?;
    say!("{text}");
    Ok(())
}

fn table(recipe: &str, rows: &[Row]) -> String {
    let mut text = format!(
        "recipe {recipe}\n{:<18}{:>9}{:>11}{:>11}{:>11}{:>11}{:>11}",
        "measure", "parts", "mean", "deviation", "least", "greatest", "normal"
    );
    for row in rows {
        let normal = row
            .baseline
            .map_or_else(|| "-".to_owned(), |b| format!("{:.2}", b.normal));
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n{:<18}{:>9}{:>11.2}{:>11.2}{:>11.2}{:>11.2}{:>11}",
            row.measure.word(),
            row.parts,
            row.mean,
            row.deviation,
            row.least,
            row.greatest,
            normal
        );
    }
    text
}
