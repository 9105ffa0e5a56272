//! A timeline in a text file.

use super::Timeline;
use crate::line::PATIENCE;
use crate::lock;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// The first line of a timeline file.
pub const HEADER: &str = "time_us,offset,level";

/// A timeline in a text file: [`HEADER`], then one change per line. Time is in microseconds on the
/// monotonic clock (rounded down); levels are 0 and 1.
///
/// Only one process has the file at a time, like a real line. The next one waits and then gives up.
/// If the process is killed, the file ends with the levels that its lines had then.
#[derive(Debug)]
pub struct TimelineFile {
    file: BufWriter<File>,
    timeline: Timeline,
}

impl TimelineFile {
    /// Creates or empties the file and writes the header. Waits up to [`PATIENCE`] while another
    /// process has the file.
    ///
    /// # Errors
    /// The file cannot be created or written; [`io::ErrorKind::WouldBlock`] if another process has
    /// it.
    pub fn create(path: &Path, timeline: Timeline) -> io::Result<Self> {
        let file = hold(path)?;
        // A pipe cannot be truncated.
        if file.metadata()?.is_file() {
            file.set_len(0)?;
        }
        Self::new(file, timeline)
    }

    /// Appends to the file, or creates it with a header. Otherwise like [`TimelineFile::create`].
    ///
    /// # Errors
    /// As [`TimelineFile::create`].
    pub fn go_on(path: &Path, timeline: Timeline) -> io::Result<Self> {
        Self::new(hold(path)?, timeline)
    }

    fn new(file: File, timeline: Timeline) -> io::Result<Self> {
        let is_empty = file.metadata()?.len() == 0;
        let mut file = BufWriter::new(file);
        if is_empty {
            writeln!(file, "{HEADER}")?;
            file.flush()?;
        }
        Ok(Self { file, timeline })
    }

    /// Appends the changes since the last call. It may block, so the thread that drives the lines
    /// must not call it. Allocates nothing.
    ///
    /// # Errors
    /// The file cannot be written. The changes of this call are lost.
    pub fn append(&mut self) -> io::Result<()> {
        for change in self.timeline.changes() {
            let time_us = change.at.as_ns() / 1_000;
            let level = u8::from(bool::from(change.level));
            writeln!(self.file, "{time_us},{},{level}", change.offset)?;
        }
        self.file.flush()
    }

    /// Changes that were lost because [`TimelineFile::append`] was called too rarely.
    pub fn lost(&self) -> u64 {
        self.timeline.lost()
    }
}

/// Opens and locks the file for this process.
fn hold(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().append(true).create(true).open(path)?;
    lock::take(&file, PATIENCE)?;
    Ok(file)
}

/// Appends the last changes.
impl Drop for TimelineFile {
    fn drop(&mut self) {
        // The error cannot be reported. A reader sees from the last levels that the file ends
        // early.
        let _ = self.append();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::simulated::Chip;
    use embedded_hal::digital::{OutputPin, PinState};
    use std::fs;
    use std::path::PathBuf;
    use std::thread;

    fn place(test: &str) -> PathBuf {
        std::env::temp_dir().join(format!("timeline-{test}-{}", std::process::id()))
    }

    /// Offsets and levels of the changes in a file. Checks that their times never decrease.
    fn levels(path: &Path) -> Vec<(u64, u64)> {
        let text = fs::read_to_string(path).unwrap();
        let mut rows = text.lines();
        assert_eq!(rows.next(), Some(HEADER));
        let rows: Vec<Vec<u64>> = rows
            .map(|row| row.split(',').map(|field| field.parse().unwrap()).collect())
            .collect();
        assert!(rows.is_sorted_by_key(|row| row[0]));
        let now_us = Timestamp::now().as_ns() / 1_000;
        rows.iter()
            .inspect(|row| assert!(row[0] <= now_us))
            .map(|row| (row[1], row[2]))
            .collect()
    }

    #[test]
    fn the_file_holds_every_change_up_to_the_drop() {
        let path = place("drop");
        let (mut chip, timeline) = Chip::new(8);
        let mut file = TimelineFile::create(&path, timeline).unwrap();
        assert_eq!(levels(&path), []);
        let mut line = chip.line(5, PinState::High).unwrap();
        line.set_low().unwrap();
        file.append().unwrap();
        assert_eq!(levels(&path), [(5, 1), (5, 0)]);
        drop(line);
        drop(file);
        assert_eq!(levels(&path), [(5, 1), (5, 0), (5, 1)]);
        // One timeline that appends, and one that starts afresh.
        let (mut chip, timeline) = Chip::new(8);
        let file = TimelineFile::go_on(&path, timeline).unwrap();
        let line = chip.line(6, PinState::Low).unwrap();
        drop((line, file));
        assert_eq!(levels(&path), [(5, 1), (5, 0), (5, 1), (6, 0)]);
        let (_chip, timeline) = Chip::new(8);
        drop(TimelineFile::create(&path, timeline).unwrap());
        assert_eq!(levels(&path), []);
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_file_held_by_another_process_stays_unchanged_until_it_is_free() {
        let path = place("held");
        let (mut chip, timeline) = Chip::new(8);
        let holder = TimelineFile::go_on(&path, timeline).unwrap();
        let line = chip.line(5, PinState::High).unwrap();
        let (_other, timeline) = Chip::new(8);
        let refused = TimelineFile::create(&path, timeline).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::WouldBlock);
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(PATIENCE / 100);
                drop(holder);
            });
            let (_other, timeline) = Chip::new(8);
            let file = TimelineFile::go_on(&path, timeline);
            file.unwrap();
        });
        drop(line);
        assert_eq!(levels(&path), [(5, 1)]);
        fs::remove_file(&path).unwrap();
    }
}
