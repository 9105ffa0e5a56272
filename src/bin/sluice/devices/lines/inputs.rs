//! The input lines: the trigger and the others.

use super::place::Place;
use board::edge::Edges;
use board::gpio::Bias;
use board::line::{LineError, PATIENCE};
use board::simulated::FifoInput;
use embedded_hal::digital::PinState;
use sluice::run::InputLine;
use sluice::station::Station;
use sluice::station::file::{self, InputName, Level, LineBias};
use std::path::Path;

/// The trigger line, with its description.
pub struct TriggerLine {
    /// Its edges.
    pub edges: Box<dyn Edges>,
    /// Such as `/dev/gpiochip0 line 3, GPIO interface v2; lost edges are counted`.
    pub description: String,
}

/// The input lines of a station.
pub struct InputLines<'s> {
    /// The trigger line, if the station has one.
    pub trigger: Option<TriggerLine>,
    /// The lines of the encoder: the one with the ticks, and line B.
    pub encoder: Vec<Box<dyn Edges>>,
    /// The others.
    pub inputs: Vec<InputLine<'s>>,
}

/// A line of the station file that is to be opened.
struct Wanted<'s> {
    key: &'static str,
    place: Place<'s>,
    active: Level,
    bias: LineBias,
}

/// An open line.
struct Found {
    edges: Box<dyn Edges>,
    description: String,
}

/// Opens the trigger line. It may be called again after a failure.
///
/// # Errors
/// The station file has no trigger, the line is missing, another program holds it, or its chip
/// lacks what the file asks for.
pub fn open_trigger(station: &Station) -> Result<TriggerLine, String> {
    let wanted = wanted_trigger(station)?.ok_or("the section trigger is missing; add it")?;
    let mut found = open_all(station, &[wanted])?;
    let line = found.pop().ok_or("trigger: its line was not opened")?;
    Ok(described(line))
}

/// Opens the trigger line, the encoder's and all other input lines.
///
/// # Errors
/// As [`open_trigger`].
pub fn open_inputs(station: &Station) -> Result<InputLines<'_>, String> {
    let mut wanted: Vec<_> = wanted_trigger(station)?.into_iter().collect();
    let has_trigger = !wanted.is_empty();
    let encoder = wanted_encoder(station)?;
    let encoder_lines = encoder.len();
    wanted.extend(encoder);
    let settings: Vec<(InputName, &file::InputSettings)> = station.inputs.inputs().collect();
    for (name, line) in &settings {
        let place = Place::of(station, &line.chip, line.offset, &line.name);
        wanted.push(Wanted {
            key: name.key(),
            place: place.map_err(|error| format!("{name}: {error}"))?,
            active: line.active,
            bias: line.bias,
        });
    }
    let mut found = open_all(station, &wanted)?.into_iter();
    let trigger = if has_trigger { found.next() } else { None };
    let encoder = found.by_ref().take(encoder_lines);
    let encoder = encoder.map(|line| line.edges).collect();
    let inputs = settings.into_iter().zip(found);
    Ok(InputLines {
        encoder,
        trigger: trigger.map(described),
        inputs: inputs
            .map(|((name, settings), line)| InputLine {
                name,
                settings,
                edges: line.edges,
            })
            .collect(),
    })
}

fn wanted_trigger(station: &Station) -> Result<Option<Wanted<'_>>, String> {
    let Some(line) = &station.trigger else {
        return Ok(None);
    };
    let place = Place::of(station, &line.chip, line.offset, &line.name);
    Ok(Some(Wanted {
        key: "trigger",
        place: place.map_err(|error| format!("trigger: {error}"))?,
        active: line.active,
        bias: line.bias,
    }))
}

