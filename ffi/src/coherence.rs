//! Whether the device reads what the CPU wrote, and the CPU what the device wrote.
//!
//! Where device memory is CPU memory, both sides may have caches. The documents of later releases
//! say that programs need not flush them. The document of 6.0.RC1 was not available. So the answer
//! is measured at the start: the CPU writes a pattern, the device copies it, and the CPU compares.
//! If the copy differs, `aclrtMemFlush` and `aclrtMemInvalidate` must help, and are called from
//! then on.

use std::ffi::c_void;
use std::mem;
use std::ptr::NonNull;
use std::rc::Rc;
use std::slice;
use std::thread;
use std::time::{Duration, Instant};

use crate::bindings::{
    ACL_ERROR_RT_INVALID_MEMORY_TYPE, ACL_ERROR_RT_STREAM_SYNC_TIMEOUT, ACL_MEMCPY_DEVICE_TO_DEVICE,
};
use crate::device::{Device, RunMode};
use crate::error::AclError;
use crate::library::call;
use crate::memory::{Block, MemoryKind};
use crate::stream::{Event, Stream};

/// Bytes per copy. They fit into a first-level cache, so that its lines are still there when the
/// device reads.
const LEN: usize = 16 * 1024;
/// Copies per answer. One copy is not enough: the cache may happen to write a line back.
const ROUNDS: u8 = 3;
/// The limit for one copy, which takes microseconds.
const LIMIT: Duration = Duration::from_secs(2);
/// The pause between two queries of the event.
const PAUSE: Duration = Duration::from_micros(50);

/// Whether the CPU's caches must be flushed for memory that one device shares with the CPU.
///
/// `Slot::make` takes it, and the slots flush and invalidate the caches where necessary.
///
/// # Examples
///
/// ```no_run
/// # use ascendcl::{AclError, Coherence, Device};
/// # fn example(device: &std::rc::Rc<Device>) -> Result<(), AclError> {
/// let coherence = Coherence::probe(device)?;
/// if coherence.needs_flush() {
///     println!("the caches are flushed for each execution");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Coherence {
    device: Rc<Device>,
    needs_flush: bool,
}

impl Coherence {
    /// Measures whether the caches are coherent with the device.
    ///
    /// With `RunMode::Device` the device copies 16 KiB three times. If a copy differs, it copies
    /// three times more, with flushes. With `RunMode::Host` no memory is shared and no call is
    /// made. Allocates 32 KiB of device memory for the time of the call.
    ///
    /// # Errors
    ///
    /// A call failed, a copy took longer than two seconds, or a copy differs even with flushes.
    pub fn probe(device: &Rc<Device>) -> Result<Self, AclError> {
        Ok(Self {
            device: Rc::clone(device),
            needs_flush: device.run_mode() == RunMode::Device && !is_coherent(device)?,
        })
    }

    /// Whether the caches are flushed and invalidated for each execution.
    #[must_use]
    pub fn needs_flush(&self) -> bool {
        self.needs_flush
    }

    /// The device that was probed.
    pub(crate) fn device(&self) -> &Rc<Device> {
        &self.device
    }

    /// Makes the CPU's writes to this device memory visible to the device.
    pub(crate) fn flush(&self, start: NonNull<u8>, len: usize) -> Result<(), AclError> {
        if self.needs_flush {
            flush(&self.device, start, len)?;
        }
        Ok(())
    }

    /// Makes the device's writes to this device memory visible to the CPU. The CPU must not have
    /// written there since the last flush.
    pub(crate) fn invalidate(&self, start: NonNull<u8>, len: usize) -> Result<(), AclError> {
        if self.needs_flush {
            invalidate(&self.device, start, len)?;
        }
        Ok(())
    }
}

/// Writes the CPU's cache lines of this memory back and drops them.
fn flush(device: &Device, start: NonNull<u8>, len: usize) -> Result<(), AclError> {
    let start = start.as_ptr().cast::<c_void>();
    // SAFETY: contract of `call!`; the caller's block has `len` bytes from `start`.
    unsafe { call!(device.library(), aclrtMemFlush(start, len)) }
}

