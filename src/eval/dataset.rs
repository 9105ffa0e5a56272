//! A data set on the disk: which parts it has, and of which kind they are where it says so.

use super::EvalError;
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// File of a data set that says the kind of each part. It may be missing.
pub const KINDS_FILE: &str = "kinds.csv";
/// Its first line.
const KINDS_HEADER: &str = "part,kind";

/// A directory of numbered directories, each with `image.png` and `mask.png`, and perhaps a `kinds.csv` beside them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSet {
    path: PathBuf,
    numbers: Vec<u32>,
    kinds: BTreeMap<u32, String>,
}

impl DataSet {
    /// Lists the parts and reads `kinds.csv`, if it is there: the line `part,kind`, then a line `N,kind` for each part, in
    /// any order; empty lines do not count, nor does a byte order mark. The pictures are not looked at.
    ///
    /// # Errors
    /// The directory cannot be read, has no numbered directories or one whose number is not written as plain digits, or
    /// `kinds.csv` is not of this form or names a part that is not there; the message names its line.
    pub fn open(path: &Path) -> Result<Self, EvalError> {
        let numbers = numbers(path)?;
        let file = path.join(KINDS_FILE);
        let kinds = match fs::read_to_string(&file) {
            Ok(text) => {
                read_kinds(&text, &numbers).map_err(|(line, problem)| EvalError::Kinds {
                    path: file,
                    line,
                    problem,
                })?
            }
            Err(error) if error.kind() == ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(EvalError::File { path: file, error }),
        };
        Ok(Self {
            path: path.to_owned(),
            numbers,
            kinds,
        })
    }

    /// Its directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The numbers of its parts, ascending.
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// The directory of a part.
    pub fn part(&self, number: u32) -> PathBuf {
        self.path.join(number.to_string())
    }

    /// The kind of a part, where the data set says it.
    pub fn kind(&self, number: u32) -> Option<&str> {
        self.kinds.get(&number).map(String::as_str)
    }
}

fn numbers(path: &Path) -> Result<Vec<u32>, EvalError> {
    let at = |error| EvalError::File {
        path: path.to_owned(),
        error,
    };
    let mut numbers = Vec::new();
    for entry in fs::read_dir(path).map_err(at)? {
        let name = entry.map_err(at)?.file_name();
        let Some((name, number)) = name
            .to_str()
            .and_then(|name| Some((name, name.parse::<u32>().ok()?)))
        else {
            continue;
        };
        // Or the folder `1` would be opened for a part in `0001`.
        if name != number.to_string() {
            return Err(EvalError::Name {
                path: path.join(name),
                number,
            });
        }
        numbers.push(number);
    }
    numbers.sort_unstable();
    if numbers.is_empty() {
        Err(EvalError::Empty {
            path: path.to_owned(),
        })
    } else {
        Ok(numbers)
    }
}

/// The kinds by part, of which these are there, ascending; else the line, from 1, and what is wrong with it.
fn read_kinds(text: &str, parts: &[u32]) -> Result<BTreeMap<u32, String>, (usize, String)> {
    // Spreadsheets write a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = (1..).zip(text.lines().map(str::trim));
    match lines.next() {
        Some((_, KINDS_HEADER)) => {}
        other => {
            let found = other.map_or("", |(_, line)| line);
            return Err((1, format!("is \"{found}\"; it must be \"{KINDS_HEADER}\"")));
        }
    }
    let mut kinds = BTreeMap::new();
    for (line, row) in lines.filter(|(_, row)| !row.is_empty()) {
        let Some((Ok(part), kind)) = row
            .split_once(',')
            .map(|(part, kind)| (part.trim().parse::<u32>(), kind.trim()))
        else {
            return Err((
                line,
                format!("is \"{row}\"; it must be the number of a part, a comma and its kind"),
            ));
        };
        if kind.is_empty() || kind.contains(',') {
            return Err((line, format!("is \"{row}\"; the kind must be a word")));
        }
        if parts.binary_search(&part).is_err() {
            return Err((
                line,
                format!(
                    "names part {part}, which is not there; take the line out or add {part}/image.png and {part}/mask.png"
                ),
            ));
        }
        if kinds.insert(part, kind.to_owned()).is_some() {
            return Err((line, format!("names part {part} a second time")));
        }
    }
    Ok(kinds)
}

#[cfg(test)]
mod tests {
    use super::read_kinds;

    #[test]
    fn kinds_are_read_in_any_order_and_mistakes_are_named_by_line() {
        let parts = [0, 1, 2, 7];
        let text = "part,kind\r\n7,crack\r\n\r\n 0 , free of defects\r\n";
        for text in [text, &format!("\u{feff}{text}")] {
            let kinds = read_kinds(text, &parts).unwrap();
            let kinds: Vec<_> = kinds.iter().map(|(n, kind)| (*n, kind.as_str())).collect();
            assert_eq!(kinds, [(0, "free of defects"), (7, "crack")]);
        }
        for (text, line, word) in [
            ("", 1, "part,kind"),
            ("7,crack\n", 1, "7,crack"),
            ("part,kind\n7\n", 2, "comma"),
            ("part,kind\n1,a\nseven,crack\n", 3, "seven"),
            ("part,kind\n1,\n", 2, "word"),
            ("part,kind\n1,a,b\n", 2, "word"),
            ("part,kind\n1,a\n2,b\n1,a\n", 4, "a second time"),
            ("part,kind\n1,a\n3,b\n", 3, "part 3, which is not there"),
        ] {
            let (found, problem) = read_kinds(text, &parts).unwrap_err();
            assert_eq!(found, line, "{text}");
            assert!(problem.contains(word), "{problem}");
        }
    }
}
