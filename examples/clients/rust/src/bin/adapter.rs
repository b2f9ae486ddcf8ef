//! Does what each line of stdin says, and writes a line to stdout, both JSON: the protocol of the kit's CLIENTS.md, by
//! which it judges a client.

use std::error::Error;
use std::io::{self, BufRead, Write};
use std::time::Duration;

use epochta::{Client, Recipient, Report};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Request {
    url: String,
    username: String,
    password: String,
    timeout: f64,
    #[serde(flatten)]
    operation: Operation,
}

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
enum Operation {
    Send(Mailing),
    Price(Mailing),
    Status { ids: Vec<String> },
    Balance,
    CreditPrice,
}

#[derive(Deserialize)]
struct Mailing {
    sender: String,
    text: String,
    to: Vec<To>,
}

#[derive(Deserialize)]
struct To {
    number: String,
    id: Option<String>,
    #[serde(default)]
    variables: Vec<String>,
}

impl Mailing {
    fn recipients(&self) -> Vec<Recipient> {
        let recipient = |to: &To| Recipient {
            number: to.number.clone(),
            id: to.id.clone(),
            variables: to.variables.clone(),
        };
        self.to.iter().map(recipient).collect()
    }
}

fn main() -> io::Result<()> {
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
    // Bytes, not lines(): a line that is not UTF-8 is answered, too.
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        writeln!(output, "{}", answer(&line))?;
        output.flush()?;
        line.clear();
    }
    Ok(())
}

fn answer(line: &[u8]) -> Value {
    perform(line).unwrap_or_else(|error| {
        let word = error
            .downcast_ref()
            .map_or_else(|| "INVALID_INPUT".to_owned(), epochta::Error::word);
        json!({ "ok": false, "error": word, "message": error.to_string() })
    })
}

fn perform(line: &[u8]) -> Result<Value, Box<dyn Error>> {
    let request: Request = serde_json::from_slice(line)?;
    let timeout = Duration::try_from_secs_f64(request.timeout)?;
    let client = Client::new(&request.url, &request.username, &request.password, timeout);
    Ok(match request.operation {
        Operation::Send(mailing) => {
            let accepted = client.send(&mailing.sender, &mailing.text, &mailing.recipients())?;
            json!({ "ok": true, "accepted": accepted.recipients, "credits": accepted.credits })
        }
        Operation::Price(mailing) => {
            let credits = client.price(&mailing.sender, &mailing.text, &mailing.recipients())?;
            json!({ "ok": true, "credits": credits })
        }
        Operation::Status { ids } => {
            let messages: Vec<Value> = client.status(&ids)?.into_iter().map(row).collect();
            json!({ "ok": true, "messages": messages })
        }
        Operation::Balance => json!({ "ok": true, "credits": client.balance()? }),
        Operation::CreditPrice => json!({ "ok": true, "price": client.credit_price()? }),
    })
}

fn row(report: Report) -> Value {
    json!({ "id": report.id, "status": report.status, "sent": report.sent, "done": report.done })
}
