//! MQTT and HTTP over TLS, with a real mosquitto and curl, and certificates that openssl makes.

use crate::broker::{Broker, Subscriber};
use crate::certificates::{certificates, ended_certificate, files};
use crate::link::{Link, config, free_port, get, http, mqtt, wait};
use crate::station::{Directory, Station};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

#[test]
fn a_broker_with_tls_gets_the_records_and_a_foreign_one_gets_nothing() {
    let place = certificates("tls-broker");
    let journal = place.0.join("journal");
    let mut station = Station::open(journal.clone(), 64, 5);
    let port = free_port();
    let path = |name: &str| place.0.join(name).display().to_string();
    let more = format!(
        "allow_anonymous true\ncafile {}\ncertfile {}\nkeyfile {}\nrequire_certificate true",
        path("plant.pem"),
        path("broker.pem"),
        path("broker.key")
    );
    let _broker = Broker::start(&place, port, &more);
    let identity = [
        ("certificate_file", "client.pem"),
        ("key_file", "client.key"),
    ];
    let name = ", \"server_name\": \"broker.plant\"";
    let refused = |what: &[&str], tls: String| {
        let section = mqtt(&place, port, &format!(", \"tls\": {{ {tls} }}"));
        let link = Link::start(&place, &config(&journal, &[section]));
        let said = wait("the refusal", || {
            Some(link.said()).filter(|said| said.contains("no connection to"))
        });
        assert!(what.iter().any(|what| said.contains(what)), "{said}");
        drop(link);
        fs::remove_file(place.0.join("link.err")).unwrap();
    };
    let plant = files(
        &place,
        &[&[("ca_file", "plant.pem")], &identity[..]].concat(),
    );
    let foreign = files(
        &place,
        &[&[("ca_file", "foreign.pem")], &identity[..]].concat(),
    );
    refused(&["is for another name"], plant.clone());
    refused(&["comes from no authority"], foreign + name);
    // The alert is lost if the system sees first that the connection has ended.
    refused(
        &[
            "in TLS: CertificateRequired",
            "the broker ended the connection\n",
        ],
        files(&place, &[("ca_file", "plant.pem")]) + name,
    );

    let (ca, cert, key) = (path("plant.pem"), path("client.pem"), path("client.key"));
    let login = [
        "--cafile",
        &ca,
        "--cert",
        &cert,
        "--key",
        &key,
        "--insecure",
    ];
    let subscriber = Subscriber::start(&place, port, "desk", &login);
    for version in ["3.1.1", "5"] {
        let births = subscriber.of("link").len();
        let more = format!(", \"version\": \"{version}\", \"tls\": {{ {plant}{name} }}");
        let mut link = Link::start(&place, &config(&journal, &[mqtt(&place, port, &more)]));
        wait("the connection", || {
            (subscriber.of("link").len() > births).then_some(())
        });
        station.parts(3);
        let last = station.lines().pop().unwrap();
        wait("the record", || {
            (subscriber.of("records").pop()?.2 == last).then_some(())
        });
        assert!(link.stop());
    }
}

#[test]
fn a_broker_whose_certificate_has_ended_is_named_once() {
    let place = certificates("tls-ended");
    ended_certificate(&place.0, "ended", "IP:127.0.0.1");
    let journal = place.0.join("journal");
    let _station = Station::open(journal.clone(), 64, 5);
    let (port, web) = (free_port(), free_port());
    let path = |name: &str| place.0.join(name).display().to_string();
    let more = format!(
        "allow_anonymous true\ncertfile {}\nkeyfile {}",
        path("ended.pem"),
        path("ended.key")
    );
    let _broker = Broker::start(&place, port, &more);
    let tls = files(&place, &[("ca_file", "plant.pem")]);
    let section = mqtt(&place, port, &format!(", \"tls\": {{ {tls} }}"));
    let link = Link::start(&place, &config(&journal, &[http(web), section]));
    let metrics = wait("three failures", || {
        let metrics = get(web, "/metrics", "").1;
        let count = metrics
            .lines()
            .find_map(|line| line.strip_prefix("sluice_link_mqtt_failures_total "))?
            .parse::<u64>();
        (count.unwrap() >= 3).then_some(metrics)
    });
    let kind = "sluice_link_mqtt_failing{kind=\"certificate\"} 1\n";
    assert!(metrics.contains(kind), "{metrics}");
    let said = link.said();
    assert_eq!(said.matches("has expired").count(), 1, "{said}");
    assert!(get(web, "/status.json", "").1.contains("has expired"));
}

