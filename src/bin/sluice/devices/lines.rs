//! The output lines that the station file names, on any chip.

mod inputs;
mod place;

pub use inputs::{InputLines, TriggerLine, open_inputs, open_trigger};
pub use place::Place;

use board::expander::{Expander, ExpanderOutput, open_bus};
use board::gpio::GpioOutput;
use board::i2c::I2cDev;
use board::line::{LineError, PATIENCE};
use board::simulated::{Chip, ChipError, SimulatedLine, Timeline, TimelineFile};
use core::time::Duration;
use embedded_hal::digital::{ErrorType, OutputPin, PinState};
use sluice::gate::Outputs;
use sluice::station::Station;
use sluice::station::file;
use std::io;
use std::path::Path;

/// The largest number of movements of the simulated lines between two turns of the thread `keeper`.
const TIMELINE_CAPACITY: usize = 4096;

/// An output line of any chip.
#[derive(Debug)]
pub enum Pin {
    /// On the simulated chip.
    Simulated(SimulatedLine),
    /// On a GPIO chip.
    Gpio(GpioOutput),
    /// On the expander.
    Expander(ExpanderOutput<I2cDev>),
}

impl ErrorType for Pin {
    type Error = LineError;
}

impl OutputPin for Pin {
    fn set_low(&mut self) -> Result<(), LineError> {
        self.set_state(PinState::Low)
    }

    fn set_high(&mut self) -> Result<(), LineError> {
        self.set_state(PinState::High)
    }

    fn set_state(&mut self, level: PinState) -> Result<(), LineError> {
        match self {
            Self::Simulated(pin) => pin.set_state(level).map_err(simulated_error),
            Self::Gpio(pin) => pin.set_state(level),
            Self::Expander(pin) => pin.set_state(level),
        }
    }
}

fn no_timeline(path: &str, error: &io::Error) -> LineError {
    match error.kind() {
        io::ErrorKind::WouldBlock => LineError::taken(format_args!(
            "lines.timeline {path} is held by another sluice; end it"
        )),
        _ => LineError::new(format_args!("lines.timeline {path}: {error}")),
    }
}

fn simulated_error(error: ChipError) -> LineError {
    LineError::new(format_args!("{error}"))
}

/// The chips of a station. They open its output lines.
#[derive(Debug)]
pub struct Chips<'s> {
    station: &'s Station,
    simulated: Result<Chip, LineError>,
    /// Opened with its first line.
    expander: Option<Expander<I2cDev>>,
}

impl<'s> Chips<'s> {
    /// The chips of a starting station. Opens only the file for the movements of simulated lines,
    /// if the station file names one.
    ///
    /// # Errors
    /// That file cannot be opened or locked.
    pub fn new(station: &'s Station) -> Result<(Self, Option<TimelineFile>), LineError> {
        Self::with(station, TimelineFile::create)
    }

    /// The chips of a station that does not run. Movements of simulated lines are appended to the
    /// existing file; without that file there are no simulated lines.
    pub fn after(station: &'s Station) -> (Self, Option<TimelineFile>) {
        Self::with(station, TimelineFile::go_on).unwrap_or_else(|error| {
            let chips = Self {
                station,
                simulated: Err(error),
                expander: None,
            };
            (chips, None)
        })
    }

    fn with(
        station: &'s Station,
        open: impl FnOnce(&Path, Timeline) -> io::Result<TimelineFile>,
    ) -> Result<(Self, Option<TimelineFile>), LineError> {
        let (simulated, timeline) = Chip::new(TIMELINE_CAPACITY);
        let path = station.lines.timeline.as_str();
        let file = match path {
            "" => None,
            path => {
                Some(open(Path::new(path), timeline).map_err(|error| no_timeline(path, &error))?)
            }
        };
        let chips = Self {
            station,
            simulated: Ok(simulated),
            expander: None,
        };
        Ok((chips, file))
    }

