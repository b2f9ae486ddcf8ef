//! What the page needs first: where the gateway is, who can be tried, and what may be done. Not for the page itself.

use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Answer, Bound, Result, ok};
use crate::gateway::account::Account;
use crate::gateway::magic;
use crate::gateway::request::Password;
use crate::gateway::status::Status;
use crate::space::Space;

/// What the page needs first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Page")]
pub(super) struct PageView {
    /// The version of the mock.
    version: &'static str,
    /// Whether a token has to be shown first; then there is no more here.
    token_needed: bool,
    #[serde(flatten)]
    open: Option<OpenPage>,
}

/// The rest, for who may see it.
#[derive(Debug, Serialize, JsonSchema)]
struct OpenPage {
    /// Whether nothing may be changed.
    read_only: bool,
    /// The name of the space; empty for the one without.
    space: String,
    /// The gateway, as whoever asks can reach it.
    url: String,
    /// An account that can be tried, if there is one.
    account: Option<Trial>,
    /// Whether numbers are hidden but for their last four digits.
    mask_numbers: bool,
    /// The magic numbers.
    magic: Vec<MagicNumber>,
    /// What can become of a message.
    statuses: Vec<StatusWord>,
}

/// An account that can be tried.
#[derive(Debug, Serialize, JsonSchema)]
struct Trial {
    /// Its login.
    username: String,
    /// Its password, if it is the well-known one of the built-in account and nobody else can reach the mock.
    password: Option<&'static str>,
}

/// A magic number.
#[derive(Debug, Serialize, JsonSchema)]
struct MagicNumber {
    /// The digits that make it one.
    prefix: String,
    /// A number that has them.
    number: String,
    /// Its name.
    name: &'static str,
    /// What becomes of it.
    what: &'static str,
}

/// A status of messages.
#[derive(Debug, Serialize, JsonSchema)]
struct StatusWord {
    /// The word for it in a delivery report.
    word: &'static str,
    /// Whether a message stays in it.
    is_final: bool,
}

impl PageView {
    /// What somebody is told who has shown no token.
    pub(super) const fn locked() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            token_needed: true,
            open: None,
        }
    }
}

pub(super) fn read(bound: &Bound) -> Result<Answer> {
    let (app, space) = (&bound.call.app, bound.space());
    let magic = magic::table().iter().map(|magic| MagicNumber {
        prefix: format!("999{}", magic.digits),
        number: format!("999{}000001", magic.digits),
        name: magic.name,
        what: magic.what,
    });
    let statuses = Status::ALL.map(|status| StatusWord {
        word: status.word(),
        is_final: status.is_final(),
    });
    let open = OpenPage {
        read_only: app.is_read_only(),
        space: space.name.clone(),
        url: url(bound.call.head.host.as_deref(), app.gateway, &space.name),
        account: trial(space, app.access.is_local()),
        mask_numbers: space.config().mask_numbers,
        magic: magic.collect(),
        statuses: statuses.into(),
    };
    ok(&PageView {
        token_needed: false,
        open: Some(open),
        ..PageView::locked()
    })
}

/// The gateway, by the name that whoever asks has for this machine; at `apart`, if that is where it is.
fn url(host: Option<&str>, apart: Option<SocketAddr>, space: &str) -> String {
    let is_host = |host: &&str| {
        let mut signs = host.bytes();
        signs.all(|sign| sign.is_ascii_alphanumeric() || b".-_:[]".contains(&sign))
    };
    let host = host.filter(is_host).unwrap_or_default();
    let authority = match apart {
        None => host.to_owned(),
        Some(address) if address.ip().is_unspecified() => {
            let name = match host.rsplit_once(':') {
                Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
                _ => host,
            };
            format!("{name}:{}", address.port())
        }
        Some(address) => address.to_string(),
    };
    let space = match space {
        "" => String::new(),
        name => format!("/s/{name}"),
    };
    format!("http://{authority}{space}/members/sms/xml.php")
}

/// The first account of the configuration that may ask; or the first that there is.
fn trial(space: &Space, is_local: bool) -> Option<Trial> {
    let config = space.config();
    let configured = config.accounts.iter();
    let configured = configured.map(|(profile, _)| profile.username.clone());
    let opens = |account: &Account| account.profile().xml_interface && !account.is_closed();
    let is_known = account_of("demo", "demo");
    configured
        .chain(space.world.usernames())
        .find_map(|username| {
            space.world.with_account(&username, |account| {
                opens(account).then(|| Trial {
                    username: username.clone(),
                    password: (is_local && is_known(account)).then_some("demo"),
                })
            })?
        })
}

/// Whether an account is that of this login, with this password.
fn account_of(username: &'static str, password: &'static str) -> impl Fn(&Account) -> bool {
    let password = Password::new(password.to_owned());
    move |account| account.profile().username == username && account.profile().password == password
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(host: &str, apart: Option<&str>, space: &str, expected: &str) {
        let apart = apart.map(|address| address.parse().unwrap());
        let expected = format!("http://{expected}/members/sms/xml.php");
        assert_eq!(url(Some(host), apart, space), expected);
    }

    #[test]
    fn the_gateway_is_where_the_visitor_reaches_it() {
        check("127.0.0.1:8620", None, "", "127.0.0.1:8620");
        check("mock.test", None, "ci-7", "mock.test/s/ci-7");
        check("[::1]:1", None, "", "[::1]:1");
        check("mock:9000", Some("0.0.0.0:8620"), "", "mock:8620");
        check("mock", Some("[::]:8620"), "", "mock:8620");
        check(
            "mock:9000",
            Some("127.0.0.1:8620"),
            "a",
            "127.0.0.1:8620/s/a",
        );
        check("<script>", None, "", "");
    }
}
