//! TLS: who has to be trusted is, and who must not be is refused by a client that looks.

use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::super::answer::{Answer, Delivery};
use super::super::desk::{Commits, Desk, Scripted};
use super::super::gateway::Gateway;
use super::super::received::{Channel, End};
use super::super::tls::{Authority, Certificate};
use super::super::{Behind, Options, StandIn, Tls};
use super::{BALANCE, Seen, ask, runtime};

async fn secured(authority: &Arc<Authority>, certificate: Certificate, desk: Desk) -> StandIn {
    let options = Options {
        tls: Some(Tls {
            authority: Arc::clone(authority),
            certificate,
        }),
        ..Options::default()
    };
    StandIn::start(Behind::Desk(Box::new(desk)), options)
        .await
        .unwrap()
}

/// What comes back to a client that trusts the authority and looks at certificates.
async fn ask_securely(
    stand_in: &StandIn,
    authority: &Authority,
    request: &str,
) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap())
        .unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(stand_in.address()).await?;
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    stream.write_all(request.as_bytes()).await?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await?;
    Ok(reply)
}

#[test]
fn only_the_right_certificate_is_trusted() {
    runtime().block_on(async {
        let authority = Arc::new(Authority::new().unwrap());
        let request = BALANCE.replace("Host: a", "Connection: close");
        for (certificate, why) in [
            (Certificate::Trusted, None),
            (Certificate::Untrusted, Some("BadSignature UnknownIssuer")),
            (Certificate::WrongName, Some("NotValidForName")),
            (Certificate::Expired, Some("Expired")),
        ] {
            let stand_in = secured(&authority, certificate, Desk::default()).await;
            assert!(stand_in.url().starts_with("https://127.0.0.1:"));
            let reply = ask_securely(&stand_in, &authority, &request).await;
            match why {
                None => assert!(reply.unwrap().contains("<credits>")),
                Some(why) => {
                    let error = format!("{:?}", reply.unwrap_err());
                    assert!(why.split(' ').any(|why| error.contains(why)), "{error}");
                    while stand_in.handshakes_failed() == 0 {
                        tokio::task::yield_now().await;
                    }
                }
            }
            let failed = stand_in.handshakes_failed();
            assert_eq!(failed, usize::from(why.is_some()), "{certificate:?}");
            let requests = stand_in.stop().await;
            assert_eq!(requests.len(), 1 - failed, "{certificate:?}");
            assert!(
                requests
                    .iter()
                    .all(|received| received.channel == Channel::Tls)
            );
        }
    });
}

#[test]
fn a_plain_request_is_kept_and_refused() {
    runtime().block_on(async {
        let authority = Arc::new(Authority::new().unwrap());
        let stand_in = secured(&authority, Certificate::Trusted, Desk::default()).await;
        let (reply, seen) = ask(&stand_in, BALANCE).await;
        assert!(reply.starts_with("HTTP/1.1 400 "), "{reply}");
        assert_eq!(seen, Seen::Fin);
        let requests = stand_in.stop().await;
        assert_eq!(requests[0].channel, Channel::Plain);
        assert!(requests[0].document().is_some());
    });
}

#[test]
fn replies_are_lost_in_tls_too() {
    runtime().block_on(async {
        let authority = Arc::new(Authority::new().unwrap());
        for (delivery, is_error) in [(Delivery::Cut(3), false), (Delivery::Reset, true)] {
            let script = vec![Scripted {
                operation: "BALANCE",
                answers: vec![Answer {
                    delivery,
                    ..Answer::xml("<RESPONSE/>")
                }],
                commits: Commits::No,
            }];
            let desk = Desk::new(script, Gateway::default());
            let stand_in = secured(&authority, Certificate::Trusted, desk).await;
            let reply = ask_securely(&stand_in, &authority, BALANCE).await;
            match reply {
                Ok(text) => assert!(!is_error && text.ends_with("\r\n\r\n<RE"), "{text}"),
                Err(error) => assert!(is_error, "{error}"),
            }
            assert_eq!(stand_in.stop().await[0].end, End::Withheld);
        }
    });
}
