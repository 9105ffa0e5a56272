//! One execution: started, then finished or not.

use std::rc::Rc;
use std::slice;
use std::time::Instant;

use crate::busy::{Busy, Pair};
use crate::slot::Slot;
use crate::slot_memory::InputBuffer;
use crate::stream::Stream;
use crate::wait_error::WaitError;

impl Slot {
    /// Starts the model on `input`, which must be the buffer made with this slot. Does not wait and
    /// does not allocate.
    ///
    /// It queues the execution and the slot's event. With `RunMode::Host` it also queues the copies
    /// of the input and of the outputs to fetch.
    ///
    /// Before that, it sets some bytes in every 4 KiB of each output to fetch to 0xFF. Read as a
    /// number, such bytes are NaN, -1 or 255. If the device reports success without writing an
    /// output, the output then does not show the result for the previous picture. With
    /// `RunMode::Host` the spoiled outputs are copied to the device.
    ///
    /// # Errors
    ///
    /// A call failed, or the buffer belongs to another slot. A failure of the work itself appears
    /// at the wait.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use ascendcl::{InputBuffer, Slot, Stream, Unfinished};
    /// # use std::time::{Duration, Instant};
    /// # fn example(
    /// #     mut input: InputBuffer, slot: Slot, stream: &std::rc::Rc<Stream>
    /// # ) -> Result<(), Unfinished> {
    /// input.fill(128);
    /// let running = slot.execute(input, stream)?;
    /// let finished = running.wait(Instant::now() + Duration::from_millis(500))?;
    /// println!("{:?}", finished.output(0));
    /// let (input, slot) = finished.into_parts();
    /// # Ok(())
    /// # }
    /// ```
    pub fn execute(self, input: InputBuffer, stream: &Rc<Stream>) -> Result<InFlight, Unfinished> {
        let owned = self.owns(&input);
        let mut busy = Busy::new(Pair { input, slot: self }, Rc::clone(stream));
        let result = if owned {
            busy.enqueue().map_err(WaitError::Acl)
        } else {
            Err(WaitError::WrongInput)
        };
        match result {
            Ok(()) => Ok(InFlight(busy)),
            Err(cause) => Err(Unfinished { cause, busy }),
        }
    }
}

/// An execution that was started.
///
/// While the device may use a buffer, no safe code can reach it: the slot and its input are in this
/// value or in [`Unfinished`], and neither shows bytes.
///
/// Dropping either without a successful wait leaks the slot. Its memory is never freed or used
/// again, because the device may still write there. The device is not reset and AscendCL not
/// finalised until the process ends.
///
/// `tests/rules.rs` shows what the compiler refuses: reading the input or an output during an
/// execution, and using the slot while an output is being read.
#[derive(Debug)]
#[must_use = "an execution that is dropped leaks its slot"]
pub struct InFlight(Busy);

impl InFlight {
    /// Waits for the end of the execution, then makes the outputs readable.
    ///
    /// It calls `aclrtSynchronizeStreamWithTimeout` if the library has it and no later execution is
    /// in the stream. That call may take up to a millisecond longer than the deadline. Otherwise
    /// it queries the event, at least every 500 us.
    ///
    /// # Errors
    ///
    /// The deadline passed, or the work on the device failed.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use ascendcl::{InFlight, WaitError};
    /// # use std::time::{Duration, Instant};
    /// # fn example(running: InFlight) {
    /// match running.wait(Instant::now() + Duration::from_millis(500)) {
    ///     Ok(finished) => println!("{:?}", finished.output(0)),
    ///     Err(late) if *late.cause() == WaitError::Timeout => {
    ///         // The slot can be used again once the device has finished.
    ///         let slot = late.recover(Instant::now() + Duration::from_secs(10));
    ///     }
    ///     Err(failed) => println!("{failed}"),
    /// }
    /// # }
    /// ```
    pub fn wait(mut self, deadline: Instant) -> Result<Finished, Unfinished> {
        let ended = self.0.wait(deadline);
        match ended.and_then(|()| Ok(self.0.fetch()?)) {
            Ok(()) => Ok(Finished(self.0.into_pair())),
            Err(cause) => Err(Unfinished {
                cause,
                busy: self.0,
            }),
        }
    }
}

