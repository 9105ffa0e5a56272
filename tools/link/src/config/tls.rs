//! Certificates and keys of both sections, as PEM files. All of them are read before anything is
//! opened.

use super::pem;
use super::section::Section;
use core::fmt::Display;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, ServerConfig,
    SignatureScheme,
};
use std::sync::Arc;

/// `mqtt.tls`: whom the link trusts, and as whom it connects.
pub(super) fn client(mut section: Section<'_>) -> Option<Arc<ClientConfig>> {
    let roots = roots(&mut section, "ca_file", true);
    let identity = identity(&mut section, false);
    let name = server_name(&mut section);
    let has_identity = section.has("certificate_file") || section.has("key_file");
    section.end();
    let verifier = WebPkiServerVerifier::builder_with_provider(roots??, provider())
        .build()
        .map_err(|error| section.wrong("ca_file", error))
        .ok()?;
    let verifier = Verifier {
        name: name?,
        verifier,
    };
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| section.wrong("ca_file", error))
        .ok()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let config = if has_identity {
        let (chain, key) = identity?;
        let of_pair = builder.with_client_auth_cert(chain, key);
        of_pair.map_err(|error| no_pair(&section, error)).ok()?
    } else {
        builder.with_no_client_auth()
    };
    Some(Arc::new(config))
}

/// `http.tls`: as whom the link answers, and which clients it serves.
pub(super) fn server(mut section: Section<'_>) -> Option<Arc<ServerConfig>> {
    let identity = identity(&mut section, true);
    let clients = roots(&mut section, "client_ca_file", false);
    section.end();
    let (chain, key) = identity?;
    let builder = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| section.wrong("certificate_file", error))
        .ok()?;
    let builder = match clients? {
        Some(clients) => {
            let verifier = WebPkiClientVerifier::builder_with_provider(clients, provider());
            let verifier = verifier
                .build()
                .map_err(|error| section.wrong("client_ca_file", error))
                .ok()?;
            builder.with_client_cert_verifier(verifier)
        }
        None => builder.with_no_client_auth(),
    };
    let config = builder.with_single_cert(chain, key);
    config
        .map(Arc::new)
        .map_err(|error| no_pair(&section, error))
        .ok()
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn no_pair(section: &Section<'_>, error: impl Display) {
    section.wrong(
        "key_file",
        format_args!("it does not fit certificate_file: {error}"),
    );
}

/// The authorities in a file. The outer `None` is a problem, the inner one a key that is not there.
fn roots(
    section: &mut Section<'_>,
    key: &'static str,
    is_needed: bool,
) -> Option<Option<Arc<RootCertStore>>> {
    if !is_needed && !section.has(key) {
        section.optional_text(key, 1..=1000);
        return Some(None);
    }
    let (path, text) = section.file(key, is_needed)?;
    let mut roots = RootCertStore::empty();
    for certificate in certificates(section, key, &path, &text)? {
        if let Err(error) = roots.add(certificate) {
            section.wrong(key, format_args!("{path}: {error}"));
            return None;
        }
    }
    Some(Some(Arc::new(roots)))
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// A certificate with those that lead to its authority, and its key. Both files are given or none.
fn identity(section: &mut Section<'_>, is_needed: bool) -> Option<Identity> {
    let is_needed = is_needed || section.has("certificate_file") || section.has("key_file");
    let chain = section.file("certificate_file", is_needed);
    let chain = chain.and_then(|(path, text)| {
        let chain = certificates(section, "certificate_file", &path, &text)?;
        warn_of_times(section, &path, &chain);
        Some(chain)
    });
    let key = section.file("key_file", is_needed);
    let key = key.and_then(|(path, text)| {
        section.warn_if_others_may_read("key_file", &path);
        pem::key(&text)
            .map_err(|what| section.wrong("key_file", format_args!("{path}: {what}")))
            .ok()
    });
    chain.zip(key)
}

fn certificates(
    section: &Section<'_>,
    key: &str,
    path: &str,
    text: &str,
) -> Option<Vec<CertificateDer<'static>>> {
    pem::certificates(text)
        .map_err(|what| section.wrong(key, format_args!("{path}: {what}")))
        .ok()
}

/// Warns of certificates that have ended or have not begun. The clock may be wrong, or a new file
/// may come, so it is no error.
fn warn_of_times(section: &Section<'_>, path: &str, chain: &[CertificateDer<'static>]) {
    for (number, certificate) in (1..).zip(chain) {
        let what = match validity(certificate) {
            Some(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
                "has ended"
            }
            Some(CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }) => {
                "has not begun"
            }
            _ => continue,
        };
        section.warn(
            "certificate_file",
            format_args!(
                "{path}: certificate {number} {what}; give another one, or set this machine's clock"
            ),
        );
    }
}

/// What a check of the certificate against itself finds. It looks at the times first.
fn validity(certificate: &CertificateDer<'static>) -> Option<CertificateError> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).ok()?;
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider())
        .build()
        .ok()?;
    let name = ServerName::try_from("localhost").ok()?;
    let checked = verifier.verify_server_cert(certificate, &[], &name, &[], UnixTime::now());
    match checked {
        Err(rustls::Error::InvalidCertificate(error)) => Some(error),
        _ => None,
    }
}

/// The outer `None` is a problem.
fn server_name(section: &mut Section<'_>) -> Option<Option<ServerName<'static>>> {
    let Some(text) = section.optional_text("server_name", 1..=253) else {
        return (!section.has("server_name")).then_some(None);
    };
    let name = ServerName::try_from(text);
    name.map(Some)
        .map_err(|_| section.wrong("server_name", "allowed: a name or an address"))
        .ok()
}

/// Checks the broker's certificate for another name than that of `mqtt.host`.
#[derive(Debug)]
struct Verifier {
    name: Option<ServerName<'static>>,
    verifier: Arc<WebPkiServerVerifier>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let name = self.name.as_ref().unwrap_or(server_name);
        self.verifier
            .verify_server_cert(end_entity, intermediates, name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}
