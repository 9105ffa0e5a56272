//! The codes at the beginning of the library's own texts, such as `EE1001`: the module that
//! reports, and what is documented about the code.
//!
//! These are not the numbers that calls return, which `codes` explains. Form and modules are from
//! the chapter "Error Code Reference" of CANN's troubleshooting guide (8.5 and 9.0). The titles are
//! from its chapters "RTS", "ACL" and "Driver Errors" (5.0 to 8.5). Nothing else is guessed.

use std::fmt;

/// The severity, which is the code's first letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `E`.
    Error,
    /// `W`.
    Warning,
    /// `I`.
    Information,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
        })
    }
}

/// The parts of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// The code in upper case.
    pub code: String,
    /// The severity.
    pub level: Level,
    /// The module that reports, or `None` if the guide does not name it.
    pub module: Option<&'static str>,
    /// Whether the module failed internally (9000 to 9999). Otherwise the program, its settings or
    /// the model is wrong.
    pub internal: bool,
    /// The guide's title for the code. `None` for codes outside runtime, ACL and driver.
    pub title: Option<&'static str>,
}

/// The second letter of a code, and the module that it names.
const MODULES: &[(u8, &str)] = &[
    (
        b'1',
        "GE, the graph engine, which compiles and loads models",
    ),
    (b'2', "FE, which fuses operators"),
    (b'3', "AI CPU"),
    (b'4', "TE Fusion, which compiles operators"),
    (b'7', "plug-ins of vector operators"),
    (b'8', "vector operators"),
    (b'B', "the compilation of TBE operators"),
    (b'C', "Auto Tune"),
    (b'D', "RL Tune"),
    (b'E', "the runtime"),
    (b'F', "LxFusion and AutoDeploy"),
    (b'G', "AOE"),
    (b'H', "ACL, the interface that the station calls"),
    (b'I', "HCCL, communication between devices"),
    (b'J', "HCCP, communication between devices"),
    (b'K', "profiling"),
    (b'L', "the driver"),
    (b'M', "the scheduling of queues"),
    (b'N', "DVPP, the device's decoder of pictures"),
    (b'O', "AMCT"),
    (b'P', "dumps"),
    (
        b'Z',
        "operators of all kinds, and calls of single operators",
    ),
];

/// The titles of the codes that a station is most likely to see: runtime, ACL and driver.
const TITLES: &[(&str, &str)] = &[
    (
        "EE1001",
        "an argument is invalid; its text gives the reason",
    ),
    ("EE1002", "waiting for a stream took longer than the limit"),
    (
        "EH0001",
        "an argument is invalid; its text gives value, name and reason",
    ),
    (
        "EH0004",
        "a file is invalid; its text gives file and reason",
    ),
    ("EL0001", "the device is absent or abnormal"),
    ("EL0002", "the device number is invalid"),
    ("EL0003", "an argument is invalid"),
    ("EL0004", "memory cannot be allocated"),
    ("EL0005", "a resource is busy"),
    ("EL0006", "resources are insufficient"),
    ("EL0007", "there is no permission"),
    ("EL0008", "event resources are insufficient"),
    ("EL0009", "stream resources are insufficient"),
    ("EL0010", "notification resources are insufficient"),
    ("EL0011", "model resources are insufficient"),
    ("EL0012", "a service queue is full"),
    ("EL0013", "CDQM resources are insufficient"),
    ("EL0014", "the operation is not supported"),
    ("EL0015", "the device may not be accessed"),
];

/// Parses a code, in upper or lower case: E, W or I, then a letter or digit, then four digits.
/// Returns `None` for any other word.
///
/// # Examples
///
/// ```
/// use ascendcl::reported::{self, Level};
///
/// let reported = reported::parse("ee1001").unwrap();
/// assert_eq!(reported.level, Level::Error);
/// assert_eq!(reported.module, Some("the runtime"));
/// assert_eq!(reported::parse("507033"), None);
/// ```
#[must_use]
pub fn parse(word: &str) -> Option<Reported> {
    let code = word.to_ascii_uppercase();
    let &[level, module, first, ..] = code.as_bytes() else {
        return None;
    };
    let (_, number) = code.split_at_checked(2)?;
    let is_number = number.len() == 4 && number.bytes().all(|digit| digit.is_ascii_digit());
    if !is_number || !module.is_ascii_alphanumeric() {
        return None;
    }
    let level = match level {
        b'E' => Level::Error,
        b'W' => Level::Warning,
        b'I' => Level::Information,
        _ => return None,
    };
    let module = MODULES.iter().find(|(letter, _)| *letter == module);
    let title = TITLES.iter().find(|(known, _)| *known == code);
    Some(Reported {
        level,
        module: module.map(|(_, name)| *name),
        internal: first == b'9',
        title: title.map(|(_, title)| *title),
        code,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_a_level_a_module_and_an_origin() {
        let found = parse("ee1001").unwrap();
        assert_eq!(found.code, "EE1001");
        assert_eq!((found.level, found.internal), (Level::Error, false));
        assert_eq!(found.module, Some("the runtime"));
        assert!(found.title.unwrap().contains("argument"));
        let found = parse("EZ9999").unwrap();
        assert!(found.internal && found.title.is_none());
        let found = parse("W29000").unwrap();
        assert_eq!(found.level, Level::Warning);
        assert!(found.module.unwrap().starts_with("FE"));
        assert_eq!(parse("EX0001").unwrap().module, None);
        for word in [
            "",
            "E",
            "EE101",
            "EE10011",
            "AE1001",
            "EE100a",
            "E-1001",
            "507033",
            "E\u{e9}1001",
        ] {
            assert_eq!(parse(word), None, "{word}");
        }
        // Every title has a known module and occurs once.
        for (index, (code, _)) in TITLES.iter().enumerate() {
            assert!(parse(code).unwrap().module.is_some(), "{code}");
            assert!(
                TITLES
                    .iter()
                    .skip(index + 1)
                    .all(|(other, _)| other != code)
            );
        }
    }
}
