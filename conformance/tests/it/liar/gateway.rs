//! The gateway behind the script: accounts, the order of checks, and the operations but SEND and GETSTATUS.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::account::{Account, Interface};
use super::checks::{self, Refusal};
use super::document::Document;
use super::lies::{Lie, Tongue};
use super::markup::{self, Unreadable, Wrong};
use super::money::Credits;
use super::reply::{Reply, Response};
use super::{Policy, Revision, report, send};

/// Accounts, and the rules that they are under.
#[derive(Debug)]
pub(crate) struct Gateway {
    /// What holds for all of them.
    pub(crate) rules: Rules,
    accounts: Mutex<Vec<Account>>,
    /// Lets others in for a while; each of them sends the one before on.
    race: Condvar,
    /// How many connections there are.
    pub(crate) callers: AtomicUsize,
}

/// What holds for all accounts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// What replies and codes there are.
    pub(crate) revision: Revision,
    /// What happens when credits run out.
    pub(crate) policy: Policy,
    /// What is lied about.
    pub(crate) tongue: Tongue,
}

impl Rules {
    /// Whether this lie is told.
    pub(crate) fn tells(self, lie: Lie) -> bool {
        self.tongue.tells(lie)
    }

    /// The revision, or the other one if this lie is told.
    pub(crate) fn revision_unless(self, lie: Lie) -> Revision {
        if self.tells(lie) {
            self.revision.other()
        } else {
            self.revision
        }
    }
}

/// The five operations (OP-01).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// SEND.
    Send,
    /// GETPRICE.
    GetPrice,
    /// GETSTATUS.
    GetStatus,
    /// BALANCE.
    Balance,
    /// CREDITPRICE.
    CreditPrice,
}

impl Operation {
    /// The operation of a document, if it has one (OP-02).
    pub(crate) fn of(document: &Document, tongue: Tongue) -> Option<Self> {
        let missing = tongue
            .tells(Lie::MissingOperationIsBalance)
            .then_some(Self::Balance);
        let unknown = tongue
            .tells(Lie::UnknownOperationIsBalance)
            .then_some(Self::Balance);
        match document.operations.as_slice() {
            [] => missing,
            [written] => Self::named(written, tongue).or(unknown),
            [first, ..] if tongue.tells(Lie::FirstOperationCounts) => Self::named(first, tongue),
            [..] => None,
        }
    }

    fn named(written: &str, tongue: Tongue) -> Option<Self> {
        if tongue.tells(Lie::BlanksAroundOperationRefused) && written.trim() != written {
            return None;
        }
        let written = if tongue.tells(Lie::LowerCaseOperationRead) {
            written.trim().to_ascii_uppercase()
        } else {
            written.trim().to_owned()
        };
        let (operation, unknown) = match written.as_str() {
            "SEND" => (Self::Send, Lie::SendUnknown),
            "GETPRICE" => (Self::GetPrice, Lie::GetPriceUnknown),
            "GETSTATUS" => (Self::GetStatus, Lie::GetStatusUnknown),
            "BALANCE" => (Self::Balance, Lie::BalanceUnknown),
            "CREDITPRICE" => (Self::CreditPrice, Lie::CreditPriceUnknown),
            _ => return None,
        };
        (!tongue.tells(unknown)).then_some(operation)
    }
}

impl Gateway {
    /// A gateway with these accounts; the first of them is the account main.
    pub(crate) fn new(rules: Rules, accounts: Vec<Account>) -> Self {
        Self {
            rules,
            accounts: Mutex::new(accounts),
            race: Condvar::new(),
            callers: AtomicUsize::new(0),
        }
    }

