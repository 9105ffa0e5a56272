//! The kernel's inotify events: read into one fixed buffer, and taken from it one at a time.
//!
//! `nix` would allocate a vector of events and a string for each name. This reader allocates once,
//! at start.

use super::{FILE_NAME_MAX, Name};
use board::Timestamp;
use nix::errno::Errno;
use nix::sys::inotify::AddWatchFlags;
use nix::unistd::read;
use std::os::fd::AsFd;

/// Enough for about 60 events with the longest names, or 500 with short names.
const BUFFER_BYTES: usize = 16 * 1024;
/// `wd`, `mask`, `cookie` and `len`, 32 bits each: `struct inotify_event` of `linux/inotify.h`.
const HEADER_BYTES: usize = 16;
/// The longest event. The kernel refuses a read with less space.
const EVENT_MAX: usize = HEADER_BYTES + FILE_NAME_MAX + 1;

/// An event. Both halves of a rename have the same cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FileEvent {
    /// A file that was open for writing was closed.
    Closed(Name),
    /// A name appeared: a new file was opened, or an existing file was linked.
    Created(Name),
    /// A file was written or truncated.
    Modified(Name),
    /// A file was renamed to this name.
    MovedIn(Name, u32),
    /// A file was renamed and no longer has this name.
    MovedOut(Name, u32),
    /// A name was deleted.
    Deleted(Name),
    /// The kernel's queue was full, so events were lost.
    Overflow,
    /// The watched directory was deleted, renamed or unmounted.
    Gone,
    /// An event that the station ignores, such as that of a subdirectory.
    Other,
}

/// The events that were read and not yet taken.
#[derive(Debug)]
pub(super) struct EventBuffer {
    buffer: Box<[u8]>,
    start: usize,
    /// Where the events of the last read begin.
    newest: usize,
    end: usize,
    /// When the events before `newest` were read, and when those after it were.
    read_at: [Timestamp; 2],
}

impl EventBuffer {
    pub(super) fn new() -> Self {
        Self {
            buffer: vec![0; BUFFER_BYTES].into_boxed_slice(),
            start: 0,
            newest: 0,
            end: 0,
            read_at: [Timestamp::default(); 2],
        }
    }

    /// The events to ask the kernel for, so that [`Self::next`] can report every [`FileEvent`].
    pub(super) const fn interest() -> AddWatchFlags {
        AddWatchFlags::IN_CLOSE_WRITE
            .union(AddWatchFlags::IN_CREATE)
            .union(AddWatchFlags::IN_MODIFY)
            .union(AddWatchFlags::IN_MOVED_TO)
            .union(AddWatchFlags::IN_MOVED_FROM)
            .union(AddWatchFlags::IN_DELETE)
            .union(AddWatchFlags::IN_DELETE_SELF)
            .union(AddWatchFlags::IN_MOVE_SELF)
            .union(AddWatchFlags::IN_ONLYDIR)
    }

    /// Whether there are events to take.
    pub(super) const fn pending(&self) -> bool {
        self.start < self.end
    }

    /// Reads the kernel's events and appends them. Returns false if the buffer was too small for
    /// all.
    ///
    /// # Errors
    /// The error number of the read.
    pub(super) fn fill(&mut self, inotify: impl AsFd) -> Result<bool, Errno> {
        let pending = self.end - self.start;
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.newest, self.end) = (0, pending, pending);
        self.read_at[0] = self.read_at[1];
        loop {
            let space = self.buffer.get_mut(self.end..).unwrap_or_default();
            if space.len() < EVENT_MAX {
                return Ok(false);
            }
            match read(&inotify, space) {
                Ok(0) | Err(Errno::EAGAIN) => break,
                Ok(bytes) => self.end += bytes,
                Err(Errno::EINTR) => {}
                Err(errno) => {
                    self.read_at[1] = Timestamp::now();
                    return Err(errno);
                }
            }
        }
        self.read_at[1] = Timestamp::now();
        Ok(true)
    }

    /// Takes the next event. Also returns when it was read, or a later time.
    pub(super) fn next(&mut self) -> Option<(FileEvent, Timestamp)> {
        let rest = self.buffer.get(self.start..self.end)?;
        if rest.is_empty() {
            return None;
        }
        let read_at = self.read_at[usize::from(self.start >= self.newest)];
        let parsed = parse(rest);
        // The kernel writes whole events only. If one were torn, the overflow would cause a rescan,
        // which finds the files.
        self.start = parsed
            .as_ref()
            .map_or(self.end, |(_, used)| self.start + used);
        Some((
            parsed.map_or(FileEvent::Overflow, |(event, _)| event),
            read_at,
        ))
    }

    /// The events that were not yet taken, in order.
    pub(super) fn peek(&self) -> impl Iterator<Item = FileEvent> {
        let mut rest = self.buffer.get(self.start..self.end).unwrap_or_default();
        core::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let parsed = parse(rest);
            let used = parsed.as_ref().map_or(rest.len(), |(_, used)| *used);
            rest = rest.get(used..).unwrap_or_default();
            Some(parsed.map_or(FileEvent::Overflow, |(event, _)| event))
        })
    }

    /// Replaces the buffer's content, as if the kernel had sent these events.
    #[cfg(any(test, fuzzing))]
    pub(super) fn inject(&mut self, bytes: &[u8]) {
        self.buffer[..bytes.len()].copy_from_slice(bytes);
        (self.start, self.newest, self.end) = (0, 0, bytes.len());
        self.read_at = [Timestamp::now(); 2];
    }
}

