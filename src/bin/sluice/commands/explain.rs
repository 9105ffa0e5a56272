//! `sluice explain`: what a key of the station file is, or what an error code of AscendCL means and
//! what to do about it.

use crate::cli::ExplainOptions;
use crate::exit::FAILED;
use crate::output;

use ascendcl::codes::{self, Class};
use ascendcl::reported::{self, Level, Reported};
use core::fmt::Write as _;
use sluice::station::keys;
use std::process::ExitCode;

/// The advice for a code that the header does not define.
const LOOK_UP: &str = "look it up in the documentation of the CANN that is installed, and in the device log (~/ascend/log)";

/// Prints what the keys and codes mean.
pub fn run(options: &ExplainOptions) -> ExitCode {
    let result = explain_all(&options.words);
    let code = if result.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FAILED)
    };
    let (Ok(text) | Err(text)) = result;
    output::print(format_args!("{text}"));
    code
}

/// Explains every key in `words`, or else every code once, in order. Words may be keys, codes,
/// names, or sentences that contain codes. Other words are ignored if there is a code; otherwise
/// each is reported as unknown.
///
/// # Errors
/// A key is wrong, or at least one code is unknown; the text still explains the other codes.
fn explain_all(words: &[String]) -> Result<String, String> {
    let keys: Option<Vec<String>> = words.iter().map(|word| keys::explain(word)).collect();
    if let Some(keys) = keys.filter(|keys| !keys.is_empty()) {
        return Ok(keys.concat());
    }
    if let Some(word) = words.iter().find(|word| is_like_key(word)) {
        let meant = keys::nearest(word)
            .map_or("`sluice check --keys` lists all".to_owned(), |near| {
                format!("did you mean \"{near}\"?")
            });
        return Err(format!("{word} is no key of a station file; {meant}\n"));
    }
    let tokens: Vec<&str> = words.iter().flat_map(|word| tokens(word)).collect();
    if tokens.is_empty() {
        return Err(
            "neither key nor code: give one, such as gate.delay_ms, 507033 or EE1001\n".to_owned(),
        );
    }
    let codes: Vec<&str> = tokens
        .iter()
        .copied()
        .filter(|token| is_code(token))
        .collect();
    let (mut all, mut known, mut said) = (String::new(), true, Vec::new());
    for token in if codes.is_empty() { tokens } else { codes } {
        let result = explain(token);
        known &= result.is_ok();
        let (Ok(text) | Err(text)) = result;
        // A message has the number and the name of one code.
        if !said.contains(&text) {
            all += &text;
            said.push(text);
        }
    }
    if known { Ok(all) } else { Err(all) }
}

/// Whether a word can only be a wrong key: it begins with the name of a section.
fn is_like_key(word: &str) -> bool {
    let section = word.split_once('.').map_or("", |(section, _)| section);
    keys::all().any(|key| key.path == section)
}

/// The words of a text, without the punctuation around them.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
        .map(|word| word.trim_end_matches('-'))
        .filter(|word| !word.is_empty())
}

/// Whether a word of a sentence has the form of a code.
fn is_code(word: &str) -> bool {
    let number = word.parse().ok().and_then(Class::of);
    number.is_some()
        || word.to_ascii_uppercase().starts_with("ACL_")
        || reported::parse(word).is_some()
}

/// Explains a code, given by its number or its name.
///
/// # Errors
/// The code is unknown; the text says what its range or name suggests.
fn explain(word: &str) -> Result<String, String> {
    if let Some(code) = reported::parse(word) {
        return Ok(reported_entry(&code));
    }
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
    // Writing to a string cannot fail, here and below.
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
    let _ = writeln!(
        text,
        "  CPU    with the CPU engine (engine.library \"builtin\"), do what its own message says instead"
    );
    text
}

