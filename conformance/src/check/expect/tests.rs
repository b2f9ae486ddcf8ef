//! Expectations over replies that are written here: every key holds where it should, and says what it found where not.

use std::time::Duration;

use super::{Render, Seen, examine};
use crate::client::conn::ExchangeError;
use crate::client::exchange::{Afterwards, Exchange, Received, Sent, Timing};
use crate::scenario::expression::Unbound;
use crate::scenario::model::Expect;
use crate::scenario::source::Source;
use crate::xml::read::read;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

const SENT: &str = "<RESPONSE>\n<status>1</status>\n<credits>0.682</credits>\n<amount>0.3</amount>\n\
                    <currency>UAH</currency>\n</RESPONSE>\n";

const PRICE: &str =
    "<RESPONSE>\n<status>0</status>\n<price>2.5</price>\n<trialsms>7</trialsms>\n</RESPONSE>\n";

const REPORT: &str = "<deliveryreport>\n\
    <message id=\"a\" sentdate=\"0000-00-00 00:00:00\" donedate=\"0000-00-00 00:00:00\" status=\"0\" />\n\
    <message id=\"b\" sentdate=\"2026-01-02 03:04:05\" donedate=\"2026-01-02 03:04:07\" status=\"DELIVERED\" />\n\
    </deliveryreport>\n";

/// What came back for a request.
fn seen(status: u16, body: &str) -> Seen {
    let raw = format!("HTTP/1.1 {status} X\r\nContent-Type: text/xml\r\n\r\n{body}");
    let none = Duration::ZERO;
    Seen::new(Ok(Exchange {
        request: Sent {
            head: Vec::new(),
            body: Vec::new(),
            raw: Vec::new(),
        },
        response: Received::new(status, raw.into_bytes(), body.as_bytes().to_vec()),
        afterwards: Afterwards::Kept,
        timing: Timing {
            connected: none,
            head: none,
            total: none,
        },
    }))
}

/// No reply at all.
fn closed() -> Seen {
    Seen::new(Err(ExchangeError::Closed {
        endpoint: "127.0.0.1:1".to_owned(),
        received: 0,
    }))
}

/// Everything that is found, a line each: its name, and what it is instead of what it must be.
fn findings(expect: &str, seen: &Seen) -> Result<Vec<String>, String> {
    let source = Source {
        name: "expect.yaml".to_owned(),
        text: expect.to_owned(),
    };
    let expect: Expect = source.typed().unwrap();
    let nobody = |_: crate::scenario::expression::Question<'_>| Err(Unbound("no name".to_owned()));
    let render: &Render<'_> = &|template| {
        template
            .render_text(&nobody)
            .map_err(|error| error.to_string())
    };
    let other = |step: &str| {
        (step == "sent").then(|| read(format!("{HEAD}{SENT}").as_bytes()).unwrap().root)
    };
    let found = examine(&expect, "expect", seen, render, &other).map_err(|error| {
        assert!(error.path.len() > 1, "{error:?}");
        error.message
    })?;
    Ok(found
        .iter()
        .map(|finding| {
            let expected = finding.expected.as_str();
            assert_eq!(finding.difference.is_some(), {
                !finding.holds
                    && ["body", "layout", "same_as"].contains(&&*finding.name)
                    && !finding.actual.contains("no well-formed reply")
            });
            if finding.holds {
                format!("{} holds", finding.name)
            } else {
                format!("{}: {} instead of {expected}", finding.name, finding.actual)
            }
        })
        .collect())
}

#[track_caller]
fn check(expect: &str, seen: &Seen, expected: &[&str]) {
    assert_eq!(findings(expect, seen).unwrap(), expected, "{expect}");
}

#[test]
fn every_value_is_looked_at_under_its_name() {
    let sent = seen(200, &format!("{HEAD}{SENT}"));
    check("{ status: SEND_OK }", &sent, &["status holds"]);
    check(
        "{ status: AUTH_FAILED }",
        &sent,
        &["status: 1 instead of -1"],
    );
    check(
        "{ credits: 0.682, amount: 0.3, currency: UAH }",
        &sent,
        &["credits holds", "amount holds", "currency holds"],
    );
    check(
        "{ credits: 1, price: 1, amount: 1, currency: USD, trialsms: absent }",
        &sent,
        &[
            "credits: 0.682 instead of 1",
            "price: absent instead of 1",
            "amount: 0.3 instead of 1",
            "currency: UAH instead of USD",
            "trialsms holds",
        ],
    );
    let price = seen(200, &format!("{HEAD}{PRICE}"));
    check(
        "{ price: 2.5, trialsms: 7, root: RESPONSE, encoding: UTF-8, count: 0 }",
        &price,
        &[
            "price holds",
            "trialsms holds",
            "root holds",
            "count holds",
            "encoding holds",
        ],
    );
    check(
        "{ root: response, encoding: utf-8 }",
        &price,
        &[
            "root: RESPONSE instead of response",
            "encoding: UTF-8 instead of utf-8",
        ],
    );
    check(
        "{ encoding: absent }",
        &seen(200, PRICE),
        &["encoding holds"],
    );
    let single = seen(
        200,
        &format!("<?xml version='1.0' encoding='koi8-r'?>\n{PRICE}"),
    );
    check("{ encoding: koi8-r }", &single, &["encoding holds"]);
}

#[test]
fn elements_are_all_of_them_in_order() {
    let sent = seen(200, SENT);
    check(
        "{ elements: [status, credits, amount, currency] }",
        &sent,
        &["elements holds"],
    );
    check(
        "{ elements: [status, credits, currency, amount] }",
        &sent,
        &[
            "elements: status, credits, amount, currency instead of status, credits, currency, amount",
        ],
    );
}

