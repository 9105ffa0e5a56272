//! A reader with a buffer, a byte count and a limit, as the formats' readers need it.

use std::cell::Cell;
use std::io::{self, BufRead, ErrorKind, Read, Seek, SeekFrom};

use super::FrameError;
use super::format::HEAD_BYTES;

/// How many bytes are asked for at a time. That means few calls, and the buffer stays in the
/// processor's cache.
pub const BUFFER_BYTES: usize = 64 * 1024;

/// How many bytes of a file are read in addition to its pixels, for headers and metadata.
pub const EXTRA_BYTES_MAX: u64 = 1024 * 1024;

/// The longest file that is read into memory as a whole: 128 MiB.
pub const FILE_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// The count and the limit of a reader. It is separate, since the decoder owns the reader.
#[derive(Debug, Default)]
pub struct ReadMeter {
    /// How many bytes the decoder has consumed.
    pub consumed: Cell<u64>,
    /// How many bytes may be read.
    pub limit: Cell<u64>,
    /// Whether the input ended at the limit.
    pub over_limit: Cell<bool>,
    /// Whether the reader itself failed.
    pub failed: Cell<bool>,
}

/// Reads through a borrowed buffer, so that a picture needs no allocation. At the limit, it reports
/// the end of the file.
#[derive(Debug)]
pub struct MeteredReader<'a, R> {
    reader: R,
    buffer: &'a mut [u8],
    meter: &'a ReadMeter,
    start: usize,
    end: usize,
    /// How many bytes were read so far.
    taken: u64,
}

impl ReadMeter {
    /// Why a read failed, or gave too few bytes.
    pub fn failure(&self, error: io::Error) -> FrameError {
        let at_byte = self.consumed.get();
        if self.failed.get() {
            FrameError::Read { at_byte, error }
        } else if self.over_limit.get() {
            FrameError::TooLong {
                limit_bytes: self.limit.get(),
            }
        } else {
            FrameError::Truncated { at_byte }
        }
    }
}

impl<'a, R: Read> MeteredReader<'a, R> {
    pub fn new(reader: R, buffer: &'a mut [u8], meter: &'a ReadMeter) -> Self {
        MeteredReader {
            reader,
            buffer,
            meter,
            start: 0,
            end: 0,
            taken: 0,
        }
    }

    /// The count and the limit.
    pub const fn meter(&self) -> &'a ReadMeter {
        self.meter
    }

    /// The first bytes, which stay unconsumed: as many as the longest signature has, or all of a
    /// shorter file. For a file that is at its start.
    pub fn head(&mut self) -> Result<&[u8], FrameError> {
        while self.end < HEAD_BYTES {
            let count = self.fill().map_err(|error| self.meter.failure(error))?;
            if count == 0 {
                break;
            }
        }
        Ok(&self.buffer[..self.end.min(HEAD_BYTES)])
    }

    /// Reads exactly as many bytes as `out` has.
    ///
    /// # Errors
    /// If the file or the limit ends before, or the reader fails.
    pub fn read_all(&mut self, out: &mut [u8]) -> Result<(), FrameError> {
        let read = self.read_exact(out);
        read.map_err(|error| self.meter.failure(error))
    }

    /// Reads the next `N` bytes.
    ///
    /// # Errors
    /// As [`Self::read_all`].
    pub fn read_array<const N: usize>(&mut self) -> Result<[u8; N], FrameError> {
        let mut bytes = [0; N];
        self.read_all(&mut bytes)?;
        Ok(bytes)
    }

    /// Reads bytes and drops them.
    ///
    /// # Errors
    /// As [`Self::read_all`].
    pub fn skip(&mut self, mut count: u64) -> Result<(), FrameError> {
        while count > 0 {
            let available = self.fill_buf().map(<[u8]>::len);
            let available = available.map_err(|error| self.meter.failure(error))?;
            if available == 0 {
                return Err(self.meter.failure(ErrorKind::UnexpectedEof.into()));
            }
            let step = available.min(usize::try_from(count).unwrap_or(usize::MAX));
            self.consume(step);
            count -= step as u64;
        }
        Ok(())
    }

    /// Reads to the end of the file. `file` gets its bytes, and never more memory than `bytes_max`.
    ///
    /// # Errors
    /// If the file has `bytes_max` bytes or more, or the reader fails.
    pub fn read_rest(&mut self, file: &mut Vec<u8>, bytes_max: u64) -> Result<(), FrameError> {
        let meter = self.meter;
        meter.limit.set(bytes_max);
        file.clear();
        loop {
            let piece = self.fill_buf().map_err(|error| meter.failure(error))?;
            if piece.is_empty() {
                break;
            }
            if file.capacity() - file.len() < piece.len() {
                let doubled = (2 * file.len() as u64).min(bytes_max);
                let more = usize::try_from(doubled).unwrap_or(usize::MAX);
                file.reserve_exact(more.saturating_sub(file.len()).max(piece.len()));
            }
            file.extend_from_slice(piece);
            let count = piece.len();
            self.consume(count);
        }
        if meter.over_limit.get() {
            return Err(meter.failure(ErrorKind::UnexpectedEof.into()));
        }
        Ok(())
    }

    /// Reads once into the free end of the buffer. Returns how many bytes were read.
    fn fill(&mut self) -> io::Result<usize> {
        let allowed = self.meter.limit.get().saturating_sub(self.taken);
        let space = self.buffer.len() - self.end;
        let ask = space.min(usize::try_from(allowed).unwrap_or(usize::MAX));
        if ask == 0 {
            self.meter.over_limit.set(true);
            return Ok(0);
        }
        loop {
            match self.reader.read(&mut self.buffer[self.end..self.end + ask]) {
                // A reader may claim more bytes than it was asked for.
                Ok(count) => {
                    let count = count.min(ask);
                    self.end += count;
                    self.taken += count as u64;
                    return Ok(count);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.meter.failed.set(true);
                    return Err(error);
                }
            }
        }
    }
}

impl<R: Read> Read for MeteredReader<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(out)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for MeteredReader<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
            self.fill()?;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    fn consume(&mut self, count: usize) {
        let count = count.min(self.end - self.start);
        self.start += count;
        self.meter
            .consumed
            .set(self.meter.consumed.get() + count as u64);
    }
}

impl<R> Seek for MeteredReader<'_, R> {
    /// The PNG decoder requires `Seek` but does not call it.
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Err(ErrorKind::Unsupported.into())
    }
}
