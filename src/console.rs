//! Standard output and standard error of the station. The reader of either may stop reading: a
//! paused terminal, a pager, a hung log daemon. Then a write does not return.
//!
//! After [`start`], each of the two has a queue of fixed size and a thread that writes. [`out`] and
//! [`err`] copy a line into the queue and never wait. A line that does not fit is left out and
//! counted, and the count is printed in its place. Before [`start`], and so in commands that only
//! print, lines are written at once.
//!
//! A line for systemd's journal begins with its priority, such as `<4>` (sd-daemon(3)), if the
//! program called [`recognise_journal`]. The journal takes it off, and can leave out what matters
//! little.

use crate::bounded::text::cut;
use core::fmt;
use core::time::Duration;
use heapless::Deque;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::stat::fstat;
use nix::unistd::write;
use std::io::{self, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::panic::PanicHookInfo;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

/// Capacity of a queue in bytes: some hundred lines.
const CAPACITY: usize = 64 * 1024;
/// Longest line in bytes; the rest is cut.
const LINE_MAX: usize = 2048;
/// Bytes per write. A pipe accepts this many at once or none.
const CHUNK: usize = 4096;
/// How long a panicking thread waits for its message to be written. The lines become safe only
/// afterwards.
const PANIC_MAX: Duration = Duration::from_millis(50);

/// Prints a line on standard error. Never panics, even if nothing reads the text. After [`start`]
/// it does not wait either, because a closed or paused terminal must not stop the station.
#[macro_export]
macro_rules! complain {
    ($($text:tt)*) => {
        $crate::console::err(::core::format_args!($($text)*))
    };
}

/// Prints a line on standard output, in the same way as [`complain!`] on standard error.
#[macro_export]
macro_rules! tell {
    ($($text:tt)*) => {
        $crate::console::out(::core::format_args!($($text)*))
    };
}

/// How much a line matters, as syslog numbers it (RFC 5424, section 6.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// The program cannot go on.
    Error = 3,
    /// Something is not as it should be.
    Warning = 4,
    /// A change of state.
    Info = 6,
    /// What comes with every part.
    Debug = 7,
}

static OUT: Stream = Stream::new("stdout");
static ERR: Stream = Stream::new("stderr");

struct Stream {
    name: &'static str,
    inner: Mutex<Inner>,
    changed: Condvar,
}

struct Inner {
    bytes: Deque<u8, CAPACITY>,
    /// Lines that did not fit and have not been reported yet.
    dropped: u64,
    /// Whether systemd's journal reads it.
    is_journal: bool,
    /// Whether a thread writes.
    threaded: bool,
    /// Whether the thread has taken bytes that are not written yet.
    writing: bool,
}

impl Inner {
    /// Adds the whole line or nothing. Reports dropped lines first.
    fn put(&mut self, line: &str) {
        if !self.report_dropped() || !self.push(line) {
            self.dropped = self.dropped.saturating_add(1);
        }
    }

    /// Reports dropped lines. False if the report does not fit yet.
    fn report_dropped(&mut self) -> bool {
        if self.dropped == 0 {
            return true;
        }
        let text = cut::<128>(format_args!(
            "{}sluice: {} lines are missing here, which were not read in time",
            if self.is_journal { "<4>" } else { "" },
            self.dropped
        ));
        let fits = self.push(&text);
        if fits {
            self.dropped = 0;
        }
        fits
    }

