//! `sluice explain`: what a key of the station file is, or what an error code of AscendCL means and
//! what to do about it.

mod entry;

use crate::cli::ExplainOptions;
use crate::exit::FAILED;
use crate::json;
use crate::output;
use entry::Entry;

use ascendcl::codes::{self, Class, Code};
use ascendcl::reported::{self, Level, Reported};
use core::fmt::Write as _;
use sluice::station::keys;
use std::process::ExitCode;

/// The advice for a code that the header does not define.
const LOOK_UP: &str = "look it up in the documentation of the CANN that is installed, and in the device log (~/ascend/log)";

/// Prints what the keys and codes mean.
pub fn run(options: &ExplainOptions) -> ExitCode {
    let (entries, are_known) = explain_all(&options.words);
    for entry in &entries {
        if options.json {
            json::print(entry);
        } else {
            output::print(format_args!("{}", entry.text));
        }
    }
    if are_known {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FAILED)
    }
}

/// Explains the keys and codes in `words`, each once, in order. Words may be keys, codes, names, or
/// sentences that contain them. In a sentence, the name of a section is an ordinary word. Other
/// words are ignored if there is a code or a key; otherwise each is reported as unknown. The second
/// value is whether all are known.
fn explain_all(words: &[String]) -> (Vec<Entry>, bool) {
    let keys: Option<Vec<Entry>> = words.iter().map(|word| Entry::of_key(word)).collect();
    if let Some(keys) = keys.filter(|keys| !keys.is_empty()) {
        return (keys, true);
    }
    let (mut results, mut has_code) = (Vec::new(), false);
    for word in words.iter().flat_map(|text| text.split_whitespace()) {
        let key = bare(word);
        match Entry::of_key(key).filter(|_| key.contains('.')) {
            Some(entry) => results.push(entry),
            None => {
                let before = results.len();
                results.extend(tokens(word).filter(|token| is_code(token)).map(explain));
                has_code |= results.len() > before;
            }
        }
    }
    if !has_code {
        let wrong = words.iter().map(|word| bare(word)).filter(is_wrong_key);
        results.extend(wrong.map(wrong_key));
    }
    if results.is_empty() {
        results.extend(words.iter().flat_map(|text| tokens(text)).map(explain));
    }
    if results.is_empty() {
        let text = "neither key nor code: give one, such as gate.delay_ms, 507033 or EE1001\n";
        results.push(Entry::unknown(Some(&words.join(" ")), text.to_owned()));
    }
    let are_known = results.iter().all(Entry::is_known);
    let mut said: Vec<Entry> = Vec::new();
    for entry in results {
        // A message has the number and the name of one code.
        if !said.iter().any(|other| other.text == entry.text) {
            said.push(entry);
        }
    }
    (said, are_known)
}

/// A word without the punctuation around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '[' | ']')))
}

/// Whether a word can only be a wrong key: it begins with the name of a section.
fn is_wrong_key(word: &&str) -> bool {
    let (section, _) = word.split_once('.').unwrap_or_default();
    !word.contains(char::is_whitespace)
        && keys::all().any(|key| key.path == section)
        && keys::explain(word).is_none()
}

fn wrong_key(word: &str) -> Entry {
    let meant = keys::nearest(word).map_or("`sluice check --keys` lists all".to_owned(), |near| {
        format!("did you mean \"{}\"?", near.path)
    });
    let text = format!("{word} is no key of a station file; {meant}\n");
    Entry::unknown(Some(word), text)
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

/// Explains a code, given by its number or its name. If it is unknown, the entry says what its
/// range or name suggests.
fn explain(word: &str) -> Entry {
    if let Some(code) = reported::parse(word) {
        return reported_entry(&code);
    }
    match word.parse::<i32>() {
        Ok(0) => Entry {
            about: "code",
            name: Some("ACL_SUCCESS".to_owned()),
            number: Some(0),
            text: "0 ACL_SUCCESS: no error\n".to_owned(),
            ..Entry::default()
        },
        Ok(number) => codes::find(number).map_or_else(|| unknown_number(number), code_entry),
        Err(_) => codes::find_name(word).map_or_else(|| unknown_name(word), code_entry),
    }
}

fn code_entry(code: &Code) -> Entry {
    let title = format!("{} {}", code.code, code.name);
    let class = Class::of(code.code);
    Entry {
        about: "code",
        name: Some(code.name.to_owned()),
        number: Some(code.code),
        class: class.map(|class| class.to_string()),
        is_fatal: Some(code.fatal),
        to_do: Some(code.advice.to_owned()),
        text: text_of(&title, class, code.fatal, code.advice),
        ..Entry::default()
    }
}

fn text_of(title: &str, class: Option<Class>, fatal: bool, advice: &str) -> String {
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
fn reported_entry(code: &Reported) -> Entry {
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
    Entry {
        about: "reported",
        name: Some(code.to_string()),
        means: title.map(|title| title.to_string()),
        class: Some(class.to_owned()),
        to_do: Some(to_do.to_owned()),
        text,
        ..Entry::default()
    }
}

fn unknown_number(number: i32) -> Entry {
    let class = Class::of(number);
    let text = match class {
        Some(class) => {
            let title = format!(
                "{number} is not in header 1.3.0 of AscendCL; its class is that of its range"
            );
            text_of(&title, Some(class), false, LOOK_UP)
        }
        None => format!(
            "{number} is no code of AscendCL: codes have six digits and begin with 1, 2, 3 or 5\n"
        ),
    };
    Entry {
        number: Some(number),
        class: class.map(|class| class.to_string()),
        is_fatal: class.map(|_| false),
        to_do: class.map(|_| LOOK_UP.to_owned()),
        ..Entry::unknown(None, text)
    }
}

fn unknown_name(word: &str) -> Entry {
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
    Entry::unknown(Some(word), text)
}

#[cfg(test)]
mod tests;
