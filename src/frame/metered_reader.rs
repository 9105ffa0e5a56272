//! A reader with a buffer, a byte count and a limit, as the PNG decoder needs it.

use std::cell::Cell;
use std::io::{self, BufRead, ErrorKind, Read, Seek, SeekFrom};

/// How many bytes are asked for at a time. That means few calls, and the buffer stays in the
/// processor's cache.
pub const BUFFER_BYTES: usize = 64 * 1024;

/// The first bytes of every PNG file.
const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

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

/// What the first bytes of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileStart {
    Empty,
    Png,
    Other,
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

    /// Examines the first bytes without consuming them. A file that ends within the signature
    /// counts as PNG.
    pub fn start(&mut self) -> io::Result<FileStart> {
        while self.end < SIGNATURE.len() && self.fill()? > 0 {}
        let head = &self.buffer[..self.end.min(SIGNATURE.len())];
        Ok(match head {
            [] => FileStart::Empty,
            head if SIGNATURE.starts_with(head) => FileStart::Png,
            _ => FileStart::Other,
        })
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
    /// The decoder requires `Seek` but does not call it.
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Err(ErrorKind::Unsupported.into())
    }
}
