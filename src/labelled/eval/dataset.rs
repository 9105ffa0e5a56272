//! A data set on the disk: its parts, and their kinds if it names them.

use super::EvalError;
use crate::bounded::file;
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The file of a data set that names the kind of each part. It is optional.
pub const KINDS_FILE: &str = "kinds.csv";
/// The longest such file.
const KINDS_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Its first line.
const KINDS_HEADER: &str = "part,kind";

/// A directory of numbered directories, each with `image.png` and `mask.png`, and optionally a
/// `kinds.csv` beside them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSet {
    path: PathBuf,
    numbers: Vec<u32>,
    kinds: BTreeMap<u32, String>,
}

impl DataSet {
    /// Lists the parts and reads `kinds.csv` if it exists. That file has the line `part,kind` and
    /// then a line `N,kind` for each part, in any order. Empty lines, a byte order mark and the
    /// line endings of other systems are allowed. The pictures are not read.
    ///
    /// # Errors
    /// The directory cannot be read, has no numbered directories, or has a part whose name is not a
    /// number in plain digits. Or `kinds.csv` has a different form, names a missing part, names a
    /// part twice, or spells a kind in two ways. The message then names the line.
    pub fn open(path: &Path) -> Result<Self, EvalError> {
        let numbers = numbers(path)?;
        let kinds_file = path.join(KINDS_FILE);
        let kinds = match file::read_text(&kinds_file, KINDS_BYTES_MAX) {
            Ok(text) => {
                read_kinds(&text, &numbers).map_err(|(line, problem)| EvalError::Kinds {
                    path: kinds_file,
                    line,
                    problem,
                })?
            }
            Err(error) if error.kind() == ErrorKind::NotFound => BTreeMap::new(),
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                return Err(EvalError::Kinds {
                    path: kinds_file,
                    line: 1,
                    problem: "or a later one is not UTF-8 text; save the file as CSV in UTF-8"
                        .to_owned(),
                });
            }
            Err(error) => {
                return Err(EvalError::File {
                    path: kinds_file,
                    error,
                });
            }
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

    /// True if it names the kind of any part.
    pub fn has_kinds(&self) -> bool {
        !self.kinds.is_empty()
    }

    /// The kind of a part, if the data set names it.
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
        let number = name.to_str().and_then(|name| name.parse::<u32>().ok());
        match number.filter(|number| name == *number.to_string()) {
            Some(number) => numbers.push(number),
            // Otherwise the folder `1` would be opened for a part in `0001`, and a part in `1
            // (copy)` would be left out silently.
            None if number.is_some() || is_part(&path.join(&name)) => {
                return Err(EvalError::Name {
                    path: path.join(name),
                    number,
                });
            }
            None => {}
        }
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

/// True if it is a directory with a part's files.
fn is_part(path: &Path) -> bool {
    ["image.png", "mask.png"]
        .iter()
        .any(|file| path.join(file).exists())
}

/// The kinds by part. `parts` are the existing parts, ascending. The error is a line number, from
/// 1, and what is wrong with that line.
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
    // For each kind, without case and spaces: its first line and its spelling there.
    let mut names: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for (line, row) in lines.filter(|(_, row)| !row.is_empty()) {
        let (part, kind) = read_kind(row).map_err(|problem| (line, problem))?;
        if parts.binary_search(&part).is_err() {
            return Err((
                line,
                format!(
                    "names part {part}, which does not exist; remove the line or add {part}/image.png and {part}/mask.png"
                ),
            ));
        }
        let words: Vec<_> = kind.split_whitespace().map(str::to_lowercase).collect();
        let (first, known) = names
            .entry(words.concat())
            .or_insert_with(|| (line, kind.to_owned()));
        if known != kind {
            return Err((
                line,
                format!(
                    "names the kind \"{kind}\" and line {first} \"{known}\"; write the same kind the same way"
                ),
            ));
        }
        if kinds.insert(part, kind.to_owned()).is_some() {
            return Err((line, format!("names part {part} a second time")));
        }
    }
    Ok(kinds)
}

/// Parses one line to the number of a part and its kind.
fn read_kind(row: &str) -> Result<(u32, &str), String> {
    let Some((part, kind)) = row
        .split_once(',')
        .map(|(part, kind)| (part.trim(), kind.trim()))
    else {
        return Err(format!(
            "is \"{row}\"; it must be the number of a part, a comma and its kind"
        ));
    };
    let Some(number) = part
        .parse::<u32>()
        .ok()
        .filter(|number| part == number.to_string())
    else {
        return Err(format!(
            "is \"{row}\"; it must be the number of a part as its directory has it (no quotes, sign or leading zeros), a comma \
             and its kind"
        ));
    };
    if kind.is_empty() || kind.contains(|c: char| matches!(c, ',' | ';' | '"') || c.is_control()) {
        return Err(format!(
            "is \"{row}\"; the kind must be a word, without quotes, commas or semicolons"
        ));
    }
    Ok((number, kind))
}

#[cfg(test)]
mod tests {
    use super::{DataSet, EvalError, read_kinds};

    #[test]
    fn kinds_are_read_in_any_order_and_errors_name_their_line() {
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
            ("part,kind\n1,a\n3,b\n", 3, "part 3, which does not exist"),
            ("Part,Kind\n1,a\n", 1, "part,kind"),
            ("part;kind\n1;a\n", 1, "part,kind"),
            ("part,kind\n01,a\n", 2, "leading zeros"),
            ("part,kind\n+1,a\n", 2, "sign"),
            ("part,kind\n\"1\",\"a\"\n", 2, "quotes"),
            ("part,kind\n1,\"a\"\n", 2, "quotes"),
            ("part,kind\n1,a;\n", 2, "semicolons"),
            ("part,kind\n1,a\0\n", 2, "word"),
            ("part,kind\n1,crack\n2,Crack\n", 3, "line 2 \"crack\""),
            ("part,kind\n1,free of\n2,free  of\n", 3, "the same way"),
        ] {
            let (found, problem) = read_kinds(text, &parts).unwrap_err();
            assert_eq!(found, line, "{text}");
            assert!(problem.contains(word), "{problem}");
        }
    }

    #[test]
    fn a_part_in_a_directory_of_another_name_is_refused() {
        let set = std::env::temp_dir().join(format!("sluice-names-{}", std::process::id()));
        let make = |name: &str, file: &str| {
            std::fs::create_dir_all(set.join(name)).unwrap();
            std::fs::write(set.join(name).join(file), b"").unwrap();
        };
        make("1", "image.png");
        make("plots", "curve.png");
        assert_eq!(DataSet::open(&set).unwrap().numbers(), [1]);
        for name in [
            "01",
            "+2",
            "1 (copy)",
            "2 ",
            "2.0",
            "part2",
            "4294967296",
            "\u{662}",
        ] {
            make(name, "mask.png");
            let error = DataSet::open(&set).unwrap_err();
            assert!(matches!(error, EvalError::Name { .. }), "{name}: {error}");
            assert!(error.to_string().contains(&format!("/{name}: ")), "{error}");
            std::fs::remove_dir_all(set.join(name)).unwrap();
        }
        std::fs::remove_dir_all(set).unwrap();
    }
}
