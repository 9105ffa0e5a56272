//! Lists the parts to replay, from the journal or from the history.

use super::expected::{Expected, Judged, Source, is_repeatable};
use super::{ReplayError, Shard};
use crate::history::{self, HistoryError, INPUT_FILE};
use crate::journal::{self, Damage, Order, Part, Record, Start, WallTime};
use std::collections::BTreeMap;
use std::path::Path;

/// The parts of a replay.
#[derive(Debug, Default)]
pub struct Listed {
    /// Those that can be compared, in the order of their records.
    pub parts: Vec<Expected>,
    /// Faults that do not follow from a picture: a deadline, a missing file, a failed device.
    pub not_of_picture: u64,
    /// Kept parts without a model input.
    pub without_input: u64,
    /// Parts and kept parts of other shares.
    pub of_other_shares: u64,
    /// Lines of the journal that cannot be read. A last line that is being written does not count.
    pub damaged_lines: u64,
    /// Lines of the journal that do not follow the line before.
    pub broken_lines: u64,
    /// Kept parts that the station deleted while they were listed.
    pub deleted: u64,
    /// Kept parts whose records cannot be used, as after a power cut.
    pub unreadable: Vec<HistoryError>,
}

impl Listed {
    /// Whether all records could be read.
    pub const fn is_whole(&self) -> bool {
        self.damaged_lines == 0 && self.broken_lines == 0 && self.unreadable.is_empty()
    }
}

/// The parts of the journal in this directory, to be run from their pictures.
///
/// # Errors
/// The directory cannot be read.
pub fn from_journal(directory: &str, shard: Shard) -> Result<Listed, ReplayError> {
    let mut listed = Listed::default();
    let mut judging = Judging::default();
    read(directory, &mut listed, |listed, read| match read {
        // A start may be missing here.
        None => judging = Judging::default(),
        Some(Record::Start(start)) => judging.start(*start),
        Some(Record::Model(model)) => judging.models.push(*model),
        Some(Record::Part(part)) if !shard.has(part.part.number()) => {
            listed.of_other_shares += 1;
        }
        Some(Record::Part(part)) => match of_part(&part, &judging) {
            Some(expected) => listed.parts.push(expected),
            None => listed.not_of_picture += u64::from(!part.is_missed()),
        },
        Some(_) => {}
    })?;
    Ok(listed)
}

/// Reads a journal, and counts what is wrong with it. `each` gets `None` where lines are damaged or
/// missing.
fn read(
    directory: &str,
    listed: &mut Listed,
    mut each: impl FnMut(&mut Listed, Option<Record>),
) -> Result<(), ReplayError> {
    let mut is_torn = false;
    for entry in journal::read(directory).map_err(ReplayError::Journal)? {
        // Another line follows, so the torn one is not being written.
        listed.damaged_lines += u64::from(core::mem::take(&mut is_torn));
        if entry.order == Order::Broken {
            listed.broken_lines += 1;
            each(listed, None);
        }
        match entry.content {
            Ok(record) => each(listed, Some(record)),
            Err(Damage::Torn) => {
                is_torn = true;
                each(listed, None);
            }
            Err(_) => {
                listed.damaged_lines += 1;
                each(listed, None);
            }
        }
    }
    Ok(())
}

/// What judged the parts that follow.
#[derive(Debug, Default)]
struct Judging {
    start: Option<Start>,
    models: Vec<journal::Model>,
}

impl Judging {
    fn start(&mut self, start: Start) {
        self.start = Some(start);
        self.models.clear();
    }
}

fn of_part(part: &Part, judging: &Judging) -> Option<Expected> {
    let picture = part.picture.as_ref()?;
    let sha256 = picture.sha256.filter(|_| is_repeatable(&part.verdict))?;
    let recipe = part.recipe.as_ref();
    let mut models = judging.models.iter();
    let own = recipe.and_then(|recipe| models.find(|model| model.recipes.contains(recipe)));
    let start = judging.start.as_ref();
    let engine = match own {
        Some(own) => own.engine.as_ref(),
        None => start.and_then(|start| start.engine.as_ref()),
    };
    Some(Expected {
        part: part.part.number(),
        time: part.time,
        recipe: recipe.map(|recipe| recipe.as_str().to_owned()),
        judged: judged_of(part),
        binary: start.map(|start| start.binary_sha256),
        station_file: start.map(|start| start.station_sha256),
        model: own
            .map(|own| own.sha256)
            .or_else(|| start.map(|start| start.model_sha256)),
        recipe_sha256: None,
        engine: engine.map(|engine| engine.as_str().to_owned()),
        source: Source::Picture {
            name: Box::new(picture.name.clone()),
            sha256,
        },
        conflict: String::new(),
    })
}

fn judged_of(part: &Part) -> Judged {
    Judged {
        input: part.input_sha256,
        mask: part.mask_sha256,
        verdict: part.verdict.clone(),
        blobs: part.blobs,
    }
}

/// The kept parts in this directory, to be run from their inputs. If the journal still has a part's
/// record, the two are compared as well.
///
/// # Errors
/// A directory cannot be read. A missing journal is no error.
pub fn from_history(directory: &Path, journal: &str, shard: Shard) -> Result<Listed, ReplayError> {
    let mut listed = Listed::default();
    let mut journalled: BTreeMap<(u64, WallTime), Judged> = BTreeMap::new();
    if Path::new(journal).exists() {
        read(journal, &mut listed, |_, read| {
            if let Some(Record::Part(part)) = read {
                journalled.insert((part.part.number(), part.time), judged_of(&part));
            }
        })?;
    }
    for entry in history::entries(directory).map_err(ReplayError::History)? {
        if !shard.has(entry.name.part().number()) {
            listed.of_other_shares += 1;
            continue;
        }
        let record = match entry.record() {
            Ok(record) => record,
            Err(_) if entry.is_deleted() => {
                listed.deleted += 1;
                continue;
            }
            // A directory without a record is not the history's.
            Err(error) if error.is_not_found() => continue,
            Err(error) => {
                listed.unreadable.push(error);
                continue;
            }
        };
        let Some(shape) = record.input else {
            listed.without_input += 1;
            continue;
        };
        if !is_repeatable(&record.verdict) {
            listed.not_of_picture += 1;
            continue;
        }
        let judged = Judged {
            input: record.input_sha256,
            mask: record.mask_sha256,
            verdict: record.verdict,
            blobs: record.blobs,
        };
        let other = journalled.get(&(record.part, record.time));
        let conflict = match other {
            Some(other) if *other != judged => "the journal has another record of it".to_owned(),
            _ => String::new(),
        };
        listed.parts.push(Expected {
            part: record.part,
            time: record.time,
            recipe: Some(record.recipe.as_str().to_owned()),
            judged,
            binary: Some(record.binary_sha256),
            station_file: Some(record.station_sha256),
            model: Some(record.model_sha256),
            recipe_sha256: Some(record.recipe_sha256),
            engine: record.engine.map(|engine| engine.as_str().to_owned()),
            source: Source::Input {
                path: entry.path.join(INPUT_FILE),
                shape,
            },
            conflict,
        });
    }
    Ok(listed)
}

#[cfg(test)]
mod tests;
