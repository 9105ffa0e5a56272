//! Slots: one set of input and output buffers each, made once, used for one execution after the other.

use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::rc::Rc;
use std::slice;
use std::sync::Arc;

use crate::coherence::Coherence;
use crate::dataset::Dataset;
use crate::device::RunMode;
use crate::error::AclError;
use crate::memory::{Block, Layout, MemoryKind};
use crate::model::Model;
use crate::stream::Event;

/// Everything that one execution of a model needs beside the picture: buffers, datasets, an event.
/// `execute` takes the slot and gives it back when the device is done.
#[derive(Debug)]
pub struct Slot(pub(crate) Box<Parts>);

/// What a slot is made of. Boxed, so that a slot is moved as one pointer.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) input_set: Dataset,
    pub(crate) output_set: Dataset,
    pub(crate) event: Event,
    pub(crate) input: Buffer,
    /// The outputs that are fetched, by output number.
    pub(crate) outputs: Box<[Option<Buffer>]>,
    /// Copies of them to read from, by output number; none when they are read in place.
    pub(crate) copies: Box<[Box<[u8]>]>,
    pub(crate) model: Rc<Model>,
    pub(crate) memory: Rc<SlotMemory>,
}

impl Parts {
    /// The outputs that are fetched.
    pub(crate) fn fetched(&self) -> impl Iterator<Item = &Buffer> {
        self.outputs.iter().flatten()
    }

    /// Copies the outputs to where they are read from, if that is not where the device wrote them.
    pub(crate) fn copy_outputs(&mut self) {
        for (copy, output) in self.copies.iter_mut().zip(&self.outputs) {
            if let Some(output) = output {
                // SAFETY: the slot owns `len` bytes there, zeroed when it was made. Callers wait for the device first.
                let output = unsafe { slice::from_raw_parts(output.on_cpu.as_ptr(), output.len) };
                copy.copy_from_slice(output);
            }
        }
    }
}

/// Where one input or output lies for the device and for the CPU: twice the same place when the run mode
/// is `Device`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Buffer {
    pub(crate) on_device: NonNull<u8>,
    pub(crate) on_cpu: NonNull<u8>,
    pub(crate) len: usize,
}

/// The memory of all slots that were made together.
#[derive(Debug)]
pub(crate) struct SlotMemory {
    /// Held by each lent `InputBuffer` as well.
    lease: Arc<()>,
    on_device: ManuallyDrop<Block>,
    on_host: Option<ManuallyDrop<Block>>,
    pub(crate) coherence: Coherence,
}

impl Drop for SlotMemory {
    fn drop(&mut self) {
        // `get_mut` also orders the last use of a buffer on another thread before the memory is freed.
        if Arc::get_mut(&mut self.lease).is_none() {
            return;
        }
        // SAFETY: `drop` runs once, nothing uses the fields after it, and no slot and no input buffer is left.
        unsafe {
            ManuallyDrop::drop(&mut self.on_device);
            if let Some(block) = &mut self.on_host {
                ManuallyDrop::drop(block);
            }
        }
    }
}

/// The bytes of one slot's input, for whoever fills them, on any thread. With `RunMode::Device` this is the memory
/// that the device reads: nothing is copied. With `RunMode::Host` it is page-locked host memory, copied when the
/// execution starts. Write it once, from front to back; reading it back can be slow on a board.
///
/// Give it back, or drop it, before the last slot goes. If one still exists then, the memory is never freed, and
/// neither is the device reset nor AscendCL finalised, because that would take the memory away.
#[derive(Debug)]
pub struct InputBuffer {
    start: NonNull<u8>,
    len: usize,
    lease: Arc<()>,
}

// SAFETY: while it exists outside of an execution, nothing else uses its bytes. The lease keeps them allocated. They are
// ordinary mapped memory, which any thread may use. It calls no function of AscendCL, so it needs no context.
unsafe impl Send for InputBuffer {}
// SAFETY: a shared reference only reads the bytes.
unsafe impl Sync for InputBuffer {}

impl Deref for InputBuffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: `start` has `len` bytes, zeroed when they were allocated, and the lease keeps them. Nothing else writes
        // them: an execution takes the buffer by value.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }
}

impl DerefMut for InputBuffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as in `deref`; `&mut self` excludes every other reference to the bytes.
        unsafe { slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }
}

