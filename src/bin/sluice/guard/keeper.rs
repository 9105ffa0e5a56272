//! The station's side: starts the guard, replaces it if it dies, and dismisses it.

use super::{DISMISSED, FILE_MAX, READY};
use board::Timestamp;
use core::fmt;
use core::time::Duration;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;

/// This program, even if its file was replaced after the start.
const PROGRAM: &str = "/proc/self/exe";
/// Longest time from the guard's start until it is ready.
const START_MAX: Duration = Duration::from_secs(10);
/// Longest time from the dismissal to the guard's end.
const END_MAX: Duration = Duration::from_secs(1);
/// Shortest time between the starts of two guards.
const RESTART: Duration = Duration::from_secs(1);
/// How often a waiting station polls.
const POLL: Duration = Duration::from_millis(1);

/// Why a guard could not be started, or ended.
#[derive(Debug)]
pub enum GuardError {
    /// The station file is too long.
    Long,
    /// The process did not start.
    Start(io::Error),
    /// The process ended; its status, or why that is unknown.
    Ended(String),
    /// It was not ready in time.
    Silent,
}

impl fmt::Display for GuardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the guard, which makes the lines safe when this process dies, ")?;
        match self {
            Self::Long => write!(f, "takes a station file of {FILE_MAX} bytes at most"),
            Self::Start(error) => write!(f, "cannot be started: {error}"),
            Self::Ended(how) => write!(f, "has ended: {how}"),
            Self::Silent => write!(f, "did not answer in {} s", START_MAX.as_secs()),
        }
    }
}

impl core::error::Error for GuardError {}

/// A guard process.
#[derive(Debug)]
struct Guard {
    process: Child,
    /// When it closes, the guard knows that the station is dead.
    stdin: ChildStdin,
    stdout: ChildStdout,
    /// It has reported that it is ready.
    is_ready: bool,
}

impl Guard {
    fn start(text: &[u8]) -> Result<Self, GuardError> {
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        if length > FILE_MAX {
            return Err(GuardError::Long);
        }
        let mut process = Command::new(PROGRAM)
            .arg0("sluice")
            .arg("guard")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // A terminal's Ctrl-C must reach only the station.
            .process_group(0)
            .spawn()
            .map_err(GuardError::Start)?;
        let (Some(stdin), Some(stdout)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(GuardError::Ended("it has no pipes".to_owned()));
        };
        let mut guard = Self {
            process,
            stdin,
            stdout,
            is_ready: false,
        };
        let sent = guard
            .stdin
            .write_all(&length.to_le_bytes())
            .and_then(|()| guard.stdin.write_all(text));
        match sent {
            Ok(()) => Ok(guard),
            // If it has an exit status by now, that says more than the pipe's error.
            Err(error) => Err(guard.ended().unwrap_or(GuardError::Start(error))),
        }
    }

    /// Why the process has ended, if it has. Allocates only then.
    fn ended(&mut self) -> Option<GuardError> {
        match self.process.try_wait() {
            Ok(None) => None,
            Ok(Some(status)) => Some(GuardError::Ended(status.to_string())),
            Err(error) => Some(GuardError::Ended(error.to_string())),
        }
    }

    /// Reads the guard's report that it is ready, if that has arrived. Never waits.
    fn listen(&mut self) {
        let mut sources = [PollFd::new(self.stdout.as_fd(), PollFlags::POLLIN)];
        if poll(&mut sources, PollTimeout::ZERO) == Ok(1) {
            let mut word = [0];
            self.is_ready = self.stdout.read_exact(&mut word).is_ok() && word == [READY];
        }
    }
}

/// Keeps one guard running. If it is dropped without [`Keeper::dismiss`], the guard makes the lines
/// safe.
#[derive(Debug)]
pub struct Keeper {
    text: Vec<u8>,
    guard: Option<Guard>,
    /// When the last guard was started.
    started: Timestamp,
}

impl Keeper {
    /// Starts a guard for the station file `text`, and waits until it is ready.
    ///
    /// # Errors
    /// No guard could be started.
    pub fn start(text: &[u8]) -> Result<Self, GuardError> {
        let mut keeper = Self {
            text: text.to_vec(),
            guard: None,
            started: Timestamp::now(),
        };
        let guard = keeper.guard.insert(Guard::start(text)?);
        while !guard.is_ready {
            if let Some(error) = guard.ended() {
                return Err(error);
            }
            if Timestamp::now() > keeper.started + START_MAX {
                return Err(GuardError::Silent);
            }
            guard.listen();
            thread::sleep(POLL);
        }
        Ok(keeper)
    }

    /// True while a guard is ready. If it died, reports that on standard error and starts another.
    ///
    /// Call it periodically. It takes one system call and allocates nothing while the guard is
    /// ready.
    pub fn poll(&mut self) -> bool {
        if let Some(error) = self.guard.as_mut().and_then(Guard::ended) {
            sluice::complain!("sluice: {error}; no part passes until another guard is ready");
            self.guard = None;
        }
        match &mut self.guard {
            Some(guard) if guard.is_ready => return true,
            Some(guard) => {
                guard.listen();
                if guard.is_ready {
                    sluice::complain!("sluice: a guard is ready again");
                }
                return guard.is_ready;
            }
            None => {}
        }
        let now = Timestamp::now();
        if now > self.started + RESTART {
            self.started = now;
            match Guard::start(&self.text) {
                Ok(guard) => self.guard = Some(guard),
                Err(error) => sluice::complain!("sluice: {error}"),
            }
        }
        false
    }

    /// Ends the guard: the lines are safe and the station stops normally. Waits for its end.
    pub fn dismiss(mut self) {
        let Some(mut guard) = self.guard.take() else {
            return;
        };
        // This fails if the guard has ended already, which is what is intended.
        let _ = guard.stdin.write_all(&[DISMISSED]);
        let end = Timestamp::now() + END_MAX;
        while guard.ended().is_none() {
            if Timestamp::now() > end {
                sluice::complain!("sluice: the guard did not end; it was killed");
                let _ = guard.process.kill();
                let _ = guard.process.wait();
                return;
            }
            thread::sleep(POLL);
        }
    }
}
