//! Reports for programs: a line of JSON for each value.

use crate::output::say;
use serde::Serialize;
use serde_json_core::ser::Error;
use sluice::part::Verdict;
use sluice::run::Answer;

/// Bytes of the first attempt. Most reports are shorter.
const BYTES: usize = 4096;

/// Prints a value as one line.
pub fn print(value: &impl Serialize) {
    if let Some(line) = line(value) {
        say!("{line}");
    }
}

/// A value as one line, for commands whose work does not depend on a reader.
pub fn line(value: &impl Serialize) -> Option<String> {
    let mut buffer = vec![0; BYTES];
    loop {
        match serde_json_core::to_slice(value, &mut buffer) {
            Ok(length) => {
                buffer.truncate(length);
                return Some(String::from_utf8_lossy(&buffer).into_owned());
            }
            Err(Error::BufferFull) => buffer.resize(2 * buffer.len(), 0),
            // Only a map with other keys than text gives another error, and no report has one.
            Err(error) => {
                sluice::complain!("sluice: the report: {error}");
                return None;
            }
        }
    }
}

/// The answer of a running station.
#[derive(Debug, Serialize)]
pub struct AnswerReport<'a> {
    /// Whether the station did what was asked.
    done: bool,
    answer: &'a str,
}

impl<'a> From<&'a Answer> for AnswerReport<'a> {
    fn from(answer: &'a Answer) -> Self {
        Self {
            done: answer.done,
            answer: &answer.what,
        }
    }
}

/// A verdict: its kind, its code, which is empty for a pass, and its text.
#[derive(Debug, Serialize)]
pub struct VerdictReport {
    kind: &'static str,
    code: &'static str,
    text: String,
}

impl From<Verdict> for VerdictReport {
    fn from(verdict: Verdict) -> Self {
        Self {
            kind: verdict.kind(),
            code: verdict.code(),
            text: verdict.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sluice::part::{Cause, Reason};

    #[test]
    fn a_verdict_has_a_code_only_if_it_is_no_pass() {
        for (verdict, kind, code) in [
            (Verdict::Pass, "PASS", ""),
            (
                Verdict::Reject(Reason::TooManyBlobs),
                "REJECT",
                "too_many_blobs",
            ),
            (Verdict::Fault(Cause::Late), "FAULT", "late"),
        ] {
            let report = VerdictReport::from(verdict);
            assert_eq!((report.kind, report.code), (kind, code));
        }
    }
}
