use super::super::line::{LINE_MAX, decode, encode};
use super::super::restore::{last_reset, restore};
use super::super::shifts::Shift;
use super::super::tests::{Place, part, start};
use super::super::{Journal, Line, Reader, StageTimes, read};
use super::*;
use crate::journal::{Decision, file_name};
use crate::journal::{StageStatistics, Statistics};
use crate::part::{Cause, Reason, Verdict};
use crate::screen::{Counters, GateCounters};
use crate::station::file::JournalSettings;
use std::fs;

/// A journal whose files hold a few parts each.
fn small(place: &Place) -> JournalSettings {
    JournalSettings {
        file_size_max_kib: 2,
        ..place.settings()
    }
}

/// The part with this number, of one of four kinds and three recipes, with its own times.
fn varied(number: u64) -> Part {
    let mut part = part(number, "a.png");
    let verdict = match number % 4 {
        0 => Verdict::Pass,
        1 => Verdict::Reject(Reason::TooManyBlobs),
        2 => Verdict::Fault(Cause::Picture),
        _ => Verdict::Fault(Cause::Missed),
    };
    part.verdict = Decision::new(&verdict, "why");
    let us = u32::try_from(number * number * 97 % 2_000_000).unwrap();
    part.times_us = StageTimes {
        wait: us / 9,
        decode: us / 3,
        engine: us,
        verdict: 0,
        total: 2 * us,
    };
    part.gate.acted_us = Some(part.gate.due_us + us / 1000);
    part.gate.late = number.is_multiple_of(5);
    part.recipe = format!("recipe {}", number % 3).parse().ok();
    part
}

fn missed(triggers: u64) -> Missed {
    Missed {
        time: WallTime::now(),
        station: start(1).station,
        triggers,
        lost: 0,
        recipe: "recipe 1".parse().ok(),
    }
}

fn latched(cause: Latch) -> Control {
    Control {
        time: WallTime::now(),
        station: start(1).station,
        change: "latched".parse().unwrap(),
        by: "station".parse().unwrap(),
        detail: cause.text().parse().unwrap(),
        latches: Some(Latches::of(cause)),
    }
}

fn challenge(passed: bool) -> Challenge {
    Challenge {
        time: WallTime::now(),
        station: start(1).station,
        recipe: "recipe 1".parse().unwrap(),
        by: "line".parse().unwrap(),
        method: "picture".parse().unwrap(),
        passed,
        parts: heapless::Vec::new(),
    }
}

fn shift(name: &str) -> Option<Shift> {
    Some(Shift {
        name: name.parse().unwrap(),
        from: WallTime::from_unix_us(7),
    })
}

fn entries(settings: &JournalSettings) -> Reader {
    read(&settings.directory).unwrap()
}

#[test]
fn the_files_say_what_the_writer_counted_after_each_record_and_across_deleted_files() {
    let place = Place::new("accounts-files");
    let settings = small(&place);
    let mut journal = Journal::open(&settings, start(1)).unwrap();
    journal.end_shift(shift("early")).unwrap();
    for number in 1..=120 {
        if number % 31 == 0 {
            drop(journal);
            journal = Journal::open(&settings, start(1)).unwrap();
        }
        match number {
            33 => {
                let control = Line::Control(latched(Latch::BinFull));
                journal.append_all(&[control]).unwrap();
            }
            35 => {
                let challenge = Line::Challenge(challenge(false));
                journal.append_all(&[challenge]).unwrap();
            }
            40 => journal.reset("command").unwrap(),
            70 => journal.end_shift(shift("late")).unwrap(),
            _ if number % 10 == 0 => {
                let missed = Line::Missed(missed(number));
                journal.append_all(&[missed]).unwrap();
            }
            _ => {}
        }
        journal.append(&varied(number)).unwrap();
        let restored = restore(&settings.directory).unwrap();
        assert_eq!(*restored.accounts, *journal.accounts(), "{number}");
        assert_eq!(restored.damaged, 0);
    }
    assert!(!place.path.join(file_name(1).as_str()).exists());
    // Parts 40 to 120 since the reset, and the missed triggers of 50 and so on to 120. Parts 70 to
    // 120 in the shift.
    let accounts = journal.accounts();
    let total = accounts.account(Period::Total).counters();
    let of_shift = accounts.account(Period::Shift).counters();
    let unnumbered: u64 = [50, 60, 80, 90, 100, 110, 120].iter().sum();
    assert_eq!(total.triggers, 81 + unnumbered);
    assert_eq!(of_shift.triggers, 51 + unnumbered - 110);
    for counters in [total, of_shift] {
        let verdicts = counters.pass + counters.reject + counters.fault + counters.missed;
        assert_eq!(counters.triggers, verdicts);
    }
    assert_eq!((total.pass, total.reject, total.fault), (21, 20, 20));
    assert_eq!(accounts.shift(), shift("late").as_ref());
    // From files that are deleted. A reset of the counts is no reset of what is latched.
    let both = Latches::of(Latch::BinFull).with(Latches::of(Latch::Challenge));
    assert_eq!(accounts.latches(), both);
    let recipes = accounts.account(Period::Total).recipes();
    let names: Vec<_> = recipes
        .iter()
        .map(|recipe| recipe.recipe.as_str())
        .collect();
    assert_eq!(names, ["recipe 1", "recipe 2", "recipe 0"]);
}