fn wanted_encoder(station: &Station) -> Result<Vec<Wanted<'_>>, String> {
    let Some(encoder) = &station.encoder else {
        return Ok(Vec::new());
    };
    let place = Place::of(station, &encoder.chip, encoder.offset, &encoder.name);
    let mut wanted = vec![Wanted {
        key: "encoder",
        place: place.map_err(|error| format!("encoder: {error}"))?,
        active: encoder.active,
        bias: encoder.bias,
    }];
    if let Some(line) = &encoder.line_b {
        let place = Place::of(station, &line.chip, line.offset, &line.name);
        wanted.push(Wanted {
            key: "encoder.line_b",
            place: place.map_err(|error| format!("encoder.line_b: {error}"))?,
            active: line.forward,
            bias: line.bias,
        });
    }
    Ok(wanted)
}

fn described(line: Found) -> TriggerLine {
    let lost = if line.edges.counts_lost() {
        "lost edges are counted"
    } else {
        "lost edges cannot be counted"
    };
    TriggerLine {
        description: format!("{}; {lost}", line.description),
        edges: line.edges,
    }
}

/// Opens all lines, in this order. The simulated ones share a FIFO, so they are opened together.
fn open_all(station: &Station, wanted: &[Wanted<'_>]) -> Result<Vec<Found>, String> {
    let mut simulated = simulated(station, wanted)?.into_iter();
    wanted
        .iter()
        .map(|line| {
            let found = match &line.place {
                Place::Simulated(_) => simulated.next().ok_or_else(|| {
                    LineError::new(format_args!("the FIFO does not have this line"))
                }),
                place => open(line, place),
            };
            found.map_err(|error| format!("{}: {error}", line.key))
        })
        .collect()
}

/// The lines on the simulated chip.
fn simulated(station: &Station, wanted: &[Wanted<'_>]) -> Result<Vec<Found>, String> {
    let lines: Vec<_> = wanted
        .iter()
        .filter_map(|line| match line.place {
            Place::Simulated(offset) => Some((line, offset)),
            _ => None,
        })
        .collect();
    let Some((first, _)) = lines.first() else {
        return Ok(Vec::new());
    };
    let path = station.lines.stimulus.as_str();
    if path.is_empty() {
        return Err(format!(
            "{}: is on the simulated chip, and lines.stimulus is empty; name a FIFO there",
            first.key
        ));
    }
    let levels: Vec<_> = lines
        .iter()
        .map(|(line, offset)| (*offset, undriven(line.bias, line.active)))
        .collect();
    let inputs = FifoInput::open_all(Path::new(path), &levels)
        .map_err(|error| format!("{}: lines.stimulus: {error}", first.key))?;
    let found = lines.iter().zip(inputs).map(|((line, _), input)| Found {
        edges: Box::new(input),
        description: format!("{}, changed by {path}", line.place),
    });
    Ok(found.collect())
}

/// A line that is not simulated.
fn open(line: &Wanted<'_>, place: &Place<'_>) -> Result<Found, LineError> {
    if let Place::Expander(_) = place {
        return Err(LineError::new(format_args!(
            "is on the expander, which reports no edges; use a line of a GPIO chip"
        )));
    }
    let found = place.find()?;
    let description = format!("{found}, GPIO interface {}", found.abi());
    let holder = format!("sluice {}", line.key);
    let edges = found.edges(&holder, bias(line.bias), PATIENCE)?;
    Ok(Found {
        edges: Box::new(edges),
        description,
    })
}

/// The level of a simulated line before it is driven.
const fn undriven(bias: LineBias, active: Level) -> PinState {
    match (bias, active) {
        (LineBias::PullUp, _) => PinState::High,
        (LineBias::PullDown, _) => PinState::Low,
        (_, Level::High) => PinState::Low,
        (_, Level::Low) => PinState::High,
    }
}

const fn bias(bias: LineBias) -> Bias {
    match bias {
        LineBias::AsIs => Bias::AsIs,
        LineBias::Disabled => Bias::Disabled,
        LineBias::PullUp => Bias::PullUp,
        LineBias::PullDown => Bias::PullDown,
    }
}
