//! The name under which a client asks. A web page of a stranger can make a browser ask this machine
//! under the stranger's name, and read the answer. So only names that are the link's are answered.

use crate::name::Name;
use hyper::Request;
use hyper::header::HOST;
use std::net::IpAddr;

/// Whether the request is for `localhost`, a loopback address, the address `bound` that the link
/// has opened, or one of `hosts`. A port that `hosts` does not name may be any: another one is in
/// front of the link if a connection is forwarded.
pub(super) fn is_ours<T>(request: &Request<T>, bound: IpAddr, hosts: &[Name]) -> bool {
    let mut headers = request.headers().get_all(HOST).iter();
    let (Some(header), None) = (headers.next(), headers.next()) else {
        return false;
    };
    let is_named =
        |text: &str| Name::parse(text).is_some_and(|name| is_name_ours(&name, bound, hosts));
    let authority = request.uri().authority();
    header.to_str().is_ok_and(is_named) && authority.is_none_or(|of| is_named(of.as_str()))
}

fn is_name_ours(name: &Name, bound: IpAddr, hosts: &[Name]) -> bool {
    let is_bound = !bound.is_unspecified() && name.address() == Some(bound);
    name.is_loopback() || is_bound || hosts.iter().any(|host| host.covers(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_answered(uri: &str, hosts: &[&str]) -> bool {
        let request = Request::builder().uri(uri);
        let request = hosts
            .iter()
            .fold(request, |request, host| request.header(HOST, *host));
        let configured = ["sluice.plant", "proxy:8443"].map(|host| Name::parse(host).unwrap());
        let request = request.body(()).unwrap();
        is_ours(&request, "192.0.2.7".parse().unwrap(), &configured)
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
            "localhost.",
            "localhost.:8410",
            "192.0.2.7:8410",
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
            "localhost:",
            "localhost:65536",
            "localhost:+80",
            "localhost:80:80",
            "localhost..",
            "",
            "[",
        ] {
            assert!(!is_answered("/", &[foreign]), "{foreign}");
        }
    }

    #[test]
    fn an_address_that_stands_for_all_is_no_name() {
        let request = Request::builder().header(HOST, "0.0.0.0:8410").body(());
        assert!(!is_ours(&request.unwrap(), "0.0.0.0".parse().unwrap(), &[]));
    }

    #[test]
    fn one_name_is_needed_and_the_whole_address_counts_as_well() {
        assert!(!is_answered("/", &[]));
        assert!(!is_answered("/", &["localhost", "rebound.example"]));
        assert!(!is_answered("http://rebound.example/", &["localhost"]));
        assert!(is_answered("http://localhost/", &["localhost"]));
    }
}
