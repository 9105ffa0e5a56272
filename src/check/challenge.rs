//! Whether the golden pictures are judged as they must be, by the real decoder, engine and verdict.

use super::{Computer, Finding};
use crate::bounded::file::open_regular;
use crate::control::FoundGolden;
use crate::engine::{Engine, EngineError};
use crate::frame::PictureSource;
use crate::station::Station;
use crate::station::file::{ChallengeBy, ChallengeSettings, GoldenSettings};
use std::path::Path;
use std::time::{Duration, Instant};

/// One finding for each golden picture; on a desk, for those that are there. A station whose
/// challenge fails never becomes ready.
pub(super) fn pictures(
    station: &Station,
    engine: &Engine,
    computer: Computer,
) -> Result<Vec<Finding>, EngineError> {
    let Some(challenge) = &station.challenge else {
        return Ok(Vec::new());
    };
    let mut findings = Vec::new();
    if challenge.by == ChallengeBy::Picture {
        for (index, golden) in challenge.parts.iter().enumerate() {
            if computer == Computer::Desk && !Path::new(golden.picture.as_str()).exists() {
                continue;
            }
            findings.push(picture(index, golden, station, engine)?);
        }
    }
    Ok(findings)
}

/// When the challenge is due.
pub(super) fn when(challenge: &ChallengeSettings) -> Finding {
    let mut when = Vec::new();
    if challenge.at_start {
        when.push("at the start".to_owned());
    }
    when.extend(challenge.every_parts.map(|n| format!("every {n} parts")));
    when.extend(challenge.every_hours.map(|n| format!("every {n} hours")));
    when.push("when asked".to_owned());
    let count = challenge.parts.len();
    let (by, when) = (challenge.by.word(), when.join(", "));
    let text = format!("challenge: {count} golden parts by {by}, {when}");
    Finding::ok(text)
}

fn picture(
    index: usize,
    golden: &GoldenSettings,
    station: &Station,
    engine: &Engine,
) -> Result<Finding, EngineError> {
    let GoldenSettings { picture, expect } = golden;
    let key = format!("challenge.parts[{index}] {picture}");
    let wrong = |text: String| Ok(Finding::wrong(format!("{key}: {text}")));
    let image = &station.image;
    let source = match PictureSource::new(image.roi, image.size, image.order, image.resize) {
        Ok(source) => source,
        Err(error) => return wrong(error.to_string()),
    };
    let file = match open_regular(Path::new(picture.as_str())) {
        Ok(file) => file,
        Err(error) => return wrong(format!("{error}; create it or name another")),
    };
    let mut pixels = vec![0; image.size.bytes().unwrap_or_default()];
    let mut source = source.with_frame(image.frame);
    if let Err(error) = source.read_into(file, &mut pixels) {
        return wrong(error.to_string());
    }
    let judged = engine.outputs().judged;
    let mut inspector = engine.inspector(station)?;
    let Some((mut input, slot)) = engine.slots(1, &[judged])?.pop() else {
        return wrong("no slot".to_owned());
    };
    input.copy_from_slice(&pixels);
    let deadline = Instant::now() + Duration::from_millis(station.engine.timeout_ms.into());
    let finished = engine
        .run(slot, input, deadline)
        .map_err(EngineError::WarmUp)?;
    let output = finished.output(judged).unwrap_or_default();
    let verdict = match inspector.inspect(output, finished.input()) {
        Ok(verdict) => verdict,
        Err(error) => return wrong(error.to_string()),
    };
    let found = FoundGolden {
        verdict,
        on_line: None,
    };
    if found.is(*expect) {
        Ok(Finding::ok(format!("{key}: {verdict}, as it must be")))
    } else {
        wrong(format!(
            "it must {expect}, but is judged: {verdict}; the challenge would fail and the station never be ready"
        ))
    }
}
