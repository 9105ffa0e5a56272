//! The trigger line.

use super::place::Place;
use board::edge::Edges;
use board::gpio::Bias;
use board::line::{LineError, PATIENCE};
use board::simulated::FifoInput;
use embedded_hal::digital::PinState;
use sluice::station::Station;
use sluice::station::file::{self, Level, TriggerSettings};
use std::path::Path;

/// The trigger line, with its description.
pub struct TriggerLine {
    /// Its edges.
    pub edges: Box<dyn Edges>,
    /// Such as `/dev/gpiochip0 line 3, GPIO interface v2; lost edges are counted`.
    pub description: String,
}

/// Opens the trigger line. It may be called again after a failure.
///
/// # Errors
/// The station file has no trigger, the line is missing, another program holds it, or its chip
/// lacks what the file asks for.
pub fn open(station: &Station) -> Result<TriggerLine, String> {
    let Some(trigger) = &station.trigger else {
        return Err("the section trigger is missing; add it".to_owned());
    };
    let mut line = line(station, trigger).map_err(|error| format!("trigger: {error}"))?;
    line.description += if line.edges.counts_lost() {
        "; lost edges are counted"
    } else {
        "; lost edges cannot be counted"
    };
    Ok(line)
}

fn line(station: &Station, trigger: &TriggerSettings) -> Result<TriggerLine, LineError> {
    let place = Place::of(station, &trigger.chip, trigger.offset, &trigger.name)?;
    match place {
        Place::Simulated(offset) => {
            let path = station.lines.stimulus.as_str();
            if path.is_empty() {
                return Err(LineError::new(format_args!(
                    "is on the simulated chip, and lines.stimulus is empty; name a FIFO there"
                )));
            }
            let input = FifoInput::open(Path::new(path), offset, undriven(trigger))
                .map_err(|error| LineError::new(format_args!("lines.stimulus: {error}")))?;
            Ok(TriggerLine {
                edges: Box::new(input),
                description: format!("{place}, changed by {path}"),
            })
        }
        Place::Gpio { .. } => {
            let line = place.find()?;
            let description = format!("{line}, GPIO interface {}", line.abi());
            let edges = line.edges("sluice trigger", bias(trigger.bias), PATIENCE)?;
            Ok(TriggerLine {
                edges: Box::new(edges),
                description,
            })
        }
        Place::Expander(_) => Err(LineError::new(format_args!(
            "is on the expander, which reports no edges; use a line of a GPIO chip"
        ))),
    }
}

/// The level of a simulated line before it is driven.
const fn undriven(trigger: &TriggerSettings) -> PinState {
    match (trigger.bias, trigger.active) {
        (file::LineBias::PullUp, _) => PinState::High,
        (file::LineBias::PullDown, _) => PinState::Low,
        (_, Level::High) => PinState::Low,
        (_, Level::Low) => PinState::High,
    }
}

const fn bias(bias: file::LineBias) -> Bias {
    match bias {
        file::LineBias::AsIs => Bias::AsIs,
        file::LineBias::Disabled => Bias::Disabled,
        file::LineBias::PullUp => Bias::PullUp,
        file::LineBias::PullDown => Bias::PullDown,
    }
}
