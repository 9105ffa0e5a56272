//! A terminal as a screen: raw input, its size, and what it was before.
//!
//! The terminal is put back when the program drops [`RawTerminal`], and in a panic. Signals that
//! end the program must be taken by the caller, who then drops it.

use nix::libc;
use nix::sys::termios::{SetArg, Termios, cfmakeraw, tcgetattr, tcsetattr};
use std::io::{self, IsTerminal as _, Write as _};
use std::os::fd::AsRawFd as _;
use std::panic;
use std::sync::{Mutex, PoisonError};

/// The alternate screen without a cursor, whose lines do not wrap.
const ENTER: &str = "\x1b[?1049h\x1b[?25l\x1b[?7l";
/// Colours, wrapping, cursor and screen as they were.
const LEAVE: &str = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";

/// How the terminal was before; nothing if it is so now.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// The terminal of standard input and output, in raw mode and on its alternate screen, until it is
/// dropped.
#[derive(Debug)]
pub struct RawTerminal(());

/// The size of a terminal, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalSize {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl RawTerminal {
    /// Takes the terminal. Call it once in a program, before other threads print.
    ///
    /// # Errors
    /// Standard input or output is no terminal, or the terminal refuses.
    pub fn enter() -> io::Result<Self> {
        if !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
            return Err(io::Error::other(
                "standard input and output must be a terminal",
            ));
        }
        let before = tcgetattr(io::stdin())?;
        let mut raw = before.clone();
        cfmakeraw(&mut raw);
        tcsetattr(io::stdin(), SetArg::TCSAFLUSH, &raw)?;
        *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = Some(before);
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |what| {
            restore();
            usual(what);
        }));
        let terminal = Self(());
        let mut out = io::stdout().lock();
        out.write_all(ENTER.as_bytes())?;
        out.flush()?;
        Ok(terminal)
    }

    /// Its size now.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn size(&self) -> io::Result<TerminalSize> {
        size()
    }
}

/// The size of the terminal that is standard output.
///
/// # Errors
/// Standard output is no terminal.
pub fn size() -> io::Result<TerminalSize> {
    let mut size = libc::winsize {
        ws_row: 0,
        ws_col: 0,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    // SAFETY: the descriptor is that of standard output, which lives as long as the process.
    // The kernel writes one `winsize`, and `size` is one that nothing else refers to.
    unsafe { window_size(io::stdout().as_raw_fd(), &raw mut size) }?;
    Ok(TerminalSize {
        width: size.ws_col,
        height: size.ws_row,
    })
}

impl Drop for RawTerminal {
    fn drop(&mut self) {
        restore();
    }
}

/// Puts the terminal back, if that was not done yet.
fn restore() {
    let before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(before) = before else { return };
    // A terminal that is gone needs nothing. Written past the lock of `stdout`, which a thread that
    // panics may hold.
    let _ = nix::unistd::write(io::stdout(), LEAVE.as_bytes());
    let _ = tcsetattr(io::stdin(), SetArg::TCSAFLUSH, &before);
}

mod call {
    #![allow(
        missing_docs,
        reason = "the macro makes a function without documentation"
    )]
    use nix::libc;

    nix::ioctl_read_bad!(window_size, libc::TIOCGWINSZ, libc::winsize);
}
use call::window_size;

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;
    use std::time::{Duration, Instant};
    use std::{env, process, thread};

    /// With this variable the test is the program in the terminal.
    const INSIDE: &str = "SLUICE_TEST_TERMINAL";
    const NAME: &str = "terminal::tests::a_panic_puts_the_terminal_back_and_is_readable";

    #[test]
    fn a_panic_puts_the_terminal_back_and_is_readable() {
        if env::var_os(INSIDE).is_some() {
            let terminal = RawTerminal::enter().unwrap();
            let size = terminal.size().unwrap();
            panic!("on purpose, in {} x {}", size.width, size.height);
        }
        assert!(RawTerminal::enter().is_err(), "no terminal");
        let server = format!("sluice-board-{}", process::id());
        let tmux = |arguments: &[&str]| {
            let mut command = Command::new("tmux");
            let command = command.args(["-L", &server]).args(arguments);
            let output = command.env_remove("TMUX").output();
            let output = output.expect("Debian's package tmux");
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        let program = env::current_exe().unwrap();
        let line = format!(
            "{INSIDE}=1 RUST_BACKTRACE=0 {} --exact {NAME} --nocapture; stty -a | tr ' ' '\\n' | grep icanon; sleep 600",
            program.display()
        );
        let start = [
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            "90",
            "-y",
            "30",
        ];
        tmux(&[&start[..], &[&line]].concat());
        let end = Instant::now() + Duration::from_secs(60);
        let mut shown = String::new();
        while !shown.contains("icanon") && Instant::now() < end {
            thread::sleep(Duration::from_millis(20));
            shown = tmux(&["capture-pane", "-p"]);
        }
        tmux(&["kill-server"]);
        assert!(shown.contains("on purpose, in 90 x 30"), "{shown}");
        assert!(
            shown.contains("icanon") && !shown.contains("-icanon"),
            "{shown}"
        );
    }
}
