//! Compares a file with the record of an inspected picture, by the hash of its bytes. The file is
//! read in pieces, between all other work, so that no new picture waits for it.

use super::{Arrival, Candidate, Directory, SETTLE, Sighting, WatchError};
use crate::hash::HashingReader;
use crate::watch::folder::identity_of;
use crate::watch::table::Proof;
use board::Timestamp;
use std::fs::File;
use std::io::{ErrorKind, Read as _};

/// How many bytes are read at once.
const PIECE_BYTES: usize = 65_536;

/// A file whose comparison has begun.
#[derive(Debug)]
pub(super) struct Comparison {
    candidate: Candidate,
    proof: Proof,
    sighting: Sighting,
    reader: HashingReader<File>,
}

impl Comparison {
    /// Whether the file may be the picture of a part on the line.
    pub(super) const fn is_live(&self) -> bool {
        !self.sighting.backlog
    }
}

/// The buffer for one piece.
pub(super) fn piece() -> Box<[u8]> {
    vec![0; PIECE_BYTES].into_boxed_slice()
}

impl Directory {
    /// Begins to compare a file. The file arrives at once if it was created after the inspection,
    /// or cannot be opened; its part then has the error.
    ///
    /// This replaces a comparison that is under way. The next scan finds that file again.
    pub(super) fn begin_comparison(
        &mut self,
        candidate: Candidate,
        proof: Proof,
        sighting: Sighting,
    ) -> Option<Arrival> {
        let existed = self.folder.existed_at(&candidate.name, proof.ctime_ns);
        match self.folder.open(&candidate.name, &candidate.identity) {
            Ok(file) if existed => {
                self.comparison = Some(Comparison {
                    candidate,
                    proof,
                    sighting,
                    reader: HashingReader::new(file),
                });
                None
            }
            Ok(_) | Err(_) => Some(self.arrive(candidate.name, candidate.identity, sighting)),
        }
    }

    /// Reads one piece. After the last piece, the file arrives if its content is not the one that
    /// was inspected.
    pub(super) fn compare(&mut self, now: Timestamp) -> Result<Option<Arrival>, WatchError> {
        let Some(comparison) = &mut self.comparison else {
            return Ok(None);
        };
        match comparison.reader.read(&mut self.piece) {
            Ok(0) => {}
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(None),
            // The decode worker gets the same error, and its part is a fault.
            Err(_) => {
                let Some(of) = self.comparison.take() else {
                    return Ok(None);
                };
                return Ok(Some(self.arrive(
                    of.candidate.name,
                    of.candidate.identity,
                    of.sighting,
                )));
            }
        }
        let Some(mut of) = self.comparison.take() else {
            return Ok(None);
        };
        let Candidate { name, identity, .. } = of.candidate;
        let after = identity_of(of.reader.inner()).ok().flatten();
        if after != Some(identity) {
            self.scan_by(now + SETTLE);
            return Ok(None);
        }
        let same = of
            .reader
            .finish(&mut self.piece)
            .is_ok_and(|sha256| sha256 == of.proof.sha256);
        if !same {
            return Ok(Some(self.arrive(name, identity, of.sighting)));
        }
        let proof = Proof {
            ctime_ns: identity.ctime_ns,
            ..of.proof
        };
        let mut state = self.ledger.lock();
        let followed = state.inotify.is_some();
        state.table.insert(&name, identity, Some(proof), followed);
        drop(state);
        if let Some(disposal) = &self.disposal
            && let Err(error) =
                disposal.apply(&name, &identity, Some(&of.proof.sha256), of.proof.part)
        {
            complain!("sluice: {} {name}: {error}", of.proof.part);
        }
        Ok(None)
    }
}
