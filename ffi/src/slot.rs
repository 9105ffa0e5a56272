//! Slots: sets of input and output buffers, made once and used for one execution after another.

use std::rc::Rc;
use std::slice;

use crate::coherence::Coherence;
use crate::dataset::Dataset;
use crate::device::RunMode;
use crate::error::AclError;
use crate::memory::Layout;
use crate::model::Model;
use crate::slot_memory::{Buffer, InputBuffer, Place, SlotMemory};
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
        coherence.flush(memory.start(), on_device.len_bytes())?;
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
        // SAFETY: `make` placed all buffers in the layouts of this memory.
        let buffer = |place| unsafe { memory.buffer(place) };
        let input = buffer(input);
        // SAFETY: `make` plans a separate place for each slot's input, and makes each slot once.
        let input_buffer = unsafe { memory.lend(&input) };
        let outputs: Vec<Buffer> = outputs.iter().copied().map(buffer).collect();
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
        self.0.memory.has_lent(input, &self.0.input)
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
    /// The coherence was probed on a device other than the model's.
    #[error("the coherence was probed on another device than the model's")]
    OtherDevice,
    /// The buffers do not fit into the address space.
    #[error("the buffers of the slots exceed the address space")]
    TooLarge,
    /// A call failed.
    #[error("{0}")]
    Acl(#[from] AclError),
}
