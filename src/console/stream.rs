//! One of the two standard outputs: its queue of fixed size, and the thread that writes.

use super::journald::{self, Field, Journald, SOCKET};
use super::{ENTRY_MAX, LINE_MAX, Priority};
use crate::bounded::text::cut;
use board::realtime::EARLY_STACK_BYTES;
use core::fmt;
use heapless::Deque;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::write;
use std::io;
use std::os::fd::BorrowedFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

/// Capacity of a queue in bytes: some hundred lines.
const CAPACITY: usize = 64 * 1024;
/// Bytes per write. A pipe accepts this many at once or none.
const CHUNK: usize = 4096;
const _: () = assert!(ENTRY_MAX < CHUNK, "an entry and its end are taken at once");

pub(super) struct Stream {
    name: &'static str,
    inner: Mutex<Inner>,
    changed: Condvar,
}

/// Who reads the lines.
#[derive(Clone)]
enum Reader {
    /// A terminal, a file, a pipe.
    Any,
    /// systemd's journal, which reads lines with their priority.
    JournalLines,
    /// systemd's journal, which gets entries with named fields.
    Journal(Arc<Journald>),
}

impl Reader {
    /// The last byte of what is queued for it. A line has no line feed, an entry no zero.
    const fn end(&self) -> u8 {
        match self {
            Self::Any | Self::JournalLines => b'\n',
            Self::Journal(_) => 0,
        }
    }

    /// What is queued for a line.
    fn formatted(
        &self,
        priority: Priority,
        text: fmt::Arguments<'_>,
        fields: &[Field<'_>],
    ) -> heapless::String<ENTRY_MAX> {
        match self {
            Self::Any => cut::<LINE_MAX>(text)
                .as_str()
                .try_into()
                .unwrap_or_default(),
            Self::JournalLines => {
                let line = cut::<LINE_MAX>(format_args!("<{}>{text}", priority as u8));
                line.as_str().try_into().unwrap_or_default()
            }
            Self::Journal(_) => journald::entry(priority, text, fields),
        }
    }
}

pub(super) struct Inner {
    bytes: Deque<u8, CAPACITY>,
    /// Lines that did not fit and have not been reported yet.
    dropped: u64,
    reader: Reader,
    /// Whether a thread writes.
    threaded: bool,
    /// Whether the thread has taken bytes that are not written yet.
    writing: bool,
}

impl Inner {
    const fn new() -> Self {
        Self {
            bytes: Deque::new(),
            dropped: 0,
            reader: Reader::Any,
            threaded: false,
            writing: false,
        }
    }

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
        let text = format_args!(
            "sluice: {} lines are missing here, which were not read in time",
            self.dropped
        );
        let line = self.reader.formatted(Priority::Warning, text, &[]);
        let fits = self.push(&line);
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
        for &byte in bytes.iter().chain(&[self.reader.end()]) {
            // Checked above: it fits.
            let _ = self.bytes.push_back(byte);
        }
        true
    }

    /// Takes what is written next: lines up to the chunk's length, or one entry. Returns its
    /// length.
    fn take(&mut self, chunk: &mut [u8; CHUNK]) -> usize {
        let is_entry = matches!(self.reader, Reader::Journal(_));
        let mut length = 0;
        for place in chunk {
            match self.bytes.pop_front() {
                None => break,
                Some(0) if is_entry => break,
                Some(byte) => *place = byte,
            }
            length += 1;
        }
        length
    }

    fn is_written(&self) -> bool {
        self.bytes.is_empty() && !self.writing
    }
}

impl Stream {
    pub(super) const fn new(name: &'static str) -> Self {
        Self {
            name,
            inner: Mutex::new(Inner::new()),
            changed: Condvar::new(),
        }
    }

    /// Held only while one line or chunk is copied. No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on systemd's journal reads it.
    pub(super) fn set_journal(&self) {
        self.lock().reader = match Journald::at(SOCKET) {
            Ok(journald) => Reader::Journal(Arc::new(journald)),
            Err(_) => Reader::JournalLines,
        };
    }

    /// What a line of this priority begins with if it is written at once.
    pub(super) fn mark(&self, priority: Priority) -> &'static str {
        match priority {
            _ if matches!(self.lock().reader, Reader::Any) => "",
            Priority::Error => "<3>",
            Priority::Warning => "<4>",
            Priority::Info => "<6>",
            Priority::Debug => "<7>",
        }
    }

    /// False if no thread would write the line.
    pub(super) fn put(
        &self,
        priority: Priority,
        text: fmt::Arguments<'_>,
        fields: &[Field<'_>],
    ) -> bool {
        let reader = {
            let inner = self.lock();
            if !inner.threaded {
                return false;
            }
            inner.reader.clone()
        };
        // Formatted before the lock is taken again, because formatting may panic and the panic
        // message takes the lock.
        let line = reader.formatted(priority, text, fields);
        self.lock().put(&line);
        self.changed.notify_all();
        true
    }

    /// Starts the thread that writes. From then on only this thread writes.
    pub(super) fn start(&self, run: fn()) -> io::Result<()> {
        let name = self.name.to_owned();
        let thread = thread::Builder::new().name(name);
        thread.stack_size(EARLY_STACK_BYTES).spawn(run)?;
        self.lock().threaded = true;
        Ok(())
    }

    /// Writes as long as the process lives.
    pub(super) fn run(&self, to: BorrowedFd<'_>) {
        let mut chunk = [0; CHUNK];
        loop {
            let mut inner = self.lock();
            while inner.bytes.is_empty() && (inner.dropped == 0 || !inner.report_dropped()) {
                let waited = self.changed.wait(inner);
                inner = waited.unwrap_or_else(PoisonError::into_inner);
            }
            let length = inner.take(&mut chunk);
            inner.writing = true;
            let reader = inner.reader.clone();
            drop(inner);
            let bytes = chunk.get(..length).unwrap_or_default();
            match reader {
                Reader::Any | Reader::JournalLines => write_whole(to, bytes),
                Reader::Journal(journald) => {
                    if journald.send(bytes).is_err() {
                        write_whole(to, journald::line(bytes).as_bytes());
                    }
                }
            }
            self.lock().writing = false;
            self.changed.notify_all();
        }
    }

    /// Waits until everything is written, at most until `end`.
    pub(super) fn flush(&self, end: Instant) {
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

#[cfg(test)]
mod tests;
