//! SHA-256 of files: how the journal names the binary, the station file, the model and each picture.

use core::fmt;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// A SHA-256, 32 bytes; written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Hash([u8; 32]);

impl Hash {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The hash of a whole file, read in pieces of 64 KiB. Allocates that piece.
    ///
    /// # Errors
    /// The file could not be opened or read.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        let mut reader = HashingReader::new(File::open(path)?);
        reader.finish(&mut vec![0; 65_536])
    }

    /// Its bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A reader that hashes what goes through it, so that a picture is read from the disk once.
#[derive(Debug)]
pub struct HashingReader<R> {
    inner: R,
    state: Sha256,
}

impl<R: Read> HashingReader<R> {
    /// Hashes what is read from `inner`.
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            state: Sha256::new(),
        }
    }

    /// Reads to the end, through `piece`, and gives the hash of everything since [`HashingReader::new`].
    ///
    /// # Errors
    /// What the inner reader reports.
    pub fn finish(&mut self, piece: &mut [u8]) -> io::Result<Hash> {
        loop {
            match self.read(piece) {
                Ok(0) => return Ok(Hash(self.state.finalize_reset().into())),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.state.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vectors of FIPS 180-4: the empty message and "abc".
    #[test]
    fn known_messages() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Hash::of(b"").to_string(), empty);
        let mut reader = HashingReader::new(&b"abc"[..]);
        let mut first = [0; 1];
        reader.read_exact(&mut first).unwrap();
        assert_eq!(reader.finish(&mut [0; 1]).unwrap().to_string(), abc);
    }
}
