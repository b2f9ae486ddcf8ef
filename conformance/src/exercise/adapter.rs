//! A client as an adapter: one process that is told line by line what to do, and answers line by line. When it hangs, dies
//! or answers no JSON it is started again for the next exercise.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::time::timeout;

use super::program::{Output, Program, ProgramError, Running, ending};
use crate::finding::Asked;
use crate::operation::{Message, Operation};

/// A line of an adapter that is longer than this is none.
const LONGEST: usize = 8 * 1024 * 1024;

/// How long a program may take to end when its output has ended.
const TO_END: Duration = Duration::from_millis(500);

/// The most characters of a line that are quoted.
const QUOTED: usize = 200;

/// The adapter.
#[derive(Debug)]
pub struct Adapter {
    program: Program,
    process: Option<Process>,
}

#[derive(Debug)]
struct Process {
    running: Running,
    input: ChildStdin,
    lines: BufReader<ChildStdout>,
    errors: Output,
}

/// What an adapter answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Answered {
    /// A result.
    Result(Map<String, Value>),
    /// None: it ended, or what it wrote is no JSON object; in words.
    Nothing(String),
    /// None within this time; it was killed.
    Hung(Duration),
}

impl Adapter {
    /// The adapter of a command line; it is started when it is first asked.
    pub fn new(program: Program) -> Self {
        Self {
            program,
            process: None,
        }
    }

    /// Tells it what to do, and waits for the result.
    pub async fn ask(
        &mut self,
        url: &str,
        asked: &Asked,
        client_timeout: Duration,
        hang_after: Duration,
    ) -> Result<(Answered, String), ProgramError> {
        let mut process = match self.process.take() {
            Some(process) => process,
            None => Process::start(&self.program)?,
        };
        // Some languages take these two for ends of lines, and JSON may hold them as they are.
        let line = request(url, asked, client_timeout).to_string();
        let line = line
            .replace('\u{2028}', "\\u2028")
            .replace('\u{2029}', "\\u2029")
            + "\n";
        let answered = match timeout(hang_after, process.exchange(&line)).await {
            Ok(answered) => answered,
            Err(_) => Answered::Hung(hang_after),
        };
        let errors = process.errors.so_far();
        match answered {
            Answered::Result(_) => {
                self.process = Some(process);
                Ok((answered, errors))
            }
            Answered::Hung(_) => {
                process.running.kill().await;
                Ok((answered, process.errors.text().await))
            }
            Answered::Nothing(why) => {
                let ended = timeout(TO_END, process.running.ended()).await;
                process.running.kill().await;
                let why = match ended {
                    Ok(Ok(status)) => format!("{why}; {}", ending(status)),
                    Ok(Err(_)) | Err(_) => why,
                };
                Ok((Answered::Nothing(why), process.errors.text().await))
            }
        }
    }
}

impl Process {
    fn start(program: &Program) -> Result<Self, ProgramError> {
        let mut command = program.command(&program.arguments);
        command.stdin(Stdio::piped());
        let mut running = program.start(command)?;
        let errors = running.errors();
        let (Some(input), Some(lines)) = (running.input(), running.lines()) else {
            return Err(ProgramError::Spawn {
                name: program.name.clone().into(),
                source: std::io::Error::other("it has no input or no output"),
            });
        };
        Ok(Self {
            running,
            input,
            lines: BufReader::new(lines),
            errors,
        })
    }

    async fn exchange(&mut self, line: &str) -> Answered {
        let input = &mut self.input;
        let writing = async {
            input.write_all(line.as_bytes()).await?;
            input.flush().await
        };
        // It may answer before it has read everything, and a long line fills the pipe.
        let (written, read) = tokio::join!(writing, line_of(&mut self.lines));
        match (written, read) {
            (_, Err(why)) => Answered::Nothing(why),
            (_, Ok(line)) => match serde_json::from_slice(&line) {
                Ok(Value::Object(result)) => Answered::Result(result),
                Ok(_) | Err(_) => {
                    let text = String::from_utf8_lossy(&line);
                    let text: String = text.trim_end().chars().take(QUOTED).collect();
                    Answered::Nothing(format!("it wrote a line that is no JSON object: {text}"))
                }
            },
        }
    }
}

