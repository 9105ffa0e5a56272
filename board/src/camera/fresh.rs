//! One frame of a camera that was exposed after a given time, for people who set the camera up.

#[cfg(test)]
mod tests;

use super::{Camera, CameraError, Frame, Mode, Settings};
use crate::clock::Timestamp;
use core::time::Duration;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

/// Returns what `look` makes of the first frame whose exposure began at `since` or later. Frames
/// that were exposed before, such as those that wait in the buffers, are dropped.
///
/// Of a triggered camera the time stamp counts: a frame is received after its trigger, and how long
/// after is not known. Waits at most for `patience`; itself allocates only errors.
///
/// # Errors
/// The camera failed, or no such frame came in time; the error says what to do.
pub fn fresh<T>(
    camera: &mut dyn Camera,
    settings: &Settings,
    since: Timestamp,
    patience: Duration,
    look: impl Fn(&Frame<'_>) -> T,
) -> Result<T, CameraError> {
    let deadline = Timestamp::now() + patience;
    loop {
        let mut seen = None;
        let is_taken = camera.next_frame(&mut |frame| {
            let exposed = match settings.mode {
                Mode::FreeRunning => frame.exposed_after,
                Mode::Triggered => frame.exposed_before,
            };
            seen = (exposed >= since).then(|| look(&frame));
        })?;
        if let Some(seen) = seen {
            return Ok(seen);
        }
        // Also while old frames come: a camera with a wrong clock delivers nothing else.
        let left = deadline.since(Timestamp::now());
        if left.is_zero() {
            return Err(error(camera, silence(settings.mode, patience)));
        }
        if is_taken {
            continue;
        }
        // Rounded up, so that the last millisecond is not polled in a busy loop.
        let left = left + Duration::from_millis(1);
        let mut sources = [PollFd::new(camera.as_fd(), PollFlags::POLLIN)];
        match poll(
            &mut sources,
            PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX),
        ) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(error(camera, format!("poll: {}", errno.desc()))),
        }
    }
}

fn silence(mode: Mode, patience: Duration) -> String {
    let what = match mode {
        Mode::FreeRunning => "check its cable and its power",
        Mode::Triggered => "give it a trigger, and check the wire of its trigger",
    };
    format!("no frame came in {} ms; {what}", patience.as_millis())
}

fn error(camera: &dyn Camera, problem: String) -> CameraError {
    CameraError {
        device: camera.describe(),
        doing: "waiting for a frame",
        problem,
    }
}
