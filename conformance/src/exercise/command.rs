//! A client as a command: run once for each step, told what to do by its environment and its arguments, and judged by how
//! it ends and what it writes.

use std::ffi::OsString;
use std::process::Stdio;
use std::time::Duration;

use tokio::time::timeout;

use super::program::{Program, ProgramError};
use crate::finding::Asked;
use crate::operation::{Message, Operation};

/// The command.
#[derive(Clone, Debug)]
pub struct Command {
    program: Program,
}

/// How one run of it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// How.
    pub end: End,
    /// What it wrote to stdout.
    pub output: String,
    /// What it wrote to stderr.
    pub errors: String,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// With this code.
    Code(i32),
    /// By a signal, or otherwise without a code; in words.
    Died(String),
    /// Not: it was killed when it had taken so long.
    Hung(Duration),
}

/// The variables that say what is to be done: those of the environment, and the same in braces in arguments.
const NAMES: [(&str, &str); 9] = [
    ("EPOCHTA_URL", "{url}"),
    ("EPOCHTA_USERNAME", "{username}"),
    ("EPOCHTA_PASSWORD", "{password}"),
    ("EPOCHTA_OPERATION", "{operation}"),
    ("EPOCHTA_SENDER", "{sender}"),
    ("EPOCHTA_TO", "{to}"),
    ("EPOCHTA_ID", "{id}"),
    ("EPOCHTA_TEXT", "{text}"),
    ("EPOCHTA_TIMEOUT", "{timeout}"),
];

/// The words in braces that an argument may have been meant to hold: what is written, and what was probably meant.
pub fn misspelt(argument: &str) -> Option<(String, &'static str)> {
    let mut words = argument.split('{').skip(1);
    words.find_map(|rest| {
        let (word, _) = rest.split_once('}')?;
        // Braces mean other things, too.
        if word.len() < 2 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return None;
        }
        let written = format!("{{{word}}}");
        let near = NAMES
            .iter()
            .map(|(_, known)| (strsim::damerau_levenshtein(known, &written), *known));
        let (distance, meant) = near.min()?;
        (1..=2).contains(&distance).then_some((written, meant))
    })
}

impl Command {
    /// The command of a command line.
    pub fn new(program: Program) -> Self {
        Self { program }
    }

    /// Runs it once, and kills it if it takes longer than `hang_after`.
    pub async fn run(
        &self,
        url: &str,
        asked: &Asked,
        client_timeout: Duration,
        hang_after: Duration,
    ) -> Result<Ran, ProgramError> {
        let values = values(url, asked, client_timeout);
        let arguments = self.program.arguments.iter();
        let arguments: Vec<OsString> = arguments.map(|word| filled(word, &values)).collect();
        let mut command = self.program.command(&arguments);
        command.stdin(Stdio::null());
        for ((name, _), value) in NAMES.iter().zip(&values) {
            match value {
                Some(value) => command.env(name, value),
                // What the user has set for other purposes says nothing about this.
                None => command.env_remove(name),
            };
        }
        let mut running = self.program.start(command)?;
        let (output, errors) = (running.output(), running.errors());
        let end = match timeout(hang_after, running.ended()).await {
            Ok(Ok(status)) => match status.code() {
                Some(code) => End::Code(code),
                None => End::Died(status.to_string()),
            },
            Ok(Err(error)) => End::Died(error.to_string()),
            Err(_) => End::Hung(hang_after),
        };
        // Also what it left behind.
        running.kill().await;
        let (output, errors) = tokio::join!(output.text(), errors.text());
        Ok(Ran {
            end,
            output,
            errors,
        })
    }
}

/// Why a command cannot be told to do this, if it cannot.
pub fn obstacle(operation: &Operation) -> Option<&'static str> {
    let comma = |text: &str| text.contains(',');
    let nul = |text: &str| text.contains('\0');
    match operation {
        Operation::Send(message) | Operation::GetPrice(message) => {
            let recipients = &message.recipients;
            let ids = || {
                recipients
                    .iter()
                    .filter_map(|recipient| recipient.id.as_deref())
            };
            if recipients
                .iter()
                .any(|recipient| recipient.variables.is_some())
            {
                Some("a command is told no variables; play it with --adapter")
            } else if recipients.iter().any(|recipient| comma(&recipient.number))
                || ids().any(comma)
            {
                Some(
                    "a command is told numbers and ids with commas between them; play it with --adapter",
                )
            } else if nul(&message.text) {
                Some("a command cannot be told a text with the character U+0000")
            } else {
                None
            }
        }
        Operation::GetStatus(ids) => ids
            .iter()
            .any(|id| comma(id))
            .then_some("a command is told ids with commas between them; play it with --adapter"),
        Operation::Balance | Operation::CreditPrice => None,
    }
}

/// What a command calls an operation.
pub fn word(operation: &Operation) -> &'static str {
    match operation {
        Operation::Send(_) => "send",
        Operation::GetPrice(_) => "price",
        Operation::GetStatus(_) => "status",
        Operation::Balance => "balance",
        Operation::CreditPrice => "credit-price",
    }
}

