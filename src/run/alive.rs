//! What the watchdogs and the service manager hear, from the recorder's thread.
//!
//! A watchdog is fed only when an inspection has finished, of a part or of the self-check: the inspection tells the gate,
//! the gate moves its lines and tells the recorder, and the recorder feeds. If any of the three hangs, nobody feeds.
//!
//! * The service manager hears `READY=1` when the station takes parts, `STATUS=` with state and counters, `WATCHDOG=1`, and
//!   `STOPPING=1`.
//! * The board's watchdog is armed when the station is ready and disarmed at the end of a stop that was asked for. A
//!   program that dies or fails leaves it running: unless it is started again in time, the board is reset.

use super::shared::Stop;
use crate::bounded::text::cut;
use crate::screen::{Counters, StationState};
use crate::station::file;
use board::Timestamp;
use board::notify::Notify;
use board::watchdog::{Watchdog, WatchdogError};
use core::fmt;
use core::time::Duration;
use heapless::String;

#[cfg(test)]
mod tests;

/// A watchdog is fed at most so many times in its period. With a self-check after half of the period at the latest, work
/// that is not fed because of this leaves more than a third of the period to the next.
const FEEDS_PER_PERIOD: u32 = 8;
/// How often the status line changes at most, but for what somebody has to look at.
const STATUS_EVERY: Duration = Duration::from_secs(1);
/// Longest message to the service manager, in bytes.
const MESSAGE_MAX: usize = 320;

/// Opens the board's watchdog, which arms it.
pub type OpenWatchdog =
    Box<dyn FnMut(&file::WatchdogSettings) -> Result<Box<dyn Watchdog>, WatchdogError> + Send>;

/// Who watches the station.
pub struct Watchdogs {
    /// The service manager, if one wants to hear.
    pub service: Option<Notify>,
    /// Within which time the service manager wants to hear of finished work again, if it watches.
    pub service_period: Option<Duration>,
    /// Opens the watchdog that the station file names.
    pub open_board: OpenWatchdog,
}

impl fmt::Debug for Watchdogs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watchdogs")
            .field("service", &self.service)
            .field("service_period", &self.service_period)
            .finish_non_exhaustive()
    }
}

/// When something may be done again.
#[derive(Debug)]
struct Pace {
    every: Duration,
    next: Timestamp,
}

impl Pace {
    fn of_period(period: Duration) -> Self {
        Self {
            every: period / FEEDS_PER_PERIOD,
            next: Timestamp::default(),
        }
    }

    /// Whether it may be done now, which it is then.
    fn take(&mut self, now: Timestamp) -> bool {
        let may = self.next <= now;
        if may {
            self.next = now + self.every;
        }
        may
    }
}

/// The board's watchdog, armed.
struct Board {
    device: Box<dyn Watchdog>,
    pace: Pace,
    /// The last feeding failed, which has been said.
    failing: bool,
}

/// Tells whoever watches what has become of the station.
pub(super) struct Alive {
    settings: Option<file::WatchdogSettings>,
    self_check: Duration,
    open_board: OpenWatchdog,
    board: Option<Board>,
    service: Option<Notify>,
    service_pace: Option<Pace>,
    /// The last message did not arrive, which has been said.
    unheard: bool,
    told_ready: bool,
    told_stopping: bool,
    status: Option<(StationState, Counters)>,
    status_pace: Pace,
}

impl Alive {
    /// Nothing is armed and nobody is told anything yet.
    ///
    /// # Errors
    /// The service manager's watchdog wants to hear more often than the self-check allows.
    pub fn new(
        watchdog: Option<&file::WatchdogSettings>,
        self_check: Duration,
        devices: Watchdogs,
    ) -> Result<Self, AliveError> {
        if let Some(period) = devices.service_period {
            often_enough(
                self_check,
                period,
                "WATCHDOG_USEC, the service's WatchdogSec",
            )?;
        }
        Ok(Self {
            settings: watchdog.cloned(),
            self_check,
            open_board: devices.open_board,
            board: None,
            service: devices.service,
            service_pace: devices.service_period.map(Pace::of_period),
            unheard: false,
            told_ready: false,
            told_stopping: false,
            status: None,
            status_pace: Pace {
                every: STATUS_EVERY,
                next: Timestamp::default(),
            },
        })
    }

