//! A slot that the device may be using: how work is queued, and how its end is detected.

use std::iter;
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use crate::bindings::{ACL_MEMCPY_DEVICE_TO_HOST, ACL_MEMCPY_HOST_TO_DEVICE};
use crate::device::RunMode;
use crate::error::AclError;
use crate::library::call;
use crate::slot::Slot;
use crate::slot_memory::InputBuffer;
use crate::stream::Stream;
use crate::wait_error::WaitError;

/// How long a wait queries the event without sleeping.
const SPIN: Duration = Duration::from_micros(50);
/// The first sleep between two queries. Each sleep is twice as long as the one before.
const SLEEP_MIN: Duration = Duration::from_micros(20);
/// The longest sleep: a wait may end this much later than the device.
const SLEEP_MAX: Duration = Duration::from_micros(500);

/// A slot and its input. The input is dropped first: see [`InputBuffer`].
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) input: InputBuffer,
    pub(crate) slot: Slot,
}

/// A slot that the device may be using.
#[derive(Debug)]
pub(crate) struct Busy {
    pair: ManuallyDrop<Pair>,
    stream: ManuallyDrop<Rc<Stream>>,
    /// The number of the execution in its stream.
    number: u64,
    /// Whether work of the execution may be in the stream.
    started: bool,
    /// Whether the event is in the stream behind that work.
    recorded: bool,
}

impl Drop for Busy {
    /// Leaks the slot if the device may be using it.
    fn drop(&mut self) {
        if !self.started {
            // SAFETY: `drop` runs once, nothing uses the fields after it, and `into_pair` sets
            // `started` before it takes them.
            unsafe {
                ManuallyDrop::drop(&mut self.pair);
                ManuallyDrop::drop(&mut self.stream);
            }
        }
    }
}

impl Busy {
    /// A slot with no work in the stream yet.
    pub(crate) fn new(pair: Pair, stream: Rc<Stream>) -> Self {
        Self {
            pair: ManuallyDrop::new(pair),
            stream: ManuallyDrop::new(stream),
            number: 0,
            started: false,
            recorded: false,
        }
    }

    /// Queues all work of the execution.
    pub(crate) fn enqueue(&mut self) -> Result<(), AclError> {
        self.number = self.stream.count_execution();
        self.pair.slot.0.spoil_outputs()?;
        self.started = true;
        let slot = &self.pair.slot.0;
        let device = slot.model.device();
        let copies = device.run_mode() == RunMode::Host;
        let input = &slot.input;
        slot.memory.coherence.flush(input.on_device, input.len)?;
        if copies {
            // The outputs too: the spoiled bytes replace the device's results for the picture
            // before.
            for buffer in iter::once(input).chain(slot.fetched()) {
                let (to, from) = (buffer.on_device, buffer.on_cpu);
                // SAFETY: the slot owns `len` bytes at both addresses. `Busy` keeps slot and stream
                // until the wait is over, and no code reaches the bytes before.
                unsafe {
                    self.stream
                        .copy(to, from, buffer.len, ACL_MEMCPY_HOST_TO_DEVICE)
                }?;
            }
        }
        // SAFETY: contract of `call!`; the slot owns the datasets and their buffers and holds the
        // model. `Busy` keeps the slot until the wait is over.
        unsafe {
            call!(
                device.library(),
                aclmdlExecuteAsync(
                    slot.model.id(),
                    slot.input_set.raw(),
                    slot.output_set.raw(),
                    self.stream.raw(),
                )
            )
        }?;
        if copies {
            for output in slot.fetched() {
                let (to, from) = (output.on_cpu, output.on_device);
                // SAFETY: what holds for the copies to the device holds in this direction too.
                unsafe {
                    self.stream
                        .copy(to, from, output.len, ACL_MEMCPY_DEVICE_TO_HOST)
                }?;
            }
        }
        slot.event.record(&self.stream)?;
        self.recorded = true;
        Ok(())
    }

    /// Waits until the device has finished with the slot. Queries at least once.
    pub(crate) fn wait(&mut self, deadline: Instant) -> Result<(), WaitError> {
        if !self.started {
            return Ok(());
        }
        if !self.recorded {
            self.pair.slot.0.event.record(&self.stream)?;
            self.recorded = true;
        }
        // The library's own wait is for the whole stream. A later execution must not delay this
        // one.
        if self.stream.is_last(self.number) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.stream.synchronize(left) {
                Some(Ok(true)) => return Ok(()),
                Some(Ok(false)) => return Err(WaitError::Timeout),
                Some(Err(error)) => return Err(WaitError::Acl(error)),
                None => {}
            }
        }
        let start = Instant::now();
        let mut pause = SLEEP_MIN;
        loop {
            match self.pair.slot.0.event.is_complete() {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(error) => {
                    // The library may report it at each query. So the next wait records the event
                    // again, behind the failed work.
                    self.recorded = false;
                    return Err(error.into());
                }
            }
            let now = Instant::now();
            let left = deadline.saturating_duration_since(now);
            if left.is_zero() {
                return Err(WaitError::Timeout);
            }
            if now.duration_since(start) < SPIN {
                std::hint::spin_loop();
            } else {
                thread::sleep(pause.min(left));
                pause = (pause * 2).min(SLEEP_MAX);
            }
        }
    }

    /// Makes the outputs readable. The device must have finished.
    pub(crate) fn fetch(&mut self) -> Result<(), AclError> {
        let slot = &mut self.pair.slot.0;
        for output in slot.fetched() {
            slot.memory
                .coherence
                .invalidate(output.on_device, output.len)?;
        }
        slot.copy_outputs();
        Ok(())
    }

    /// The slot and its input. The device must have finished.
    pub(crate) fn into_pair(mut self) -> Pair {
        // From here on `drop` touches neither.
        self.started = true;
        // SAFETY: `self` is consumed, and with `started` set its `drop` touches neither field.
        unsafe {
            ManuallyDrop::drop(&mut self.stream);
            ManuallyDrop::take(&mut self.pair)
        }
    }
}