#[test]
fn only_a_challenge_that_passes_ends_one_that_failed() {
    let mut accounts = Accounts::EMPTY;
    accounts.add_challenge(&challenge(false));
    assert_eq!(accounts.latches(), Latches::of(Latch::Challenge));
    accounts.add_control(&latched(Latch::Challenge));
    accounts.add_challenge(&challenge(true));
    assert_eq!(accounts.latches(), Latches::default());
}

#[test]
fn a_cut_at_any_byte_of_the_newest_file_loses_only_the_records_after_it() {
    let place = Place::new("accounts-cut");
    let settings = JournalSettings {
        files_max: 9,
        ..small(&place)
    };
    let mut journal = Journal::open(&settings, start(1)).unwrap();
    let newest = |number: u32| place.path.join(file_name(number).as_str());
    let mut number = 0;
    let mut after = 0;
    while after < 2 {
        number += 1;
        after += u64::from(newest(4).exists());
        journal.append(&varied(number)).unwrap();
    }
    let all = journal
        .accounts()
        .account(Period::Total)
        .counters()
        .triggers;
    assert_eq!(all, number);
    drop(journal);
    let whole = fs::read(newest(4)).unwrap();
    let parts_in = |bytes: &[u8]| {
        let lines = bytes.split_inclusive(|&byte| byte == b'\n');
        let parts = lines.filter(|line| line.starts_with(br#"{"kind":"part""#));
        parts.filter(|line| line.ends_with(b"\n")).count() as u64
    };
    let before = all - parts_in(&whole);
    assert!(before > 0 && parts_in(&whole) > 1);
    for end in (0..whole.len()).step_by(13) {
        fs::write(newest(4), &whole[..end]).unwrap();
        let expected = before + parts_in(&whole[..end]);
        let triggers = |accounts: &Accounts| accounts.account(Period::Total).counters().triggers;
        let restored = restore(&settings.directory).unwrap();
        assert_eq!(triggers(&restored.accounts), expected, "cut at {end}");
        if end % 5 > 0 {
            continue;
        }
        // The next start counts on, and the older files are not needed any more.
        let mut journal = Journal::open(&settings, start(1)).unwrap();
        journal.append(&varied(number + 1)).unwrap();
        let older = fs::read(newest(3)).unwrap();
        fs::remove_file(newest(3)).unwrap();
        let restored = restore(&settings.directory).unwrap();
        let with_newline = matches!(whole.get(end), Some(b'\n'));
        let ended = u64::from(with_newline && parts_in(&whole[..=end]) > parts_in(&whole[..end]));
        assert_eq!(triggers(&restored.accounts), expected + 1 + ended, "{end}");
        fs::write(newest(3), older).unwrap();
        // There is a fifth file if the cut one is full.
        let _ = fs::remove_file(newest(5));
    }
}

#[test]
fn times_in_all_buckets_are_carried_in_as_many_records_as_they_need() {
    let mut accounts = Accounts::EMPTY;
    for bucket in 0..crate::journal::histogram::BUCKETS {
        let times = accounts.account_mut(Period::Total).times_mut(Stage::Engine);
        times.add_bucket(bucket, 1 << 40);
        times.add_range(77, 3, 99);
    }
    accounts.begin(WallTime::from_unix_us(5));
    let mut adding = Adding::new();
    let mut lines = 0;
    let carried: Result<(), ()> = accounts.carry(WallTime::from_unix_us(9), |record| {
        let mut line = [0; LINE_MAX];
        let (length, _) = encode(record, 0, &mut line).unwrap();
        adding.add(&decode(&line[..length - 1]).unwrap());
        lines += 1;
        Ok(())
    });
    assert_eq!(carried, Ok(()));
    assert!(adding.has_carried && lines > 3, "{lines} lines");
    assert_eq!(*adding.accounts, accounts);
}

#[test]
fn what_is_carried_and_not_complete_changes_nothing() {
    let mut accounts = Accounts::EMPTY;
    accounts.add_part(&varied(4));
    let mut records = Vec::new();
    let carried: Result<(), ()> = accounts.carry(WallTime::from_unix_us(9), |record| {
        let mut line = [0; LINE_MAX];
        let (length, _) = encode(record, 0, &mut line).unwrap();
        records.push(decode(&line[..length - 1]).unwrap());
        Ok(())
    });
    assert_eq!(carried, Ok(()));
    for missing in 0..records.len() {
        let mut adding = Adding::new();
        adding.add(&Record::Part(Box::new(varied(1))));
        let expected = adding.accounts.clone();
        for (index, record) in records.iter().enumerate() {
            if index != missing {
                adding.add(record);
            }
        }
        assert!(!adding.has_carried, "without record {missing}");
        // The next attempt begins anew.
        adding.add(&Record::Recovered(crate::journal::Recovered {
            time: WallTime::now(),
            cut_bytes: 1,
        }));
        assert_eq!(adding.accounts, expected);
        records.iter().for_each(|record| adding.add(record));
        assert!(adding.has_carried);
        assert_eq!(*adding.accounts, accounts);
    }
}

#[test]
fn a_reset_leaves_a_record_of_the_counts_before_and_the_shift_goes_on() {
    let place = Place::new("accounts-reset");
    let settings = place.settings();
    let mut journal = Journal::open(&settings, start(1)).unwrap();
    assert_eq!(last_reset(&settings.directory).unwrap(), None);
    journal.end_shift(shift("early")).unwrap();
    for number in 1..=12 {
        journal.append(&varied(number)).unwrap();
    }
    let before = journal.accounts().clone();
    journal.reset("command").unwrap();
    let after = journal.accounts();
    assert_eq!(after.account(Period::Total).counters(), Default::default());
    assert_eq!(after.account(Period::Shift), before.account(Period::Shift));
    let (counted, recipes) = last_reset(&settings.directory).unwrap().unwrap();
    let total = before.account(Period::Total);
    assert_eq!(counted.counters, total.counters());
    assert_eq!(counted.times_us, Some(total.statistics()));
    assert_eq!((counted.from, counted.by.as_str()), (total.from, "command"));
    assert_eq!(recipes, total.recipes());
    assert_eq!(after.account(Period::Total).from, Some(counted.time));
    journal.append(&varied(13)).unwrap();
    journal.append_last_counts().unwrap();
    let last: Vec<_> = entries(&settings)
        .filter_map(|entry| match entry.content.unwrap() {
            Record::Counted(counted) if counted.reason == "stop" => Some(*counted),
            _ => None,
        })
        .collect();
    // One record for the one recipe since the reset, four for the three in the shift.
    let counts: Vec<_> = last
        .iter()
        .map(|counted| (counted.period, counted.counters.triggers))
        .collect();
    assert_eq!(counts[0], (Period::Total, 1));
    assert_eq!(counts.len(), 1 + 4);
    assert_eq!(counts[4], (Period::Shift, 13));
}

#[test]
fn the_longest_records_of_counts_fit() {
    let most = u64::MAX;
    let most = Counters {
        triggers: most,
        pass: most,
        reject: most,
        fault: most,
        missed: most,
        late: most,
        unconfirmed: most,
        gate: GateCounters {
            passed: most,
            rejected: most,
            good_rejected: most,
            overlap: most,
            not_on_line: most,
        },
    };
    let times = Statistics {
        count: u64::MAX,
        min: u32::MAX,
        mean: u32::MAX,
        p50: u32::MAX,
        p99: u32::MAX,
        p999: u32::MAX,
        max: u32::MAX,
    };
    let longest = Shift {
        name: "\u{1}".repeat(32).parse().unwrap(),
        from: WallTime::now(),
    };
    let counted = Counted {
        time: WallTime::now(),
        station: "\u{1}".repeat(32).parse().unwrap(),
        reason: "reset".parse().unwrap(),
        by: "\u{1}".repeat(24).parse().unwrap(),
        period: Period::Total,
        from: Some(WallTime::now()),
        shift: Some(longest.clone()),
        recipe: "\u{1}".repeat(24).parse().ok(),
        counters: most,
        times_us: Some(StageStatistics {
            wait: times,
            decode: times,
            engine: times,
            verdict: times,
            total: times,
            gate: times,
        }),
        next: Some(longest),
    };
    let mut line = [0; LINE_MAX];
    let (length, _) = encode(&counted, 0, &mut line).unwrap();
    let record = decode(&line[..length - 1]).unwrap();
    assert_eq!(record, Record::Counted(Box::new(counted)));
}
