//! Whether the models fit the station file, and if so, whether they run: each is loaded once, and
//! checked for every recipe that it judges.

use super::{Computer, Finding, challenge, contract, finding, order, recipes, resize, version};
use crate::engine::{ClockMeter, Engine, EngineDevice, EngineError};
use crate::station::Station;
use ascendcl::{Library, Model};
use core::time::Duration;
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

/// Checks all models of a station, as far as it can. On a desk those that are not there are listed.
///
/// # Errors
/// The device cannot be opened.
pub(super) fn findings(
    station: &Station,
    open: &dyn Fn(&str) -> Result<Library, EngineError>,
    computer: Computer,
    findings: &mut Vec<Finding>,
) -> Result<(), EngineError> {
    let device = EngineDevice::open(station, open(&station.engine.library)?)?;
    findings.push(version::finding(station, &device));
    let Some(models) = load(station, &device, computer, findings) else {
        return Ok(());
    };
    let numbers = station.model_numbers();
    let of = |place: usize| {
        let number = numbers.get(place)?;
        models.get(*number)?.as_ref()
    };
    let fits = recipes::each(station, |place, one| {
        of(place).map_or_else(Vec::new, |model| contract::findings(model, one))
    });
    let runs = !fits.iter().any(Finding::is_wrong);
    findings.extend(recipes::fitting(station, &fits, |place| {
        of(place).is_some()
    }));
    findings.extend(fits);
    findings.extend(recipes::each(station, |place, one| {
        of(place)
            .and_then(|model| order::finding(model, one))
            .into_iter()
            .collect()
    }));
    findings.extend(recipes::each(station, |_, one| {
        resize::finding(one).into_iter().collect()
    }));
    if runs {
        run(station, &device, &models, computer, findings);
    }
    Ok(())
}

/// Loads the models, in the order of their numbers. On a desk, one may be missing. `None` if one
/// cannot be loaded.
fn load(
    station: &Station,
    device: &EngineDevice,
    computer: Computer,
    findings: &mut Vec<Finding>,
) -> Option<Vec<Option<Rc<Model>>>> {
    let mut models = Vec::new();
    let mut is_complete = true;
    let mut count = 0;
    for (place, (one, number)) in station
        .each_recipe()
        .zip(station.model_numbers())
        .enumerate()
    {
        if number < count {
            continue;
        }
        count += 1;
        if computer == Computer::Desk && !is_model_here(&one) {
            findings.push(unchecked_model(&one).with_own_keys(station, place));
            models.push(None);
            continue;
        }
        let start = Instant::now();
        let loaded = device.load(&one);
        let took = start.elapsed().as_millis();
        let result = match loaded {
            Ok(model) => {
                models.push(Some(model));
                let path = &one.engine.model;
                Ok(match computer {
                    Computer::Station => format!("engine.model {path}: loaded in {took} ms"),
                    Computer::Desk => format!("engine.model {path}: loaded"),
                })
            }
            Err(error) => {
                is_complete = false;
                Err(error.to_string())
            }
        };
        findings.push(finding(result).with_own_keys(station, place));
    }
    is_complete.then_some(models)
}

/// Whether the model of a station with one recipe is here.
pub(super) fn is_model_here(station: &Station) -> bool {
    Path::new(station.engine.model.as_str()).exists()
}

/// What is said of a model that is not checked.
pub(super) fn unchecked_model(station: &Station) -> Finding {
    let model = &station.engine.model;
    Finding::unchecked(format!(
        "engine.model {model}: not checked on this computer"
    ))
}

