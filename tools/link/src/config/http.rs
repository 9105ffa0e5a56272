//! The section `http`.

use super::section::Section;
use super::tls;
use crate::name::Name;
use rustls::ServerConfig;
use std::net::SocketAddr;
use std::sync::Arc;

/// The section `http`.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// Address and port.
    pub address: SocketAddr,
    /// Each request must have it. Only on a loopback address, or with clients that show a
    /// certificate, there may be none.
    pub token: Option<String>,
    /// How connections are encrypted; `None` if they are not.
    pub tls: Option<Arc<ServerConfig>>,
    /// Names under which a client may ask, besides those of this machine's loopback; `None` if any
    /// will do, since a token or a certificate shows who asks.
    pub hosts: Option<Vec<Name>>,
}

/// Names in `hosts` at most.
const HOSTS_MAX: usize = 16;

pub(super) fn read(mut section: Section<'_>) -> Option<HttpConfig> {
    let address = section.address("address");
    let token = section.secret("token_file");
    if token.as_deref().is_some_and(|token| token.len() < 16) {
        section.wrong("token_file", "the token must have at least 16 characters");
    }
    let hosts = section.texts("hosts", HOSTS_MAX);
    let hosts = hosts.map(|hosts| names(&section, &hosts));
    let mut has_client_ca = false;
    let tls = section.section("tls").map(|section| {
        has_client_ca = section.has("client_ca_file");
        tls::server(section)
    });
    let is_known = section.has("token_file") || has_client_ca;
    if let Some(address) = address
        && !address.ip().is_loopback()
        && !is_known
    {
        section.wrong(
            "address",
            format_args!("{address} can be reached from outside; give a token_file or tls.client_ca_file, or a loopback address such as 127.0.0.1:8410"),
        );
    }
    section.end();
    Some(HttpConfig {
        address: address?,
        token,
        tls: match tls {
            Some(tls) => Some(tls?),
            None => None,
        },
        hosts: if is_known {
            hosts
        } else {
            Some(hosts.unwrap_or_default())
        },
    })
}

fn names(section: &Section<'_>, hosts: &[String]) -> Vec<Name> {
    let mut names = Vec::new();
    for host in hosts {
        match Name::parse(host) {
            Some(name) => names.push(name),
            None => section.wrong(
                "hosts",
                format_args!("{host:?}; allowed: a name or an address, with or without a port, such as sluice.plant:8443"),
            ),
        }
    }
    names
}
