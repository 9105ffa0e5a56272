//! Promise: the commands of the station in the blocks of the pages work as they are written, in a
//! directory that has what the pages speak of. Every other command there names the test or the tool
//! that runs it.

use crate::import::PIPELINE;
use crate::site::{Site, lines, pictures, said};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How the pages' commands are run: see the file.
const TABLE: &str = include_str!("../data/pages.txt");

/// A row of the table.
#[derive(Clone, Copy, Debug)]
struct Row {
    how: &'static str,
    command: &'static str,
    /// What it prints, or where it is run.
    text: &'static str,
}

fn table() -> impl Iterator<Item = Row> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| {
        let mut cells = line.splitn(3, " | ");
        let [how, command, text] =
            [(); 3].map(|()| cells.next().unwrap_or_else(|| panic!("{line}")));
        Row { how, command, text }
    })
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages that are read with commands: all but those of generated text.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![];
    for directory in [
        "docs",
        "docs/zh",
        ".",
        "model",
        "board/stations",
        "tools/fuzz",
        "tools/link",
    ] {
        let entries = fs::read_dir(root().join(directory)).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        pages.extend(paths.filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    }
    pages.sort();
    pages
}

/// The commands in the blocks of a page: fenced as `sh`, or lines that begin with four spaces.
fn commands(page: &str) -> Vec<String> {
    let mut is_fenced = false;
    let mut commands = vec![];
    for line in page.lines() {
        if line.starts_with("```") {
            is_fenced = line == "```sh";
            continue;
        }
        let Some(line) = line.strip_prefix("    ").or(is_fenced.then_some(line)) else {
            continue;
        };
        let line = line.strip_prefix("$ ").unwrap_or(line);
        let line = line.split(" #").next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        commands.push(words.join(" "));
    }
    commands
}

