//! Feeding the watchdogs and telling the service manager, on the recorder's thread.
//!
//! A watchdog is fed only when an inspection of a part, or a self-check, has finished. The
//! inspection tells the gate, the gate moves its lines and tells the recorder, and the recorder
//! feeds. If one of the three hangs, no watchdog is fed.
//!
//! * The service manager gets `READY=1` when the station takes parts, `STATUS=` with state and
//!   counters, `WATCHDOG=1`, and `STOPPING=1`.
//! * The board's watchdog is armed when the station is ready, and disarmed at the end of a
//!   requested stop. A program that dies or fails leaves it running: the board is reset unless the
//!   program is started again in time.

use crate::bounded::text::cut;
use crate::run::pace::Pace;
use crate::run::shared::Stop;
use crate::screen::{Counters, StationState};
use crate::station::file;
use board::Timestamp;
use board::notify::Notify;
use board::watchdog::{Watchdog, WatchdogError};
use core::fmt;
use core::time::Duration;
use heapless::String;
use thiserror::Error;

#[cfg(test)]
mod tests;

/// A watchdog is fed at most this often in its period. With a self-check after half of the period
/// at the latest, skipping a feeding for this reason leaves more than a third of the period to the
/// next one.
const FEEDS_PER_PERIOD: u32 = 8;
/// How often the status line changes at most, except for a change that needs attention.
const STATUS_INTERVAL: Duration = Duration::from_secs(1);
/// Longest message to the service manager, in bytes.
const MESSAGE_MAX: usize = 320;

/// Opens the board's watchdog, which arms it.
pub type OpenWatchdog =
    Box<dyn FnMut(&file::WatchdogSettings) -> Result<Box<dyn Watchdog>, WatchdogError> + Send>;

/// The watchdogs of the station.
pub struct Watchdogs {
    /// The service manager, if it wants messages.
    pub service: Option<Notify>,
    /// The service manager's watchdog period, if it has one.
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

/// The board's watchdog, armed.
struct Board {
    device: Box<dyn Watchdog>,
    pace: Pace,
    /// The last feeding failed, which was reported.
    failing: bool,
}

/// Feeds the watchdogs.
pub struct WatchdogFeeder {
    settings: Option<file::WatchdogSettings>,
    self_check: Duration,
    open_board: OpenWatchdog,
    board: Option<Board>,
    service: Option<Notify>,
    service_pace: Option<Pace>,
    /// The last message to the service manager was lost, which was reported.
    message_lost: bool,
    told_ready: bool,
    told_stopping: bool,
    status: Option<(StationState, Counters)>,
    status_pace: Pace,
}

impl WatchdogFeeder {
    /// Arms nothing and sends nothing yet.
    ///
    /// # Errors
    /// The service manager's watchdog has a shorter period than the self-check allows.
    pub fn new(
        watchdog: Option<&file::WatchdogSettings>,
        self_check: Duration,
        devices: Watchdogs,
    ) -> Result<Self, FeederError> {
        if let Some(period) = devices.service_period {
            check_period(
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
            service_pace: devices.service_period.map(feeding_pace),
            message_lost: false,
            told_ready: false,
            told_stopping: false,
            status: None,
            status_pace: Pace::once_in(STATUS_INTERVAL),
        })
    }

    /// Call it at every turn of the recorder. `finished` is true if the gate has reported a
    /// finished inspection since the last call; nothing else feeds. Allocates nothing once the
    /// station is ready.
    ///
    /// # Errors
    /// The board's watchdog cannot be armed. The station must not go on without it.
    pub fn turn(
        &mut self,
        state: StationState,
        counters: Counters,
        finished: bool,
        now: Timestamp,
    ) -> Result<(), FeederError> {
        match state {
            // A station that is stopped, or waits for a reset or a challenge, has started as well.
            StationState::Ready
            | StationState::Busy
            | StationState::Test
            | StationState::Halted
            | StationState::Latched
            | StationState::Challenge
                if !self.told_ready =>
            {
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

    fn arm(&mut self) -> Result<(), FeederError> {
        let Some(settings) = &self.settings else {
            return Ok(());
        };
        if self.board.is_some() {
            return Ok(());
        }
        let device = (self.open_board)(settings)?;
        let timeout = device.timeout();
        if let Err(error) = check_period(self.self_check, timeout, "the timeout that it gave") {
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
            pace: feeding_pace(timeout),
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

    /// Sends a message to the service manager, if there is one. Returns false if it was lost.
    fn tell(&mut self, message: &str) -> bool {
        let Some(service) = &self.service else {
            return true;
        };
        let told = service.send(message);
        if let Err(error) = &told
            && !self.message_lost
        {
            complain!("sluice: {error}");
        }
        self.message_lost = told.is_err();
        told.is_ok()
    }

    /// The end, when every part is decided and recorded. Disarms the board's watchdog after a
    /// requested stop, and leaves it running after any other.
    pub fn end(self, stop: &Stop) {
        if let Some(board) = self.board
            && *stop == Stop::Asked
            && let Err(error) = board.device.disarm()
        {
            complain!("sluice: watchdog.device: {error}; the board will be reset");
        }
    }
}

fn feeding_pace(period: Duration) -> Pace {
    Pace::once_in(period / FEEDS_PER_PERIOD)
}

/// Checks that self-checks come after half of the period at the latest. Otherwise a watchdog would
/// act on a line without parts.
fn check_period(
    self_check: Duration,
    period: Duration,
    watchdog: &'static str,
) -> Result<(), FeederError> {
    if self_check.is_zero() || self_check > period / 2 {
        return Err(FeederError::Seldom {
            self_check,
            period,
            watchdog,
        });
    }
    Ok(())
}

/// The station cannot feed the watchdogs that it was given.
#[derive(Debug, Error)]
pub enum FeederError {
    /// Self-checks come too seldom for a watchdog, or never.
    #[error(
        "engine.self_check_ms is {}; allowed: 1 to {}, half of {watchdog} ({} ms), or a line without parts looks dead",
        .self_check.as_millis(),
        (*.period / 2).as_millis(),
        .period.as_millis()
    )]
    Seldom {
        /// `engine.self_check_ms`.
        self_check: Duration,
        /// The watchdog's period.
        period: Duration,
        /// Where the period is set.
        watchdog: &'static str,
    },
    /// The board's watchdog.
    #[error("watchdog.device: {0}")]
    Board(#[from] WatchdogError),
}