/// Makes an event from its name and its cookie.
type Make = fn(Name, u32) -> FileEvent;

/// The first event in `bytes`, and its length in bytes. `None` if `bytes` end within it.
fn parse(bytes: &[u8]) -> Option<(FileEvent, usize)> {
    let (header, rest) = bytes.split_at_checked(HEADER_BYTES)?;
    let word = |at: usize| -> Option<u32> {
        let bytes = header.get(at..at.checked_add(4)?)?;
        bytes.try_into().ok().map(u32::from_ne_bytes)
    };
    let mask = AddWatchFlags::from_bits_retain(word(4)?);
    let cookie = word(8)?;
    let name_bytes = usize::try_from(word(12)?).ok()?;
    // The kernel pads the name with NULs.
    let padded = rest.get(..name_bytes)?;
    let name = padded.split(|&byte| byte == 0).next().and_then(Name::new);

    let gone = AddWatchFlags::IN_DELETE_SELF
        | AddWatchFlags::IN_MOVE_SELF
        | AddWatchFlags::IN_UNMOUNT
        | AddWatchFlags::IN_IGNORED;
    let event = if mask.contains(AddWatchFlags::IN_Q_OVERFLOW) {
        FileEvent::Overflow
    } else if mask.intersects(gone) {
        FileEvent::Gone
    } else if mask.contains(AddWatchFlags::IN_ISDIR) {
        FileEvent::Other
    } else {
        let kinds: [(AddWatchFlags, Make); 6] = [
            (AddWatchFlags::IN_CLOSE_WRITE, |name, _| {
                FileEvent::Closed(name)
            }),
            (AddWatchFlags::IN_CREATE, |name, _| FileEvent::Created(name)),
            (AddWatchFlags::IN_MODIFY, |name, _| {
                FileEvent::Modified(name)
            }),
            (AddWatchFlags::IN_MOVED_TO, FileEvent::MovedIn),
            (AddWatchFlags::IN_MOVED_FROM, FileEvent::MovedOut),
            (AddWatchFlags::IN_DELETE, |name, _| FileEvent::Deleted(name)),
        ];
        let kind = kinds.into_iter().find(|(flag, _)| mask.contains(*flag));
        kind.zip(name)
            .map_or(FileEvent::Other, |((_, event), name)| event(name, cookie))
    };
    Some((event, HEADER_BYTES + name_bytes))
}

