//! Reads a journal that a station is writing, again and again from where the last reading ended.
//! For tools; allocates.

use super::line::Damage;
use super::lines::Lines;
use super::read::{Chain, Entry, content_of};
use super::{JournalError, file_name, files};
use std::fs::File;
use std::io::{self, BufReader, Seek as _, SeekFrom};
use std::path::PathBuf;

/// The end of what was read.
#[derive(Debug, Clone, Copy)]
struct End {
    file: u32,
    /// Number of the last line.
    line: u64,
    /// Bytes up to its end.
    offset: u64,
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
            });
        }
    }

    fn read_file(&mut self, end: End, is_last: bool, each: &mut dyn FnMut(&Entry, &[u8])) {
        let mut give = |line: u64, content, link, bytes: &[u8]| {
            let entry = Entry {
                file: end.file,
                line,
                content,
                order: self.chain.next(link),
            };
            each(&entry, bytes);
        };
        let mut lines = match open(&self.directory, end) {
            Ok(lines) => lines,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => return give(end.line + 1, Err(Damage::Read(error)), None, &[]),
        };
        loop {
            let read_to = End {
                file: end.file,
                line: lines.number(),
                offset: lines.offset(),
            };
            match lines.next() {
                Ok(Some(line)) if line.ended || !is_last => {
                    let (content, link) = content_of(&line);
                    give(read_to.line + 1, content, link, lines.bytes());
                }
                Ok(_) => {
                    self.end = Some(read_to);
                    return;
                }
                Err(error) => return give(read_to.line + 1, Err(Damage::Read(error)), None, &[]),
            }
        }
    }
}

fn open(directory: &str, end: End) -> io::Result<Lines<BufReader<File>>> {
    let mut file = File::open(PathBuf::from(directory).join(file_name(end.file).as_str()))?;
    file.seek(SeekFrom::Start(end.offset))?;
    Ok(Lines::behind(BufReader::new(file), end.line, end.offset))
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
        // A file that is gone is no damage.
        fs::remove_file(place.path.join(file_name(2).as_str())).unwrap();
        assert_eq!(news(&mut follower), "");
    }
}
