//! A run made by hand: every verdict, a matrix, several steps, long bodies, and an endpoint that means harm.

use std::time::Duration;

use crate::clause::{Grade, Level, Registry};
use crate::finding::rule::Severity;
use crate::run::event::{
    Advice, CaseReport, CheckOutcome, CheckReport, Location, Planned, StepReport, Summary, Verdict,
    Wire,
};

/// A run before anybody reports on it.
pub(super) struct Sample {
    pub(super) planned: Planned,
    pub(super) cases: Vec<CaseReport>,
}

impl Sample {
    pub(super) fn summary(&self) -> Summary {
        let mut summary = Summary {
            duration: Duration::from_millis(12_345),
            ..Summary::default()
        };
        for case in &self.cases {
            summary.count(&case.verdict);
        }
        summary
    }
}

/// Few clauses, so that a change of the real ones changes no snapshot.
fn registry() -> Registry {
    Registry::parse(
        r#"
- { id: FORM-04, level: must, grade: inferred, section: Request, text: "application/x-www-form-urlencoded, percent-encoded, is read." }
- { id: AUTH-01, level: must, grade: documented, section: Отправка смс, text: "A wrong login or password is AUTH_FAILED (-1), for every operation." }
- { id: AUTH-05, level: should, grade: choice, section: Login, text: "A refused login reveals nothing else: whether the account exists, its credits, or whether the rest of the document is right." }
- { id: SEND-03, level: must, grade: documented, section: Отправка смс, text: "<credits> in the reply says how many credits were taken." }
- { id: STATUS-06, level: must, grade: documented, section: Получение статуса сообщения, text: "Final words: DELIVERED, NOT_DELIVERED, NOT_ALLOWED, INVALID_DESTINATION_ADDRESS, INVALID_SOURCE_ADDRESS, NOT_ENOUGH_CREDITS. A final message has both dates (observed) and never changes." }
- { id: REPLY-02, level: must, grade: observed, section: Reply, text: "A reply is an XML declaration with encoding UTF-8, then one element a line, ended by a line feed." }
- { id: REPLY-06, level: must, grade: inferred, section: Reply, text: "A reply comes whole, in one write.", excluded: "Writes cannot be told apart behind a proxy." }
- { id: MONEY-03, level: should, grade: choice, section: Money, text: "Credits are fixed-point with four decimals. Opening + top-ups - charges + refunds = balance, always." }
- { id: MONEY-04, level: must, grade: documented, section: Отправка смс, text: "Not enough credits: the whole document is refused." }
"#,
    )
    .unwrap()
}

fn case(id: &str, clauses: &[&str], requirement: &str, verdict: Verdict) -> CaseReport {
    let registry = registry();
    let first = registry.get(clauses[0]);
    let scenario = id.split('[').next().unwrap();
    CaseReport {
        rule: None,
        id: id.to_owned(),
        requirement: requirement.to_owned(),
        clauses: clauses.iter().map(|id| (*id).to_owned()).collect(),
        level: first.map_or(Level::Must, |clause| clause.level),
        grade: first.map_or(Grade::Documented, |clause| clause.grade),
        location: location(scenario, 4),
        verdict,
        steps: Vec::new(),
        duration: Duration::from_millis(21),
    }
}

fn location(scenario: &str, line: usize) -> Location {
    Location {
        file: format!("scenarios/{scenario}.yaml"),
        line,
        column: 5,
    }
}

fn step(name: &str, line: usize, wire: Option<Wire>, checks: Vec<CheckReport>) -> StepReport {
    StepReport {
        name: name.to_owned(),
        requirement: None,
        location: location("send/SEND-03-charge", line),
        attempts: 1,
        wire,
        checks,
    }
}

fn check(name: &str, outcome: CheckOutcome, expected: &str, actual: &str) -> CheckReport {
    CheckReport {
        name: name.to_owned(),
        outcome,
        expected: expected.to_owned(),
        actual: actual.to_owned(),
        difference: None,
        location: location("send/SEND-03-charge", 14),
        advice: None,
    }
}

fn wire(operation: &str, body: &str) -> Wire {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SMS>\n<operations>\n<operation>{operation}</operation>\n\
         </operations>\n<authentication>\n<username>demo</username>\n<password>***</password>\n\
         </authentication>\n</SMS>\n"
    );
    Wire {
        request_head: vec![
            "POST /members/sms/xml.php HTTP/1.1".to_owned(),
            "Host: 127.0.0.1:8620".to_owned(),
            "Content-Type: application/x-www-form-urlencoded".to_owned(),
        ],
        curl: Some(format!(
            "curl -sS http://127.0.0.1:8620/members/sms/xml.php --data-urlencode XML@- <<EOF\n{}EOF",
            document.replace("***", "${EPOCHTA_PASSWORD}")
        )),
        request_body: document,
        status_line: "HTTP/1.1 200 OK".to_owned(),
        headers: vec!["Content-Type: text/xml; charset=UTF-8".to_owned()],
        body: body.to_owned(),
        failure: None,
        milliseconds: 3,
    }
}