/// An execution that finished without a failure.
///
/// # Examples
///
/// ```no_run
/// # use ascendcl::{Finished, InputBuffer, Slot};
/// # fn example(mut finished: Finished) -> (InputBuffer, Slot) {
/// finished.copy_outputs(); // once, if the CPU reads device memory slowly
/// let defects = finished.output(0).unwrap_or_default();
/// println!("{} of {} bytes", defects.iter().filter(|byte| **byte != 0).count(), defects.len());
/// finished.into_parts()
/// # }
/// ```
#[derive(Debug)]
pub struct Finished(Pair);

impl Finished {
    /// The bytes of an output, read in place, or from a copy after
    /// [`copy_outputs`](Self::copy_outputs). `None` if the output does not exist or is not fetched.
    #[must_use]
    pub fn output(&self, index: usize) -> Option<&[u8]> {
        let slot = &self.0.slot.0;
        let output = slot.outputs.get(index)?.as_ref()?;
        if let Some(copy) = slot.copies.get(index) {
            return Some(copy);
        }
        // SAFETY: the slot owns `len` bytes there, zeroed when it was made. The device has
        // finished, and a new execution would have to take the slot, which `self` owns.
        Some(unsafe { slice::from_raw_parts(output.on_cpu.as_ptr(), output.len) })
    }

    /// Makes this slot copy its outputs to ordinary memory, now and at the end of each later
    /// execution. [`output`](Self::output) then reads the copies. Use it if the CPU reads device
    /// memory slowly: each byte is read once, from front to back. Allocates the copies.
    pub fn copy_outputs(&mut self) {
        let slot = &mut self.0.slot.0;
        let copies = slot.outputs.iter().map(|output| match output {
            Some(output) => vec![0; output.len].into(),
            None => Box::default(),
        });
        slot.copies = copies.collect();
        slot.copy_outputs();
    }

    /// The bytes of the input.
    #[must_use]
    pub fn input(&self) -> &[u8] {
        &self.0.input
    }

    /// The input buffer and the slot, for the next execution.
    #[must_use]
    pub fn into_parts(self) -> (InputBuffer, Slot) {
        (self.0.input, self.0.slot)
    }
}

/// An execution that failed or is late. It shows no outputs.
///
/// Dropping it leaks the slot, see [`InFlight`]. [`recover`](Self::recover) gives the slot back.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
#[must_use = "a failed execution that is dropped leaks its slot"]
pub struct Unfinished {
    #[source]
    cause: WaitError,
    busy: Busy,
}

impl Unfinished {
    /// What went wrong.
    #[must_use]
    pub fn cause(&self) -> &WaitError {
        &self.cause
    }

    /// Waits until the device no longer uses the slot, then gives it back without its outputs.
    ///
    /// # Errors
    ///
    /// The device has still not finished at the deadline, or a call failed.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use ascendcl::{InputBuffer, Slot, Unfinished};
    /// # use std::time::{Duration, Instant};
    /// # fn example(late: Unfinished) -> Result<(InputBuffer, Slot), Unfinished> {
    /// println!("{}", late.cause());
    /// late.recover(Instant::now() + Duration::from_secs(10))
    /// # }
    /// ```
    pub fn recover(mut self, deadline: Instant) -> Result<(InputBuffer, Slot), Self> {
        match self.busy.wait(deadline) {
            Ok(()) => {
                let pair = self.busy.into_pair();
                Ok((pair.input, pair.slot))
            }
            Err(cause) => Err(Self {
                cause,
                busy: self.busy,
            }),
        }
    }
}
