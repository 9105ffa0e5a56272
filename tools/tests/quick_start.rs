//! Promise: the commands of `docs/quick-start.md` work in their order, and give what the page says.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// `cargo` builds nothing here: the programs are built already.
const CARGO: &str = r#"set -eu
cargo() {
    case "$*" in
        "build --release") ;;
        "run --release -p sluice-tools --bin parts -- "*) shift 7; "$PARTS" "$@" ;;
        *) echo "not a command of the page: cargo $*" >&2; exit 9 ;;
    esac
}
"#;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The blocks of the page in one language, in their order.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let begin = format!("```{language}\n");
    let blocks = page.split(&begin).skip(1);
    let blocks = blocks.map(|rest| rest.split("```").next().unwrap().to_owned());
    blocks.collect()
}

/// A shell in the folder, with the programs that were built with this test.
fn shell(folder: &Path, block: &str) -> Command {
    let parts = Path::new(env!("CARGO_BIN_EXE_parts"));
    let programs = parts.parent().unwrap();
    assert!(
        programs.join("sluice").exists(),
        "build the station first: `cargo build`, or test all packages"
    );
    let path = std::env::var("PATH").unwrap();
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("{CARGO}{block}")])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", programs.display()))
        .env("PARTS", parts);
    command
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join("docs").join(name)).unwrap()
}

fn run(folder: &Path, block: &str) -> String {
    let output = shell(folder, block).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{block}\n{said}");
    String::from_utf8(output.stdout).unwrap()
}

/// The lines of parts and of the end, without their times.
fn without_times(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| {
        line.starts_with('#') || line.contains(" parts: ") || line.starts_with("at the gate")
    });
    let words = lines.map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.iter().position(|word| *word == "ms") {
            Some(at) => [&words[..at - 1], &words[at + 1..]].concat().join(" "),
            None => words.join(" "),
        }
    });
    words.collect()
}

#[test]
fn the_translation_has_the_same_commands_and_the_same_output() {
    for language in ["sh", "text"] {
        let [original, translation] =
            ["quick-start.md", "zh/quick-start.md"].map(|name| blocks(&page(name), language));
        assert_eq!(original, translation);
    }
}

#[test]
fn the_quick_start_works_as_it_is_written() {
    let page = page("quick-start.md");
    let blocks_of_shell = blocks(&page, "sh");
    let [build, check, judge, live, feed, look] = blocks_of_shell.as_slice() else {
        panic!("{} blocks of commands", blocks_of_shell.len())
    };
    let [shown] = &blocks(&page, "text")[..] else {
        panic!("one block of output is shown")
    };
    let folder = std::env::temp_dir().join(format!("sluice-quick-start-{}", std::process::id()));
    fs::create_dir(&folder).unwrap();
    for name in ["model", "board"] {
        symlink(root().join(name).canonicalize().unwrap(), folder.join(name)).unwrap();
    }

    run(&folder, build);
    let checked = run(&folder, check);
    assert!(!checked.contains("WRONG"), "{checked}");
    let judged = run(&folder, judge);
    assert_eq!(without_times(&judged), without_times(shown), "{judged}");

    let mut station = shell(&folder, &live.replace("sluice run", "exec sluice run"));
    let mut station = station.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(station.stdout.take().unwrap()).lines();
    let ready = lines.by_ref().map(Result::unwrap);
    assert!(ready.into_iter().any(|line| line.starts_with("ready")));
    run(&folder, feed);
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert!(station.wait().unwrap().success(), "{rest:#?}");
    let passed = "at the gate: 1 passed, 0 rejected";
    assert!(
        rest.iter().any(|line| line.starts_with(passed)),
        "{rest:#?}"
    );

    let looked = run(&folder, look);
    for part in 1..=4 {
        assert!(looked.contains(&format!("part {part} ")), "{looked}");
    }
    assert!(folder.join("screen.png").exists());
    fs::remove_dir_all(&folder).unwrap();
}
