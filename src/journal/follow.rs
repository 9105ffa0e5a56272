//! Reads a journal that a station is writing, again and again from where the last reading ended.
//! For tools; allocates.

use super::line::Damage;
use super::lines::Lines;
use super::read::{Chain, Entry, content_of};
use super::{JournalError, file_name, files};
use crate::bounded::file::open_regular;
use std::fs::File;
use std::io::{self, BufReader, Seek as _, SeekFrom};
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

/// The end of what was read.
#[derive(Debug, Clone, Copy)]
struct End {
    file: u32,
    /// Number of the last line.
    line: u64,
    /// Bytes up to its end.
    offset: u64,
    /// The file's number on its file system; 0 before it was opened.
    inode: u64,
    /// Its error was told.
    is_broken: bool,
}

/// Reads a journal up to its end, as often as it is asked to.
#[derive(Debug)]
pub struct Follower {
    directory: String,
    end: Option<End>,
    chain: Chain,
}

impl Follower {
    /// Begins with the oldest file of the journal in this directory.
    pub fn new(directory: &str) -> Self {
        Self {
            directory: directory.to_owned(),
            end: None,
            chain: Chain::default(),
        }
    }

    /// Gives each line that was not read before, with its bytes but for the newline, to `each`.
    ///
    /// A last line that does not end is left for the next time: the station may be writing it. A
    /// file that the station deleted before it was read to its end is left out.
    ///
    /// # Errors
    /// [`JournalError::Directory`] when the directory cannot be read.
    pub fn read_on(&mut self, each: &mut dyn FnMut(&Entry, &[u8])) -> Result<(), JournalError> {
        loop {
            // Listed before the file is read: a file that has a successor is complete.
            let mut later = files::list(&self.directory)?;
            if let Some(end) = self.end {
                later.retain(|number| *number > end.file);
                self.read_file(end, later.is_empty(), each);
            }
            let Some(&file) = later.first() else {
                return Ok(());
            };
            self.end = Some(End {
                file,
                line: 0,
                offset: 0,
                inode: 0,
                is_broken: false,
            });
        }
    }

    fn read_file(&mut self, end: End, is_last: bool, each: &mut dyn FnMut(&Entry, &[u8])) {
        let opened = open(&self.directory, end);
        let is_new = matches!(&opened, Ok((_, lines)) if lines.offset() < end.offset);
        let is_gone = matches!(&opened, Err(error) if error.kind() == io::ErrorKind::NotFound);
        if is_new || is_gone {
            // What the file held is unknown.
            self.chain = Chain::default();
        }
        let mut give = |line: u64, content, link, bytes: &[u8]| {
            let entry = Entry {
                file: end.file,
                line,
                content,
                order: self.chain.next(link),
            };
            each(&entry, bytes);
        };
        let (inode, mut lines) = match opened {
            Ok(opened) => opened,
            Err(_) if is_gone || end.is_broken => return,
            Err(error) => {
                give(end.line + 1, Err(Damage::Read(error)), None, &[]);
                self.end = Some(End {
                    is_broken: true,
                    ..end
                });
                return;
            }
        };
        loop {
            let read_to = End {
                line: lines.number(),
                offset: lines.offset(),
                inode,
                ..end
            };
            match lines.next() {
                Ok(Some(line)) if line.ended || !is_last => {
                    let (content, link) = content_of(&line);
                    give(read_to.line + 1, content, link, lines.bytes());
                }
                Ok(_) => {
                    self.end = Some(End {
                        is_broken: false,
                        ..read_to
                    });
                    return;
                }
                Err(error) => {
                    if !end.is_broken {
                        give(read_to.line + 1, Err(Damage::Read(error)), None, &[]);
                    }
                    self.end = Some(End {
                        is_broken: true,
                        ..read_to
                    });
                    return;
                }
            }
        }
    }
}

