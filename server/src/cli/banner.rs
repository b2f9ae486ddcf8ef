//! What is said at the start: the endpoint, the accounts, and a command to try. Passwords are not, but for the
//! built-in account's, which is no secret.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use crate::config::Config;
use crate::gateway::account::{Mode, Profile};
use crate::gateway::money::Credits;
use crate::world::AutoAccounts;

/// How many accounts are listed.
const LISTED: usize = 5;

/// The banner of a server that has just begun to accept.
pub(super) struct Banner<'a> {
    pub(super) config: &'a Config,
    pub(super) address: SocketAddr,
    pub(super) seed: u64,
    /// The configuration file; without one the account is the built-in one.
    pub(super) file: Option<&'a Path>,
    /// Where the control API is.
    pub(super) control: SocketAddr,
    /// Its token, if it was made just now: it is told once.
    pub(super) token: Option<&'a str>,
    /// Whether it changes nothing.
    pub(super) read_only: bool,
}

/// An account, without its password.
pub(super) struct Account<'a> {
    pub(super) profile: &'a Profile,
    pub(super) credits: Credits,
}

/// The accounts that open themselves.
pub(super) struct Opens<'a>(pub(super) &'a AutoAccounts);

impl fmt::Display for Banner<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            config,
            address,
            seed,
            file,
            control,
            token,
            read_only,
        } = *self;
        let url = format!("http://{}/members/sms/xml.php", reachable(address));
        writeln!(out, "epochta-mock {}", env!("CARGO_PKG_VERSION"))?;
        writeln!(out, "  gateway   {url}")?;
        let control_url = format!("http://{}/", reachable(control));
        writeln!(out, "  page      {control_url}")?;
        let changes = if read_only { "   (read-only)" } else { "" };
        writeln!(out, "  control   {control_url}_mock/openapi.json{changes}")?;
        if let Some(token) = token {
            writeln!(out, "  token     {token}   (Authorization: Bearer …)")?;
        }
        for (profile, credits) in config.accounts.iter().take(LISTED) {
            let account = Account {
                profile,
                credits: *credits,
            };
            let account = account.to_string();
            let account = match file {
                None => account.replacen("demo,", "demo / demo,", 1),
                Some(_) => account,
            };
            writeln!(out, "  account   {account}")?;
        }
        let more = config.accounts.len().saturating_sub(LISTED);
        if let (Some(file), 1..) = (file, more) {
            let file = quoted(&file.display().to_string());
            writeln!(
                out,
                "            and {more} more: epochta-mock check {file}"
            )?;
        }
        if let Some(auto) = &config.auto_accounts {
            writeln!(out, "  opens     {}", Opens(auto))?;
        }
        writeln!(out, "  seed      {seed}")?;
        if !address.ip().is_loopback() {
            let token = if control == address {
                "; the control API demands its token"
            } else {
                ""
            };
            writeln!(
                out,
                "  warning   {address} can be reached from other machines; anybody there can send{token}"
            )?;
        }
        if control != address && !control.ip().is_loopback() {
            writeln!(
                out,
                "  warning   {control} can be reached from other machines; the control API demands its token"
            )?;
        }
        let usable = config
            .accounts
            .iter()
            .find(|(profile, _)| profile.xml_interface);
        let username = usable
            .or(config.accounts.first())
            .map_or("demo", |(profile, _)| profile.username.as_str());
        let username = escaped(username);
        let password = match file {
            None => {
                writeln!(out, "\nTry it:")?;
                "demo"
            }
            Some(_) => {
                writeln!(
                    out,
                    "\nTry it, with the account's password for the dots, its & as &amp; and its < as &lt;:"
                )?;
                writeln!(out, "  PASSWORD='…'")?;
                "'\"$PASSWORD\"'"
            }
        };
        writeln!(out, "  curl {url} --data-urlencode \\")?;
        writeln!(
            out,
            "    'XML=<SMS><operations><operation>BALANCE</operation></operations><authentication><username>{username}\
         </username><password>{password}</password></authentication></SMS>'\n"
        )
    }
}

impl fmt::Display for Account<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { profile, credits } = self;
        let interface = if profile.xml_interface {
            ""
        } else {
            ", XML interface off"
        };
        let mode = mode(profile.mode);
        write!(
            out,
            "{}, {credits} credits, {mode}{interface}",
            profile.username
        )
    }
}

impl fmt::Display for Opens<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(auto) = self;
        let mode = mode(auto.mode);
        write!(
            out,
            "{} at the first request, {} credits, {mode}",
            auto.logins.as_str(),
            auto.credits
        )
    }
}

const fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Real => "real mode",
        Mode::Test => "test mode",
        Mode::Simulate => "simulate mode",
    }
}

/// Where this machine reaches a server that listens at an address: nobody connects to 0.0.0.0.
pub(super) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// A text within XML within a shell's single quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('\'', "&apos;")
}

/// A word of a shell.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '-' | '_');
    if word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn banner(text: &str, address: &str) -> String {
        let config = Config::parse(text, "mock.yaml").unwrap();
        let banner = Banner {
            config: &config,
            address: address.parse().unwrap(),
            seed: 0,
            file: Some(Path::new("my mock.yaml")),
            control: address.parse().unwrap(),
            token: None,
            read_only: false,
        };
        banner.to_string()
    }

    #[test]
    fn the_url_can_be_used_and_the_warning_is_true() {
        let told = banner("", "0.0.0.0:8620");
        assert_eq!(told.matches("http://127.0.0.1:8620/").count(), 4, "{told}");
        assert!(
            told.contains(
                "warning   0.0.0.0:8620 can be reached from other machines; anybody there can send; the control API \
                 demands its token\n"
            ),
            "{told}"
        );
        let told = banner("", "[::]:8620");
        assert_eq!(told.matches("http://[::1]:8620/").count(), 4, "{told}");
        assert!(!banner("", "127.0.0.1:8620").contains("warning"), "{told}");
    }

    #[test]
    fn of_many_accounts_it_says_how_to_see_the_rest() {
        let account = |n| format!("  - {{ username: a{n}, password: p }}\n");
        let several = |n| format!("accounts:\n{}", (0..n).map(account).collect::<String>());
        assert!(!banner(&several(5), "127.0.0.1:1").contains("more"));
        let told = banner(&several(7), "127.0.0.1:1");
        assert!(
            told.contains("and 2 more: epochta-mock check 'my mock.yaml'\n"),
            "{told}"
        );
    }

    #[test]
    fn the_command_is_for_an_account_that_may_ask() {
        let told = banner(
            "accounts:\n  - { username: off, password: p, xml_interface: false }\n  - { username: \"R&D's <x>\", password: p }\n",
            "127.0.0.1:1",
        );
        assert!(
            told.contains(
                "<username>R&amp;D&apos;s &lt;x></username><password>'\"$PASSWORD\"'</password>"
            ),
            "{told}"
        );
    }
}
