//! `sluice init`: a new station file from a template and what the integrator says.

mod ask;
mod composed;
mod model;
mod region;

use crate::cli::new_station::InitOptions;
use crate::drawing;
use crate::exit::{FAILED, STATION, UNUSABLE, USAGE, fail};
use crate::new_file;
use crate::output::say;
use composed::{Composed, compose, wrong_line};
use model::Doubt;
use sluice::complain;
use sluice::draft::{TEMPLATES, Template};
use sluice::station::Station;
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
    if let Err(why) = drawing::directory_of(file) {
        return fail(FAILED, format_args!("{}: {why}", file.display()));
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
        drawing: &drawing,
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
    if let Some(why) = wrong_line(template, options) {
        return fail(USAGE, why);
    }
    let picture = options.picture.as_deref();
    let overview = match picture.map(region::picture).transpose() {
        Ok(overview) => overview,
        Err(why) => {
            let picture = picture.unwrap_or(Path::new(""));
            return fail(
                FAILED,
                format_args!("--picture {}: {why}", picture.display()),
            );
        }
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
    // First of all: without its model, no station runs.
    match doubt {
        Some(Doubt::Unfit(why)) => {
            return fail(STATION, format_args!("{why}; nothing was written"));
        }
        Some(Doubt::Unknown(why)) => complain!("sluice: {why}"),
        None => {}
    }
    let drawing = region::drawing_of(file);
    // Before the station file, which a later try would not overwrite.
    if let Some(overview) = &overview {
        let directory = station.source.directory.as_ref();
        let watched = directory.map(|directory| directory.path.as_str());
        if let Err(why) = region::draw(overview, station.image.roi, &drawing, watched) {
            return fail(FAILED, why);
        }
    }
    if let Err(error) = new_file::write(file, &text) {
        return fail(FAILED, error);
    }
    say!("{}: written, from the template {name}", file.display());
    if overview.is_some() {
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