fn reply(credits: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<RESPONSE>\n<status>0</status>\n<credits>{credits}</credits>\n</RESPONSE>\n"
    )
}

/// The run.
pub(super) fn sample() -> Sample {
    let cases = vec![
        charge(),
        matrix("utf-8", Verdict::Passed, &reply("1")),
        matrix("koi8-r", Verdict::Failed, &reply("1")),
        unanswered(),
        layout(),
        known(),
        stale(),
        case(
            "money/MONEY-04-refuse",
            &["MONEY-04"],
            "What cannot be paid is refused as a whole.",
            Verdict::Errored("the variable `price` is not known in `${price}`".to_owned()),
        ),
        skipped("money/MONEY-03-tariffs", "the target has no tariffs"),
        skipped("money/MONEY-01-prefix[380]", "the target has no tariffs"),
        skipped("money/MONEY-01-prefix[7]", "the target has no tariffs"),
        skipped("money/MONEY-01-prefix[*]", "the target has no tariffs"),
        skipped(
            "auth/AUTH-04-closed",
            "the target has no account `closed` #1",
        ),
    ];
    Sample {
        planned: Planned {
            target: "http://127.0.0.1:8620/members/sms/xml.php".to_owned(),
            revision: "documented".to_owned(),
            selected: cases.len(),
            registry: registry(),
        },
        cases,
    }
}

fn charge() -> CaseReport {
    let mut charge = case(
        "send/SEND-03-charge",
        &["SEND-03", "MONEY-03"],
        "The credits in the reply to SEND are what the balance loses.",
        Verdict::Failed,
    );
    let mut after = check(
        "after.credits",
        CheckOutcome::Failed,
        "before.credits - after.credits = sent.credits",
        "100 - 99.5 = 0.5, but sent.credits is 0.682",
    );
    after.difference = Some("- 0.682\n+ 0.5\n  credits\n".to_owned());
    let mut last = step(
        "after",
        13,
        Some(wire("BALANCE", &reply("99.5"))),
        vec![
            check("after.status", CheckOutcome::Held, "0", "0"),
            after,
            check(
                "after.body",
                CheckOutcome::Failed,
                "<RESPONSE>\n<status>0</status>\n",
                "<RESPONSE>\n\u{1b}[2J<status>0</status>\r\n",
            ),
        ],
    );
    last.attempts = 3;
    last.requirement = Some("The balance is what is left.".to_owned());
    charge.steps = vec![
        step(
            "before",
            7,
            Some(wire("BALANCE", &reply("100"))),
            vec![check(
                "before.credits",
                CheckOutcome::Held,
                "present",
                "100",
            )],
        ),
        last,
    ];
    charge
}

fn matrix(charset: &str, verdict: Verdict, body: &str) -> CaseReport {
    let outcome = if verdict == Verdict::Passed {
        CheckOutcome::Held
    } else {
        CheckOutcome::Failed
    };
    let mut matrix = case(
        &format!("form/FORM-04-form[{charset}]"),
        &["FORM-04"],
        "A percent-encoded form is read.",
        verdict,
    );
    // An endpoint that wants to steer the terminal, the CI job and the page, and talks much.
    let body = format!(
        "{body}\u{1b}[31m\u{202e}\n::error::gotcha\n</pre><script>alert(1)</script>\n{}",
        "<row/>\n".repeat(90)
    );
    matrix.steps = vec![step(
        "1 send",
        9,
        Some(wire("SEND", &body)),
        vec![
            check("1.status", outcome, "1", "0"),
            check("1.layout", CheckOutcome::Held, "as REPLY-02 has it", "so"),
            check("1.credits", outcome, "> 0", "0"),
        ],
    )];
    matrix
}

fn unanswered() -> CaseReport {
    let mut unanswered = matrix("utf-16le", Verdict::Failed, "");
    let mut wire = wire("SEND", "");
    wire.status_line.clear();
    wire.headers.clear();
    wire.failure =
        Some("127.0.0.1:8620 closed the connection before the reply was complete".to_owned());
    unanswered.steps[0].wire = Some(wire);
    unanswered.steps[0].checks = vec![check("1.status", CheckOutcome::Failed, "1", "no reply")];
    unanswered
}

fn layout() -> CaseReport {
    let mut layout = case(
        "reply/REPLY-02-layout",
        &["REPLY-02"],
        "One element stands in each line.",
        Verdict::Warned,
    );
    layout.steps = vec![step(
        "1 ask",
        6,
        Some(wire("BALANCE", "<RESPONSE><status>0</status></RESPONSE>")),
        vec![check("1.layout", CheckOutcome::Failed, "lines", "one line")],
    )];
    layout
}

