//! What the station says on standard output and standard error. The reader of either may stop reading: a terminal that is
//! held, a pager, a log daemon that hangs. Then a write does not come back.
//!
//! After [`start`] each of the two has a thread that writes, and a queue of fixed size. [`out`] and [`err`] copy a line into the
//! queue and never wait. A line that finds no room is left out and counted; the count is said where the lines are
//! missing. Before [`start`], and so in commands that only print, lines are written at once.

use crate::bounded::text::cut;
use core::fmt;
use core::time::Duration;
use heapless::Deque;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::write;
use std::io::{self, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::panic::PanicHookInfo;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

/// Bytes that can wait for a reader: some hundred lines.
const ROOM: usize = 64 * 1024;
/// Longest line, in bytes; the rest is cut.
const LINE_MAX: usize = 2048;
/// Bytes of one write. A pipe takes so many at once or none.
const CHUNK: usize = 4096;
/// How long a thread that panics lets its message be written. The lines are made safe only afterwards.
const PANIC_MAX: Duration = Duration::from_millis(50);

/// Says something on standard error. It does not panic where nothing reads the text. After [`start`] it does not wait
/// either: a terminal that is closed or held must not stop the station.
#[macro_export]
macro_rules! complain {
    ($($text:tt)*) => {
        $crate::console::err(::core::format_args!($($text)*))
    };
}

/// Prints a line on standard output, as [`complain!`] does on standard error.
#[macro_export]
macro_rules! tell {
    ($($text:tt)*) => {
        $crate::console::out(::core::format_args!($($text)*))
    };
}

static OUT: Stream = Stream::new("stdout");
static ERR: Stream = Stream::new("stderr");

struct Stream {
    name: &'static str,
    inner: Mutex<Inner>,
    changed: Condvar,
}

struct Inner {
    bytes: Deque<u8, ROOM>,
    /// Lines that found no room and are not accounted for yet.
    dropped: u64,
    /// There is a thread that writes.
    threaded: bool,
    /// It has taken bytes that are not written yet.
    writing: bool,
}

impl Inner {
    /// Puts the line in whole, or not at all. What was dropped before is said first.
    fn put(&mut self, line: &str) {
        if !self.account() || !self.push(line) {
            self.dropped = self.dropped.saturating_add(1);
        }
    }

    /// Says what was dropped. False while there is no room for that.
    fn account(&mut self) -> bool {
        if self.dropped == 0 {
            return true;
        }
        let text = cut::<128>(format_args!(
            "sluice: {} lines are missing here, which were not read in time",
            self.dropped
        ));
        let said = self.push(&text);
        if said {
            self.dropped = 0;
        }
        said
    }

    fn push(&mut self, line: &str) -> bool {
        let bytes = line.as_bytes();
        let room = self.bytes.capacity() - self.bytes.len();
        if bytes.len() >= room {
            return false;
        }
        for &byte in bytes.iter().chain(b"\n") {
            // There is room.
            let _ = self.bytes.push_back(byte);
        }
        true
    }

    fn is_written(&self) -> bool {
        self.bytes.is_empty() && !self.writing
    }
}

impl Stream {
    const fn new(name: &'static str) -> Self {
        Self {
            name,
            inner: Mutex::new(Inner {
                bytes: Deque::new(),
                dropped: 0,
                threaded: false,
                writing: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// Held for copying one line or one chunk, and no code of others runs under it.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// False when there is no thread that would write it.
    fn put(&self, text: fmt::Arguments<'_>) -> bool {
        if !self.lock().threaded {
            return false;
        }
        // Formatted before the lock is taken again: a value that panics while it is shown says so here.
        let line = cut::<LINE_MAX>(text);
        self.lock().put(&line);
        self.changed.notify_all();
        true
    }

    /// Starts the thread that writes. From then on it alone does.
    fn start(&self, run: fn()) -> io::Result<()> {
        let name = self.name.to_owned();
        thread::Builder::new().name(name).spawn(run)?;
        self.lock().threaded = true;
        Ok(())
    }

    /// Writes for as long as the process lives.
    fn run(&self, to: BorrowedFd<'_>) {
        let mut chunk = [0; CHUNK];
        loop {
            let mut inner = self.lock();
            while inner.bytes.is_empty() && (inner.dropped == 0 || !inner.account()) {
                let waited = self.changed.wait(inner);
                inner = waited.unwrap_or_else(PoisonError::into_inner);
            }
            let mut length = 0;
            for place in &mut chunk {
                let Some(byte) = inner.bytes.pop_front() else {
                    break;
                };
                *place = byte;
                length += 1;
            }
            inner.writing = true;
            drop(inner);
            write_whole(to, chunk.get(..length).unwrap_or_default());
            self.lock().writing = false;
            self.changed.notify_all();
        }
    }

    /// Waits until all is written, at most until `end`.
    fn flush(&self, end: Instant) {
        let mut inner = self.lock();
        while inner.threaded && !inner.is_written() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let waited = self.changed.wait_timeout(inner, left);
            inner = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// What cannot be written, since the other end is closed or a disk is full, is given up.
fn write_whole(to: BorrowedFd<'_>, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        match write(to, bytes) {
            Ok(0) => return,
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(Errno::EINTR) => {}
            // Another program that shares the terminal has made it non-blocking.
            Err(Errno::EAGAIN) => {
                let mut fds = [PollFd::new(to, PollFlags::POLLOUT)];
                if poll(&mut fds, PollTimeout::NONE).is_err_and(|errno| errno != Errno::EINTR) {
                    return;
                }
            }
            Err(_) => return,
        }
    }
}

/// Starts the threads `stdout` and `stderr`, and lets panics speak through the latter. To be called once, when signals that
/// other threads are to take are blocked. Without a thread, lines are written at once as before.
///
/// # Errors
/// The system gives no thread.
pub fn start() -> io::Result<()> {
    OUT.start(|| OUT.run(io::stdout().as_fd()))?;
    ERR.start(|| ERR.run(io::stderr().as_fd()))?;
    std::panic::set_hook(Box::new(panicked));
    Ok(())
}

/// The message of a panic, where the usual one could wait for a reader.
fn panicked(info: &PanicHookInfo<'_>) {
    let thread = thread::current();
    let name = thread.name().unwrap_or("without a name");
    complain!("sluice: the thread {name} panicked: {info}");
    ERR.flush(Instant::now() + PANIC_MAX);
}

/// Prints a line on standard output.
pub fn out(text: fmt::Arguments<'_>) {
    if !OUT.put(text) {
        // In one piece, and a closed terminal must not end the program.
        let _ = writeln!(io::stdout(), "{text}");
    }
}

/// Says a line on standard error.
pub fn err(text: fmt::Arguments<'_>) {
    if !ERR.put(text) {
        let _ = io::stderr().write_fmt(format_args!("{text}\n"));
    }
}

/// Waits until everything is written, at most for `limit`. What is left then is lost with the process.
pub fn flush(limit: Duration) {
    let end = Instant::now() + limit;
    OUT.flush(end);
    ERR.flush(end);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inner() -> Box<Inner> {
        Box::new(Inner {
            bytes: Deque::new(),
            dropped: 0,
            threaded: true,
            writing: false,
        })
    }

    fn text(inner: &mut Inner) -> String {
        let bytes = core::iter::from_fn(|| inner.bytes.pop_front()).collect();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn lines_without_room_are_left_out_whole_and_counted_where_they_are_missing() {
        let mut inner = inner();
        let line = "x".repeat(1023);
        for _ in 0..70 {
            inner.put(&line);
        }
        assert_eq!((inner.bytes.len(), inner.dropped), (ROOM, 6));
        // No room for the count yet, so the next one is missing as well.
        for _ in 0..50 {
            inner.bytes.pop_front();
        }
        inner.put("short");
        assert_eq!(inner.dropped, 7);
        for _ in 0..1024 {
            inner.bytes.pop_front();
        }
        inner.put("again");
        assert_eq!(inner.dropped, 0);
        let text = text(&mut inner);
        let last: Vec<_> = text.lines().rev().take(2).collect();
        let count = "sluice: 7 lines are missing here, which were not read in time";
        assert_eq!(last, ["again", count]);
    }

    #[test]
    fn what_was_left_out_last_is_said_when_all_is_written() {
        let mut inner = inner();
        inner.dropped = 3;
        assert!(inner.account());
        assert!(text(&mut inner).starts_with("sluice: 3 lines are missing"));
        assert_eq!(inner.dropped, 0);
    }
}
