//! Where pictures come from: what is opened before the threads start, and the threads that bring them.

use super::camera::CameraSource;
use super::error::RunError;
use super::shared::Shared;
use super::threads::Threads;
use super::{decode, intake, pairs};
use crate::frame::PngSource;
use crate::gate::{Arming, Control};
use crate::journal;
use crate::part::Cause;
use crate::station::Station;
use crate::station::file::{DirectorySettings, GateSettings, TriggerSettings};
use crate::watch::{self, Before, Disposal, Folder, Inspected, Known, Own, Reading, inspected};
use board::Timestamp;
use core::time::Duration;
use std::thread::ScopedJoinHandle;

/// A source of pictures.
pub(super) enum Source<'s> {
    /// Files in a watched directory.
    Files(Box<Files<'s>>),
    /// Frames of a camera.
    Camera(Box<CameraSource<'s>>),
}

/// A watched directory.
pub(super) struct Files<'s> {
    settings: &'s DirectorySettings,
    trigger: Option<&'s TriggerSettings>,
    pub disposal: Disposal,
    /// One for each decode worker.
    decoders: Vec<PngSource>,
    gate: &'s GateSettings,
    /// When READY may come, if there is a trigger's line, which is watched.
    ready_from: Timestamp,
}

impl<'s> Files<'s> {
    /// Checks the directories and prepares the workers. The trigger's line, if there is one, is watched already.
    pub fn new(station: &'s Station, settings: &'s DirectorySettings) -> Result<Self, RunError> {
        let disposal = Disposal::new(settings).map_err(RunError::Directory)?;
        let image = &station.image;
        let pulse = Duration::from_millis(station.gate.pulse_ms.into());
        let mut decoders = Vec::new();
        for _ in 0..settings.workers {
            let decoder = PngSource::new(image.roi, image.size, image.order);
            let decoder = decoder.map_err(RunError::Image)?;
            decoders.push(decoder.with_frame(image.frame));
        }
        Ok(Self {
            settings,
            trigger: station.trigger.as_ref(),
            disposal,
            decoders,
            gate: &station.gate,
            ready_from: Timestamp::now() + pulse,
        })
    }

    /// Starts the decode workers and the thread that finds the pictures; that one comes first. `arming` is here if pictures
    /// are the triggers.
    pub fn start<'scope>(
        self,
        threads: &Threads<'scope, '_>,
        known: Known,
        arming: Option<Arming<'scope>>,
        control: Control<'scope>,
        shared: &'scope Shared,
    ) -> Vec<Option<ScopedJoinHandle<'scope, ()>>>
    where
        's: 'scope,
    {
        let (settings, gate, ready_from) = (self.settings, self.gate, self.ready_from);
        let deadline = Duration::from_millis(gate.deadline_ms.into());
        let ledger = known.ledger.clone();
        let mut started = Vec::new();
        started.push(match (arming, self.trigger) {
            (None, Some(trigger)) => threads.start("intake", move || {
                pairs::run(settings, trigger, ready_from, known, control, shared);
            }),
            (Some(arming), _) => threads.start("intake", move || {
                intake::run(settings, gate, known, arming, control, shared);
            }),
            // Whoever has no trigger line has the other end of the gate.
            (None, None) => None,
        });
        for decoder in self.decoders {
            let reading = Reading::new(Folder::new(&settings.path), ledger.clone());
            shared.keep_open(reading.keep_open());
            let work = move || decode::run(reading, decoder, deadline, shared);
            started.push(threads.start("decode", work));
        }
        started
    }
}

/// What the journal, and the file of the inspected beside it, say of the pictures that are still there.
pub(super) fn restore(
    station: &Station,
    disposal: &Disposal,
) -> Result<(Known, Inspected), RunError> {
    let path = inspected::path(&station.journal.directory);
    let mut before = inspected::read(&path).unwrap_or_else(|error| {
        complain!(
            "sluice: {}: read failed: {error}; what the journal does not hold any more is inspected again",
            path.display()
        );
        Vec::new()
    });
    for entry in journal::read(&station.journal.directory).map_err(RunError::Journal)? {
        match entry.content {
            Ok(journal::Record::Part(part)) if part.verdict.code != Cause::Stopping.code() => {
                let known = |picture: journal::PictureRecord| Before {
                    part: part.part,
                    name: Some(picture.name),
                    identity: picture.identity,
                    sha256: picture.sha256,
                };
                before.extend(part.picture.map(known));
            }
            Ok(_) => {}
            Err(damage) => complain!(
                "sluice: {}, line {}: {damage}; left out",
                journal::file_name(entry.file),
                entry.line
            ),
        }
    }
    let (ledger, restored) =
        watch::restore(disposal, before.into_iter()).map_err(RunError::Directory)?;
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
        own: Own::new([&station.display.file, &station.lines.timeline]),
        disposal: Some(disposal.clone()),
    };
    Ok((known, inspected))
}
