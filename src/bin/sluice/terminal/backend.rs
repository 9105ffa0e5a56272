//! ratatui's cells as the control sequences that each terminal of today knows (ECMA-48).

use board::terminal::RawTerminal;
use core::fmt::Write as _;
use ratatui_core::backend::{Backend, ClearType, WindowSize};
use ratatui_core::buffer::Cell;
use ratatui_core::layout::{Position, Size};
use ratatui_core::style::{Color, Modifier};
use std::io::{self, Write as _};
use thiserror::Error;

/// The terminal does not take what is drawn.
#[derive(Debug, Error)]
#[error("terminal: {0}")]
pub struct Gone(#[from] io::Error);

/// A terminal in raw mode.
pub struct Ansi {
    raw: RawTerminal,
    text: String,
}

impl Ansi {
    pub const fn new(raw: RawTerminal) -> Self {
        Self {
            raw,
            text: String::new(),
        }
    }

    fn send(&mut self) -> Result<(), Gone> {
        let mut out = io::stdout().lock();
        out.write_all(self.text.as_bytes())?;
        out.flush()?;
        self.text.clear();
        Ok(())
    }
}

/// The sequence that selects the style of a cell.
fn style(cell: &Cell, text: &mut String) {
    text.push_str("\x1b[0");
    for (modifier, code) in [
        (Modifier::BOLD, ";1"),
        (Modifier::DIM, ";2"),
        (Modifier::REVERSED, ";7"),
    ] {
        if cell.modifier.contains(modifier) {
            text.push_str(code);
        }
    }
    let code = match cell.fg {
        Color::Red => ";31",
        Color::Green => ";32",
        Color::Yellow => ";33",
        Color::Cyan => ";36",
        _ => "",
    };
    text.push_str(code);
    text.push('m');
}

impl Backend for Ansi {
    type Error = Gone;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), Gone>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut last: Option<(u16, u16)> = None;
        for (x, y, cell) in content {
            let is_next = last.is_some_and(|(column, row)| row == y && column + 1 == x);
            if !is_next {
                // Writing to a string cannot fail.
                let _ = write!(self.text, "\x1b[{};{}H", y + 1, x + 1);
            }
            style(cell, &mut self.text);
            self.text.push_str(cell.symbol());
            // Behind a letter of two columns the place is unknown, so it is given again.
            last = cell.symbol().is_ascii().then_some((x, y));
        }
        self.text.push_str("\x1b[0m");
        self.send()
    }

    fn hide_cursor(&mut self) -> Result<(), Gone> {
        Ok(())
    }

    fn show_cursor(&mut self) -> Result<(), Gone> {
        Ok(())
    }

    fn get_cursor_position(&mut self) -> Result<Position, Gone> {
        Ok(Position::ORIGIN)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, _: P) -> Result<(), Gone> {
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Gone> {
        self.text.push_str("\x1b[0m\x1b[2J");
        self.send()
    }

    fn clear_region(&mut self, _: ClearType) -> Result<(), Gone> {
        self.clear()
    }

    fn size(&self) -> Result<Size, Gone> {
        let size = self.raw.size()?;
        Ok(Size::new(size.width, size.height))
    }

    fn window_size(&mut self) -> Result<WindowSize, Gone> {
        Ok(WindowSize {
            columns_rows: self.size()?,
            pixels: Size::ZERO,
        })
    }

    fn flush(&mut self) -> Result<(), Gone> {
        Ok(())
    }
}
