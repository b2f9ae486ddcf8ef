//! Who may use the control API: everybody on this machine, and nobody's web page; from elsewhere, who has the token.

use std::fmt;
use std::net::IpAddr;

/// What a call must show.
#[derive(Clone, Default)]
pub struct Access {
    /// The token; `None`: the API can only be reached from this machine.
    token: Option<String>,
    /// Names by which this machine may be called, besides its own.
    hosts: Vec<String>,
}

/// Who calls, as the head of the request says. A header that stands there twice, or is no text, is U+FFFD.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asker<'a> {
    /// `Authorization`.
    pub authorization: Option<&'a str>,
    /// `Origin`: a browser says which page asks.
    pub origin: Option<&'a str>,
    /// `Host`: what the client calls this machine.
    pub host: Option<&'a str>,
    /// The same in the first line, which counts if both are there.
    pub target: Option<&'a str>,
    /// `Sec-Fetch-Site`: a browser says whose page asks, also where it sends no `Origin`.
    pub fetch_site: Option<&'a str>,
}

/// Why a call is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// No token, or a wrong one.
    #[error(
        "the control API of this mock demands a token, and this is none or another: Authorization: Bearer …"
    )]
    Token,
    /// A web page of another origin asks.
    #[error("a web page of another origin may not use the control API")]
    Origin,
    /// A name that points here by somebody's will: a web page could have rebound it.
    #[error(
        "the Host header is neither localhost nor an address of loopback; start with --allow-host NAME if it is yours"
    )]
    Host,
}

/// What a web page is told that makes a browser send to the XML interface.
pub const NO_PAGES: &str =
    "a web page of another origin made a browser send this; this mock takes requests from programs";

impl<'a> Asker<'a> {
    /// What the client calls this machine.
    pub fn host(&self) -> Option<&'a str> {
        self.target.or(self.host)
    }

    /// Whether a browser says that a page of another origin made it ask. Programs say nothing.
    pub fn is_foreign_page(&self) -> bool {
        let host = self.host();
        // To an address that is not of loopback a browser tells the origin alone, and not of an image or a link.
        let of_page = |origin: &str| host.is_none_or(|host| origin != format!("http://{host}"));
        // «none» is somebody who typed the address.
        let of_site = |site: &str| site != "same-origin" && site != "none";
        self.origin.is_some_and(of_page) || self.fetch_site.is_some_and(of_site)
    }
}

impl Access {
    /// Everybody on this machine.
    pub const fn local() -> Self {
        Self {
            token: None,
            hosts: Vec::new(),
        }
    }

    /// Who has the token.
    pub const fn with_token(token: String) -> Self {
        Self {
            token: Some(token),
            hosts: Vec::new(),
        }
    }

    /// The same, for clients that call this machine by one of these names, too.
    #[must_use]
    pub fn called(self, hosts: &[String]) -> Self {
        let hosts = hosts.to_vec();
        Self { hosts, ..self }
    }

    /// Whether only this machine can reach the API, so that it demands no token.
    pub const fn is_local(&self) -> bool {
        self.token.is_none()
    }

    /// Whether a call is let in.
    pub fn admit(&self, asker: &Asker<'_>) -> Result<(), Denied> {
        if asker.is_foreign_page() {
            return Err(Denied::Origin);
        }
        let Some(token) = &self.token else {
            // Both names, if there are two: who checks one in front of us may let the other through.
            let known = |host: Option<&str>| host.is_none_or(|host| self.knows(host));
            return if known(asker.host) && known(asker.target) {
                Ok(())
            } else {
                Err(Denied::Host)
            };
        };
        // No page knows the token, whatever name it was rebound by.
        let token = token.trim();
        let shown = asker.authorization.and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("Bearer").then_some(token)
        });
        if shown.is_some_and(|shown| same(shown.trim(), token)) {
            Ok(())
        } else {
            Err(Denied::Token)
        }
    }

    /// Whether this is a name of this machine's that nobody else can make point here.
    fn knows(&self, host: &str) -> bool {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        let name = name
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(name);
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        is("localhost")
            || name.to_ascii_lowercase().ends_with(".localhost")
            || name
                .parse::<IpAddr>()
                .is_ok_and(|ip| ip.to_canonical().is_loopback())
            || self.hosts.iter().any(|known| is(known))
    }
}

