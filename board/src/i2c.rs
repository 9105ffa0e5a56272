//! One device on an I2C bus of Linux, through the bus's character device (`/dev/i2c-1`).
//!
//! The crate `linux-embedded-hal` implements the same trait, but it depends on two outdated
//! releases of `nix` and allocates in each transaction. The numbers and structures are those of
//! `linux/i2c.h` and `linux/i2c-dev.h`.

use core::fmt;
use embedded_hal::i2c::{ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation};
use nix::errno::Errno;
use std::fs::File;
use std::os::fd::AsRawFd as _;
use thiserror::Error;

/// Most operations of one transaction. The kernel allows 42.
const OPERATIONS_MAX: usize = 4;

/// A device on an I2C bus. A transaction allocates nothing.
#[derive(Debug)]
pub struct I2cDev {
    bus: File,
    address: u8,
}

impl I2cDev {
    /// The device at `address` (7 bits) on `bus`, which is open for reading and writing. Sends
    /// nothing.
    ///
    /// # Errors
    /// `EBUSY` when a driver of the kernel uses the address; `ENOTTY` when the file is not an I2C
    /// bus.
    pub fn new(bus: File, address: u8) -> Result<Self, Errno> {
        // SAFETY: the request takes a number and no pointer. `bus` keeps the descriptor open.
        unsafe { ioctl::set_address(bus.as_raw_fd(), address.into()) }?;
        Ok(Self { bus, address })
    }
}

/// Why a transaction failed.
#[derive(Clone, Copy, PartialEq, Eq, Error)]
pub enum I2cError {
    /// The kernel refused it, or the device did not answer.
    #[error("{}", .0.desc())]
    Kernel(#[source] Errno),
    /// It addresses another device, or has too many operations or bytes.
    #[error("not a transaction for this bus")]
    Unsupported,
}

/// In words: drivers print bus errors with `{:?}`.
impl fmt::Debug for I2cError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl embedded_hal::i2c::Error for I2cError {
    fn kind(&self) -> ErrorKind {
        // The meaning of each number: Documentation/i2c/fault-codes.rst of the kernel.
        match self {
            Self::Kernel(Errno::ENXIO | Errno::EREMOTEIO) => {
                ErrorKind::NoAcknowledge(NoAcknowledgeSource::Unknown)
            }
            Self::Kernel(Errno::EAGAIN) => ErrorKind::ArbitrationLoss,
            Self::Kernel(Errno::EIO | Errno::EBUSY | Errno::ETIMEDOUT) => ErrorKind::Bus,
            Self::Kernel(_) | Self::Unsupported => ErrorKind::Other,
        }
    }
}

impl ErrorType for I2cDev {
    type Error = I2cError;
}

/// Up to four operations, each after its own start condition. A device that holds the bus stops the
/// caller for as long as the adapter's timeout, a second on most.
impl I2c for I2cDev {
    fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), I2cError> {
        if address != self.address {
            return Err(I2cError::Unsupported);
        }
        let mut messages = messages(address, operations)?;
        let transfer = Transfer {
            messages: messages.as_mut_ptr(),
            count: u32::try_from(messages.len()).map_err(|_| I2cError::Unsupported)?,
        };
        // SAFETY: `transfer` and `messages` live until the call returns, and the kernel keeps no
        // pointer to them. Each message has the address and length of a buffer that `operations`
        // borrows for as long; the kernel writes only to those of `Read`, which are borrowed
        // mutably.
        unsafe { ioctl::transfer(self.bus.as_raw_fd(), &raw const transfer) }
            .map(drop)
            .map_err(I2cError::Kernel)
    }
}

/// The kernel's form of the operations.
fn messages(
    address: u8,
    operations: &mut [Operation<'_>],
) -> Result<heapless::Vec<Message, OPERATIONS_MAX>, I2cError> {
    const READ: u16 = 0x0001;
    let mut messages = heapless::Vec::new();
    for operation in operations {
        let (flags, bytes, length) = match operation {
            Operation::Write(bytes) => (0, bytes.as_ptr().cast_mut(), bytes.len()),
            Operation::Read(bytes) => (READ, bytes.as_mut_ptr(), bytes.len()),
        };
        let message = Message {
            address: address.into(),
            flags,
            length: u16::try_from(length).map_err(|_| I2cError::Unsupported)?,
            bytes,
        };
        messages.push(message).map_err(|_| I2cError::Unsupported)?;
    }
    Ok(messages)
}

/// `struct i2c_msg`.
#[derive(Debug)]
#[repr(C)]
struct Message {
    address: u16,
    flags: u16,
    length: u16,
    bytes: *mut u8,
}

/// `struct i2c_rdwr_ioctl_data`.
#[derive(Debug)]
#[repr(C)]
struct Transfer {
    messages: *mut Message,
    count: u32,
}

/// `I2C_SLAVE` and `I2C_RDWR`.
mod ioctl {
    nix::ioctl_write_int_bad!(set_address, 0x0703);
    nix::ioctl_write_ptr_bad!(transfer, 0x0707, super::Transfer);
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::offset_of;

    #[test]
    fn another_device_is_refused_by_the_kernel() {
        let file = File::open("/dev/null").unwrap();
        assert_eq!(I2cDev::new(file, 0x3C).unwrap_err(), Errno::ENOTTY);
        let mut device = null(0x3C);
        assert_eq!(
            device.write(0x3C, &[0]),
            Err(I2cError::Kernel(Errno::ENOTTY))
        );
    }

    /// A file that is not a bus, accepted without a question to the kernel.
    fn null(address: u8) -> I2cDev {
        I2cDev {
            bus: File::open("/dev/null").unwrap(),
            address,
        }
    }

    /// Sizes and offsets as in the headers of 64-bit Linux.
    #[cfg(target_pointer_width = "64")]
    #[test]
    fn structures_have_the_layout_of_the_kernels_header() {
        assert_eq!(size_of::<Message>(), 16);
        assert_eq!(offset_of!(Message, flags), 2);
        assert_eq!(offset_of!(Message, length), 4);
        assert_eq!(offset_of!(Message, bytes), 8);
        assert_eq!(size_of::<Transfer>(), 16);
        assert_eq!(offset_of!(Transfer, count), 8);
    }

    #[test]
    fn each_operation_is_one_message() {
        let (register, mut value) = ([7], [0; 3]);
        let into = value.as_mut_ptr();
        let mut operations = [Operation::Write(&register), Operation::Read(&mut value)];
        let messages = messages(0x20, &mut operations).unwrap();
        let fields = |message: &Message| (message.address, message.flags, message.length);
        let found: Vec<_> = messages.iter().map(fields).collect();
        assert_eq!(found, [(0x20, 0, 1), (0x20, 1, 3)]);
        assert_eq!(messages[0].bytes.cast_const(), register.as_ptr());
        assert_eq!(messages[1].bytes, into);
    }

    #[test]
    fn too_many_operations_or_bytes_and_other_addresses_are_refused() {
        let mut operations = [const { Operation::Write(&[]) }; OPERATIONS_MAX + 1];
        let error = messages(0x20, &mut operations).unwrap_err();
        assert_eq!(error, I2cError::Unsupported);
        let long = vec![0; 1 << 16];
        let error = messages(0x20, &mut [Operation::Write(&long)]).unwrap_err();
        assert_eq!(error, I2cError::Unsupported);
        let mut device = null(0x20);
        assert_eq!(device.write(0x21, &[0]), Err(I2cError::Unsupported));
    }
}
