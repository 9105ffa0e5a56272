//! Whether a camera does what it was asked for: known by watching it after its start, since what it says of itself can be
//! wrong.
//!
//! One that runs freely must deliver frames at about the asked pace (within a factor of 1.5, by the numbers and times of
//! [`WATCHED`] intervals): the time for which parts wait is counted in its intervals. One that is to be triggered must keep
//! still when nothing triggers it, or its frames would be of any moment.

use board::Timestamp;
use board::camera::Mode;
use core::fmt;
use core::time::Duration;

/// Frames at the start that do not count: sensors settle.
const SKIPPED: u32 = 2;
/// Intervals that are watched.
pub const WATCHED: u32 = 5;
/// For so long a triggered camera must keep still, or for three intervals.
const STILL: Duration = Duration::from_millis(500);
/// What a start may take beside its frames.
const START: Duration = Duration::from_secs(2);

/// Watches a camera after its start.
#[derive(Debug)]
pub struct Pace {
    mode: Mode,
    interval: Duration,
    started: Timestamp,
    frames: u32,
    triggers: u32,
    /// The first frame that counts and the last one: number and time.
    first: Option<(u32, Timestamp)>,
    last: Option<(u32, Timestamp)>,
}

/// What is known by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Not enough.
    Nothing,
    /// It does what it was asked for.
    Good,
    /// It does not.
    Wrong(PaceError),
}

/// What a camera does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaceError {
    /// It delivers nothing, or too little to tell.
    Silent {
        /// Frames that came.
        frames: u32,
        /// In this time.
        within: Duration,
    },
    /// It has another pace.
    Pace {
        /// The asked interval.
        asked: Duration,
        /// The mean of those that were seen.
        seen: Duration,
    },
    /// It delivers frames that nothing triggered.
    Unasked {
        /// Frames that came.
        frames: u32,
        /// Triggers in the same time.
        triggers: u32,
    },
}

impl fmt::Display for PaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per_second = |interval: &Duration| 1.0 / interval.as_secs_f64().max(1e-9);
        match self {
            Self::Silent { frames, within } => write!(
                f,
                "{frames} frames within {} ms; check its cable, and source.camera.mode",
                within.as_millis()
            ),
            Self::Pace { asked, seen } => write!(
                f,
                "{:.1} frames a second where source.camera.frames_per_second asks for {:.1}; ask for what it can do, or \
                 give it more light",
                per_second(seen),
                per_second(asked)
            ),
            Self::Unasked { frames, triggers } => write!(
                f,
                "{frames} frames with {triggers} triggers; it does not wait for its trigger, see source.camera.mode"
            ),
        }
    }
}

impl Pace {
    /// Begins to watch a camera that was started at this time.
    pub const fn new(mode: Mode, interval: Duration, started: Timestamp) -> Self {
        Self {
            mode,
            interval,
            started,
            frames: 0,
            triggers: 0,
            first: None,
            last: None,
        }
    }

    /// Takes a frame, with its number and the driver's time of it.
    pub fn frame(&mut self, sequence: u32, at: Timestamp) {
        self.frames = self.frames.saturating_add(1);
        if self.frames > SKIPPED {
            self.first.get_or_insert((sequence, at));
            self.last = Some((sequence, at));
        }
    }

    /// Takes a trigger, which may expose a frame.
    pub fn trigger(&mut self) {
        self.triggers = self.triggers.saturating_add(1);
    }

    /// What is known at this time.
    pub fn look(&self, now: Timestamp) -> Seen {
        match self.mode {
            Mode::FreeRunning if self.frames > SKIPPED + WATCHED => self.pace(),
            _ if now < self.end() => Seen::Nothing,
            // Only now, as a trigger can be known later than its frame.
            Mode::Triggered if self.frames > self.triggers => Seen::Wrong(PaceError::Unasked {
                frames: self.frames,
                triggers: self.triggers,
            }),
            Mode::Triggered => Seen::Good,
            Mode::FreeRunning => Seen::Wrong(PaceError::Silent {
                frames: self.frames,
                within: now.since(self.started),
            }),
        }
    }

    fn pace(&self) -> Seen {
        let (Some((first, from)), Some((last, until))) = (self.first, self.last) else {
            return Seen::Nothing;
        };
        // Those included that nobody saw.
        let intervals = last.wrapping_sub(first).max(1);
        let seen = until.since(from) / intervals;
        if seen * 3 >= self.interval * 2 && seen * 2 <= self.interval * 3 {
            Seen::Good
        } else {
            Seen::Wrong(PaceError::Pace {
                asked: self.interval,
                seen,
            })
        }
    }

    /// When it is known at the latest.
    pub fn end(&self) -> Timestamp {
        let long = match self.mode {
            Mode::FreeRunning => START + self.interval * (2 * (SKIPPED + WATCHED)),
            Mode::Triggered => STILL.max(self.interval * 3),
        };
        self.started + long
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_millis(40);

    fn ms(time_ms: u64) -> Timestamp {
        Timestamp::from_ns(time_ms * 1_000_000)
    }

    /// What is known of a camera that runs freely after these frames, numbers and milliseconds.
    fn after(frames: &[(u32, u64)]) -> Seen {
        let mut pace = Pace::new(Mode::FreeRunning, INTERVAL, ms(0));
        for &(sequence, at) in frames {
            assert_eq!(pace.look(ms(at)), Seen::Nothing);
            pace.frame(sequence, ms(at));
        }
        pace.look(ms(frames.last().map_or(0, |frame| frame.1)))
    }

    fn every(interval_ms: u64) -> Vec<(u32, u64)> {
        // Late and uneven at the start.
        let begin = [(0, 500), (1, 501)];
        let rest = (0..=WATCHED).map(|number| (2 + number, 600 + interval_ms * u64::from(number)));
        begin.into_iter().chain(rest).collect()
    }

    #[test]
    fn a_camera_at_the_asked_pace_is_good_and_at_another_is_not() {
        for good in [27, 40, 60] {
            assert_eq!(after(&every(good)), Seen::Good, "{good} ms");
        }
        for wrong in [26, 61, 80] {
            let seen = Duration::from_millis(wrong);
            let asked = INTERVAL;
            let expected = Seen::Wrong(PaceError::Pace { asked, seen });
            assert_eq!(after(&every(wrong)), expected);
        }
    }

    #[test]
    fn frames_that_nobody_saw_count_for_the_pace() {
        let frames: Vec<_> = every(80)
            .into_iter()
            .map(|(sequence, at)| (2 * sequence, at))
            .collect();
        assert_eq!(after(&frames), Seen::Good);
    }

    #[test]
    fn a_camera_that_delivers_nothing_is_known_in_the_end() {
        let pace = Pace::new(Mode::FreeRunning, INTERVAL, ms(100));
        assert_eq!(pace.end(), ms(2_660));
        assert_eq!(pace.look(ms(2_659)), Seen::Nothing);
        assert!(matches!(
            pace.look(ms(2_660)),
            Seen::Wrong(PaceError::Silent { frames: 0, .. })
        ));
    }

    #[test]
    fn a_triggered_camera_keeps_still_until_it_is_triggered() {
        let mut pace = Pace::new(Mode::Triggered, INTERVAL, ms(0));
        pace.frame(0, ms(10));
        pace.trigger();
        assert_eq!(pace.look(ms(499)), Seen::Nothing);
        assert_eq!(pace.look(ms(500)), Seen::Good);
        pace.frame(1, ms(50));
        let unasked = PaceError::Unasked {
            frames: 2,
            triggers: 1,
        };
        assert_eq!(pace.look(ms(510)), Seen::Wrong(unasked));
    }
}