fn known() -> CaseReport {
    let mut known = case(
        "status/STATUS-06-final",
        &["STATUS-06"],
        "A final status stays.",
        Verdict::Known("ticket #17, until the move".to_owned()),
    );
    known.steps = vec![step(
        "asked",
        6,
        Some(wire("GETSTATUS", "<deliveryreport></deliveryreport>\n")),
        vec![check("asked.rows", CheckOutcome::Known, "1 row", "no row")],
    )];
    known
}

fn stale() -> CaseReport {
    let mut stale = case(
        "auth/AUTH-01-wrong",
        &["AUTH-01", "AUTH-05"],
        "A wrong password is refused.",
        Verdict::Stale("`1.status` holds again".to_owned()),
    );
    stale.steps = vec![step(
        "1 ask",
        6,
        Some(wire("BALANCE", &reply("0"))),
        vec![check("1.status", CheckOutcome::Stale, "-1", "-1")],
    )];
    stale
}

fn skipped(id: &str, reason: &str) -> CaseReport {
    case(
        id,
        &["MONEY-03"],
        "Money is exact.",
        Verdict::Skipped(reason.to_owned()),
    )
}

/// The run with `text` in the place of every text.
pub(super) fn hostile(text: &str) -> Sample {
    let mut sample = sample();
    let all = |place: &mut String| *place = text.to_owned();
    all(&mut sample.planned.target);
    all(&mut sample.planned.revision);
    let clause = |id: &str| {
        serde_json::json!({
            "id": id, "level": "must", "grade": "choice", "section": text, "text": text, "excluded": text,
        })
    };
    let registry = serde_yaml::to_string(&[clause("SEND-03"), clause(text), clause("X-1")]);
    sample.planned.registry = Registry::parse(&registry.unwrap()).unwrap();
    for case in &mut sample.cases {
        case.id.push_str(text);
        all(&mut case.requirement);
        case.clauses.push(text.to_owned());
        all(&mut case.location.file);
        match &mut case.verdict {
            Verdict::Passed | Verdict::Warned | Verdict::Failed => {}
            Verdict::Known(reason)
            | Verdict::Stale(reason)
            | Verdict::Errored(reason)
            | Verdict::Skipped(reason) => all(reason),
        }
        for step in &mut case.steps {
            all(&mut step.name);
            step.requirement = Some(text.to_owned());
            if let Some(wire) = &mut step.wire {
                for place in [
                    &mut wire.request_body,
                    &mut wire.status_line,
                    &mut wire.body,
                ] {
                    all(place);
                }
                for lines in [&mut wire.request_head, &mut wire.headers] {
                    lines.iter_mut().for_each(all);
                }
                wire.failure = Some(text.to_owned());
                wire.curl = Some(text.to_owned());
            }
            for check in &mut step.checks {
                for place in [&mut check.name, &mut check.expected, &mut check.actual] {
                    all(place);
                }
                check.difference = Some(format!("{text}\n+ {text}\n- {text}"));
                all(&mut check.location.file);
            }
        }
    }
    sample
}

/// What was found out about a client: an error with its evidence twice, a warning, and something fine.
pub(super) fn advised() -> Vec<CaseReport> {
    let broken = |id: &str, rule: &str, severity: Severity| {
        let mut case = case(
            id,
            &["FORM-04"],
            "A form is percent-encoded.",
            Verdict::Failed,
        );
        case.rule = Some(rule.to_owned());
        case.level = severity.level();
        let actual = "the & at byte 212 ends the document";
        let mut check = check(rule, CheckOutcome::Failed, "an encoded document", actual);
        let evidence = "byte 212 of the body\n<text>Fish &amp; chips\n           ^";
        check.difference = Some(evidence.to_owned());
        check.advice = Some(Advice {
            rule: rule.to_owned(),
            severity,
            consequence:
                "The gateway answers XML_ERROR and the customer gets no code; nobody is told."
                    .to_owned(),
            mend: "Percent-encode the whole document. In PHP: http_build_query(['XML' => $xml])."
                .to_owned(),
        });
        case.steps = vec![step("1 send", 9, None, vec![check])];
        case
    };
    let mut warned = broken(
        "sends/SEND-10-sender",
        "sender-breaks-rule",
        Severity::Warning,
    );
    warned.verdict = Verdict::Warned;
    let fine = "client/CLIENT-01-codes[-3]";
    let mut fine = case(
        fine,
        &["FORM-04"],
        "A refusal is a failure.",
        Verdict::Passed,
    );
    fine.rule = Some("error-taken-for-success".to_owned());
    vec![
        broken("client/CLIENT-01-codes[-1]", "form-cut", Severity::Error),
        broken("sends/FORM-07-form-cut", "form-cut", Severity::Error),
        warned,
        fine,
    ]
}

/// What somebody would call a client who means harm.
pub(super) fn hostile_name() -> String {
    "\u{1b}[2J</title></script><script>alert(1)</script><img src=x onerror=alert(1)>\"'".to_owned()
}
