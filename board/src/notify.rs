//! Reports the state of a service to the service manager: ready, status, alive, stopping.
//!
//! The protocol is systemd's (`man sd_notify`): datagrams of `KEY=value` lines to the Unix socket
//! named by `NOTIFY_SOCKET`. No library is used because the existing ones read the environment for
//! each message, and the station sends from a thread that allocates nothing.
//!
//! ```no_run
//! use board::notify::Notify;
//!
//! if let Some(manager) = Notify::from_environment()? {
//!     manager.send("READY=1\nSTATUS=inspecting")?;
//! }
//! # Ok::<(), board::notify::NotifyError>(())
//! ```

use core::time::Duration;
use std::env;
use std::ffi::OsStr;
use std::io;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use thiserror::Error;

/// A socket to the service manager.
#[derive(Debug)]
pub struct Notify {
    socket: UnixDatagram,
    address: SocketAddr,
}

impl Notify {
    /// The service manager that started this process, or `None` if `NOTIFY_SOCKET` is not set.
    ///
    /// # Errors
    /// `NOTIFY_SOCKET` is not the address of a Unix socket, or no file descriptor is left.
    pub fn from_environment() -> Result<Option<Self>, NotifyError> {
        match env::var_os("NOTIFY_SOCKET") {
            Some(name) if !name.is_empty() => Self::to(&name).map(Some),
            _ => Ok(None),
        }
    }

    /// The socket with this name: an absolute path, or `@` and a name in the kernel's abstract
    /// namespace.
    ///
    /// # Errors
    /// The name is neither, or no file descriptor is left. A missing listener is only noticed by
    /// [`Notify::send`].
    pub fn to(name: &OsStr) -> Result<Self, NotifyError> {
        let address = match name.as_bytes() {
            [b'@', rest @ ..] if !rest.is_empty() => SocketAddr::from_abstract_name(rest),
            [b'/', ..] => SocketAddr::from_pathname(name),
            _ => {
                return Err(NotifyError::Name(name.to_string_lossy().into_owned()));
            }
        }
        .map_err(NotifyError::Socket)?;
        let socket = UnixDatagram::unbound().map_err(NotifyError::Socket)?;
        // A service manager that does not read must not block the station.
        socket.set_nonblocking(true).map_err(NotifyError::Socket)?;
        Ok(Self { socket, address })
    }

    /// Sends `state`, one or more `KEY=value` lines. Never blocks and allocates nothing.
    ///
    /// # Errors
    /// No process listens, or its queue is full. The message is lost.
    pub fn send(&self, state: &str) -> Result<(), NotifyError> {
        self.socket
            .send_to_addr(state.as_bytes(), &self.address)
            .map(drop)
            .map_err(NotifyError::Send)
    }
}

/// The interval within which the service manager expects `WATCHDOG=1`, or `None` if it does not
/// watch this process.
///
/// # Errors
/// `WATCHDOG_USEC` or `WATCHDOG_PID` is not a number.
pub fn watchdog_period() -> Result<Option<Duration>, NotifyError> {
    period(
        env::var("WATCHDOG_USEC").ok().as_deref(),
        env::var("WATCHDOG_PID").ok().as_deref(),
        std::process::id(),
    )
}

/// The interval `usec`, if `pid` is absent or names the process `this`.
fn period(
    usec: Option<&str>,
    pid: Option<&str>,
    this: u32,
) -> Result<Option<Duration>, NotifyError> {
    let number = |variable, text: &str| {
        text.parse::<u64>().map_err(|_| NotifyError::Variable {
            variable,
            value: text.to_owned(),
        })
    };
    let Some(usec) = usec else {
        return Ok(None);
    };
    if let Some(pid) = pid
        && number("WATCHDOG_PID", pid)? != u64::from(this)
    {
        return Ok(None);
    }
    match number("WATCHDOG_USEC", usec)? {
        0 => Ok(None),
        micros => Ok(Some(Duration::from_micros(micros))),
    }
}

