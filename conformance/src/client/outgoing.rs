//! A request that keeps to HTTP: its head is written here, so that every byte of it is known before it is sent.
//!
//! What does not keep to HTTP is a [`super::raw::RawRequest`].

use hyper::http::{self, Method, header};

use super::endpoint::Endpoint;

/// A request that is ready to go.
#[derive(Clone)]
pub struct Outgoing {
    /// The method.
    pub method: Method,
    /// The path and the query; without one they are the endpoint's.
    pub path: Option<String>,
    /// The header `Content-Type`; without one there is none.
    pub content_type: Option<String>,
    /// More headers, name and value, spelled and ordered as here. `Host`, `User-Agent`, `Content-Length` and
    /// `Transfer-Encoding` take the place of what would be written without them. `Expect` makes nothing wait: for that,
    /// there is [`super::raw::RawRequest::body_on_demand`].
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Outgoing {
    /// A POST of this body to the endpoint's path.
    pub fn post(content_type: Option<String>, body: Vec<u8>) -> Self {
        Self {
            method: Method::POST,
            path: None,
            content_type,
            headers: Vec::new(),
            body,
        }
    }

    /// The request as it is sent to this endpoint, byte for byte: to be sent whole, or cut into pieces.
    ///
    /// # Errors
    ///
    /// If the path or a header cannot stand in a request.
    pub fn to_bytes(&self, endpoint: &Endpoint) -> Result<Vec<u8>, http::Error> {
        const AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
        let path = self.path.as_deref().unwrap_or(endpoint.path());
        let mut head = Head::new(&self.method, path)?;
        if !self.has(header::HOST) {
            head.line("Host", &endpoint.authority())?;
        }
        if !self.has(header::USER_AGENT) {
            head.line("User-Agent", AGENT)?;
        }
        if let Some(content_type) = &self.content_type {
            head.line("Content-Type", content_type)?;
        }
        for (name, value) in &self.headers {
            head.line(name, value)?;
        }
        if self.is_measured() {
            head.line("Content-Length", &self.body.len().to_string())?;
        }
        Ok(head.end(&self.body))
    }

    fn has(&self, name: header::HeaderName) -> bool {
        let mut names = self.headers.iter().map(|(name, _)| name);
        names.any(|given| given.eq_ignore_ascii_case(name.as_str()))
    }

    /// Whether the length of the body is told. Where no body is expected, none is not worth a word.
    fn is_measured(&self) -> bool {
        let given = self.has(header::CONTENT_LENGTH) || self.has(header::TRANSFER_ENCODING);
        let expected = [Method::POST, Method::PUT, Method::PATCH].contains(&self.method);
        !given && (expected || !self.body.is_empty())
    }
}

impl std::fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The body holds the password.
        f.debug_struct("Outgoing")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("content_type", &self.content_type)
            .field("headers", &self.headers)
            .field("body_length", &self.body.len())
            .finish()
    }
}

/// A head under way. Names and values are checked, and then written as they were spelled.
struct Head(Vec<u8>);

impl Head {
    fn new(method: &Method, path: &str) -> Result<Self, http::Error> {
        http::Uri::try_from(path)?;
        let mut head = Self(Vec::new());
        head.write(&[method.as_str(), " ", path, " HTTP/1.1"]);
        Ok(head)
    }

    fn line(&mut self, name: &str, value: &str) -> Result<(), http::Error> {
        header::HeaderName::try_from(name)?;
        // From bytes, because a value may hold characters beyond ASCII.
        header::HeaderValue::from_bytes(value.as_bytes())?;
        self.write(&[name, ": ", value]);
        Ok(())
    }

    fn write(&mut self, words: &[&str]) {
        for word in words {
            self.0.extend_from_slice(word.as_bytes());
        }
        self.0.extend_from_slice(b"\r\n");
    }

    fn end(mut self, body: &[u8]) -> Vec<u8> {
        self.write(&[]);
        self.0.extend_from_slice(body);
        self.0
    }
}

#[cfg(test)]
mod tests {
    use hyper::Method;

    use super::Outgoing;

    const AGENT: &str = concat!("epochta-conformance/", env!("CARGO_PKG_VERSION"));

    fn bytes(outgoing: &Outgoing) -> Result<String, String> {
        let bytes = outgoing.to_bytes(&"http://127.0.0.1:1/x?y".parse().unwrap());
        let bytes = bytes.map_err(|error| error.to_string())?;
        Ok(String::from_utf8(bytes).unwrap().replace(AGENT, "AGENT"))
    }

    fn headers(headers: &[(&str, &str)]) -> Vec<(String, String)> {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        headers.iter().map(own).collect()
    }

    #[test]
    fn requests_are_written_as_spelled() {
        #[track_caller]
        fn check(outgoing: Outgoing, expected: &str) {
            assert_eq!(bytes(&outgoing).unwrap(), expected);
        }
        check(
            Outgoing::post(Some("text/xml".to_owned()), b"<a/>".to_vec()),
            "POST /x?y HTTP/1.1\r\nHost: 127.0.0.1:1\r\nUser-Agent: AGENT\r\nContent-Type: text/xml\r\n\
             Content-Length: 4\r\n\r\n<a/>",
        );
        check(
            Outgoing::post(None, Vec::new()),
            "POST /x?y HTTP/1.1\r\nHost: 127.0.0.1:1\r\nUser-Agent: AGENT\r\nContent-Length: 0\r\n\r\n",
        );
        check(
            Outgoing {
                method: Method::GET,
                path: Some("//z".to_owned()),
                headers: headers(&[("x_y", "a,  b"), ("EXPECT", "100-continue"), ("x_y", "ї")]),
                ..Outgoing::post(None, Vec::new())
            },
            "GET //z HTTP/1.1\r\nHost: 127.0.0.1:1\r\nUser-Agent: AGENT\r\nx_y: a,  b\r\n\
             EXPECT: 100-continue\r\nx_y: ї\r\n\r\n",
        );
        let told = [("host", "a"), ("user-agent", "b"), ("content-length", "9")];
        check(
            Outgoing {
                headers: headers(&told),
                ..Outgoing::post(None, b"1".to_vec())
            },
            "POST /x?y HTTP/1.1\r\nhost: a\r\nuser-agent: b\r\ncontent-length: 9\r\n\r\n1",
        );
        check(
            Outgoing {
                headers: headers(&[("Transfer-Encoding", "chunked")]),
                ..Outgoing::post(None, b"0\r\n\r\n".to_vec())
            },
            "POST /x?y HTTP/1.1\r\nHost: 127.0.0.1:1\r\nUser-Agent: AGENT\r\nTransfer-Encoding: chunked\r\n\r\n\
             0\r\n\r\n",
        );
    }

    #[test]
    fn what_cannot_stand_in_a_head_is_refused() {
        #[track_caller]
        fn check(path: &str, header: (&str, &str), expected: &str) {
            let outgoing = Outgoing {
                path: Some(path.to_owned()),
                headers: headers(&[header]),
                ..Outgoing::post(None, Vec::new())
            };
            assert_eq!(bytes(&outgoing).unwrap_err(), expected);
        }
        check("/ x", ("a", "b"), "invalid uri character");
        check("/", ("a b", "c"), "invalid HTTP header name");
        check("/", ("a", "b\r\nc: d"), "failed to parse header value");
    }
}
