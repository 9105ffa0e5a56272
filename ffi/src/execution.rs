//! One execution: started, waited for, and finished or not.

use std::rc::Rc;
use std::slice;
use std::time::Instant;

use crate::busy::{Busy, Pair};
use crate::slot::{InputBuffer, Slot};
use crate::stream::Stream;
use crate::wait_error::WaitError;

impl Slot {
    /// Starts the model on `input`, which must be the buffer made with this slot. Puts into the stream: with
    /// `RunMode::Host` the copy of the input, the execution, with `RunMode::Host` the copies of the outputs to fetch,
    /// and the slot's event. Does not wait and does not allocate.
    ///
    /// Before it, some bytes in every 4 KiB of each output to fetch are set to 0xFF (not a number; -1; 255), so that an
    /// output that the device says it has written and has not is none of the picture before. With `RunMode::Host` the
    /// outputs are copied to the device for that.
    ///
    /// # Errors
    ///
    /// A call failed, or the buffer is another slot's. What the work itself runs into shows at the wait.
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
/// While the device may use a buffer, no safe code can reach it: the slot and its input are in here or in
/// [`Unfinished`], which show no bytes. Whoever drops one of these without waiting loses the slot: its memory is
/// never freed or used again, because the device may still write it, and the device is not reset nor AscendCL
/// finalised until the process ends.
///
/// `tests/rules.rs` shows what the compiler refuses: reading the input or an output meanwhile, and going on with the slot
/// while an output is being read.
#[derive(Debug)]
#[must_use = "an execution that is dropped loses its slot"]
pub struct InFlight(Busy);

impl InFlight {
    /// Waits for the end of the execution. Uses `aclrtSynchronizeStreamWithTimeout` when the library has it and no
    /// later execution is in the stream; it may then wait up to a millisecond longer than asked. Else it asks for
    /// the event in steps of at most 500 us. Outputs that are read from copies are copied then.
    ///
    /// # Errors
    ///
    /// The deadline passed, or the library reports what the work on the device ran into.
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

/// An execution that ended well.
#[derive(Debug)]
pub struct Finished(Pair);

impl Finished {
    /// The bytes of an output, read in place, or from its copy after [`copy_outputs`](Self::copy_outputs). `None` when
    /// there is no such output or it was not to be fetched.
    #[must_use]
    pub fn output(&self, index: usize) -> Option<&[u8]> {
        let slot = &self.0.slot.0;
        let output = slot.outputs.get(index)?.as_ref()?;
        if let Some(copy) = slot.copies.get(index) {
            return Some(copy);
        }
        // SAFETY: the slot owns `len` bytes there, zeroed when it was made. The device has finished, and nothing writes while
        // `self` is borrowed.
        Some(unsafe { slice::from_raw_parts(output.on_cpu.as_ptr(), output.len) })
    }

    /// From now on the outputs of this slot are read from copies in ordinary memory, made once from front to back when
    /// an execution has ended: for device memory that the CPU reads slowly. Allocates the copies.
    pub fn copy_outputs(&mut self) {
        let slot = &mut self.0.slot.0;
        let lengths = slot.outputs.iter().map(|output| match output {
            Some(output) => vec![0; output.len].into(),
            None => Box::default(),
        });
        slot.copies = lengths.collect();
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

/// An execution that failed or is late. It has no outputs to read. Dropping it loses the slot, see
/// [`InFlight`]; [`recover`](Self::recover) gets it back.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
#[must_use = "a failed execution that is dropped loses its slot"]
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

    /// Waits until the device no longer uses the slot and gives it back. Whatever it computed is not shown.
    ///
    /// # Errors
    ///
    /// The device is still not done at the deadline, or a call fails.
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
