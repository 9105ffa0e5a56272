//! The name under which a client asks: a host, with or without a port.

use hyper::http::uri::Authority;
use std::net::IpAddr;

/// A host, and its port if one is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    host: String,
    port: Option<u16>,
}

impl Name {
    /// The name of a text such as `localhost`, `Localhost.:8410` or `[::1]:80`. Case and a dot at
    /// the end of the host do not count. `None` for anything else, such as one with a user.
    pub fn parse(text: &str) -> Option<Self> {
        let authority = Authority::try_from(text).ok()?;
        let host = authority.host();
        let port = match text.strip_prefix(host)? {
            "" => None,
            rest => {
                let digits = rest.strip_prefix(':')?;
                if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                    return None;
                }
                Some(digits.parse().ok()?)
            }
        };
        let host = host.strip_suffix('.').unwrap_or(host);
        (!host.is_empty() && !host.contains('*')).then(|| Self {
            host: host.to_ascii_lowercase(),
            port,
        })
    }

    /// The host, if it is an address.
    pub fn address(&self) -> Option<IpAddr> {
        let host = self
            .host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        host.unwrap_or(&self.host).parse().ok()
    }

    /// Whether the host is this machine's loopback.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.address().is_some_and(|address| address.is_loopback())
    }

    /// Whether the other name is this one. A port that this one does not name may be any.
    pub fn covers(&self, other: &Self) -> bool {
        self.host == other.host && (self.port.is_none() || self.port == other.port)
    }
}
