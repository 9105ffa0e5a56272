//! Commands to a running station, over a socket in the journal's directory.
//!
//! A command is one line of text, and so is its answer. One client is served at a time, for a
//! limited time, and nothing here waits for it.

use crate::bounded::text::{Detail, cut};
use board::Timestamp;
use core::time::Duration;
use heapless::{String, Vec};
use std::fs::{self, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The socket's name in `journal.directory`.
const NAME: &str = "commands";
/// Longest command, in bytes.
const REQUEST_MAX: usize = 64;
/// Longest answer, in bytes: the text, a word and a newline.
const ANSWER_MAX: usize = 170;
/// How long a client may take to send its command.
const CLIENT_MAX: Duration = Duration::from_secs(1);
/// How long no client is accepted after an `accept` that failed.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a command waits for the station's answer. Other clients may be served before.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// What a command did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether the station did what was asked.
    pub done: bool,
    /// What happened.
    pub what: Detail,
}

/// Why commands cannot be taken.
#[derive(Debug, Error)]
#[error("journal.directory: the socket {}: {error}", .path.display())]
pub struct OpenError {
    path: PathBuf,
    #[source]
    error: io::Error,
}

struct Client {
    stream: UnixStream,
    until: Timestamp,
    request: Vec<u8, REQUEST_MAX>,
    is_too_long: bool,
}

/// The socket. Dropping it removes its file.
pub struct Commands {
    path: PathBuf,
    listener: UnixListener,
    client: Option<Client>,
    /// Set after an `accept` that failed, such as without a free descriptor. The client that it
    /// was for would otherwise wake the thread for ever.
    paused_until: Option<Timestamp>,
    /// Both ends of a connection that carries nothing, to wait for while paused.
    silence: (UnixStream, UnixStream),
    /// Whether the last `accept` failed. It is reported once.
    has_failed: bool,
}

impl Commands {
    /// Creates the socket. The journal's lock keeps other stations from it, so a socket that is
    /// there was left by a station that died.
    ///
    /// # Errors
    /// Something else has its name, or the file system has no sockets.
    pub fn open(directory: &str) -> Result<Self, OpenError> {
        let path = Path::new(directory).join(NAME);
        let failed = |error| OpenError {
            path: path.clone(),
            error,
        };
        match fs::symlink_metadata(&path) {
            Ok(found) if found.file_type().is_socket() => {
                fs::remove_file(&path).map_err(failed)?;
            }
            _ => {}
        }
        let silence = UnixStream::pair().map_err(failed)?;
        let listener = UnixListener::bind(&path).map_err(failed)?;
        // From here on, an error removes the socket.
        let commands = Self {
            path: path.clone(),
            silence,
            listener,
            client: None,
            paused_until: None,
            has_failed: false,
        };
        commands.listener.set_nonblocking(true).map_err(failed)?;
        // The station's group may send commands as well.
        fs::set_permissions(&path, Permissions::from_mode(0o660)).map_err(failed)?;
        Ok(commands)
    }

    /// When to call [`Self::turn`] next, unless the socket is readable first.
    pub fn next_wake(&self) -> Option<Timestamp> {
        match &self.client {
            Some(client) => Some(client.until),
            None => self.paused_until,
        }
    }

    /// Takes a command if one has come, and sends the answer. Never waits.
    pub fn turn(&mut self, now: Timestamp, answer: impl FnOnce(&str) -> Answer) {
        let client = match self.client.take() {
            Some(client) => Some(client),
            None => self.accept(now),
        };
        if let Some(client) = client {
            self.client = client.serve(now, answer);
        }
    }

    fn accept(&mut self, now: Timestamp) -> Option<Client> {
        if self.paused_until.is_some_and(|until| now < until) {
            return None;
        }
        let accepted = self.listener.accept().and_then(|(stream, _)| {
            stream.set_nonblocking(true)?;
            Ok(stream)
        });
        let failure = accepted
            .as_ref()
            .err()
            .filter(|error| error.kind() != io::ErrorKind::WouldBlock);
        self.paused_until = failure.map(|_| now + PAUSE);
        if let Some(error) = failure
            && !self.has_failed
        {
            let path = self.path.display();
            complain!(
                "sluice: {path}: accept: {error}; the command waits, and the station tries again every second"
            );
            self.has_failed = true;
        }
        let stream = accepted.ok()?;
        self.has_failed = false;
        Some(Client {
            stream,
            until: now + CLIENT_MAX,
            request: Vec::new(),
            is_too_long: false,
        })
    }
}

