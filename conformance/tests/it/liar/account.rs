//! Accounts and their messages: what a message is at each GETSTATUS (STATUS-04 to STATUS-07, MODE-*).

use super::lies::{Lie, Tongue};
use super::money::Credits;

/// The date of what has not happened yet (STATUS-04).
pub(crate) const ZERO_DATE: &str = "0000-00-00 00:00:00";

/// An account.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    /// Its login.
    pub(crate) username: String,
    /// Its password.
    pub(crate) password: String,
    /// What it had at the start.
    pub(crate) opening: Credits,
    /// What it has.
    pub(crate) credits: Credits,
    /// Dollars a credit.
    pub(crate) credit_price: Credits,
    /// What becomes of its messages.
    pub(crate) mode: Mode,
    /// Whether requests are served at all (AUTH-04).
    pub(crate) interface: Interface,
    /// What the extended revision tells of its money.
    pub(crate) currency: Option<Currency>,
    /// `<trialsms>` on BALANCE.
    pub(crate) trial_sms: Option<u32>,
    /// In the order of sending.
    pub(crate) messages: Vec<Message>,
}

/// What becomes of messages (MODE-01, MODE-02).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// They are charged and sent.
    Real,
    /// They wait for ever, for nothing.
    Test,
}

/// The XML interface of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interface {
    /// It is on.
    On,
    /// It is off.
    Off,
}

/// The money of an account (REPLY-07).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Currency {
    /// Its name.
    pub(crate) name: &'static str,
    /// Millionths of it a credit.
    pub(crate) rate: i64,
}

/// What a message is on its way to. It goes on when it is asked for, so that nobody has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Never handed over.
    Waiting,
    /// SENT for ever.
    Sent,
    /// SENT when first asked for, and then this.
    Then(&'static str),
    /// This, at once.
    Already(&'static str),
}

/// A message that was accepted, or kept to be reported.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// What GETSTATUS asks for.
    pub(crate) id: Option<String>,
    fate: Fate,
    accepted: String,
    polls: u32,
    sent: Option<String>,
    done: Option<String>,
}

/// What a row says of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// `sentdate`, if it has one.
    pub(crate) sent: Option<String>,
    /// `donedate`, if it has one.
    pub(crate) done: Option<String>,
    /// `status`.
    pub(crate) status: &'static str,
}

impl Message {
    /// A message that is accepted now.
    pub(crate) fn new(id: Option<String>, fate: Fate, tongue: Tongue) -> Self {
        let accepted = now(tongue);
        let known = matches!(fate, Fate::Already(_)).then(|| accepted.clone());
        Self {
            id,
            fate,
            accepted,
            polls: 0,
            sent: known.clone(),
            done: known,
        }
    }

    /// Somebody asks for it.
    pub(crate) fn poll(&mut self, tongue: Tongue) {
        self.polls += 1;
        if self.sent.is_none() && self.fate != Fate::Waiting {
            self.sent = Some(now(tongue));
        }
        let is_final = matches!(self.fate, Fate::Then(_)) && self.polls >= 2;
        if self.done.is_none() && is_final && !tongue.tells(Lie::NeverFinal) {
            self.done = Some(now(tongue));
        }
    }

    /// What a report says of it.
    pub(crate) fn standing(&self, tongue: Tongue) -> Standing {
        let (sent, done) = (self.sent.clone(), self.done.clone());
        match (self.fate, &done) {
            (Fate::Then(word) | Fate::Already(word), Some(_)) => {
                self.is_final(word, sent, done, tongue)
            }
            (Fate::Waiting, _) => self.waiting(tongue),
            (Fate::Sent, _) if tongue.tells(Lie::SentIsSkipped) => Standing {
                done: sent.clone(),
                sent,
                status: "DELIVERED",
            },
            (Fate::Then(_) | Fate::Already(_) | Fate::Sent, _) => sent_standing(sent, tongue),
        }
    }

    fn waiting(&self, tongue: Tongue) -> Standing {
        let sent = tongue
            .tells(Lie::WaitingHasSentDate)
            .then(|| self.accepted.clone());
        let status = if tongue.tells(Lie::WaitingIsSent) {
            "SENT"
        } else if tongue.tells(Lie::WaitingStatusEmpty) {
            ""
        } else {
            "0"
        };
        Standing {
            sent,
            done: None,
            status,
        }
    }

    fn is_final(
        &self,
        word: &'static str,
        sent: Option<String>,
        done: Option<String>,
        tongue: Tongue,
    ) -> Standing {
        if tongue.tells(Lie::FinalGoesBack) && self.polls > 2 {
            return sent_standing(sent, tongue);
        }
        let word = if word == "DELIVERED" && self.polls > 2 && tongue.tells(Lie::DeliveredIsRead) {
            "READ"
        } else {
            word
        };
        let taken_for = [
            (Lie::DeliveredLowerCase, "DELIVERED", "Delivered"),
            (Lie::NotDeliveredIsDelivered, "NOT_DELIVERED", "DELIVERED"),
            (
                Lie::NotAllowedIsNotDelivered,
                "NOT_ALLOWED",
                "NOT_DELIVERED",
            ),
            (
                Lie::InvalidDestinationIsNotDelivered,
                "INVALID_DESTINATION_ADDRESS",
                "NOT_DELIVERED",
            ),
            (
                Lie::InvalidSourceIsNotDelivered,
                "INVALID_SOURCE_ADDRESS",
                "NOT_DELIVERED",
            ),
            (
                Lie::NoCreditsIsNotDelivered,
                "NOT_ENOUGH_CREDITS",
                "NOT_DELIVERED",
            ),
        ];
        let other = taken_for
            .iter()
            .find(|&&(lie, right, _)| tongue.tells(lie) && right == word);
        let done = if tongue.tells(Lie::FinalDatesMove) {
            Some(later(self.polls * 3600, tongue))
        } else {
            done.filter(|_| !tongue.tells(Lie::FinalHasNoDoneDate))
        };
        Standing {
            sent: sent.filter(|_| !tongue.tells(Lie::FinalHasNoSentDate)),
            done,
            status: other.map_or(word, |&(_, _, other)| other),
        }
    }
}

fn sent_standing(sent: Option<String>, tongue: Tongue) -> Standing {
    Standing {
        done: sent.clone().filter(|_| tongue.tells(Lie::SentHasDoneDate)),
        sent: sent.filter(|_| !tongue.tells(Lie::SentHasNoSentDate)),
        status: if tongue.tells(Lie::SentIsAccepted) {
            "ACCEPTED"
        } else {
            "SENT"
        },
    }
}

fn now(tongue: Tongue) -> String {
    later(0, tongue)
}

/// The date so many seconds from now, as a reply has it (STATUS-07).
#[expect(
    clippy::disallowed_methods,
    reason = "a judge compares these dates with his own clock, so they are real"
)]
fn later(seconds: u32, tongue: Tongue) -> String {
    let then = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds.into());
    let formats = [
        (Lie::DateOnly, "%Y-%m-%d"),
        (Lie::DateWithT, "%Y-%m-%dT%H:%M:%S"),
        (Lie::TwelveHours, "%Y-%m-%d %I:%M:%S %p"),
        (Lie::NoSeconds, "%Y-%m-%d %H:%M"),
        (Lie::DayFirst, "%d-%m-%Y %H:%M:%S"),
        (Lie::ShortYear, "%y-%m-%d %H:%M:%S"),
    ];
    let format = formats.iter().find(|(lie, _)| tongue.tells(*lie));
    then.strftime(format.map_or("%Y-%m-%d %H:%M:%S", |(_, format)| format))
        .to_string()
}
