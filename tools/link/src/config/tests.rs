use super::*;
use std::env;
use std::fs;
use std::process;
use std::time::Duration;

fn problems(text: &str) -> Vec<String> {
    Config::parse(text).unwrap_err()
}

#[test]
fn a_whole_file_is_read() {
    let text = r#"{
        "journal": "/j",
        "mqtt": { "host": "broker", "client_id": "link-1", "topic": "plant/line-3",
                  "position": "/p", "version": "5", "keep_alive_s": 30 },
        "http": { "address": "[::1]:8410" },
        "modbus": { "address": "192.0.2.1:502" }
    }"#;
    let config = Config::parse(text).unwrap();
    let mqtt = config.mqtt.unwrap();
    assert_eq!((mqtt.port, mqtt.version), (1883, Version::V5));
    assert_eq!(mqtt.keep_alive, Duration::from_secs(30));
    assert_eq!(mqtt.login, None);
    let http = config.http.unwrap();
    assert_eq!(http.address.port(), 8410);
    assert_eq!(http.hosts, Some(Vec::new()));
    assert!(mqtt.tls.is_none() && http.tls.is_none() && config.history.is_none());
    assert_eq!(config.modbus.unwrap().port(), 502);
}

#[test]
fn every_problem_is_named_at_once() {
    let text = r#"{
        "jurnal": "/j",
        "mqtt": { "host": "", "client_id": "a b", "topic": "line/#", "port": 0, "version": "4",
                  "user": "me", "password_file": "/no/such/file" },
        "http": { "address": "0.0.0.0:80", "hosts": "me", "tls": { "key": "/k" } },
        "history": 3,
        "modbus": { "address": "localhost" }
    }"#;
    let found = problems(text);
    for key in [
        "journal: missing",
        "jurnal: unknown",
        "mqtt.host: \"\"",
        "mqtt.client_id: ",
        "mqtt.topic: ",
        "mqtt.port: 0; allowed: 1 to 65535",
        "mqtt.version: \"4\"",
        "mqtt.position: missing",
        "mqtt.password_file: /no/such/file cannot be read",
        "http.address: 0.0.0.0:80 can be reached from outside; give a token_file",
        "http.hosts: \"me\"; allowed: a list of up to 16 texts",
        "http.tls.certificate_file: missing",
        "http.tls.key: unknown; known here: certificate_file, client_ca_file, key_file",
        "history: 3; allowed: a text",
        "modbus.address: \"localhost\"",
    ] {
        assert!(
            found.iter().any(|line| line.starts_with(key)),
            "{key} is not in {found:#?}"
        );
    }
}

#[test]
fn what_cannot_be_a_name_is_no_host() {
    for host in [
        "http://a", "me@a", "*", "*.plant", "a b", "a:", "a:65536", "a/b", "",
    ] {
        let text = format!(
            r#"{{"journal":"/j","http":{{"address":"127.0.0.1:80","hosts":["a:1","{host}"]}}}}"#
        );
        assert!(problems(&text)[0].starts_with("http.hosts: "), "{host}");
    }
    let text = r#"{"journal":"/j","mqtt":{"host":"[::1]","client_id":"a","topic":"a","position":"/p","tls":{}}}"#;
    let found = problems(text);
    let host = found
        .iter()
        .any(|line| line.starts_with("mqtt.host: \"[::1]\""));
    assert!(host, "{found:#?}");
}

#[test]
fn a_history_that_is_no_directory_is_refused_by_the_check() {
    let checked = |history: &str| {
        let text = format!(
            r#"{{"journal":"/j","history":"{history}","modbus":{{"address":"127.0.0.1:502"}}}}"#
        );
        let mut config = Config::parse(&text).unwrap();
        (config.check_history(), config.warnings)
    };
    assert_eq!(checked("/"), (Ok(()), Vec::new()));
    assert!(
        checked("/dev/null")
            .0
            .unwrap_err()
            .contains("is no directory")
    );
    let (refused, warnings) = checked("/no/such/directory");
    assert!(refused.is_ok() && warnings[0].contains("cannot be seen yet"));
}

#[test]
fn an_address_for_others_needs_a_token_that_is_long_enough() {
    let path = env::temp_dir().join(format!("sluice-link-token-{}", process::id()));
    let text = |address| {
        let token = path.display();
        format!(r#"{{"journal":"/j","http":{{"address":"{address}","token_file":"{token}"}}}}"#)
    };
    fs::write(&path, "short\n").unwrap();
    assert!(problems(&text("0.0.0.0:80"))[0].contains("at least 16"));
    fs::write(&path, "0123456789abcdef\n").unwrap();
    let config = Config::parse(&text("0.0.0.0:80")).unwrap();
    let http = config.http.unwrap();
    assert_eq!(http.token.unwrap(), "0123456789abcdef");
    assert_eq!(http.hosts, None);
    fs::remove_file(&path).unwrap();
}

#[test]
fn what_is_no_object_or_publishes_nothing_is_refused() {
    assert!(problems("[]")[0].starts_with("the file: must be an object"));
    assert!(problems("{")[0].starts_with("no JSON"));
    assert!(problems(r#"{"journal":"/j","http":3}"#)[0].starts_with("http: must be an object"));
    assert!(problems(r#"{"journal":"/j"}"#)[0].starts_with("no section"));
}