    /// Opens an output line, at its safe level from the start. While another program holds it,
    /// retries for `patience`. `key` is its key in the station file; other programs see it as the
    /// holder's name.
    ///
    /// # Errors
    /// The line is missing, another program holds it, or it cannot be driven.
    pub fn output(
        &mut self,
        key: &str,
        line: &file::LineSettings,
        patience: Duration,
    ) -> Result<Pin, LineError> {
        let place = Place::of(self.station, &line.chip, line.offset, &line.name)?;
        self.open(key, &place, line.safe.into(), patience)
    }

    /// Opens a line of a display as an output, with this level from the start. Otherwise as
    /// [`Chips::output`].
    ///
    /// # Errors
    /// As [`Chips::output`].
    pub fn wire(
        &mut self,
        key: &str,
        wire: &file::DisplayLine,
        level: PinState,
    ) -> Result<Pin, LineError> {
        let place = Place::of(self.station, &wire.chip, wire.offset, &wire.name)?;
        self.open(key, &place, level, PATIENCE)
    }

    fn open(
        &mut self,
        key: &str,
        place: &Place<'_>,
        level: PinState,
        patience: Duration,
    ) -> Result<Pin, LineError> {
        match place {
            Place::Simulated(offset) => self
                .simulated
                .as_mut()
                .map_err(|error| error.clone())?
                .line(*offset, level)
                .map(Pin::Simulated)
                .map_err(simulated_error),
            Place::Gpio { .. } => {
                let line = place.find()?;
                line.output(&format!("sluice {key}"), level, patience)
                    .map(Pin::Gpio)
            }
            Place::Expander(offset) => {
                let expander = match &self.expander {
                    Some(expander) => expander,
                    None => {
                        let opened = open_expander(self.station, patience)?;
                        self.expander.insert(opened)
                    }
                };
                expander.output(*offset, level).map(Pin::Expander)
            }
        }
    }
}

/// The expander of the station file. While another process holds it, retries for `patience`.
///
/// # Errors
/// The station file has none, or another process holds it.
pub fn open_expander(station: &Station, patience: Duration) -> Result<Expander<I2cDev>, LineError> {
    let Some(expander) = &station.expander else {
        // The rules of the station file have checked this already.
        return Err(LineError::new(format_args!(
            "the section expander is missing; add it"
        )));
    };
    let bus = open_bus(Path::new(expander.bus.as_str()), expander.address, patience)?;
    Ok(Expander::new(bus, expander.address))
}

/// The lines of a running station, and their periodic work.
pub struct Lines<'s> {
    /// The output lines, at their safe levels.
    pub outputs: Outputs<Pin>,
    /// Opens the lines of a display.
    pub chips: Chips<'s>,
    /// Call it periodically, from a thread other than the gate's.
    pub housekeeping: Box<dyn FnMut() + Send>,
}

/// Opens the output lines, each at its safe level from the start.
///
/// # Errors
/// A line cannot be opened or driven, or the timeline cannot be written.
pub fn open(station: &Station) -> Result<Lines<'_>, String> {
    let (mut chips, mut timeline) = Chips::new(station).map_err(|error| error.to_string())?;
    let (mut refused, mut said_lost) = (None, 0);
    let outputs = Outputs::open(&station.lines, |line| {
        let mut outputs = station.lines.outputs();
        let key = outputs
            .find(|(_, other)| core::ptr::eq(*other, line))
            .map_or("lines", |(key, _)| key);
        chips
            .output(key, line, PATIENCE)
            .inspect_err(|error| refused = Some(format!("{key}: {error}")))
    })
    // The gate's own error does not carry the reason, so it is kept here.
    .map_err(|error| refused.unwrap_or_else(|| error.to_string()))?;
    Ok(Lines {
        outputs,
        chips,
        housekeeping: Box::new(move || {
            let Some(timeline) = &mut timeline else {
                return;
            };
            let lost = timeline.lost();
            if let Err(error) = timeline.append() {
                sluice::complain!("sluice: lines.timeline: {error}");
            }
            if lost != said_lost {
                said_lost = lost;
                sluice::complain!(
                    "sluice: lines.timeline: {lost} movements are missing from it, because it could not be written in time"
                );
            }
        }),
    })
}
