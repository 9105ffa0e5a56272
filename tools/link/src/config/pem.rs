//! Certificates and keys in PEM form. What is said of a file has no piece of it: it may be a key.

use rustls::pki_types::pem::{Error, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// All certificates of a text, at least one.
///
/// # Errors
/// What is wrong, and what is needed.
pub(super) fn certificates(text: &str) -> Result<Vec<CertificateDer<'static>>, &'static str> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    match all {
        Ok(all) if !all.is_empty() => Ok(all),
        Ok(_) => Err("no certificate in PEM form"),
        Err(error) => Err(wrong(&error)),
    }
}

/// The first key of a text.
///
/// # Errors
/// As [`certificates`].
pub(super) fn key(text: &str) -> Result<PrivateKeyDer<'static>, &'static str> {
    let is_encrypted = ["BEGIN ENCRYPTED PRIVATE KEY", "Proc-Type: 4,ENCRYPTED"]
        .iter()
        .any(|mark| text.contains(mark));
    if is_encrypted {
        return Err("the key is encrypted; give one without a password: openssl pkey -in FILE");
    }
    PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|error| match error {
        Error::NoItemsFound => "no private key in PEM form",
        other => wrong(&other),
    })
}

/// The error's own text has lines of the file.
const fn wrong(error: &Error) -> &'static str {
    match error {
        Error::MissingSectionEnd { .. } | Error::IllegalSectionStart { .. } => {
            "no complete PEM block; BEGIN, END and each line between them must stand alone"
        }
        Error::Base64Decode(_) => "a PEM block with something else than base64",
        Error::NoItemsFound => "nothing in PEM form",
        _ => "no file in PEM form",
    }
}
