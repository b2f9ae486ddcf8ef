//! The lying endpoint: a gateway that behaves right in every clause, or wrong in exactly one way.
//!
//! It proves that the checks of this kit can fail. It is written from `fixtures/` and the vendor's document, shares
//! nothing with what it is judged by, and is no mock for anybody else: messages go on when they are asked for, so that
//! nobody waits, and only the heads of requests and what a clause limits have a limit.
//!
//! - `lies`, `catalogue`: what can be wrong, and whether it is.
//! - `server`, `http`: sockets and HTTP/1.x.
//! - `script`, `form`, `multipart`: from a request to the document in it.
//! - `charset`, `markup`, `repair`, `document`: from bytes to what a document says.
//! - `gateway`, `checks`, `send`, `report`, `account`: what is answered.
//! - `number`, `sender`, `text`, `money`: the rules of what a mailing is made of.
//! - `reply`: the bytes of an answer.

mod account;
mod catalogue;
mod charset;
mod checks;
mod document;
mod form;
mod gateway;
mod http;
mod lies;
mod markup;
mod money;
mod multipart;
mod number;
mod repair;
mod reply;
mod report;
mod script;
mod send;
mod sender;
mod server;
mod target;
mod tests;
mod text;

pub(crate) use lies::Lie;
use lies::Tongue;

/// What replies there are (REPLY-07).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Revision {
    /// What the vendor's document has.
    Documented,
    /// With amounts and two more codes.
    Extended,
}

impl Revision {
    /// The other one.
    fn other(self) -> Self {
        match self {
            Self::Documented => Self::Extended,
            Self::Extended => Self::Documented,
        }
    }
}

/// What happens when credits run out (MONEY-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    /// The whole document is refused.
    Refuse,
    /// Recipients are served while the balance lasts.
    Partial,
}

/// A gateway on a free port of the loopback, until it is dropped.
#[derive(Debug)]
pub(crate) struct Liar {
    server: server::Server,
    revision: Revision,
    policy: Policy,
}

impl Liar {
    /// Starts it under the policy `refuse`.
    pub(crate) fn start(revision: Revision, lie: Option<Lie>) -> Self {
        Self::start_under(Policy::Refuse, revision, lie)
    }

    /// Starts it under a policy.
    pub(crate) fn start_under(policy: Policy, revision: Revision, lie: Option<Lie>) -> Self {
        Self::serving(policy, revision, lie, target::accounts())
    }

    /// Starts it with accounts of the caller.
    fn serving(
        policy: Policy,
        revision: Revision,
        lie: Option<Lie>,
        accounts: Vec<account::Account>,
    ) -> Self {
        let tongue = Tongue::telling(lie);
        let rules = gateway::Rules {
            revision,
            policy,
            tongue,
        };
        let script = script::Script::new(gateway::Gateway::new(rules, accounts));
        Self {
            server: server::Server::start(script, tongue),
            revision,
            policy,
        }
    }

    /// Where the script is.
    pub(crate) fn url(&self) -> String {
        format!(
            "http://127.0.0.1:{}/members/sms/xml.php",
            self.server.port()
        )
    }

    /// A target file for it.
    pub(crate) fn target_yaml(&self) -> String {
        target::yaml(&self.url(), self.revision, self.policy)
    }
}
