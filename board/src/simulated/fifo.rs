//! An input line that is changed by lines of text in a FIFO.

use super::wire::{SimulatedInput, Stimulus};
use crate::edge::{Edge, Edges};
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
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use thiserror::Error;

/// Longest line of text, in bytes.
const LINE_MAX: usize = 32;

/// Why a FIFO cannot be used.
#[derive(Debug, Error)]
pub enum FifoError {
    /// The FIFO could not be created, examined or opened.
    #[error("the FIFO {}: {error}", .path.display())]
    Open {
        /// Its path.
        path: PathBuf,
        /// The cause.
        #[source]
        error: io::Error,
    },
    /// Another kind of file has this path.
    #[error("{} is not a FIFO; delete it, or name another path", .path.display())]
    NoFifo {
        /// The path.
        path: PathBuf,
    },
    /// The thread that reads the FIFO could not be started.
    #[error("starting the thread that reads the FIFO: {0}")]
    Thread(#[source] io::Error),
    /// No file descriptor is left for a wake-up.
    #[error(transparent)]
    Wake(#[from] WakeError),
}

/// An input line that a FIFO changes.
#[derive(Debug)]
pub struct FifoInput {
    input: SimulatedInput,
    /// Shared by the inputs that were opened together.
    _reader: Arc<Reader>,
}

impl FifoInput {
    /// An input line that has this level at first. Each line of text `OFFSET LEVEL` (`9 1`) with
    /// its offset in the FIFO `path` changes it. Lines with other offsets are ignored. Any other
    /// text breaks the input.
    ///
    /// Creates the FIFO if it does not exist, and starts a thread that reads it until the input is
    /// dropped. An edge has the time at which the thread read it.
    ///
    /// # Errors
    /// The FIFO cannot be created or opened, or no thread or file descriptor is left.
    pub fn open(path: &Path, offset: u32, level: PinState) -> Result<Self, FifoError> {
        let (input, stimulus) = SimulatedInput::new(level)?;
        let reader = Reader::start(path, vec![(offset, stimulus)])?;
        Ok(Self {
            input,
            _reader: Arc::new(reader),
        })
    }

    /// Several input lines of one FIFO, each with its offset and first level, in this order. One
    /// thread reads for all of them: a line of text has one reader.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_all(path: &Path, lines: &[(u32, PinState)]) -> Result<Vec<Self>, FifoError> {
        let mut inputs = Vec::new();
        let mut stimuli = Vec::new();
        for (offset, level) in lines.iter().copied() {
            let (input, stimulus) = SimulatedInput::new(level)?;
            inputs.push(input);
            stimuli.push((offset, stimulus));
        }
        let reader = Arc::new(Reader::start(path, stimuli)?);
        let with_reader = |input| Self {
            input,
            _reader: Arc::clone(&reader),
        };
        Ok(inputs.into_iter().map(with_reader).collect())
    }
}

impl AsFd for FifoInput {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.input.as_fd()
    }
}

impl Edges for FifoInput {
    fn next_edge(&mut self) -> Result<Option<Edge>, LineError> {
        self.input.next_edge()
    }

    fn level(&mut self) -> Result<PinState, LineError> {
        self.input.level()
    }

    fn counts_lost(&self) -> bool {
        self.input.counts_lost()
    }
}

/// The thread that reads a FIFO. Dropping this ends the thread.
#[derive(Debug)]
struct Reader {
    stop: Arc<Wake>,
    thread: Option<JoinHandle<()>>,
}

impl Reader {
    fn start(path: &Path, stimuli: Vec<(u32, Stimulus)>) -> Result<Self, FifoError> {
        let fifo = open(path)?;
        let stop = Arc::new(Wake::new()?);
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new()
            .name("stimulus".to_owned())
            .spawn(move || {
                if let Err(error) = follow(&fifo, &stopped, &stimuli) {
                    for (_, stimulus) in &stimuli {
                        stimulus.break_line(error.clone());
                    }
                }
            })
            .map_err(FifoError::Thread)?;
        Ok(Self {
            stop,
            thread: Some(thread),
        })
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if self.stop.ring().is_ok()
            && let Some(thread) = self.thread.take()
        {
            // The thread never panics, and the wake-up ends its only wait.
            let _ = thread.join();
        }
    }
}

