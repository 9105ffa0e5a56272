//! `sluice check`: tries everything that a station needs, without moving an output.

mod belt;
mod card;
mod challenge;
mod contract;
mod desk;
mod disks;
mod finding;
mod frames;
mod limits;
mod models;
mod order;
mod recipes;
mod remedy;
mod report;
mod resize;
mod rights;
mod stalls;
mod system;
mod version;
mod watched;
mod wording;

pub use desk::elsewhere;
pub use finding::{Finding, Grade};
pub use frames::picture_sizes;
pub use report::Report;
pub use wording::Wording;
#[cfg(test)]
pub(crate) use wording::left_in_english;

use crate::engine::EngineError;
use crate::journal;
use crate::places::{self, watchers};
use crate::station::{Station, file};
use crate::watch::Disposal;
use ascendcl::Library;
use board::camera::{Camera, CameraError, prove};
use std::fs;
use std::path::Path;

/// The computer on which a station file is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Computer {
    /// The station's.
    Station,
    /// Another one, which has neither the devices nor the disks of the station.
    Desk,
}

fn finding(result: Result<String, String>) -> Finding {
    result.map_or_else(Finding::wrong, Finding::ok)
}

/// The AIPP file that defines the model's input, as messages name it. The CPU engine reads the file
/// beside the ONNX file. For a device, it is the file that was given to ATC.
fn aipp_file(model: &str, is_cpu: bool) -> String {
    let own = Path::new(model).with_extension("aipp.cfg");
    match own.file_name() {
        Some(name) if is_cpu && own.exists() => name.to_string_lossy().into_owned(),
        _ => "aipp.cfg".to_owned(),
    }
}

/// Checks directories, journal, engine and model. Opens the device and runs a black picture. Drives
/// no line. `file` is the path of the station file, unless it is built in. On a desk it leaves out
/// what only the station's computer can show.
pub fn run(
    station: &Station,
    file: Option<&Path>,
    open: &dyn Fn(&str) -> Result<Library, EngineError>,
    computer: Computer,
) -> Vec<Finding> {
    let is_desk = computer == Computer::Desk;
    let mut findings = if is_desk {
        desk::findings(station)
    } else {
        of_computer(station)
    };
    findings.extend(system::absent(station));
    findings.extend(places(station, file));
    findings.extend(frames::findings(station));
    findings.extend(recipes::each(station, |_, one| limits::findings(one)));
    findings.extend(belt::findings(station));
    findings.extend(stalls::findings(station));
    if !is_desk {
        findings.extend(stalls::real_time());
    }
    let models = if is_desk {
        desk::models(station, open, &mut findings)
    } else {
        models::findings(station, open, computer, &mut findings)
    };
    if let Err(error) = models {
        findings.push(finding(Err(error.to_string())));
    }
    findings
}

/// What the station's computer has and lets its user do.
fn of_computer(station: &Station) -> Vec<Finding> {
    let mut findings: Vec<_> = desk::missing(station).into_iter().collect();
    findings.extend(system::findings());
    findings.extend([directories(station), journal(station)]);
    findings.extend(disks::findings(station));
    findings.extend(rights::findings(station));
    findings.extend(watched::findings(station));
    findings
}

/// Files that the station would take for pictures or overwrite, and other stations that watch its
/// directory.
fn places(station: &Station, file: Option<&Path>) -> Vec<Finding> {
    let problems = places::problems(station, file).into_iter();
    let mut findings: Vec<_> = problems
        .map(|problem| Finding::wrong(problem.to_string()))
        .collect();
    if let Some(directory) = &station.source.directory {
        for watcher in watchers(Path::new(directory.path.as_str())) {
            findings.push(Finding::warn(format!(
                "source.directory.path {}: process {} is a running station that watches it; end it before another one starts",
                directory.path, watcher.pid
            )));
        }
    }
    findings
}