/// The bytes of one event in the kernel's layout.
#[cfg(test)]
pub(super) fn encode(mask: AddWatchFlags, name: &[u8]) -> Vec<u8> {
    let padded = if name.is_empty() {
        0
    } else {
        (name.len() + 1).next_multiple_of(HEADER_BYTES)
    };
    let mut bytes = Vec::new();
    for word in [
        1,
        mask.bits(),
        0,
        u32::try_from(padded).expect("a short name"),
    ] {
        bytes.extend_from_slice(&word.to_ne_bytes());
    }
    bytes.extend_from_slice(name);
    bytes.resize(HEADER_BYTES + padded, 0);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_taken_whole_and_in_order() {
        let name = |bytes: &[u8]| Name::new(bytes).unwrap();
        let mut bytes = encode(AddWatchFlags::IN_CLOSE_WRITE, b"a.png");
        bytes.extend(encode(
            AddWatchFlags::IN_MOVED_TO,
            b"a-longer-name-than-16.png",
        ));
        bytes.extend(encode(
            AddWatchFlags::IN_MOVED_TO | AddWatchFlags::IN_ISDIR,
            b"d.png",
        ));
        bytes.extend(encode(AddWatchFlags::IN_Q_OVERFLOW, b""));
        bytes.extend(encode(AddWatchFlags::IN_DELETE, b"\xff.png"));
        bytes.extend(encode(AddWatchFlags::IN_UNMOUNT, b""));
        let mut events = EventBuffer::new();
        events.inject(&bytes);
        assert_eq!(events.peek().count(), 6);
        let taken: Vec<FileEvent> =
            core::iter::from_fn(|| events.next().map(|(event, _)| event)).collect();
        assert!(!events.pending());
        assert_eq!(
            taken,
            [
                FileEvent::Closed(name(b"a.png")),
                FileEvent::MovedIn(name(b"a-longer-name-than-16.png"), 0),
                FileEvent::Other,
                FileEvent::Overflow,
                FileEvent::Deleted(name(b"\xff.png")),
                FileEvent::Gone,
            ]
        );
        assert!(!events.pending());
    }

    #[test]
    fn a_torn_event_asks_for_a_rescan() {
        let whole = encode(AddWatchFlags::IN_CLOSE_WRITE, b"a.png");
        for length in 1..whole.len() {
            let mut events = EventBuffer::new();
            events.inject(&whole[..length]);
            assert_eq!(events.peek().last(), Some(FileEvent::Overflow));
            let next = events.next().map(|(event, _)| event);
            assert_eq!(next, Some(FileEvent::Overflow), "{length} bytes");
            assert_eq!(events.next(), None);
        }
    }

    #[test]
    fn each_kind_of_event_is_known() {
        let name = || Name::new(b"a.png").unwrap();
        for (mask, expected) in [
            (AddWatchFlags::IN_CREATE, FileEvent::Created(name())),
            (AddWatchFlags::IN_MODIFY, FileEvent::Modified(name())),
            (AddWatchFlags::IN_MOVED_TO, FileEvent::MovedIn(name(), 77)),
            (
                AddWatchFlags::IN_MOVED_FROM,
                FileEvent::MovedOut(name(), 77),
            ),
            (AddWatchFlags::IN_DELETE_SELF, FileEvent::Gone),
            (AddWatchFlags::IN_MOVE_SELF, FileEvent::Gone),
            (AddWatchFlags::IN_IGNORED, FileEvent::Gone),
            (AddWatchFlags::IN_ATTRIB, FileEvent::Other),
        ] {
            let mut bytes = encode(mask, b"a.png");
            bytes[8..12].copy_from_slice(&77_u32.to_ne_bytes());
            let mut events = EventBuffer::new();
            events.inject(&bytes);
            assert_eq!(events.next().unwrap().0, expected);
        }
    }

    /// A pipe in place of inotify: what is read from it, and what to write to.
    fn pipe() -> (std::io::PipeReader, std::io::PipeWriter) {
        use nix::fcntl::{FcntlArg, OFlag, fcntl};
        let (reader, writer) = std::io::pipe().unwrap();
        fcntl(&reader, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).unwrap();
        (reader, writer)
    }

    #[test]
    fn events_of_two_reads_keep_their_order_and_times() {
        use std::io::Write as _;
        let (reader, mut writer) = pipe();
        let mut events = EventBuffer::new();
        assert!(!events.pending() && events.fill(&reader).unwrap() && !events.pending());
        let closed = |name: &str| encode(AddWatchFlags::IN_CLOSE_WRITE, name.as_bytes());
        writer.write_all(&closed("1.png")).unwrap();
        writer.write_all(&closed("2.png")).unwrap();
        assert!(events.fill(&reader).unwrap() && events.pending());
        let (first, read_at) = events.next().unwrap();
        let between = Timestamp::now();
        assert!(read_at <= between);
        writer.write_all(&closed("3.png")).unwrap();
        events.fill(&reader).unwrap();
        let (second, second_at) = events.next().unwrap();
        let (third, third_at) = events.next().unwrap();
        assert!(second_at <= between && between <= third_at);
        for (event, text) in [(first, "1.png"), (second, "2.png"), (third, "3.png")] {
            assert_eq!(
                event,
                FileEvent::Closed(Name::new(text.as_bytes()).unwrap())
            );
        }
        assert_eq!(events.next(), None);
    }

    #[test]
    fn a_full_buffer_leaves_events_to_the_next_read() {
        use std::io::Write as _;
        let (reader, mut writer) = pipe();
        let event = encode(AddWatchFlags::IN_CLOSE_WRITE, b"a.png");
        let count = BUFFER_BYTES / event.len();
        writer.write_all(&event.repeat(count + 1)).unwrap();
        let mut events = EventBuffer::new();
        assert!(!events.fill(&reader).unwrap());
        assert_eq!(core::iter::from_fn(|| events.next()).count(), count);
        assert!(events.fill(&reader).unwrap());
        assert_eq!(core::iter::from_fn(|| events.next()).count(), 1);
    }
}
