//! What a document is refused for, and in which order it is looked at (ORDER-01).

use super::Policy;
use super::Revision;
use super::account::{Account, Interface, Mode};
use super::document::Document;
use super::gateway::{Operation, Rules};
use super::lies::{Lie, Tongue};
use super::money::Credits;
use super::number::Number;
use super::send::{self, Line};
use super::sender;

/// Wrong login or password.
pub(crate) const AUTH_FAILED: i64 = -1;
/// The XML is not in the right form.
pub(crate) const XML_ERROR: i64 = -2;
/// Not enough credits.
pub(crate) const NOT_ENOUGH_CREDITS: i64 = -3;
/// No valid number.
pub(crate) const NO_RECIPIENTS: i64 = -4;
/// The text is empty; extended revision.
const INVALID_TEXT: i64 = -5;
/// The sender is none; extended revision.
const BAD_SENDER_NAME: i64 = -7;

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// Whether there is one operation, and a known one.
    Operation,
    /// Whether the login is right.
    Login,
    /// Whether everything stands in the document that the operation needs.
    Structure,
    /// Whether there is something to send.
    Text,
    /// Whether it may be sent from there.
    Sender,
    /// Whether there is a valid number.
    Recipients,
    /// Whether it can be paid.
    Money,
}

/// Why a document is refused.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refusal {
    /// The check that it did not pass.
    pub(crate) check: Check,
    /// The code that it is answered with.
    pub(crate) code: i64,
}

/// A document that waits to be judged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing<'a> {
    /// The rules that it is judged by.
    pub(crate) rules: Rules,
    /// What it says.
    pub(crate) document: &'a Document,
    /// What it asks for, if that is known.
    pub(crate) operation: Option<Operation>,
    /// Whose login it has.
    pub(crate) account: Option<&'a Account>,
    /// All accounts.
    pub(crate) others: &'a [Account],
}

/// The checks in their order: each lie moves one of them before another.
fn order(tongue: Tongue) -> Vec<Check> {
    use Check::{Login, Money, Operation, Recipients, Sender, Structure, Text};
    let mut order = vec![Operation, Login, Structure, Text, Sender, Recipients, Money];
    let moves = [
        (Lie::LoginBeforeOperation, Login, Operation),
        (Lie::StructureBeforeLogin, Structure, Login),
        (Lie::TextBeforeLogin, Text, Login),
        (Lie::SenderBeforeLogin, Sender, Login),
        (Lie::RecipientsBeforeLogin, Recipients, Login),
        (Lie::RecipientsBeforeStructure, Recipients, Structure),
        (Lie::SenderBeforeStructure, Sender, Structure),
        (Lie::MoneyBeforeStructure, Money, Structure),
        (Lie::SenderBeforeText, Sender, Text),
        (Lie::RecipientsBeforeText, Recipients, Text),
        (Lie::MoneyBeforeText, Money, Text),
        (Lie::RecipientsBeforeSender, Recipients, Sender),
        (Lie::MoneyBeforeSender, Money, Sender),
        (Lie::MoneyBeforeRecipients, Money, Recipients),
    ];
    if let Some(&(_, moved, before)) = moves.iter().find(|(lie, _, _)| tongue.tells(*lie)) {
        order.retain(|&check| check != moved);
        let place = order.iter().position(|&check| check == before).unwrap();
        order.insert(place, moved);
    }
    order
}

