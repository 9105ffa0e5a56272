//! Checks by watching whether a camera does what it was told. A driver may accept a mode that the
//! camera does not use.
//!
//! A free-running camera must deliver frames of the right size at the requested rate, with numbers
//! and time stamps. A triggered one must deliver none until it is triggered.

#[cfg(test)]
mod tests;

use super::{Camera, CameraError, Frame, Mode, Settings};
use crate::clock::Timestamp;
use core::fmt;
use core::time::Duration;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::os::fd::BorrowedFd;

/// Time until the first frame.
const FIRST_FRAME_MAX: Duration = Duration::from_secs(5);
/// Frames that are not judged. The first ones are often late, damaged or at another rate, and a
/// driver may number two of them alike.
const WARM_UP_FRAMES: u32 = 5;
/// Frames that are judged: those of one second, within these bounds.
const WATCHED_FRAMES: [u32; 2] = [4, 60];
/// Allowed deviation from the requested rate, in percent.
const PACE_TOLERANCE_PERCENT: u32 = 10;
/// Frames in a hundred that may be lost, and frames in a hundred that may be damaged.
const LOSS_MAX_PERCENT: u32 = 25;
/// A camera waits for its trigger if no frame arrives for this time and for this many intervals.
const QUIET_MIN: Duration = Duration::from_millis(500);
const QUIET_MIN_INTERVALS: u32 = 10;
/// How long to wait for such a pause. Parts may pass meanwhile, each with a frame.
const QUIET_WAIT_MAX: Duration = Duration::from_secs(5);
/// Age of the oldest valid stamp at the start of the watch, in addition to [`AGE_MAX_INTERVALS`]
/// intervals. The age on arrival is not used, because a busy machine may read frames late.
const AGE_MAX: Duration = Duration::from_millis(500);
const AGE_MAX_INTERVALS: u32 = 4;
/// How far a stamp may be in the future. `vivid` stamps the nominal end of a frame, up to two
/// intervals ahead on Linux 5.10.
const AHEAD_MAX_INTERVALS: u32 = 2;

/// The observed behaviour of a camera.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Proof {
    /// A free-running camera keeps its rate.
    Paced {
        /// The camera's rate: frames by their numbers, time by their stamps.
        frames_per_second: f64,
        /// Frames that arrived.
        frames: u32,
        /// Frames missing in the sequence numbers.
        lost: u32,
        /// Frames that arrived damaged.
        damaged: u32,
    },
    /// A triggered camera delivers nothing without a trigger.
    Quiet {
        /// How long no frame arrived.
        quiet: Duration,
    },
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Paced {
                frames_per_second,
                frames,
                lost,
                damaged,
            } => write!(
                f,
                "{frames_per_second:.1} frames/s seen, {frames} received, {lost} lost, {damaged} damaged"
            ),
            Self::Quiet { quiet } => {
                write!(f, "no frame without a trigger in {} ms", quiet.as_millis())
            }
        }
    }
}

/// Watches a camera that was just opened. Takes about a second for a free-running camera, and with
/// [`Mode::Triggered`] half a second or ten intervals. Call it only at the start; allocates only
/// errors.
///
/// # Errors
/// The camera does not do what was requested; the error tells what it does instead. Or `stop` has
/// become readable, which ends the watch at once.
pub fn prove(
    camera: &mut dyn Camera,
    settings: &Settings,
    stop: Option<BorrowedFd<'_>>,
) -> Result<Proof, CameraError> {
    let mut watch = Watch {
        camera,
        settings,
        stop,
        started: Timestamp::now(),
        judging: false,
        last: None,
        frames: 0,
        lost: 0,
        damaged: 0,
    };
    match settings.mode {
        Mode::FreeRunning => watch.pace(),
        Mode::Triggered => watch.quiet(),
    }
}

