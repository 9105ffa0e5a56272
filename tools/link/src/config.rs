//! The configuration file: JSON, read whole before anything is opened. Every problem is named.

mod section;

use section::{Problems, Section};
use serde_json::Value;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the link publishes, and where.
#[derive(Debug)]
pub struct Config {
    /// `journal.directory` of the station.
    pub journal: PathBuf,
    /// The broker, if records are to be published to one.
    pub mqtt: Option<MqttConfig>,
    /// The page and the metrics.
    pub http: Option<HttpConfig>,
    /// The registers.
    pub modbus: Option<SocketAddr>,
}

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

/// The section `http`.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// Address and port.
    pub address: SocketAddr,
    /// Each request must have it. Only on a loopback address there may be none.
    pub token: Option<String>,
}

impl Config {
    /// Reads the file at `path`, and the files with secrets that it names.
    ///
    /// # Errors
    /// A line of text for each problem, with its key and what is allowed.
    pub fn read(path: &Path) -> Result<Self, Vec<String>> {
        let text = fs::read_to_string(path)
            .map_err(|error| vec![format!("{} cannot be read: {error}", path.display())])?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self, Vec<String>> {
        let value: Value =
            serde_json::from_str(text).map_err(|error| vec![format!("no JSON: {error}")])?;
        let problems = Problems::default();
        let config = Self::of(&value, &problems);
        let problems = problems.into_lines();
        match config {
            Some(config) if problems.is_empty() => Ok(config),
            _ => Err(problems),
        }
    }

    fn of(value: &Value, problems: &Problems) -> Option<Self> {
        let mut file = Section::root(value, problems)?;
        let journal = file.text("journal", 1..=1000).map(PathBuf::from);
        let mqtt = file.section("mqtt").map(mqtt);
        let http = file.section("http").map(http);
        let modbus = file.section("modbus").map(modbus);
        if mqtt.is_none() && http.is_none() && modbus.is_none() {
            problems.add("no section mqtt, http or modbus: nothing would be published");
        }
        file.end();
        // A section that is there and gives nothing has a problem.
        Some(Self {
            journal: journal?,
            mqtt: mqtt.flatten(),
            http: http.flatten(),
            modbus: modbus.flatten(),
        })
    }
}

fn mqtt(mut section: Section<'_>) -> Option<MqttConfig> {
    let host = section.text("host", 1..=253);
    let port = section.number_or("port", 1..=65_535, 1883);
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
    section.end();
    Some(MqttConfig {
        host: host?,
        port: u16::try_from(port?).ok()?,
        version: version?,
        client_id: client_id?,
        topic: topic?,
        position: position?,
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

fn http(mut section: Section<'_>) -> Option<HttpConfig> {
    let address = section.address("address");
    let token = section.secret("token_file");
    if token.as_deref().is_some_and(|token| token.len() < 16) {
        section.wrong("token_file", "the token must have at least 16 characters");
    }
    if let Some(address) = address
        && !address.ip().is_loopback()
        && !section.has("token_file")
    {
        section.wrong(
            "address",
            format_args!("{address} can be reached from outside; give a token_file, or a loopback address such as 127.0.0.1:8410"),
        );
    }
    section.end();
    Some(HttpConfig {
        address: address?,
        token,
    })
}

fn modbus(mut section: Section<'_>) -> Option<SocketAddr> {
    let address = section.address("address");
    section.end();
    address
}

#[cfg(test)]
mod tests;
