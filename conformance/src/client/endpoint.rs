//! The URL of a gateway, parsed once at the edge.

use std::net::IpAddr;
use std::str::FromStr;

use hyper::Uri;

/// The path of the gateway's script (FORM-01).
const SCRIPT: &str = "/members/sms/xml.php";

/// Where a gateway listens: `http://host[:port][/path]`. Without a path, or with `/` alone, the path is that of the
/// gateway's script: no gateway answers at the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    host: String,
    port: u16,
    path: String,
}

/// Why a text is no endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// No URL at all.
    #[error("it is not a URL ({0}); write http://host:port/members/sms/xml.php")]
    Url(String),
    /// https.
    #[error("https is not supported; write http://, or put a proxy in between that speaks TLS")]
    Https,
    /// Another scheme, or none.
    #[error("it must start with http://")]
    Scheme,
    /// A login in the URL.
    #[error("a login in the URL is not sent to anybody; give --username and --password")]
    Login,
}

impl Endpoint {
    /// One of which only the path means anything: that of the gateway's script.
    pub fn standard() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: 80,
            path: SCRIPT.to_owned(),
        }
    }

    /// The host, without the brackets of an IPv6 address.
    pub fn host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// The port, 80 if the URL has none.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The path and the query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether the path is that of the vendor's document (FORM-01).
    pub fn is_standard(&self) -> bool {
        self.path == SCRIPT
    }

    /// Host and port, as in the header `Host`.
    pub fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Whether it is on this machine for sure.
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        host.eq_ignore_ascii_case("localhost")
            || host
                .parse()
                .is_ok_and(|address: IpAddr| address.to_canonical().is_loopback())
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, EndpointError> {
        let uri: Uri = text
            .parse()
            .map_err(|error: hyper::http::uri::InvalidUri| EndpointError::Url(error.to_string()))?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => return Err(EndpointError::Https),
            Some(_) | None => return Err(EndpointError::Scheme),
        }
        let authority = uri.authority().ok_or(EndpointError::Scheme)?;
        if authority.as_str().contains('@') {
            return Err(EndpointError::Login);
        }
        // The text behind the host decides: what is no port would else be taken for none.
        let behind = authority.as_str().strip_prefix(authority.host());
        let port = match behind.and_then(|rest| rest.strip_prefix(':')) {
            None => 80,
            Some(text) => text
                .parse()
                .ok()
                .filter(|port| *port > 0)
                .ok_or_else(|| EndpointError::Url(format!("{text:?} is no port")))?,
        };
        let path = match uri.path() {
            "" | "/" => SCRIPT,
            path => path,
        };
        let query = uri.query().map(|query| format!("?{query}"));
        Ok(Self {
            host: authority.host().to_owned(),
            port,
            path: path.to_owned() + query.as_deref().unwrap_or_default(),
        })
    }
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "http://{}{}", self.authority(), self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::Endpoint;

    #[test]
    fn urls_are_read_whole() {
        #[track_caller]
        fn check(url: &str, expected: &str, host: &str, loopback: bool) {
            let endpoint: Endpoint = url.parse().unwrap();
            assert_eq!(endpoint.to_string(), expected);
            assert_eq!((endpoint.host(), endpoint.is_loopback()), (host, loopback));
        }
        check(
            "http://127.0.0.1:8620/members/sms/xml.php",
            "http://127.0.0.1:8620/members/sms/xml.php",
            "127.0.0.1",
            true,
        );
        check(
            "http://localhost",
            "http://localhost:80/members/sms/xml.php",
            "localhost",
            true,
        );
        check("http://[::1]:1/x?y=z", "http://[::1]:1/x?y=z", "::1", true);
        check(
            "http://127.9.9.9/",
            "http://127.9.9.9:80/members/sms/xml.php",
            "127.9.9.9",
            true,
        );
        check(
            "http://192.0.2.1/x/",
            "http://192.0.2.1:80/x/",
            "192.0.2.1",
            false,
        );
        check(
            "http://127.0.0.1.example/",
            "http://127.0.0.1.example:80/members/sms/xml.php",
            "127.0.0.1.example",
            false,
        );
        check(
            "http://localhost.example?a=b",
            "http://localhost.example:80/members/sms/xml.php?a=b",
            "localhost.example",
            false,
        );
    }

    #[test]
    fn what_is_no_endpoint_says_what_to_write() {
        #[track_caller]
        fn check(url: &str, expected: &str) {
            let message = url.parse::<Endpoint>().unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
        check("https://127.0.0.1/", "https is not supported");
        check("http://127.0.0.1:99999/x", "\"99999\" is no port");
        check("http://127.0.0.1:0/x", "\"0\" is no port");
        check("http://[::1]:99999/x", "\"99999\" is no port");
        check("ftp://127.0.0.1/", "must start with http://");
        check("/members/sms/xml.php", "must start with http://");
        check("127.0.0.1:8620", "must start with http://");
        check("http://u:p@127.0.0.1/", "--username");
        check("http://", "not a URL");
        check("", "not a URL");
    }
}