/// Opens a file behind what was read, or at its beginning if it is another one or was cut.
fn open(directory: &str, end: End) -> io::Result<(u64, Lines<BufReader<File>>)> {
    let mut file = open_regular(&PathBuf::from(directory).join(file_name(end.file).as_str()))?;
    let metadata = file.metadata()?;
    let is_same = metadata.ino() == end.inode && metadata.len() >= end.offset;
    let (line, offset) = if is_same {
        (end.line, end.offset)
    } else {
        (0, 0)
    };
    file.seek(SeekFrom::Start(offset))?;
    let lines = Lines::behind(BufReader::new(file), line, offset);
    Ok((metadata.ino(), lines))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Place, part, start};
    use super::super::{Journal, Order, Record};
    use super::*;
    use std::fs::{self, OpenOptions};
    use std::io::Write as _;

    /// What is new: the numbers of parts, `start`, or the damage.
    fn news(follower: &mut Follower) -> String {
        let mut news = Vec::new();
        let mut each = |entry: &Entry, bytes: &[u8]| {
            assert_ne!(entry.order, Order::Broken);
            news.push(match &entry.content {
                Ok(Record::Part(part)) => {
                    assert!(bytes.starts_with(b"{\"kind\":\"part\"") && bytes.ends_with(b"\"}"));
                    part.part.number().to_string()
                }
                Ok(Record::Start(_)) => format!("start {}.{}", entry.file, entry.line),
                Ok(_) => return,
                Err(damage) => damage.to_string(),
            });
        };
        follower.read_on(&mut each).unwrap();
        news.join(", ")
    }

    #[test]
    fn each_line_is_read_once_it_is_whole_and_across_files() {
        let place = Place::new("follow-lines");
        let mut settings = place.settings();
        settings.file_size_max_kib = 2;
        let mut follower = Follower::new(place.path.to_str().unwrap());
        assert_eq!(news(&mut follower), "");
        let mut journal = Journal::open(&settings, start(1)).unwrap();
        journal.append(&part(1, "a.png")).unwrap();
        assert_eq!(news(&mut follower), "start 1.1, 1");
        assert_eq!(news(&mut follower), "");
        // The station writes a line in two pieces, as far as a reader sees it.
        let path = place.path.join(file_name(1).as_str());
        let before = fs::read(&path).unwrap();
        journal.append(&part(2, "a.png")).unwrap();
        let after = fs::read(&path).unwrap();
        fs::write(&path, &after[..before.len() + 40]).unwrap();
        assert_eq!(news(&mut follower), "");
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(&after[before.len() + 40..]).unwrap();
        assert_eq!(news(&mut follower), "2");
        for number in 3..=8 {
            journal.append(&part(number, "a.png")).unwrap();
        }
        let expected = "3, 4, start 2.1, 5, 6, 7, 8";
        assert_eq!(news(&mut follower), expected);
    }

    #[test]
    fn a_line_that_never_ends_is_damage_once_there_is_another_file() {
        let place = Place::new("follow-torn");
        let settings = place.settings();
        let mut journal = Journal::open(&settings, start(1)).unwrap();
        journal.append(&part(1, "a.png")).unwrap();
        let path = place.path.join(file_name(1).as_str());
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"kind\"").unwrap();
        let mut follower = Follower::new(place.path.to_str().unwrap());
        assert_eq!(news(&mut follower), "start 1.1, 1");
        fs::copy(&path, place.path.join(file_name(2).as_str())).unwrap();
        assert!(news(&mut follower).starts_with("the line does not end, start 2.1, 1"));
        // Another file of the name is read from its beginning, and an error is told once.
        let second = place.path.join(file_name(2).as_str());
        let bytes = fs::read(&second).unwrap();
        fs::write(place.path.join("new"), &bytes[..bytes.len() - 7]).unwrap();
        fs::rename(place.path.join("new"), &second).unwrap();
        assert_eq!(news(&mut follower), "start 2.1, 1");
        fs::remove_file(&second).unwrap();
        fs::create_dir(&second).unwrap();
        assert!(news(&mut follower).starts_with("the file cannot be read"));
        assert_eq!(news(&mut follower), "");
        // A file that is gone is no damage.
        fs::remove_dir(&second).unwrap();
        assert_eq!(news(&mut follower), "");
    }
}