/// The code of curl's end, the status and the body.
fn curl(place: &Directory, url: &str, with: &[(&str, &str)]) -> (i32, String) {
    let mut curl = Command::new("curl");
    curl.args([
        "--silent",
        "--max-time",
        "20",
        "--write-out",
        "%{http_code}",
    ]);
    for (option, file) in with {
        curl.arg(option).arg(place.0.join(file));
    }
    let done = curl.arg(url).output();
    let done = done.expect("curl is needed: apt-get install curl");
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    (done.status.code().unwrap(), text)
}

#[test]
fn the_page_comes_over_tls_and_only_to_clients_with_a_certificate_if_asked_for() {
    let place = certificates("tls-page");
    let journal = place.0.join("journal");
    let mut station = Station::open(journal.clone(), 64, 5);
    station.parts(3);
    let identity = files(
        &place,
        &[("certificate_file", "page.pem"), ("key_file", "page.key")],
    );
    let port = free_port();
    let section = |tls: &str, address: &str| {
        format!("\"http\": {{ \"address\": \"{address}:{port}\", \"tls\": {{ {tls} }} }}")
    };
    let url = format!("https://localhost:{port}/metrics");
    let ca = ("--cacert", "plant.pem");

    let link = Link::start(
        &place,
        &config(&journal, &[section(&identity, "127.0.0.1")]),
    );
    let (code, text) = wait("the metrics", || {
        Some(curl(&place, &url, &[ca])).filter(|(code, _)| *code != 7)
    });
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("sluice_journal_lines_total") && text.ends_with("200"));
    assert_ne!(curl(&place, &url, &[("--cacert", "foreign.pem")]).0, 0);
    let (code, text) = curl(&place, &url.replace("https", "http"), &[]);
    assert!(code != 0 && !text.contains("sluice"), "{code} {text}");
    // A later client counts, and only the first is said.
    curl(&place, &url.replace("https", "http"), &[]);
    let (_, text) = curl(&place, &url, &[ca]);
    let count = "sluice_link_http_refused_total{why=\"no_tls\"} 2\n";
    assert!(text.contains(count), "{text}");
    let said = link.said();
    assert_eq!(said.matches("it speaks no TLS").count(), 1, "{said}");
    drop(link);

    // A certificate shows who asks, so no token is needed for other machines.
    let mutual = identity + ", " + &files(&place, &[("client_ca_file", "plant.pem")]);
    let _link = Link::start(&place, &config(&journal, &[section(&mutual, "0.0.0.0")]));
    let ours = [ca, ("--cert", "client.pem"), ("--key", "client.key")];
    let (code, text) = wait("the metrics", || {
        Some(curl(&place, &url, &ours)).filter(|(code, _)| *code != 7)
    });
    assert_eq!((code, text.ends_with("200")), (0, true), "{text}");
    assert_ne!(curl(&place, &url, &[ca]).0, 0);
    let strangers = [ca, ("--cert", "stranger.pem"), ("--key", "stranger.key")];
    let (code, text) = curl(&place, &url, &strangers);
    assert!(code != 0 && !text.contains("sluice"), "{code} {text}");
}