    /// To be called at every turn of the recorder. `finished` says whether the gate told of
    /// a finished inspection since the last call: nothing else feeds. Allocates nothing once the station is ready.
    ///
    /// # Errors
    /// The board's watchdog was to be armed and cannot be; the station must not go on without.
    pub fn turn(
        &mut self,
        state: StationState,
        counters: Counters,
        finished: bool,
        now: Timestamp,
    ) -> Result<(), AliveError> {
        match state {
            StationState::Ready | StationState::Busy if !self.told_ready => {
                self.arm()?;
                self.told_ready = self.tell("READY=1");
            }
            StationState::Stopped if !self.told_stopping => {
                self.told_stopping = self.tell("STOPPING=1");
            }
            _ => {}
        }
        if finished && self.told_ready && !self.told_stopping {
            self.feed(now);
        }
        self.tell_status(state, counters, now);
        Ok(())
    }

    fn arm(&mut self) -> Result<(), AliveError> {
        let Some(settings) = &self.settings else {
            return Ok(());
        };
        if self.board.is_some() {
            return Ok(());
        }
        let device = (self.open_board)(settings).map_err(AliveError::Board)?;
        let timeout = device.timeout();
        if let Err(error) = often_enough(self.self_check, timeout, "the timeout that it gave") {
            let _ = device.disarm();
            return Err(error);
        }
        tell!(
            "watchdog: {} resets the board after {} s without finished work",
            settings.device,
            timeout.as_secs()
        );
        self.board = Some(Board {
            device,
            pace: Pace::of_period(timeout),
            failing: false,
        });
        Ok(())
    }

    fn feed(&mut self, now: Timestamp) {
        if let Some(board) = &mut self.board
            && board.pace.take(now)
        {
            let fed = board.device.feed();
            if let Err(error) = &fed
                && !board.failing
            {
                complain!("sluice: watchdog.device: {error}");
            }
            board.failing = fed.is_err();
        }
        if let Some(pace) = &mut self.service_pace
            && pace.take(now)
        {
            self.tell("WATCHDOG=1");
        }
    }

    fn tell_status(&mut self, state: StationState, counters: Counters, now: Timestamp) {
        let known = Some((state, counters));
        let usual = |state| matches!(state, StationState::Ready | StationState::Busy);
        let urgent = !self
            .status
            .is_some_and(|(told, _)| told == state || (usual(told) && usual(state)));
        if self.service.is_none() || known == self.status {
            return;
        }
        if self.status_pace.take(now) || urgent {
            let Counters {
                pass,
                reject,
                fault,
                missed,
                late,
                gate,
                ..
            } = counters;
            let text: String<MESSAGE_MAX> = cut(format_args!(
                "STATUS={}; {pass} pass, {reject} reject, {fault} fault, {missed} missed; \
                 at the gate {} passed, {} rejected ({} of them good), {late} late, {} not on the line",
                state.word(),
                gate.passed,
                gate.rejected,
                gate.good_rejected,
                gate.not_on_line
            ));
            if self.tell(&text) {
                self.status = known;
            }
        }
    }

    /// Tells the service manager, if there is one. False when it did not hear.
    fn tell(&mut self, message: &str) -> bool {
        let Some(service) = &self.service else {
            return true;
        };
        let told = service.send(message);
        if let Err(error) = &told
            && !self.unheard
        {
            complain!("sluice: {error}");
        }
        self.unheard = told.is_err();
        told.is_ok()
    }

    /// The end, when every part is decided and recorded: disarms the board's watchdog if the stop was asked for, and leaves it
    /// running if not.
    pub fn end(self, stop: &Stop) {
        if let Some(board) = self.board
            && *stop == Stop::Asked
            && let Err(error) = board.device.disarm()
        {
            complain!("sluice: watchdog.device: {error}; the board will be reset");
        }
    }
}

/// A line without parts must not let a watchdog bite: the self-check must come after half of the period at the latest.
fn often_enough(
    self_check: Duration,
    period: Duration,
    watchdog: &'static str,
) -> Result<(), AliveError> {
    if self_check.is_zero() || self_check > period / 2 {
        return Err(AliveError::Seldom {
            self_check,
            period,
            watchdog,
        });
    }
    Ok(())
}

/// The station cannot be watched as it was asked to be.
#[derive(Debug)]
pub enum AliveError {
    /// Self-checks come too seldom for a watchdog, or never.
    Seldom {
        /// `engine.self_check_ms`.
        self_check: Duration,
        /// The watchdog's period.
        period: Duration,
        /// What says the period.
        watchdog: &'static str,
    },
    /// The board's watchdog.
    Board(WatchdogError),
}

impl fmt::Display for AliveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seldom {
                self_check,
                period,
                watchdog,
            } => write!(
                f,
                "engine.self_check_ms is {}; allowed: 1 to {}, half of {watchdog} ({} ms), or a line without parts looks dead",
                self_check.as_millis(),
                (*period / 2).as_millis(),
                period.as_millis()
            ),
            Self::Board(error) => write!(f, "watchdog.device: {error}"),
        }
    }
}

impl core::error::Error for AliveError {}
