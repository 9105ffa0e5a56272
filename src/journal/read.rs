//! Reads all files of the journal in order, line by line. For start-up and for tools; allocates.

use super::line::{Damage, decode};
use super::lines::Lines;
use super::{Error, Record, file_name, files};
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
}

/// Reads the journal in this directory. A station may be writing it at the same time.
///
/// Damaged lines and unreadable files become entries, and reading goes on after them.
///
/// # Errors
/// [`Error::Directory`] when the directory cannot be read.
pub fn read(directory: &str) -> Result<Reader, Error> {
    Ok(Reader {
        directory: PathBuf::from(directory),
        numbers: files::list(directory)?.into_iter(),
        current: None,
    })
}

/// Iterates over the entries of a journal.
#[derive(Debug)]
pub struct Reader {
    directory: PathBuf,
    numbers: IntoIter<u32>,
    current: Option<(u32, Lines<BufReader<File>>)>,
}

impl Iterator for Reader {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        loop {
            let (file, lines) = match &mut self.current {
                Some((file, lines)) => (*file, lines),
                None => {
                    let file = self.numbers.next()?;
                    match File::open(self.directory.join(file_name(file).as_str())) {
                        Ok(input) => {
                            self.current = Some((file, Lines::new(BufReader::new(input))));
                            continue;
                        }
                        Err(error) => {
                            return Some(Entry {
                                file,
                                line: 1,
                                content: Err(Damage::Read(error)),
                            });
                        }
                    }
                }
            };
            let content = match lines.next() {
                Ok(Some(line)) if line.ended => decode(line.bytes),
                Ok(Some(_)) => Err(Damage::Torn),
                Ok(None) => {
                    self.current = None;
                    continue;
                }
                Err(error) => Err(Damage::Read(error)),
            };
            let line = lines.number();
            if matches!(content, Err(Damage::Read(_))) {
                self.current = None;
            }
            return Some(Entry {
                file,
                line,
                content,
            });
        }
    }
}
