//! The memory of slots: one block on the device, with `RunMode::Host` also one on the host, and the
//! input buffers that may be on other threads.

use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::slice;
use std::sync::Arc;

use crate::coherence::Coherence;
use crate::error::AclError;
use crate::memory::{Block, MemoryKind};

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
pub(crate) struct Place {
    pub(crate) on_device: usize,
    /// 0 if the buffer has no copy on the host.
    pub(crate) on_host: usize,
    pub(crate) len: usize,
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
    pub(crate) fn new(
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
    ///
    /// # Safety
    ///
    /// The layouts whose lengths were given to [`new`](Self::new) must have placed the buffer.
    pub(crate) unsafe fn buffer(&self, place: Place) -> Buffer {
        // SAFETY: the caller answers for the offset, and the block has the layout's length.
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

    /// The first byte of the device memory.
    pub(crate) fn start(&self) -> NonNull<u8> {
        self.on_device.start()
    }

    /// The input buffer for the CPU's side of `buffer`.
    ///
    /// # Safety
    ///
    /// `buffer` must be of this memory, and each buffer may be lent only once.
    pub(crate) unsafe fn lend(&self, buffer: &Buffer) -> InputBuffer {
        InputBuffer {
            start: buffer.on_cpu,
            len: buffer.len,
            lease: Arc::clone(&self.lease),
        }
    }

    /// Whether `input` is the CPU's side of `buffer` in this memory.
    pub(crate) fn has_lent(&self, input: &InputBuffer, buffer: &Buffer) -> bool {
        Arc::ptr_eq(&self.lease, &input.lease) && input.start == buffer.on_cpu
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
