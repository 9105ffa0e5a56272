//! Promise: the journal's files are begun, closed and deleted as the station file says, by one
//! writer. The disk may be full.

use super::journal_records::{
    IDENTITY, Place, append, assert_sound, file_names, open, open_again, part, parts, start,
};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use sluice::engine::MemoryBandwidth;
use sluice::hash::Sha256;
use sluice::journal::{Journal, JournalError, Model, Order, Record, Start, file_name, read};
use sluice::part::PartId;
use sluice::station::file;
use sluice::watch::Name;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const MEMORY: MemoryBandwidth = MemoryBandwidth {
    write_mb_s: 2900,
    read_mb_s: 160,
    ordinary_write_mb_s: 3000,
    ordinary_read_mb_s: 3100,
    copied: true,
};

/// A model whose texts need as much space as they may.
fn model(recipes: usize) -> Model {
    let escaped = |bytes: usize| "\u{1}".repeat(bytes);
    Model {
        time: start().time,
        station: escaped(32).parse().unwrap(),
        model: escaped(192).parse().unwrap(),
        sha256: Sha256::of(b"a"),
        recipes: (0..recipes).map(|_| escaped(24).parse().unwrap()).collect(),
        engine: None,
    }
}

/// So any file of the journal says what judged its parts.
#[test]
fn the_models_of_the_recipes_follow_every_start_record() {
    let place = Place::new("models");
    let settings = file::JournalSettings {
        file_size_max_kib: 9,
        ..place.journal()
    };
    let mut models = [model(1), model(7)];
    let start = Start {
        models: models.iter().cloned().collect(),
        ..start()
    };
    let mut journal = Journal::open(&settings, start).unwrap();
    append(&mut journal).unwrap();
    let engines = ["\u{1}".repeat(160).parse().ok(), None];
    journal.engine_ready(MEMORY, &engines).unwrap();
    for _ in 0..12 {
        append(&mut journal).unwrap();
    }
    drop(journal);
    let mut heads: Vec<Vec<Model>> = Vec::new();
    let mut in_head = false;
    for entry in read(&settings.directory).unwrap() {
        in_head = match entry.content.unwrap() {
            Record::Start(_) => {
                heads.push(Vec::new());
                true
            }
            Record::Model(model) => {
                assert!(in_head, "nothing is between a start and its models");
                heads.last_mut().unwrap().push(*model);
                true
            }
            _ => false,
        };
    }
    assert!(heads.len() > 3, "several files: {}", heads.len());
    for (index, head) in heads.into_iter().enumerate() {
        if index == 1 {
            models[0].engine.clone_from(&engines[0]);
        }
        for model in &mut models {
            model.time = head[0].time;
        }
        assert_eq!(head, models);
    }
}

#[test]
fn measured_rates_are_in_every_later_start_record() {
    let place = Place::new("measured");
    let settings = file::JournalSettings {
        file_size_max_kib: 2,
        ..place.journal()
    };
    let mut journal = open(&settings);
    let engine = || "unet-executor".parse().ok();
    journal.engine_ready(MEMORY, &[engine()]).unwrap();
    for _ in 0..6 {
        append(&mut journal).unwrap();
    }
    drop(journal);
    assert_sound(&settings, 1, 6);
    let starts: Vec<_> = read(&settings.directory)
        .unwrap()
        .filter_map(|entry| match entry.content.unwrap() {
            Record::Start(start) => Some((entry.file, start.memory, start.engine)),
            _ => None,
        })
        .collect();
    assert_eq!(starts[..2], [(1, None, None), (1, Some(MEMORY), engine())]);
    assert!(starts.len() > 2);
    assert!(
        starts[2..]
            .iter()
            .all(|(_, memory, by)| *memory == Some(MEMORY) && *by == engine())
    );
    // The next start of the station has not measured yet.
    drop(open(&settings));
    let last = read(&settings.directory).unwrap().last().unwrap();
    assert!(matches!(last.content.unwrap(), Record::Start(start) if start.memory.is_none()));
}

#[test]
fn part_numbers_continue_across_files_and_restarts() {
    let place = Place::new("rotate");
    let settings = file::JournalSettings {
        file_size_max_kib: 2,
        sync: true,
        ..place.journal()
    };
    for _ in 0..3 {
        let mut journal = open(&settings);
        for _ in 0..4 {
            append(&mut journal).unwrap();
        }
    }
    assert!(file_names(&settings).len() > 2);
    assert_sound(&settings, 1, 12);
}

#[test]
fn only_the_newest_files_are_kept() {
    let place = Place::new("keep");
    let settings = file::JournalSettings {
        file_size_max_kib: 1,
        files_max: 3,
        ..place.journal()
    };
    let mut journal = open(&settings);
    let mut appended = 0;
    while file_names(&settings).last().unwrap() < &"journal-000006.jsonl".to_string() {
        append(&mut journal).unwrap();
        appended += 1;
    }
    assert_eq!(
        file_names(&settings),
        [4, 5, 6].map(|number| file_name(number).to_string())
    );
    let kept = parts(&settings).len() as u64;
    assert_sound(&settings, appended - kept + 1, kept);
    assert_eq!(journal.next_part(), PartId::new(appended + 1));
}

