//! What the threads tell each other about challenges: who asked for one, the golden pictures, and
//! what was found.

use super::free_inputs::FreeInputs;
use crate::bounded::channel::Channel;
use crate::bounded::text::{Detail, cut};
use crate::control::{Asker, FoundGolden, GOLDEN_MAX};
use crate::hash::Sha256;
use crate::journal::WallTime;
use crate::run::messages::{GoldenFound, GoldenRequest};
use core::sync::atomic::{AtomicU8, Ordering};
use heapless::Vec;
use std::sync::{Mutex, PoisonError};

/// What was found of one golden part.
#[derive(Debug, Clone)]
pub struct FoundPart {
    /// Its number in the challenge, from 0.
    pub index: u8,
    /// What was found.
    pub found: FoundGolden,
    /// SHA-256 of its picture.
    pub sha256: Option<Sha256>,
}

/// A challenge that has ended, for the journal.
#[derive(Debug)]
pub struct ChallengeRecord {
    /// When it ended.
    pub time: WallTime,
    /// Who asked for it.
    pub by: Asker,
    /// Whether every golden part was judged as it must be.
    pub passed: bool,
    /// The golden parts that were inspected, in the station file's order.
    pub found: Vec<FoundPart, GOLDEN_MAX>,
}

/// How the last challenge ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChallengeResult {
    /// None has run since the start.
    #[default]
    None,
    /// One runs, or was asked for.
    Running,
    /// Every golden part was judged as it must be.
    Passed,
    /// One was not.
    Failed,
}

impl ChallengeResult {
    /// The first word of the answer to `challenge state`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Running => "running",
            Self::Passed => "passed",
            Self::Failed => "failed",
        }
    }
}

#[derive(Debug, Default)]
struct Status {
    result: ChallengeResult,
    detail: Detail,
}

/// Shared by the recorder, which runs the challenges, and the threads that take part in them.
#[derive(Debug, Default)]
pub struct Challenges {
    /// Who asked for one that has not begun: 1 for a line, 2 for a command; 0 if it was not asked
    /// for.
    asked: AtomicU8,
    /// Requests for all golden pictures.
    pub pictures: Channel<GoldenRequest, 2>,
    /// The inputs of the golden pictures' own slots, one of each model.
    pub inputs: FreeInputs<1>,
    /// What the inspection found: the pictures of the challenge, and of one given up before.
    pub found: Channel<GoldenFound, { 2 * GOLDEN_MAX }>,
    /// Written by the recorder, read by the thread `inputs`.
    status: Mutex<Status>,
}

impl Challenges {
    /// Asks for a challenge. Returns false if one runs already.
    pub fn ask(&self, by: Asker) -> bool {
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        if status.result == ChallengeResult::Running {
            return false;
        }
        status.result = ChallengeResult::Running;
        status.detail = cut(format_args!("is about to begin"));
        let asked = if by == Asker::Line { 1 } else { 2 };
        self.asked.store(asked, Ordering::Release);
        true
    }

    /// Takes the request, if there is one.
    pub fn take_asked(&self) -> Option<Asker> {
        match self.asked.swap(0, Ordering::AcqRel) {
            0 => None,
            1 => Some(Asker::Line),
            _ => Some(Asker::Command),
        }
    }

    /// Sets how far the challenge is.
    pub fn set(&self, result: ChallengeResult, detail: Detail) {
        *self.status.lock().unwrap_or_else(PoisonError::into_inner) = Status { result, detail };
    }

    /// How far the challenge is.
    pub fn status(&self) -> (ChallengeResult, Detail) {
        let status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        (status.result, status.detail.clone())
    }
}
