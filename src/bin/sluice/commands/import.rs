//! `sluice import`: an mxVision pipeline file becomes a station file.

use crate::cli::new_station::ImportOptions;
use crate::exit::{FAILED, UNUSABLE, USAGE, fail};
use crate::json;
use crate::new_file;
use crate::output;
use serde::Serialize;
use sluice::complain;
use sluice::draft::Template;
use sluice::image::Size;
use sluice::pipeline::{self, Corners, Fate, Imported, Note, PipelineError, Wishes};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Largest file of labels, in bytes.
const LABELS_MAX: usize = 1 << 16;

/// Prints or writes the station file, and lists on standard error what became of the pipeline.
pub fn run(options: &ImportOptions) -> ExitCode {
    let path = &options.pipeline;
    let Some(template) = Template::find(&options.board) else {
        return fail(USAGE, new_file::no_template(&options.board));
    };
    let text = match new_file::read(path, pipeline::FILE_MAX) {
        Ok(text) => text,
        Err(error) => return fail(UNUSABLE, format_args!("{}: {error}", path.display())),
    };
    let wishes = Wishes {
        stream: options.stream.clone(),
        corners: options
            .corners
            .map(|[x0, y0, x1, y1]| Corners { x0, y0, x1, y1 }),
        frame: options.frame.map(|[width, height]| Size { width, height }),
        model: options.model.clone(),
    };
    match pipeline::import(&text, template, &wishes, &|label| labels(path, label)) {
        Ok(imported) => finish(options, &imported),
        Err(error) => refuse(path, &error),
    }
}

fn finish(options: &ImportOptions, imported: &Imported) -> ExitCode {
    match &options.write {
        None => output::print(format_args!("{}", imported.text)),
        Some(path) => {
            if let Err(error) = new_file::write(path, &imported.text) {
                return fail(FAILED, format_args!("--write {error}"));
            }
        }
    }
    let is_open = |note: &&Note| note.fate == Fate::Open;
    let open = imported.notes.iter().filter(is_open).count();
    if options.json {
        json::print(&Report::of(options, imported, open));
        return ExitCode::SUCCESS;
    }
    complain!(
        "sluice: stream \"{}\" of {}:",
        imported.stream,
        options.pipeline.display()
    );
    for note in &imported.notes {
        complain!("  {note}");
    }
    let points = if open == 1 { "point is" } else { "points are" };
    complain!("sluice: {open} {points} open; look at each before the station judges a part");
    if let Some(path) = &options.write {
        new_file::say_next(path);
    }
    ExitCode::SUCCESS
}

/// What became of the pipeline.
#[derive(Serialize)]
struct Report<'i> {
    pipeline: Cow<'i, str>,
    stream: &'i str,
    station_file: Option<Cow<'i, str>>,
    notes: Vec<NoteReport<'i>>,
    /// How many notes someone must look at before the station judges a part.
    open: usize,
}

/// One note.
#[derive(Serialize)]
struct NoteReport<'i> {
    fate: &'static str,
    /// A key of the station file, or an element and its property.
    subject: &'i str,
    text: &'i str,
}

impl<'i> Report<'i> {
    fn of(options: &'i ImportOptions, imported: &'i Imported, open: usize) -> Self {
        let note = |note: &'i Note| NoteReport {
            fate: note.fate.word(),
            subject: &note.subject,
            text: &note.text,
        };
        Self {
            pipeline: options.pipeline.to_string_lossy(),
            stream: &imported.stream,
            station_file: options.write.as_deref().map(Path::to_string_lossy),
            notes: imported.notes.iter().map(note).collect(),
            open,
        }
    }
}

fn refuse(path: &Path, error: &PipelineError) -> ExitCode {
    complain!("sluice: {}: {error}", path.display());
    for reason in error.reasons() {
        complain!("  {reason}");
    }
    let is_usage = matches!(
        error,
        PipelineError::Stream { .. } | PipelineError::Option { .. }
    );
    ExitCode::from(if is_usage { USAGE } else { FAILED })
}

/// A file of labels, as the pipeline's program would find it, or beside the pipeline file.
fn labels(pipeline: &Path, label: &str) -> Result<String, String> {
    let beside = pipeline.parent().map(|parent| parent.join(label));
    let mut last = "no such file".to_owned();
    for path in [Some(PathBuf::from(label)), beside].into_iter().flatten() {
        // A pipe would never end.
        if !path.is_file() {
            continue;
        }
        match new_file::read(&path, LABELS_MAX) {
            Ok(text) => return Ok(text),
            Err(error) => last = error.to_string(),
        }
    }
    Err(last)
}