/// The next line, with its end.
async fn line_of(lines: &mut BufReader<ChildStdout>) -> Result<Vec<u8>, String> {
    let mut line = Vec::new();
    loop {
        let (taken, ended) = {
            let buffer = lines.fill_buf().await;
            let buffer = buffer.map_err(|error| format!("its output cannot be read: {error}"))?;
            if buffer.is_empty() {
                return Err("its output ended without a result".to_owned());
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(buffer.len(), |end| end.saturating_add(1));
            line.extend_from_slice(buffer.get(..taken).unwrap_or_default());
            (taken, end.is_some())
        };
        lines.consume(taken);
        if ended {
            return Ok(line);
        }
        if line.len() > LONGEST {
            return Err(format!("it wrote a line of more than {LONGEST} bytes"));
        }
    }
}

/// The line that tells an adapter what to do.
fn request(url: &str, asked: &Asked, client_timeout: Duration) -> Value {
    let name = match &asked.operation {
        Operation::Send(_) => "send",
        Operation::GetPrice(_) => "price",
        Operation::GetStatus(_) => "status",
        Operation::Balance => "balance",
        Operation::CreditPrice => "credit_price",
    };
    let mut line = Map::new();
    let mut set = |key: &str, value: Value| drop(line.insert(key.to_owned(), value));
    set("op", json!(name));
    set("url", json!(url));
    set("username", json!(asked.credentials.username));
    set("password", json!(asked.credentials.password.expose()));
    // A number as it is in JSON; the text is exact.
    let seconds = super::command::seconds(client_timeout);
    set(
        "timeout",
        serde_json::from_str(&seconds).unwrap_or(json!(3)),
    );
    match &asked.operation {
        Operation::Send(message) | Operation::GetPrice(message) => {
            let Message {
                sender,
                text,
                recipients,
            } = message;
            set("sender", json!(sender.as_deref().unwrap_or("")));
            set("text", json!(text));
            let to = recipients.iter().map(|recipient| {
                let mut to = Map::new();
                to.insert("number".to_owned(), json!(recipient.number));
                if let Some(id) = &recipient.id {
                    to.insert("id".to_owned(), json!(id));
                }
                if let Some(variables) = &recipient.variables {
                    to.insert("variables".to_owned(), json!(values(variables)));
                }
                Value::Object(to)
            });
            set("to", Value::Array(to.collect()));
        }
        Operation::GetStatus(ids) => set("ids", json!(ids)),
        Operation::Balance | Operation::CreditPrice => {}
    }
    Value::Object(line)
}

/// The values in an attribute: `;` stands behind each, or only between them (VARS-01).
fn values(attribute: &str) -> Vec<&str> {
    let attribute = attribute.strip_suffix(';').unwrap_or(attribute);
    attribute.split(';').collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::request;
    use crate::finding::{Asked, Ids};
    use crate::operation::{Credentials, Message, Operation, Recipient};
    use crate::password::Password;

    #[track_caller]
    fn check(operation: Operation, expected: &str) {
        let asked = Asked {
            turn: 1,
            operation,
            credentials: Credentials {
                username: "demo".to_owned(),
                password: Password::new("p&ss"),
            },
            ids: Ids::Demanded,
        };
        let line = request("http://h/", &asked, Duration::from_millis(500));
        let expected: serde_json::Value = serde_json::from_str(expected).unwrap();
        assert_eq!(line, expected);
        assert!(!line.to_string().contains('\n'));
    }

    #[test]
    fn a_line_says_all_that_is_asked() {
        let head = r#""url":"http://h/","username":"demo","password":"p&ss","timeout":0.5"#;
        check(
            Operation::Send(Message {
                sender: Some("SMSKA".to_owned()),
                text: "a\n\"b\"".to_owned(),
                recipients: vec![
                    Recipient {
                        number: "1".to_owned(),
                        id: Some("a".to_owned()),
                        variables: Some("John; a car;".to_owned()),
                    },
                    Recipient {
                        number: "2".to_owned(),
                        id: None,
                        variables: None,
                    },
                ],
            }),
            &format!(
                r#"{{"op":"send",{head},"sender":"SMSKA","text":"a\n\"b\"",
                "to":[{{"number":"1","id":"a","variables":["John"," a car"]}},{{"number":"2"}}]}}"#
            ),
        );
        check(
            Operation::GetStatus(vec!["a".to_owned()]),
            &format!(r#"{{"op":"status",{head},"ids":["a"]}}"#),
        );
        check(
            Operation::CreditPrice,
            &format!(r#"{{"op":"credit_price",{head}}}"#),
        );
    }
}
