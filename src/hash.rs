//! SHA-256 of files. The journal identifies the binary, the station file, the model and each
//! picture by it.

use crate::bounded::file::open_regular;
use core::fmt;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256 as Hasher};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A SHA-256. In the journal it is 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// The hash with these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Hasher::digest(bytes).into())
    }

    /// The hash of a whole file, which is read in pieces of 64 KiB. Allocates one piece.
    ///
    /// # Errors
    /// If the file cannot be opened or read.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        HashingReader::new(open_regular(path)?).finish(&mut vec![0; 65_536])
    }

    /// The hash of a model and of the files of weights beside it. Without such files it is the hash
    /// of the model file.
    ///
    /// With such files it is the hash of these bytes:
    ///
    /// - the 32 bytes of the model file's hash;
    /// - for each file, in the given order: the length of its name in bytes (64 bits,
    ///   little-endian), its name, and the 32 bytes of its hash.
    ///
    /// A name is the path from the model's directory, so a model that is moved as a whole keeps its
    /// hash. Allocates as [`Sha256::of_file`].
    ///
    /// # Errors
    /// The first file that cannot be opened or read, and the error.
    pub fn of_model(model: &Path, beside: &[PathBuf]) -> Result<Self, (PathBuf, io::Error)> {
        let hash = |path: &Path| Self::of_file(path).map_err(|error| (path.to_owned(), error));
        let own = hash(model)?;
        if beside.is_empty() {
            return Ok(own);
        }
        let parent = model
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        let directory = fs::canonicalize(parent.unwrap_or(Path::new(".")))
            .map_err(|error| (model.to_owned(), error))?;
        let mut state = Hasher::new();
        state.update(own.0);
        for path in beside {
            let name = path.strip_prefix(&directory).unwrap_or(path);
            let name = name.as_os_str().as_encoded_bytes();
            state.update((name.len() as u64).to_le_bytes());
            state.update(name);
            state.update(hash(path)?.0);
        }
        Ok(Self(state.finalize().into()))
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

/// Hashes what is read through it, so that a picture is read from the disk only once.
#[derive(Debug)]
pub struct HashingReader<R> {
    inner: R,
    state: Hasher,
}

impl<R: Read> HashingReader<R> {
    /// A reader that hashes what is read from `inner`.
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            state: Hasher::new(),
        }
    }

    /// The reader below.
    pub const fn inner(&self) -> &R {
        &self.inner
    }

    /// Reads to the end, in pieces of `piece`'s length. Returns the hash of everything that was
    /// read since [`HashingReader::new`].
    ///
    /// # Errors
    /// The errors of the reader below.
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
    fn messages_with_known_hashes() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Sha256::of(b"").to_string(), empty);
        let mut reader = HashingReader::new(&b"abc"[..]);
        let mut first = [0; 1];
        reader.read_exact(&mut first).unwrap();
        assert_eq!(reader.finish(&mut [0; 1]).unwrap().to_string(), abc);
    }

    #[test]
    fn the_hash_of_a_model_covers_the_files_beside_it_by_name_and_content() {
        let base = std::env::temp_dir().join(format!("sluice-hash-{}", std::process::id()));
        let place = |directory: &str, weights: &str, content: &str| {
            let directory = base.join(directory);
            fs::create_dir_all(&directory).unwrap();
            fs::write(directory.join("m.onnx"), "abc").unwrap();
            let weights = fs::canonicalize(&directory).unwrap().join(weights);
            fs::write(&weights, content).unwrap();
            Sha256::of_model(&directory.join("m.onnx"), &[weights]).unwrap()
        };
        let first = place("a", "m.onnx.data", "");
        assert_eq!(place("elsewhere", "m.onnx.data", ""), first);
        assert_ne!(place("a", "m.onnx.data", "1"), first);
        assert_ne!(place("a", "n.onnx.data", ""), first);
        // Written by hand, from the two hashes above.
        let mut whole = Sha256::of(b"abc").0.to_vec();
        whole.extend([11, 0, 0, 0, 0, 0, 0, 0]);
        whole.extend(b"m.onnx.data");
        whole.extend(Sha256::of(b"").0);
        assert_eq!(first, Sha256::of(&whole));
        // Without other files, it is the model file's hash.
        let alone = Sha256::of_model(&base.join("a/m.onnx"), &[]).unwrap();
        assert_eq!(alone, Sha256::of(b"abc"));
        let gone = Sha256::of_model(&base.join("a/m.onnx"), &[base.join("gone")]);
        assert_eq!(gone.unwrap_err().0, base.join("gone"));
        fs::remove_dir_all(&base).unwrap();
    }

    #[test]
    fn a_hash_survives_its_hexadecimal_form() {
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
