//! A place in the journal: the end of one of its lines.

use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

/// The end of a line. The line is known again by its length and its sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Number of the file.
    pub file: u32,
    /// Number of the line in its file, from 1.
    pub line: u64,
    /// Bytes of the file up to the end of the line, newline included.
    pub offset: u64,
    /// Bytes of the line, newline included.
    pub length: u64,
    /// CRC-32 of all bytes of the line but for the newline.
    pub sum: u32,
    /// The line's own checksum, which the next line repeats; none if the line is damaged.
    pub crc: Option<u32>,
}

impl Place {
    /// Whether the file still has this line at this place. Reads the line.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn is_in(&self, file: &File) -> io::Result<bool> {
        let Some(begin) = self.offset.checked_sub(self.length) else {
            return Ok(false);
        };
        if file.metadata()?.len() < self.offset {
            return Ok(false);
        }
        let mut hasher = crc32fast::Hasher::new();
        let (mut at, mut piece) = (begin, [0; 4096]);
        while at < self.offset {
            let wanted = usize::try_from(self.offset - at).unwrap_or(usize::MAX);
            let wanted = wanted.min(piece.len());
            let piece = piece.get_mut(..wanted).unwrap_or_default();
            file.read_exact_at(piece, at)?;
            at = at.saturating_add(u64::try_from(wanted).unwrap_or(u64::MAX));
            let covered = match piece.split_last() {
                Some((b'\n', before)) if at == self.offset => before,
                _ => &*piece,
            };
            hasher.update(covered);
        }
        Ok(hasher.finalize() == self.sum)
    }
}