/// Drops the CPU's cache lines of this memory.
fn invalidate(device: &Device, start: NonNull<u8>, len: usize) -> Result<(), AclError> {
    let start = start.as_ptr().cast::<c_void>();
    // SAFETY: contract of `call!`; the caller's block has `len` bytes from `start`.
    unsafe { call!(device.library(), aclrtMemInvalidate(start, len)) }
}

/// Whether every copy equals the pattern without flushes.
fn is_coherent(device: &Rc<Device>) -> Result<bool, AclError> {
    let mut probe = Probe {
        device: Rc::clone(device),
        stream: Stream::new(device)?,
        event: Event::new(device)?,
        block: Block::new(device, MemoryKind::Device, 2 * LEN)?,
    };
    for with_flushes in [false, true] {
        let mut all_equal = true;
        for round in 1..=ROUNDS {
            match probe.copy(round, with_flushes) {
                Ok(equal) => all_equal &= equal,
                Err(error) => {
                    // The device may still write there, so the memory is leaked.
                    mem::forget(probe);
                    return Err(error);
                }
            }
        }
        if all_equal {
            return Ok(!with_flushes);
        }
    }
    Err(AclError::new(
        "aclrtMemcpyAsync",
        ACL_ERROR_RT_INVALID_MEMORY_TYPE,
        "the device does not see what the CPU writes, or the CPU not what the device writes, even \
         with flushes",
    ))
}

/// Two halves of a block of device memory, and what a copy between them needs.
struct Probe {
    device: Rc<Device>,
    stream: Rc<Stream>,
    event: Event,
    block: Block,
}

impl Probe {
    /// Fills the first half with a pattern and the second with its complement. Lets the device copy
    /// the first to the second, and returns whether the CPU then reads the pattern there.
    fn copy(&mut self, round: u8, with_flushes: bool) -> Result<bool, AclError> {
        let from = self.block.start();
        // SAFETY: the block is `2 * LEN` bytes long.
        let to = unsafe { from.add(LEN) };
        let pattern = |index: usize| index.to_le_bytes()[0].wrapping_mul(31) ^ round;
        {
            // SAFETY: the block is zeroed and only `Probe` uses it. The halves do not overlap. The
            // previous round's copy has finished, because its `wait` succeeded.
            let (from, to) = unsafe {
                (
                    slice::from_raw_parts_mut(from.as_ptr(), LEN),
                    slice::from_raw_parts_mut(to.as_ptr(), LEN),
                )
            };
            for (index, (from, to)) in from.iter_mut().zip(to).enumerate() {
                (*from, *to) = (pattern(index), !pattern(index));
            }
        }
        if with_flushes {
            flush(&self.device, from, 2 * LEN)?;
        }
        // SAFETY: both halves have `LEN` bytes of device memory. If this or the wait fails,
        // `is_coherent` leaks the block.
        unsafe { self.stream.copy(to, from, LEN, ACL_MEMCPY_DEVICE_TO_DEVICE) }?;
        self.event.record(&self.stream)?;
        self.wait()?;
        if with_flushes {
            invalidate(&self.device, to, LEN)?;
        }
        // SAFETY: the half has `LEN` bytes, all written, and the copy has finished.
        let to = unsafe { slice::from_raw_parts(to.as_ptr(), LEN) };
        Ok((0..).zip(to).all(|(index, byte)| *byte == pattern(index)))
    }

    /// Waits until the device has reached the event.
    fn wait(&self) -> Result<(), AclError> {
        let end = Instant::now() + LIMIT;
        while !self.event.is_complete()? {
            if Instant::now() >= end {
                return Err(AclError::new(
                    "aclrtQueryEventStatus",
                    ACL_ERROR_RT_STREAM_SYNC_TIMEOUT,
                    "a copy of 16 KiB is not done after two seconds",
                ));
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }
}
