//! The station's side: starts the guard, notices when it is gone, and tells it when all is well.

use super::{ALL_IS_WELL, FILE_MAX, ON_GUARD};
use board::Timestamp;
use core::fmt;
use core::time::Duration;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;

/// This program, also when its file has been replaced since it was started.
const PROGRAM: &str = "/proc/self/exe";
/// Longest time from the guard's start to its word.
const START_MAX: Duration = Duration::from_secs(10);
/// Longest time from the last word to the guard's end.
const END_MAX: Duration = Duration::from_secs(1);
/// How soon a guard that is gone gets a successor, and then the successor's.
const AGAIN: Duration = Duration::from_secs(1);
/// How often is looked while there is nothing else to do.
const LOOK: Duration = Duration::from_millis(1);

/// A guard that cannot be had.
#[derive(Debug)]
pub enum GuardError {
    /// The station file is too long.
    Long,
    /// The process could not be started.
    Start(io::Error),
    /// It has ended; with its status or what became of it.
    Ended(String),
    /// It did not say in time that it guards.
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

/// A guard that runs.
#[derive(Debug)]
struct Guard {
    process: Child,
    /// Its end tells the guard that the station is gone.
    stdin: ChildStdin,
    stdout: ChildStdout,
    /// It has said that it guards.
    on_guard: bool,
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
            // A terminal's Ctrl-C is for the station.
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
            on_guard: false,
        };
        let sent = guard
            .stdin
            .write_all(&length.to_le_bytes())
            .and_then(|()| guard.stdin.write_all(text));
        match sent {
            Ok(()) => Ok(guard),
            // Its status says more than the pipe's error, once there is one.
            Err(error) => Err(guard.ended().unwrap_or(GuardError::Start(error))),
        }
    }

    /// Why it does not guard any more, if that is so. Allocates only then.
    fn ended(&mut self) -> Option<GuardError> {
        match self.process.try_wait() {
            Ok(None) => None,
            Ok(Some(status)) => Some(GuardError::Ended(status.to_string())),
            Err(error) => Some(GuardError::Ended(error.to_string())),
        }
    }

    /// Hears whether it says that it guards. Never waits.
    fn listen(&mut self) {
        let mut sources = [PollFd::new(self.stdout.as_fd(), PollFlags::POLLIN)];
        if poll(&mut sources, PollTimeout::ZERO) == Ok(1) {
            let mut word = [0];
            self.on_guard = self.stdout.read_exact(&mut word).is_ok() && word == [ON_GUARD];
        }
    }
}

/// Keeps a guard, and a successor when it is gone. Dropped without [`Keeper::dismiss`], the guard makes the lines safe.
#[derive(Debug)]
pub struct Keeper {
    text: Vec<u8>,
    guard: Option<Guard>,
    /// When the last one was started.
    started: Timestamp,
}

impl Keeper {
    /// Starts a guard for the station file `text`, and waits until it guards.
    ///
    /// # Errors
    /// There is none.
    pub fn start(text: &[u8]) -> Result<Self, GuardError> {
        let mut keeper = Self {
            text: text.to_vec(),
            guard: None,
            started: Timestamp::now(),
        };
        let guard = keeper.guard.insert(Guard::start(text)?);
        while !guard.on_guard {
            if let Some(error) = guard.ended() {
                return Err(error);
            }
            if Timestamp::now() > keeper.started + START_MAX {
                return Err(GuardError::Silent);
            }
            guard.listen();
            thread::sleep(LOOK);
        }
        Ok(keeper)
    }

    /// Whether there is a guard on guard. Says on standard error when one is gone, and starts another.
    ///
    /// To be called now and then. Takes one system call and allocates nothing while the guard guards.
    pub fn look(&mut self) -> bool {
        if let Some(error) = self.guard.as_mut().and_then(Guard::ended) {
            sluice::complain!("sluice: {error}; no part passes until there is another");
            self.guard = None;
        }
        match &mut self.guard {
            Some(guard) if guard.on_guard => return true,
            Some(guard) => {
                guard.listen();
                if guard.on_guard {
                    sluice::complain!("sluice: there is a guard again");
                }
                return guard.on_guard;
            }
            None => {}
        }
        let now = Timestamp::now();
        if now > self.started + AGAIN {
            self.started = now;
            match Guard::start(&self.text) {
                Ok(guard) => self.guard = Some(guard),
                Err(error) => sluice::complain!("sluice: {error}"),
            }
        }
        false
    }

    /// Tells the guard that the lines are safe and the station ends in order, and waits for its end.
    pub fn dismiss(mut self) {
        let Some(mut guard) = self.guard.take() else {
            return;
        };
        // One that is gone hears nothing, and its end is what is wanted.
        let _ = guard.stdin.write_all(&[ALL_IS_WELL]);
        let end = Timestamp::now() + END_MAX;
        while guard.ended().is_none() {
            if Timestamp::now() > end {
                sluice::complain!("sluice: the guard did not end; it was killed");
                let _ = guard.process.kill();
                let _ = guard.process.wait();
                return;
            }
            thread::sleep(LOOK);
        }
    }
}
