//! SHA-256 of files: how the journal names the binary, the station file, the model and each picture.

use core::fmt;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256 as Hasher};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// A SHA-256: 64 lower-case hexadecimal digits in the journal.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// The value with these bytes, as a hasher gives them.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Hasher::digest(bytes).into())
    }

    /// The hash of a whole file, read in pieces of 64 KiB. Allocates that piece.
    ///
    /// # Errors
    /// The file could not be opened or read.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        HashingReader::new(File::open(path)?).finish(&mut vec![0; 65_536])
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(pairs) {
            *byte = hex_digit(pair[0])? << 4 | hex_digit(pair[1])?;
        }
        Some(Self(bytes))
    }
}

/// The value of a lower-case hexadecimal digit.
pub(crate) const fn hex_digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

impl Serialize for Sha256 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sha256 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = heapless::String::<64>::deserialize(deserializer)?;
        Self::from_hex(&text).ok_or_else(|| D::Error::custom("not 64 hexadecimal digits"))
    }
}

/// A reader that hashes what goes through it, so that a picture is read from the disk once.
#[derive(Debug)]
pub struct HashingReader<R> {
    inner: R,
    state: Hasher,
}

impl<R: Read> HashingReader<R> {
    /// Hashes what is read from `inner`.
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            state: Hasher::new(),
        }
    }

    /// What is read from.
    pub const fn inner(&self) -> &R {
        &self.inner
    }

    /// Reads to the end, through `piece`, and gives the hash of everything since [`HashingReader::new`].
    ///
    /// # Errors
    /// What the inner reader reports.
    pub fn finish(&mut self, piece: &mut [u8]) -> io::Result<Sha256> {
        loop {
            match self.read(piece) {
                Ok(0) => return Ok(Sha256(self.state.finalize_reset().into())),
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
        assert_eq!(Sha256::of(b"").to_string(), empty);
        let mut reader = HashingReader::new(&b"abc"[..]);
        let mut first = [0; 1];
        reader.read_exact(&mut first).unwrap();
        assert_eq!(reader.finish(&mut [0; 1]).unwrap().to_string(), abc);
    }

    #[test]
    fn hexadecimal_and_back() {
        let mut bytes = [0; 32];
        for (byte, value) in bytes.iter_mut().zip((0..=255).step_by(8)) {
            *byte = value;
        }
        let value = Sha256::new(bytes);
        let text = value.to_string();
        assert!(text.starts_with("0008101820") && text.ends_with("e8f0f8"));
        assert_eq!(Sha256::from_hex(&text), Some(value));
        assert_eq!(Sha256::from_hex(&text[..62]), None);
        assert_eq!(Sha256::from_hex(&text.to_uppercase()), None);
    }
}
