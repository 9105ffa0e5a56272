//! Clients whose handshake of TLS failed, counted by why. Each reason is said once.

use rustls::Error;
use sluice::complain;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

/// Why a handshake failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The client shows no certificate.
    NoCertificate,
    /// Its certificate cannot be used.
    Certificate,
    /// It does not trust the link's certificate, or ended the handshake for another reason.
    Alert,
    /// It speaks no TLS, such as with `http://` in its address.
    NoTls,
    /// It has no version or cipher of the link's.
    Incompatible,
    /// It ended the connection.
    Ended,
    /// It did not say enough in time.
    Silent,
    /// Anything else.
    Other,
}

impl Why {
    pub(super) const ALL: [Self; 8] = [
        Self::NoCertificate,
        Self::Certificate,
        Self::Alert,
        Self::NoTls,
        Self::Incompatible,
        Self::Ended,
        Self::Silent,
        Self::Other,
    ];

    /// The reason in the error of a handshake.
    pub(super) fn of(error: &io::Error) -> Self {
        let tls = error.get_ref().and_then(|of| of.downcast_ref::<Error>());
        match tls {
            Some(Error::NoCertificatesPresented) => Self::NoCertificate,
            Some(Error::InvalidCertificate(_)) => Self::Certificate,
            Some(Error::AlertReceived(_)) => Self::Alert,
            Some(Error::InvalidMessage(_)) => Self::NoTls,
            Some(Error::PeerIncompatible(_)) => Self::Incompatible,
            Some(_) => Self::Other,
            None => Self::Ended,
        }
    }

    /// The word in the metrics.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::NoCertificate => "no_certificate",
            Self::Certificate => "certificate",
            Self::Alert => "alert",
            Self::NoTls => "no_tls",
            Self::Incompatible => "incompatible",
            Self::Ended => "ended",
            Self::Silent => "silent",
            Self::Other => "other",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::NoCertificate => {
                "it shows no certificate, which http.tls.client_ca_file asks for"
            }
            Self::Certificate => {
                "its certificate has ended, or comes from no authority in http.tls.client_ca_file"
            }
            Self::Alert => "it does not trust http.tls.certificate_file",
            Self::NoTls => "it speaks no TLS; ask with https://",
            Self::Incompatible => "it has neither TLS 1.2 nor 1.3, or no cipher of theirs",
            Self::Ended => "it ended the connection",
            Self::Silent => "it is too slow",
            Self::Other => "the handshake is wrong",
        }
    }
}

/// How many handshakes failed.
#[derive(Debug, Default)]
pub(super) struct Refused([AtomicU64; Why::ALL.len()]);

impl Refused {
    /// Counts one. The first of each reason is said.
    pub(super) fn add(&self, why: Why) {
        let sum = Why::ALL.iter().zip(&self.0).find(|(of, _)| **of == why);
        if let Some((_, sum)) = sum
            && sum.fetch_add(1, Ordering::Relaxed) == 0
        {
            let (text, word) = (why.text(), why.word());
            complain!(
                "sluice-link: http: a client was refused: {text}; sluice_link_http_refused_total{{why=\"{word}\"}} counts the next ones"
            );
        }
    }

    /// Each reason with its count.
    pub(super) fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let sums = self.0.iter().map(|sum| sum.load(Ordering::Relaxed));
        Why::ALL.iter().map(|why| why.word()).zip(sums)
    }
}
