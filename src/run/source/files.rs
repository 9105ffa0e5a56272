//! A watched directory: its decoders, the pictures in it that are already inspected, and the decode
//! workers.

use super::decode;
use crate::frame::PictureSource;
use crate::journal;
use crate::part::Cause;
use crate::run::decoders::Decoders;
use crate::run::error::RunError;
use crate::run::threads::{Thread, Threads};
use crate::station::Station;
use crate::station::file::{DirectorySettings, GateSettings};
use crate::watch::{
    self, Disposal, Folder, Inspected, InspectedPicture, Known, Ledger, OwnFiles, Reading,
    RecordedPicture, inspected,
};
use board::Timestamp;
use core::time::Duration;

/// A watched directory that can be used.
pub struct Files<'d> {
    pub settings: &'d DirectorySettings,
    pub gate: &'d GateSettings,
    /// When READY may come, if there is a trigger line.
    pub ready_from: Timestamp,
    disposal: Disposal,
    /// For each decode worker.
    decoders: Vec<Decoders<PictureSource>>,
}

impl<'d> Files<'d> {
    /// Checks the directories and makes the decoders. The trigger line, if there is one, is already
    /// watched.
    pub fn new(station: &'d Station, settings: &'d DirectorySettings) -> Result<Self, RunError> {
        let disposal = Disposal::new(settings).map_err(RunError::Directory)?;
        let pulse = Duration::from_millis(station.gate.pulse_ms.into());
        let mut decoders = Vec::new();
        for _ in 0..settings.workers {
            decoders.push(Decoders::new(station, |image| {
                let source = PictureSource::new(image.roi, image.size, image.order, image.resize);
                Ok(source.map_err(RunError::Image)?.with_frame(image.frame))
            })?);
        }
        Ok(Self {
            settings,
            gate: &station.gate,
            ready_from: Timestamp::now() + pulse,
            disposal,
            decoders,
        })
    }

    /// Starts the decode workers. They check each picture against `ledger`.
    pub fn start_decoders<'scope>(
        self,
        ledger: &Ledger,
        threads: &Threads<'scope, '_>,
    ) -> Vec<Thread<'scope, ()>>
    where
        Self: 'scope,
    {
        let shared = threads.shared;
        let deadline = Duration::from_millis(self.gate.deadline_ms.into());
        let mut started = Vec::new();
        for decoders in self.decoders {
            let reading = Reading::new(Folder::of(self.settings), ledger.clone());
            shared.keep_open(reading.keep_open());
            started.push(threads.start("decode", move || {
                decode::run(reading, decoders, deadline, shared);
            }));
        }
        started
    }

    /// Reads which pictures in the directory are already inspected: from the journal, and from the
    /// file of inspected pictures beside it.
    pub fn restore(&self, station: &Station) -> Result<(Known, Inspected), RunError> {
        let disposal = &self.disposal;
        let path = inspected::path(&station.journal.directory);
        let listed = inspected::read(&path).unwrap_or_else(|error| {
            complain!(
                "sluice: {}: read failed: {error}; what the journal does not hold any more is inspected again",
                path.display()
            );
            Vec::new()
        });
        let before = listed.into_iter().map(RecordedPicture::from);
        let before = before.chain(journalled(station)?);
        let (ledger, restored) = watch::restore(disposal, before).map_err(RunError::Directory)?;
        if let Some(failure) = restored.failure {
            complain!(
                "sluice: {} inspected pictures could not be put away: {failure}",
                restored.failed
            );
        }
        let mut inspected = Inspected::open(path, disposal.clone(), ledger.clone(), &restored.kept);
        while let Some(notice) = inspected.notice() {
            complain!("sluice: {notice}");
        }
        let known = Known {
            ledger,
            own: OwnFiles::new([&station.display.file, &station.lines.timeline]),
            disposal: Some(disposal.clone()),
        };
        Ok((known, inspected))
    }
}

/// The pictures of the parts in the journal. A part that a stop cut off was not inspected.
fn journalled(station: &Station) -> Result<impl Iterator<Item = RecordedPicture>, RunError> {
    let entries = journal::read(&station.journal.directory).map_err(RunError::Journal)?;
    Ok(entries.filter_map(|entry| match entry.content {
        Ok(journal::Record::Part(part)) if part.verdict.code != Cause::Stopping.code() => {
            let picture = part.picture?;
            Some(RecordedPicture {
                picture: InspectedPicture {
                    part: part.part,
                    identity: picture.identity,
                    sha256: picture.sha256,
                },
                name: Some(picture.name),
            })
        }
        Ok(_) => None,
        Err(damage) => {
            complain!(
                "sluice: {}, line {}: {damage}; left out",
                journal::file_name(entry.file),
                entry.line
            );
            None
        }
    }))
}
