//! Reads all files of the journal in order, line by line. For start-up and for tools; allocates.

use super::line::{Damage, Link, read_line};
use super::lines::{Lines, RawLine};
use super::{JournalError, Record, file_name, files};
use crate::bounded::file::open_regular;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::vec::IntoIter;

/// A line of the journal.
#[derive(Debug)]
pub struct Entry {
    /// Number of its file ([`file_name`]).
    pub file: u32,
    /// Number of the line in its file, from 1.
    pub line: u64,
    /// The record, or why the line is not one.
    pub content: Result<Record, Damage>,
    /// Whether it follows the line before.
    pub order: Order,
}

/// Whether a line was written right after the one before it in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// It was.
    Follows,
    /// It is the first line that is read, the one before it is damaged, or it has no checksum of
    /// the line before, as old lines have none.
    Unknown,
    /// It was not: lines between the two are missing, or lines were put there, swapped or changed.
    Broken,
}

/// Follows the lines from one to the next.
#[derive(Debug, Default)]
pub(super) struct Chain {
    /// The checksum of the last line that is not damaged.
    last_crc: Option<u32>,
    /// Whether damaged lines follow it.
    is_damaged: bool,
}

impl Chain {
    /// The next line, if it is not damaged.
    pub(super) fn next(&mut self, link: Option<Link>) -> Order {
        let Some(Link { previous, crc }) = link else {
            self.is_damaged = true;
            return Order::Unknown;
        };
        let order = match (previous, self.last_crc) {
            (Some(previous), Some(last)) if previous == last => Order::Follows,
            (Some(_), Some(_)) if !self.is_damaged => Order::Broken,
            (Some(0), None) => Order::Follows,
            _ => Order::Unknown,
        };
        self.last_crc = Some(crc);
        self.is_damaged = false;
        order
    }
}

/// Reads the journal in this directory. A station may be writing it at the same time.
///
/// Damaged lines and unreadable files become entries, and reading continues after them.
///
/// # Errors
/// [`JournalError::Directory`] when the directory cannot be read.
pub fn read(directory: &str) -> Result<Reader, JournalError> {
    Ok(read_files(directory, files::list(directory)?))
}

/// Reads the files with these numbers in the journal in this directory.
pub(super) fn read_files(directory: &str, numbers: Vec<u32>) -> Reader {
    Reader {
        directory: PathBuf::from(directory),
        numbers: numbers.into_iter(),
        current: None,
        chain: Chain::default(),
    }
}

/// Iterates over the entries of a journal.
#[derive(Debug)]
pub struct Reader {
    directory: PathBuf,
    numbers: IntoIter<u32>,
    current: Option<(u32, Lines<BufReader<File>>)>,
    chain: Chain,
}

impl Iterator for Reader {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        loop {
            let (file, lines) = match &mut self.current {
                Some((file, lines)) => (*file, lines),
                None => {
                    let file = self.numbers.next()?;
                    match open_regular(&self.directory.join(file_name(file).as_str())) {
                        Ok(input) => {
                            self.current = Some((file, Lines::new(BufReader::new(input))));
                            continue;
                        }
                        Err(error) => {
                            return Some(Entry {
                                file,
                                line: 1,
                                content: Err(Damage::Read(error)),
                                order: self.chain.next(None),
                            });
                        }
                    }
                }
            };
            let (content, link) = match lines.next() {
                Ok(Some(line)) => content_of(&line),
                Ok(None) => {
                    self.current = None;
                    continue;
                }
                Err(error) => (Err(Damage::Read(error)), None),
            };
            let line = lines.number();
            if matches!(content, Err(Damage::Read(_))) {
                self.current = None;
            }
            return Some(Entry {
                file,
                line,
                content,
                order: self.chain.next(link),
            });
        }
    }
}

/// The record of a line, or what is wrong with the line, and its link unless it is damaged.
pub(super) fn content_of(line: &RawLine<'_>) -> (Result<Record, Damage>, Option<Link>) {
    if !line.ended {
        return (Err(Damage::Torn), None);
    }
    read_line(line.bytes)
}

#[cfg(test)]
mod tests {
    use super::super::line::{LINE_MAX, encode};
    use super::super::tests::{Place, start};
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    /// What is wrong with a line, or `ok`.
    fn outcome(entry: Entry) -> (u32, u64, String) {
        let text = match entry.content {
            Ok(_) => "ok".to_owned(),
            Err(damage) => damage.to_string(),
        };
        (entry.file, entry.line, text)
    }

    #[test]
    fn damaged_lines_and_unreadable_files_do_not_end_the_journal() {
        let place = Place::new("read");
        let mut line = [0; LINE_MAX];
        let (length, _) = encode(&start(1), 0, &mut line).unwrap();
        let whole = &line[..length];
        let file = |number| place.path.join(file_name(number).as_str());
        fs::write(file(1), [whole, b"no record\n", whole, b"torn"].concat()).unwrap();
        fs::create_dir(file(2)).unwrap();
        symlink("missing", file(3)).unwrap();
        fs::write(file(10), whole).unwrap();
        fs::write(place.path.join("other.jsonl"), whole).unwrap();

        let entries: Vec<_> = read(place.path.to_str().unwrap())
            .unwrap()
            .map(outcome)
            .collect();
        let places: Vec<_> = entries
            .iter()
            .map(|(file, line, _)| (*file, *line))
            .collect();
        assert_eq!(
            places,
            [(1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (3, 1), (10, 1)]
        );
        let texts: Vec<_> = entries.iter().map(|(_, _, text)| text.as_str()).collect();
        assert_eq!(
            texts[..4],
            [
                "ok",
                "the line has no checksum",
                "ok",
                "the line does not end"
            ]
        );
        for text in &texts[4..6] {
            assert!(text.starts_with("the file cannot be read: "), "{text}");
        }
        assert_eq!(texts[6], "ok");
    }

    #[test]
    fn a_missing_directory_is_an_error() {
        let error = read("no/such/journal").unwrap_err();
        assert!(matches!(
            error,
            JournalError::Directory {
                call: "opendir",
                ..
            }
        ));
    }
}
