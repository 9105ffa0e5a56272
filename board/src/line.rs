//! What can be wrong with a line of whatever kind.

use core::fmt;
use core::time::Duration;
use embedded_hal::digital::ErrorKind;

/// Longest text of a line's error, in bytes; what is longer is cut.
pub const TEXT_MAX: usize = 124;

/// How long a line that somebody holds is worth waiting for: a process that was killed, or the one that makes its lines safe
/// after it, has let go by then.
pub const PATIENCE: Duration = Duration::from_millis(500);

/// A line that cannot be opened, driven or read. It holds its text, so that making one allocates nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct LineError {
    text: heapless::String<TEXT_MAX, u8>,
    taken: bool,
}

impl LineError {
    /// The error that says `text`: what was done to which line, what came back, and what to do.
    pub fn new(text: fmt::Arguments<'_>) -> Self {
        Self {
            text: cut(text),
            taken: false,
        }
    }

    /// The same, for a line that somebody else holds at the moment.
    pub fn taken(text: fmt::Arguments<'_>) -> Self {
        Self {
            taken: true,
            ..Self::new(text)
        }
    }

    /// Whether somebody else holds the line, so that it may be had a moment later.
    pub const fn is_taken(&self) -> bool {
        self.taken
    }
}

/// `text`, ended where the room for it does. Allocates nothing.
pub(crate) fn cut<const N: usize>(text: fmt::Arguments<'_>) -> heapless::String<N, u8> {
    let mut cut = Cut(heapless::String::new());
    // It takes what there is room for and never fails.
    let _ = fmt::write(&mut cut, text);
    cut.0
}

/// Text that ends where its room does.
struct Cut<const N: usize>(heapless::String<N, u8>);

impl<const N: usize> fmt::Write for Cut<N> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for symbol in text.chars() {
            if self.0.push(symbol).is_err() {
                break;
            }
        }
        Ok(())
    }
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The same as its text: it is what a driver's `{:?}` puts into a message.
impl fmt::Debug for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl core::error::Error for LineError {}

impl embedded_hal::digital::Error for LineError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}
