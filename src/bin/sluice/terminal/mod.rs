//! The terminal as a screen for the commands that draw: `top` and `watch-lines`.

mod backend;

use crate::interrupt::{Came, Interrupt};
use backend::{Ansi, Gone};
use board::terminal::RawTerminal;
use core::time::Duration;
use ratatui_core::terminal::{Frame, Terminal};
use std::io;

/// Ctrl-C, which is a key in raw mode.
const CTRL_C: u8 = 3;

/// A terminal on which a command draws, until it is dropped.
pub struct Drawing {
    terminal: Terminal<Ansi>,
    interrupt: Interrupt,
}

impl Drawing {
    /// Takes the terminal. `interrupt` has blocked the signals that end the program.
    ///
    /// # Errors
    /// There is no terminal, or it refuses; the text says what to do.
    pub fn begin(interrupt: Interrupt) -> Result<Self, String> {
        let raw = RawTerminal::enter().map_err(|error| format!("terminal: {error}"))?;
        let terminal = Terminal::new(Ansi::new(raw)).map_err(|error| error.to_string())?;
        Ok(Self {
            terminal,
            interrupt,
        })
    }

    /// Draws what has changed.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> Result<(), String> {
        let drawn = self.terminal.draw(draw);
        drawn.map(drop).map_err(|error: Gone| error.to_string())
    }

    /// Waits for a key, at most for `span`. True if the person or a signal ends the program.
    pub fn is_ended(&self, span: Duration) -> bool {
        match self.interrupt.wait_for(io::stdin(), span) {
            Came::Nothing => false,
            Came::Signal => true,
            Came::Readable => {
                let mut keys = [0; 32];
                // The end of the input, or an error: the terminal is gone.
                let count = nix::unistd::read(io::stdin(), &mut keys).unwrap_or(0);
                let keys = keys.get(..count).unwrap_or_default();
                keys.is_empty() || keys.iter().any(|key| matches!(*key, b'q' | b'Q' | CTRL_C))
            }
        }
    }
}
