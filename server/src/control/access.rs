//! Who may use the control API: everybody on this machine, and nobody's web page; from elsewhere, who has the token.

use std::fmt;

/// What a call must show.
#[derive(Clone, Default)]
pub struct Access {
    /// The token; `None`: the API can only be reached from this machine.
    token: Option<String>,
}

/// Why a call is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// No token, or a wrong one.
    #[error(
        "this mock can be reached by others, so its control API demands a token: Authorization: Bearer …"
    )]
    Token,
    /// A web page of another origin asks.
    #[error("a web page of another origin may not use the control API")]
    Origin,
    /// A name that points here by somebody's will: a web page could have rebound it.
    #[error("the Host header names neither an address nor localhost")]
    Host,
}

impl Access {
    /// Everybody on this machine.
    pub const fn local() -> Self {
        Self { token: None }
    }

    /// Who has the token.
    pub const fn with_token(token: String) -> Self {
        Self { token: Some(token) }
    }

    /// Whether a call with these headers is let in.
    pub fn admit(
        &self,
        authorization: Option<&str>,
        origin: Option<&str>,
        host: Option<&str>,
    ) -> Result<(), Denied> {
        let authority = |origin: &str| {
            origin
                .split_once("://")
                .map(|(_, authority)| authority.to_owned())
        };
        if let Some(origin) = origin
            && authority(origin).as_deref() != host
        {
            return Err(Denied::Origin);
        }
        match &self.token {
            None if host.is_none_or(is_local) => Ok(()),
            None => Err(Denied::Host),
            Some(token) => {
                let token = token.trim();
                let shown = authorization.and_then(|value| {
                    let (scheme, token) = value.split_once(' ')?;
                    scheme.eq_ignore_ascii_case("Bearer").then_some(token)
                });
                if shown.is_some_and(|shown| same(shown.trim(), token)) {
                    Ok(())
                } else {
                    Err(Denied::Token)
                }
            }
        }
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

/// An address, or localhost: names of one's own could be anybody's.
fn is_local(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_matches(['[', ']']);
    name.eq_ignore_ascii_case("localhost")
        || name.to_ascii_lowercase().ends_with(".localhost")
        || name.parse::<std::net::IpAddr>().is_ok()
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

    #[test]
    fn this_machine_is_let_in_and_web_pages_are_not() {
        let local = Access::local();
        for host in [
            None,
            Some("127.0.0.1:8620"),
            Some("localhost"),
            Some("[::1]:8620"),
            Some("mock.localhost:1"),
        ] {
            assert_eq!(local.admit(None, None, host), Ok(()), "{host:?}");
        }
        assert_eq!(
            local.admit(None, None, Some("evil.example:8620")),
            Err(Denied::Host)
        );
        let here = Some("127.0.0.1:8620");
        assert_eq!(
            local.admit(None, Some("http://127.0.0.1:8620"), here),
            Ok(())
        );
        for origin in [
            "http://evil.example",
            "null",
            "http://127.0.0.1:3000",
            "http://localhost:8620",
        ] {
            assert_eq!(
                local.admit(None, Some(origin), here),
                Err(Denied::Origin),
                "{origin}"
            );
        }
    }

    #[test]
    fn others_need_the_token() {
        let access = Access::with_token("t0ken".to_owned());
        let host = Some("mock:8620");
        assert_eq!(access.admit(Some("Bearer t0ken"), None, host), Ok(()));
        assert_eq!(access.admit(Some("bearer  t0ken"), None, host), Ok(()));
        for shown in [
            None,
            Some("Bearer t0keN"),
            Some("Bearer"),
            Some("t0ken"),
            Some("Basic t0ken"),
        ] {
            assert_eq!(
                access.admit(shown, None, host),
                Err(Denied::Token),
                "{shown:?}"
            );
        }
        assert_eq!(
            access.admit(Some("Bearer t0ken"), Some("http://evil.example"), host),
            Err(Denied::Origin)
        );
        assert!(!format!("{access:?}").contains("t0ken"));
    }
}
