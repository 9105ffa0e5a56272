//! `sluice replay`: recorded parts, run again and compared.

use super::run::identity;
use crate::cli::{ReplayFrom, ReplayOptions};
use crate::devices;
use crate::exit::{FAILED, UNUSABLE, USAGE, fail};
use crate::output::say;
use crate::progress::Bar;
use crate::station_file::{models, with_station};
use sluice::complain;
use sluice::hash::Sha256;
use sluice::replay::{
    Expected, Listed, Outcome, PartResult, Progress, ReplayError, Resume, Runner, Shard,
    from_history, from_journal, replay,
};
use sluice::station::StationFile;
use std::path::Path;
use std::process::ExitCode;

/// Replays the parts. Prints those that are not equal, or with `--json` all, and the counts.
pub fn run(options: &ReplayOptions) -> ExitCode {
    with_station(&options.station, |file| {
        run_station(file, options).unwrap_or_else(|(code, text)| fail(code, text))
    })
}

/// An exit code and what to print.
type Failure = (u8, String);

fn run_station(file: &StationFile, options: &ReplayOptions) -> Result<ExitCode, Failure> {
    let (number, of) = options.shard;
    let shard = Shard { number, of };
    let (chosen, listed) = list(file, options, shard)?;
    let mut runner = open(file)?;
    let mut resume = match &options.resume {
        None => None,
        Some(path) => Some(Resume::open(path, runner.now(), &chosen).map_err(|error| {
            let code = match error {
                ReplayError::OtherReplay { .. } => USAGE,
                _ => UNUSABLE,
            };
            (code, error.to_string())
        })?),
    };
    let mut progress = Progress::default();
    let mut bar = Bar::new(listed.parts.len(), options.json);
    for expected in &listed.parts {
        let earlier = resume
            .as_ref()
            .and_then(|resume| resume.result(expected.part, expected.time).cloned());
        let is_skipped = earlier.is_some();
        let result = match earlier {
            Some(result) => result,
            None => {
                let result = replay(&mut runner, expected);
                if let Some(resume) = &mut resume {
                    let added = resume.add(&result);
                    added.map_err(|error| (FAILED, error.to_string()))?;
                }
                result
            }
        };
        progress.add(result.outcome);
        if options.json || result.outcome != Outcome::Equal {
            bar.clear();
            print(&result, options.json);
        }
        bar.step(is_skipped);
    }
    bar.clear();
    for error in &listed.unreadable {
        complain!("sluice: {error}");
    }
    summarise(&progress, &listed, options.json);
    if progress.parts() == 0 && listed.of_other_shares == 0 {
        return Err((FAILED, "there is no part to replay".to_owned()));
    }
    Ok(if progress.is_equal() && listed.is_whole() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FAILED)
    })
}

/// The parts to replay, and a text that says which of which directories they are.
fn list(
    file: &StationFile,
    options: &ReplayOptions,
    shard: Shard,
) -> Result<(String, Listed), Failure> {
    let station = &file.station;
    let journal = options.journal.as_deref();
    let journal = journal.unwrap_or(station.journal.directory.as_str());
    let of_station = station.history.as_ref();
    let history = match (&options.history, of_station) {
        (Some(history), _) => Some(history.as_path()),
        (None, Some(history)) => Some(Path::new(history.directory.as_str())),
        (None, None) => None,
    };
    let from = options.from.unwrap_or(match history {
        Some(_) => ReplayFrom::History,
        None => ReplayFrom::Pictures,
    });
    let listed = match (from, history) {
        (ReplayFrom::Pictures, _) => from_journal(journal, shard),
        (ReplayFrom::History, Some(history)) => from_history(history, journal, shard),
        (ReplayFrom::History, None) => {
            let text = "the station file has no section history; name the directory with --history, or use --from pictures";
            return Err((USAGE, text.to_owned()));
        }
    };
    let listed = listed.map_err(|error| (UNUSABLE, error.to_string()))?;
    let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let directories = (whole(Path::new(journal)), history.map(whole));
    Ok((format!("{from:?} {shard:?} {directories:?}"), listed))
}

fn open(file: &StationFile) -> Result<Runner<'_>, Failure> {
    let unusable = |text| (UNUSABLE, text);
    let start = identity(file).map_err(unusable)?;
    let models: Vec<Sha256> = models(&file.station)
        .map_err(unusable)?
        .iter()
        .map(|model| model.sha256)
        .collect();
    let library = devices::open_library(&file.station.engine.library);
    let library = library.map_err(|error| unusable(error.to_string()))?;
    let (binary, station) = (start.binary_sha256, start.station_sha256);
    Runner::new(&file.station, library, binary, station, &models)
        .map_err(|error| unusable(error.to_string()))
}

fn print(result: &PartResult, json: bool) {
    if json {
        say!("{}", result.json());
    } else if result.outcome != Outcome::Equal {
        say!("{result}");
    }
}

fn summarise(progress: &Progress, listed: &Listed, json: bool) {
    let Progress {
        equal,
        differ,
        not_found,
        deleted,
        failed,
    } = progress;
    let parts = progress.parts();
    let Listed {
        not_of_picture,
        without_input,
        damaged_lines,
        broken_lines,
        unreadable,
        ..
    } = listed;
    let deleted = deleted + listed.deleted;
    let unreadable = unreadable.len() as u64;
    let lacks_hashes = |part: &&Expected| part.judged.mask.is_none();
    let without_hashes = listed.parts.iter().filter(lacks_hashes).count();
    if json {
        say!(
            "{{\"parts\":{parts},\"equal\":{equal},\"differ\":{differ},\"not_found\":{not_found},\"failed\":{failed},\
             \"without_hashes\":{without_hashes},\"not_of_picture\":{not_of_picture},\"without_input\":{without_input},\
             \"damaged_lines\":{damaged_lines},\"broken_lines\":{broken_lines},\"deleted\":{deleted},\"unreadable\":{unreadable}}}"
        );
        return;
    }
    say!("{parts} parts: {equal} equal, {differ} differ, {not_found} not found, {failed} failed");
    for (count, text) in [
        (
            without_hashes as u64,
            "of them are recorded without hashes: verdict and blobs were compared",
        ),
        (
            *not_of_picture,
            "faults do not follow from a picture and were left out",
        ),
        (
            *without_input,
            "kept faults have no model input and were left out",
        ),
        (deleted, "kept parts were deleted meanwhile"),
        (*damaged_lines, "lines of the journal cannot be read"),
        (
            *broken_lines,
            "lines of the journal do not follow the line before; see sluice journal --verify",
        ),
        (unreadable, "kept parts have no record that can be used"),
    ] {
        if count > 0 {
            say!("{count} {text}");
        }
    }
}
