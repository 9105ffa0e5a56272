//! What the gate needs from the system to be on time: a real-time priority and locked memory.
//!
//! Without them the station works, and a busy machine may move parts late. So what is missing is
//! said aloud: on standard error, in the journal's `start` records and by `sluice check`.

use board::realtime::{self, RealtimeError};
use core::fmt;
use nix::errno::Errno;

/// Real-time priority of the gate's thread, from 1 to 99: above all programs, below the kernel's
/// own threads (50).
pub const GATE_PRIORITY: u8 = 40;

/// What the system granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Granted {
    priority: Result<(), RealtimeError>,
    memory: Result<(), RealtimeError>,
}

impl Granted {
    /// Locks the memory of the process, and tries whether its threads get the priority.
    pub fn obtain() -> Self {
        Self {
            priority: realtime::try_priority(GATE_PRIORITY),
            memory: realtime::lock_memory(),
        }
    }

    /// Tries both, and keeps neither.
    pub fn probe() -> Self {
        let granted = Self::obtain();
        if granted.memory.is_ok() {
            // The kernel never refuses to unlock; memory that stays locked changes no result.
            let _ = realtime::unlock_memory();
        }
        granted
    }

    /// Whether both were granted.
    pub fn is_complete(&self) -> bool {
        self.errors().next().is_none()
    }

    /// What is missing and how to grant it.
    pub fn errors(&self) -> impl Iterator<Item = RealtimeError> {
        [self.priority, self.memory]
            .into_iter()
            .filter_map(Result::err)
    }
}

/// `SCHED_FIFO 40, memory locked`, or what is missing with the name of the error.
impl fmt::Display for Granted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.priority {
            Ok(()) => write!(f, "SCHED_FIFO {GATE_PRIORITY}")?,
            Err(error) => write!(f, "NO SCHED_FIFO {GATE_PRIORITY} ({:?})", errno(&error))?,
        }
        match self.memory {
            Ok(()) => f.write_str(", memory locked"),
            Err(error) => write!(f, ", memory NOT LOCKED ({:?})", errno(&error)),
        }
    }
}

/// The kernel's error, which `Debug` shows by its short name.
const fn errno(error: &RealtimeError) -> Errno {
    match error {
        RealtimeError::Range { .. } => Errno::EINVAL,
        RealtimeError::Priority { errno, .. } | RealtimeError::Memory { errno } => *errno,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_and_how_to_grant_it() {
        let priority = Err(RealtimeError::Priority {
            priority: GATE_PRIORITY,
            errno: Errno::EPERM,
        });
        let memory = Err(RealtimeError::Memory {
            errno: Errno::ENOMEM,
        });
        for (priority, memory, text, advice) in [
            (Ok(()), Ok(()), "SCHED_FIFO 40, memory locked", &[][..]),
            (
                priority,
                memory,
                "NO SCHED_FIFO 40 (EPERM), memory NOT LOCKED (ENOMEM)",
                &["LimitRTPRIO=40", "LimitMEMLOCK=infinity"],
            ),
        ] {
            let granted = Granted { priority, memory };
            assert_eq!(granted.to_string(), text);
            assert_eq!(granted.is_complete(), advice.is_empty());
            let errors: Vec<_> = granted.errors().map(|error| error.to_string()).collect();
            assert_eq!(errors.len(), advice.len());
            for (error, advice) in errors.iter().zip(advice) {
                assert!(error.contains(advice), "{error}");
            }
        }
    }
}
