//! `sluice init`: a new station file from a template and what the integrator says.

mod ask;
mod model;
mod region;

use crate::cli::new_station::{InitOptions, OrderWord, Place, StyleWord};
use crate::drawing;
use crate::exit::{FAILED, STATION, UNUSABLE, USAGE, fail};
use crate::new_file;
use crate::output::say;
use sluice::check::picture_sizes;
use sluice::complain;
use sluice::draft::{Changes, Draft, Line, LinePlace, Source, TEMPLATES, Template};
use sluice::image::{ChannelOrder, Roi, Size};
use sluice::snap::Overview;
use sluice::station::file::GateStyle;
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
    let drawing = region::drawing_of(file);
    let advice = ask::Advice {
        doubt: &model::doubt,
        draw: &|overview, roi| match region::draw(overview, roi, &drawing) {
            Ok(()) => format!("  larger, with a grid: {}", drawing.display()),
            Err(error) => format!("  no drawing: {error}"),
        },
    };
    match ask::ask(&mut io::stdin().lock(), &mut io::stderr(), &advice) {
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
    let overview = match options.picture.as_deref().map(Overview::of).transpose() {
        Ok(overview) => overview,
        Err(error) => return fail(FAILED, format_args!("--picture {error}")),
    };
    let composed = match compose(template, options, overview.as_ref()) {
        Ok(composed) => composed,
        Err(problems) => {
            complain!("sluice: the station file would be wrong, so it is not written:");
            for problem in problems {
                complain!("  {problem}");
            }
            return ExitCode::from(STATION);
        }
    };
    let Composed {
        text,
        station,
        notes,
        doubt,
    } = composed;
    let drawing = region::drawing_of(file);
    if overview.is_some()
        && let Some(why) = drawing::refused(&station, &drawing, region::SOFTWARE)
    {
        return fail(FAILED, format_args!("{}: {why}", drawing.display()));
    }
    // First of all: without its model, no station runs.
    if let Some(doubt) = doubt {
        complain!("sluice: {doubt}");
    }
    if let Err(error) = new_file::write(file, &text) {
        return fail(FAILED, error);
    }
    say!("{}: written, from the template {name}", file.display());
    if let Some(overview) = overview {
        if let Err(error) = region::draw(&overview, Some(station.image.roi), &drawing) {
            return fail(FAILED, error);
        }
        say!(
            "{}: the picture with a grid and the region",
            drawing.display()
        );
    }
    for note in notes {
        say!("  {note}");
    }
    next_steps(file, &station);
    ExitCode::SUCCESS
}

/// A new station file.
struct Composed {
    text: String,
    station: Station,
    /// What to know about it.
    notes: Vec<String>,
    /// Why no station can run with its model, as far as is known here.
    doubt: Option<String>,
}

/// What is wrong with a line that the template lacks: its levels depend on the wiring.
fn unknown_line(template: &Template, options: &InitOptions) -> Option<String> {
    let draft = Draft::of(template).ok()?;
    let lines: Vec<_> = draft.line_places().iter().map(|(name, _)| *name).collect();
    let mut names = options.lines.iter().map(|(name, _)| name.as_str());
    let unknown = names.find(|name| !lines.contains(name))?;
    Some(format!(
        "--line {unknown}: the template {} has no such line; it has: {}. Add another line by hand, with its levels",
        template.name,
        lines.join(", ")
    ))
}

/// The station file of the options.
fn compose(
    template: &Template,
    options: &InitOptions,
    overview: Option<&Overview>,
) -> Result<Composed, Vec<Problem>> {
    let mut draft = Draft::of(template).map_err(|problem| vec![problem])?;
    let mut changes = changes(options);
    let mut notes = Vec::new();
    if let Some(overview) = overview {
        changes.frame = Some(overview.size);
        notes.push(format!(
            "image.frame is {}, as the picture is",
            overview.size
        ));
    }
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
    let station = station::read(draft.finish()?.as_bytes())?;
    let doubt = match model::look(&station) {
        Ok(found) => {
            if options.model.is_some() {
                let is_size_given = options.size.is_some();
                notes.extend(model::adapt(&mut draft, &found, is_size_given));
            }
            model::other_size(&found, station.image.size).filter(|_| options.size.is_some())
        }
        Err(why) => Some(why),
    };
    let text = draft.finish()?;
    Ok(Composed {
        station: station::read(text.as_bytes())?,
        text,
        notes,
        doubt,
    })
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
            .map(|(name, place)| Line {
                name: name.clone(),
                place: match place {
                    Place::Offset(offset) => LinePlace::Offset(*offset),
                    Place::Name(name) => LinePlace::Name(name.clone()),
                },
            })
            .collect(),
        style: options.style.map(|style| match style {
            StyleWord::Divert => GateStyle::Divert,
            StyleWord::Pulse => GateStyle::Pulse,
        }),
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
    say!(
        "  sluice check --station {file}     on the station: does it fit the devices and the model?"
    );
    say!("  sluice check --desk --station {file}     elsewhere: is the file right?");
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
