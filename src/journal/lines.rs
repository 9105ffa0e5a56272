//! Reads the lines of a file with their offsets. A line takes no more memory than a record needs.

use super::LINE_MAX;
use std::io::{self, BufRead};

/// A line of any file.
#[derive(Debug)]
pub(super) struct RawLine<'a> {
    /// Offset of its first byte in the file.
    pub(super) offset: u64,
    /// Its bytes without the newline. A line that is too long for a record is cut.
    pub(super) bytes: &'a [u8],
    /// Whether it ends in a newline.
    pub(super) ended: bool,
}

/// Reads lines in order.
#[derive(Debug)]
pub(super) struct Lines<R> {
    input: R,
    number: u64,
    offset: u64,
    line: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            number: 0,
            offset: 0,
            line: Vec::with_capacity(LINE_MAX),
        }
    }

    /// Goes on behind the line with this number, at which the input begins.
    pub(super) fn behind(input: R, number: u64, offset: u64) -> Self {
        Self {
            number,
            offset,
            ..Self::new(input)
        }
    }

    /// Number of the last line read, from 1.
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// Offset behind the last line read.
    pub(super) const fn offset(&self) -> u64 {
        self.offset
    }

    /// The bytes of the last line read, without its newline.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.line
    }

    /// The next line; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<RawLine<'_>>> {
        self.line.clear();
        let offset = self.offset;
        let mut ended = false;
        while !ended {
            let available = match self.input.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.number = self.number.saturating_add(1);
                    return Err(error);
                }
            };
            if available.is_empty() {
                break;
            }
            let newline = available.iter().position(|&byte| byte == b'\n');
            let piece = &available[..newline.unwrap_or(available.len())];
            let capacity = LINE_MAX - self.line.len();
            self.line
                .extend_from_slice(&piece[..piece.len().min(capacity)]);
            ended = newline.is_some();
            let used = piece.len() + usize::from(ended);
            self.input.consume(used);
            self.offset = self
                .offset
                .saturating_add(u64::try_from(used).unwrap_or(u64::MAX));
        }
        if self.offset == offset {
            return Ok(None);
        }
        self.number = self.number.saturating_add(1);
        Ok(Some(RawLine {
            offset,
            bytes: &self.line,
            ended,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_numbers_and_offsets() {
        let mut text = b"one\n\n".to_vec();
        text.extend(vec![b'x'; 3 * LINE_MAX]);
        text.extend(b"\ntorn");
        let mut lines = Lines::new(io::BufReader::with_capacity(7, text.as_slice()));
        let mut seen = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            let of_line = (line.offset, line.bytes.len(), line.ended);
            seen.push((lines.number(), of_line));
        }
        let long = 3 * u64::try_from(LINE_MAX).unwrap();
        assert_eq!(
            seen,
            [
                (1, (0, 3, true)),
                (2, (4, 0, true)),
                (3, (5, LINE_MAX, true)),
                (4, (5 + long + 1, 4, false)),
            ]
        );
    }

    /// Fails with each of these errors in turn, and then reads a line.
    struct Failing(Vec<io::ErrorKind>);

    impl io::Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Ok(0)
        }
    }

    impl BufRead for Failing {
        fn fill_buf(&mut self) -> io::Result<&[u8]> {
            match self.0.pop() {
                Some(kind) => Err(kind.into()),
                None => Ok(b"line\n"),
            }
        }

        fn consume(&mut self, _: usize) {}
    }

    #[test]
    fn an_interrupted_call_is_repeated_and_other_errors_are_returned() {
        use io::ErrorKind::{Interrupted, PermissionDenied};
        let mut lines = Lines::new(Failing(vec![PermissionDenied, Interrupted]));
        let error = lines.next().unwrap_err();
        assert_eq!(error.kind(), PermissionDenied);
        let line = lines.next().unwrap().unwrap();
        assert_eq!((line.bytes, line.ended), (&b"line"[..], true));
    }
}
