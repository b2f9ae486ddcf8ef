//! What is said at the start: the endpoint, the accounts, and a command to try. Passwords are not, but for the
//! built-in account's, which is no secret.

use std::fmt;
use std::net::SocketAddr;

use crate::config::Config;
use crate::gateway::account::Mode;

/// How many accounts are listed.
const LISTED: usize = 5;

/// The banner of a server that has just begun to accept.
pub(super) struct Banner<'a> {
    pub(super) config: &'a Config,
    pub(super) address: SocketAddr,
    pub(super) seed: u64,
    /// Whether there is no configuration file, so that the account is the built-in one.
    pub(super) built_in: bool,
}

impl fmt::Display for Banner<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            config,
            address,
            seed,
            built_in,
        } = *self;
        let url = format!("http://{address}/members/sms/xml.php");
        writeln!(out, "epochta-mock {}", env!("CARGO_PKG_VERSION"))?;
        writeln!(out, "  gateway   {url}")?;
        for (profile, credits) in config.accounts.iter().take(LISTED) {
            let password = if built_in { " / demo" } else { "" };
            let mode = match profile.mode {
                Mode::Real => "real mode",
                Mode::Test => "test mode",
                Mode::Simulate => "simulate mode",
            };
            let interface = if profile.xml_interface {
                ""
            } else {
                ", XML interface off"
            };
            writeln!(
                out,
                "  account   {}{password}, {credits} credits, {mode}{interface}",
                profile.username
            )?;
        }
        if let Some(more) = config
            .accounts
            .len()
            .checked_sub(LISTED)
            .filter(|more| *more > 0)
        {
            writeln!(out, "            and {more} more")?;
        }
        writeln!(out, "  seed      {seed}")?;
        if !address.ip().is_loopback() {
            writeln!(
                out,
                "  warning   {address} can be reached from other machines; anybody there can send"
            )?;
        }
        let username = config
            .accounts
            .first()
            .map_or("demo", |(profile, _)| profile.username.as_str());
        let password = if built_in { "demo" } else { "'$PASSWORD'" };
        writeln!(out, "\nTry it:\n  curl {url} --data-urlencode \\")?;
        writeln!(
            out,
            "    'XML=<SMS><operations><operation>BALANCE</operation></operations><authentication><username>{username}\
         </username><password>{password}</password></authentication></SMS>'\n"
        )
    }
}
