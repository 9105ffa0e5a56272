//! What keeps a thread on time: a real-time priority, and memory that is never paged out.
//!
//! Both want a privilege (`CAP_SYS_NICE` or `LimitRTPRIO`; `CAP_IPC_LOCK` or `LimitMEMLOCK`). Without it the station
//! works all the same, only less punctually, so the caller reports the error and goes on.

use core::fmt;
use nix::errno::Errno;
use nix::libc;
use nix::sys::mman::{MlockAllFlags, mlockall};

/// What the kernel did not grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RealtimeError {
    /// The priority is outside the kernel's range for `SCHED_FIFO`.
    Range {
        /// The priority that was asked for.
        priority: u8,
    },
    /// The kernel refused the priority.
    Priority {
        /// The priority that was asked for.
        priority: u8,
        /// What the kernel said.
        errno: Errno,
    },
    /// The kernel refused to lock the memory.
    Memory {
        /// What the kernel said.
        errno: Errno,
    },
}

impl fmt::Display for RealtimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range { priority } => {
                write!(
                    f,
                    "priority {priority} is outside 1 to 99, use one of these"
                )
            }
            Self::Priority { priority, errno } => write!(
                f,
                "sched_setscheduler(SCHED_FIFO, {priority}): {}; \
                 grant CAP_SYS_NICE or set LimitRTPRIO={priority} or more for the service",
                errno.desc()
            ),
            Self::Memory { errno } => write!(
                f,
                "mlockall: {}; grant CAP_IPC_LOCK or set LimitMEMLOCK=infinity for the service",
                errno.desc()
            ),
        }
    }
}

impl core::error::Error for RealtimeError {}

/// Gives the calling thread the first-in-first-out real-time priority `priority`, 1 (lowest) to 99.
///
/// From then on it runs as soon as it is ready, before every ordinary thread. The priority ends with the thread;
/// threads and processes that it starts do not inherit it.
///
/// # Errors
/// When the priority is out of range or the process lacks the privilege; the thread keeps the priority it had.
pub fn raise_priority(priority: u8) -> Result<(), RealtimeError> {
    if !(1..=99).contains(&priority) {
        return Err(RealtimeError::Range { priority });
    }
    let policy = libc::SCHED_FIFO | libc::SCHED_RESET_ON_FORK;
    let parameters = libc::sched_param {
        sched_priority: libc::c_int::from(priority),
    };
    // SAFETY: the call reads `parameters`, which lives on this stack, and keeps no pointer to it. Process number 0 is
    // the calling thread, so no other thread is touched.
    let result = unsafe { libc::sched_setscheduler(0, policy, &raw const parameters) };
    Errno::result(result)
        .map(drop)
        .map_err(|errno| RealtimeError::Priority { priority, errno })
}

/// Keeps all memory of the process, present and future, in RAM, so that no thread waits for a page from the disk.
///
/// # Errors
/// When the process lacks the privilege or its limit is too small; nothing is locked then.
pub fn lock_memory() -> Result<(), RealtimeError> {
    mlockall(MlockAllFlags::MCL_CURRENT | MlockAllFlags::MCL_FUTURE)
        .map_err(|errno| RealtimeError::Memory { errno })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The policy of the calling thread.
    fn policy() -> libc::c_int {
        // SAFETY: the call takes no pointer; process number 0 is the calling thread.
        unsafe { libc::sched_getscheduler(0) }
    }

    #[test]
    fn a_priority_that_the_kernel_does_not_have_is_refused_before_the_call() {
        for priority in [0, 100, u8::MAX] {
            assert_eq!(
                raise_priority(priority),
                Err(RealtimeError::Range { priority })
            );
        }
        // The highest is one, whether or not this process may have it.
        let highest = std::thread::spawn(|| raise_priority(99)).join().unwrap();
        assert!(!matches!(highest, Err(RealtimeError::Range { .. })));
    }

    #[test]
    fn a_raised_thread_is_first_in_first_out_and_a_refused_one_is_told_why() {
        // A thread of its own, so that the test runner keeps its priority.
        std::thread::spawn(|| match raise_priority(1) {
            Ok(()) => assert_eq!(policy(), libc::SCHED_FIFO | libc::SCHED_RESET_ON_FORK),
            Err(error) => {
                assert_eq!(policy(), libc::SCHED_OTHER);
                assert!(error.to_string().contains("LimitRTPRIO=1"), "{error}");
            }
        })
        .join()
        .unwrap();
    }

    #[test]
    fn refused_memory_says_which_limit_to_raise() {
        let error = RealtimeError::Memory {
            errno: Errno::ENOMEM,
        };
        assert!(error.to_string().contains("LimitMEMLOCK=infinity"));
    }
}
