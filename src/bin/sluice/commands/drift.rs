//! `sluice drift`: the measures in the journal, their plot, and a baseline.

use crate::cli::drift::DriftOptions;
use crate::exit::{FAILED, UNUSABLE, USAGE, fail};
use crate::output::say;
use crate::station_file::with_station;
use core::fmt::Write as _;
use serde::Serialize;
use sluice::bounded::file::open_regular;
use sluice::complain;
use sluice::drift::{
    Baseline, Curve, DriftSettings, Drifted, MEASURES, Measure, Measures, Panel, Summary, Trend,
    plot,
};
use sluice::journal::{Part, Record, WallTime, read as read_journal};
use sluice::recipe::Recipe;
use sluice::station::{Station, StationFile};
use std::collections::VecDeque;
use std::fs;
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;
use std::process::ExitCode;

/// Parts of an average, if the recipe does not say it yet.
const PARTS: u16 = 100;
/// Enough for all measures.
const JSON_MAX: usize = 4096;
/// How a drawing begins.
const SVG: &[u8] = b"<svg";

/// Prints how the measures went, or proposes a baseline.
pub fn run(options: &DriftOptions) -> ExitCode {
    with_station(&options.station, |file| {
        report(file, options).map_or_else(|code| code, |()| ExitCode::SUCCESS)
    })
}

fn report(file: &StationFile, options: &DriftOptions) -> Result<(), ExitCode> {
    let recipe = recipe(&file.station, options.recipe.as_deref())?;
    let measured = measured(&file.station, recipe, options)?;
    let settings = recipe.drift.as_ref();
    let mut seen = Seen::new(settings);
    measured.parts.iter().for_each(|part| seen.add(part));
    if let Some(path) = &options.plot {
        let title = format!("{}: {}", file.station.station.name, recipe.name);
        draw(path, &plot(&title, &seen.curves()))?;
    }
    if options.baseline {
        if measured.has_drifted {
            complain!(
                "sluice: the station reported a drift among these parts; take those from before or after it, with --since or --last"
            );
        }
        return propose(settings, &seen.summaries);
    }
    let rows = seen.rows();
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

/// Writes a drawing. Replaces only a drawing.
fn draw(path: &Path, svg: &str) -> Result<(), ExitCode> {
    let failed = |why: String| fail(FAILED, format_args!("{}: {why}", path.display()));
    match begins_as_svg(path) {
        Ok(false) => {
            return Err(failed(
                "it exists and is no drawing; name another file".to_owned(),
            ));
        }
        Ok(true) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error.to_string())),
    }
    fs::write(path, svg).map_err(|error| failed(error.to_string()))
}

fn begins_as_svg(path: &Path) -> io::Result<bool> {
    let mut begin = Vec::new();
    let length = SVG.len() as u64;
    open_regular(path)?.take(length).read_to_end(&mut begin)?;
    Ok(begin == SVG)
}

fn recipe<'s>(station: &'s Station, name: Option<&str>) -> Result<&'s Recipe, ExitCode> {
    let Some(name) = name else {
        return Ok(&station.recipe);
    };
    let mut recipes = station.all_recipes();
    recipes.find(|recipe| recipe.name == name).ok_or_else(|| {
        let names = station.all_recipes().map(|recipe| recipe.name.as_str());
        let names = names.collect::<Vec<_>>().join(", ");
        let text = format!("no recipe is called \"{name}\"; the station file has {names}");
        fail(USAGE, text)
    })
}

/// The measures of the journal's parts that the station averages.
struct Measured {
    parts: VecDeque<Measures>,
    /// The station has reported a drift in between.
    has_drifted: bool,
}