    /// Answers a document.
    pub(crate) fn answer(&self, bytes: &[u8], content_type: Option<&str>) -> Reply {
        match markup::read(bytes, content_type, self.rules.tongue) {
            Ok(document) => self.judge(&document),
            Err(unreadable) => self.unreadable(&unreadable),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Account>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unreadable(&self, unreadable: &Unreadable) -> Reply {
        let tells = |lie| self.rules.tells(lie);
        let asks_for_report = unreadable.text.contains(">GETSTATUS<");
        let malformed = unreadable.wrong == Wrong::Malformed;
        if asks_for_report && malformed && tells(Lie::BadXmlReport) {
            return Reply::Report(Vec::new());
        }
        if malformed && tells(Lie::MalformedIs500) {
            return Reply::Broken;
        }
        if unreadable.wrong == Wrong::Empty && tells(Lie::NoRootAccepted) {
            return Reply::Response(Response::new(0));
        }
        let is_auth_failed = (malformed && tells(Lie::MalformedIsAuthFailed))
            || (unreadable.wrong == Wrong::Doctype && tells(Lie::DoctypeIsAuthFailed))
            || (malformed
                && tells(Lie::AmpersandInPasswordIsAuthFailed)
                && has_bare_ampersand(&unreadable.text))
            || (malformed
                && tells(Lie::MalformedAfterLogin)
                && self.is_login_wrong(&unreadable.text));
        let code = if is_auth_failed {
            checks::AUTH_FAILED
        } else {
            checks::XML_ERROR
        };
        Reply::Response(Response::refused(code, None, self.rules.tongue))
    }

    /// Whether a login can be made out in a document that is not well-formed, and is wrong.
    fn is_login_wrong(&self, text: &str) -> bool {
        let (Some(username), Some(password)) =
            (between(text, "username"), between(text, "password"))
        else {
            return false;
        };
        !self
            .lock()
            .iter()
            .any(|account| account.username == username && account.password == password)
    }

    fn judge(&self, document: &Document) -> Reply {
        let rules = self.rules;
        let mut accounts = self.lock();
        let operation = Operation::of(document, rules.tongue);
        let account = self.account_of(document, operation, &accounts);
        let standing = checks::Standing {
            rules,
            document,
            operation,
            account: account.map(|place| &accounts[place]),
            others: &accounts,
        };
        if let Some(refusal) = standing.refusal() {
            let place = account.or_else(|| {
                accounts
                    .iter()
                    .position(|other| Some(&other.username) == document.username.as_ref())
            });
            return self.refuse(refusal, document, operation, place, &mut accounts);
        }
        let (Some(operation), Some(place)) = (operation, account) else {
            return Reply::Response(Response::refused(
                checks::AUTH_FAILED,
                operation,
                rules.tongue,
            ));
        };
        match operation {
            Operation::Send if rules.tells(Lie::BalanceRace) => {
                let before = accounts[place].credits;
                let reply = send::send(rules, document, &mut accounts[place]);
                let after = std::mem::replace(&mut accounts[place].credits, before);
                // Whoever waits here has let this one see the balance from before. Now it is its turn, or that of
                // nobody.
                self.race.notify_all();
                let mut accounts = self.let_others_in(accounts);
                accounts[place].credits = after;
                reply
            }
            Operation::Send if rules.tells(Lie::ChargedInHalves) => {
                let before = accounts[place].credits;
                let reply = send::send(rules, document, &mut accounts[place]);
                let half = Credits((before - accounts[place].credits).0 / 2);
                accounts[place].credits += half;
                self.race.notify_all();
                let mut accounts = self.let_others_in(accounts);
                accounts[place].credits -= half;
                reply
            }
            Operation::Send => send::send(rules, document, &mut accounts[place]),
            Operation::GetPrice => send::price(rules, document, &mut accounts[place]),
            Operation::GetStatus => report::report(rules, document, &mut accounts, place),
            Operation::Balance => balance(rules, &accounts[place], accounts[0].credits),
            Operation::CreditPrice => credit_price(rules, &accounts[place]),
        }
    }

    /// Lets others in until one of them sends this one on: for a moment, and then as long as there are others.
    fn let_others_in<'g>(
        &'g self,
        mut accounts: MutexGuard<'g, Vec<Account>>,
    ) -> MutexGuard<'g, Vec<Account>> {
        for turn in 0..20 {
            let waited = self.race.wait_timeout(accounts, Duration::from_millis(10));
            let (guard, end) = waited.unwrap_or_else(PoisonError::into_inner);
            accounts = guard;
            let is_alone = turn > 0 && self.callers.load(Ordering::SeqCst) < 2;
            if !end.timed_out() || is_alone {
                break;
            }
        }
        accounts
    }

    /// Whose login a document has (AUTH-02): the place of the account.
    fn account_of(
        &self,
        document: &Document,
        operation: Option<Operation>,
        accounts: &[Account],
    ) -> Option<usize> {
        let tells = |lie| self.rules.tells(lie);
        let without_login = (operation == Some(Operation::GetPrice)
            && tells(Lie::PriceWithoutLogin))
            || (operation == Some(Operation::CreditPrice) && tells(Lie::CreditPriceWithoutLogin));
        let (Some(username), Some(password)) = (&document.username, &document.password) else {
            return (without_login || tells(Lie::MissingLoginAccepted)).then_some(0);
        };
        let known = accounts
            .iter()
            .position(|account| self.is_username(username, account));
        let right = known.filter(|&place| {
            let account = &accounts[place];
            let is_open = account.interface == Interface::On || tells(Lie::ClosedAccountServed);
            is_open && self.is_password(password, account, operation)
        });
        let guessed =
            (without_login || (known.is_none() && tells(Lie::WrongLoginAccepted))).then_some(0);
        right.or(guessed)
    }

