//! Real-time priority for a thread, memory that is never swapped out, and the thread's page faults.
//!
//! Priority and locked memory need a privilege (`CAP_SYS_NICE` or `LimitRTPRIO`; `CAP_IPC_LOCK` or
//! `LimitMEMLOCK`).
//! Without it the station still works, but less punctually. The caller reports the error and
//! continues.
//!
//! ```
//! use board::realtime;
//!
//! if let Err(error) = realtime::raise_priority(40) {
//!     eprintln!("this thread keeps its ordinary priority: {error}");
//! }
//! ```

use core::sync::atomic::{AtomicBool, Ordering};
use nix::errno::Errno;
use nix::libc;
use nix::sys::mman::{MlockAllFlags, mlockall, munlockall};
use nix::sys::resource::{UsageWho, getrusage};
use thiserror::Error;

/// What the kernel did not grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RealtimeError {
    /// The priority is outside the kernel's range for `SCHED_FIFO`.
    #[error("priority {priority} is outside 1 to 99, use one of these")]
    Range {
        /// The requested priority.
        priority: u8,
    },
    /// The kernel refused the priority.
    #[error(
        "sched_setscheduler(SCHED_FIFO, {priority}): {}; \
         grant CAP_SYS_NICE or set LimitRTPRIO={priority} or more for the service",
        .errno.desc()
    )]
    Priority {
        /// The requested priority.
        priority: u8,
        /// The kernel's error.
        #[source]
        errno: Errno,
    },
    /// The kernel refused to lock the memory.
    #[error(
        "mlockall: {}; grant CAP_IPC_LOCK or set LimitMEMLOCK=infinity for the service",
        .errno.desc()
    )]
    Memory {
        /// The kernel's error.
        #[source]
        errno: Errno,
    },
}

/// Gives the calling thread the first-in-first-out real-time priority `priority`, 1 (lowest) to 99.
///
/// From then on it runs before every ordinary thread. Threads and processes that it starts do not
/// inherit the priority.
///
/// # Errors
/// The priority is out of range, or the process lacks the privilege. The thread keeps its priority.
pub fn raise_priority(priority: u8) -> Result<(), RealtimeError> {
    if !(1..=99).contains(&priority) {
        return Err(RealtimeError::Range { priority });
    }
    let policy = libc::SCHED_FIFO | libc::SCHED_RESET_ON_FORK;
    let parameters = libc::sched_param {
        sched_priority: libc::c_int::from(priority),
    };
    // SAFETY: the call reads `parameters`, which lives on this stack, and keeps no pointer to it.
    // Process number 0 means the calling thread, so no other thread changes.
    let result = unsafe { libc::sched_setscheduler(0, policy, &raw const parameters) };
    Errno::result(result)
        .map(drop)
        .map_err(|errno| RealtimeError::Priority { priority, errno })
}

/// Gives the calling thread less of a busy processor than ordinary threads: nice value `nice`, 0 to
/// 19, where 10 is about a tenth of an ordinary thread's share.
///
/// # Errors
/// The kernel refused, which it does not for a lower priority.
pub fn lower_priority(nice: u8) -> Result<(), Errno> {
    // SAFETY: the call takes no pointers. On Linux, process number 0 means the calling thread, so
    // no other thread changes.
    let result =
        unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, libc::c_int::from(nice.min(19))) };
    Errno::result(result).map(drop)
}

/// Stack of a thread that starts before [`lock_memory`], in bytes. It is in RAM as a whole then. Of
/// those of the station none was seen to use more than 20 KiB.
pub const EARLY_STACK_BYTES: usize = 256 * 1024;

/// Whether [`lock_memory`] has locked the memory of this process.
static IS_LOCKED: AtomicBool = AtomicBool::new(false);

/// Locks the memory of the process in RAM, so that no thread waits for a page from the disk.
///
/// What the process has now is read in at once, its program included. What it gets later is locked
/// page by page as it is touched. The first touch of a page that is of no file waits for no disk,
/// but for the kernel: it clears the page, or finds a free one first if memory is short. So a
/// real-time thread touches its memory in advance ([`touch_stack`]), and what comes from files is
/// read in under [`read_in_at_once`].
///
/// # Errors
/// The process lacks the privilege, or its limit is too low. Nothing is locked then.
pub fn lock_memory() -> Result<(), RealtimeError> {
    mlockall(MlockAllFlags::MCL_CURRENT | MlockAllFlags::MCL_FUTURE)
        .map_err(|errno| RealtimeError::Memory { errno })?;
    IS_LOCKED.store(true, Ordering::Release);
    lock_when_touched();
    Ok(())
}

/// Memory that the process gets from now on is locked as it is touched. What it has stays as it is,
/// since the flag for present memory is not among these.
fn lock_when_touched() {
    let on_fault = MlockAllFlags::from_bits_retain(libc::MCL_ONFAULT);
    // A kernel before Linux 4.4 does not know the flag. There memory stays locked as a whole.
    let _ = mlockall(MlockAllFlags::MCL_FUTURE | on_fault);
}

