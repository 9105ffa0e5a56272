//! `sluice check`: everything that a station needs, tried without moving an output.

mod contract;
mod order;
mod rights;
mod watched;

use crate::engine::{Clock, Engine, EngineError};
use crate::journal;
use crate::station::{Station, file};
use crate::watch::Disposal;
use ascendcl::Library;
use board::camera::{Camera, CameraError, prove};
use core::fmt;
use core::time::Duration;
use std::fs;
use std::path::Path;
use std::time::Instant;

/// One thing that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether it may stay as it is.
    pub good: bool,
    /// What was tried, and what came of it.
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}  {}",
            if self.good { "ok   " } else { "WRONG" },
            self.text
        )
    }
}

fn finding(result: Result<String, String>) -> Finding {
    let good = result.is_ok();
    let (Ok(text) | Err(text)) = result;
    Finding { good, text }
}

/// Tries directories, journal, engine and model. Opens the device and runs a black picture; drives no line.
pub fn run(station: &Station, open: &dyn Fn(&str) -> Result<Library, EngineError>) -> Vec<Finding> {
    let mut findings = vec![directories(station), journal(station)];
    findings.extend(rights::findings(station));
    findings.extend(watched::findings(station));
    if let Err(error) = model(station, open, &mut findings) {
        findings.push(finding(Err(error.to_string())));
    }
    findings
}

/// Whether the model fits the station file, and if it does, whether it runs.
fn model(
    station: &Station,
    open: &dyn Fn(&str) -> Result<Library, EngineError>,
    findings: &mut Vec<Finding>,
) -> Result<(), EngineError> {
    let start = Instant::now();
    let model = Engine::load(station, open(&station.engine.library)?)?;
    findings.push(finding(Ok(format!(
        "engine.model {}: loaded in {} ms",
        station.engine.model,
        start.elapsed().as_millis()
    ))));
    let fits = contract::findings(&model, station);
    let runs = fits.iter().all(|finding| finding.good);
    findings.extend(fits);
    findings.extend(order::finding(&model, station));
    if runs {
        let engine = Engine::with(station, model)?;
        let texts = self::engine(station, &engine)?;
        findings.extend(texts.into_iter().map(|text| finding(Ok(text))));
        findings.push(finding(black(station, &engine)?));
    }
    Ok(())
}

/// What the station says of a black picture, which is what its self-check asks.
fn black(station: &Station, engine: &Engine) -> Result<Result<String, String>, EngineError> {
    let judged = engine.outputs().judged;
    let mut inspector = engine.inspector(station)?;
    let Some((input, slot)) = engine.slots(1, &[judged])?.pop() else {
        return Ok(Ok("no slot".to_owned()));
    };
    let deadline = Instant::now() + Duration::from_millis(station.engine.timeout_ms.into());
    let finished = engine
        .run(slot, input, deadline)
        .map_err(EngineError::WarmUp)?;
    let output = finished.output(judged).unwrap_or_default();
    Ok(match inspector.inspect(output, finished.input()) {
        Ok(verdict) => Ok(format!("a black picture is judged: {verdict}")),
        Err(error) => Err(format!("a black picture cannot be judged: {error}")),
    })
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
        Disposal::new(settings).map_err(|error| error.to_string())?;
        Ok(format!(
            "source.directory.path {}: {} entries",
            directory.display(),
            entries.count()
        ))
    }))
}

/// Watches the camera, which was just opened: whether it gives the frames that it is asked for, at the asked pace or by the
/// trigger only. Takes some seconds.
pub fn camera(camera: &file::Camera, opened: Result<Box<dyn Camera>, CameraError>) -> Finding {
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
    finding(match journal::read(directory) {
        Ok(entries) => {
            let (mut records, mut damaged) = (0_u64, 0_u64);
            for entry in entries {
                match entry.content {
                    Ok(_) => records += 1,
                    Err(_) => damaged += 1,
                }
            }
            Ok(format!(
                "journal.directory {directory}: {records} records, {damaged} damaged lines"
            ))
        }
        Err(error) => Err(error.to_string()),
    })
}

fn engine(station: &Station, engine: &Engine) -> Result<Vec<String>, EngineError> {
    let mut texts = vec![format!("engine: {}", engine.place())];
    texts.extend(
        engine
            .model()
            .inputs()
            .iter()
            .map(|input| format!("input {input}")),
    );
    texts.extend(
        engine
            .model()
            .outputs()
            .iter()
            .map(|output| format!("output {output}")),
    );
    engine.inspector(station)?;
    let timeout = Duration::from_millis(station.engine.timeout_ms.into());
    let warm = engine.warm_up(station.engine.slots.into(), timeout, &Clock)?;
    texts.extend(
        warm.slots
            .iter()
            .map(|(_, took)| format!("a black picture in {} ms", took.as_millis())),
    );
    texts.extend(warm.memory.map(|memory| memory.to_string()));
    Ok(texts)
}