#[test]
fn rows_are_all_of_them_in_order() {
    let report = seen(200, REPORT);
    check(
        "{ count: 2, rows: [{ id: a, status: 0, sentdate: zero, donedate: zero }, { status: SENT or DELIVERED }] }",
        &report,
        &[
            "count holds",
            "rows[1].id holds",
            "rows[1].status holds",
            "rows[1].sentdate holds",
            "rows[1].donedate holds",
            "rows[2].status holds",
        ],
    );
    check(
        "{ rows: [{}, { id: c, donedate: zero }] }",
        &report,
        &[
            "rows[2].id: b instead of c",
            "rows[2].donedate: 2026-01-02 03:04:07 instead of 0000-00-00 00:00:00",
        ],
    );
    check(
        "{ rows: [{}] }",
        &report,
        &["rows: 2 rows instead of 1 row"],
    );
    check(
        "{ rows: [] }",
        &seen(200, SENT),
        &["rows: <RESPONSE> instead of a <deliveryreport>"],
    );
}

#[test]
fn layout_body_and_another_reply_are_compared_whole() {
    let (sent, price) = (seen(200, &format!("{HEAD}{SENT}")), seen(200, PRICE));
    check("{ layout: true }", &sent, &["layout holds"]);
    check(
        "{ layout: true }",
        &price,
        &["layout: 5 lines instead of 6 lines"],
    );
    check("{ same_as: sent }", &sent, &["same_as holds"]);
    let squeezed = seen(200, &SENT.replace('\n', ""));
    check("{ same_as: sent }", &squeezed, &["same_as holds"]);
    check(
        "{ same_as: sent }",
        &seen(200, "<RESPONSE><status>2</status></RESPONSE>"),
        &["same_as: 3 lines instead of 6 lines"],
    );
    check(
        "{ same_as: nobody }",
        &sent,
        &["same_as: that step had no well-formed reply instead of the reply to nobody"],
    );
    let page = seen(200, "ok\n");
    check(
        "{ body: \"ok\\n\", http: 200 }",
        &page,
        &["http holds", "body holds"],
    );
    check(
        "{ body: ok, http: 200 }",
        &page,
        &["http holds", "body: ok instead of ok"],
    );
}

/// REPLY-01: HTTP 200, unless something else is demanded; and then the document only if that is, too.
#[test]
fn the_http_status_is_200_unless_another_is_wanted() {
    let (wrong, not_found) = (seen(500, SENT), seen(404, "no such page"));
    check(
        "{ status: 1 }",
        &wrong,
        &[
            "http: 500 instead of HTTP status 200 (REPLY-01)",
            "status holds",
        ],
    );
    check("{ http: 404 }", &not_found, &["http holds"]);
    check("{ http: 200 }", &not_found, &["http: 404 instead of 200"]);
    check(
        "{ http: 404, headers: { content-type: text/xml, x-more: absent } }",
        &not_found,
        &[
            "http holds",
            "headers.content-type holds",
            "headers.x-more holds",
        ],
    );
    // Whatever is demanded of the document is looked for, one thing at a time.
    for wanted in [
        "status: 1",
        "credits: 1",
        "price: 1",
        "amount: 1",
        "currency: UAH",
        "trialsms: 1",
        "root: RESPONSE",
        "count: 0",
        "encoding: UTF-8",
        "elements: []",
        "rows: []",
        "same_as: sent",
        "layout: true",
    ] {
        let found = findings(&format!("{{ http: 404, {wanted} }}"), &not_found).unwrap();
        assert_eq!(found.len(), 2, "{wanted}: {found:?}");
        let no_document = found[1].starts_with("reply: ");
        assert!(no_document && found[1].ends_with(" instead of a well-formed XML document"));
    }
    let found = findings("{}", &not_found).unwrap();
    assert_eq!(
        found.len(),
        2,
        "a document is expected where nothing is said: {found:?}"
    );
}

#[test]
fn a_connection_that_ends_is_a_reply_only_where_it_must_end() {
    check("{ closed: true }", &closed(), &["closed holds"]);
    check(
        "{ closed: true }",
        &seen(200, SENT),
        &["closed: HTTP/1.1 200 X instead of the connection ends without a reply"],
    );
    let late = Seen::new(Err(ExchangeError::Timeout {
        endpoint: "127.0.0.1:1".to_owned(),
        waited: Duration::from_secs(1),
    }));
    let found = findings("{ closed: true }", &late).unwrap();
    assert!(found[0].starts_with("closed: sent a request"), "{found:?}");
    let found = findings("{ status: 1 }", &closed()).unwrap();
    assert!(
        found[0].starts_with("reply: 127.0.0.1:1 closed"),
        "{found:?}"
    );
    assert_eq!(found.len(), 1);
    assert_eq!(closed().root(), None);
    let root = seen(200, SENT);
    assert_eq!(root.root().map(|root| root.name.as_str()), Some("RESPONSE"));
}

#[test]
fn what_cannot_be_looked_at_is_the_scenario_s_mistake() {
    let sent = seen(200, SENT);
    for wrong in [
        "{ status: SENT }",
        "{ credits: \"> much\" }",
        "{ body: \"${x}\" }",
    ] {
        assert!(findings(wrong, &sent).is_err(), "{wrong}");
    }
    assert!(findings("{ elements: [\"${x}\"] }", &sent).is_err());
}
