//! Commands in pages that the program, this tool or Cargo would refuse.

use crate::cli::Cli;
use clap::Parser as _;
use clap::error::ErrorKind;

/// The form in which a page has a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// In a sentence, where it may lack what it needs to run.
    Sentence,
    /// In a block, where it must be complete.
    Block,
}

/// What is wrong with a line of code. `tasks` are the names that `cargo xtask` takes.
pub fn fault(
    code: &str,
    form: Form,
    tasks: &[&str],
    is_program: impl Fn(&str) -> bool,
) -> Option<String> {
    let words = words(code);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [program, rest @ ..] if is_sluice(program) => fault_of_sluice(rest, form),
        ["cargo", "xtask", rest @ ..] => fault_of_xtask(rest, tasks),
        ["cargo", "run" | "build", rest @ ..] => {
            let at = rest.iter().position(|word| *word == "--bin")?;
            let name = rest.get(at + 1)?;
            (!is_program(name)).then(|| format!("{code}: there is no program {name}"))
        }
        _ => None,
    }
}

fn is_sluice(program: &str) -> bool {
    ["sluice", "target/release/sluice", "target/debug/sluice"].contains(&program)
}

fn fault_of_sluice(words: &[&str], form: Form) -> Option<String> {
    // A page writes `sluice COMMAND --help` for any command.
    if words.first().is_none_or(|word| *word == "COMMAND") {
        return None;
    }
    let parsed = Cli::try_parse_from([&["sluice"], words].concat());
    let error = parsed.err()?;
    let is_allowed = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => true,
        ErrorKind::MissingRequiredArgument => form == Form::Sentence,
        _ => false,
    };
    let said = error.to_string();
    let said = said.lines().next().unwrap_or_default();
    (!is_allowed).then(|| format!("sluice {}: {said}", words.join(" ")))
}

/// The words before the first option are tasks, or a tool and its own words.
fn fault_of_xtask(words: &[&str], tasks: &[&str]) -> Option<String> {
    let name = words
        .first()
        .filter(|name| name.chars().all(|c| c.is_ascii_lowercase()))?;
    (!tasks.contains(name)).then(|| format!("cargo xtask {name}: there is no such task"))
}

/// Splits a command as a shell does, up to a comment, a pipe or a redirection. `...` after an option
/// means its value, and elsewhere nothing.
fn words(code: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let code = code.trim().trim_start_matches("$ ");
    let mut chars = code.chars().peekable();
    while let Some(&first) = chars.peek() {
        if first.is_whitespace() {
            chars.next();
            continue;
        }
        if "#|>;&".contains(first) {
            break;
        }
        let mut word = String::new();
        let mut quote = None;
        while let Some(&c) = chars.peek() {
            if quote.is_none() && (c.is_whitespace() || c == ';') {
                break;
            }
            chars.next();
            match quote {
                Some(mark) if c == mark => quote = None,
                None if c == '\'' || c == '"' => quote = Some(c),
                _ => word.push(c),
            }
        }
        if word != "..." {
            words.push(word);
        } else if words.last().is_some_and(|last| last.starts_with("--")) {
            words.push("FILE".to_owned());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{Form, fault, words};

    fn is_wrong(code: &str, form: Form) -> bool {
        fault(code, form, &["check", "documents"], |name| name == "parts").is_some()
    }

    #[test]
    fn a_command_is_split_as_a_shell_does() {
        assert_eq!(words("a  'b c' \"d\" # e"), ["a", "b c", "d"]);
        assert_eq!(words("a --station ... ...; b"), ["a", "--station", "FILE"]);
        assert_eq!(words("$ a b > c"), ["a", "b"]);
    }

    #[test]
    fn commands_of_the_program_must_parse() {
        for code in [
            "sluice check --station ...   # file, lines",
            "sluice run --help",
            "sluice COMMAND --help",
            "sluice journal --part 100..120 --json",
            "target/release/sluice version",
            "some other --program",
        ] {
            assert!(!is_wrong(code, Form::Block), "{code}");
        }
        for code in [
            "sluice chek",
            "sluice check --staton FILE",
            "sluice mode fast",
            "sluice pulse",
            "sluice pulse reject --ms 0",
        ] {
            assert!(is_wrong(code, Form::Block), "{code}");
        }
    }

    #[test]
    fn a_sentence_may_leave_out_what_the_command_needs() {
        assert!(!is_wrong("sluice eval", Form::Sentence));
        assert!(is_wrong("sluice eval", Form::Block));
        assert!(is_wrong("sluice eval --numpy", Form::Sentence));
        assert!(!is_wrong("sluice", Form::Sentence));
    }

    #[test]
    fn tasks_and_programs_exist() {
        for code in [
            "cargo xtask check",
            "cargo xtask NAME",
            "cargo run -p t --bin parts -- --out x",
        ] {
            assert!(!is_wrong(code, Form::Block), "{code}");
        }
        for code in ["cargo xtask chekc", "cargo run --release -p t --bin partz"] {
            assert!(is_wrong(code, Form::Block), "{code}");
        }
    }
}
