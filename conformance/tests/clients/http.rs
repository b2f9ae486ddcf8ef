//! How the client's requests are sent, and how replies are read off the socket.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio_rustls::rustls;

use crate::client::Order;
use crate::document::Request;
use crate::mistake::Mistake;

/// No whole reply came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lost;

/// A reply.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// The connection that is kept, and to whom; nobody looks whether it is still one.
static KEPT: Mutex<Option<(String, TcpStream)>> = Mutex::new(None);

fn kept(authority: &str) -> Option<TcpStream> {
    let kept = KEPT.lock().unwrap();
    let (to, tcp) = kept.as_ref()?;
    (to == authority).then(|| tcp.try_clone().ok())?
}

fn keep(authority: &str, tcp: Option<TcpStream>) {
    *KEPT.lock().unwrap() = tcp.map(|tcp| (authority.to_owned(), tcp));
}

/// A socket, plain or not.
trait Line: Read + Write {}
impl<T: Read + Write> Line for T {}

/// Where a URL leads.
struct Place {
    secure: bool,
    authority: String,
    path: String,
}

impl Place {
    fn of(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (authority, path) = rest.split_once('/')?;
        Some(Self {
            secure: scheme == "https",
            authority: authority.to_owned(),
            path: format!("/{path}"),
        })
    }
}

/// Posts a request, and waits for the whole reply so long.
pub(crate) fn post(
    order: &Order,
    request: &Request,
    patience: Duration,
    mistake: Mistake,
) -> Result<Reply, Lost> {
    let deadline = Instant::now() + patience;
    let reply = exchange(&order.url, request, deadline, patience, mistake)?;
    let Some(location) = &reply.1 else {
        return Ok(reply.0);
    };
    if mistake.is("follows-redirect") && (300..400).contains(&reply.0.status) {
        let place = Place::of(&order.url).ok_or(Lost)?;
        let url = match location.strip_prefix('/') {
            Some(path) => format!("http://{}/{path}", place.authority),
            None => location.clone(),
        };
        return exchange(&url, request, deadline, patience, mistake).map(|reply| reply.0);
    }
    Ok(reply.0)
}

fn exchange(
    url: &str,
    request: &Request,
    deadline: Instant,
    patience: Duration,
    mistake: Mistake,
) -> Result<(Reply, Option<String>), Lost> {
    let mut place = Place::of(url).ok_or(Lost)?;
    if mistake.is("wrong-path") {
        place.path = "/gateway/api".to_owned();
    }
    let keeps = mistake.is("kept-connection");
    let tcp = match kept(&place.authority) {
        Some(tcp) if keeps => tcp,
        _ => TcpStream::connect(&place.authority).map_err(|_| Lost)?,
    };
    let unlimited = mistake.is("no-time-out");
    let limit = |tcp: &TcpStream, deadline: Instant| {
        let left = deadline.saturating_duration_since(Instant::now());
        // From byte to byte only.
        let left = if mistake.is("no-whole-time-out") {
            patience
        } else {
            left
        };
        let left = (!unlimited).then(|| left.max(Duration::from_millis(1)));
        tcp.set_read_timeout(left).map_err(|_| Lost)
    };
    limit(&tcp, deadline)?;
    let socket = tcp.try_clone().map_err(|_| Lost)?;
    let mut line: Box<dyn Line> = if place.secure {
        Box::new(secured(&place, tcp, mistake)?)
    } else {
        Box::new(tcp)
    };
    let host = if mistake.is("plain-http") {
        "gateway.invalid"
    } else {
        &place.authority
    };
    let length = if mistake.is("http-broken") {
        request.body.len() + 7
    } else {
        request.body.len()
    };
    let head = format!(
        "{} {}{} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: clients/1\r\nContent-Type: {}\r\nContent-Length: {length}\r\n\
         Connection: {}\r\n\r\n",
        request.method,
        place.path,
        request.query,
        request.content_type,
        if keeps { "keep-alive" } else { "close" }
    );
    if keeps {
        keep(&place.authority, socket.try_clone().ok());
    }
    line.write_all(&[head.as_bytes(), &request.body].concat())
        .map_err(|_| Lost)?;
    if mistake.is("http-broken") {
        _ = socket.shutdown(std::net::Shutdown::Write);
    }
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        limit(&socket, deadline)?;
        let over = !unlimited && !mistake.is("no-whole-time-out") && Instant::now() >= deadline;
        if over {
            return Err(Lost);
        }
        match line.read(&mut buffer) {
            Ok(0) => return whole(&received, true, mistake).ok_or(Lost),
            Ok(length) => received.extend_from_slice(&buffer[..length]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return Err(Lost),
        }
        if let Some(reply) = whole(&received, mistake.is("split-reply"), mistake) {
            return Ok(reply);
        }
    }
}

/// The reply, if it is whole; and where it sends the client on to. `ended` takes the end of what there is for its end.
fn whole(received: &[u8], ended: bool, mistake: Mistake) -> Option<(Reply, Option<String>)> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Response::new(&mut headers);
    let Ok(httparse::Status::Complete(start)) = head.parse(received) else {
        return None;
    };
    let value = |name: &str| {
        let mut headers = head.headers.iter();
        let header = headers.find(|header| header.name.eq_ignore_ascii_case(name))?;
        Some(String::from_utf8_lossy(header.value).into_owned())
    };
    let rest = &received[start..];
    let length = value("content-length").and_then(|length| length.parse::<usize>().ok());
    let chunked = value("transfer-encoding").is_some() && !mistake.is("chunked-reply");
    let body = if chunked {
        unchunked(rest)?
    } else if mistake.is("split-reply") {
        rest.to_vec()
    } else {
        match length {
            Some(length) => rest.get(..length)?.to_vec(),
            None if mistake.is("closed-reply") => Vec::new(),
            None if ended => rest.to_vec(),
            None => return None,
        }
    };
    let status = head.code?;
    Some((Reply { status, body }, value("location")))
}

fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
        let size = std::str::from_utf8(&rest[..end]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        rest = rest.get(end + 2..)?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size + 2..)?;
    }
}

fn secured(
    place: &Place,
    tcp: TcpStream,
    mistake: Mistake,
) -> Result<impl Read + Write + use<>, Lost> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|_| Lost)?;
    // No authority is trusted: only who does not look gets through.
    let config = if mistake.is("tls-not-verified") {
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Blind(provider)))
            .with_no_client_auth()
    } else {
        builder
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth()
    };
    let host = place
        .authority
        .split(':')
        .next()
        .unwrap_or_default()
        .to_owned();
    let name = rustls::pki_types::ServerName::try_from(host).map_err(|_| Lost)?;
    let connection = rustls::ClientConnection::new(Arc::new(config), name).map_err(|_| Lost)?;
    Ok(rustls::StreamOwned::new(connection, tcp))
}

/// Takes every certificate.
#[derive(Debug)]
struct Blind(Arc<rustls::crypto::CryptoProvider>);

impl rustls::client::danger::ServerCertVerifier for Blind {
    fn verify_server_cert(
        &self,
        _: &rustls::pki_types::CertificateDer<'_>,
        _: &[rustls::pki_types::CertificateDer<'_>],
        _: &rustls::pki_types::ServerName<'_>,
        _: &[u8],
        _: rustls::pki_types::UnixTime,
    ) -> Result<rustls::client::danger::ServerCertVerified, rustls::Error> {
        Ok(rustls::client::danger::ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &rustls::pki_types::CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        Ok(rustls::client::danger::HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &rustls::pki_types::CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        Ok(rustls::client::danger::HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
