//! `sluice explain`: what an error code of AscendCL means, and what to do about it.

use ascendcl::codes::{self, Class};
use core::fmt::Write as _;

/// What is said of a code that the header does not have.
const LOOK_UP: &str = "look it up in the documentation of the CANN that is installed, and in the device log (~/ascend/log)";

/// Explains a code, given by its number or its name.
///
/// # Errors
/// It is none that this program knows; the text says what can be said all the same.
pub fn explain(word: &str) -> Result<String, String> {
    let code = match word.parse::<i32>() {
        Ok(0) => return Ok("0 ACL_SUCCESS: no error\n".to_owned()),
        Ok(number) => codes::find(number).ok_or_else(|| unknown_number(number))?,
        Err(_) => codes::find_name(word).ok_or_else(|| unknown_name(word))?,
    };
    let title = format!("{} {}", code.code, code.name);
    Ok(entry(&title, Class::of(code.code), code.fatal, code.advice))
}

fn entry(title: &str, class: Option<Class>, fatal: bool, advice: &str) -> String {
    let mut text = format!("{title}\n");
    // Writing to a string cannot fail.
    if let Some(class) = class {
        let _ = writeln!(text, "  class  {class}");
    }
    let fatal = if fatal {
        "yes: the station makes its lines safe, ends with exit code 5 (4 while it starts) and must be started again"
    } else {
        "no: the part is a fault and is rejected, and the station goes on; while it starts, it ends with exit code 4"
    };
    let _ = writeln!(text, "  fatal  {fatal}");
    let _ = writeln!(text, "  to do  {advice}");
    text
}

fn unknown_number(number: i32) -> String {
    match Class::of(number) {
        Some(class) => {
            let title = format!(
                "{number} is not in header 1.3.0 of AscendCL; its class is that of its range"
            );
            entry(&title, Some(class), false, LOOK_UP)
        }
        None => format!(
            "{number} is no code of AscendCL: those have six digits, of which the first is 1, 2, 3 or 5\n"
        ),
    }
}

fn unknown_name(word: &str) -> String {
    let wanted = word.to_ascii_uppercase();
    let mut text = format!("{word} is no name of a code of AscendCL");
    let like: Vec<_> = codes::CODES
        .iter()
        .filter(|code| code.name.contains(&wanted))
        .collect();
    if like.is_empty() {
        text += "; give the number, or the name as in ACL_ERROR_RT_CONTEXT_NULL\n";
    } else {
        text += "; these contain it:\n";
        for code in like {
            let _ = writeln!(text, "  {} {}", code.code, code.name);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::explain;

    #[test]
    fn a_code_is_explained_by_number_and_by_name() {
        let text = explain("507033").unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 4, "{text}");
        assert_eq!(lines[0], "507033 ACL_ERROR_RT_DEV_SETUP_ERROR");
        assert!(lines[1].starts_with("  class  internal: "), "{text}");
        assert!(lines[2].starts_with("  fatal  yes: "), "{text}");
        assert!(
            lines[3].starts_with("  to do  the device cannot be set up: "),
            "{text}"
        );
        assert_eq!(explain("acl_error_rt_dev_setup_error"), Ok(text));
        let text = explain("ACL_ERROR_RT_CONTEXT_NULL").unwrap();
        assert!(
            text.contains("\n  class  caller: ") && text.contains("\n  fatal  no: "),
            "{text}"
        );
        assert!(explain("0").unwrap().contains("no error"));
    }

    #[test]
    fn of_an_unknown_one_is_said_what_can_be_said() {
        let text = explain("207999").unwrap_err();
        assert!(
            text.contains("not in header 1.3.0") && text.contains("class  resource: "),
            "{text}"
        );
        assert!(text.contains("to do  look it up"), "{text}");
        for number in ["42", "-107002", "400000"] {
            let text = explain(number).unwrap_err();
            assert!(text.contains("no code of AscendCL"), "{text}");
        }
        let text = explain("heartbeat").unwrap_err();
        assert!(
            text.contains("  507010 ACL_ERROR_RT_LOST_HEARTBEAT\n"),
            "{text}"
        );
        let text = explain("99999999999").unwrap_err();
        assert!(text.contains("no name of a code"), "{text}");
    }
}
