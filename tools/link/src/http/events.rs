//! Server-sent events: the state, whenever it changes. Nothing waits for a client: one that reads
//! slowly gets the newest state when it reads.

use super::view::View;
use core::fmt;
use hyper::body::Bytes;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time;

/// Least time between two events.
const PAUSE: Duration = Duration::from_millis(200);
/// An event comes at least this often, so that the page sees that the link is there.
const HEARTBEAT: Duration = Duration::from_secs(5);

type Next = Pin<Box<dyn Future<Output = (Bytes, watch::Receiver<u64>)> + Send>>;

/// The events of one client.
pub(super) struct Events {
    view: View,
    next: Next,
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Events")
    }
}

impl Events {
    /// Begins with the state now.
    pub(super) fn new(view: View) -> Self {
        let mut changes = view.changes();
        changes.mark_changed();
        let next = next(view.clone(), changes, Duration::ZERO);
        Self { view, next }
    }

    /// The next event. There is always one.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Bytes> {
        let (bytes, changes) = ready!(self.next.as_mut().poll(context));
        self.next = next(self.view.clone(), changes, PAUSE);
        Poll::Ready(bytes)
    }
}

fn next(view: View, mut changes: watch::Receiver<u64>, pause: Duration) -> Next {
    Box::pin(async move {
        time::sleep(pause).await;
        // The thread that changes the state runs as long as the program.
        let _ = time::timeout(HEARTBEAT, changes.changed()).await;
        let state = view.json();
        (format!("data: {state}\n\n").into(), changes)
    })
}
