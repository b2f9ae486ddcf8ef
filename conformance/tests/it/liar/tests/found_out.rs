//! Each lie changes an answer to what the fixtures or `probes` ask. Whether the kit finds it out is another question.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};

use super::documents::{self, Case};
use super::requests::{Then, connect, exchange, replies, start};
use super::{probes, read, rows, text};
use crate::liar::gateway::{Gateway, Rules};
use crate::liar::lies::Tongue;
use crate::liar::reply::Reply;
use crate::liar::{Liar, Lie, Policy, Revision, target};

#[test]
fn lies_have_names_sentences_and_clauses_of_their_own() {
    let names: BTreeSet<&str> = Lie::ALL.iter().map(|lie| lie.name()).collect();
    let sentences: BTreeSet<&str> = Lie::ALL.iter().map(|lie| lie.says()).collect();
    assert_eq!(
        (names.len(), sentences.len()),
        (Lie::ALL.len(), Lie::ALL.len())
    );
    assert!(sentences.iter().all(|says| says.ends_with('.')));
    assert_eq!(Lie::BadLoginIs401.name(), "bad-login-is401");

    let rows = rows("clauses.yaml");
    let clauses = rows.iter().map(|row| text(row, "id"));
    // Those of clients no endpoint can break.
    let clauses: BTreeSet<&str> = clauses.filter(|id| !id.starts_with("CLIENT-")).collect();
    let broken: BTreeSet<&str> = Lie::ALL.iter().map(|lie| lie.clause()).collect();
    assert_eq!(
        clauses.difference(&broken).collect::<Vec<_>>(),
        Vec::<&&str>::new()
    );
    assert_eq!(
        broken.difference(&clauses).collect::<Vec<_>>(),
        Vec::<&&str>::new()
    );
}

/// A reply whose dates are the same whenever it is given, if they are right.
#[expect(clippy::disallowed_methods, reason = "the endpoint's dates are real")]
fn undated(reply: &str) -> String {
    let now = jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .datetime();
    let mut words: Vec<String> = Vec::new();
    for word in reply.split('"') {
        let is_date = word.len() > 6
            && word
                .bytes()
                .all(|sign| b"0123456789-: TAPM".contains(&sign));
        let date = jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", word);
        words.push(match date {
            Ok(date) if date.duration_until(now).as_mins().abs() < 30 => "now".to_owned(),
            Err(_) if is_date && !word.starts_with("0000-") => format!("{} signs", word.len()),
            Ok(_) | Err(_) => word.to_owned(),
        });
    }
    words.join("\"")
}

fn played(case: &Case, lie: Option<Lie>) -> Vec<String> {
    case.play(lie).iter().map(|reply| undated(reply)).collect()
}

/// Lies that show in what is asked without sockets, each found by the cases of its clause first.
fn found_without_sockets(lies: &[Lie]) -> BTreeSet<Lie> {
    let cases: Vec<Case> = probes::cases()
        .into_iter()
        .chain(documents::cases())
        .collect();
    let truth: Vec<(&Case, Vec<String>)> = cases
        .iter()
        .map(|case| (case, played(case, None)))
        .collect();
    let shows = |lie: &Lie| {
        let is_first = |case: &Case| {
            case.clauses.is_empty() || case.clauses.iter().any(|clause| clause == lie.clause())
        };
        let (first, then): (Vec<_>, Vec<_>) = truth.iter().partition(|(case, _)| is_first(case));
        first
            .into_iter()
            .chain(then)
            .any(|(case, truth)| played(case, Some(*lie)) != *truth)
    };
    lies.iter().copied().filter(shows).collect()
}

fn found_by_requests(lies: &[Lie]) -> BTreeSet<Lie> {
    let files = rows("http/index.yaml");
    let mut requests: Vec<Vec<u8>> = files
        .iter()
        .map(|row| read(&format!("http/{}", text(row, "file"))))
        .collect();
    requests.extend(probes::requests());
    let answer = |lie, request: &Vec<u8>| {
        undated(&String::from_utf8_lossy(&exchange(
            &start(lie),
            request,
            Then::HalfClose,
        )))
    };
    let truth: Vec<String> = requests
        .iter()
        .map(|request| answer(None, request))
        .collect();
    let shows = |lie: &Lie| {
        requests
            .iter()
            .zip(&truth)
            .any(|(request, truth)| answer(Some(*lie), request) != *truth)
    };
    lies.iter().copied().filter(shows).collect()
}

#[test]
fn every_lie_changes_an_answer() {
    // These have tests of their own.
    let apart = [
        Lie::BalanceRace,
        Lie::ChargedInHalves,
        Lie::ContinueNeverSent,
        Lie::ReportUnlimited,
    ];
    let is_of_http = |lie: &&Lie| {
        lie.clause().starts_with("FORM-") || ["REPLY-01", "REPLY-06"].contains(&lie.clause())
    };
    let rest = Lie::ALL.iter().filter(|lie| !apart.contains(lie));
    let (of_http, of_documents): (Vec<Lie>, Vec<Lie>) = rest.partition(is_of_http);
    let mut found = found_without_sockets(&of_documents);
    let hidden: Vec<Lie> = of_documents
        .into_iter()
        .filter(|lie| !found.contains(lie))
        .collect();
    found.extend(found_by_requests(&[of_http, hidden].concat()));
    found.extend(apart);
    let hidden: Vec<&Lie> = Lie::ALL.iter().filter(|lie| !found.contains(lie)).collect();
    assert!(hidden.is_empty(), "{hidden:?}");
}

#[test]
fn a_report_ends_at_its_limit() {
    let (send, ask) = probes::too_many_rows();
    let is_refused = |lie| {
        let rules = Rules {
            revision: Revision::Documented,
            policy: Policy::Refuse,
            tongue: Tongue::telling(lie),
        };
        let gateway = Gateway::new(rules, target::accounts());
        gateway.answer(send.as_bytes(), None);
        matches!(gateway.answer(ask.as_bytes(), None), Reply::Response(_))
    };
    assert!(is_refused(None));
    assert!(!is_refused(Some(Lie::ReportUnlimited)));
}

#[test]
fn parallel_mailings_are_all_charged_unless_they_race() {
    let login = "<username>demo</username><password>demo-password</password>";
    let rest = "<message><sender>SMSKA</sender><text>a</text></message><numbers><number>999000000001</number></numbers>";
    let left = |lie| {
        let liar = Liar::start(Revision::Documented, lie);
        let post = |document: &str| {
            let request = probes::request("POST", "/members/sms/xml.php", "text/xml", document);
            replies(&exchange(&liar, &request, Then::Wait))
                .remove(0)
                .body
        };
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| post(&probes::document("SEND", login, rest)));
            }
        });
        post(&probes::document("BALANCE", login, ""))
    };
    assert!(left(None).contains("<credits>99992</credits>"));
    assert!(!left(Some(Lie::BalanceRace)).contains("<credits>99992</credits>"));
}

#[test]
fn a_client_that_waits_for_100_continue_gets_it() {
    let wait = |lie| {
        let liar = start(lie);
        let mut stream = connect(&liar);
        stream
            .set_read_timeout(Some(std::time::Duration::from_millis(300)))
            .unwrap();
        let head = "POST /members/sms/xml.php HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\
                    Expect: 100-continue\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        let mut interim = [0; 25];
        stream.read_exact(&mut interim).is_ok() && interim == *b"HTTP/1.1 100 Continue\r\n\r\n"
    };
    assert!(wait(None));
    assert!(!wait(Some(Lie::ContinueNeverSent)));
}
