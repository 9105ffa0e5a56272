//! Whether the belt is as fast as it should be: its ticks against the clock.

use super::BeltFault;
use crate::gate::belt::Position;
use crate::station::file::EncoderSettings;
use board::Timestamp;
use core::time::Duration;

/// Measures the speed in one window after the other.
#[derive(Debug)]
pub(super) struct Watch {
    window: Duration,
    min: u32,
    max: u32,
    /// Beginning of the window, and the position then.
    from: Timestamp,
    position: Position,
    /// The belt should move, and had a whole window to come up to speed.
    is_judged: bool,
    driven: bool,
    /// Edges were lost in this window.
    is_spoilt: bool,
    ticks_per_s: Option<u32>,
}

impl Watch {
    pub(super) fn new(settings: &EncoderSettings, now: Timestamp) -> Self {
        Self {
            window: Duration::from_millis(settings.watch_ms().into()),
            min: settings.ticks_per_s_min,
            max: settings.ticks_per_s_max,
            from: now,
            position: 0,
            is_judged: false,
            driven: false,
            is_spoilt: false,
            ticks_per_s: None,
        }
    }

    /// The window does not count as a good one.
    pub(super) fn spoil(&mut self) {
        self.is_spoilt = true;
    }

    /// Ends the window if it is over. Returns the result if the belt is judged by it: its fault, or
    /// that it moves as it should.
    pub(super) fn turn(
        &mut self,
        now: Timestamp,
        driven: bool,
        highest: Position,
    ) -> Option<Option<BeltFault>> {
        if driven != self.driven {
            self.driven = driven;
            self.begin(now, highest);
            self.is_judged = false;
            return None;
        }
        let lasted = now.since(self.from);
        if lasted < self.window {
            return None;
        }
        let ticks = u128::try_from(highest - self.position).unwrap_or(0);
        let per_s = ticks * 1_000_000_000 / lasted.as_nanos().max(1);
        let ticks_per_s = u32::try_from(per_s).unwrap_or(u32::MAX);
        self.ticks_per_s = Some(ticks_per_s);
        let (is_judged, is_spoilt) = (self.is_judged, self.is_spoilt);
        self.begin(now, highest);
        self.is_judged = driven;
        if !is_judged {
            return None;
        }
        if ticks_per_s < self.min {
            Some(Some(BeltFault::Slow { ticks_per_s }))
        } else if ticks_per_s > self.max {
            Some(Some(BeltFault::Fast { ticks_per_s }))
        } else {
            (!is_spoilt).then_some(None)
        }
    }

    fn begin(&mut self, now: Timestamp, highest: Position) {
        self.from = now;
        self.position = highest;
        self.is_spoilt = false;
    }

    /// When the window is over.
    pub(super) fn ends_at(&self) -> Timestamp {
        self.from + self.window
    }

    /// The speed in the last window.
    pub(super) fn ticks_per_s(&self) -> Option<u32> {
        self.ticks_per_s
    }
}