#[test]
fn one_journal_has_one_writer() {
    let place = Place::new("lock");
    let settings = place.journal();
    let journal = open(&settings);
    assert!(matches!(
        Journal::open(&settings, start()),
        Err(JournalError::Locked(_))
    ));
    drop(journal);
    open(&settings);
}

#[test]
fn a_part_number_near_the_maximum_is_refused_at_the_start() {
    for (highest, good) in [(1 << 63, false), (u64::MAX, false), ((1 << 63) - 1, true)] {
        let place = Place::new(&format!("numbers-{highest}"));
        let settings = place.journal();
        let mut journal = open(&settings);
        let name = Name::new(b"part.png").unwrap();
        journal
            .append(&part(PartId::new(highest), &name, IDENTITY))
            .unwrap();
        drop(journal);
        match open_again(&settings) {
            Ok(journal) => assert!(good && journal.next_part().number() == 1 << 63),
            Err(error) => {
                assert!(
                    !good && matches!(error, JournalError::PartNumber(_)),
                    "{error}"
                );
                assert!(
                    error
                        .to_string()
                        .contains("move the journal's files elsewhere")
                );
            }
        }
    }
}

#[test]
fn a_directory_that_cannot_be_created_is_an_error_with_advice() {
    let place = Place::new("missing");
    let mut settings = place.journal();
    settings.directory = format!("{}/none", settings.directory).parse().unwrap();
    let message = Journal::open(&settings, start()).unwrap_err().to_string();
    assert!(
        message.starts_with("journal.directory: mkdir failed"),
        "{message}"
    );
    assert!(message.ends_with("create the directory"), "{message}");
}

/// Environment variable with the journal's place for [`full_disk_child`].
const DIRECTORY: &str = "SLUICE_TEST_FULL_DISK";

#[test]
fn a_full_disk_costs_the_record_and_nothing_else() {
    let place = Place::new("full");
    // A limit on file sizes acts like a full disk: part of a line can be written. Its signal is
    // ignored only in a child of this shell.
    let script = r#"trap "" XFSZ; exec "$0" --exact journal_files::full_disk_child --nocapture"#;
    let output = Command::new("sh")
        .args(["-c", script])
        .arg(env::current_exe().unwrap())
        .env(DIRECTORY, &place.0)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    // Without the variable the child would succeed without a check.
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("full and free again")
    );
}

#[test]
fn full_disk_child() {
    let Some(directory) = env::var_os(DIRECTORY).map(PathBuf::from) else {
        // Does nothing unless it is the child of the test above.
        return;
    };
    let settings = file::JournalSettings {
        directory: directory.join("journal").to_str().unwrap().parse().unwrap(),
        file_size_max_kib: 2,
        files_max: u16::MAX,
        sync: false,
        stall_ms: 1000,
        shifts: file::ShiftsSettings::new(),
    };
    let (_, hard) = getrlimit(Resource::RLIMIT_FSIZE).unwrap();
    let limit = |bytes| setrlimit(Resource::RLIMIT_FSIZE, bytes, hard).unwrap();
    let size = |number: u32| {
        let path = Path::new(settings.directory.as_str()).join(file_name(number).as_str());
        fs::metadata(path).unwrap().len()
    };
    let mut journal = open(&settings);
    append(&mut journal).unwrap();
    let mut written = vec![1];
    let mut number = 1;
    // The space ends at each byte of a record, then at each byte of the first record of a file.
    for space in (0..350).step_by(7) {
        limit(size(number) + space);
        assert!(matches!(
            append(&mut journal),
            Err(JournalError::File { call: "write", .. })
        ));
        limit(hard);
        for _ in 0..2 {
            written.push(journal.next_part().number());
            append(&mut journal).unwrap();
        }
        assert!(size(number) > 2048);

        limit(space);
        assert!(matches!(
            append(&mut journal),
            Err(JournalError::File { call: "write", .. })
        ));
        limit(hard);
        number += 1;
        assert_eq!(size(number), space);
        written.push(journal.next_part().number());
        append(&mut journal).unwrap();
    }
    let numbers: Vec<u64> = parts(&settings)
        .iter()
        .map(|part| part.part.number())
        .collect();
    assert_eq!(numbers, written);
    for entry in read(&settings.directory).unwrap() {
        assert_eq!(entry.order, Order::Follows, "{entry:?}");
        let is_start = matches!(entry.content.unwrap(), Record::Start(_));
        assert_eq!(is_start, entry.line == 1, "file {}", entry.file);
    }
    println!("full and free again");
}
