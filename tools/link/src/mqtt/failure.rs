//! Why a connection to the broker ended, in words that are the same each time: a reason that comes
//! again is said once, and the metrics have few kinds.

use core::fmt::{self, Display};
use rumqttc::v5;
use rustls::CertificateError;
use std::io;

/// What failed, for the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The system has no way to the broker, or does not know its name.
    Network,
    /// The broker is silent.
    Timeout,
    /// The broker's certificate.
    Certificate,
    /// Another failure of TLS, such as a client certificate that the broker refuses.
    Tls,
    /// The broker refuses the connection, such as for a wrong password.
    Refused,
    /// It refuses a message.
    MessageRefused,
    /// It ended the connection.
    Ended,
    /// What it sent is no MQTT, or something else is wrong.
    Protocol,
}

impl Kind {
    /// The word in the metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Timeout => "timeout",
            Self::Certificate => "certificate",
            Self::Tls => "tls",
            Self::Refused => "refused",
            Self::MessageRefused => "message_refused",
            Self::Ended => "ended",
            Self::Protocol => "protocol",
        }
    }
}

/// Why a connection ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// One of few.
    pub kind: Kind,
    /// What the system or the broker says, without a time.
    pub text: String,
}

const ENDED: &str = "the broker ended the connection";
const SILENT: &str = "the broker does not answer";

impl Failure {
    pub(super) fn new(kind: Kind, text: impl Display) -> Self {
        let text = text.to_string();
        Self { kind, text }
    }

    fn of_code(code: &impl fmt::Debug) -> Self {
        Self::new(
            Kind::Refused,
            format_args!("the broker refused the connection: {code:?}"),
        )
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<rumqttc::ConnectionError> for Failure {
    fn from(error: rumqttc::ConnectionError) -> Self {
        use rumqttc::mqttbytes::Error;
        use rumqttc::{ConnectionError, StateError};
        match error {
            ConnectionError::Io(error)
            | ConnectionError::MqttState(
                StateError::Io(error) | StateError::Deserialization(Error::Io(error)),
            ) => error.into(),
            ConnectionError::Tls(error) => error.into(),
            ConnectionError::MqttState(StateError::ConnectionAborted) => {
                Self::new(Kind::Ended, ENDED)
            }
            ConnectionError::NetworkTimeout
            | ConnectionError::FlushTimeout
            | ConnectionError::MqttState(StateError::AwaitPingResp) => {
                Self::new(Kind::Timeout, SILENT)
            }
            ConnectionError::ConnectionRefused(code) => Self::of_code(&code),
            other => Self::new(Kind::Protocol, other),
        }
    }
}

impl From<v5::ConnectionError> for Failure {
    fn from(error: v5::ConnectionError) -> Self {
        use v5::mqttbytes::Error;
        use v5::{ConnectionError, StateError};
        match error {
            ConnectionError::Io(error)
            | ConnectionError::MqttState(
                StateError::Io(error) | StateError::Deserialization(Error::Io(error)),
            ) => error.into(),
            ConnectionError::Tls(error) => error.into(),
            ConnectionError::MqttState(StateError::ConnectionAborted) => {
                Self::new(Kind::Ended, ENDED)
            }
            ConnectionError::MqttState(StateError::ServerDisconnect { reason_code, .. }) => {
                Self::new(Kind::Ended, format_args!("{ENDED}: {reason_code:?}"))
            }
            ConnectionError::Timeout(_) | ConnectionError::MqttState(StateError::AwaitPingResp) => {
                Self::new(Kind::Timeout, SILENT)
            }
            ConnectionError::ConnectionRefused(code)
            | ConnectionError::MqttState(StateError::ConnFail { reason: code }) => {
                Self::of_code(&code)
            }
            other => Self::new(Kind::Protocol, other),
        }
    }
}

impl From<rumqttc::TlsError> for Failure {
    fn from(error: rumqttc::TlsError) -> Self {
        match error {
            rumqttc::TlsError::Io(error) => error.into(),
            rumqttc::TlsError::TLS(error) => (&error).into(),
            other => Self::new(Kind::Tls, other),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind;
        let inner = error.get_ref();
        if let Some(tls) = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return tls.into();
        }
        match error.kind() {
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof => Self::new(Kind::Ended, ENDED),
            ErrorKind::TimedOut => Self::new(Kind::Timeout, SILENT),
            _ => Self::new(Kind::Network, error),
        }
    }
}

impl From<&rustls::Error> for Failure {
    fn from(error: &rustls::Error) -> Self {
        let certificate = match error {
            rustls::Error::InvalidCertificate(error) => error,
            rustls::Error::AlertReceived(alert) => {
                let text = format!("{ENDED} in TLS: {alert:?}; look at mqtt.tls.certificate_file");
                return Self::new(Kind::Tls, text);
            }
            other => return Self::new(Kind::Tls, format_args!("TLS: {other}")),
        };
        // The library's texts of the first two have the seconds since 1970.
        let what = match certificate {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "has expired, or this machine's clock is wrong".to_owned()
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "is not valid yet, or this machine's clock is wrong".to_owned()
            }
            CertificateError::UnknownIssuer => {
                "comes from no authority in mqtt.tls.ca_file".to_owned()
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "is for another name; set mqtt.tls.server_name".to_owned()
            }
            other => format!("cannot be used: {other:?}"),
        };
        Self::new(
            Kind::Certificate,
            format_args!("the broker's certificate {what}"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::pki_types::UnixTime;
    use std::time::Duration;

    #[test]
    fn a_certificate_that_has_ended_gives_the_same_words_at_each_time() {
        let at = |second| {
            let time = UnixTime::since_unix_epoch(Duration::from_secs(second));
            let not_after = UnixTime::since_unix_epoch(Duration::from_secs(1));
            let error = CertificateError::ExpiredContext { time, not_after };
            let error = io::Error::other(rustls::Error::InvalidCertificate(error));
            Failure::from(rumqttc::ConnectionError::Tls(error.into()))
        };
        assert_eq!(at(1_700_000_000), at(1_700_000_001));
        assert_eq!(at(2).kind, Kind::Certificate);
        assert!(at(2).text.contains("has expired"));
    }
}