/// Runs black pictures through all models, and judges with each recipe.
fn run(
    station: &Station,
    device: &Rc<EngineDevice>,
    models: &[Option<Rc<Model>>],
    computer: Computer,
    findings: &mut Vec<Finding>,
) {
    findings.push(Finding::ok(format!("engine: {}", device.place())));
    let numbers = station.model_numbers();
    let mut engines = Vec::new();
    // The slots of all models at once, as the station has them.
    let mut warm = Vec::new();
    for (place, (one, number)) in station.each_recipe().zip(&numbers).enumerate() {
        let Some(Some(model)) = models.get(*number) else {
            engines.push(None);
            continue;
        };
        let result = Engine::with(&one, device, Rc::clone(model)).and_then(|engine| {
            if numbers.iter().take(place).all(|other| other != number) {
                let (texts, slots) = warm_up(&one, &engine, computer)?;
                let texts = texts.into_iter().map(Finding::ok);
                findings.extend(texts.map(|text| text.with_own_keys(station, place)));
                warm.push(slots);
            }
            Ok(engine)
        });
        match result {
            Ok(engine) => engines.push(Some(engine)),
            Err(error) => {
                let wrong = Finding::wrong(error.to_string());
                return findings.push(wrong.with_own_keys(station, place));
            }
        }
    }
    drop(warm);
    let judged = recipes::each(station, |place, one| {
        let engine = engines.get(place).and_then(Option::as_ref);
        let judged = engine.map(|engine| judged(one, engine, computer));
        judged.map_or_else(Vec::new, |judged| {
            judged.unwrap_or_else(|error| vec![Finding::wrong(error.to_string())])
        })
    });
    findings.extend(station.challenge.as_ref().map(challenge::when));
    findings.extend(judged);
}

/// What is to be known of a model and its slots, and the slots.
fn warm_up(
    station: &Station,
    engine: &Engine,
    computer: Computer,
) -> Result<(Vec<String>, crate::engine::Warm), EngineError> {
    let model = engine.model();
    let mut texts = Vec::new();
    texts.extend(
        model
            .engine()
            .map(|text| format!("engine.model: computed by {text}")),
    );
    texts.extend(model.inputs().iter().map(|input| format!("input {input}")));
    texts.extend(
        model
            .outputs()
            .iter()
            .map(|output| format!("output {output}")),
    );
    engine.inspector(station)?;
    let timeout = Duration::from_millis(station.engine.timeout_ms.into());
    let outputs = [engine.outputs().judged];
    let warm = engine.warm_up(station.engine.slots.into(), &outputs, timeout, &ClockMeter)?;
    // How fast this computer is says nothing about another one.
    if computer == Computer::Station {
        let slots = warm.slots.iter();
        texts.extend(slots.map(|(_, took)| format!("a black picture in {} ms", took.as_millis())));
        texts.extend(warm.memory.map(|memory| memory.to_string()));
    }
    Ok((texts, warm))
}

/// Judges a black picture, and the golden pictures if there are some.
fn judged(
    station: &Station,
    engine: &Engine,
    computer: Computer,
) -> Result<Vec<Finding>, EngineError> {
    let mut findings = vec![black(station, engine)?];
    findings.extend(challenge::pictures(station, engine, computer)?);
    Ok(findings)
}

/// Judges a black picture, which the self-check uses and a covered lens produces.
fn black(station: &Station, engine: &Engine) -> Result<Finding, EngineError> {
    let judged = engine.outputs().judged;
    let mut inspector = engine.inspector(station)?;
    let Some((input, slot)) = engine.slots(1, &[judged])?.pop() else {
        return Ok(Finding::ok("no slot"));
    };
    let deadline = Instant::now() + Duration::from_millis(station.engine.timeout_ms.into());
    let finished = engine
        .run(slot, input, deadline)
        .map_err(EngineError::WarmUp)?;
    let output = finished.output(judged).unwrap_or_default();
    Ok(match inspector.inspect(output, finished.input()) {
        Ok(verdict) if verdict.passes() => Finding::warn(format!(
            "a black picture is judged: {verdict}; a covered lens or a dead light would pass every part: {}",
            if station.recipe.part_present.is_some() {
                "raise recipe.part_present.brightness_min"
            } else {
                "add recipe.part_present, with the brightness of a part"
            }
        )),
        Ok(verdict) => Finding::ok(format!("a black picture is judged: {verdict}")),
        Err(error) => Finding::wrong(format!("a black picture cannot be judged: {error}")),
    })
}
