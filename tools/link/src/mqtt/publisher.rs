//! The thread that publishes. Only it waits for the broker and for the disk of the position.

use super::client::{Connection, Event, WINDOW_MAX, pause};
use super::failure::Failure;
use super::outbox::{Outbox, Sums};
use super::topics::{Topics, connected, stopped};
use crate::config::MqttConfig;
use crate::journal::{Place, Position, PositionError};
use crate::status::{Board, report};
use serde_json::json;
use sluice::complain;
use sluice::journal::WallTime;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tokio::runtime;
use tokio::sync::watch;
use tokio::time;

/// How often the journal is looked at.
const INTERVAL: Duration = Duration::from_millis(20);
/// The position is stored at most this often. After a kill, what was acknowledged since is sent
/// again.
const STORE_INTERVAL: Duration = Duration::from_secs(1);
/// The retained state is published at most this often.
const STATE_INTERVAL: Duration = Duration::from_secs(1);
/// It is published again after this long without a change, so that its age can be seen.
const STATE_REPEAT: Duration = Duration::from_secs(5);
/// Connections in a row that may end before the state is acknowledged. On the next one it is left
/// out: a broker of version 3.1.1 ends the connection if it is too large, and does not say why.
const STATE_TRIES: u32 = 3;
/// Reasons why a connection ended that are said at most until the broker takes something.
const FAILURES_SAID_MAX: usize = 8;
/// How long the last messages may take at a stop.
const STOP_MAX: Duration = Duration::from_secs(2);

/// What is known of the broker.
#[derive(Debug, Clone, Default)]
pub struct Broker {
    /// What became of the lines.
    pub sums: Sums,
    /// Whether a connection is open on which it takes what it is given.
    pub is_connected: bool,
    /// Why the last connection ended; `None` once the broker takes what it is given.
    pub failure: Option<Failure>,
    /// Connections that it refused or that ended.
    pub failures: u64,
}

/// What the other threads see of the publishing.
#[derive(Debug, Clone, Default)]
pub struct Publishing(Arc<Mutex<Broker>>);