#[test]
fn certificates_that_cannot_be_used_are_named_by_the_check() {
    let place = certificates("tls-check");
    let problems = |section: String| {
        let path = place.0.join("link.json");
        fs::write(&path, config(&place.0, &[section])).unwrap();
        let mut link = Command::new(env!("CARGO_BIN_EXE_sluice-link"));
        let done = link.arg("--config").arg(&path).arg("--check").output();
        let done = done.unwrap();
        let text = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(2), "{text}");
        text
    };
    let page = |keys: &[(&str, &str)]| {
        let tls = files(&place, keys);
        problems(format!(
            "\"http\": {{ \"address\": \"127.0.0.1:1\", \"tls\": {{ {tls} }} }}"
        ))
    };
    let mqtt = |tls: String| problems(mqtt(&place, 1, &format!(", \"tls\": {{ {tls} }}")));
    let key = fs::read_to_string(place.0.join("page.key")).unwrap();
    fs::write(place.0.join("line.key"), key.replace('\n', "")).unwrap();
    let secret =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIHsMFcG\n-----END ENCRYPTED PRIVATE KEY-----\n";
    fs::write(place.0.join("secret.key"), secret).unwrap();
    // As it is in the file, and as a list of its bytes.
    let piece = key.lines().nth(1).unwrap().get(4..16).unwrap();
    let bytes: Vec<_> = piece.bytes().map(|byte| byte.to_string()).collect();
    let pieces = [piece.to_owned(), bytes.join(", ")];
    let pair = [("certificate_file", "page.pem"), ("key_file", "client.key")];
    for (text, expected) in [
        (
            page(&pair),
            "http.tls.key_file: it does not fit certificate_file",
        ),
        (page(&pair[..1]), "http.tls.key_file: missing"),
        (
            page(&[("certificate_file", "page.key"), ("key_file", "page.pem")]),
            "page.key: no certificate in PEM form",
        ),
        (
            page(&[("certificate_file", "page.pem"), ("key_file", "line.key")]),
            "line.key: no complete PEM block",
        ),
        (
            page(&[("certificate_file", "line.key"), ("key_file", "page.key")]),
            "line.key: no complete PEM block",
        ),
        (
            page(&[("certificate_file", "page.pem"), ("key_file", "secret.key")]),
            "secret.key: the key is encrypted",
        ),
        (
            page(&[("certificate_file", "none.pem"), ("key_file", "page.key")]),
            "none.pem cannot be read",
        ),
        (mqtt(String::new()), "mqtt.tls.ca_file: missing"),
        (
            mqtt(files(
                &place,
                &[("ca_file", "plant.pem"), ("key_file", "client.key")],
            )),
            "mqtt.tls.certificate_file: missing",
        ),
        (
            mqtt(files(&place, &[("ca_file", "plant.pem")]) + ", \"server_name\": \"a b\""),
            "mqtt.tls.server_name: allowed",
        ),
    ] {
        assert!(text.contains(expected), "{expected} is not in {text}");
        assert!(pieces.iter().all(|piece| !text.contains(piece)), "{text}");
    }
}

#[test]
fn the_check_warns_of_certificates_that_have_ended_and_of_keys_that_others_may_read() {
    let place = certificates("tls-warned");
    ended_certificate(&place.0, "ended", "DNS:localhost");
    let warned = |name: &str, mode: u32| {
        let (pem, key) = (format!("{name}.pem"), format!("{name}.key"));
        let rights = fs::Permissions::from_mode(mode);
        fs::set_permissions(place.0.join(&key), rights).unwrap();
        let tls = files(&place, &[("certificate_file", &pem), ("key_file", &key)]);
        let section = format!("\"http\": {{ \"address\": \"127.0.0.1:1\", \"tls\": {{ {tls} }} }}");
        let path = place.0.join("link.json");
        fs::write(&path, config(&place.0, &[section])).unwrap();
        let mut link = Command::new(env!("CARGO_BIN_EXE_sluice-link"));
        let done = link.arg("--config").arg(&path).arg("--check").output();
        let done = done.unwrap();
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stderr).unwrap()
    };
    assert_eq!(warned("page", 0o640), "");
    assert!(warned("page", 0o644).contains("page.key is open to every user"));
    assert!(warned("ended", 0o600).contains("ended.pem: certificate 1 has ended"));
}
