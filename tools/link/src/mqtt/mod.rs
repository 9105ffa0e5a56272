//! Publishes the journal to an MQTT broker: every line, in order, at least once.
//!
//! The outbox is the journal itself. Each connection is a session of its own. What the broker has
//! not acknowledged when it breaks is read from the journal again and published again. So nothing
//! depends on what client or broker keep of a session, and the memory is that of one window.

mod client;
mod failure;
mod outbox;
mod publisher;
mod topics;

pub use publisher::{Broker, Publishing, start};
