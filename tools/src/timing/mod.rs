//! Timing diagrams of the gate, drawn from the station's own schedule, so that diagram and code
//! cannot differ.
//!
//! `scenes` has the parts and the keys of each diagram. `trace` runs the schedule in virtual time,
//! and `sheet` draws what the lines did.

mod scenes;
mod sheet;
mod trace;

pub use scenes::{Finding, Part, Run, SCENES, Scene};

use sluice::station::{self, Problem, Station};

/// The station file whose section `gate` each scene replaces.
const HOST: &str = include_str!("../../../board/stations/host.json");

/// Why a diagram could not be made.
#[derive(Debug, thiserror::Error)]
#[error("{scene}: {}correct the scene's keys", lines(.problems))]
pub struct Error {
    /// The name of the scene.
    pub scene: &'static str,
    /// What is wrong with its keys.
    pub problems: Vec<Problem>,
}

fn lines(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(|problem| format!("{problem}; "))
        .collect()
}

/// The diagram of a scene, as SVG.
///
/// # Errors
///
/// The station file would be refused with the scene's keys.
pub fn drawing(scene: &Scene) -> Result<String, Error> {
    let station = station_of(scene)?;
    let trace = trace::run(&station, scene);
    Ok(sheet::sheet(&station, scene, &trace))
}

fn station_of(scene: &Scene) -> Result<Station, Error> {
    let (before, rest) = HOST.split_once("\"gate\": {").unwrap_or((HOST, ""));
    let (_, after) = rest.split_once('}').unwrap_or(("", rest));
    let line = r#""offset": 30, "active": "high", "bias": "as_is""#;
    let encoder = match scene.encoder {
        "" => String::new(),
        keys => format!("\"encoder\": {{ {line}, {keys} }}, "),
    };
    let text = format!("{before}{encoder}\"gate\": {{ {} }}{after}", scene.gate);
    station::read(text.as_bytes()).map_err(|problems| Error {
        scene: scene.name,
        problems,
    })
}

#[cfg(test)]
mod tests;