/// What CANN documents about a code such as `EE1001`.
fn reported_entry(code: &Reported) -> String {
    let Reported {
        code,
        level,
        module,
        internal,
        title,
    } = code;
    let module = module.unwrap_or("a module that the guide does not name");
    let article = match level {
        Level::Warning => "a",
        Level::Error | Level::Information => "an",
    };
    let mut text = format!(
        "{code}: {article} {level} that CANN reports in its texts, besides the number that the call returns
"
    );
    let _ = writeln!(text, "  module {module}");
    let class = if *internal {
        "internal (9000 to 9999): the module failed internally"
    } else {
        "user (0000 to 8999): the program, its settings, its rights or the model is wrong"
    };
    let _ = writeln!(text, "  class  {class}");
    if let Some(title) = title {
        let _ = writeln!(text, "  title  {title}");
    }
    let to_do = if *internal {
        "read the lines below it (FUNC, FILE, LINE, TraceBack): they name what failed; keep the device log (~/ascend/log), \
         restart, and ask the vendor if it recurs"
    } else {
        "read its text and the lines below it, which name the value or the file; look the code up in error_code.json of the \
         installed CANN (.../conf/error_manager/) or in its troubleshooting guide, \"Error Code Reference\""
    };
    let _ = writeln!(
        text,
        "  to do  {to_do}; then `sluice explain` the number in the same message"
    );
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
            "{number} is no code of AscendCL: codes have six digits and begin with 1, 2, 3 or 5\n"
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
    fn keys_are_explained_and_a_wrong_one_gets_the_nearest() {
        let all = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            super::explain_all(&words)
        };
        let text = all(&["gate.delay_ms", "lines.reject"]).unwrap();
        for part in [
            "gate.delay_ms\n  means    time from the trigger",
            "  allowed  a whole number from 1 to 600000, in milliseconds\n  may be left out\n",
            "lines.reject\n",
            "\n    safe                 level that the wiring gives it",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        // A list's element may be given with and without its index.
        let list = all(&["recipe.classes[0].class"]).unwrap();
        assert!(list.contains("from 1 to 254"), "{list}");
        assert!(all(&["recipe.classes"]).unwrap().contains("    score_min "));
        let wrong = all(&["gate.delai_ms"]).unwrap_err();
        assert_eq!(
            wrong,
            "gate.delai_ms is no key of a station file; did you mean \"delay_ms\"?\n"
        );
        let wrong = all(&["gate.colour"]).unwrap_err();
        assert!(wrong.contains("`sluice check --keys` lists all"), "{wrong}");
    }

    #[test]
    fn a_code_is_explained_by_number_and_by_name() {
        let text = explain("507033").unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 5, "{text}");
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
    fn codes_are_found_in_a_pasted_message() {
        let all = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            super::explain_all(&words)
        };
        let one = explain("507033").unwrap();
        for words in [
            &["507033,"][..],
            &["(507033)."],
            &["code=507033;"],
            &[
                "aclrtSetDevice failed with 507033 (ACL_ERROR_RT_DEV_SETUP_ERROR, see `sluice explain 507033`): why",
            ],
            &["failed", "with", "507033,", "twice:", "507033"],
        ] {
            assert_eq!(all(words).as_ref(), Ok(&one), "{words:?}");
        }
        let two = all(&["EE1001: The argument is invalid. Reason: 107002!"]).unwrap();
        assert!(
            two.starts_with("EE1001: an error") && two.contains("107002 ACL_ERROR_RT_CONTEXT_NULL"),
            "{two}"
        );
        assert!(all(&["507033, 207999"]).unwrap_err().starts_with(&one));
        assert!(
            all(&["...", ""])
                .unwrap_err()
                .contains("neither key nor code")
        );
        let none = all(&["it", "failed"]).unwrap_err();
        assert!(
            none.contains("it is no name") && none.contains("failed is no name"),
            "{none}"
        );
    }

    #[test]
    fn a_code_of_cann_has_its_module_and_no_invented_meaning() {
        let text = explain("EE1001").unwrap();
        for word in [
            "the runtime",
            "user (0000",
            "title  an argument is invalid",
            "error_code.json",
        ] {
            assert!(text.contains(word), "{word}: {text}");
        }
        let text = explain("EZ9999").unwrap();
        assert!(
            text.contains("internal (9000") && text.contains("device log"),
            "{text}"
        );
        assert!(!text.contains("title"), "{text}");
        let text = explain("WQ0001").unwrap();
        assert!(
            text.starts_with("WQ0001: a warning") && text.contains("does not name"),
            "{text}"
        );
    }

    #[test]
    fn an_unknown_code_gets_the_class_of_its_range_or_names_like_it() {
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
