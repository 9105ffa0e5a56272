//! A station file on another computer than the station's. What only the station's computer can show
//! is listed as not checked, so that a desk's own devices and disks decide nothing.

use super::{Finding, directories, models};
use crate::engine::EngineError;
use crate::station::Station;
use crate::station::file::{ChallengeBy, DisplayKind};
use ascendcl::Library;
use std::path::Path;

/// The device of a camera, or the chip of a line, that the program simulates.
const SIMULATED: &str = "simulated";
/// The library that is linked in.
const BUILTIN: &str = "builtin";

/// Directories, devices and the computer itself. Only pictures that were copied here are looked at.
pub(super) fn findings(station: &Station) -> Vec<Finding> {
    let not_here = |key: &str, value: &str| {
        Finding::unchecked(format!("{key} {value}: not checked on this computer"))
    };
    let mut findings = vec![Finding::unchecked(
        "computer: clock, user, rights, disks, real-time limits and sandbox: not checked on this computer",
    )];
    if let Some(source) = &station.source.directory {
        findings.push(if Path::new(source.path.as_str()).exists() {
            directories(station)
        } else {
            not_here("source.directory.path", &source.path)
        });
    }
    findings.push(not_here("journal.directory", &station.journal.directory));
    if let Some(history) = &station.history {
        findings.push(not_here("history.directory", &history.directory));
    }
    if let Some(camera) = &station.source.camera
        && camera.device != SIMULATED
    {
        findings.push(not_here("source.camera", &camera.device));
    }
    let display = &station.display;
    match display.kind {
        DisplayKind::None => {}
        DisplayKind::PngMono | DisplayKind::PngColour => {
            findings.push(not_here("display.file", &display.file));
        }
        _ => findings.push(not_here("display.device", &display.device)),
    }
    if let Some(watchdog) = &station.watchdog {
        findings.push(not_here("watchdog.device", &watchdog.device));
    }
    findings
}

/// The models, if they and the library are here.
///
/// # Errors
/// The device cannot be opened.
pub(super) fn models(
    station: &Station,
    open: &dyn Fn(&str) -> Result<Library, EngineError>,
    findings: &mut Vec<Finding>,
) -> Result<(), EngineError> {
    let library = &station.engine.library;
    let mut absent = Vec::new();
    if library != BUILTIN && !Path::new(library.as_str()).exists() {
        absent.push(format!("engine.library {library}"));
    }
    for recipe in station.each_recipe() {
        let text = format!("engine.model {}", recipe.engine.model);
        if !Path::new(recipe.engine.model.as_str()).exists() && !absent.contains(&text) {
            absent.push(text);
        }
    }
    if absent.is_empty() {
        let from = findings.len();
        models::findings(station, open, findings)?;
        without_absent_pictures(station, findings.split_at_mut(from).1);
        return Ok(());
    }
    let text = |what: String| {
        Finding::unchecked(format!(
            "{what}: is not on this computer, so no model is checked"
        ))
    };
    findings.extend(absent.into_iter().map(text));
    Ok(())
}

/// A golden picture that is not here is no error of the file.
fn without_absent_pictures(station: &Station, findings: &mut [Finding]) {
    let challenge = station.challenge.as_ref();
    let challenge = challenge.filter(|challenge| challenge.by == ChallengeBy::Picture);
    let parts = challenge.map_or(&[][..], |challenge| &challenge.parts);
    for (index, golden) in parts.iter().enumerate() {
        if Path::new(golden.picture.as_str()).exists() {
            continue;
        }
        let key = format!("challenge.parts[{index}] {}: ", golden.picture);
        for finding in findings.iter_mut().filter(|one| one.text.starts_with(&key)) {
            *finding = Finding::unchecked(format!("{key}not checked on this computer"));
        }
    }
}

/// The devices of the station that this computer does not have, for a person who checks a file at a
/// desk.
pub(super) fn missing(station: &Station) -> Option<Finding> {
    let mut paths = vec![
        station.lines.chip.as_str(),
        station.engine.library.as_str(),
        station.display.device.as_str(),
    ];
    paths.extend(station.lines.outputs().map(|(_, line)| line.chip.as_str()));
    paths.extend(station.trigger.iter().map(|line| line.chip.as_str()));
    paths.extend(station.encoder.iter().map(|line| line.chip.as_str()));
    let camera = station.source.camera.iter();
    paths.extend(camera.map(|camera| camera.device.as_str()));
    let watchdog = station.watchdog.iter();
    paths.extend(watchdog.map(|watchdog| watchdog.device.as_str()));
    paths.extend(
        station
            .expander
            .iter()
            .map(|expander| expander.bus.as_str()),
    );
    paths.retain(|path| path.starts_with('/') && !Path::new(path).exists());
    paths.sort_unstable();
    paths.dedup();
    (!paths.is_empty()).then(|| {
        Finding::warn(format!(
            "devices: {} are not on this computer; use `sluice check --desk` if it is not the station's",
            paths.join(", ")
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Computer, Grade, run};
    use crate::draft::TEMPLATES;

    fn none(_: &str) -> Result<Library, EngineError> {
        Err(EngineError::NoBuiltin)
    }

    fn station(name: &str) -> Station {
        let template = TEMPLATES.iter().find(|template| template.name == name);
        crate::station::read(template.unwrap().text.as_bytes()).unwrap()
    }

    #[test]
    fn a_desk_lists_each_device_and_finds_nothing_wrong_with_a_boards_file() {
        let station = station("raspberry-pi-5");
        let found = run(&station, None, &none, Computer::Desk);
        for key in [
            "computer",
            "journal.directory",
            "history.directory",
            "source.camera",
            "display.device",
            "watchdog.device",
            "engine.model",
        ] {
            let of = found.iter().find(|one| one.text.starts_with(key)).unwrap();
            assert_eq!(of.grade, Grade::Unchecked, "{of}");
        }
        assert!(!found.iter().any(Finding::is_wrong), "{found:#?}");
        // What the file alone decides is checked.
        assert!(found.iter().any(|one| one.text.starts_with("stalls: ")));
    }

    #[test]
    fn missing_devices_name_the_option_and_simulated_ones_are_no_devices() {
        let text = missing(&station("raspberry-pi-5")).unwrap().text;
        assert!(text.contains("; use `sluice check --desk`"), "{text}");
        assert_eq!(missing(&station("host")), None);
    }
}
