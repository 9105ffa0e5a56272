//! The trigger's line.

use super::place::Place;
use board::edge::Edges;
use board::gpio::Bias;
use board::line::{LineError, PATIENCE};
use board::simulated::FifoInput;
use embedded_hal::digital::PinState;
use sluice::station::Station;
use sluice::station::file::{self, Level, Trigger};
use std::path::Path;

/// The trigger's line, watched, and in words what it is.
pub struct TriggerLine {
    /// Its changes.
    pub edges: Box<dyn Edges>,
    /// `/dev/gpiochip0 line 3, GPIO interface v2; lost edges are counted`.
    pub description: String,
}

/// Takes the trigger's line. To be called again after it failed.
///
/// # Errors
/// The file has no trigger, the line is not there, somebody holds it, or its chip cannot do what the file asks for.
pub fn open(station: &Station) -> Result<TriggerLine, String> {
    let Some(trigger) = &station.trigger else {
        return Err("there is no section trigger; add it".to_owned());
    };
    let mut line = line(station, trigger).map_err(|error| format!("trigger: {error}"))?;
    line.description += if line.edges.counts_lost() {
        "; lost edges are counted"
    } else {
        "; lost edges cannot be counted"
    };
    Ok(line)
}

fn line(station: &Station, trigger: &Trigger) -> Result<TriggerLine, LineError> {
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

/// The level of a simulated line that nothing has driven yet.
const fn undriven(trigger: &Trigger) -> PinState {
    match (trigger.bias, trigger.active) {
        (file::Bias::PullUp, _) => PinState::High,
        (file::Bias::PullDown, _) => PinState::Low,
        (_, Level::High) => PinState::Low,
        (_, Level::Low) => PinState::High,
    }
}

const fn bias(bias: file::Bias) -> Bias {
    match bias {
        file::Bias::AsIs => Bias::AsIs,
        file::Bias::Disabled => Bias::Disabled,
        file::Bias::PullUp => Bias::PullUp,
        file::Bias::PullDown => Bias::PullDown,
    }
}
