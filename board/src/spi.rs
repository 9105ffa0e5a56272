//! One device on an SPI bus of Linux, through its character device (`/dev/spidev0.0`).
//!
//! The numbers are those of `linux/spi/spidev.h`.

use core::fmt;
use embedded_hal::spi::{ErrorKind, ErrorType, Operation, SpiDevice};
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::AsRawFd as _;
use std::path::Path;
use thiserror::Error;

/// Polarity and phase of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum SpiMode {
    /// The clock rests low; data is sampled at its rising edge.
    Mode0 = 0,
    /// The clock rests high; data is sampled at its rising edge.
    Mode3 = 3,
}

/// A device on an SPI bus that is only written to, as panels are. A transfer allocates nothing.
#[derive(Debug)]
pub struct SpiDev {
    file: File,
}

impl SpiDev {
    /// Opens the device `path` for words of 8 bits. Sends nothing.
    ///
    /// # Errors
    /// The device does not exist, may not be opened, is not an SPI device, or refuses mode or
    /// clock.
    pub fn open(path: &Path, mode: SpiMode, clock_hz: u32) -> io::Result<Self> {
        let word_bits = 8;
        let file = File::options().read(true).write(true).open(path)?;
        let (fd, mode) = (file.as_raw_fd(), mode as u8);
        // SAFETY: each call reads one number of the type that the request names. The numbers live
        // on this stack, the kernel keeps no pointer to them, and `file` keeps the descriptor open.
        unsafe {
            ioctl::set_word_bits(fd, &raw const word_bits)?;
            ioctl::set_clock_hz(fd, &raw const clock_hz)?;
            ioctl::set_mode(fd, &raw const mode)?;
        }
        Ok(Self { file })
    }
}

/// Why a transfer failed.
#[derive(Error)]
pub enum SpiError {
    /// The kernel refused it.
    #[error("{0}")]
    Kernel(#[source] io::Error),
    /// It is not one write.
    #[error("not a transaction for this bus")]
    Unsupported,
}

/// In words: drivers print bus errors with `{:?}`.
impl fmt::Debug for SpiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl embedded_hal::spi::Error for SpiError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

impl ErrorType for SpiDev {
    type Error = SpiError;
}

/// A transaction is one write of at most 4096 bytes, the driver's usual limit.
impl SpiDevice for SpiDev {
    fn transaction(&mut self, operations: &mut [Operation<'_, u8>]) -> Result<(), SpiError> {
        let [Operation::Write(bytes)] = operations else {
            return Err(SpiError::Unsupported);
        };
        // The driver selects the chip for one call, so the rest of a short write would not follow.
        match self.file.write(bytes).map_err(SpiError::Kernel)? {
            count if count == bytes.len() => Ok(()),
            _ => Err(SpiError::Kernel(io::ErrorKind::WriteZero.into())),
        }
    }
}

/// `SPI_IOC_WR_MODE`, `SPI_IOC_WR_BITS_PER_WORD` and `SPI_IOC_WR_MAX_SPEED_HZ`.
mod ioctl {
    nix::ioctl_write_ptr!(set_mode, b'k', 1, u8);
    nix::ioctl_write_ptr!(set_word_bits, b'k', 3, u8);
    nix::ioctl_write_ptr!(set_clock_hz, b'k', 4, u32);
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::request_code_write;
    use std::io::{Read as _, pipe};
    use std::os::fd::OwnedFd;

    #[test]
    fn calls_have_the_numbers_of_the_kernels_header() {
        assert_eq!(request_code_write!(b'k', 1, size_of::<u8>()), 0x4001_6b01);
        assert_eq!(request_code_write!(b'k', 3, size_of::<u8>()), 0x4001_6b03);
        assert_eq!(request_code_write!(b'k', 4, size_of::<u32>()), 0x4004_6b04);
    }

    #[test]
    fn another_device_is_refused_by_the_kernel() {
        let open = |path| SpiDev::open(Path::new(path), SpiMode::Mode0, 1_000_000).unwrap_err();
        assert_eq!(open("/dev/null").raw_os_error(), Some(nix::libc::ENOTTY));
        assert_eq!(
            open("/dev/spidev-of-another-board").kind(),
            io::ErrorKind::NotFound
        );
    }

    #[test]
    fn one_write_is_sent_whole_and_every_other_transaction_is_refused() {
        let (mut reader, writer) = pipe().unwrap();
        let mut device = SpiDev {
            file: OwnedFd::from(writer).into(),
        };
        device.write(&[1, 2, 3]).unwrap();
        let refused = [
            device.read(&mut [0]),
            device.transfer_in_place(&mut [0]),
            device.transaction(&mut [Operation::Write(&[4]), Operation::Write(&[5])]),
        ];
        for result in refused {
            assert!(matches!(result, Err(SpiError::Unsupported)), "{result:?}");
        }
        drop(device);
        let mut sent = Vec::new();
        reader.read_to_end(&mut sent).unwrap();
        assert_eq!(sent, [1, 2, 3]);
    }
}
