//! What a page of 50 messages costs among very many, beside the same among few: the newest, a later page, and searches.
//!
//! Both mocks are in this process and are asked in turns by calls of the control API, without sockets; what is told is
//! the lower quartile of many calls, as other work on the machine disturbs some, and the ratio of the two.
//!
//! `cargo bench -p epochta-mock --bench pages`

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::float_arithmetic,
    clippy::disallowed_methods,
    reason = "a bench measures, prints, and has failed when it cannot go on"
)]

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use epochta_mock::config::Config;
use epochta_mock::control::access::Access;
use epochta_mock::control::{self, Call, Head};
use epochta_mock::http::{App, Sockets};
use epochta_mock::reload::Configuration;
use epochta_mock::space::Incoming;
use epochta_mock::space::spaces::Spaces;

/// So many messages have ten accounts together, nine in ten of them the first.
const FEW: usize = 10;
const MANY: usize = 100_000;
const ROUNDS: usize = 101;

fn main() {
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let (few, many) = (app(FEW), app(MANY));
    println!(
        "a page of 50 among {MANY} messages of ten accounts, nine in ten of them of one, beside {FEW}; the lower \
         quartile of {ROUNDS} calls each, in turns\n"
    );
    let middle = format!("cursor={}.1.demo", MANY / 2);
    for (name, query_few, query_many) in [
        ("the newest", "", ""),
        ("one account's", "account=demo", "account=demo"),
        ("from the middle on", "cursor=6.1.demo", &middle),
        (
            "with a status that few have",
            "status=NOT_DELIVERED",
            "status=NOT_DELIVERED",
        ),
        ("searched, found everywhere", "query=код", "query=код"),
        (
            "searched, found in every 97th",
            "query=Ананас",
            "query=Ананас",
        ),
        (
            "searched, found in the oldest",
            "query=needle",
            "query=needle",
        ),
        (
            "searched, found nowhere",
            "query=нигде+nowhere",
            "query=нигде+nowhere",
        ),
        (
            "searched, the first id of a mailing",
            "query=bulk-0x",
            "query=bulk-0x",
        ),
        ("phone by phone", "phones", "phones"),
    ] {
        let mut times = [Vec::new(), Vec::new()];
        let mut rows = [0, 0];
        for _ in 0..ROUNDS {
            for (index, (app, query)) in [(&few, query_few), (&many, query_many)].iter().enumerate()
            {
                let start = Instant::now();
                let page = page(app, query);
                times[index].push(start.elapsed().as_secs_f64() * 1_000.0);
                rows[index] = page.matches("\"ordinal\":").count();
            }
        }
        let quartile = |times: &mut Vec<f64>| {
            times.sort_by(f64::total_cmp);
            times[ROUNDS / 4]
        };
        let [mut times_few, mut times_many] = times;
        let (few, many) = (quartile(&mut times_few), quartile(&mut times_many));
        println!(
            "{name:32} {few:8.3} ms ({:2} rows)  {many:8.3} ms ({:2} rows)  x{:.1}",
            rows[0],
            rows[1],
            many / few
        );
    }
}

fn app(messages: usize) -> Arc<App> {
    let others = (1..10)
        .map(|other| format!(", {{ username: other-{other}, password: demo, credits: 9000000 }}"));
    let others: String = others.collect();
    let text =
        format!("accounts: [{{ username: demo, password: demo, credits: 9000000 }}{others}]");
    let app = App {
        spaces: Spaces::open(Config::parse(&text, "bench").unwrap()),
        access: Access::local(),
        configuration: Configuration::built_in(),
        read_only: false,
        gateway: None,
        sockets: Sockets::default(),
    };
    bulk(&app, messages / 2);
    for message in 0..messages {
        let username = match message % 100 {
            other @ 1..10 => format!("other-{other}"),
            _ => "demo".to_owned(),
        };
        send(&app, &username, message);
    }
    Arc::new(app)
}

/// One mailing of very many, which is the oldest.
fn bulk(app: &App, messages: usize) {
    let numbers = (0..messages)
        .map(|index| format!("<number messageID=\"bulk-{index}x\">38067{index:07}</number>"));
    let numbers: String = numbers.collect();
    let document = format!(
        "<SMS><operations><operation>SEND</operation></operations><authentication><username>other-1</username>\
         <password>demo</password></authentication><message><sender>SMSKA</sender><text>bulk</text></message><numbers>{numbers}\
         </numbers></SMS>"
    );
    let reply = answer(app, &document);
    let accepted = format!("<status>{messages}</status>");
    assert!(reply.contains(&accepted), "{reply}");
}

/// A mailing of one message, as an application sends it.
fn send(app: &App, username: &str, index: usize) {
    let word = match index {
        0 => "needle",
        _ if index.is_multiple_of(97) => "ананас",
        _ => "яблоко",
    };
    // One in four is personalised.
    let code = format!("{:06}", index * 7_919 % 1_000_000);
    let (first, second, variables) = match index % 4 {
        0 => ("%1%", "%2%", format!(" variables=\"Анна;{code};\"")),
        _ => ("Анна", code.as_str(), String::new()),
    };
    let document = format!(
        "<SMS><operations><operation>SEND</operation></operations><authentication><username>{username}</username>\
         <password>demo</password></authentication><message><sender>SMSKA</sender><text>{first}, ваш код: {second} ({word}). Никому \
         его не сообщайте!</text></message><numbers><number messageID=\"msg{index:07}\"{variables}>\
         38050{index:07}</number></numbers></SMS>"
    );
    let reply = answer(app, &document);
    assert!(reply.contains("<status>1</status>"), "message {index}");
}

fn answer(app: &App, document: &str) -> String {
    let outcome = app.spaces.main().answer(Incoming {
        method: "POST",
        path: "/members/sms/xml.php",
        documented_path: true,
        content_type: None,
        body: document.as_bytes(),
    });
    String::from_utf8(outcome.reply).unwrap()
}

fn page(app: &Arc<App>, query: &str) -> String {
    let escaped: String = query
        .bytes()
        .map(|byte| match byte {
            0x80.. => format!("%{byte:02X}"),
            _ => char::from(byte).to_string(),
        })
        .collect();
    let (path, query) = match escaped.as_str() {
        "phones" => ("phones", String::new()),
        query => ("messages", format!("&{query}")),
    };
    let call = Call {
        app: Arc::clone(app),
        space: Arc::clone(app.spaces.main()),
        method: "GET".to_owned(),
        path: path.to_owned(),
        query: format!("limit=50{query}").trim_end_matches('&').to_owned(),
        head: Head::default(),
        body: Vec::new(),
    };
    let mut call = pin!(control::answer(call));
    let mut context = Context::from_waker(Waker::noop());
    loop {
        // It waits for nothing, but lets others in between.
        if let Poll::Ready(answer) = call.as_mut().poll(&mut context) {
            assert_eq!(answer.status, 200);
            return String::from_utf8(answer.body).unwrap();
        }
    }
}
