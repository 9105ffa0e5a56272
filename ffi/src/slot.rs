//! Slots: sets of input and output buffers, made once and used for one execution after another.

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

/// What one execution of a model needs: buffers, datasets and an event.
///
/// [`Slot::execute`] takes the slot and its [`InputBuffer`]. The execution gives both back when the
/// device has finished.
#[derive(Debug)]
pub struct Slot(pub(crate) Box<Parts>);

/// The contents of a slot. They are boxed, so that moving a slot moves one pointer.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) input_set: Dataset,
    pub(crate) output_set: Dataset,
    pub(crate) event: Event,
    pub(crate) input: Buffer,
    /// By output number: the outputs that are fetched.
    pub(crate) outputs: Box<[Option<Buffer>]>,
    /// By output number: copies to read from. Empty if the outputs are read in place.
    pub(crate) copies: Box<[Box<[u8]>]>,
    pub(crate) model: Rc<Model>,
    pub(crate) memory: Rc<SlotMemory>,
}

impl Parts {
    /// The outputs that are fetched.
    pub(crate) fn fetched(&self) -> impl Iterator<Item = &Buffer> {
        self.outputs.iter().flatten()
    }

    /// Fills the copies, if outputs are read from copies. The device must have finished.
    pub(crate) fn copy_outputs(&mut self) {
        for (copy, output) in self.copies.iter_mut().zip(&self.outputs) {
            if let Some(output) = output {
                // SAFETY: the slot owns `len` bytes there, zeroed when it was made. The callers
                // hold an execution whose wait succeeded, so the device has finished.
                let output = unsafe { slice::from_raw_parts(output.on_cpu.as_ptr(), output.len) };
                copy.copy_from_slice(output);
            }
        }
    }
}

/// The addresses of one input or output, for the device and for the CPU. They are equal with
/// `RunMode::Device`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Buffer {
    pub(crate) on_device: NonNull<u8>,
    pub(crate) on_cpu: NonNull<u8>,
    pub(crate) len: usize,
}

/// The offsets of one input or output in the blocks of [`SlotMemory`].
#[derive(Clone, Copy)]
struct Place {
    on_device: usize,
    /// 0 if the buffer has no copy on the host.
    on_host: usize,
    len: usize,
}

/// The memory of all slots that were made together.
#[derive(Debug)]
pub(crate) struct SlotMemory {
    /// Each `InputBuffer` outside of an execution holds it as well.
    lease: Arc<()>,
    on_device: ManuallyDrop<Block>,
    on_host: Option<ManuallyDrop<Block>>,
    pub(crate) coherence: Coherence,
}

impl SlotMemory {
    /// Allocates memory on the device and, if a length is given, on the host.
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

    /// Turns offsets into addresses.
    fn buffer(&self, place: Place) -> Buffer {
        // SAFETY: `Layout` gave the offset, and the block has the layout's length.
        let on_device = unsafe { self.on_device.start().add(place.on_device) };
        let on_cpu = match &self.on_host {
            // SAFETY: the same holds on the host. The offset 0 of a buffer without a copy is
            // inside the block, and the CPU does not use it.
            Some(block) => unsafe { block.start().add(place.on_host) },
            None => on_device,
        };
        Buffer {
            on_device,
            on_cpu,
            len: place.len,
        }
    }
}

impl Drop for SlotMemory {
    fn drop(&mut self) {
        // `get_mut` also orders the last use of a buffer on another thread before the free.
        if Arc::get_mut(&mut self.lease).is_none() {
            return;
        }
        // SAFETY: `drop` runs once, nothing uses the fields after it, and no slot and no input
        // buffer exists.
        unsafe {
            ManuallyDrop::drop(&mut self.on_device);
            if let Some(block) = &mut self.on_host {
                ManuallyDrop::drop(block);
            }
        }
    }
}

/// The bytes of one slot's input. Any thread may fill them.
///
/// With `RunMode::Device` the device reads this memory and nothing is copied. With `RunMode::Host`
/// it is page-locked host memory, which is copied when the execution starts. Write it once, from
/// front to back: reading it can be slow on a board.
///
/// Drop the buffer, or use it in an execution, before the last slot is dropped. Otherwise the
/// memory is leaked: the device is never reset and AscendCL never finalised, because both would
/// free it.
///
/// # Examples
///
/// ```no_run
/// # fn example(mut input: ascendcl::InputBuffer, picture: Vec<u8>) {
/// let input = std::thread::spawn(move || {
///     input.copy_from_slice(&picture);
///     input
/// })
/// .join();
/// # }
/// ```
#[derive(Debug)]
pub struct InputBuffer {
    start: NonNull<u8>,
    len: usize,
    lease: Arc<()>,
}

