//! Certificates and keys that openssl makes.

use crate::station::Directory;
use std::fs;
use std::path::Path;
use std::process::Command;

/// An authority, in files of this name.
fn authority(place: &Path, name: &str) {
    let subject = format!("/CN={name}");
    request(
        place,
        name,
        &[
            "-subj",
            &subject,
            "-addext",
            "basicConstraints=critical,CA:TRUE",
        ],
    );
}

/// A certificate of the authority, for these names.
fn certificate(place: &Path, authority: &str, name: &str, names: &str) {
    let file = |end| {
        place
            .join(format!("{authority}.{end}"))
            .display()
            .to_string()
    };
    let (subject, names) = (format!("/CN={name}"), format!("subjectAltName={names}"));
    request(
        place,
        name,
        &[
            "-subj",
            &subject,
            "-addext",
            &names,
            "-CA",
            &file("pem"),
            "-CAkey",
            &file("key"),
        ],
    );
}

fn request(place: &Path, name: &str, more: &[&str]) {
    let empty = place.join("openssl.cnf");
    fs::write(&empty, "[req]\ndistinguished_name = name\n[name]\n").unwrap();
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt"])
        .args(["ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .arg("-config")
        .arg(&empty)
        .arg("-keyout")
        .arg(place.join(format!("{name}.key")))
        .arg("-out")
        .arg(place.join(format!("{name}.pem")))
        .args(more)
        .output()
        .expect("openssl is needed: apt-get install openssl");
    assert!(made.status.success(), "{made:?}");
}

/// A certificate of the authority `plant` that ended long ago.
pub(crate) fn ended_certificate(place: &Path, name: &str, names: &str) {
    fs::write(place.join("index"), "").unwrap();
    fs::write(place.join("serial"), "01\n").unwrap();
    let text = "[req]\ndistinguished_name = name\n[name]\n[ca]\ndefault_ca = ca\ndatabase = index\nserial = serial\n\
                new_certs_dir = .\ndefault_md = sha256\npolicy = any\ncopy_extensions = copy\n\
                [any]\ncommonName = supplied\n";
    fs::write(place.join("ca.cnf"), text).unwrap();
    for command in [
        format!(
            "req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -config ca.cnf \
             -keyout {name}.key -out {name}.csr -subj /CN={name} -addext subjectAltName={names}"
        ),
        format!(
            "ca -config ca.cnf -in {name}.csr -cert plant.pem -keyfile plant.key -batch \
             -startdate 20240101000000Z -enddate 20240102000000Z -notext -out {name}.pem"
        ),
    ] {
        let mut openssl = Command::new("openssl");
        openssl.args(command.split(' ')).current_dir(place);
        let made = openssl.output().unwrap();
        assert!(made.status.success(), "{made:?}");
    }
}

/// Two authorities; of the first a server and a client, of the second a stranger.
pub(crate) fn certificates(test: &str) -> Directory {
    let place = Directory::new(test);
    for name in ["plant", "foreign"] {
        authority(&place.0, name);
    }
    certificate(&place.0, "plant", "broker", "DNS:broker.plant");
    certificate(&place.0, "plant", "page", "DNS:localhost");
    certificate(&place.0, "plant", "client", "DNS:client");
    certificate(&place.0, "foreign", "stranger", "DNS:client");
    place
}

/// These keys with the paths of these files, as JSON.
pub(crate) fn files(place: &Directory, keys: &[(&str, &str)]) -> String {
    let one = |(key, file): &(&str, &str)| {
        let path = place.0.join(file);
        format!("\"{key}\": \"{}\"", path.display())
    };
    keys.iter().map(one).collect::<Vec<_>>().join(", ")
}
