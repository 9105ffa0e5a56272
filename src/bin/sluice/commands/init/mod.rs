//! `sluice init`: a new station file from a template and what the integrator says.

mod ask;
mod model;

use crate::cli::new_station::{InitOptions, OrderWord};
use crate::exit::{FAILED, STATION, UNUSABLE, USAGE, fail};
use crate::new_file;
use crate::output::say;
use sluice::check::picture_sizes;
use sluice::complain;
use sluice::draft::{Changes, Draft, Line, Source, TEMPLATES, Template};
use sluice::image::{ChannelOrder, Roi, Size};
use sluice::station::{self, Problem, Station};
use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::process::ExitCode;

/// Writes the file, or lists the templates.
pub fn run(options: &InitOptions) -> ExitCode {
    let Some(file) = options.file.as_deref() else {
        for template in TEMPLATES {
            say!("{:<22}  {}", template.name, template.about);
        }
        return ExitCode::SUCCESS;
    };
    if file.exists() {
        return fail(
            FAILED,
            format_args!(
                "{}: the file exists, and a station file is never overwritten; name another",
                file.display()
            ),
        );
    }
    if !options.is_bare() {
        return write(file, options);
    }
    if !io::stdin().is_terminal() {
        return fail(
            USAGE,
            "give options, such as --board host: it asks in a terminal only; sluice init --help lists them",
        );
    }
    match ask::ask(&mut io::stdin().lock(), &mut io::stderr()) {
        Ok(Some(answers)) => write(file, &answers),
        Ok(None) => fail(FAILED, "no answer; nothing was written"),
        Err(error) => fail(UNUSABLE, format_args!("the terminal: {error}")),
    }
}

fn write(file: &Path, options: &InitOptions) -> ExitCode {
    let name = options.board.as_deref().unwrap_or("host");
    let Some(template) = Template::find(name) else {
        return fail(USAGE, new_file::no_template(name));
    };
    if let Some(why) = unknown_line(template, options) {
        return fail(USAGE, why);
    }
    let (text, notes) = match compose(template, options) {
        Ok(composed) => composed,
        Err(problems) => {
            complain!("sluice: the station file would be wrong, so it is not written:");
            for problem in problems {
                complain!("  {problem}");
            }
            return ExitCode::from(STATION);
        }
    };
    if let Err(error) = new_file::write(file, &text) {
        return fail(FAILED, error);
    }
    say!("{}: written, from the template {name}", file.display());
    for note in notes {
        say!("  {note}");
    }
    if let Ok(station) = station::read(text.as_bytes()) {
        next_steps(file, &station);
    }
    ExitCode::SUCCESS
}

/// What is wrong with a line that the template lacks: its levels depend on the wiring.
fn unknown_line(template: &Template, options: &InitOptions) -> Option<String> {
    let draft = Draft::of(template).ok()?;
    let lines = draft.lines();
    let mut names = options.lines.iter().map(|(name, _)| name.as_str());
    let unknown = names.find(|name| !lines.contains(name))?;
    Some(format!(
        "--line {unknown}: the template {} has no such line; it has: {}. Add another line by hand, with its levels",
        template.name,
        lines.join(", ")
    ))
}

/// The text of the station file, and what to know about it.
fn compose(
    template: &Template,
    options: &InitOptions,
) -> Result<(String, Vec<String>), Vec<Problem>> {
    let mut draft = Draft::of(template).map_err(|problem| vec![problem])?;
    let mut changes = changes(options);
    let mut notes = Vec::new();
    if let (None, Some(Source::Directory(path))) = (changes.frame, &changes.source) {
        match picture_sizes(Path::new(path)).as_slice() {
            [] => {}
            [size] => {
                changes.frame = Some(*size);
                notes.push(format!(
                    "image.frame is {size}, as the pictures in {path} are"
                ));
            }
            several => notes.push(format!(
                "the pictures in {path} have {} sizes: give the right one with --frame",
                several.len()
            )),
        }
    }
    notes.extend(changes.apply(&mut draft));
    notes.extend(draft.drop_further_recipes());
    notes.push(format!(
        "the template gave what you did not, in these sections: {}",
        draft.sections().join(", ")
    ));
    let text = draft.finish()?;
    if options.model.is_none() {
        return Ok((text, notes));
    }
    let station = station::read(text.as_bytes())?;
    notes.extend(model::adapt(&mut draft, &station, options.size.is_some()));
    Ok((draft.finish()?, notes))
}

fn changes(options: &InitOptions) -> Changes {
    let size = |sides: Option<[u32; 2]>| sides.map(|[width, height]| Size { width, height });
    let directory = options.directory.clone().map(Source::Directory);
    Changes {
        name: options.name.clone(),
        source: directory.or_else(|| options.camera.clone().map(Source::Camera)),
        frame: size(options.frame),
        roi: options.roi.map(|[x, y, width, height]| Roi {
            x,
            y,
            width,
            height,
        }),
        size: size(options.size),
        order: options.order.map(|order| match order {
            OrderWord::Bgr => ChannelOrder::Bgr,
            OrderWord::Rgb => ChannelOrder::Rgb,
        }),
        model: options.model.clone(),
        chip: options.chip.clone(),
        lines: options
            .lines
            .iter()
            .map(|(name, offset)| Line {
                name: name.clone(),
                offset: *offset,
            })
            .collect(),
    }
}

/// What to do until the station runs.
fn next_steps(file: &Path, station: &Station) {
    let file = new_file::quoted(&file.to_string_lossy());
    say!("next:");
    if let Some(directory) = &station.source.directory
        && !Path::new(directory.path.as_str()).exists()
    {
        say!("  mkdir -p {}", new_file::quoted(directory.path.as_str()));
    }
    say!("  sluice check --station {file}     does it fit the devices and the model?");
    if station.source.directory.is_some() {
        say!(
            "  sluice snap --station {file}      the newest picture, as the station sees and judges it"
        );
    }
    say!(
        "  sluice pulse reject --station {file}     moves the line reject: keep clear of the gate"
    );
    say!("  sluice run --station {file}");
}
