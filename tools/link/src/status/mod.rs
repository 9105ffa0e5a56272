//! What the journal says of the station, for the page, the metrics, the registers and subscribers.
//! One thread follows the journal, and only it waits for the disk.

mod report;

pub use report::report;
pub use sluice::status::Status;

use sluice::complain;
use sluice::status::{self, Following, News};
use std::path::Path;
use std::sync::MutexGuard;
use tokio::sync::watch;

/// The state, for all threads.
#[derive(Debug, Clone)]
pub struct Board {
    following: Following,
    changes: watch::Receiver<u64>,
}

impl Board {
    /// The state now. It is changed only when the guard is gone.
    pub fn status(&self) -> MutexGuard<'_, Status> {
        self.following.status()
    }

    /// Changes with the state.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.clone()
    }
}

/// Starts the thread that follows the journal in `directory`, for as long as the program runs.
///
/// # Errors
/// The system starts no thread.
pub fn follow(directory: &Path) -> std::io::Result<Board> {
    let (changed, changes) = watch::channel(0_u64);
    let told = move |news: News| match news {
        News::Changed => changed.send_modify(|number| *number = number.wrapping_add(1)),
        other => complain!("sluice-link: {other}"),
    };
    let following = status::follow(directory, told)?;
    Ok(Board { following, changes })
}
