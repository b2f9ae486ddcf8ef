//! The accounts of the endpoint, and the target file that tells a judge of them.

use super::account::{Account, Currency, Interface, Mode};
use super::money::{Credits, TARIFFS};
use super::{Policy, Revision};

/// An account by its name in the target file, its login, its password and its credits.
const ACCOUNTS: [(&str, &str, &str, Credits); 6] = [
    ("main", "demo", "demo-password", Credits(1_000_000_000)),
    // A part to the first recipient leaves something that can be taken wrongly.
    ("poor", "poor", "poor-password", Credits(5_000)),
    ("test_mode", "tester", "tester-password", Credits(500_000)),
    // What a part to the first recipient costs, and no more.
    (
        "poor_test_mode",
        "poor-tester",
        "poor-tester-password",
        Credits(3_410),
    ),
    ("closed", "closed", "closed-password", Credits(100_000)),
    ("other", "other", "R&D <9>", Credits(1_000_000_000)),
];

/// Ordinary numbers. Those of one block have the longest tariffs; inside the last stands a prefix that is none of it.
const RECIPIENTS: [&str; 9] = [
    "999000100001",
    "999000100002",
    "999000100003",
    "999000100004",
    "999000100005",
    "999000100006",
    "999000100007",
    "999000100008",
    "999380990009",
];

/// A number for each word, and for 0 as WAITING.
const NUMBERS: [(&str, &str); 9] = [
    ("DELIVERED", "999103000001"),
    ("NOT_DELIVERED", "999104000001"),
    // No tariff covers it. A 7 that is no prefix stands inside.
    ("NOT_ALLOWED", "210555000007"),
    ("UNCOVERED", "210555000007"),
    ("INVALID_DESTINATION_ADDRESS", "999106000001"),
    ("INVALID_SOURCE_ADDRESS", "999107000001"),
    ("NOT_ENOUGH_CREDITS", "999108000001"),
    ("SENT", "999102000001"),
    ("WAITING", "999101000001"),
];

/// The money of all accounts.
const CURRENCY: Currency = Currency {
    name: "UAH",
    rate: 409_333,
};

/// Dollars a credit.
const CREDIT_PRICE: Credits = Credits(500);

/// The accounts as they are at the start.
pub(crate) fn accounts() -> Vec<Account> {
    let account = |&(name, username, password, credits): &(&str, &str, &str, Credits)| Account {
        username: username.to_owned(),
        password: password.to_owned(),
        opening: credits,
        credits,
        credit_price: CREDIT_PRICE,
        mode: if name.ends_with("test_mode") {
            Mode::Test
        } else {
            Mode::Real
        },
        interface: if name == "closed" {
            Interface::Off
        } else {
            Interface::On
        },
        currency: Some(CURRENCY),
        trial_sms: (name == "main").then_some(3),
        messages: Vec::new(),
    };
    ACCOUNTS.iter().map(account).collect()
}

/// The target file.
pub(crate) fn yaml(url: &str, revision: Revision, policy: Policy) -> String {
    let revision = match revision {
        Revision::Documented => "documented",
        Revision::Extended => "extended",
    };
    let policy = match policy {
        Policy::Refuse => "refuse",
        Policy::Partial => "partial",
    };
    let accounts = ACCOUNTS.map(|(name, username, password, _)| {
        format!("  {name}: {{ username: {username}, password: \"{password}\" }}\n")
    });
    let numbers = NUMBERS.map(|(word, number)| format!("  {word}: \"{number}\"\n"));
    let recipients = RECIPIENTS.map(|number| format!("\"{number}\""));
    let tariffs = TARIFFS.map(|(prefix, price)| format!("\"{prefix}\": {}", price.decimal()));
    format!(
        "url: {url}\nrevision: {revision}\naccounts:\n{}numbers:\n{}recipients: [{}]\ntariffs: {{ {} }}\n\
         policy: {policy}\ncredit_price: {}\ncurrency: {}\nrate: 0.{}\nfinal_within: 5s\n",
        accounts.concat(),
        numbers.concat(),
        recipients.join(", "),
        tariffs.join(", "),
        CREDIT_PRICE.decimal(),
        CURRENCY.name,
        CURRENCY.rate,
    )
}
