//! A station file on another computer than the station's. What only the station's computer can show
//! is listed as not checked, so that a desk's own devices and disks decide nothing.

use super::{Computer, Finding, directories, models};
use crate::engine::EngineError;
use crate::station::Station;
use crate::station::file::{ChallengeBy, DisplayKind};
use ascendcl::{Library, LoadError};
use std::path::Path;

/// The device of a camera, or the chip of a line, that the program simulates.
const SIMULATED: &str = "simulated";
/// The library that is linked in.
const BUILTIN: &str = "builtin";

/// The longest time for one execution. The station's own limit is for the station's computer.
const TIMEOUT_MS: u32 = 600_000;
/// What the kernel has on every computer, and is no device of a station.
const NO_DEVICE: &str = "/dev/null";

/// A device of the station, which this computer need not have. `rest` is what follows its name,
/// such as a line. The file alone decides whether it can be one: a path, or one of the words.
pub fn elsewhere(key: &str, device: &str, rest: &str, words: &[&str]) -> Finding {
    let named = format!("{key} {device}{rest}");
    if device == NO_DEVICE {
        return Finding::warn(format!(
            "{named}: is no device of a station; name the one that is there, or leave it out"
        ));
    }
    if device.starts_with('/') || words.contains(&device) {
        return Finding::unchecked(format!("{named}: not checked on this computer"));
    }
    Finding::warn(format!(
        "{named}: is neither a word that means something here nor a path that begins with /; correct it"
    ))
}

/// Directories, devices and the computer itself. Only pictures that were copied here are looked at.
pub(super) fn findings(station: &Station) -> Vec<Finding> {
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
    let device = |key, device| elsewhere(key, device, "", &[]);
    if let Some(camera) = &station.source.camera
        && camera.device != SIMULATED
    {
        findings.push(device("source.camera", &camera.device));
    }
    let display = &station.display;
    match display.kind {
        DisplayKind::None => {}
        DisplayKind::PngMono | DisplayKind::PngColour => {
            findings.push(not_here("display.file", &display.file));
        }
        _ => findings.push(device("display.device", &display.device)),
    }
    if let Some(watchdog) = &station.watchdog {
        findings.push(device("watchdog.device", &watchdog.device));
    }
    if let Some(expander) = &station.expander {
        findings.push(device("expander.bus", &expander.bus));
    }
    findings
}

fn not_here(key: &str, value: &str) -> Finding {
    Finding::unchecked(format!("{key} {value}: not checked on this computer"))
}

/// The models that are here, if the library is here too. The others and the golden pictures that
/// were not judged are listed.
///
/// # Errors
/// The device cannot be opened.
pub(super) fn models(
    station: &Station,
    open: &dyn Fn(&str) -> Result<Library, EngineError>,
    findings: &mut Vec<Finding>,
) -> Result<(), EngineError> {
    let mut generous = station.clone();
    generous.engine.timeout_ms = TIMEOUT_MS;
    let from = findings.len();
    let absent = absent_library(&station.engine.library, open);
    let is_one_here = station.each_recipe().any(|one| models::is_model_here(&one));
    let result = if absent.is_none() && is_one_here {
        models::findings(&generous, open, Computer::Desk, findings)
    } else {
        findings.extend(absent);
        findings.extend(unchecked_models(station));
        Ok(())
    };
    findings.push(Finding::unchecked(
        "engine: times of the models and bandwidth of the slots' memory: not checked on this computer",
    ));
    let judged = findings.split_off(from);
    let pictures = unjudged(station, &judged);
    findings.extend(judged);
    findings.extend(pictures);
    result
}

/// Why the library cannot be asked here; nothing if it can.
fn absent_library(
    library: &str,
    open: &dyn Fn(&str) -> Result<Library, EngineError>,
) -> Option<Finding> {
    let text = format!("engine.library {library}: is not on this computer, so no model is checked");
    if library == BUILTIN {
        return None;
    }
    if library.contains('/') {
        let is_here = Path::new(library).exists();
        return (!is_here).then(|| Finding::unchecked(text));
    }
    // The loader looks for a name without a slash in its own directories.
    match open(library) {
        Err(EngineError::Library(LoadError::Open { .. })) if library.contains(".so") => {
            Some(Finding::unchecked(text))
        }
        Err(EngineError::Library(LoadError::Open { .. })) => {
            Some(elsewhere("engine.library", library, "", &[]))
        }
        _ => None,
    }
}

/// Each model, with the keys of the first recipe that it judges.
fn unchecked_models(station: &Station) -> Vec<Finding> {
    let (mut findings, mut count) = (Vec::new(), 0);
    let recipes = station.each_recipe().zip(station.model_numbers());
    for (place, (one, number)) in recipes.enumerate() {
        if number == count {
            count += 1;
            findings.push(models::unchecked_model(&one).with_own_keys(station, place));
        }
    }
    findings
}

