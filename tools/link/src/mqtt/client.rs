//! One connection to the broker, in both versions of the protocol. It ends at the first failure.

use super::failure::{Failure, Kind};
use super::topics::{Topics, gone};
use crate::config::{MqttConfig, Version};
use core::fmt::Display;
use rumqttc::{TlsConfiguration, Transport, v5};
use rustls::ClientConfig;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Messages that wait for their acknowledgement. Brokers allow 20 unless told otherwise.
pub(super) const WINDOW_MAX: usize = 20;
/// Requests that wait for the connection: a window, the two retained messages, and the end.
const REQUESTS_MAX: usize = WINDOW_MAX + 8;
/// Bytes of one packet at most, unless the broker allows less. The library's own limit is 10 KiB,
/// and a state with many recipes is larger.
pub(super) const PACKET_MAX: usize = 1024 * 1024;
/// Bytes of a packet besides its topic and its text, at most.
const HEAD_MAX: usize = 64;
/// How long connecting, and a write, may take.
const NETWORK_MAX_S: u64 = 10;

/// What the broker says.
#[derive(Debug)]
pub(super) enum Event {
    /// It has accepted the connection, and takes packets of this many bytes.
    Connected(usize),
    /// The next message that was given to the connection has this number.
    Sent(u16),
    /// It has taken the message with this number.
    Acknowledged(u16),
    /// The connection has ended, or never began.
    Ended(Failure),
}

/// A connection. It ends when it is dropped.
#[derive(Debug)]
pub(super) struct Connection {
    requests: Requests,
    events: mpsc::Receiver<Event>,
    task: JoinHandle<()>,
    packet_max: usize,
}

