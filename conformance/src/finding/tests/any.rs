//! Any message in any way that is right, and any bytes.

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::sample::{ONE, asking, form, judged, of, post, raw, send, unescaped};
use crate::client::transport::Transport;
use crate::finding::rule::{Rules, Severity};
use crate::finding::{Finding, evidence, secrets};
use crate::generate::{sender, text, variables};
use crate::operation::{
    AuthenticationSpelling, Dialect, IdSpelling, Message, Operation, Recipient,
};
use crate::stand_in::received::Received;
use crate::xml::charset::Charset;
use crate::xml::style::{Declaration, Layout, LineEnd, Quotes, Style, TextStyle};
use crate::xml::write::write;

fn operations() -> impl Strategy<Value = Operation> {
    let id = select(vec!["a1", "x & y", "<\"'>", "id;1", "Ключ", "%1%+", "]]>"]);
    let recipient = (id, variables::attribute());
    let recipients = vec(recipient, 1..6).prop_map(|recipients| {
        recipients
            .into_iter()
            .enumerate()
            .map(|(place, (id, variables))| Recipient {
                number: format!("99900000{place:04}"),
                id: Some(format!("{id}{place}")),
                variables,
            })
            .collect::<Vec<_>>()
    });
    let text = proptest::prop_oneof![text::any(), variables::template()];
    let message =
        (sender::right(), text, recipients).prop_map(|(sender, text, recipients)| Message {
            sender: Some(sender),
            text,
            recipients,
        });
    (message, 0..5).prop_map(|(message, which)| match which {
        0 | 1 => Operation::Send(message),
        2 => Operation::GetPrice(message),
        3 => Operation::GetStatus(
            message
                .recipients
                .into_iter()
                .filter_map(|recipient| recipient.id)
                .collect(),
        ),
        _ => Operation::Balance,
    })
}

fn styles() -> impl Strategy<Value = Style> {
    (
        select(vec![Declaration::Encoding, Declaration::Standalone]),
        select(vec![Quotes::Double, Quotes::Single]),
        select(vec![TextStyle::Escaped, TextStyle::CData]),
        select(vec![Layout::Lines, Layout::Indented, Layout::Compact]),
        select(vec![LineEnd::Lf, LineEnd::CrLf]),
        select(Charset::ALL.to_vec()),
    )
        .prop_map(
            |(declaration, quotes, text, layout, line_end, charset)| Style {
                declaration,
                quotes,
                text,
                layout,
                line_end,
                charset,
                ..Style::default()
            },
        )
}

fn carried(transport: Transport, document: &[u8]) -> Received {
    let payload = transport.wrap(document);
    let body = payload.body();
    match payload.content_type {
        Some(label) => post(&label, body),
        None => {
            let mut bare = post("none", body);
            bare.head = String::from_utf8(bare.head)
                .unwrap()
                .replace("Content-Type: none\r\n", "")
                .into_bytes();
            bare
        }
    }
}

fn wrong(found: &[Finding]) -> Vec<&Finding> {
    let rules = Rules::built_in().unwrap();
    let severity = |finding: &&Finding| rules.get(finding.rule).unwrap().severity;
    found
        .iter()
        .filter(|finding| severity(finding) != Severity::Note)
        .collect()
}

#[test]
fn nothing_is_wrong_with_what_is_right() {
    let mut runner = TestRunner::deterministic();
    let transports = select(vec![
        Transport::Multipart,
        Transport::Urlencoded,
        Transport::Raw,
        Transport::RawUtf8,
        Transport::RawForm,
        Transport::RawBare,
    ]);
    let dialects = select(vec![
        Dialect::default(),
        Dialect {
            authentication: AuthenticationSpelling::Authentification,
            id: IdSpelling::Sample,
        },
    ]);
    let all = (operations(), styles(), transports, dialects);
    for _ in 0..600 {
        let (operation, style, transport, dialect) = all.new_tree(&mut runner).unwrap().current();
        let asked = asking(operation);
        let document = write(
            &asked.operation.document(&asked.credentials, dialect),
            &style,
        );
        let talk = of(&asked, carried(transport, &document));
        let (found, _) = judged(&talk);
        let wrong = wrong(&found);
        assert!(
            wrong.is_empty(),
            "{wrong:#?}\n{}",
            style.charset.decode_lossy(&document)
        );
    }
}

/// What clients do that escape nothing: the text as it is, in a form as it is.
#[test]
fn whatever_is_changed_on_the_way_is_found() {
    let mut runner = TestRunner::deterministic();
    let texts = text::any();
    let mut changed = 0;
    for _ in 0..600 {
        let text = texts.new_tree(&mut runner).unwrap().current();
        let asked = super::sample::asked(&text);
        for received in [
            unescaped(&send(&text, ONE)),
            form(send(&text, ONE)),
            raw(send(&text, ONE)),
        ] {
            let is_form = received.body.starts_with(b"XML=<");
            let arrives = crate::finding::said::Said::of(&received)
                .read
                .and_then(Result::ok)
                .and_then(|document| Some(document.root.descend(&["message", "text"])?.text()));
            let plain = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
            let is_right = arrives.is_some_and(|arrives| plain(&arrives) == plain(&text));
            let (found, _) = judged(&of(&asked, received));
            let errors = wrong(&found)
                .into_iter()
                .filter(|finding| finding.rule != "form-not-encoded")
                .collect::<Vec<_>>();
            assert_eq!(
                errors.is_empty(),
                is_right,
                "{text:?} {is_form}\n{errors:#?}"
            );
            changed += usize::from(!is_right);
        }
    }
    assert!(changed > 300, "{changed}");
}

#[test]
fn any_bytes_are_judged_and_shown() {
    let mut runner = TestRunner::deterministic();
    let pieces = select(vec![
        "XML=",
        "<SMS>",
        "</SMS>",
        "<text>",
        "</text>",
        "<![CDATA[",
        "]]>",
        "&",
        "&amp;",
        "%3C",
        "%",
        "+",
        "<number ",
        "messageID=\"",
        "\"",
        "'",
        ">",
        "<",
        "</number>",
        "<password>",
        "я",
        "\u{0}",
        "\n",
        "<?xml",
        "?>",
        "password=",
        "--x",
        "<operations><operation>SEND</operation></operations>",
        "<message>",
        "<numbers>",
        "{",
        "\u{FEFF}",
        "/",
    ]);
    let bodies = (vec(pieces, 0..30), vec(any::<u8>(), 0..4), 0..4_usize);
    for _ in 0..3000 {
        let (pieces, bytes, label) = bodies.new_tree(&mut runner).unwrap().current();
        let body = [pieces.concat().as_bytes(), &bytes].concat();
        let label = [
            "application/x-www-form-urlencoded",
            "text/xml",
            "multipart/form-data; boundary=x",
            "x",
        ][label];
        let mut received = post(label, body.clone());
        if bytes.len() == 3 {
            received.head = body;
        }
        let redaction = secrets::heard([&received]);
        let (found, _) = judged(&vec![(received, None)]);
        for finding in found {
            if let Some(shown) = &finding.evidence {
                assert!(evidence::text(shown, &redaction).lines().count() >= 2);
            }
        }
    }
}
