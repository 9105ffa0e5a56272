//! Whether what the CPU writes is what the device reads, and the other way round.
//!
//! Where device memory is CPU memory, both may have caches. The descriptions of later releases say that nobody has to care;
//! the one of 6.0.RC1 was not at hand. So it is tried at the start: the CPU writes a pattern, the device copies it, the CPU
//! looks. When it sees something else, `aclrtMemFlush` and `aclrtMemInvalidate` must help, and are called from then on.

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

/// Bytes that are copied: a part of a first-level cache, so that lines of it are still there when the device looks.
const LEN: usize = 16 * 1024;
/// How often it is tried: a line that happened to be written back once is not there every time.
const ROUNDS: u8 = 3;
/// Longest time of one copy. It takes microseconds.
const LIMIT: Duration = Duration::from_secs(2);

/// How one device and the CPU's caches work together on memory that both use.
///
/// [`Slot::make`](crate::Slot::make) takes it, and the slots flush and invalidate the caches where they must.
#[derive(Clone, Debug)]
pub struct Coherence {
    device: Rc<Device>,
    needs_flush: bool,
}

impl Coherence {
    /// Finds out whether the caches are coherent with the device. With `RunMode::Device` the device copies 16 KiB three
    /// times, and three times more with flushes if a copy differed. With `RunMode::Host` no memory is shared, and no call
    /// is made.
    ///
    /// # Errors
    ///
    /// A call failed, a copy took longer than two seconds, or the copies differ even with flushes.
    pub fn probe(device: &Rc<Device>) -> Result<Self, AclError> {
        let needs_flush = device.run_mode() == RunMode::Device && !is_coherent(device)?;
        Ok(Self {
            device: Rc::clone(device),
            needs_flush,
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

    /// Makes the device see what the CPU wrote into this device memory.
    pub(crate) fn flush(&self, start: NonNull<u8>, len: usize) -> Result<(), AclError> {
        if self.needs_flush {
            flush(&self.device, start, len)?;
        }
        Ok(())
    }

    /// Makes the CPU see what the device wrote into this device memory. The CPU must not have written there since the last
    /// flush.
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
    // SAFETY: contract of `call!`; the caller's block holds `len` bytes from `start`.
    unsafe { call!(device.library(), aclrtMemFlush(start, len)) }
}

/// Drops the CPU's cache lines of this memory.
fn invalidate(device: &Device, start: NonNull<u8>, len: usize) -> Result<(), AclError> {
    let start = start.as_ptr().cast::<c_void>();
    // SAFETY: contract of `call!`; the caller's block holds `len` bytes from `start`.
    unsafe { call!(device.library(), aclrtMemInvalidate(start, len)) }
}

/// Whether a copy by the device equals what the CPU wrote, in every round, without flushes.
fn is_coherent(device: &Rc<Device>) -> Result<bool, AclError> {
    let mut probe = Probe {
        device: Rc::clone(device),
        stream: Stream::new(device)?,
        event: Event::new(device)?,
        block: Block::new(device, MemoryKind::Device, 2 * LEN)?,
    };
    for with_flushes in [false, true] {
        let mut seen = true;
        for round in 1..=ROUNDS {
            match probe.copy(round, with_flushes) {
                Ok(same) => seen &= same,
                Err(error) => {
                    // The device may still write there.
                    mem::forget(probe);
                    return Err(error);
                }
            }
        }
        if seen {
            return Ok(!with_flushes);
        }
    }
    Err(AclError::new(
        "aclrtMemcpyAsync",
        ACL_ERROR_RT_INVALID_MEMORY_TYPE,
        "the device does not see what the CPU writes, or the CPU not what the device writes, even with flushes",
    ))
}

/// Two places in device memory, and what it takes to have one copied to the other.
struct Probe {
    device: Rc<Device>,
    stream: Rc<Stream>,
    event: Event,
    block: Block,
}

impl Probe {
    /// Whether a pattern that the CPU wrote arrives in the other place, where something else was before.
    fn copy(&mut self, round: u8, with_flushes: bool) -> Result<bool, AclError> {
        let from = self.block.start();
        // SAFETY: the block is `2 * LEN` bytes long.
        let to = unsafe { from.add(LEN) };
        let pattern = |index: usize| index.to_le_bytes()[0].wrapping_mul(31) ^ round;
        {
            // SAFETY: the block is zeroed and only `Probe` uses it. The two halves do not overlap. The copy of the last round
            // has finished, because `wait` succeeded.
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
        // SAFETY: both halves have `LEN` bytes, and the block is freed only after `wait` succeeded: `is_coherent` leaks
        // `Probe` if it fails.
        unsafe { self.stream.copy(to, from, LEN, ACL_MEMCPY_DEVICE_TO_DEVICE) }?;
        self.event.record(&self.stream)?;
        self.wait()?;
        if with_flushes {
            invalidate(&self.device, to, LEN)?;
        }
        // SAFETY: the half has `LEN` bytes, all written before, and the copy has finished.
        let to = unsafe { slice::from_raw_parts(to.as_ptr(), LEN) };
        Ok((0..).zip(to).all(|(index, byte)| *byte == pattern(index)))
    }

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
            thread::sleep(Duration::from_micros(50));
        }
        Ok(())
    }
}