fn directories(station: &Station) -> Finding {
    let Some(settings) = &station.source.directory else {
        return finding(Ok("source: no directory".to_owned()));
    };
    let directory = Path::new(settings.path.as_str());
    let readable = fs::read_dir(directory).map_err(|error| {
        format!(
            "source.directory.path {}: {error}; create it or name another",
            directory.display()
        )
    });
    finding(readable.and_then(|entries| {
        Disposal::new(settings).map_err(|error| {
            let moves = settings.after == file::After::Move;
            let to = if moves { settings.move_to.as_str() } else { "" };
            format!("{error} ({}, {to})", directory.display())
        })?;
        Ok(format!(
            "source.directory.path {}: {} entries",
            directory.display(),
            entries.count()
        ))
    }))
}

/// Watches the camera, which was just opened. Checks whether it delivers the requested frames, at
/// the requested pace or on the trigger only. Takes some seconds.
pub fn camera(
    camera: &file::CameraSettings,
    opened: Result<Box<dyn Camera>, CameraError>,
) -> Finding {
    let seen = opened.and_then(|mut device| {
        let proof = prove(&mut *device, &camera.settings()?, None)?;
        Ok(format!("source.camera: {}; {proof}", device.describe()))
    });
    finding(seen.map_err(|error| format!("source.{error}")))
}

fn journal(station: &Station) -> Finding {
    let directory = &station.journal.directory;
    let path = Path::new(directory.as_str());
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    if !path.exists() && parent.is_none_or(Path::exists) {
        return finding(Ok(format!(
            "journal.directory {directory}: not there yet; `sluice run` makes it"
        )));
    }
    let held = if journal::is_held(directory) {
        "; a running station writes there: end it before another one starts"
    } else {
        ""
    };
    match journal::read(directory) {
        Ok(entries) => {
            let (mut records, mut damaged) = (0_u64, 0_u64);
            for entry in entries {
                match entry.content {
                    Ok(_) => records += 1,
                    Err(_) => damaged += 1,
                }
            }
            let text = format!(
                "journal.directory {directory}: {records} records, {damaged} damaged lines"
            );
            match damaged {
                0 if held.is_empty() => Finding::ok(text),
                0 => Finding::warn(text + held),
                _ => Finding::warn(format!(
                    "{text}: their contents are lost, and a picture of such a line is inspected again; check the disk{held}"
                )),
            }
        }
        Err(error) => Finding::wrong(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &[u8] = include_bytes!("../board/stations/host.json");

    fn place(test: &str) -> std::path::PathBuf {
        let place = std::env::temp_dir().join(format!("sluice-{test}-{}", std::process::id()));
        fs::create_dir(&place).unwrap();
        place
    }

    #[test]
    fn a_missing_directory_is_named() {
        let place = place("check-move");
        let mut station = crate::station::read(HOST).unwrap();
        let settings = station.source.directory.as_mut().unwrap();
        settings.path.clear();
        settings.path.push_str(place.to_str().unwrap()).unwrap();
        settings.after = file::After::Move;
        settings.move_to.push_str("not-there").unwrap();
        let found = directories(&station);
        assert_eq!(found.grade, Grade::Wrong);
        for word in ["source.directory.move_to", "not-there", "create"] {
            assert!(found.text.contains(word), "{found}");
        }
        fs::remove_dir(&place).unwrap();
    }

    #[test]
    fn messages_name_the_aipp_file_that_is_read() {
        let place = place("check-aipp");
        let model = place.join("m.onnx");
        let model = model.to_str().unwrap();
        assert_eq!(aipp_file(model, true), "aipp.cfg");
        fs::write(place.join("m.aipp.cfg"), "").unwrap();
        assert_eq!(aipp_file(model, true), "m.aipp.cfg");
        assert_eq!(aipp_file(model, false), "aipp.cfg");
        fs::remove_dir_all(&place).unwrap();
    }
}