/// Opens the FIFO for reading and writing, so that opening does not block and a closing writer does
/// not end it.
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

/// Reads until the wake-up. Allocates nothing.
fn follow(mut fifo: &File, stop: &Wake, stimuli: &[(u32, Stimulus)]) -> Result<(), LineError> {
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
        let [_, wake] = sources;
        if wake.any().unwrap_or(true) {
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
            for (_, stimulus) in stimuli.iter().filter(|(offset, _)| *offset == line_offset) {
                stimulus.set(level);
            }
            line.clear();
        }
    }
}

/// Parses `9 1`: offset and level.
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
    use std::fs;
    use std::io::Write;

    /// A path that is removed at the end.
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

    /// Waits for the next edge.
    fn next(input: &mut FifoInput) -> Result<PinState, LineError> {
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
    fn each_line_of_text_changes_the_line_with_its_offset() {
        let place = Place::new("changes");
        let mut input = FifoInput::open(&place.0, 9, PinState::Low).unwrap();
        let mut writer = place.writer();
        writer.write_all(b"9 1\n8 1\n9").unwrap();
        assert_eq!(next(&mut input), Ok(PinState::High));
        writer.write_all(b" 0\n9 0\n").unwrap();
        assert_eq!(next(&mut input), Ok(PinState::Low));
        // A second writer, and later a second input on the same FIFO.
        drop(writer);
        place.writer().write_all(b"9 1\n").unwrap();
        assert_eq!(next(&mut input), Ok(PinState::High));
        drop(input);
        let mut input = FifoInput::open(&place.0, 8, PinState::High).unwrap();
        place.writer().write_all(b"8 1\n8 0\n").unwrap();
        assert_eq!(next(&mut input), Ok(PinState::Low));
    }

    #[test]
    fn inputs_that_are_opened_together_each_get_their_own_changes() {
        let place = Place::new("together");
        let lines = [(8, PinState::Low), (9, PinState::High)];
        let mut inputs = FifoInput::open_all(&place.0, &lines).unwrap();
        let mut writer = place.writer();
        writer.write_all(b"9 0\n8 1\n8 0\n").unwrap();
        assert_eq!(next(&mut inputs[0]), Ok(PinState::High));
        assert_eq!(next(&mut inputs[0]), Ok(PinState::Low));
        assert_eq!(next(&mut inputs[1]), Ok(PinState::Low));
        // The first one closes without the second.
        drop(inputs.remove(0));
        writer.write_all(b"9 1\n").unwrap();
        assert_eq!(next(&mut inputs[0]), Ok(PinState::High));
    }

    #[test]
    fn text_that_is_no_change_breaks_the_input() {
        for (test, text, named) in [
            // Lines with other offsets are ignored.
            ("word", "8 1\n9 high\n".to_owned(), "\"9 high\""),
            ("alone", "9\n".to_owned(), "OFFSET LEVEL"),
            ("negative", "-9 1\n".to_owned(), "OFFSET LEVEL"),
            ("long", "9".repeat(LINE_MAX + 1), "longer"),
        ] {
            let place = Place::new(test);
            let mut input = FifoInput::open(&place.0, 9, PinState::Low).unwrap();
            place.writer().write_all(text.as_bytes()).unwrap();
            let error = next(&mut input).unwrap_err().to_string();
            assert!(error.contains(named), "{text}: {error}");
        }
    }

    #[test]
    fn a_file_that_is_no_fifo_is_refused() {
        let place = Place::new("file");
        fs::write(&place.0, "9 1\n").unwrap();
        let error = FifoInput::open(&place.0, 9, PinState::Low).unwrap_err();
        assert!(error.to_string().contains("is not a FIFO"), "{error}");
        let nowhere = place.0.join("under a file");
        let error = FifoInput::open(&nowhere, 9, PinState::Low).unwrap_err();
        assert!(error.to_string().contains("under a file"), "{error}");
    }
}