#[derive(Debug)]
enum Requests {
    V3(rumqttc::AsyncClient),
    V5(v5::AsyncClient),
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Connection {
    /// Begins to connect.
    pub(super) fn open(config: &MqttConfig, topics: &Topics) -> Self {
        let (sender, events) = mpsc::channel(REQUESTS_MAX);
        let (requests, task) = match config.version {
            Version::V3 => {
                let (client, events) = open_3(config, topics);
                (Requests::V3(client), tokio::spawn(run_3(events, sender)))
            }
            Version::V5 => {
                let (client, events) = open_5(config, topics);
                (Requests::V5(client), tokio::spawn(run_5(events, sender)))
            }
        };
        Self {
            requests,
            events,
            task,
            packet_max: PACKET_MAX,
        }
    }

    /// The broker takes packets of this many bytes at most.
    pub(super) fn limit(&mut self, packet_max: usize) {
        self.packet_max = packet_max.min(PACKET_MAX);
    }

    /// Whether a message is small enough. One that is not would break the connection.
    pub(super) fn fits(&self, topic: &str, payload: &[u8]) -> bool {
        HEAD_MAX + topic.len() + payload.len() <= self.packet_max
    }

    /// Waits for the next event. Nothing is lost if the wait is given up.
    pub(super) async fn event(&mut self) -> Event {
        let ended = || Event::Ended(Failure::new(Kind::Ended, "the connection has ended"));
        self.events.recv().await.unwrap_or_else(ended)
    }

    /// Gives a message to the connection, with QoS 1.
    ///
    /// # Errors
    /// More messages wait than fit.
    pub(super) fn publish(
        &self,
        topic: &str,
        is_retained: bool,
        payload: Vec<u8>,
    ) -> Result<(), Failure> {
        match &self.requests {
            Requests::V3(client) => client
                .try_publish(topic, rumqttc::QoS::AtLeastOnce, is_retained, payload)
                .map_err(text),
            Requests::V5(client) => client
                .try_publish(topic, v5::mqttbytes::QoS::AtLeastOnce, is_retained, payload)
                .map_err(text),
        }
    }

    /// Ends the connection in order: the broker does not publish the last will.
    pub(super) fn disconnect(&self) {
        // If too much waits, the last will says that the link is gone, which is true.
        let _ = match &self.requests {
            Requests::V3(client) => client.try_disconnect().map_err(text),
            Requests::V5(client) => client.try_disconnect().map_err(text),
        };
    }
}

fn text(error: impl Display) -> Failure {
    Failure::new(Kind::Protocol, error)
}

fn open_3(config: &MqttConfig, topics: &Topics) -> (rumqttc::AsyncClient, rumqttc::EventLoop) {
    let mut options = rumqttc::MqttOptions::new(&config.client_id, &config.host, config.port);
    let window = u16::try_from(WINDOW_MAX).unwrap_or(u16::MAX);
    options
        .set_keep_alive(config.keep_alive)
        .set_clean_session(true)
        .set_inflight(window)
        .set_max_packet_size(PACKET_MAX, PACKET_MAX)
        .set_last_will(rumqttc::LastWill::new(
            &topics.link,
            gone(),
            rumqttc::QoS::AtLeastOnce,
            true,
        ));
    if let Some((user, password)) = &config.login {
        options.set_credentials(user, password);
    }
    if let Some(tls) = &config.tls {
        options.set_transport(encrypted(tls));
    }
    let (client, mut events) = rumqttc::AsyncClient::new(options, REQUESTS_MAX);
    let mut network = events.network_options();
    network.set_connection_timeout(NETWORK_MAX_S);
    network.set_tcp_nodelay(true);
    events.set_network_options(network);
    (client, events)
}

fn open_5(config: &MqttConfig, topics: &Topics) -> (v5::AsyncClient, v5::EventLoop) {
    let mut options = v5::MqttOptions::new(&config.client_id, &config.host, config.port);
    let window = u16::try_from(WINDOW_MAX).unwrap_or(u16::MAX);
    options
        .set_keep_alive(config.keep_alive)
        .set_clean_start(true)
        .set_connection_timeout(NETWORK_MAX_S)
        .set_outgoing_inflight_upper_limit(window)
        .set_last_will(v5::mqttbytes::v5::LastWill::new(
            &topics.link,
            gone(),
            v5::mqttbytes::QoS::AtLeastOnce,
            true,
            None,
        ));
    if let Some((user, password)) = &config.login {
        options.set_credentials(user, password);
    }
    if let Some(tls) = &config.tls {
        options.set_transport(encrypted(tls));
    }
    let mut network = options.network_options();
    network.set_tcp_nodelay(true);
    options.set_network_options(network);
    v5::AsyncClient::new(options, REQUESTS_MAX)
}

fn encrypted(tls: &Arc<ClientConfig>) -> Transport {
    Transport::Tls(TlsConfiguration::Rustls(tls.clone()))
}

async fn run_3(mut connection: rumqttc::EventLoop, events: mpsc::Sender<Event>) {
    use rumqttc::{Outgoing, Packet};
    loop {
        let event = match connection.poll().await {
            Ok(rumqttc::Event::Incoming(Packet::ConnAck(_))) => Event::Connected(PACKET_MAX),
            Ok(rumqttc::Event::Incoming(Packet::PubAck(ack))) => Event::Acknowledged(ack.pkid),
            Ok(rumqttc::Event::Outgoing(Outgoing::Publish(number))) => Event::Sent(number),
            Ok(_) => continue,
            Err(error) => Event::Ended(error.into()),
        };
        if pass(event, &events).await {
            return;
        }
    }
}

async fn run_5(mut connection: v5::EventLoop, events: mpsc::Sender<Event>) {
    use rumqttc::Outgoing;
    use v5::mqttbytes::v5::{Packet, PubAckReason};
    loop {
        let event = match connection.poll().await {
            Ok(v5::Event::Incoming(Packet::ConnAck(answer))) => {
                let limit = answer.properties.and_then(|of| of.max_packet_size);
                let limit = limit.and_then(|bytes| usize::try_from(bytes).ok());
                Event::Connected(limit.unwrap_or(PACKET_MAX))
            }
            Ok(v5::Event::Incoming(Packet::PubAck(ack))) => match ack.reason {
                PubAckReason::Success | PubAckReason::NoMatchingSubscribers => {
                    Event::Acknowledged(ack.pkid)
                }
                reason => Event::Ended(Failure::new(
                    Kind::MessageRefused,
                    format_args!(
                        "the broker refused a message: {reason:?}; look at its access rules"
                    ),
                )),
            },
            Ok(v5::Event::Incoming(Packet::Disconnect(end))) => Event::Ended(Failure::new(
                Kind::Ended,
                format_args!("the broker ended the connection: {:?}", end.reason_code),
            )),
            Ok(v5::Event::Outgoing(Outgoing::Publish(number))) => Event::Sent(number),
            Ok(_) => continue,
            Err(error) => Event::Ended(error.into()),
        };
        if pass(event, &events).await {
            return;
        }
    }
}

/// Passes an event on. Returns true if it was the last one.
async fn pass(event: Event, events: &mpsc::Sender<Event>) -> bool {
    let is_end = matches!(event, Event::Ended(_));
    events.send(event).await.is_err() || is_end
}

/// How long to wait before the next connection, after this many failures in a row.
pub(super) fn pause(failures: u32) -> Duration {
    let first = Duration::from_millis(250);
    first
        .saturating_mul(1 << failures.min(6))
        .min(Duration::from_secs(15))
}
