//! A slot that the device may be using: how it gets the work, and how its end is found out.

use std::iter;
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use crate::bindings::{ACL_MEMCPY_DEVICE_TO_HOST, ACL_MEMCPY_HOST_TO_DEVICE};
use crate::device::RunMode;
use crate::error::AclError;
use crate::library::call;
use crate::slot::{InputBuffer, Slot};
use crate::stream::Stream;
use crate::wait_error::WaitError;

/// A wait asks again and again without sleeping for this long ...
const SPIN: Duration = Duration::from_micros(50);
/// ... then sleeps this long between two questions, twice as long each time ...
const SLEEP_MIN: Duration = Duration::from_micros(20);
/// ... up to this long, which is how much later than the device a wait may end.
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
    /// Number of the execution in the stream.
    number: u64,
    /// Whether anything may have been put into the stream.
    started: bool,
    /// Whether the event stands behind all of it.
    recorded: bool,
}

impl Drop for Busy {
    /// Loses what the device may be using.
    fn drop(&mut self) {
        if !self.started {
            // SAFETY: `drop` runs once, and nothing uses the fields after it. `into_pair` sets `started`.
            unsafe {
                ManuallyDrop::drop(&mut self.pair);
                ManuallyDrop::drop(&mut self.stream);
            }
        }
    }
}

impl Busy {
    /// A slot for which nothing is in the stream yet.
    pub(crate) fn new(pair: Pair, stream: Rc<Stream>) -> Self {
        Self {
            pair: ManuallyDrop::new(pair),
            stream: ManuallyDrop::new(stream),
            number: 0,
            started: false,
            recorded: false,
        }
    }

    /// Puts all work of the execution into the stream.
    pub(crate) fn enqueue(&mut self) -> Result<(), AclError> {
        self.number = self.stream.count_execution();
        self.pair.slot.0.spoil_outputs()?;
        self.started = true;
        let slot = &self.pair.slot.0;
        let device = slot.model.device();
        let copies = device.run_mode() == RunMode::Host;
        slot.memory
            .coherence
            .flush(slot.input.on_device, slot.input.len)?;
        if copies {
            // The outputs as well: their spoiled bytes replace what the device holds of the picture before.
            for buffer in iter::once(&slot.input).chain(slot.fetched()) {
                // SAFETY: the slot owns both buffers of that length. `Busy` keeps slot and stream until the wait is over,
                // and no code reaches their bytes before.
                unsafe {
                    self.stream.copy(
                        buffer.on_device,
                        buffer.on_cpu,
                        buffer.len,
                        ACL_MEMCPY_HOST_TO_DEVICE,
                    )
                }?;
            }
        }
        // SAFETY: contract of `call!`; the slot owns the datasets and their buffers and holds the model. `Busy` keeps it
        // until the wait is over.
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
                // SAFETY: the slot owns both buffers of that length, as for the copies to the device.
                unsafe {
                    self.stream.copy(
                        output.on_cpu,
                        output.on_device,
                        output.len,
                        ACL_MEMCPY_DEVICE_TO_HOST,
                    )
                }?;
            }
        }
        slot.event.record(&self.stream)?;
        self.recorded = true;
        Ok(())
    }

    /// Waits until the device is done with the slot, asking at least once.
    pub(crate) fn wait(&mut self, deadline: Instant) -> Result<(), WaitError> {
        if !self.started {
            return Ok(());
        }
        if !self.recorded {
            self.pair.slot.0.event.record(&self.stream)?;
            self.recorded = true;
        }
        // The library's own wait is for the whole stream: later executions must not delay this one.
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
                    // It may say so each time it is asked: the next wait puts it behind everything once more.
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

    /// Makes the outputs readable, once the device is done.
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

    /// The slot and its input, once the device is done.
    pub(crate) fn into_pair(mut self) -> Pair {
        // From here on `drop` leaves both alone.
        self.started = true;
        // SAFETY: `self` is consumed, and with `started` set its `drop` touches neither field.
        unsafe {
            ManuallyDrop::drop(&mut self.stream);
            ManuallyDrop::take(&mut self.pair)
        }
    }
}
