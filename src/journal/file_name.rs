//! The names of the journal's files.

use core::fmt::Write as _;
use std::ffi::OsStr;

const PREFIX: &str = "journal-";
const SUFFIX: &str = ".jsonl";

/// Holds the name of any file.
pub(super) type FileName = heapless::String<32>;

/// The name of the file with this number: `journal-000001.jsonl`.
pub fn file_name(number: u32) -> FileName {
    let mut name = FileName::new();
    // 8 + 10 + 6 bytes at most.
    let _ = write!(name, "{PREFIX}{number:06}{SUFFIX}");
    name
}

/// The number of the file with this name; `None` for any other file.
pub(super) fn number_of(name: &OsStr) -> Option<u32> {
    let name = name.to_str()?;
    let digits = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    let number = digits.parse().ok()?;
    (file_name(number) == name).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_exactly_one_name() {
        for (name, number) in [
            ("journal-000001.jsonl", Some(1)),
            ("journal-123456.jsonl", Some(123_456)),
            ("journal-4294967295.jsonl", Some(u32::MAX)),
            ("journal-4294967296.jsonl", None),
            ("journal-1.jsonl", None),
            ("journal-0000001.jsonl", None),
            ("journal-+00001.jsonl", None),
            ("journal-000001.jsonl.bak", None),
        ] {
            assert_eq!(number_of(OsStr::new(name)), number, "{name}");
            if let Some(number) = number {
                assert_eq!(file_name(number), name);
            }
        }
    }
}