    fn push(&mut self, line: &str) -> bool {
        let bytes = line.as_bytes();
        let free = self.bytes.capacity() - self.bytes.len();
        if bytes.len() >= free {
            return false;
        }
        for &byte in bytes.iter().chain(b"\n") {
            // Checked above: it fits.
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
                is_journal: false,
                threaded: false,
                writing: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// Held only while one line or chunk is copied. No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a line of this priority begins with.
    fn mark(&self, priority: Priority) -> &'static str {
        match priority {
            _ if !self.lock().is_journal => "",
            Priority::Error => "<3>",
            Priority::Warning => "<4>",
            Priority::Info => "<6>",
            Priority::Debug => "<7>",
        }
    }

    /// False if no thread would write the line.
    fn put(&self, priority: Priority, text: fmt::Arguments<'_>) -> bool {
        if !self.lock().threaded {
            return false;
        }
        // Formatted before the lock is taken again, because formatting may panic and the panic
        // message takes the lock.
        let line = cut::<LINE_MAX>(format_args!("{}{text}", self.mark(priority)));
        self.lock().put(&line);
        self.changed.notify_all();
        true
    }

    /// Starts the thread that writes. From then on only this thread writes.
    fn start(&self, run: fn()) -> io::Result<()> {
        let name = self.name.to_owned();
        thread::Builder::new().name(name).spawn(run)?;
        self.lock().threaded = true;
        Ok(())
    }

    /// Writes as long as the process lives.
    fn run(&self, to: BorrowedFd<'_>) {
        let mut chunk = [0; CHUNK];
        loop {
            let mut inner = self.lock();
            while inner.bytes.is_empty() && (inner.dropped == 0 || !inner.report_dropped()) {
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

    /// Waits until everything is written, at most until `end`.
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

/// Gives up text that cannot be written because the other end is closed or a disk is full.
fn write_whole(to: BorrowedFd<'_>, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        match write(to, bytes) {
            Ok(0) => return,
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(Errno::EINTR) => {}
            // Another program has made the shared terminal non-blocking.
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

/// Starts the threads `stdout` and `stderr`, and sends panic messages through the latter. Call it
/// once, after blocking the signals that other threads handle. Without these threads, lines are
/// still written at once.
///
/// # Errors
/// The system cannot create a thread.
pub fn start() -> io::Result<()> {
    OUT.start(|| OUT.run(io::stdout().as_fd()))?;
    ERR.start(|| ERR.run(io::stderr().as_fd()))?;
    std::panic::set_hook(Box::new(panicked));
    Ok(())
}

/// From now on lines that systemd's journal reads carry their priority. For programs that run as a
/// service.
pub fn recognise_journal() {
    OUT.lock().is_journal = is_journal(io::stdout().as_fd());
    ERR.lock().is_journal = is_journal(io::stderr().as_fd());
}

/// Whether systemd's journal reads this file: its device and inode are in `JOURNAL_STREAM`
/// (systemd.exec(5)).
fn is_journal(file: BorrowedFd<'_>) -> bool {
    let Ok(stream) = std::env::var("JOURNAL_STREAM") else {
        return false;
    };
    fstat(file).is_ok_and(|status| stream == format!("{}:{}", status.st_dev, status.st_ino))
}

/// Prints a panic's message without waiting for a reader, unlike the default hook.
fn panicked(info: &PanicHookInfo<'_>) {
    let thread = thread::current();
    let name = thread.name().unwrap_or("without a name");
    err_at(
        Priority::Error,
        format_args!("sluice: the thread {name} panicked: {info}"),
    );
    ERR.flush(Instant::now() + PANIC_MAX);
}

#[cfg(any(test, feature = "simulation"))]
thread_local! {
    static SILENT: core::cell::Cell<bool> = const { core::cell::Cell::new(false) };
}

/// From now on this thread prints nothing, or prints again. A simulated station has no reader.
#[cfg(any(test, feature = "simulation"))]
pub fn set_silent(silent: bool) {
    SILENT.set(silent);
}

/// Prints a line on standard output.
pub fn out(text: fmt::Arguments<'_>) {
    out_at(Priority::Info, text);
}

/// Prints a line of this priority on standard output.
pub fn out_at(priority: Priority, text: fmt::Arguments<'_>) {
    #[cfg(any(test, feature = "simulation"))]
    if SILENT.get() {
        return;
    }
    if !OUT.put(priority, text) {
        // A closed terminal must not end the program.
        let _ = writeln!(io::stdout(), "{}{text}", OUT.mark(priority));
    }
}

/// Prints a line on standard error.
pub fn err(text: fmt::Arguments<'_>) {
    err_at(Priority::Warning, text);
}

/// Prints a line of this priority on standard error.
pub fn err_at(priority: Priority, text: fmt::Arguments<'_>) {
    #[cfg(any(test, feature = "simulation"))]
    if SILENT.get() {
        return;
    }
    if !ERR.put(priority, text) {
        let mark = ERR.mark(priority);
        let _ = io::stderr().write_fmt(format_args!("{mark}{text}\n"));
    }
}

/// Waits until everything is written, at most for `limit`. The rest is lost when the process ends.
pub fn flush(limit: Duration) {
    let end = Instant::now() + limit;
    OUT.flush(end);
    ERR.flush(end);
}

#[cfg(test)]
mod tests;