// SAFETY: nothing else uses the bytes while this value is outside of an execution, and the lease
// keeps them allocated. They are mapped memory, which any thread may use. No method calls AscendCL,
// so no context is needed.
unsafe impl Send for InputBuffer {}
// SAFETY: a shared reference only reads the bytes.
unsafe impl Sync for InputBuffer {}

impl Deref for InputBuffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: `start` has `len` bytes, zeroed when they were allocated, and the lease keeps
        // them. The device does not use them: an execution takes the buffer by value.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }
}

impl DerefMut for InputBuffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: the facts of `deref` hold, and `&mut self` excludes every other reference.
        unsafe { slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }
}

impl Slot {
    /// Makes `count` slots for a model with one input, each with its input buffer.
    ///
    /// All buffers are in one block of device memory, and with `RunMode::Host` also in one block of
    /// page-locked host memory. `fetch` lists the numbers of the outputs to read. With
    /// `RunMode::Host` only these are copied. All bytes are zero at first.
    ///
    /// # Errors
    ///
    /// The model does not have exactly one input, a size is open, an output does not exist,
    /// `coherence` belongs to another device, or a call failed.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use ascendcl::{Coherence, Model, Slot, SlotError};
    /// # fn example(model: &std::rc::Rc<Model>) -> Result<(), SlotError> {
    /// let coherence = Coherence::probe(model.device())?;
    /// for (input, slot) in Slot::make(model, &coherence, 2, &[0])? {
    ///     println!("{} bytes for {}", input.len(), slot.model().inputs()[0]);
    /// }
    /// # Ok(())
    /// # }
    /// ```
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
        // Each slot has its input first, then its outputs.
        let host_mode = model.device().run_mode() == RunMode::Host;
        let (mut on_device, mut on_host) = (Layout::default(), Layout::default());
        let mut plan = Vec::new();
        for _ in 0..count {
            let mut place = |len: usize, fetched: bool| {
                Some(Place {
                    on_host: if host_mode && fetched {
                        on_host.push(len)?
                    } else {
                        0
                    },
                    on_device: on_device.push(len)?,
                    len,
                })
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
        // A cache line that is written back later would overwrite what the device has written.
        coherence.flush(memory.on_device.start(), on_device.len_bytes())?;
        let slot = |(input, outputs): (Place, Vec<Place>)| {
            Self::new(model, &memory, input, &outputs, fetch)
        };
        plan.into_iter()
            .map(slot)
            .collect::<Result<_, AclError>>()
            .map_err(SlotError::Acl)
    }

    /// Makes one slot in its planned places.
    fn new(
        model: &Rc<Model>,
        memory: &Rc<SlotMemory>,
        input: Place,
        outputs: &[Place],
        fetch: &[usize],
    ) -> Result<(InputBuffer, Self), AclError> {
        let device = model.device();
        let input = memory.buffer(input);
        let input_buffer = InputBuffer {
            start: input.on_cpu,
            len: input.len,
            lease: Arc::clone(&memory.lease),
        };
        let outputs: Vec<Buffer> = outputs.iter().map(|&place| memory.buffer(place)).collect();
        let on_device = |buffer: &Buffer| (buffer.on_device, buffer.len);
        let slot = Self(Box::new(Parts {
            input_set: Dataset::new(device, [on_device(&input)])?,
            output_set: Dataset::new(device, outputs.iter().map(on_device))?,
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
        Ok((input_buffer, slot))
    }

    /// Whether the buffer was made for this slot.
    pub(crate) fn owns(&self, input: &InputBuffer) -> bool {
        Arc::ptr_eq(&self.0.memory.lease, &input.lease) && input.start == self.0.input.on_cpu
    }

    /// The slot's model.
    #[must_use]
    pub fn model(&self) -> &Rc<Model> {
        &self.0.model
    }
}

/// Why [`Slot::make`] made no slots.
///
/// # Examples
///
/// ```
/// let error = ascendcl::SlotError::NoOutput { output: 3, outputs: 2 };
/// assert_eq!(
///     error.to_string(),
///     "the model has no output 3; its 2 outputs are numbered from 0"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlotError {
    /// The model has this many inputs instead of one.
    #[error("the model has {0} inputs; convert it with one, the picture, and with static AIPP")]
    Inputs(usize),
    /// The model leaves the size of this input or output open.
    #[error("the model leaves the size of `{0}` open; convert it with a fixed input shape")]
    NoSize(String),
    /// An output to fetch does not exist.
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