struct Watch<'c> {
    camera: &'c mut dyn Camera,
    settings: &'c Settings,
    stop: Option<BorrowedFd<'c>>,
    started: Timestamp,
    judging: bool,
    /// Number and stamp of the previous frame.
    last: Option<(u32, Timestamp)>,
    /// Counts of the frames that arrived, were lost and were damaged.
    frames: u32,
    lost: u32,
    damaged: u32,
}

impl Watch<'_> {
    fn pace(&mut self) -> Result<Proof, CameraError> {
        let interval = self.settings.interval();
        let patience = interval.saturating_mul(5).max(Duration::from_secs(1));
        let mut start = self.frame_within(FIRST_FRAME_MAX, patience)?;
        for _ in 1..WARM_UP_FRAMES {
            start = self.frame_within(patience, patience)?;
        }
        self.frames = 0;
        self.judging = true;
        let [least, most] = WATCHED_FRAMES;
        let mut end = start;
        while self.frames < self.settings.frames_per_second.clamp(least, most) {
            end = self.frame_within(patience, patience)?;
        }
        let intervals = f64::from(self.frames.saturating_add(self.lost));
        let frames_per_second = intervals / end.since(start).as_secs_f64();
        let asked = self.settings.frames_per_second;
        let off = (frames_per_second / f64::from(asked) - 1.0).abs();
        if off.is_nan() || off > f64::from(PACE_TOLERANCE_PERCENT) / 100.0 {
            return Err(self.error(format!(
                "it makes {frames_per_second:.1} frames/s instead of {asked}; request a rate that it has, and give it enough light: \
                 many cameras slow down in the dark"
            )));
        }
        for (count, what) in [(self.lost, "lost"), (self.damaged, "damaged")] {
            let all = self.frames.saturating_add(self.lost);
            if count.saturating_mul(100) > all.saturating_mul(LOSS_MAX_PERCENT) {
                return Err(self.error(format!(
                    "{count} of {all} frames were {what}; lower its rate or size, or give it its own bus"
                )));
            }
        }
        Ok(Proof::Paced {
            frames_per_second,
            frames: self.frames,
            lost: self.lost,
            damaged: self.damaged,
        })
    }

    fn quiet(&mut self) -> Result<Proof, CameraError> {
        let interval = self.settings.interval();
        let quiet = interval.saturating_mul(QUIET_MIN_INTERVALS).max(QUIET_MIN);
        let start = Timestamp::now();
        while Timestamp::now().since(start) < QUIET_WAIT_MAX {
            if self.wait(quiet)?.is_none() {
                return Ok(Proof::Quiet { quiet });
            }
        }
        Err(self.error(format!(
            "{} frames arrived in {} s without a pause of {} ms: it does not wait for the trigger. Set its trigger mode, or stop the \
             line while the station starts",
            self.frames,
            QUIET_WAIT_MAX.as_secs(),
            quiet.as_millis()
        )))
    }

    /// The stamp of the next frame. Fails if none arrives within `patience`.
    fn frame_within(
        &mut self,
        patience: Duration,
        between: Duration,
    ) -> Result<Timestamp, CameraError> {
        let stamp = self.wait(patience)?;
        stamp.ok_or_else(|| {
            let text = if patience == between && self.frames > 0 {
                "it stopped after"
            } else {
                "no frame arrived in"
            };
            self.error(format!(
                "{text} {} ms; check its cable and its power",
                patience.as_millis()
            ))
        })
    }

    /// Waits for a frame and judges it after the warm-up. Returns its stamp, or `None` if none
    /// arrived.
    fn wait(&mut self, patience: Duration) -> Result<Option<Timestamp>, CameraError> {
        let deadline = Timestamp::now() + patience;
        loop {
            // Checked before each frame: with frames always queued, the poll below is never
            // reached.
            if self.stopped()? {
                return Err(self.error("the program stops".to_owned()));
            }
            let mut seen = None;
            let settings = self.settings;
            self.camera
                .next_frame(&mut |frame| seen = Some(Seen::of(&frame, settings)))?;
            if let Some(seen) = seen {
                return self.judge(seen).map(Some);
            }
            let left = deadline.since(Timestamp::now());
            if left.is_zero() {
                return Ok(None);
            }
            // Rounded up, so that the last millisecond is not polled in a busy loop.
            let left = left + Duration::from_millis(1);
            let camera = self.camera.as_fd();
            let fds = [camera, self.stop.unwrap_or(camera)];
            let mut sources = fds.map(|fd| PollFd::new(fd, PollFlags::POLLIN));
            match poll(
                &mut sources,
                PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX),
            ) {
                Ok(_) | Err(Errno::EINTR) => {}
                Err(errno) => return Err(self.error(format!("poll: {}", errno.desc()))),
            }
        }
    }

    /// Whether the descriptor `stop` is readable.
    fn stopped(&self) -> Result<bool, CameraError> {
        let Some(stop) = self.stop else {
            return Ok(false);
        };
        let mut sources = [PollFd::new(stop, PollFlags::POLLIN)];
        match poll(&mut sources, PollTimeout::ZERO) {
            Ok(ready) => Ok(ready > 0),
            Err(Errno::EINTR) => Ok(false),
            Err(errno) => Err(self.error(format!("poll: {}", errno.desc()))),
        }
    }

    fn judge(&mut self, seen: Seen) -> Result<Timestamp, CameraError> {
        let Seen {
            sequence,
            after,
            stamp,
            damaged,
            short,
        } = seen;
        let last = self.last.replace((sequence, stamp));
        self.frames = self.frames.saturating_add(1);
        if !self.judging {
            return Ok(stamp);
        }
        self.damaged = self.damaged.saturating_add(damaged.into());
        if let Some((bytes, stride_bytes)) = short
            && !damaged
        {
            let layout = self.settings.layout;
            return Err(self.error(format!(
                "a frame has {bytes} bytes in rows of {stride_bytes}, too few for {layout}"
            )));
        }
        let now = Timestamp::now();
        let interval = self.settings.interval();
        let oldest = self.started - AGE_MAX - interval.saturating_mul(AGE_MAX_INTERVALS);
        if !(oldest..=now + interval.saturating_mul(AHEAD_MAX_INTERVALS)).contains(&stamp)
            || after > stamp
        {
            return Err(self.error(format!(
                "a frame is stamped {:.3} s and it is {:.3} s by the monotonic clock; use another driver",
                seconds(stamp),
                seconds(now)
            )));
        }
        if let Some((last, last_stamp)) = last {
            let step = sequence.wrapping_sub(last);
            if step == 0 || step > u32::MAX / 2 || stamp <= last_stamp {
                return Err(self.error(format!(
                    "frame {sequence}, {:.6} s, came after frame {last}, {:.6} s; use another driver",
                    seconds(stamp),
                    seconds(last_stamp)
                )));
            }
            self.lost = self.lost.saturating_add(step - 1);
        }
        Ok(stamp)
    }

    fn error(&self, problem: String) -> CameraError {
        CameraError {
            device: self.camera.describe(),
            doing: "watching it",
            problem,
        }
    }
}

fn seconds(time: Timestamp) -> f64 {
    time.since(Timestamp::default()).as_secs_f64()
}

/// The values of a frame that are kept.
struct Seen {
    sequence: u32,
    after: Timestamp,
    stamp: Timestamp,
    damaged: bool,
    /// Bytes and row pitch, if the frame is too short.
    short: Option<(usize, usize)>,
}

impl Seen {
    fn of(frame: &Frame<'_>, settings: &Settings) -> Self {
        let needed = settings.layout.bytes(frame.stride_bytes);
        let whole = needed.is_some_and(|needed| needed <= frame.bytes.len());
        Self {
            sequence: frame.sequence,
            after: frame.exposed_after,
            stamp: frame.exposed_before,
            damaged: frame.damaged,
            short: (!whole).then_some((frame.bytes.len(), frame.stride_bytes)),
        }
    }
}