/// Calls `work`. If the memory is locked, all that the process gets meanwhile is in RAM at once,
/// touched or not: libraries that it opens, and memory of other threads as well.
///
/// Only for one thread at a time: the first that returns ends it for all.
pub fn read_in_at_once<T>(work: impl FnOnce() -> T) -> T {
    if !IS_LOCKED.load(Ordering::Acquire) {
        return work();
    }
    // If the kernel refuses, which it did not at the start, pages come as they are touched.
    let _ = mlockall(MlockAllFlags::MCL_FUTURE);
    let result = work();
    lock_when_touched();
    result
}

/// Releases what [`lock_memory`] locked. For a program that only tries whether it may lock.
///
/// # Errors
/// The kernel refuses, which is not expected.
pub fn unlock_memory() -> Result<(), RealtimeError> {
    IS_LOCKED.store(false, Ordering::Release);
    munlockall().map_err(|errno| RealtimeError::Memory { errno })
}

/// Tries on a thread of its own whether a thread of this process gets the priority. The calling
/// thread keeps its own.
///
/// # Errors
/// As [`raise_priority`]. A process that cannot create a thread gets `EAGAIN`.
pub fn try_priority(priority: u8) -> Result<(), RealtimeError> {
    let errno = Errno::EAGAIN;
    let failed = RealtimeError::Priority { priority, errno };
    let thread = std::thread::Builder::new().name("try-priority".to_owned());
    // The C library keeps the stack of an ended thread.
    let thread = thread.stack_size(EARLY_STACK_BYTES);
    let tried = thread.spawn(move || raise_priority(priority));
    tried.map_err(|_| failed)?.join().unwrap_or(Err(failed))
}

/// Stack that [`touch_stack`] touches: more than a real-time thread of the station uses, and less
/// than a thread has (2 MiB).
const STACK_BYTES: usize = 256 * 1024;

/// Writes to the calling thread's stack once, so that its pages are there before the thread must be
/// on time. Without locked memory they would come one by one, each with a page fault.
#[inline(never)]
pub fn touch_stack() {
    let mut stack = [0_u8; STACK_BYTES];
    // The array is never read: without this line, the compiler would remove it.
    core::hint::black_box(&mut stack);
}

/// Page faults of a thread since its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PageFaults {
    /// The page was in memory, but not in the process's page table. Costs microseconds.
    pub minor: u64,
    /// The page had to be read from the disk. Costs milliseconds.
    pub major: u64,
}

impl PageFaults {
    /// Those of the calling thread so far. Allocates nothing.
    pub fn of_this_thread() -> Self {
        // The call cannot fail: the kernel knows the argument, and the result has a valid address.
        getrusage(UsageWho::RUSAGE_THREAD).map_or_else(
            |_| Self::default(),
            |usage| Self {
                minor: u64::try_from(usage.minor_page_faults()).unwrap_or_default(),
                major: u64::try_from(usage.major_page_faults()).unwrap_or_default(),
            },
        )
    }

    /// Those since `earlier`.
    pub const fn since(self, earlier: Self) -> Self {
        Self {
            minor: self.minor.saturating_sub(earlier.minor),
            major: self.major.saturating_sub(earlier.major),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_touched_stack_gives_no_page_fault_and_an_untouched_one_does() {
        /// Uses half of the stack that is touched in advance.
        #[inline(never)]
        fn use_stack() {
            core::hint::black_box(&mut [1_u8; STACK_BYTES / 2]);
        }
        for touched in [false, true] {
            let faults = std::thread::spawn(move || {
                if touched {
                    touch_stack();
                }
                let before = PageFaults::of_this_thread();
                use_stack();
                PageFaults::of_this_thread().since(before).minor
            });
            assert_eq!(faults.join().unwrap() == 0, touched, "{touched}");
        }
    }

    #[test]
    fn trying_the_priority_leaves_that_of_the_calling_thread() {
        let before = policy();
        let tried = try_priority(1);
        assert_eq!(policy(), before);
        let raised = std::thread::spawn(|| raise_priority(1)).join().unwrap();
        assert_eq!(tried, raised);
    }

    /// The scheduling policy of the calling thread.
    fn policy() -> libc::c_int {
        // SAFETY: the call takes no pointer; process number 0 means the calling thread.
        unsafe { libc::sched_getscheduler(0) }
    }

    #[test]
    fn a_priority_out_of_range_is_refused_before_the_call() {
        for priority in [0, 100, u8::MAX] {
            assert_eq!(
                raise_priority(priority),
                Err(RealtimeError::Range { priority })
            );
        }
        // 99 is in range, whether or not this process is privileged.
        let highest = std::thread::spawn(|| raise_priority(99)).join().unwrap();
        assert!(!matches!(highest, Err(RealtimeError::Range { .. })));
    }

    #[test]
    fn a_raised_thread_is_first_in_first_out_and_a_refusal_gives_the_reason() {
        // In another thread, so that the test runner keeps its priority.
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
    fn a_refused_memory_lock_names_the_limit_to_raise() {
        let error = RealtimeError::Memory {
            errno: Errno::ENOMEM,
        };
        assert!(error.to_string().contains("LimitMEMLOCK=infinity"));
    }
}
