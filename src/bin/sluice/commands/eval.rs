//! `sluice eval`.

use crate::cli::labelled::EvalOptions;
use crate::devices;
use crate::drawing;
use crate::exit::{FAILED, UNUSABLE, USAGE, fail};
use crate::json::{self, VerdictReport};
use crate::output::say;
use crate::progress::Bar;
use crate::station_file::{of_recipe, with_station};
use board::display::{Display, PngFile};
use serde::Serialize;
use sluice::labelled::dice::{Counts, iou_of_dice};
use sluice::labelled::eval::{
    self, ArrayForm, Arrays, DataSet, EvalError, Figures, KindSummary, Summary,
};
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
    if !options.json {
        say!("picture  soft Dice  soft IoU      Dice       IoU  decode  engine  verdict");
    }
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
    let mut bar = Bar::new(parts, options.json);
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
            if options.json {
                json::print(&PartReport::of(figures));
                return;
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
            if options.json {
                json::print(&Report::of(&summary));
            } else {
                say!("{summary}");
            }
            match (&sheet, &options.sheet) {
                (Some(sheet), Some(path)) => write(sheet, path, options.json),
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
fn write(sheet: &Sheet, path: &Path, is_json: bool) -> ExitCode {
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
    if !is_json {
        say!("sheet: {name}: {missed} missed parts, {rejected} false rejects");
    }
    ExitCode::SUCCESS
}

/// One picture's figures.
#[derive(Serialize)]
struct PartReport {
    part: u32,
    is_defective: bool,
    soft_dice: Option<f64>,
    soft_iou: Option<f64>,
    dice: f64,
    iou: f64,
    decode_ms: f64,
    engine_ms: f64,
    verdict: VerdictReport,
}

impl PartReport {
    fn of(figures: &Figures) -> Self {
        Self {
            part: figures.number,
            is_defective: figures.is_defective(),
            soft_dice: figures.soft_dice,
            soft_iou: figures.soft_dice.map(iou_of_dice),
            dice: figures.counts.dice(),
            iou: figures.counts.iou(),
            decode_ms: 1000.0 * figures.decode.as_secs_f64(),
            engine_ms: 1000.0 * figures.engine.as_secs_f64(),
            verdict: figures.verdict.into(),
        }
    }
}

/// Foreground pixels of several pictures as one.
#[derive(Serialize)]
struct Pooled {
    dice: f64,
    iou: f64,
}

impl From<Counts> for Pooled {
    fn from(counts: Counts) -> Self {
        Self {
            dice: counts.dice(),
            iou: counts.iou(),
        }
    }
}

/// The figures of the parts of one kind.
#[derive(Serialize)]
struct KindReport<'s> {
    kind: &'s str,
    parts: u32,
    defective: u32,
    caught: u32,
    good: u32,
    rejected: u32,
    dice: f64,
    iou: f64,
    pooled: Pooled,
}

impl<'s> KindReport<'s> {
    fn of(kind: &'s KindSummary) -> Self {
        Self {
            kind: &kind.kind,
            parts: kind.pictures,
            defective: kind.defective,
            caught: kind.caught,
            good: kind.good,
            rejected: kind.rejected,
            dice: kind.dice,
            iou: kind.iou,
            pooled: kind.pooled.into(),
        }
    }
}

/// The figures of all parts.
#[derive(Serialize)]
struct Report<'s> {
    parts: u32,
    defective: u32,
    caught: u32,
    good: u32,
    rejected: u32,
    soft_dice: Option<f64>,
    soft_iou: Option<f64>,
    dice: f64,
    iou: f64,
    pooled: Pooled,
    /// Of each class alone, from class 1 on, if there are several.
    classes: Vec<Pooled>,
    kinds: Vec<KindReport<'s>>,
    /// What looks wrong in the data set, a sentence each.
    doubts: Vec<String>,
}

impl<'s> Report<'s> {
    fn of(summary: &'s Summary) -> Self {
        Self {
            parts: summary.pictures,
            defective: summary.defective,
            caught: summary.caught,
            good: summary.good,
            rejected: summary.rejected,
            soft_dice: summary.soft_dice,
            soft_iou: summary.soft_iou,
            dice: summary.dice,
            iou: summary.iou,
            pooled: summary.pooled.into(),
            classes: summary
                .classes
                .iter()
                .map(|counts| (*counts).into())
                .collect(),
            kinds: summary.kinds.iter().map(KindReport::of).collect(),
            doubts: summary
                .doubts
                .to_string()
                .lines()
                .map(str::to_owned)
                .collect(),
        }
    }
}