impl Publishing {
    /// The state now.
    pub fn get(&self) -> Broker {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Broker> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts the thread. It ends after `stop` has become true.
///
/// # Errors
/// The stored position cannot be used, or the system starts no thread.
pub fn start(
    config: &MqttConfig,
    journal: &Path,
    board: Board,
    stop: watch::Receiver<bool>,
) -> Result<(Publishing, JoinHandle<()>), StartError> {
    let position = Position::new(&config.position);
    let place = position.load()?;
    let publishing = Publishing::default();
    let publisher = Publisher {
        outbox: Outbox::new(journal, place, config.repeat_lines),
        stored: place,
        store_at: Instant::now(),
        position,
        topics: Topics::new(&config.topic),
        config: config.clone(),
        board,
        stop,
        publishing: publishing.clone(),
        pauses: 0,
        has_taken: false,
        state_tries: 0,
        failures_said: BTreeSet::new(),
        said: String::new(),
    };
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let body = move || runtime.block_on(publisher.run());
    let thread = thread::Builder::new().name("mqtt".to_owned()).spawn(body)?;
    Ok((publishing, thread))
}

/// Why publishing does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The stored position cannot be used.
    #[error("{0}")]
    Position(#[from] PositionError),
    /// The system starts no thread.
    #[error("mqtt: a thread cannot be started: {0}")]
    Thread(#[from] io::Error),
}

struct Publisher {
    config: MqttConfig,
    topics: Topics,
    outbox: Outbox,
    position: Position,
    stored: Option<Place>,
    store_at: Instant,
    board: Board,
    stop: watch::Receiver<bool>,
    publishing: Publishing,
    /// Connections in a row that ended before the broker took what it was given.
    pauses: u32,
    /// Whether the broker has taken what it was given on this connection.
    has_taken: bool,
    /// Connections in a row that have ended before the state was acknowledged.
    state_tries: u32,
    /// Why connections ended since the broker last took something. Each reason is said once.
    failures_said: BTreeSet<String>,
    /// What else was said last.
    said: String,
}

impl Publisher {
    async fn run(mut self) {
        while !*self.stop.borrow() {
            let mut connection = Connection::open(&self.config, &self.topics);
            let end = self.serve(&mut connection).await;
            drop(connection);
            self.store(true);
            let Some(end) = end else { return };
            let (host, port) = (&self.config.host, self.config.port);
            let text = format!("mqtt: no connection to {host}:{port}: {end}");
            if self.failures_said.len() < FAILURES_SAID_MAX && !self.failures_said.contains(&text) {
                complain!("sluice-link: {text}");
                self.failures_said.insert(text);
            }
            {
                let mut broker = self.publishing.lock();
                broker.sums = self.outbox.sums;
                broker.is_connected = false;
                broker.failure = Some(end);
                broker.failures = broker.failures.saturating_add(1);
            }
            let mut stop = self.stop.clone();
            tokio::select! {
                () = time::sleep(pause(self.pauses)) => {}
                _ = stop.wait_for(|stop| *stop) => {}
            }
            self.pauses = self.pauses.saturating_add(1);
        }
    }

    /// Says once what may come again and again.
    fn say(&mut self, text: &str) {
        if self.said != text {
            complain!("sluice-link: {text}");
            text.clone_into(&mut self.said);
        }
    }

    /// Publishes on one connection. Returns why it ended, or nothing at a stop.
    async fn serve(&mut self, connection: &mut Connection) -> Option<Failure> {
        let mut stop = self.stop.clone();
        loop {
            let event = tokio::select! {
                event = connection.event() => event,
                _ = stop.wait_for(|stop| *stop) => return None,
            };
            match event {
                Event::Connected(packet_max) => {
                    connection.limit(packet_max);
                    break;
                }
                Event::Ended(why) => return Some(why),
                Event::Sent(_) | Event::Acknowledged(_) => {}
            }
        }
        self.outbox.rewind();
        self.has_taken = false;
        let end = self.publish(connection).await.err();
        if self.state_tries < STATE_TRIES && self.outbox.has_retained() {
            self.state_tries += 1;
        } else {
            self.state_tries = 0;
        }
        end
    }

    /// Notes what became of the lines. A broker may accept the connection and refuse each message,
    /// so what failed before is over only once it has taken something new, or all that there is.
    fn note(&mut self) {
        let mut broker = self.publishing.lock();
        broker.sums = self.outbox.sums;
        if self.has_taken || !(self.outbox.has_new() || self.outbox.is_empty()) {
            return;
        }
        broker.is_connected = true;
        broker.failure = None;
        drop(broker);
        self.has_taken = true;
        self.pauses = 0;
        self.failures_said.clear();
        complain!("sluice-link: mqtt: connected");
    }

    async fn publish(&mut self, connection: &mut Connection) -> Result<(), Failure> {
        let mut stop = self.stop.clone();
        let mut changes = self.board.changes();
        let mut interval = time::interval(INTERVAL);
        interval.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
        self.retain(connection, &self.topics.link.clone(), connected())?;
        self.retain_state(connection)?;
        changes.mark_unchanged();
        let mut state_at = Instant::now();
        loop {
            tokio::select! {
                event = connection.event() => match event {
                    Event::Sent(number) => {
                        self.outbox.sent(number);
                        continue;
                    }
                    Event::Acknowledged(number) => self.outbox.acknowledge(number),
                    Event::Ended(why) => return Err(why),
                    Event::Connected(_) => {}
                },
                _ = interval.tick() => {}
                _ = stop.wait_for(|stop| *stop) => {
                    self.end(connection).await;
                    return Ok(());
                }
            }
            let is_changed = changes.has_changed().unwrap_or_default();
            let least = if is_changed {
                STATE_INTERVAL
            } else {
                STATE_REPEAT
            };
            if !self.outbox.has_retained() && state_at.elapsed() >= least {
                changes.mark_unchanged();
                state_at = Instant::now();
                self.retain_state(connection)?;
            }
            self.fill(connection)?;
            self.note();
            self.store(false);
        }
    }

    /// Gives lines to the connection as long as the window has space.
    fn fill(&mut self, connection: &Connection) -> Result<(), Failure> {
        for _ in 0..WINDOW_MAX {
            match self.outbox.next() {
                Ok(Some(line)) => connection.publish(&self.topics.records, false, line)?,
                Ok(None) => return Ok(()),
                Err(error) => {
                    self.say(&error.to_string());
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Publishes the state with the time now. One that is too large for the broker is left out: the
    /// records go on.
    fn retain_state(&mut self, connection: &Connection) -> Result<(), Failure> {
        let mut state = report(&self.board.status(), false);
        state["published"] = json!(WallTime::now());
        let state = state.to_string().into_bytes();
        let topic = self.topics.state.clone();
        if self.state_tries >= STATE_TRIES || !connection.fits(&topic, &state) {
            let length = state.len();
            self.say(&format!("mqtt: the state is left out, since the broker did not take it; if it takes no packet of {length} bytes, raise its limit"));
            return Ok(());
        }
        self.retain(connection, &topic, state)
    }

    fn retain(
        &mut self,
        connection: &Connection,
        topic: &str,
        text: Vec<u8>,
    ) -> Result<(), Failure> {
        connection.publish(topic, true, text)?;
        self.outbox.add_retained();
        Ok(())
    }

    /// Stores the position, if it has changed.
    fn store(&mut self, is_due: bool) {
        let Some(place) = self.outbox.acknowledged() else {
            return;
        };
        let now = Instant::now();
        if self.stored == Some(place) || (!is_due && now < self.store_at) {
            return;
        }
        self.store_at = now + STORE_INTERVAL;
        match self.position.store(&place) {
            Ok(()) => self.stored = Some(place),
            Err(error) => self.say(&error.to_string()),
        }
    }

    /// Waits for the acknowledgements that are missing, and says that the link was stopped.
    async fn end(&mut self, connection: &mut Connection) {
        let topic = self.topics.link.clone();
        if self.retain(connection, &topic, stopped()).is_err() {
            return;
        }
        let all = async {
            while !self.outbox.is_empty() {
                match connection.event().await {
                    Event::Sent(number) => self.outbox.sent(number),
                    Event::Acknowledged(number) => self.outbox.acknowledge(number),
                    Event::Ended(_) => return,
                    Event::Connected(_) => {}
                }
            }
            connection.disconnect();
            while !matches!(connection.event().await, Event::Ended(_)) {}
        };
        // Past it, the last will says that the link is gone.
        let _ = time::timeout(STOP_MAX, all).await;
    }
}