impl AsFd for Commands {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match &self.client {
            Some(client) => client.stream.as_fd(),
            None if self.paused_until.is_some() => self.silence.0.as_fd(),
            None => self.listener.as_fd(),
        }
    }
}

impl Drop for Commands {
    fn drop(&mut self) {
        // If it stays, the next start removes it.
        let _ = fs::remove_file(&self.path);
    }
}

impl Client {
    /// Returns the client if its command is not complete yet.
    fn serve(mut self, now: Timestamp, answer: impl FnOnce(&str) -> Answer) -> Option<Self> {
        let mut bytes = [0; REQUEST_MAX];
        let count = match (&self.stream).read(&mut bytes) {
            Ok(0) => return None,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                return (now < self.until).then_some(self);
            }
            Err(_) => return None,
        };
        let bytes = bytes.get(..count)?;
        // One that is too long is read to its end: a client whose bytes are left unread gets an
        // error instead of the answer.
        self.is_too_long |= self.request.extend_from_slice(bytes).is_err();
        if !bytes.ends_with(b"\n") {
            return (now < self.until).then_some(self);
        }
        let Answer { done, what } = if self.is_too_long {
            let what = cut(format_args!("the request is too long"));
            Answer { done: false, what }
        } else {
            let request = self.request.strip_suffix(b"\n").unwrap_or_default();
            answer(str::from_utf8(request).unwrap_or("?"))
        };
        let word = if done { "ok" } else { "no" };
        let line: String<ANSWER_MAX> = cut(format_args!("{word} {what}\n"));
        // The answer fits into the socket's buffer. A client that has gone does not get it.
        let _ = (&self.stream).write_all(line.as_bytes());
        None
    }
}

/// Why a command got no answer.
#[derive(Debug, Error)]
pub enum AskError {
    /// No station listens.
    #[error("no station answers at {} ({error}); is it running, and is this its station file?", .path.display())]
    NoStation {
        /// The socket.
        path: PathBuf,
        /// The cause.
        #[source]
        error: io::Error,
    },
    /// The station did not answer in time.
    #[error("the station at {} did not answer: {error}", .path.display())]
    NoAnswer {
        /// The socket.
        path: PathBuf,
        /// The cause.
        #[source]
        error: io::Error,
    },
}

/// Sends a command to the station whose journal is in this directory, and waits for the answer. For
/// the program's commands; allocates.
///
/// # Errors
/// No station answers in time.
pub fn ask(directory: &str, request: &str) -> Result<Answer, AskError> {
    let path = Path::new(directory).join(NAME);
    let mut stream = UnixStream::connect(&path).map_err(|error| AskError::NoStation {
        path: path.clone(),
        error,
    })?;
    let failed = |error| AskError::NoAnswer {
        path: path.clone(),
        error,
    };
    stream
        .set_read_timeout(Some(ANSWER_TIMEOUT))
        .map_err(failed)?;
    stream
        .set_write_timeout(Some(ANSWER_TIMEOUT))
        .map_err(failed)?;
    let line = format!("{request}\n");
    stream.write_all(line.as_bytes()).map_err(failed)?;
    let mut text = std::string::String::new();
    stream.read_to_string(&mut text).map_err(failed)?;
    let answer = text.trim_end();
    let (word, what) = answer.split_once(' ').unwrap_or((answer, ""));
    if !matches!(word, "ok" | "no") {
        let gone = io::Error::new(io::ErrorKind::UnexpectedEof, "it hung up");
        return Err(failed(gone));
    }
    Ok(Answer {
        done: word == "ok",
        what: cut(format_args!("{what}")),
    })
}

#[cfg(test)]
mod tests;