fn measured(
    station: &Station,
    recipe: &Recipe,
    options: &DriftOptions,
) -> Result<Measured, ExitCode> {
    let is_averaged = |part: &Part| {
        let is_of_recipe = part.recipe.as_ref().is_none_or(|name| *name == recipe.name);
        let passed = part.verdict.kind == "PASS" && part.gate.outcome != "not_armed";
        is_of_recipe && passed && part.golden.is_none()
    };
    let is_late_enough = |time: WallTime| {
        let since = options.since.as_deref().unwrap_or_default();
        // Compared as far as the given time says.
        time.to_string()
            .get(..since.len())
            .is_some_and(|time| time >= since)
    };
    let last = options.last.map_or(usize::MAX, |last| {
        usize::try_from(last).unwrap_or(usize::MAX)
    });
    let mut found = Measured {
        parts: VecDeque::new(),
        has_drifted: false,
    };
    let (mut damaged, mut read) = (0_u64, 0_u64);
    for entry in read_journal(&station.journal.directory).map_err(|error| fail(UNUSABLE, error))? {
        read += 1;
        match entry.content {
            Ok(Record::Part(part)) if is_averaged(&part) && is_late_enough(part.time) => {
                let Some(measures) = part.measures else {
                    continue;
                };
                if found.parts.len() == last {
                    found.parts.pop_front();
                }
                found.parts.push_back(measures);
            }
            Ok(Record::Control(control)) if is_late_enough(control.time) => {
                found.has_drifted |= control.change == "drift";
            }
            Ok(_) => {}
            Err(_) => damaged += 1,
        }
    }
    if damaged > 0 {
        complain!("sluice: {damaged} of {read} lines of the journal are damaged and left out");
    }
    if found.parts.is_empty() {
        let why = if recipe.drift.is_some() {
            "run good parts first"
        } else {
            "give the recipe the section drift (`sluice explain recipe.drift`)"
        };
        return Err(fail(
            FAILED,
            format_args!(
                "the journal has no measured part of recipe \"{}\" that passed; {why}",
                recipe.name
            ),
        ));
    }
    Ok(found)
}

/// The parts summed up, and averaged as the station does it.
struct Seen {
    summaries: [Summary; MEASURES],
    trend: Option<Trend>,
    averages: [Curve; MEASURES],
}

impl Seen {
    fn new(settings: Option<&DriftSettings>) -> Self {
        Self {
            summaries: Measure::ALL.map(Summary::new),
            trend: settings.map(Trend::new),
            averages: Measure::ALL.map(|_| Curve::default()),
        }
    }

    fn add(&mut self, part: &Measures) {
        for summary in &mut self.summaries {
            if let Some(value) = part.of(summary.measure()) {
                summary.add(value);
            }
        }
        if let Some(trend) = &mut self.trend {
            trend.add(part);
        }
        for (summary, curve) in self.summaries.iter().zip(&mut self.averages) {
            let drifted = of(self.trend.as_ref(), summary.measure());
            if let Some(drifted) = drifted.filter(|_| part.of(summary.measure()).is_some()) {
                curve.add(drifted.average.into());
            }
        }
    }

    fn curves(&self) -> [Panel<'_>; MEASURES] {
        let mut averages = self.averages.iter();
        self.summaries.each_ref().map(|summary| Panel {
            measure: summary.measure(),
            parts: summary.curve(),
            average: averages.next(),
            baseline: of(self.trend.as_ref(), summary.measure()).map(|drifted| drifted.baseline),
        })
    }

    fn rows(&self) -> Vec<Row> {
        let measured = self.summaries.iter().filter(|summary| summary.parts() > 0);
        measured
            .map(|summary| Row::new(summary, of(self.trend.as_ref(), summary.measure())))
            .collect()
    }
}

/// The average of a measure that the recipe compares with something.
fn of(trend: Option<&Trend>, measure: Measure) -> Option<Drifted> {
    trend?
        .averages()
        .find(|drifted| drifted.measure() == measure)
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
    /// Of the last parts, as the station averages them; only with a baseline.
    average: Option<f32>,
    baseline: Option<Baseline>,
}

#[derive(Debug, Serialize)]
struct Report<'a> {
    station: &'a str,
    recipe: &'a str,
    measures: &'a [Row],
}

impl Row {
    fn new(summary: &Summary, drifted: Option<Drifted>) -> Self {
        let (least, greatest) = summary.range().unwrap_or_default();
        Self {
            measure: summary.measure(),
            parts: summary.parts(),
            mean: summary.mean(),
            deviation: summary.deviation(),
            least,
            greatest,
            average: drifted.map(|drifted| drifted.average),
            baseline: drifted.map(|drifted| drifted.baseline),
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
        "recipe {recipe}\n{:<18}{:>9}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}",
        "measure", "parts", "mean", "deviation", "least", "greatest", "normal", "average"
    );
    for row in rows {
        let shown =
            |value: Option<f32>| value.map_or("-".to_owned(), |value| format!("{value:.2}"));
        let normal = shown(row.baseline.map(|baseline| baseline.normal));
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n{:<18}{:>9}{:>11.2}{:>11.2}{:>11.2}{:>11.2}{:>11}{:>11}",
            row.measure.word(),
            row.parts,
            row.mean,
            row.deviation,
            row.least,
            row.greatest,
            normal,
            shown(row.average)
        );
    }
    text
}
