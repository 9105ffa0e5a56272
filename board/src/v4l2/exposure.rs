//! When a frame's exposure began, as far as its time stamp tells.
//!
//! A part's frame must have been exposed after the part's edge, so the bound that counts is the lower one.
//!
//! A driver that stamps the start of the exposure (`V4L2_BUF_FLAG_TSTAMP_SRC_SOE`) tells it exactly. All others stamp a
//! frame when it has arrived. With an interval of T between frames, reading a sensor out takes T at most, or else frames
//! would pile up. Exposing takes T at most too, as a row is exposed again only after it was read. But sensors expose the
//! next frame while they read this one out, so the two add up: the exposure of a frame that had arrived at t began at
//! t - 2 T or later. A camera that exposes longer than asked, as some do in the dark, has a longer T; therefore T is the
//! nominal interval or the one that was just seen, whichever is longer.
//!
//! `uvcvideo` claims to stamp the start of the exposure, but stamps the arrival of a frame's first packet, unless its
//! parameter `hwtimestamps` is set. Its claim is not believed: t - 2 T holds for the first packet as well as for the last.
//!
//! A camera that keeps whole frames in a memory of its own before it sends them is later than this; nothing here can know.
//!
//! A triggered camera has no interval between frames that could be seen; the nominal one is the shortest that it can do.

use crate::camera::Mode;
use crate::clock::Timestamp;
use core::time::Duration;

/// What is known of a camera's exposures.
#[derive(Debug)]
pub struct Exposure {
    mode: Mode,
    nominal: Duration,
    /// Whether a claim to stamp the start is believed.
    believed: bool,
    last: Option<(u32, Timestamp)>,
}

impl Exposure {
    /// For a camera that makes a frame every `nominal`, by the driver of this name.
    pub fn new(mode: Mode, nominal: Duration, driver: &str) -> Self {
        Self {
            mode,
            nominal,
            believed: driver != "uvcvideo",
            last: None,
        }
    }

    /// Whether frames that claim to be stamped at the start of their exposure are.
    pub fn is_exact(&self, claims_start: bool) -> bool {
        claims_start && self.believed
    }

    /// The earliest moment at which the exposure of this frame can have begun.
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
    fn a_stamp_of_the_start_is_exact_but_not_uvcvideos() {
        let mut exact = exposure(Mode::FreeRunning, "unicam");
        assert_eq!(exact.earliest_start(0, at(100), true), at(100));
        assert_eq!(exact.earliest_start(1, at(120), false), at(80));
        let mut doubted = exposure(Mode::FreeRunning, "uvcvideo");
        assert_eq!(doubted.earliest_start(0, at(100), true), at(60));
    }

    #[test]
    fn a_stamp_of_the_end_is_two_intervals_late_at_most_and_the_longer_interval_counts() {
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
        // Three lost frames: four intervals.
        assert_eq!(exposure.earliest_start(13, at(280), false), at(220));
        // A driver that counts no frames, and one whose numbers begin again.
        assert_eq!(exposure.earliest_start(13, at(310), false), at(250));
        assert_eq!(exposure.earliest_start(u32::MAX, at(330), false), at(290));
        assert_eq!(exposure.earliest_start(0, at(360), false), at(300));
    }

    #[test]
    fn a_triggered_cameras_pauses_say_nothing() {
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
