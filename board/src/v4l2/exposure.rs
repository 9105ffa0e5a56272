//! Computes from its time stamp when a frame's exposure can have begun.
//!
//! A part's frame must be exposed after the part's edge, so the earliest possible time counts.
//!
//! Some drivers stamp the start of the exposure (`V4L2_BUF_FLAG_TSTAMP_SRC_SOE`), which is exact.
//! All others stamp a frame when it has arrived. Let T be the interval between frames. Reading the
//! sensor takes at most T, otherwise frames would pile up. Exposing takes at most T too, because a
//! row is exposed again only after it was read. Sensors expose the next frame during the readout,
//! so the two times add up: a frame that arrived at t was exposed from t - 2 T or later. A camera
//! may expose longer than requested, for example in the dark, and then T is longer. So T is the
//! nominal interval or the one just measured, whichever is longer.
//!
//! `uvcvideo` claims to stamp the start of the exposure. Unless its parameter `hwtimestamps` is
//! set, it stamps the arrival of the first packet. The claim is ignored, because t - 2 T also holds
//! for the first packet.
//!
//! A camera that stores whole frames before it sends them has a longer delay, which cannot be
//! detected here.
//!
//! A triggered camera has no measurable interval. Its nominal one is the shortest that it can do.

use crate::camera::Mode;
use crate::clock::Timestamp;
use core::time::Duration;

/// The exposure times of one camera.
#[derive(Debug)]
pub struct Exposure {
    mode: Mode,
    nominal: Duration,
    /// Whether the driver's claim to stamp the start is trusted.
    believed: bool,
    last: Option<(u32, Timestamp)>,
}

impl Exposure {
    /// A camera with a frame interval of `nominal` and a driver of this name.
    pub fn new(mode: Mode, nominal: Duration, driver: &str) -> Self {
        Self {
            mode,
            nominal,
            believed: driver != "uvcvideo",
            last: None,
        }
    }

    /// Whether a time stamp is the exact start of the exposure. `claims_start` is the frame's own
    /// claim.
    pub fn is_exact(&self, claims_start: bool) -> bool {
        claims_start && self.believed
    }

    /// The earliest time at which the exposure of this frame can have begun.
    pub fn earliest_start(
        &mut self,
        sequence: u32,
        stamp: Timestamp,
        claims_start: bool,
    ) -> Timestamp {
        let seen = self.last.replace((sequence, stamp)).map(|(before, time)| {
            let frames = sequence.wrapping_sub(before).max(1);
            stamp.since(time) / frames
        });
        if self.is_exact(claims_start) {
            return stamp;
        }
        let interval = match self.mode {
            Mode::FreeRunning => seen.map_or(self.nominal, |seen| seen.max(self.nominal)),
            Mode::Triggered => self.nominal,
        };
        stamp - interval.saturating_mul(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    fn at(ms: u64) -> Timestamp {
        Timestamp::from_ns(ms * MS)
    }

    fn exposure(mode: Mode, driver: &str) -> Exposure {
        Exposure::new(mode, Duration::from_millis(20), driver)
    }

    #[test]
    fn a_stamp_of_the_start_is_exact_except_from_uvcvideo() {
        let mut exact = exposure(Mode::FreeRunning, "unicam");
        assert_eq!(exact.earliest_start(0, at(100), true), at(100));
        assert_eq!(exact.earliest_start(1, at(120), false), at(80));
        let mut doubted = exposure(Mode::FreeRunning, "uvcvideo");
        assert_eq!(doubted.earliest_start(0, at(100), true), at(60));
    }

    #[test]
    fn a_stamp_on_arrival_is_at_most_two_of_the_longer_interval_late() {
        let mut exposure = exposure(Mode::FreeRunning, "vivid");
        assert_eq!(
            exposure.earliest_start(7, at(100), false),
            at(60),
            "nominal"
        );
        assert_eq!(
            exposure.earliest_start(8, at(150), false),
            at(50),
            "it slowed down"
        );
        assert_eq!(
            exposure.earliest_start(9, at(160), false),
            at(120),
            "nominal again"
        );
        // Three lost frames make four intervals.
        assert_eq!(exposure.earliest_start(13, at(280), false), at(220));
        // A driver without frame numbers, and one whose numbers wrap around.
        assert_eq!(exposure.earliest_start(13, at(310), false), at(250));
        assert_eq!(exposure.earliest_start(u32::MAX, at(330), false), at(290));
        assert_eq!(exposure.earliest_start(0, at(360), false), at(300));
    }

    #[test]
    fn pauses_of_a_triggered_camera_do_not_lengthen_its_interval() {
        let mut exposure = exposure(Mode::Triggered, "vivid");
        assert_eq!(exposure.earliest_start(0, at(100), false), at(60));
        assert_eq!(exposure.earliest_start(1, at(5_000), false), at(4_960));
        assert_eq!(
            exposure.earliest_start(2, at(1), false),
            at(0),
            "the clock's origin"
        );
    }
}
