//! A FIFO that changes an input line: one line of text for each change.

use super::input::Stimulus;
use crate::line::LineError;
use crate::wake::{Wake, WakeError};
use core::fmt;
use embedded_hal::digital::PinState;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

/// Longest line, its end included.
const LINE_MAX: usize = 32;

/// A FIFO that cannot be used.
#[derive(Debug)]
pub enum FifoError {
    /// It could not be made, looked at or opened.
    Open {
        /// Where.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Something else is at its place.
    NoFifo {
        /// Where.
        path: PathBuf,
    },
    /// There was no thread to read it.
    Thread(io::Error),
    /// There was no descriptor to wake a thread.
    Wake(WakeError),
}

impl fmt::Display for FifoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open { path, error } => write!(f, "the FIFO {}: {error}", path.display()),
            Self::NoFifo { path } => write!(
                f,
                "{} is no FIFO; delete it, or name another place",
                path.display()
            ),
            Self::Thread(error) => write!(f, "starting the thread that reads the FIFO: {error}"),
            Self::Wake(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for FifoError {}

/// The thread that reads a FIFO. Dropping it ends the thread.
#[derive(Debug)]
pub(super) struct Fifo {
    stop: Arc<Wake>,
    thread: Option<JoinHandle<()>>,
}

impl Fifo {
    /// Starts to read.
    pub fn read(path: &Path, offset: u32, stimulus: Stimulus) -> Result<Self, FifoError> {
        let fifo = open(path)?;
        let stop = Arc::new(Wake::new().map_err(FifoError::Wake)?);
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new()
            .name("stimulus".to_owned())
            .spawn(move || {
                if let Err(error) = follow(&fifo, &stopped, offset, &stimulus) {
                    stimulus.break_line(error);
                }
            })
            .map_err(FifoError::Thread)?;
        Ok(Self {
            stop,
            thread: Some(thread),
        })
    }
}

impl Drop for Fifo {
    fn drop(&mut self) {
        if self.stop.ring().is_ok()
            && let Some(thread) = self.thread.take()
        {
            // It neither panics nor waits for anything but the FIFO and the bell.
            let _ = thread.join();
        }
    }
}

/// Opens the FIFO for reading and writing: then it does not end when a writer closes it, and opening waits for none.
fn open(path: &Path) -> Result<File, FifoError> {
    let failed = |error: io::Error| FifoError::Open {
        path: path.to_owned(),
        error,
    };
    match mkfifo(path, Mode::from_bits_truncate(0o660)) {
        Ok(()) | Err(Errno::EEXIST) => {}
        Err(errno) => return Err(failed(errno.into())),
    }
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .map_err(failed)?;
    if file.metadata().map_err(failed)?.file_type().is_fifo() {
        Ok(file)
    } else {
        Err(FifoError::NoFifo {
            path: path.to_owned(),
        })
    }
}

/// Reads until the bell rings. Allocates nothing.
fn follow(mut fifo: &File, stop: &Wake, offset: u32, stimulus: &Stimulus) -> Result<(), LineError> {
    let failed = |error: &dyn fmt::Display| LineError::new(format_args!("the FIFO: {error}"));
    let mut line = heapless::Vec::<u8, LINE_MAX>::new();
    let mut bytes = [0; 512];
    loop {
        let mut sources = [
            PollFd::new(fifo.as_fd(), PollFlags::POLLIN),
            PollFd::new(stop.as_fd(), PollFlags::POLLIN),
        ];
        match poll(&mut sources, PollTimeout::NONE) {
            Err(Errno::EINTR) => continue,
            Err(errno) => return Err(failed(&errno.desc())),
            Ok(_) => {}
        }
        let [_, bell] = sources;
        if bell.any().unwrap_or(true) {
            return Ok(());
        }
        let count = fifo.read(&mut bytes).map_err(|error| failed(&error))?;
        for byte in bytes.iter().take(count).copied() {
            if byte != b'\n' {
                line.push(byte)
                    .map_err(|_| failed(&format_args!("a line is longer than {LINE_MAX} bytes")))?;
                continue;
            }
            let (line_offset, level) = parse(&line).ok_or_else(|| {
                failed(&format_args!(
                    "\"{}\" is not OFFSET LEVEL, as in \"9 1\"",
                    core::str::from_utf8(&line).unwrap_or("?")
                ))
            })?;
            if line_offset == offset {
                stimulus.set(level);
            }
            line.clear();
        }
    }
}

/// `9 1`: the offset and the level.
fn parse(line: &[u8]) -> Option<(u32, PinState)> {
    let (offset, level) = core::str::from_utf8(line).ok()?.split_once(' ')?;
    let level = match level {
        "0" => PinState::Low,
        "1" => PinState::High,
        _ => return None,
    };
    Some((offset.parse().ok()?, level))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge::Edges;
    use crate::simulated::Input;
    use std::fs;
    use std::io::Write;

    /// A place that is cleared at the end.
    struct Place(PathBuf);

    impl Place {
        fn new(test: &str) -> Self {
            Self(std::env::temp_dir().join(format!("stimulus-{test}-{}", std::process::id())))
        }

        fn writer(&self) -> File {
            OpenOptions::new().write(true).open(&self.0).unwrap()
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = fs::remove_file(&self.0);
        }
    }

    /// The next change, waited for.
    fn next(input: &mut Input) -> Result<PinState, LineError> {
        loop {
            if let Some(edge) = input.next_edge()? {
                assert_eq!(edge.lost, 0);
                return Ok(edge.level);
            }
            let mut sources = [PollFd::new(input.as_fd(), PollFlags::POLLIN)];
            assert_eq!(poll(&mut sources, PollTimeout::from(20_000_u16)), Ok(1));
        }
    }

    #[test]
    fn lines_of_text_are_changes_of_the_line_with_their_offset() {
        let place = Place::new("changes");
        let mut input = Input::from_fifo(&place.0, 9, PinState::Low).unwrap();
        let mut writer = place.writer();
        writer.write_all(b"9 1\n8 1\n9").unwrap();
        assert_eq!(next(&mut input), Ok(PinState::High));
        writer.write_all(b" 0\n9 0\n").unwrap();
        assert_eq!(next(&mut input), Ok(PinState::Low));
        // Another writer later, and the same FIFO for another input after this one.
        drop(writer);
        place.writer().write_all(b"9 1\n").unwrap();
        assert_eq!(next(&mut input), Ok(PinState::High));
        drop(input);
        let mut input = Input::from_fifo(&place.0, 8, PinState::High).unwrap();
        place.writer().write_all(b"8 1\n8 0\n").unwrap();
        assert_eq!(next(&mut input), Ok(PinState::Low));
    }

    #[test]
    fn a_line_that_is_none_breaks_the_input() {
        for (test, text, named) in [
            // Of the other line nothing is seen before.
            ("word", "8 1\n9 high\n".to_owned(), "\"9 high\""),
            ("alone", "9\n".to_owned(), "OFFSET LEVEL"),
            ("negative", "-9 1\n".to_owned(), "OFFSET LEVEL"),
            ("long", "9".repeat(LINE_MAX + 1), "longer"),
        ] {
            let place = Place::new(test);
            let mut input = Input::from_fifo(&place.0, 9, PinState::Low).unwrap();
            place.writer().write_all(text.as_bytes()).unwrap();
            let error = next(&mut input).unwrap_err().to_string();
            assert!(error.contains(named), "{text}: {error}");
        }
    }

    #[test]
    fn what_is_no_fifo_is_not_read() {
        let place = Place::new("file");
        fs::write(&place.0, "9 1\n").unwrap();
        let error = Input::from_fifo(&place.0, 9, PinState::Low).unwrap_err();
        assert!(error.to_string().contains("is no FIFO"), "{error}");
        let nowhere = place.0.join("under a file");
        let error = Input::from_fifo(&nowhere, 9, PinState::Low).unwrap_err();
        assert!(error.to_string().contains("under a file"), "{error}");
    }
}