/// What the pages speak of: pictures with masks, a pipeline, an old station file, recipes.
fn site() -> Site {
    let site = Site::quick("pages");
    site.keep_history();
    let flange = r#""recipes": [ { "name": "flange", "code": 2, "classes": [ { "class": 1, "name": "defect",
        "score_min": 0.5, "blob_area_min_px": 4, "blob_area_max_px": 30, "total_area_max_px": 40 } ] } ],
        "display": {"#;
    site.change(&[
        ("\"display\": {", flange),
        (r#""name": "plate","#, r#""name": "plate", "code": 1,"#),
    ]);
    site.add_challenge(
        r#""by": "picture", "parts": [
        { "picture": "good-golden.png", "expect": "pass" }, { "picture": "bad-golden.png", "expect": "reject" } ]"#,
    );
    let drift = r#""recipe": { "drift": { "parts": 10, "baselines": [] },"#;
    site.change(&[(r#""recipe": {"#, drift)]);
    let write = |name: &str, content: &[u8]| {
        let path = site.path.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    write("good-golden.png", &pictures::good());
    write("bad-golden.png", &pictures::bad());
    let mask = |is_marked: bool| {
        let marked = move |x, y| is_marked && (60..80).contains(&x) && (50..70).contains(&y);
        pictures::png(160, 144, move |x, y| u8::MAX * u8::from(marked(x, y)))
    };
    for set in [
        "set",
        "dataset",
        "model/data/mine-validation",
        "model/data/mine-test",
        "model/data/test",
    ] {
        for number in 0..4 {
            let is_bad = number % 2 == 1;
            let picture = if is_bad {
                pictures::bad()
            } else {
                pictures::good()
            };
            write(&format!("{set}/{number}/image.png"), &picture);
            write(&format!("{set}/{number}/mask.png"), &mask(is_bad));
        }
    }
    let data = root().join("tests/data/station");
    write("old.json", &fs::read(data.join("layout_1.json")).unwrap());
    write("unet_simple_opencv.pipeline", PIPELINE.as_bytes());
    let corners = r#""autoDetectFrame": "0", "cropPointx0": "16", "cropPointy0": "8", "cropPointx1": "144", "cropPointy1": "136""#;
    let fixed = PIPELINE.replace(r#""dataSource": "ExternalObjects""#, corners);
    write("old.pipeline", fixed.as_bytes());
    for name in [
        "my-station.json",
        "tuned.json",
        "drift.json",
        "mine.json",
        "STATION.json",
    ] {
        fs::copy(site.path.join("station.json"), site.path.join(name)).unwrap();
    }
    site
}

/// A shell in the station's directory that finds the program.
fn shell(site: &Site, command: &str) -> Command {
    let program = Path::new(env!("CARGO_BIN_EXE_sluice"));
    let path = std::env::var("PATH").unwrap();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", command])
        .current_dir(&site.path)
        .env(
            "PATH",
            format!("{}:{path}", program.parent().unwrap().display()),
        )
        .env("ASCENDCL_CPU_THREADS", "1");
    shell
}

/// The command as it is run. The pages write `...` and FILE for the station file, and the folder of
/// a disk.
fn here(site: &Site, command: &str) -> String {
    let disk = site.path.to_str().unwrap();
    let command = command.replace("/media/usb", disk);
    let command = command.replace("--station ...", "--station station.json");
    command.replace("--station FILE", "--station station.json")
}

/// Runs `work` while the files and folders that the command writes anew are not there.
fn without_written<T>(site: &Site, command: &str, work: impl FnOnce() -> T) -> T {
    let words: Vec<&str> = command.split(' ').collect();
    let written = match words[1] {
        "init" => words.get(2),
        "export" => words.last(),
        _ => words
            .iter()
            .position(|word| *word == "--write")
            .map(|at| &words[at + 1]),
    };
    let aside = site.path.join("aside");
    let path = written
        .map(|name| site.path.join(name))
        .filter(|path| path.exists());
    if let Some(path) = &path {
        fs::rename(path, &aside).unwrap();
    }
    let result = work();
    if let Some(path) = &path {
        let _ = fs::remove_dir_all(path).or_else(|_| fs::remove_file(path));
        fs::rename(&aside, path).unwrap();
    }
    result
}

/// Runs the command to its end. Returns what is wrong with it.
fn run(site: &Site, command: &str, words: &str) -> Option<String> {
    let output = without_written(site, command, || {
        shell(site, &here(site, command)).output().unwrap()
    });
    let text = said(&output);
    let is_right = output.status.success() && text.contains(words);
    (!is_right).then(|| format!("{command}: {}, \"{words}\"? {text}", output.status))
}

/// Waits for a line with `text` and sends Ctrl-C. Returns what is wrong.
fn run_until_interrupted(site: &Site, command: &str, text: &str) -> Option<String> {
    let mut shell = shell(
        site,
        &format!("exec env --default-signal=INT {}", here(site, command)),
    );
    let mut child = shell.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let is_there = lines.any(|line| line.unwrap().contains(text));
    kill(
        Pid::from_raw(child.id().try_into().unwrap()),
        Signal::SIGINT,
    )
    .unwrap();
    lines.for_each(drop);
    let status = child.wait().unwrap();
    // A command without a handler ends by the signal.
    let is_right = is_there && status.code().is_none_or(|code| code == 0);
    (!is_right).then(|| format!("{command}: {status} after Ctrl-C, \"{text}\"?"))
}

/// The commands of the station in all pages, without `sluice`.
fn of_station(pages: &[PathBuf]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for page in pages {
        for command in commands(&fs::read_to_string(page).unwrap()) {
            let command = command.strip_prefix("target/release/").unwrap_or(&command);
            found.extend(command.strip_prefix("sluice ").map(str::to_owned));
        }
    }
    found
}

#[test]
fn the_stations_commands_work_as_the_pages_write_them() {
    let known = table().filter_map(|row| row.command.strip_prefix("sluice "));
    let known: BTreeSet<String> = known.map(str::to_owned).collect();
    let news = "the commands of the pages, and those of tests/data/pages.txt";
    assert_eq!(of_station(&pages()), known, "{news}");

    let site = site();
    let mut station = site.start();
    for (name, picture) in [("good.png", pictures::good()), ("bad.png", pictures::bad())] {
        site.feed(name, &picture);
        site.wait_part(name);
    }
    assert_eq!(station.stop(), Some(0));
    let mut wrong = vec![];
    for Row { how, command, text } in table() {
        wrong.extend(match how {
            "alone" => run(&site, command, text),
            "goes-on" => run_until_interrupted(&site, command, text),
            _ => None,
        });
    }
    let mut station = site.start();
    site.wait_line(lines::READY, true);
    for Row { how, command, text } in table() {
        wrong.extend(match how {
            "beside" => run(&site, command, text),
            "follows" => run_until_interrupted(&site, command, text),
            _ => None,
        });
    }
    assert_eq!(station.stop(), Some(0));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Fails unless the file, or a file in the folder, has the text: `PLACE : TEXT`.
fn assert_holds(place_and_text: &str) {
    let (place, text) = place_and_text.split_once(" : ").unwrap();
    let path = root().join(place);
    let files = match fs::read_dir(&path) {
        Ok(entries) => entries.map(|entry| entry.unwrap().path()).collect(),
        Err(_) => vec![path],
    };
    let holds =
        |file: &PathBuf| fs::read_to_string(file).is_ok_and(|content| content.contains(text));
    assert!(files.iter().any(holds), "no \"{text}\" in {place}");
}

#[test]
fn what_runs_the_other_commands_exists() {
    let is_run = |row: &Row| ["elsewhere", "begins"].contains(&row.how);
    table()
        .filter(is_run)
        .for_each(|row| assert_holds(row.text));

    // Words that begin a command. Blocks without a language also have output and settings.
    let others: Vec<&str> = table()
        .filter(|row| ["begins", "by-hand"].contains(&row.how))
        .map(|row| row.command)
        .collect();
    let first = |command: &str| command.split(' ').next().unwrap().to_owned();
    let programs: BTreeSet<String> = others.iter().map(|command| first(command)).collect();
    for page in pages() {
        for command in commands(&fs::read_to_string(&page).unwrap()) {
            let program = first(&command);
            let is_path = ["tools/", "model/", "venv/"]
                .iter()
                .any(|begin| program.starts_with(begin));
            if is_path || programs.contains(&program) {
                let is_known = others.iter().any(|begin| command.starts_with(begin));
                let page = page.display();
                assert!(
                    is_known,
                    "{page}: {command}: name in tests/data/pages.txt what runs it"
                );
            }
        }
    }
}
