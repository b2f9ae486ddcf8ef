//! Asks the gateway once. The environment says what; ../../../README.md lists the variables.

use std::env::{self, VarError};
use std::process::ExitCode;
use std::time::Duration;

use epochta::{Client, Error, Recipient, Report};
use uuid::Uuid;

/// What stderr is told.
struct Failure(String);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(format!("{}: {error}", error.word()))
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(message)) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let client = Client::new(
        &setting("EPOCHTA_URL", "http://127.0.0.1:8620/members/sms/xml.php")?,
        &setting("EPOCHTA_USERNAME", "demo")?,
        &setting("EPOCHTA_PASSWORD", "demo")?,
        seconds("EPOCHTA_TIMEOUT", "10")?,
    );
    let sender = setting("EPOCHTA_SENDER", "Demo")?;
    let text = setting("EPOCHTA_TEXT", "Ваш код: 4711 & спасибо <3 +1 🙂")?;

    match setting("EPOCHTA_OPERATION", "send")?.as_str() {
        "send" => send(&client, &sender, &text, &recipients()?)?,
        "price" => println!("credits {}", client.price(&sender, &text, &recipients()?)?),
        "status" => {
            for report in client.status(&list("EPOCHTA_ID", "")?)? {
                println!("{}", describe(&report));
            }
        }
        "balance" => println!("credits {}", client.balance()?),
        "credit-price" => println!("price {}", client.credit_price()?),
        operation => {
            let message = format!("EPOCHTA_OPERATION: there is no {operation}");
            return Err(Failure(message));
        }
    }
    Ok(())
}

fn send(
    client: &Client,
    sender: &str,
    text: &str,
    recipients: &[Recipient],
) -> Result<(), Failure> {
    let ids: Vec<&str> = recipients
        .iter()
        .flat_map(|one| one.id.as_deref())
        .collect();
    let ids = ids.join(",");
    let accepted = client.send(sender, text, recipients).map_err(|error| {
        let unknown = error.is_unknown();
        let Failure(message) = error.into();
        match unknown {
            true => Failure(format!(
                "{message}; ask GETSTATUS for {ids} before sending again"
            )),
            false => Failure(message),
        }
    })?;
    let (recipients, credits) = (accepted.recipients, accepted.credits);
    println!("accepted {recipients}, credits {credits}, id {ids}");
    Ok(())
}

fn describe(report: &Report) -> String {
    let status = match report.status.as_str() {
        "0" => "waiting",
        word => word,
    };
    let mut line = format!("{} {status}", report.id);
    for date in [&report.sent, &report.done].into_iter().flatten() {
        line.push(' ');
        line.push_str(date);
    }
    line
}

/// Each message gets an id of its own: without one nobody can ask what became of it.
fn recipients() -> Result<Vec<Recipient>, Failure> {
    let mut ids = list("EPOCHTA_ID", "")?.into_iter();
    let mut recipients = Vec::new();
    for number in list("EPOCHTA_TO", "380501234567")? {
        let id = ids
            .next()
            .unwrap_or_else(|| format!("rust-{}", Uuid::new_v4()));
        recipients.push(Recipient {
            number,
            id: Some(id),
            variables: Vec::new(),
        });
    }
    Ok(recipients)
}

fn list(name: &str, otherwise: &str) -> Result<Vec<String>, Failure> {
    let setting = setting(name, otherwise)?;
    let items = setting.split(',').filter(|item| !item.is_empty());
    Ok(items.map(str::to_owned).collect())
}

fn seconds(name: &str, otherwise: &str) -> Result<Duration, Failure> {
    let seconds = setting(name, otherwise)?.parse().ok();
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| Failure(format!("{name}: that is no number of seconds")))
}

fn setting(name: &str, otherwise: &str) -> Result<String, Failure> {
    match env::var(name) {
        Ok(value) => Ok(value),
        Err(VarError::NotPresent) => Ok(otherwise.to_owned()),
        Err(error) => Err(Failure(format!("{name}: {error}"))),
    }
}
