//! What is published where.

use serde_json::json;

/// The topics of a station.
#[derive(Debug, Clone)]
pub(super) struct Topics {
    /// Every line of the journal, as it is. Not retained.
    pub(super) records: String,
    /// The state of the station as the journal says it, retained.
    pub(super) state: String,
    /// The state of the link, retained. The last will comes here.
    pub(super) link: String,
}

impl Topics {
    pub(super) fn new(topic: &str) -> Self {
        let of = |name| format!("{topic}/{name}");
        Self {
            records: of("records"),
            state: of("state"),
            link: of("link"),
        }
    }
}

/// The last will: the broker publishes it when the connection breaks. It says nothing of the
/// station.
pub(super) fn gone() -> Vec<u8> {
    json!({ "link": "gone" }).to_string().into_bytes()
}

/// The link is connected.
pub(super) fn connected() -> Vec<u8> {
    let version = env!("CARGO_PKG_VERSION");
    json!({ "link": "connected", "version": version })
        .to_string()
        .into_bytes()
}

/// The link was stopped in order.
pub(super) fn stopped() -> Vec<u8> {
    json!({ "link": "stopped" }).to_string().into_bytes()
}
