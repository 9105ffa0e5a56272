//! What the page shows: the state of the station, and that of the broker.

use crate::mqtt::{Broker, Publishing};
use crate::status::{Board, Status, report};
use serde_json::json;
use std::sync::MutexGuard;
use tokio::sync::watch;

/// Both states, for all clients.
#[derive(Debug, Clone)]
pub struct View {
    board: Board,
    publishing: Option<Publishing>,
}

impl View {
    /// `publishing`: if there is a broker.
    pub const fn new(board: Board, publishing: Option<Publishing>) -> Self {
        Self { board, publishing }
    }

    pub(super) fn status(&self) -> MutexGuard<'_, Status> {
        self.board.status()
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.board.changes()
    }

    pub(super) fn broker(&self) -> Option<Broker> {
        self.publishing.as_ref().map(Publishing::get)
    }

    /// The state as JSON.
    pub(super) fn json(&self) -> String {
        let mut state = report(&self.board.status(), true);
        state["broker"] = self.broker().map_or(json!(null), |broker| {
            let failure = broker.failure.map(|failure| failure.text);
            json!({ "connected": broker.is_connected, "failure": failure })
        });
        state.to_string()
    }
}
