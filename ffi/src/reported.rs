//! Codes that the library's own texts begin with, such as `EE1001`: which module reports, and what is documented.
//!
//! They are not the numbers that calls return ([`crate::codes`]). Their form and modules are from the chapter "Error
//! Code Reference" of CANN's troubleshooting guide (8.5 and 9.0). The titles are from its "RTS", "ACL" and "Driver
//! Errors" (5.0 to 8.5). What is not in there is not guessed.

use std::fmt;

/// How bad it is; the first letter.
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

/// A code, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// The code in capitals.
    pub code: String,
    /// How bad it is.
    pub level: Level,
    /// The module that reports; `None` where the guide does not name it.
    pub module: Option<&'static str>,
    /// Whether the module failed inside (9000 to 9999); else the program, its settings or the model is wrong.
    pub internal: bool,
    /// What the guide calls it, where it was read.
    pub title: Option<&'static str>,
}

/// The second letter, and the module that it names.
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

/// Titles of the codes that a station meets first: runtime, ACL and driver.
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

/// Takes a code of this form apart, in capitals or not: one of E, W and I, a letter or digit, four digits.
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
    fn a_code_says_level_module_and_whose_error_it_is() {
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
        // Each is found, and none twice.
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
