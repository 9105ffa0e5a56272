//! The error of every kind of line.

use core::fmt;
use core::time::Duration;
use embedded_hal::digital::ErrorKind;
use thiserror::Error;

/// Longest text of an error, in bytes. Longer text is cut.
pub const TEXT_MAX: usize = 124;

/// How long to wait for a line that another process holds. A killed process, or the guard that
/// makes its lines safe, releases them within this time.
pub const PATIENCE: Duration = Duration::from_millis(500);

/// Why a line cannot be opened, driven or read. It holds its text inline: creating one allocates
/// nothing.
#[derive(Clone, PartialEq, Eq, Error)]
#[error("{text}")]
pub struct LineError {
    text: heapless::String<TEXT_MAX, u8>,
    taken: bool,
}

impl LineError {
    /// An error with this text: what was done to which line, what went wrong, and what to do.
    pub fn new(text: fmt::Arguments<'_>) -> Self {
        Self {
            text: cut(text),
            taken: false,
        }
    }

    /// The same for a line that another process holds.
    pub fn taken(text: fmt::Arguments<'_>) -> Self {
        Self {
            taken: true,
            ..Self::new(text)
        }
    }

    /// Whether another process holds the line, so that a later attempt may succeed.
    pub const fn is_taken(&self) -> bool {
        self.taken
    }
}

/// Formats `text` and cuts it after `N` bytes. Allocates nothing.
pub(crate) fn cut<const N: usize>(text: fmt::Arguments<'_>) -> heapless::String<N, u8> {
    let mut cut = Cut(heapless::String::new());
    // `Cut` never returns an error.
    let _ = fmt::write(&mut cut, text);
    cut.0
}

/// Text that drops what exceeds its capacity.
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

/// As its text: drivers print line errors with `{:?}`.
impl fmt::Debug for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl embedded_hal::digital::Error for LineError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}
