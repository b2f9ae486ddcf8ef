//! `health [URL]`: whether a gateway answers, for container probes: no shell and no curl is needed. The URL may be
//! what `--listen` takes.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::process::ExitCode;
use std::time::Duration;

use hyper::Uri;

const PATIENCE: Duration = Duration::from_secs(3);

pub(super) fn run(url: &str) -> ExitCode {
    match probe(url) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            super::complain(&format!("{url}: {reason}"));
            ExitCode::FAILURE
        }
    }
}

/// Without a path the mock is asked whether it is ready, which its journal does not see. With one, a GET reaches the
/// gateway's script, which answers that there is no document (FORM-11): it is up.
fn probe(url: &str) -> Result<(), String> {
    let url = if url.contains("://") {
        url.to_owned()
    } else {
        format!("http://{url}")
    };
    let url: Uri = url
        .parse()
        .map_err(|error| format!("this is no URL: {error}"))?;
    if url.scheme_str() != Some("http") {
        return Err("the URL must begin with http://".to_owned());
    }
    let host = url.host().ok_or("the URL names no host")?;
    let port = url.port_u16().unwrap_or(80);
    if port == 0 {
        return Err("no mock has the port 0; give the one that it said at its start".to_owned());
    }
    let path = match url.path() {
        "" | "/" => "/_mock/ready",
        path => path,
    };
    let mut addresses = (host.trim_matches(['[', ']']), port)
        .to_socket_addrs()
        .map_err(|error| format!("the host {host} is not known: {error}"))?;
    let address = super::banner::reachable(addresses.next().ok_or("the host has no address")?);
    let failed = |error: std::io::Error| format!("no answer from {address}: {error}");
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).map_err(failed)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n").map_err(failed)?;
    let mut reply = String::new();
    stream
        .take(64 * 1024)
        .read_to_string(&mut reply)
        .map_err(failed)?;
    let is_ok = reply.split(' ').nth(1) == Some("200");
    if is_ok && (reply.contains("<status>-2</status>") || reply.contains("\"ready\"")) {
        Ok(())
    } else {
        let first = reply.lines().next().unwrap_or("nothing");
        Err(format!("this is not the gateway; it answered {first:?}"))
    }
}
