//! A file as a protobuf decoder reads it: in pieces, so that each long field gets memory of its own
//! and the whole file is never in memory a second time.

use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::slice;

use prost::bytes::{Buf, Bytes};

use crate::mapping::Mapping;

/// Bytes that are read at a time. Longer fields get pages of their own, which the system has back
/// as soon as they are dropped; the heap would keep them.
const PIECE: usize = 64 * 1024;

/// A long field.
struct Pages {
    mapping: Mapping,
    len: usize,
}

impl Pages {
    /// Zeros; `None` if the system has no memory, which the heap then reports.
    fn new(len: usize) -> Option<Self> {
        let mapping = Mapping::open(NonZeroUsize::new(len)?).ok()?;
        Some(Self { mapping, len })
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: the mapping has `len` bytes, which the kernel has set to zero, and only this
        // struct has its address.
        unsafe { slice::from_raw_parts_mut(self.mapping.data().as_ptr(), self.len) }
    }
}

impl AsRef<[u8]> for Pages {
    fn as_ref(&self) -> &[u8] {
        // SAFETY: as in `bytes_mut`.
        unsafe { slice::from_raw_parts(self.mapping.data().as_ptr(), self.len) }
    }
}

/// The rest of a file.
pub(crate) struct Pieces<'a> {
    source: &'a mut dyn Read,
    /// Bytes that are not yet in `piece`.
    left: usize,
    /// Not at its end before the file is.
    piece: Vec<u8>,
    at: usize,
    error: Option<io::Error>,
}

impl<'a> Pieces<'a> {
    /// The first `len` bytes of a source.
    ///
    /// # Errors
    ///
    /// The first piece cannot be read.
    pub(crate) fn new(source: &'a mut dyn Read, len: usize) -> io::Result<Self> {
        let mut pieces = Self {
            source,
            left: len,
            piece: Vec::with_capacity(PIECE.min(len)),
            at: 0,
            error: None,
        };
        pieces.refill();
        match pieces.error.take() {
            Some(error) => Err(error),
            None => Ok(pieces),
        }
    }

    /// The error after which the rest was read as zeros.
    pub(crate) fn error(self) -> Option<io::Error> {
        self.error
    }

    /// Reads the next piece once all of the last one is used.
    fn refill(&mut self) {
        if self.at < self.piece.len() || self.left == 0 {
            return;
        }
        let mut piece = std::mem::take(&mut self.piece);
        piece.clear();
        self.at = 0;
        piece.resize(PIECE.min(self.left), 0);
        self.read(&mut piece);
        self.piece = piece;
    }

    /// Takes the next bytes, `here` of them from the piece.
    fn take(&mut self, to: &mut [u8], here: usize) {
        let (first, rest) = to.split_at_mut(here);
        first.copy_from_slice(self.chunk().get(..here).unwrap_or_default());
        self.at += here;
        self.read(rest);
    }

    /// Reads the source; zeros after an error, because a decoder has no way to be told of one, and
    /// zeros are no valid message.
    fn read(&mut self, to: &mut [u8]) {
        self.left -= to.len();
        if self.error.is_none() {
            match self.source.read_exact(to) {
                Ok(()) => return,
                Err(error) => self.error = Some(error),
            }
        }
        to.fill(0);
    }
}

impl Buf for Pieces<'_> {
    fn remaining(&self) -> usize {
        self.chunk().len() + self.left
    }

    fn chunk(&self) -> &[u8] {
        self.piece.get(self.at..).unwrap_or_default()
    }

    fn advance(&mut self, mut count: usize) {
        assert!(
            count <= self.remaining(),
            "the decoder asks for what is there"
        );
        while count > 0 {
            let step = count.min(self.chunk().len());
            self.at += step;
            count -= step;
            self.refill();
        }
    }

    fn copy_to_bytes(&mut self, len: usize) -> Bytes {
        assert!(
            len <= self.remaining(),
            "the decoder asks for what is there"
        );
        let here = len.min(self.chunk().len());
        let pages = match len >= PIECE {
            true => Pages::new(len),
            false => None,
        };
        let bytes = match pages {
            Some(mut pages) => {
                self.take(pages.bytes_mut(), here);
                Bytes::from_owner(pages)
            }
            None => {
                let mut bytes = vec![0; len];
                self.take(&mut bytes, here);
                Bytes::from(bytes)
            }
        };
        self.refill();
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source that gives bytes in small parts and then fails.
    struct Slow<'a> {
        data: &'a [u8],
        fails: bool,
    }

    impl Read for Slow<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            if self.data.is_empty() && self.fails {
                return Err(io::ErrorKind::TimedOut.into());
            }
            let count = to.len().min(self.data.len()).min(7);
            self.data.read(&mut to[..count])
        }
    }

    fn data(len: usize) -> Vec<u8> {
        (0..len).map(|at| (at / 3).to_le_bytes()[0]).collect()
    }

    #[test]
    fn every_byte_comes_once_and_in_order() {
        let data = data(5 * PIECE + 3);
        for step in [1, 2, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE] {
            let mut source = Slow {
                data: &data,
                fails: false,
            };
            let mut pieces = Pieces::new(&mut source, data.len()).expect("a piece");
            let mut seen = Vec::new();
            while pieces.has_remaining() {
                assert_eq!(pieces.remaining(), data.len() - seen.len());
                assert!(!pieces.chunk().is_empty());
                seen.push(pieces.get_u8());
                let count = step.min(pieces.remaining());
                seen.extend_from_slice(&pieces.copy_to_bytes(count));
                let count = step.min(pieces.remaining());
                seen.extend_from_slice(&data[seen.len()..][..count]);
                pieces.advance(count);
            }
            assert!(pieces.error().is_none());
            assert!(seen == data, "{step}");
        }
    }

    #[test]
    fn after_an_error_the_rest_is_zeros() {
        let data = data(PIECE + 10);
        for (fails, kind) in [
            (true, io::ErrorKind::TimedOut),
            (false, io::ErrorKind::UnexpectedEof),
        ] {
            let mut source = Slow { data: &data, fails };
            let mut pieces = Pieces::new(&mut source, 2 * PIECE).expect("a piece");
            let bytes = pieces.copy_to_bytes(2 * PIECE);
            assert!(bytes[..PIECE] == data[..PIECE]);
            assert!(bytes[PIECE..].iter().all(|byte| *byte == 0));
            assert_eq!(pieces.error().expect("an error").kind(), kind);
            let mut source = Slow { data: &[], fails };
            let error = Pieces::new(&mut source, 1).err().expect("an error");
            assert_eq!(error.kind(), kind);
        }
    }
}