impl Standing<'_> {
    /// The first check that the document does not pass.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        let mut order = order(self.rules.tongue).into_iter();
        order.find_map(|check| self.code(check).map(|code| Refusal { check, code }))
    }

    fn tells(&self, lie: Lie) -> bool {
        self.rules.tells(lie)
    }

    fn sends_or_prices(&self) -> bool {
        matches!(self.operation, Some(Operation::Send | Operation::GetPrice))
    }

    /// The code that the document is refused with, if it does not pass this check.
    fn code(&self, check: Check) -> Option<i64> {
        match check {
            Check::Operation => self.operation_code(),
            Check::Login => self.login_code(),
            Check::Structure if self.has_wrong_surplus() => Some(XML_ERROR),
            Check::Structure if self.operation == Some(Operation::GetStatus) => {
                self.statistics_code()
            }
            Check::Money => self.money_code(),
            Check::Structure | Check::Text | Check::Sender | Check::Recipients
                if !self.sends_or_prices() =>
            {
                None
            }
            Check::Structure => self.structure_code(),
            Check::Text => self.text_code(),
            Check::Sender => self.sender_code(),
            Check::Recipients => self.recipients_code(),
        }
    }

    fn operation_code(&self) -> Option<i64> {
        let is_auth_failed = match self.document.operations.len() {
            1 => self.tells(Lie::UnknownOperationIsAuthFailed),
            _ => self.tells(Lie::NoOperationIsAuthFailed),
        };
        let code = if is_auth_failed {
            AUTH_FAILED
        } else {
            XML_ERROR
        };
        self.operation.is_none().then_some(code)
    }

    fn login_code(&self) -> Option<i64> {
        let Some(username) = self
            .document
            .username
            .as_ref()
            .filter(|_| self.document.password.is_some())
        else {
            let code = if self.tells(Lie::MissingLoginIsXmlError) {
                XML_ERROR
            } else {
                AUTH_FAILED
            };
            return self.account.is_none().then_some(code);
        };
        if self.account.is_some() {
            return None;
        }
        let known = self
            .others
            .iter()
            .find(|account| account.username == *username);
        let closed = known.filter(|account| account.interface == Interface::Off);
        let is_right = closed
            .is_some_and(|account| Some(&account.password) == self.document.password.as_ref());
        let is_xml_error = self.tells(Lie::BadLoginIsXmlError)
            || (is_right && self.tells(Lie::ClosedAccountIsXmlError))
            || (closed.is_some() && self.tells(Lie::ClosedRevealed))
            || (known.is_none() && self.tells(Lie::ExistenceRevealed));
        let is_zero =
            self.operation == Some(Operation::Send) && self.tells(Lie::SendBadLoginIsZero);
        Some(match (is_xml_error, is_zero) {
            (true, _) => XML_ERROR,
            (false, true) => 0,
            (false, false) => AUTH_FAILED,
        })
    }

    /// Whether a document that mails nothing has a `<message>` in it that could not be mailed, and somebody cares.
    fn has_wrong_surplus(&self) -> bool {
        let message = self.document.message.as_ref();
        self.tells(Lie::OthersJudged)
            && !self.sends_or_prices()
            && message.is_some_and(|message| message.text.is_none())
    }

    fn statistics_code(&self) -> Option<i64> {
        match &self.document.statistics {
            None => Some(XML_ERROR),
            Some(ids) => (ids.is_empty() && self.tells(Lie::NoIdsIsXmlError)).then_some(XML_ERROR),
        }
    }

    fn structure_code(&self) -> Option<i64> {
        let Some(message) = &self.document.message else {
            let is_auth_failed = self.tells(Lie::MissingMessageIsAuthFailed);
            return Some(if is_auth_failed {
                AUTH_FAILED
            } else {
                XML_ERROR
            });
        };
        if message.text.is_none() && !self.tells(Lie::MissingTextAccepted) {
            let is_invalid_text = self.tells(Lie::MissingTextIsInvalidText);
            return Some(if is_invalid_text {
                INVALID_TEXT
            } else {
                XML_ERROR
            });
        }
        let lacks_sender = message.sender.is_none() && self.tells(Lie::MissingSenderIsXmlError);
        let lacks_numbers = self.document.blocks == 0 && self.tells(Lie::MissingNumbersIsXmlError);
        (lacks_sender || lacks_numbers).then_some(XML_ERROR)
    }

    fn text_code(&self) -> Option<i64> {
        let text = self.document.message.as_ref()?.text.as_ref()?;
        let is_empty =
            text.is_empty() || (text.trim().is_empty() && self.tells(Lie::BlankTextRefused));
        let code = match self.rules.revision_unless(Lie::EmptyTextOfOtherRevision) {
            Revision::Documented => XML_ERROR,
            Revision::Extended => INVALID_TEXT,
        };
        (is_empty && !self.tells(Lie::EmptyTextAccepted)).then_some(code)
    }

    fn sender_code(&self) -> Option<i64> {
        let sender = self
            .document
            .message
            .as_ref()
            .and_then(|message| message.sender.as_deref());
        let is_refused =
            send::refuses_senders(self.rules) && !sender::is_valid(sender, self.rules.tongue);
        is_refused.then_some(BAD_SENDER_NAME)
    }

    fn recipients_code(&self) -> Option<i64> {
        let lines = send::quote(self.rules, self.document);
        let some = |number: &Number| lines.iter().any(|line| line.number == *number);
        let fails = (self.tells(Lie::InvalidNumberFailsAll) && some(&Number::Invalid))
            || (self.tells(Lie::EmptyNumberFailsAll) && some(&Number::Empty))
            || (self.tells(Lie::SingleNumberRefused)
                && lines.iter().filter(|line| line.is_valid()).count() == 1);
        let is_missing = !lines.iter().any(Line::is_valid);
        let is_price = self.operation == Some(Operation::GetPrice);
        let code = if self.tells(Lie::NoRecipientsIsZero) {
            0
        } else if self.tells(Lie::NoRecipientsIsXmlError) {
            XML_ERROR
        } else {
            NO_RECIPIENTS
        };
        let is_accepted = is_price && self.tells(Lie::PriceOfNobody);
        (fails || (is_missing && !is_accepted)).then_some(code)
    }

    fn money_code(&self) -> Option<i64> {
        let account = self.account?;
        let needs = match self.operation {
            Some(Operation::Send) => true,
            Some(Operation::GetPrice) => self.tells(Lie::PriceNeedsCredits),
            Some(Operation::GetStatus | Operation::Balance | Operation::CreditPrice) | None => {
                false
            }
        };
        let is_test = account.mode == Mode::Test;
        let is_allowed =
            self.tells(Lie::OverdraftAllowed) || (is_test && self.tells(Lie::TestModeOverdraft));
        if !needs || is_allowed || !self.is_too_expensive(account) {
            return None;
        }
        Some(if self.tells(Lie::NoCreditsIsNoRecipients) {
            NO_RECIPIENTS
        } else if send::policy(self.rules) == Policy::Partial && self.tells(Lie::PartialNoneIsZero)
        {
            0
        } else {
            NOT_ENOUGH_CREDITS
        })
    }

    fn is_too_expensive(&self, account: &Account) -> bool {
        let lines = send::quote(self.rules, self.document);
        let mut cost: Credits = lines.iter().map(Line::price).sum();
        if self.tells(Lie::MoneyBeforeRecipients) {
            let invalid = lines.iter().filter(|line| line.number == Number::Invalid);
            cost += invalid.map(|line| Credits::ONE.times(line.parts)).sum();
        }
        let is_short = cost > account.credits
            || (cost == account.credits
                && cost > Credits::ZERO
                && self.tells(Lie::LastCreditUnspendable));
        match send::policy(self.rules) {
            Policy::Refuse => is_short,
            // Whoever costs nothing is served in any case.
            Policy::Partial => {
                let served = send::served(self.rules, &lines, account.credits);
                is_short
                    && !lines
                        .iter()
                        .zip(&served)
                        .any(|(line, served)| line.is_valid() && *served)
            }
        }
    }
}