/// Compared without telling by its time where the difference is.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one
            .bytes()
            .zip(other.bytes())
            .fold(0, |sum, (one, other)| sum | (one ^ other))
            == 0
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.token.is_some() {
            "Access(token)"
        } else {
            "Access(local)"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Asker<'_> = Asker {
        authorization: None,
        origin: None,
        host: Some("127.0.0.1:8620"),
        target: None,
        fetch_site: None,
    };

    #[test]
    fn this_machine_is_let_in_and_other_names_are_not() {
        let local = Access::local();
        for host in [
            None,
            Some("127.0.0.1:8620"),
            Some("127.8.9.1"),
            Some("localhost"),
            Some("LocalHost:1"),
            Some("[::1]:8620"),
            Some("[::ffff:127.0.0.1]:8620"),
            Some("mock.localhost:1"),
        ] {
            assert_eq!(local.admit(&Asker { host, ..HERE }), Ok(()), "{host:?}");
        }
        for host in [
            "evil.example:8620",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "evil.example:8620@localhost",
            "0.0.0.0:8620",
            "192.0.2.1:8620",
            "[::]:8620",
            "",
            "\u{FFFD}",
        ] {
            let denied = Err(Denied::Host);
            let host = Some(host);
            assert_eq!(local.admit(&Asker { host, ..HERE }), denied, "{host:?}");
            let target = host;
            assert_eq!(local.admit(&Asker { target, ..HERE }), denied, "{target:?}");
        }
        let called = Access::local().called(&["mock.test".to_owned(), "192.0.2.1".to_owned()]);
        for (host, expected) in [
            ("mock.test:8620", Ok(())),
            ("Mock.Test", Ok(())),
            ("192.0.2.1:8620", Ok(())),
            ("a.mock.test", Err(Denied::Host)),
        ] {
            let host = Some(host);
            assert_eq!(called.admit(&Asker { host, ..HERE }), expected, "{host:?}");
        }
    }

    #[test]
    fn web_pages_of_other_origins_are_not_let_in() {
        let local = Access::local();
        let own = Asker {
            origin: Some("http://127.0.0.1:8620"),
            fetch_site: Some("same-origin"),
            ..HERE
        };
        assert_eq!(local.admit(&own), Ok(()));
        for origin in [
            "http://evil.example",
            "null",
            "",
            "http://127.0.0.1:3000",
            "https://127.0.0.1:8620",
            "http://localhost:8620",
            "http://127.0.0.1:8620, http://evil.example",
            "\u{FFFD}",
        ] {
            let asker = Asker {
                origin: Some(origin),
                ..HERE
            };
            assert_eq!(local.admit(&asker), Err(Denied::Origin), "{origin}");
        }
        for (site, expected) in [
            ("none", Ok(())),
            ("cross-site", Err(Denied::Origin)),
            ("same-site", Err(Denied::Origin)),
            ("\u{FFFD}", Err(Denied::Origin)),
        ] {
            let asker = Asker {
                fetch_site: Some(site),
                ..HERE
            };
            assert_eq!(local.admit(&asker), expected, "{site}");
        }
    }

    #[test]
    fn others_need_the_token() {
        let access = Access::with_token("t0ken".to_owned());
        let shows = |authorization| Asker {
            authorization,
            host: Some("mock:8620"),
            ..HERE
        };
        assert_eq!(access.admit(&shows(Some("Bearer t0ken"))), Ok(()));
        assert_eq!(access.admit(&shows(Some("bearer  t0ken"))), Ok(()));
        for shown in [
            None,
            Some("Bearer t0keN"),
            Some("Bearer"),
            Some("t0ken"),
            Some("Basic t0ken"),
        ] {
            assert_eq!(access.admit(&shows(shown)), Err(Denied::Token), "{shown:?}");
        }
        let page = Asker {
            origin: Some("http://evil.example"),
            ..shows(Some("Bearer t0ken"))
        };
        assert_eq!(access.admit(&page), Err(Denied::Origin));
        assert!(!format!("{access:?}").contains("t0ken"));
    }
}