/// Why the service manager cannot be notified.
#[derive(Debug, Error)]
pub enum NotifyError {
    /// `NOTIFY_SOCKET` is neither a path nor an abstract name.
    #[error("NOTIFY_SOCKET is \"{0}\"; it must be a path from the root or begin with @")]
    Name(String),
    /// A variable of the environment is not a number.
    #[error("{variable} is \"{value}\"; it must be a number")]
    Variable {
        /// The variable's name.
        variable: &'static str,
        /// The variable's value.
        value: String,
    },
    /// The socket could not be created or addressed.
    #[error("the socket that NOTIFY_SOCKET names: {0}")]
    Socket(#[source] io::Error),
    /// A message could not be sent.
    #[error("notifying the service manager: {0}")]
    Send(#[source] io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process;

    fn heard(listener: &UnixDatagram) -> String {
        let mut buffer = [0; 256];
        let len = listener.recv(&mut buffer).unwrap();
        String::from_utf8(buffer[..len].to_vec()).unwrap()
    }

    #[test]
    fn sockets_with_a_path_or_an_abstract_name_receive_the_messages() {
        let path = env::temp_dir().join(format!("board-notify-{}", process::id()));
        let listener = UnixDatagram::bind(&path).unwrap();
        let notify = Notify::to(path.as_os_str()).unwrap();
        notify.send("READY=1\nSTATUS=at work").unwrap();
        assert_eq!(heard(&listener), "READY=1\nSTATUS=at work");
        drop(listener);
        std::fs::remove_file(&path).unwrap();
        let error = notify.send("WATCHDOG=1").unwrap_err().to_string();
        assert!(
            error.starts_with("notifying the service manager"),
            "{error}"
        );
        // A new listener at the same path, as after a re-execution of systemd, gets the next
        // message.
        let listener = UnixDatagram::bind(&path).unwrap();
        notify.send("WATCHDOG=1").unwrap();
        assert_eq!(heard(&listener), "WATCHDOG=1");
        std::fs::remove_file(&path).unwrap();

        let name = format!("board-notify-{}", process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        let listener = UnixDatagram::bind_addr(&address).unwrap();
        let notify = Notify::to(OsStr::new(&format!("@{name}"))).unwrap();
        notify.send("STOPPING=1").unwrap();
        assert_eq!(heard(&listener), "STOPPING=1");
    }

    #[test]
    fn a_listener_that_does_not_read_never_blocks_the_sender() {
        let name = format!("board-notify-full-{}", process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        let _listener = UnixDatagram::bind_addr(&address).unwrap();
        let notify = Notify::to(OsStr::new(&format!("@{name}"))).unwrap();
        // The kernel queues a few hundred datagrams at most.
        let full = (0..100_000).find_map(|_| notify.send("WATCHDOG=1").err());
        assert!(
            matches!(&full, Some(NotifyError::Send(error)) if error.kind() == io::ErrorKind::WouldBlock),
            "{full:?}"
        );
    }

    #[test]
    fn names_that_are_not_addresses_are_refused() {
        for name in ["", "@", "run/notify", "vsock:2:1"] {
            let error = Notify::to(OsStr::new(name)).unwrap_err().to_string();
            assert!(error.contains("NOTIFY_SOCKET is \""), "{error}");
        }
    }

    #[test]
    fn the_period_is_only_read_by_the_watched_process() {
        let second = Duration::from_secs(1);
        let is = |usec, pid| period(usec, pid, 7).unwrap();
        assert_eq!(is(None, Some("7")), None);
        assert_eq!(is(Some("1000000"), None), Some(second));
        assert_eq!(is(Some("1000000"), Some("7")), Some(second));
        assert_eq!(is(Some("1000000"), Some("8")), None);
        assert_eq!(is(Some("0"), None), None);
        for (usec, pid, variable) in [
            ("1s", None, "WATCHDOG_USEC"),
            ("1", Some("-1"), "WATCHDOG_PID"),
        ] {
            let error = period(Some(usec), pid, 7).unwrap_err().to_string();
            assert!(error.starts_with(variable), "{error}");
        }
    }
}
