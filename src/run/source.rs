//! Where pictures come from: what is opened before the threads start, and the threads that bring them.

use super::camera::CameraSource;
use super::error::RunError;
use super::shared::Shared;
use super::threads::Threads;
use super::{decode, intake, pairs};
use crate::frame::PngSource;
use crate::gate::{Arming, Control};
use crate::journal;
use crate::part::{Cause, PartId};
use crate::station::Station;
use crate::station::file::{Directory, Gate, Trigger};
use crate::watch::{self, Disposal, Folder, Identity, Ledger, Name};
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
    settings: &'s Directory,
    trigger: Option<&'s Trigger>,
    pub disposal: Disposal,
    /// One for each decode worker.
    decoders: Vec<PngSource>,
    gate: &'s Gate,
    /// When READY may come, if there is a trigger's line, which is watched.
    ready_from: Timestamp,
}

impl<'s> Files<'s> {
    /// Checks the directories and prepares the workers. The trigger's line, if there is one, is watched already.
    pub fn new(station: &'s Station, settings: &'s Directory) -> Result<Self, RunError> {
        let disposal = Disposal::new(settings).map_err(RunError::Directory)?;
        let image = &station.image;
        let pulse = Duration::from_millis(station.gate.pulse_ms.into());
        let mut decoders = Vec::new();
        for _ in 0..settings.workers {
            let decoder = PngSource::new(image.roi, image.size, image.order);
            decoders.push(decoder.map_err(RunError::Image)?);
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
        ledger: Ledger,
        arming: Option<Arming<'scope>>,
        control: Control<'scope>,
        shared: &'scope Shared,
    ) -> Vec<Option<ScopedJoinHandle<'scope, ()>>>
    where
        's: 'scope,
    {
        let (settings, gate, ready_from) = (self.settings, self.gate, self.ready_from);
        let deadline = Duration::from_millis(gate.deadline_ms.into());
        let mut started = Vec::new();
        started.push(match (arming, self.trigger) {
            (None, Some(trigger)) => threads.start("intake", move || {
                pairs::run(settings, trigger, ready_from, ledger, control, shared);
            }),
            (Some(arming), _) => threads.start("intake", move || {
                intake::run(settings, gate, ledger, arming, control, shared);
            }),
            // Whoever has no trigger line has the other end of the gate.
            (None, None) => None,
        });
        for decoder in self.decoders {
            let folder = Folder::new(&settings.path);
            let work = move || decode::run(&folder, decoder, deadline, shared);
            started.push(threads.start("decode", work));
        }
        started
    }
}

/// What the journal says of the pictures that are still there.
pub(super) fn restore(station: &Station, disposal: &Disposal) -> Result<Ledger, RunError> {
    let mut parts: Vec<(PartId, Name, Identity)> = Vec::new();
    for entry in journal::read(&station.journal.directory).map_err(RunError::Journal)? {
        match entry.content {
            Ok(journal::Record::Part(part)) if part.verdict.code != Cause::Stopping.code() => {
                let known = |picture: journal::Picture| (part.part, picture.name, picture.identity);
                parts.extend(part.picture.map(known));
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
        watch::restore(disposal, parts.into_iter()).map_err(RunError::Directory)?;
    if let Some(failure) = restored.failure {
        complain!(
            "sluice: {} inspected pictures could not be put away: {failure}",
            restored.failed
        );
    }
    Ok(ledger)
}