    fn is_username(&self, username: &str, account: &Account) -> bool {
        let right = &account.username;
        username == right
            || (self.rules.tells(Lie::LoginTrimmed) && username.trim() == right)
            || (self.rules.tells(Lie::LoginCaseIgnored) && username.eq_ignore_ascii_case(right))
    }

    fn is_password(&self, password: &str, account: &Account, operation: Option<Operation>) -> bool {
        let right = &account.password;
        let tells = |lie| self.rules.tells(lie);
        password == right
            || tells(Lie::WrongPasswordAccepted)
            || (tells(Lie::PasswordTrimmed) && password.trim() == right)
            || (tells(Lie::PasswordCaseIgnored) && password.eq_ignore_ascii_case(right))
            || (tells(Lie::PasswordStartSuffices)
                && !password.is_empty()
                && right.starts_with(password))
            || (tells(Lie::PasswordEndIgnored)
                && password.chars().take(8).eq(right.chars().take(8)))
            || (tells(Lie::BalanceWithoutPassword) && operation == Some(Operation::Balance))
    }

    fn refuse(
        &self,
        refusal: Refusal,
        document: &Document,
        operation: Option<Operation>,
        place: Option<usize>,
        accounts: &mut [Account],
    ) -> Reply {
        let rules = self.rules;
        let is_login = refusal.check == checks::Check::Login;
        if is_login && operation == Some(Operation::GetStatus) && rules.tells(Lie::BadLoginReport) {
            return Reply::Report(Vec::new());
        }
        let is_structure = refusal.check == checks::Check::Structure;
        if is_structure
            && operation == Some(Operation::GetStatus)
            && rules.tells(Lie::NoStatisticsReport)
        {
            return Reply::Report(Vec::new());
        }
        let account = place.map(|place| &mut accounts[place]);
        if let Some(account) = account.filter(|_| !is_login) {
            send::after_refusal(rules, refusal, document, operation, account);
        }
        let mut response = Response::refused(refusal.code, operation, rules.tongue);
        let account = place.map(|place| &accounts[place]);
        if let Some(account) = account {
            let balance = account.credits.decimal().print(rules.tongue);
            let is_money =
                [checks::NO_RECIPIENTS, checks::NOT_ENOUGH_CREDITS].contains(&refusal.code);
            if (is_login && rules.tells(Lie::CreditsRevealed))
                || (is_money && rules.tells(Lie::ErrorsWithBalance))
            {
                response.set("credits", balance);
            }
            if rules.tells(Lie::AmountInErrors) {
                response.money(rules, account, Credits::ZERO);
            }
        }
        Reply::Response(response)
    }
}

fn has_bare_ampersand(text: &str) -> bool {
    between(text, "password")
        .is_some_and(|password| password.contains('&') && !password.contains(';'))
}

/// What stands in the first element of this name, however broken the rest is.
fn between<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>"))
        .map(|(inside, _)| inside)
}

/// BALANCE (BALANCE-01).
fn balance(rules: Rules, account: &Account, of_main: Credits) -> Reply {
    let credits = if rules.tells(Lie::BalanceStands) {
        account.opening
    } else if rules.tells(Lie::BalanceOfMain) {
        of_main
    } else {
        account.credits
    };
    let status = if rules.tells(Lie::BalanceStatusIsOne) {
        1
    } else {
        0
    };
    let name = if rules.tells(Lie::BalanceIsPrice) {
        "price"
    } else {
        "credits"
    };
    let mut response = Response::new(status);
    response.push(name, credits.decimal().print(rules.tongue));
    response.money(rules, account, credits);
    if let Some(trial) = account
        .trial_sms
        .filter(|_| rules.revision == Revision::Extended)
    {
        response.push("trialsms", trial.to_string());
    }
    Reply::Response(response)
}

/// CREDITPRICE (CREDIT-01).
fn credit_price(rules: Rules, account: &Account) -> Reply {
    let price = if rules.tells(Lie::CreditPriceInCents) {
        account.credit_price.times(100)
    } else {
        account.credit_price
    };
    let price = price.decimal().print(rules.tongue);
    let mut response = Response::new(if rules.tells(Lie::CreditPriceStatusIsOne) {
        1
    } else {
        0
    });
    if rules.tells(Lie::CreditPriceInCredits) {
        response.push("credits", price);
    } else if rules.tells(Lie::CreditPriceEmpty) {
        response.push("price", String::new());
    } else if !rules.tells(Lie::CreditPriceMissing) {
        response.push("price", price);
    }
    if rules.tells(Lie::CreditPriceWithCredits) {
        response.push("credits", account.credits.decimal().print(rules.tongue));
    }
    if rules.tells(Lie::CreditPriceHasAmount) {
        response.money(rules, account, account.credits);
    }
    Reply::Response(response)
}
