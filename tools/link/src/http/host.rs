//! The name under which a client asks. A web page of a stranger can make a browser ask this machine
//! under the stranger's name, and read the answer. So only names that are the link's are answered.

use hyper::Request;
use hyper::header::HOST;
use hyper::http::uri::Authority;
use std::net::IpAddr;

/// Whether the request is for `localhost`, a loopback address, or one of `hosts`, which are names
/// with or without a port. A port that `hosts` does not name may be any: another one is in front of
/// the link if a connection is forwarded.
pub(super) fn is_ours<T>(request: &Request<T>, hosts: &[String]) -> bool {
    let mut headers = request.headers().get_all(HOST).iter();
    let (Some(header), None) = (headers.next(), headers.next()) else {
        return false;
    };
    let named = |authority: &Authority| is_name_ours(authority, hosts);
    let is_header_ours = Authority::try_from(header.as_bytes()).is_ok_and(|name| named(&name));
    is_header_ours && request.uri().authority().is_none_or(named)
}

fn is_name_ours(authority: &Authority, hosts: &[String]) -> bool {
    let text = authority.as_str();
    let name = authority.host();
    if text.contains('@') {
        return false;
    }
    let address = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    let is_loopback = address
        .unwrap_or(name)
        .parse()
        .is_ok_and(|address: IpAddr| address.is_loopback());
    is_loopback
        || name.eq_ignore_ascii_case("localhost")
        || hosts
            .iter()
            .any(|host| host.eq_ignore_ascii_case(name) || host.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_answered(uri: &str, hosts: &[&str]) -> bool {
        let request = Request::builder().uri(uri);
        let request = hosts
            .iter()
            .fold(request, |request, host| request.header(HOST, *host));
        let configured = ["sluice.plant".to_owned(), "proxy:8443".to_owned()];
        is_ours(&request.body(()).unwrap(), &configured)
    }

    #[test]
    fn only_names_of_the_link_are_answered() {
        for ours in [
            "localhost",
            "LocalHost:8410",
            "127.0.0.1:8410",
            "127.1.2.3",
            "[::1]:9000",
            "sluice.plant",
            "Sluice.Plant:80",
            "proxy:8443",
        ] {
            assert!(is_answered("/", &[ours]), "{ours}");
        }
        for foreign in [
            "rebound.example",
            "rebound.example:8410",
            "localhost.rebound.example",
            "127.0.0.1.rebound.example",
            "localhost@rebound.example",
            "rebound.example@localhost",
            "192.0.2.1:8410",
            "[2001:db8::1]",
            "proxy:8444",
            "proxy",
            "",
            "[",
        ] {
            assert!(!is_answered("/", &[foreign]), "{foreign}");
        }
    }

    #[test]
    fn one_name_is_needed_and_the_whole_address_counts_as_well() {
        assert!(!is_answered("/", &[]));
        assert!(!is_answered("/", &["localhost", "rebound.example"]));
        assert!(!is_answered("http://rebound.example/", &["localhost"]));
        assert!(is_answered("http://localhost/", &["localhost"]));
    }
}
