//! The lines that wait for the broker: read from the journal, given to the connection,
//! acknowledged.

use super::client::WINDOW_MAX;
use crate::journal::{Line, Place, Step, Tail, TailError};
use sluice::complain;
use sluice::journal::Damage;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};

/// A message under way.
#[derive(Debug)]
struct Message {
    /// The line that it has; none for a retained message.
    place: Option<Place>,
    /// Its number, once it was sent.
    number: Option<u16>,
    is_acknowledged: bool,
}

/// What became of the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Lines given to a connection, again counted again.
    pub sent: u64,
    /// Lines acknowledged, again counted again.
    pub acknowledged: u64,
    /// Damaged lines, which are not published.
    pub damaged: u64,
    /// Places at which lines are missing. The station deleted them, or they were taken away.
    pub gaps: u64,
}

/// The outbox of one station.
#[derive(Debug)]
pub(super) struct Outbox {
    directory: PathBuf,
    tail: Tail,
    /// In the order in which they were given to the connection.
    under_way: VecDeque<Message>,
    /// The last line up to which all lines are acknowledged.
    acknowledged: Option<Place>,
    /// Ends of the lines before it, the newest at the end.
    before: VecDeque<Option<Place>>,
    repeat_lines: usize,
    /// Lines that must be acknowledged once more before a new one can be.
    repeats: usize,
    /// Whether this connection has had a new line acknowledged.
    has_new: bool,
    pub(super) sums: Sums,
}

impl Outbox {
    /// Goes on behind `place`, or begins with the oldest line.
    pub(super) fn new(directory: &Path, place: Option<Place>, repeat_lines: usize) -> Self {
        Self {
            directory: directory.to_owned(),
            tail: tail_behind(directory, place),
            under_way: VecDeque::with_capacity(2 * WINDOW_MAX),
            acknowledged: place,
            before: VecDeque::new(),
            repeat_lines,
            repeats: 0,
            has_new: false,
            sums: Sums::default(),
        }
    }

    /// The line up to which the broker has acknowledged all lines.
    pub(super) const fn acknowledged(&self) -> Option<Place> {
        self.acknowledged
    }

    /// Whether nothing waits for an acknowledgement.
    pub(super) fn is_empty(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Whether a line was acknowledged on this connection that never was before.
    pub(super) const fn has_new(&self) -> bool {
        self.has_new
    }

    /// A new connection begins: what was not acknowledged is sent again, and `repeat_lines` before
    /// it, since a broker that was killed loses what it acknowledged.
    pub(super) fn rewind(&mut self) {
        self.under_way.clear();
        // A connection may have ended within the lines that it had to repeat.
        self.repeats = self.repeats.saturating_add(self.before.len());
        self.has_new = false;
        let place = self.before.front().copied().unwrap_or(self.acknowledged);
        self.acknowledged = place;
        self.before.clear();
        self.tail = tail_behind(&self.directory, place);
    }

    /// The next line to send; `None` if the window is full or nothing is new.
    ///
    /// # Errors
    /// The journal cannot be read now.
    pub(super) fn next(&mut self) -> Result<Option<Vec<u8>>, TailError> {
        while self.under_way.len() < WINDOW_MAX {
            match self.tail.step()? {
                None => return Ok(None),
                Some(Step::Line(line)) => {
                    if self.is_to_send(&line) {
                        self.sums.sent = self.sums.sent.saturating_add(1);
                        self.add(Some(line.place), false);
                        return Ok(Some(self.tail.bytes().to_vec()));
                    }
                    // It moves the position with the lines around it.
                    self.add(Some(line.place), true);
                    self.settle();
                }
                Some(Step::Anew) => {
                    complain!(
                        "sluice-link: the journal was replaced or changed; all of it is published"
                    );
                }
                Some(Step::LeftOut(error)) => {
                    self.sums.gaps = self.sums.gaps.saturating_add(1);
                    complain!("sluice-link: {error}; its other lines are not published");
                }
            }
        }
        Ok(None)
    }

    fn is_to_send(&mut self, line: &Line) -> bool {
        let place = line.place;
        if line.has_gap {
            self.sums.gaps = self.sums.gaps.saturating_add(1);
            complain!(
                "sluice-link: before journal file {}, line {}, lines are missing and are not published",
                place.file,
                place.line
            );
        }
        match &line.record {
            // A record of another version has a right checksum.
            Ok(_) | Err(Damage::Json(_)) => true,
            Err(damage) => {
                self.sums.damaged = self.sums.damaged.saturating_add(1);
                complain!(
                    "sluice-link: journal file {}, line {} is not published: {damage}",
                    place.file,
                    place.line
                );
                false
            }
        }
    }

    /// Whether a retained message waits for its acknowledgement.
    pub(super) fn has_retained(&self) -> bool {
        self.under_way.iter().any(|message| message.place.is_none())
    }

    /// A retained message was given to the connection.
    pub(super) fn add_retained(&mut self) {
        self.add(None, false);
    }

    fn add(&mut self, place: Option<Place>, is_acknowledged: bool) {
        self.under_way.push_back(Message {
            place,
            number: None,
            is_acknowledged,
        });
    }

    /// The connection has sent the oldest message without a number.
    pub(super) fn sent(&mut self, number: u16) {
        let mut waiting = self.under_way.iter_mut();
        let next = waiting.find(|message| message.number.is_none() && !message.is_acknowledged);
        if let Some(message) = next {
            message.number = Some(number);
        }
    }

    /// The broker has acknowledged this message.
    pub(super) fn acknowledge(&mut self, number: u16) {
        let mut waiting = self.under_way.iter_mut();
        let of_number =
            |message: &&mut Message| message.number == Some(number) && !message.is_acknowledged;
        if let Some(message) = waiting.find(of_number) {
            message.is_acknowledged = true;
            if message.place.is_some() {
                self.sums.acknowledged = self.sums.acknowledged.saturating_add(1);
            }
            self.settle();
        }
    }

    /// Moves on behind the messages up to the first one that waits.
    fn settle(&mut self) {
        while self
            .under_way
            .front()
            .is_some_and(|message| message.is_acknowledged)
        {
            let Some(Message {
                place: Some(place), ..
            }) = self.under_way.pop_front()
            else {
                continue;
            };
            self.has_new |= self.repeats == 0;
            self.repeats = self.repeats.saturating_sub(1);
            self.before.push_back(self.acknowledged);
            if self.before.len() > self.repeat_lines {
                self.before.pop_front();
            }
            self.acknowledged = Some(place);
        }
    }
}

fn tail_behind(directory: &Path, place: Option<Place>) -> Tail {
    match place {
        Some(place) => Tail::behind(directory, place),
        None => Tail::new(directory, 0),
    }
}

#[cfg(test)]
mod tests;
