//! Uncompresses the bytes of a strip or tile, as many at a time as are needed.

use flate2::{Decompress, FlushDecompress, Status};
use weezl::decode::Decoder;
use weezl::{BitOrder, LzwStatus};

use super::form::Compression;

/// Gives the bytes of one block after the other.
pub enum Unpacker {
    Plain,
    PackBits(Run),
    Lzw(Box<Decoder>),
    Deflate(Decompress),
}

/// The rest of a run of PackBits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Run {
    left: usize,
    /// The byte that is repeated; `None` if the bytes are in the data.
    repeated: Option<u8>,
}

/// The data ended early, or are damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged;

impl Unpacker {
    pub fn new(compression: Compression) -> Unpacker {
        match compression {
            Compression::Plain => Unpacker::Plain,
            Compression::PackBits => Unpacker::PackBits(Run::default()),
            Compression::Lzw => {
                let decoder = Decoder::with_tiff_size_switch(BitOrder::Msb, 8);
                Unpacker::Lzw(Box::new(decoder))
            }
            Compression::Deflate => Unpacker::Deflate(Decompress::new(true)),
        }
    }

    /// Begins a block.
    pub fn begin(&mut self) {
        match self {
            Unpacker::Plain => {}
            Unpacker::PackBits(run) => *run = Run::default(),
            Unpacker::Lzw(decoder) => decoder.reset(),
            Unpacker::Deflate(decoder) => decoder.reset(true),
        }
    }

    /// Fills `out` with the next bytes of the block. Takes what they need from `data`.
    pub fn fill(&mut self, data: &mut &[u8], mut out: &mut [u8]) -> Result<(), Damaged> {
        while !out.is_empty() {
            let (taken, given) = match self {
                Unpacker::Plain => {
                    let count = data.len().min(out.len());
                    out[..count].copy_from_slice(&data[..count]);
                    (count, count)
                }
                Unpacker::PackBits(run) => run.step(data, out)?,
                Unpacker::Lzw(decoder) => {
                    let done = decoder.decode_bytes(data, out);
                    let is_end = matches!(done.status, Ok(LzwStatus::Done) | Err(_));
                    if is_end && done.consumed_out < out.len() {
                        return Err(Damaged);
                    }
                    (done.consumed_in, done.consumed_out)
                }
                Unpacker::Deflate(decoder) => {
                    let (before_in, before_out) = (decoder.total_in(), decoder.total_out());
                    let status = decoder.decompress(data, out, FlushDecompress::None);
                    let given = usize::try_from(decoder.total_out() - before_out);
                    let taken = usize::try_from(decoder.total_in() - before_in);
                    let (taken, given) = taken.ok().zip(given.ok()).ok_or(Damaged)?;
                    match status {
                        Ok(Status::Ok | Status::BufError) => {}
                        Ok(Status::StreamEnd) if given == out.len() => {}
                        Ok(Status::StreamEnd) | Err(_) => return Err(Damaged),
                    }
                    (taken, given)
                }
            };
            if taken == 0 && given == 0 {
                return Err(Damaged);
            }
            *data = data.get(taken..).ok_or(Damaged)?;
            out = out.get_mut(given..).ok_or(Damaged)?;
        }
        Ok(())
    }

    /// Drops the next `count` bytes. `row` is space for them.
    pub fn skip(
        &mut self,
        data: &mut &[u8],
        mut count: usize,
        row: &mut [u8],
    ) -> Result<(), Damaged> {
        if let Unpacker::Plain = self {
            *data = data.get(count..).ok_or(Damaged)?;
            return Ok(());
        }
        while count > 0 {
            let step = count.min(row.len());
            self.fill(data, row.get_mut(..step).ok_or(Damaged)?)?;
            if step == 0 {
                return Err(Damaged);
            }
            count -= step;
        }
        Ok(())
    }
}

impl Run {
    /// Takes a run's head, or gives what fits of it. Returns how many bytes were taken and given.
    fn step(&mut self, data: &[u8], out: &mut [u8]) -> Result<(usize, usize), Damaged> {
        let Some(first) = data.first() else {
            return match self.repeated {
                Some(_) if self.left > 0 => Ok((0, self.give(data, out)?)),
                _ => Err(Damaged),
            };
        };
        if self.left > 0 {
            let given = self.give(data, out)?;
            let taken = if self.repeated.is_some() { 0 } else { given };
            return Ok((taken, given));
        }
        match *first {
            // No operation.
            0x80 => Ok((1, 0)),
            head @ 0..0x80 => {
                *self = Run {
                    left: usize::from(head) + 1,
                    repeated: None,
                };
                Ok((1, 0))
            }
            head => {
                *self = Run {
                    left: 257 - usize::from(head),
                    repeated: Some(*data.get(1).ok_or(Damaged)?),
                };
                Ok((2, 0))
            }
        }
    }

    fn give(&mut self, data: &[u8], out: &mut [u8]) -> Result<usize, Damaged> {
        let mut count = self.left.min(out.len());
        match self.repeated {
            Some(byte) => out[..count].fill(byte),
            None => {
                count = count.min(data.len());
                out[..count].copy_from_slice(&data[..count]);
            }
        }
        self.left -= count;
        Ok(count)
    }
}