/// The values of [`NAMES`], in order.
fn values(url: &str, asked: &Asked, client_timeout: Duration) -> [Option<String>; 9] {
    let joined = |texts: Vec<&str>| (!texts.is_empty()).then(|| texts.join(","));
    let (mut sender, mut to, mut id, mut text) = (None, None, None, None);
    match &asked.operation {
        Operation::Send(Message {
            sender: from,
            text: what,
            recipients,
        })
        | Operation::GetPrice(Message {
            sender: from,
            text: what,
            recipients,
        }) => {
            sender.clone_from(from);
            text = Some(what.clone());
            let numbers = recipients.iter().map(|recipient| recipient.number.as_str());
            to = joined(numbers.collect());
            let ids: Vec<&str> = recipients
                .iter()
                .filter_map(|recipient| recipient.id.as_deref())
                .collect();
            // One for each, or none.
            if ids.len() == recipients.len() {
                id = joined(ids);
            }
        }
        Operation::GetStatus(ids) => id = joined(ids.iter().map(String::as_str).collect()),
        Operation::Balance | Operation::CreditPrice => {}
    }
    [
        Some(url.to_owned()),
        Some(asked.credentials.username.clone()),
        Some(asked.credentials.password.expose().to_owned()),
        Some(word(&asked.operation).to_owned()),
        sender,
        to,
        id,
        text,
        Some(seconds(client_timeout)),
    ]
}

/// A time in seconds, as short as it can be written: `3`, `0.25`.
pub fn seconds(time: Duration) -> String {
    let text = format!("{}.{:03}", time.as_secs(), time.subsec_millis());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// An argument with values for the words in braces; one that is no text stays as it is.
fn filled(argument: &OsString, values: &[Option<String>; 9]) -> OsString {
    let Some(mut rest) = argument.to_str() else {
        return argument.clone();
    };
    // From the left, so that a value which holds braces is not filled again.
    let mut filled = String::new();
    while let Some((before, from)) = rest
        .find('{')
        .and_then(|place| rest.split_at_checked(place))
    {
        filled.push_str(before);
        let known = NAMES.iter().zip(values);
        let mut known = known.filter_map(|((_, braces), value)| {
            Some((from.strip_prefix(braces)?, value.as_deref().unwrap_or("")))
        });
        rest = if let Some((behind, value)) = known.next() {
            filled.push_str(value);
            behind
        } else {
            filled.push('{');
            from.strip_prefix('{').unwrap_or_default()
        };
    }
    filled.push_str(rest);
    filled.into()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{filled, obstacle, seconds, values};
    use crate::finding::{Asked, Ids};
    use crate::operation::{Credentials, Message, Operation, Recipient};
    use crate::password::Password;

    fn recipient(number: &str, id: Option<&str>) -> Recipient {
        Recipient {
            number: number.to_owned(),
            id: id.map(str::to_owned),
            variables: None,
        }
    }

    fn asked(recipients: Vec<Recipient>) -> Asked {
        Asked {
            turn: 1,
            operation: Operation::Send(Message {
                sender: Some("SMSKA".to_owned()),
                text: "a {to} b".to_owned(),
                recipients,
            }),
            credentials: Credentials {
                username: "demo".to_owned(),
                password: Password::new("p&ss"),
            },
            ids: Ids::Offered,
        }
    }

    #[test]
    fn arguments_are_filled_once_from_the_left() {
        let asked = asked(vec![recipient("1", Some("x")), recipient("2", Some("y"))]);
        let values = values("http://h/", &asked, Duration::from_millis(2500));
        let check = |argument: &str, expected: &str| {
            assert_eq!(filled(&argument.into(), &values), *expected, "{argument}");
        };
        check("{to}", "1,2");
        check("--id={id}", "--id=x,y");
        check("{text}{text}", "a {to} ba {to} b");
        check("{{url}", "{http://h/");
        check("{nothing} {", "{nothing} {");
        check("{operation} {timeout} {sender}", "send 2.5 SMSKA");
        check("{username}:{password}", "demo:p&ss");
    }

    #[test]
    fn ids_are_one_for_each_or_none() {
        let asked = asked(vec![recipient("1", Some("x")), recipient("2", None)]);
        assert_eq!(values("u", &asked, Duration::ZERO)[6], None);
    }

    #[test]
    fn what_a_command_cannot_be_told_is_an_obstacle() {
        let told = |recipient| obstacle(&asked(vec![recipient]).operation);
        assert_eq!(told(recipient("1", Some("x"))), None);
        assert!(told(recipient("1,2", None)).unwrap().contains("commas"));
        assert!(told(recipient("1", Some("x,"))).unwrap().contains("commas"));
        let mut personal = recipient("1", None);
        personal.variables = Some("John".to_owned());
        assert!(told(personal).unwrap().contains("variables"));
    }

    #[test]
    fn seconds_are_short() {
        assert_eq!(seconds(Duration::from_secs(3)), "3");
        assert_eq!(seconds(Duration::from_secs(10)), "10");
        assert_eq!(seconds(Duration::from_millis(250)), "0.25");
    }
}
