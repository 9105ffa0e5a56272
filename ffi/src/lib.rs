//! AscendCL for Rust: models on Huawei's Ascend devices, without unsafe code in the caller.
//!
//! The crate has three layers:
//!
//! - [`bindings`]: the C ABI of CANN 6.0.RC1, made by bindgen from our own `acl.h`.
//! - [`symbols`]: where the functions come from. They are looked up by name at run time, in the
//!   vendor's `libascendcl.so` or in an implementation that is linked into the program.
//! - The safe types: [`Library`], [`Runtime`], [`Device`], [`Coherence`], [`Stream`], [`Model`],
//!   [`Slot`] and the states of an execution, [`InFlight`], [`Finished`] and [`Unfinished`].
//!
//! [`codes`] explains the error codes, [`reported`] the codes in the library's own texts.
//!
//! # A whole run
//!
//! ```no_run
//! use ascendcl::{Coherence, Device, Library, Model, Runtime, Slot, Stream};
//! use std::time::{Duration, Instant};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let library = Library::open("libascendcl.so".as_ref())?;
//! let runtime = Runtime::new(library, None)?;
//! let device = Device::open(&runtime, 0)?;
//! let coherence = Coherence::probe(&device)?;
//! let stream = Stream::new(&device)?;
//! let model = Model::load(&device, "unet.om".as_ref())?;
//! println!("{} -> {}", model.inputs()[0], model.outputs()[0]);
//!
//! // One slot, whose output 0 can be read.
//! let (mut input, mut slot) = Slot::make(&model, &coherence, 1, &[0])?.remove(0);
//! for picture in [vec![0; input.len()], vec![255; input.len()]] {
//!     input.copy_from_slice(&picture);
//!     let running = slot.execute(input, &stream)?;
//!     let finished = running.wait(Instant::now() + Duration::from_millis(500))?;
//!     println!("first byte: {:?}", finished.output(0).and_then(<[u8]>::first));
//!     (input, slot) = finished.into_parts();
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Each object holds what it was made from. So objects are destroyed in the order that AscendCL
//! requires, even if the caller drops them in another order.
//!
//! # Threads
//!
//! AscendCL keeps the current context per thread. So every type that calls AscendCL stays on the
//! thread that made it, and the compiler refuses to move it. Two types may go to other threads:
//! [`InputBuffer`], so that another thread can fill it, and [`AclError`].
//!
//! # Buffers
//!
//! Safe code cannot reach bytes that the device may be using. [`Slot::execute`] takes slot and
//! input, and [`Finished`] gives them back. An execution that is dropped before it has finished
//! leaks its slot: its memory is never freed, because the device may still write there.
//!
//! # Errors
//!
//! A call that fails gives an [`AclError`]: the call, its code, the library's text, and advice.
//! The failure of work on the device appears at [`InFlight::wait`], not at the call that started
//! the work. The text of [`SlotError`], [`WaitError`] and [`Unfinished`] contains the text of
//! their `source()`: print the error itself, not the chain. `source()` is for code that looks for
//! the `AclError`.
//!
//! # Allocation
//!
//! Memory is allocated when objects are made. An execution allocates nothing, whether it
//! finishes, fails or is late. There are two exceptions: [`Finished::copy_outputs`], and an error
//! that occurs while an older one is still held.

/// The C ABI: bindgen's output for `acl.h`. [`AscendCl`](bindings::AscendCl) is the table of its
/// functions.
#[allow(
    missing_docs,
    missing_debug_implementations,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    unsafe_op_in_unsafe_fn,
    unused_qualifications,
    clippy::all,
    clippy::undocumented_unsafe_blocks,
    rustdoc::all
)]
#[rustfmt::skip]
pub mod bindings;

mod busy;
pub mod codes;
mod coherence;
mod dataset;
mod device;
mod error;
mod exception;
mod execution;
mod library;
mod memory;
mod model;
mod named;
pub mod reported;
mod runtime;
mod slot;
mod slot_memory;
mod spoil;
mod stream;
pub mod symbols;
mod tensor;
#[cfg(test)]
mod tests;
mod wait_error;

pub use coherence::Coherence;
pub use device::{Device, DeviceStatus, RunMode};
pub use error::{AclError, MESSAGE_CAPACITY};
pub use exception::Exception;
pub use execution::{Finished, InFlight, Unfinished};
pub use library::{CPU_NAME, Library};
pub use model::Model;
pub use runtime::Runtime;
pub use slot::{Slot, SlotError};
pub use slot_memory::InputBuffer;
pub use stream::{Event, Stream};
pub use symbols::{LoadError, Resolver};
pub use tensor::{Aipp, DataType, Dims, Format, Tensor};
pub use wait_error::WaitError;