/// The golden pictures that no finding is about.
fn unjudged(station: &Station, judged: &[Finding]) -> Vec<Finding> {
    let challenge = station.challenge.as_ref();
    let challenge = challenge.filter(|challenge| challenge.by == ChallengeBy::Picture);
    let parts = challenge.map_or(&[][..], |challenge| &challenge.parts);
    let keys = parts.iter().enumerate().map(|(index, golden)| {
        let picture = &golden.picture;
        (format!("challenge.parts[{index}]"), picture.as_str())
    });
    keys.filter(|(key, picture)| {
        let start = format!("{key} {picture}: ");
        !judged.iter().any(|one| one.text.contains(&start))
    })
    .map(|(key, picture)| not_here(&key, picture))
    .collect()
}

/// Says that this computer has none of the station's devices, for a person who checks a file at a
/// desk. On the station itself one missing device is an error of its own.
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
    paths.retain(|path| path.starts_with('/'));
    paths.sort_unstable();
    paths.dedup();
    let are_missing = !paths.iter().any(|path| Path::new(path).exists());
    (are_missing && !paths.is_empty()).then(|| {
        Finding::warn(format!(
            "devices: this computer has none of {}; use `sluice check --desk` if it is not the station's",
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
            "engine: times",
        ] {
            let of = found.iter().find(|one| one.text.starts_with(key)).unwrap();
            assert_eq!(of.grade, Grade::Unchecked, "{of}");
        }
        assert!(!found.iter().any(Finding::is_wrong), "{found:#?}");
        // What the file alone decides is checked.
        assert!(found.iter().any(|one| one.text.starts_with("stalls: ")));
    }

    /// The belt's station with a recipe of another model, which is here, and golden pictures.
    fn of_two_models() -> Station {
        let mut station = station("host");
        let mut other = station.recipe.clone();
        other.name = "other".try_into().unwrap();
        other.model = Some("Cargo.toml".try_into().unwrap());
        station.recipes.push(other).unwrap();
        station
    }

    #[test]
    fn a_model_that_is_not_here_hides_no_other_one() {
        let mut station = of_two_models();
        station.engine.model = "none.onnx".try_into().unwrap();
        // A library without models, which fails only after it is asked.
        let found = run(&station, None, &none, Computer::Desk);
        let is_asked = |one: &Finding| one.is_wrong() && one.text.contains("engine.library");
        assert!(found.iter().any(is_asked), "{found:#?}");
        station.recipes[0].model = Some("neither.onnx".try_into().unwrap());
        let found = run(&station, None, &none, Computer::Desk);
        assert!(!found.iter().any(Finding::is_wrong), "{found:#?}");
        for model in [
            "engine.model none.onnx: ",
            "recipes[0].model neither.onnx: ",
        ] {
            let of = found.iter().find(|one| one.text.starts_with(model));
            assert_eq!(of.unwrap().grade, Grade::Unchecked);
        }
    }

    #[test]
    fn only_a_path_or_a_known_word_can_be_a_device() {
        for (device, grade) in [
            ("/dev/no-chip", Grade::Unchecked),
            ("sysfs", Grade::Unchecked),
            ("simulatd", Grade::Warn),
            ("dev/gpiochip0", Grade::Warn),
            ("/dev/null", Grade::Warn),
        ] {
            let found = elsewhere("lines.reject", device, " 3", &["sysfs"]);
            assert_eq!(found.grade, grade, "{found}");
            let start = format!("lines.reject {device} 3: ");
            assert!(found.text.starts_with(&start), "{found}");
        }
    }

    #[test]
    fn a_library_is_absent_only_if_the_loader_does_not_find_it() {
        let absent = |_: &str| {
            Err(EngineError::Library(LoadError::Open {
                path: String::new(),
                reason: String::new(),
            }))
        };
        let incomplete = |_: &str| Err(EngineError::Library(LoadError::Missing(c"aclInit")));
        let grade = |library, open: &dyn Fn(&str) -> Result<Library, EngineError>| {
            absent_library(library, open).map(|found| found.grade)
        };
        assert_eq!(grade("libascendcl.so", &absent), Some(Grade::Unchecked));
        assert_eq!(
            grade("/none/libascendcl.so", &absent),
            Some(Grade::Unchecked)
        );
        assert_eq!(grade("built-in", &absent), Some(Grade::Warn));
        assert_eq!(grade("builtin", &absent), None);
        // Then it is opened and its error is said.
        assert_eq!(grade("libascendcl.so", &incomplete), None);
    }

    #[test]
    fn the_option_is_named_only_if_no_device_is_here() {
        let mut station = station("raspberry-pi-5");
        let text = missing(&station).unwrap().text;
        assert!(text.contains("; use `sluice check --desk`"), "{text}");
        station.lines.chip = "/dev/null".try_into().unwrap();
        assert_eq!(missing(&station), None);
        assert_eq!(missing(&self::station("host")), None);
    }
}
