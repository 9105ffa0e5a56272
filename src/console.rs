//! Standard output and standard error of the station. The reader of either may stop reading: a
//! paused terminal, a pager, a hung log daemon. Then a write does not return.
//!
//! After [`start`], each of the two has a queue of fixed size and a thread that writes. [`out`] and
//! [`err`] copy a line into the queue and never wait. A line that does not fit is left out and
//! counted, and the count is printed in its place. Before [`start`], and so in commands that only
//! print, lines are written at once.
//!
//! If the program called [`recognise_journal`], systemd's journal gets each line as an entry with
//! its priority and named fields. A line that is written at once, or a journal without its socket,
//! has only the priority, as a prefix such as `<4>` (sd-daemon(3)). The journal takes it off.

mod journald;
mod stream;

pub use journald::Field;

use core::fmt;
use core::sync::atomic::{AtomicU8, Ordering};
use core::time::Duration;
use journald::ENTRY_MAX;
use nix::sys::stat::fstat;
use std::io::{self, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::panic::PanicHookInfo;
use std::thread;
use std::time::Instant;
use stream::Stream;

/// Longest line in bytes; the rest is cut.
const LINE_MAX: usize = 2048;
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

/// From now on systemd's journal gets entries if it reads the lines. For programs that run as a
/// service. Call it before the program limits itself: it opens the journal's socket.
pub fn recognise_journal() {
    if is_journal(io::stdout().as_fd()) {
        OUT.set_journal();
    }
    if is_journal(io::stderr().as_fd()) {
        ERR.set_journal();
    }
}

/// Whether systemd's journal reads the lines of standard output.
pub fn is_for_journal() -> bool {
    is_journal(io::stdout().as_fd())
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

/// Lines that matter less are left out. A program prints all until it calls [`set_least`].
static LEAST: AtomicU8 = AtomicU8::new(Priority::Debug as u8);

/// From now on only lines that matter this much, or more, are printed.
pub fn set_least(priority: Priority) {
    LEAST.store(priority as u8, Ordering::Relaxed);
}

fn is_left_out(priority: Priority) -> bool {
    #[cfg(any(test, feature = "simulation"))]
    if SILENT.get() {
        return true;
    }
    priority as u8 > LEAST.load(Ordering::Relaxed)
}

/// Prints a line on standard output.
pub fn out(text: fmt::Arguments<'_>) {
    out_at(Priority::Info, text, &[]);
}

/// Prints a line of this priority on standard output. Only systemd's journal gets the fields.
pub fn out_at(priority: Priority, text: fmt::Arguments<'_>, fields: &[Field<'_>]) {
    if is_left_out(priority) {
        return;
    }
    if !OUT.put(priority, text, fields) {
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
    if is_left_out(priority) {
        return;
    }
    if !ERR.put(priority, text, &[]) {
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
