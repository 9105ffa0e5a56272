//! The section `mqtt`.

use super::section::Section;
use super::tls;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The section `mqtt`.
#[derive(Debug, Clone)]
pub struct MqttConfig {
    /// Name or address of the broker.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Version of the protocol.
    pub version: Version,
    /// Identifier of this client. No other client of the broker may have it.
    pub client_id: String,
    /// The topics begin with this.
    pub topic: String,
    /// File of the position up to which the broker has acknowledged the journal.
    pub position: PathBuf,
    /// How the connection is encrypted; `None` if it is not.
    pub tls: Option<Arc<ClientConfig>>,
    /// User and password.
    pub login: Option<(String, String)>,
    /// The broker learns after one and a half times this that the link is gone.
    pub keep_alive: Duration,
    /// Acknowledged lines that are sent again after a broken connection.
    pub repeat_lines: usize,
}

/// Version of MQTT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// 3.1.1.
    V3,
    /// 5.
    V5,
}

pub(super) fn read(mut section: Section<'_>) -> Option<MqttConfig> {
    let host = section.text("host", 1..=253);
    let port = section.number_or(
        "port",
        1..=65_535,
        if section.has("tls") { 8883 } else { 1883 },
    );
    let version = section.text_or("version", "3.1.1");
    let version = match version.as_deref() {
        Some("3.1.1") => Some(Version::V3),
        Some("5") => Some(Version::V5),
        Some(other) => {
            section.wrong(
                "version",
                format_args!("{other:?}; allowed: \"3.1.1\", \"5\""),
            );
            None
        }
        None => None,
    };
    let client_id = section.text("client_id", 1..=23);
    if client_id.as_deref().is_some_and(|id| {
        !id.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    }) {
        section.wrong("client_id", "allowed: letters, digits and -");
    }
    let topic = section.text("topic", 1..=200);
    if topic.as_deref().is_some_and(is_no_topic) {
        section.wrong(
            "topic",
            "allowed: no +, # or control character, no / at an end, no $ at the beginning",
        );
    }
    let position = section.text("position", 1..=1000).map(PathBuf::from);
    let user = section.optional_text("user", 1..=200);
    let password = section.secret("password_file");
    if user.is_some() != password.is_some() {
        section.wrong("user", "user and password_file are given together");
    }
    let keep_alive_s = section.number_or("keep_alive_s", 5..=3600, 10);
    let repeat_lines = section.number_or("repeat_lines", 0..=10_000, 100);
    let tls = section.section("tls").map(tls::client);
    if let (Some(host), Some(_)) = (&host, &tls)
        && ServerName::try_from(host.as_str()).is_err()
    {
        section.wrong(
            "host",
            format_args!("{host:?}; allowed with tls: a name of letters, digits, - and dots, or an address without brackets"),
        );
    }
    section.end();
    Some(MqttConfig {
        host: host?,
        port: u16::try_from(port?).ok()?,
        version: version?,
        client_id: client_id?,
        topic: topic?,
        position: position?,
        tls: match tls {
            Some(tls) => Some(tls?),
            None => None,
        },
        login: user.zip(password),
        keep_alive: Duration::from_secs(keep_alive_s?),
        repeat_lines: usize::try_from(repeat_lines?).ok()?,
    })
}

fn is_no_topic(topic: &str) -> bool {
    topic.contains(['+', '#'])
        || topic.chars().any(char::is_control)
        || topic.starts_with(['/', '$'])
        || topic.ends_with('/')
}
