//! Certificates of a run: those that a client has to trust, and those that it must not (CLIENT-10). Nothing is written to
//! disk; what is sent in TLS is for others.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType, date_time_ymd,
};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use crate::clock;

/// What a listener shows for a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// The right one: for 127.0.0.1 and localhost, in its time, by the authority of the run.
    Trusted,
    /// The same by an authority that nobody knows.
    Untrusted,
    /// By the authority of the run, for another host.
    WrongName,
    /// By the authority of the run, out of its time.
    Expired,
}

/// An authority that signs certificates, made for one run.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// It could not be made.
    #[error("cannot make a certificate: {0}; that is a fault of this program")]
    Certificate(#[from] rcgen::Error),
    /// It could not be used.
    #[error("cannot use the certificate that was made: {0}; that is a fault of this program")]
    Use(#[from] rustls::Error),
}

impl Authority {
    /// Makes one.
    pub fn new() -> Result<Self, TlsError> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.distinguished_name.push(
            DnType::CommonName,
            "epochta-conformance, for this run alone",
        );
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        in_time(&mut params);
        let key = KeyPair::generate()?;
        let pem = params.self_signed(&key)?.pem();
        let issuer = Issuer::new(params, key);
        Ok(Self { issuer, pem })
    }

    /// Its own certificate as PEM: what a client has to be told to trust, by a file such as that of `SSL_CERT_FILE`.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// What a listener with such a certificate needs.
    pub(super) fn serving(&self, certificate: Certificate) -> Result<ServerConfig, TlsError> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        in_time(&mut params);
        let name = match certificate {
            Certificate::WrongName => "gateway.invalid",
            Certificate::Trusted | Certificate::Untrusted | Certificate::Expired => "localhost",
        };
        params.distinguished_name.push(DnType::CommonName, name);
        params.subject_alt_names = vec![SanType::DnsName(name.try_into()?)];
        match certificate {
            Certificate::WrongName => {}
            Certificate::Trusted | Certificate::Untrusted | Certificate::Expired => {
                let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
                params.subject_alt_names.push(SanType::IpAddress(loopback));
            }
        }
        if certificate == Certificate::Expired {
            params.not_before = date_time_ymd(2001, 1, 1);
            params.not_after = date_time_ymd(2001, 2, 1);
        }
        let key = KeyPair::generate()?;
        let signed = match certificate {
            Certificate::Untrusted => params.signed_by(&key, &Self::new()?.issuer),
            Certificate::Trusted | Certificate::WrongName | Certificate::Expired => {
                params.signed_by(&key, &self.issuer)
            }
        }?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![signed.der().clone()], key)?;
        // Nothing else is understood here; a client that offers HTTP/2 too has to know.
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// Today, and some months around it: some systems do not trust what is valid for many years.
fn in_time(params: &mut CertificateParams) {
    let year = i32::from(clock::today().year());
    params.not_before = date_time_ymd(year.saturating_sub(1), 12, 1);
    params.not_after = date_time_ymd(year.saturating_add(1), 3, 1);
}
