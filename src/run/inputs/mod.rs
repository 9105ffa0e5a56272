//! The thread `inputs`: the input lines beside the trigger, and the commands to the station. It
//! waits for no other thread and for no file, and no other thread waits for it.

mod commands;
mod controls;
mod line;

pub use commands::{Answer, AskError, ask};
pub use controls::Controls;

use crate::bounded::text::{Detail, cut};
use crate::run::shared::{Monitored, Shared, Stop};
use crate::run::threads::{Thread, Threads};
use crate::run::wait::wait;
use crate::station::Station;
use crate::station::file::{InputName, InputSettings};
use board::Timestamp;
use board::edge::Edges;
use commands::Commands;
use core::fmt;
use core::time::Duration;
use heapless::Vec;
use line::{Changes, Line};
use std::os::fd::AsFd as _;
use std::thread;

/// How often the recorder is told up to when the sensor behind the gate is known.
const CONFIRM_INTERVAL: Duration = Duration::from_millis(20);
/// How long the thread ignores a line that changes without end, so that the other threads get the
/// processor.
const PAUSE: Duration = Duration::from_millis(1);
const LINES_MAX: usize = InputName::ALL.len();

/// An open input line and its settings.
pub struct InputLine<'d> {
    /// Which one.
    pub name: InputName,
    /// Its settings.
    pub settings: &'d InputSettings,
    /// Its edges.
    pub edges: Box<dyn Edges + 'd>,
}

impl fmt::Debug for InputLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InputLine")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The input lines and the commands, before their thread starts.
pub struct Inputs<'a> {
    lines: Vec<Line<'a>, LINES_MAX>,
    commands: Option<Commands>,
    controls: Controls<'a>,
    shared: &'a Shared<'a>,
}

impl<'a> Inputs<'a> {
    /// Opens the socket for commands in the journal's directory. Without it the station works, and
    /// takes no commands. With a line `run` or `test` the station is stopped until its level is
    /// known.
    pub fn new(
        lines: std::vec::Vec<InputLine<'a>>,
        station: &'a Station,
        shared: &'a Shared<'a>,
    ) -> Self {
        let commands = Commands::open(&station.journal.directory)
            .inspect_err(|error| complain!("sluice: {error}; the station takes no commands"))
            .ok();
        let controls = Controls::new(station, shared);
        let now = Timestamp::now();
        Self {
            lines: lines
                .into_iter()
                .take(LINES_MAX)
                .map(|line| Line::new(line, now))
                .collect(),
            commands,
            controls,
            shared,
        }
    }

    /// Starts the thread `inputs`.
    pub fn start<'scope>(self, threads: &Threads<'scope, '_>) -> Thread<'scope, ()>
    where
        Self: 'scope,
    {
        threads.start("inputs", move || self.run())
    }

    fn run(mut self) {
        while !self.shared.is_stopping() {
            if let Err(why) = self.turn() {
                return self.shared.stop(Stop::Broken(why));
            }
        }
    }

    /// Waits for a change or a command, and handles both.
    fn turn(&mut self) -> Result<(), String> {
        self.wait()?;
        let now = Timestamp::now();
        let mut chatters = false;
        for line in &mut self.lines {
            let mut changes = Changes::new();
            chatters |= line
                .read(now, &mut changes)
                .map_err(|error| format!("{}: {error}", line.name()))?;
            for (at, active) in changes {
                self.controls.line(line.name(), at, active);
            }
            if line.name() == InputName::Confirm && !line.is_settling() {
                self.shared.confirmed.know_until(now);
            }
        }
        self.controls.turn(now);
        if let Some(commands) = &mut self.commands {
            commands.turn(now, |request| self.controls.command(request));
        }
        if chatters {
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    fn wait(&self) -> Result<(), String> {
        let stop = self.shared.stop_wake_up.as_fd();
        let mut sources = [stop; LINES_MAX + 2];
        let (lines, others) = sources.split_at_mut(LINES_MAX);
        for (source, line) in lines.iter_mut().zip(&self.lines) {
            *source = line.as_fd();
        }
        if let (Some(source), Some(commands)) = (others.first_mut(), &self.commands) {
            *source = commands.as_fd();
        }
        let heartbeat_at = self.shared.heartbeats.give(Monitored::Inputs);
        let confirms = self
            .lines
            .iter()
            .any(|line| line.name() == InputName::Confirm);
        let confirm_at = confirms.then(|| Timestamp::now() + CONFIRM_INTERVAL);
        let command_at = self.commands.as_ref().and_then(Commands::next_wake);
        let settled_at = self.lines.iter().filter_map(Line::next_wake);
        let others = [
            heartbeat_at,
            confirm_at,
            command_at,
            self.controls.next_wake(),
        ];
        let until = settled_at.chain(others.into_iter().flatten()).min();
        wait(sources, until)
            .map(|_| ())
            .map_err(|error| format!("inputs: {error}"))
    }
}

/// A text for the journal or for a command.
fn text(arguments: fmt::Arguments<'_>) -> Detail {
    cut(arguments)
}
