//! The physical output: a verdict moves the reject line, and without a pass the part is rejected.
//!
//! Two rules of the station are enforced here. Only a finished inspection lets a part pass. The
//! reject is armed at the trigger, and only a PASS for the same part before its due time cancels
//! it.
//!
//! * [`Schedule`] is the whole logic. It has no clock, line or thread.
//! * [`Outputs`] are the lines, with the active and the safe level of each.
//! * [`Channels`] connect the other threads to the gate's thread, which runs a [`Driver`].
//!
//! The gate reports what it does as [`Event`]s, with exactly one [`GateReport`] for each armed
//! part.
//!
//! ```
//! use board::simulated::Chip;
//! use sluice::gate::{Channels, Driver, Event, Handles, Outcome, Outputs, Settings};
//! use sluice::part::{PartId, Verdict};
//! use sluice::station::file::{GateStyle, Level, LinesSettings, LineSettings};
//!
//! let settings = Settings {
//!     style: GateStyle::Pulse,
//!     delay_ms: 200,
//!     pulse_ms: 100,
//!     late_max_ms: 50,
//!     undecided_max: None,
//!     neighbours: Default::default(),
//! };
//! let lines = LinesSettings::with_reject(LineSettings::numbered(0, Level::High, Level::High));
//! let (mut chip, timeline) = Chip::new(64);
//! let outputs = Outputs::open(&lines, |line| {
//!     chip.line(line.offset.unwrap_or_default(), line.safe.into())
//! })?;
//!
//! let mut channels = Channels::new()?;
//! let Handles { mut arming, mut resolving, control, mut events, gate } = channels.split();
//! let driver = Driver::new(settings, outputs, gate)?;
//! let (report, summary) = std::thread::scope(|scope| {
//!     let gate = scope.spawn(|| driver.run());
//!     control.set_ready(true)?;
//!     // On the trigger's thread, and then on the inspection's.
//!     arming.arm(PartId::FIRST, board::Timestamp::now())?;
//!     resolving.resolve(PartId::FIRST, Verdict::Pass)?;
//!     // The thread that records; a real one sleeps between two looks.
//!     let report = loop {
//!         if let Some(Event::Report(report)) = events.next() {
//!             break report;
//!         }
//!         std::thread::yield_now();
//!     };
//!     control.stop();
//!     let summary = gate.join().expect("the gate's thread never panics")?;
//!     Ok::<_, Box<dyn std::error::Error>>((report, summary))
//! })?;
//! assert_eq!((report.part, report.outcome), (PartId::FIRST, Outcome::Passed));
//! assert_eq!(summary.counts.passed, 1);
//! // Closed at the start. Open for the part that passed, because all parts triggered before READY
//! // are gone. Closed at the end.
//! let levels: Vec<_> = timeline.changes().map(|change| bool::from(change.level)).collect();
//! assert_eq!(levels, [true, false, true]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::station::Station;
use crate::station::file::{GateStyle, Level};
use embedded_hal::digital::PinState;

mod belt;
mod channels;
mod driver;
mod encoder;
mod outputs;
mod report;
mod schedule;
mod stalls;

pub use belt::{Belt, Position};
pub use channels::{
    Arming, Channels, Control, EVENTS_MAX, Events, GateEnd, Handles, Resolving, SendError,
};
pub use driver::{Driver, Summary};
pub use encoder::{BeltFault, Encoder};
pub use outputs::{ByHand, ERROR_TEXT_MAX, Levels, OutputError, Outputs};
pub use report::{Counts, Event, GateReport, Outcome, Rejection};
pub use schedule::{Neighbours, Schedule};
pub use stalls::Stalls;

pub use crate::station::file::LineName;

/// The settings of the station file that the gate needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How the reject line moves.
    pub style: GateStyle,
    /// Time from the trigger until the lines move: the part's arrival at the gate, less the
    /// actuator's dead time.
    pub delay_ms: u32,
    /// Duration of the movement.
    pub pulse_ms: u32,
    /// A movement that begins or ends later than this after its time is late.
    pub late_max_ms: u32,
    /// Undecided parts at which the ready line drops. `None` for a station without a trigger line.
    pub undecided_max: Option<u8>,
    /// What happens to movements that come close together.
    pub neighbours: Neighbours,
}

impl From<&Station> for Settings {
    fn from(station: &Station) -> Self {
        Self {
            style: station.gate.style,
            delay_ms: station.gate.line_delay_ms(),
            pulse_ms: station.gate.pulse_ms,
            late_max_ms: station.gate.late_max_ms(),
            undecided_max: station
                .trigger
                .as_ref()
                .map(|trigger| trigger.undecided_max),
            neighbours: Neighbours::from(&station.gate),
        }
    }
}

impl From<Level> for PinState {
    fn from(level: Level) -> Self {
        match level {
            Level::Low => Self::Low,
            Level::High => Self::High,
        }
    }
}
