//! Entries with named fields for systemd's journal, so that `journalctl SLUICE_CODE=picture`
//! finds them. The protocol is systemd's ("Native Journal Protocol"): one datagram for each entry,
//! with lines `NAME=value`. Only values without a line feed are sent.

use super::{LINE_MAX, Priority};
use crate::bounded::text::cut;
use core::fmt::{self, Display, Write};
use heapless::String;
use std::io;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Longest entry in bytes. A field that does not fit is left out.
pub(super) const ENTRY_MAX: usize = 4095;

/// That of this system.
pub(super) const SOCKET: &str = "/run/systemd/journal/socket";

/// A name of capital letters, digits and underscores, and its value.
pub type Field<'a> = (&'static str, &'a dyn Display);

/// The way to systemd's journal.
pub(super) struct Journald {
    socket: UnixDatagram,
    /// Where it listens. Each entry goes there anew: the socket may be made again.
    place: SocketAddr,
}

impl Journald {
    /// The journal that listens at this place.
    ///
    /// # Errors
    /// It does not listen, or no file descriptor is left.
    pub(super) fn at(place: &str) -> io::Result<Self> {
        UnixDatagram::unbound()?.connect(place)?;
        Ok(Self {
            socket: UnixDatagram::unbound()?,
            place: SocketAddr::from_pathname(place)?,
        })
    }

    /// Sends an entry. Waits while the journal does not read.
    ///
    /// # Errors
    /// The journal has ended.
    pub(super) fn send(&self, entry: &[u8]) -> io::Result<()> {
        loop {
            match self.socket.send_to_addr(entry, &self.place) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                sent => return sent.map(drop),
            }
        }
    }
}

/// The text of an entry.
pub(super) fn entry(
    priority: Priority,
    message: fmt::Arguments<'_>,
    fields: &[Field<'_>],
) -> String<ENTRY_MAX> {
    let mut entry = String::new();
    let message = cut::<LINE_MAX>(message);
    let level = priority as u8;
    let own: [Field<'_>; 3] = [
        ("MESSAGE", &message),
        ("PRIORITY", &level),
        ("SYSLOG_IDENTIFIER", &"sluice"),
    ];
    for field in own.iter().chain(fields) {
        push(&mut entry, field);
    }
    entry
}

/// Adds the whole field or nothing.
fn push(entry: &mut String<ENTRY_MAX>, (name, value): &Field<'_>) {
    let length = entry.len();
    let is_whole = write!(entry, "{name}=").is_ok()
        && write!(OneLine(entry), "{value}").is_ok()
        && entry.push('\n').is_ok();
    if !is_whole {
        entry.truncate(length);
    }
}

/// Writes a space for each control character. A line feed would end the value, and the queue ends
/// an entry with a zero.
struct OneLine<'a>(&'a mut String<ENTRY_MAX>);

impl Write for OneLine<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars()
            .map(|letter| if letter.is_control() { ' ' } else { letter })
            .try_for_each(|letter| self.0.push(letter).map_err(|_| fmt::Error))
    }
}

/// The line that has an entry's priority and message, for a journal that reads lines.
pub(super) fn line(entry: &[u8]) -> String<ENTRY_MAX> {
    let text = core::str::from_utf8(entry).unwrap_or_default();
    let value = |name: &str| {
        let mut lines = text.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
    };
    let (priority, message) = (value("PRIORITY"), value("MESSAGE"));
    let (priority, message) = (priority.unwrap_or_default(), message.unwrap_or_default());
    cut(format_args!("<{priority}>{message}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(fields: &[Field<'_>]) -> String<ENTRY_MAX> {
        entry(Priority::Warning, format_args!("a\nb"), fields)
    }

    #[test]
    fn an_entry_has_one_line_for_each_field_and_its_message_comes_back() {
        let entry = text(&[("SLUICE_PART", &17), ("SLUICE_CODE", &"a\0\n")]);
        let expected =
            "MESSAGE=a b\nPRIORITY=4\nSYSLOG_IDENTIFIER=sluice\nSLUICE_PART=17\nSLUICE_CODE=a  \n";
        assert_eq!(entry, expected);
        assert_eq!(line(entry.as_bytes()), "<4>a b\n");
    }

    #[test]
    fn a_field_that_does_not_fit_is_left_out() {
        let long = "x".repeat(ENTRY_MAX);
        let entry = text(&[("LONG", &long), ("SHORT", &1)]);
        assert_eq!(entry, text(&[("SHORT", &1)]));
        let longest = super::entry(Priority::Error, format_args!("{long}"), &[("SHORT", &1)]);
        assert!(longest.ends_with("SHORT=1\n"));
    }
}