impl Slot {
    /// Makes `count` slots for a model with one input, each with its input buffer, all in one block of device memory
    /// (and with `RunMode::Host` one of page-locked host memory). `fetch` lists the numbers of the outputs to read;
    /// with `RunMode::Host` only these are copied. All bytes are zero at the start.
    ///
    /// # Errors
    ///
    /// The model does not have exactly one input, a size is open, an output is not there, or a call fails.
    pub fn make(
        model: &Rc<Model>,
        coherence: &Coherence,
        count: usize,
        fetch: &[usize],
    ) -> Result<Vec<(InputBuffer, Self)>, SlotError> {
        if !Rc::ptr_eq(coherence.device(), model.device()) {
            return Err(SlotError::OtherDevice);
        }
        let [input] = model.inputs() else {
            return Err(SlotError::Inputs(model.inputs().len()));
        };
        for tensor in model.inputs().iter().chain(model.outputs()) {
            if tensor.len_bytes == 0 {
                return Err(SlotError::NoSize(tensor.name.clone()));
            }
        }
        let outputs = model.outputs().len();
        if let Some(&output) = fetch.iter().find(|&&output| output >= outputs) {
            return Err(SlotError::NoOutput { output, outputs });
        }
        // Per slot the input first, then the outputs: offset on the device, offset on the host, length.
        let host_mode = model.device().run_mode() == RunMode::Host;
        let (mut on_device, mut on_host) = (Layout::default(), Layout::default());
        let mut plan = Vec::new();
        for _ in 0..count {
            let mut place = |len: usize, fetched: bool| {
                let host = if host_mode && fetched {
                    on_host.push(len)?
                } else {
                    0
                };
                Some((on_device.push(len)?, host, len))
            };
            let input = place(input.len_bytes, true).ok_or(SlotError::TooLarge)?;
            let outputs: Option<Vec<_>> = (0..outputs)
                .zip(model.outputs())
                .map(|(index, output)| place(output.len_bytes, fetch.contains(&index)))
                .collect();
            plan.push((input, outputs.ok_or(SlotError::TooLarge)?));
        }
        let memory = Rc::new(SlotMemory::new(
            coherence,
            on_device.len_bytes(),
            host_mode.then_some(on_host.len_bytes()),
        )?);
        // What the CPU has written so far must not lie in its caches when the first outputs come.
        coherence.flush(memory.on_device.start(), on_device.len_bytes())?;
        let slot = |(input, outputs): (Place, Vec<Place>)| {
            Self::new(model, &memory, input, &outputs, fetch)
        };
        plan.into_iter()
            .map(slot)
            .collect::<Result<_, AclError>>()
            .map_err(SlotError::Acl)
    }

    /// One slot in the places that were planned for it.
    fn new(
        model: &Rc<Model>,
        memory: &Rc<SlotMemory>,
        input: Place,
        outputs: &[Place],
        fetch: &[usize],
    ) -> Result<(InputBuffer, Self), AclError> {
        let device = model.device();
        let input = memory.buffer(input);
        let lent = InputBuffer {
            start: input.on_cpu,
            len: input.len,
            lease: Arc::clone(&memory.lease),
        };
        let outputs: Vec<Buffer> = outputs.iter().map(|&place| memory.buffer(place)).collect();
        let memory_of = |buffer: &Buffer| (buffer.on_device, buffer.len);
        let slot = Self(Box::new(Parts {
            input_set: Dataset::new(device, [memory_of(&input)])?,
            output_set: Dataset::new(device, outputs.iter().map(memory_of))?,
            event: Event::new(device)?,
            input,
            outputs: outputs
                .into_iter()
                .enumerate()
                .map(|(index, buffer)| fetch.contains(&index).then_some(buffer))
                .collect(),
            copies: Box::default(),
            model: Rc::clone(model),
            memory: Rc::clone(memory),
        }));
        Ok((lent, slot))
    }

    /// Whether the buffer was made for this slot.
    pub(crate) fn owns(&self, input: &InputBuffer) -> bool {
        Arc::ptr_eq(&self.0.memory.lease, &input.lease) && input.start == self.0.input.on_cpu
    }

    /// The model that the slot belongs to.
    #[must_use]
    pub fn model(&self) -> &Rc<Model> {
        &self.0.model
    }
}

/// Offset on the device, offset on the host, length.
type Place = (usize, usize, usize);

impl SlotMemory {
    /// Memory for all slots, in the device and, if a length is given, on the host.
    fn new(
        coherence: &Coherence,
        on_device: usize,
        on_host: Option<usize>,
    ) -> Result<Self, AclError> {
        let device = coherence.device();
        let on_device = Block::new(device, MemoryKind::Device, on_device)?;
        let on_host = on_host
            .map(|len| Block::new(device, MemoryKind::Host, len))
            .transpose()?;
        Ok(Self {
            lease: Arc::new(()),
            on_device: ManuallyDrop::new(on_device),
            on_host: on_host.map(ManuallyDrop::new),
            coherence: coherence.clone(),
        })
    }

    /// A place as addresses.
    fn buffer(&self, (on_device, on_host, len): Place) -> Buffer {
        // SAFETY: `Layout` gave the offset, and the block has the layout's length.
        let on_device = unsafe { self.on_device.start().add(on_device) };
        let on_cpu = match &self.on_host {
            // SAFETY: as for the device. An output that is not fetched has offset 0, and the CPU does not use it.
            Some(block) => unsafe { block.start().add(on_host) },
            None => on_device,
        };
        Buffer {
            on_device,
            on_cpu,
            len,
        }
    }
}

/// Why [`Slot::make`] made no slots.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlotError {
    /// The model has this many inputs instead of one.
    #[error("the model has {0} inputs; convert it with one, the picture, and with static AIPP")]
    Inputs(usize),
    /// The model leaves the size of this input or output open.
    #[error("the model leaves the size of `{0}` open; convert it with a fixed input shape")]
    NoSize(String),
    /// The model does not have an output that was to be fetched.
    #[error("the model has no output {output}; its {outputs} outputs are numbered from 0")]
    NoOutput {
        /// The number of the output.
        output: usize,
        /// How many outputs the model has.
        outputs: usize,
    },
    /// The coherence was probed on another device than the model's.
    #[error("the coherence was probed on another device than the model's")]
    OtherDevice,
    /// The buffers do not fit into the address space.
    #[error("the buffers of the slots exceed the address space")]
    TooLarge,
    /// A call failed.
    #[error("{0}")]
    Acl(#[from] AclError),
}
