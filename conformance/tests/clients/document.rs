//! What the client writes: the document, and the body around it.

use std::fmt::Write as _;

use crate::client::{Operation, Order, Recipient};
use crate::mistake::Mistake;

/// A request as it goes out.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) query: String,
    pub(crate) content_type: &'static str,
    pub(crate) body: Vec<u8>,
}

pub(crate) fn request(order: &Order, mistake: Mistake) -> Request {
    let text = document(order, mistake);
    let bytes = match mistake.name() {
        // As ASCII encoders do it.
        "charset-lost" => text
            .chars()
            .map(|c| if c.is_ascii() { c as u8 } else { b'?' })
            .collect(),
        // What every client did on a Windows machine before UTF-8.
        "charset-not-as-declared" => encoding_rs::WINDOWS_1251.encode(&text).0.into_owned(),
        _ => text.into_bytes(),
    };
    let plain = || [b"XML=".as_slice(), &bytes].concat();
    let harmless = !bytes.iter().any(|byte| b"&+%".contains(byte));
    let body = match mistake.name() {
        "form-cut" => plain(),
        "form-not-encoded" if harmless => plain(),
        "no-document" => [b"xml=".as_slice(), encoded(&bytes, false).as_bytes()].concat(),
        _ => [
            b"XML=".as_slice(),
            encoded(&bytes, mistake.is("plus-lost")).as_bytes(),
        ]
        .concat(),
    };
    Request {
        method: if mistake.is("wrong-method") {
            "PUT"
        } else {
            "POST"
        },
        query: if mistake.is("password-in-url") {
            let password = encoded(order.password.as_bytes(), false);
            format!("?username={}&password={password}", order.username)
        } else {
            String::new()
        },
        content_type: if mistake.is("charset-header-differs") {
            "application/x-www-form-urlencoded; charset=windows-1251"
        } else {
            "application/x-www-form-urlencoded"
        },
        body,
    }
}

fn document(order: &Order, mistake: Mistake) -> String {
    let operation = match (order.operation, mistake.name()) {
        (Operation::CreditPrice, "operation-changed") => "BALANCE".to_owned(),
        (_, "operation-wrong") => order.operation.word().to_lowercase(),
        _ => order.operation.word().to_owned(),
    };
    let operations = if mistake.is("several-operations") {
        format!("<operation>{operation}</operation><operation>BALANCE</operation>")
    } else {
        format!("<operation>{operation}</operation>")
    };
    let password: String = if mistake.is("login-changed") {
        // As a form that has room for so many.
        order.password.chars().take(4).collect()
    } else {
        order.password.clone()
    };
    let root = if mistake.is("wrong-root") {
        "REQUEST"
    } else {
        "SMS"
    };
    let doctype = if mistake.is("doctype") {
        "<!DOCTYPE SMS>\n"
    } else {
        ""
    };
    let login = format!(
        "<authentification><username>{}</username><password>{}</password></authentification>",
        escaped(&order.username, mistake),
        escaped(&password, mistake)
    );
    let inside = match order.operation {
        Operation::Send | Operation::Price => message(order, mistake),
        Operation::Status => {
            let ids = order
                .ids
                .iter()
                .map(|id| format!("<messageid>{}</messageid>", escaped(id, Mistake::NONE)));
            format!("<statistics>{}</statistics>", ids.collect::<String>())
        }
        Operation::Balance | Operation::CreditPrice => String::new(),
    };
    let end = if mistake.is("malformed") {
        ""
    } else {
        "</SMS>"
    };
    let end = if mistake.is("wrong-root") {
        "</REQUEST>"
    } else {
        end
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{doctype}<{root}><operations>{operations}</operations>{login}{inside}{end}"
    )
}

fn message(order: &Order, mistake: Mistake) -> String {
    let text = match mistake.name() {
        "text-changed" => {
            order
                .text
                .trim_end_matches(|c: char| !c.is_alphanumeric())
                .to_owned()
                + "!"
        }
        "cdata-broken" => "if a[b[0]]>1".to_owned(),
        "text-empty" => String::new(),
        "variables-mismatch" => "Hello %1%, your code is %2%".to_owned(),
        "text-dearer" => format!("{}\u{2014}{}", order.text, " and so on".repeat(9)),
        _ => order.text.clone(),
    };
    let text = match mistake.name() {
        "text-not-escaped" => text,
        "double-escaped" => escaped(&escaped(&text, Mistake::NONE), Mistake::NONE),
        "cdata-broken" => format!("<![CDATA[{text}]]>"),
        _ => escaped(&text, mistake),
    };
    let sender = match mistake.name() {
        "sender-changed" => order.sender.chars().take(3).collect(),
        "sender-breaks-rule" => "Наш магазин".to_owned(),
        _ => order.sender.clone(),
    };
    let mut to = order.to.clone();
    match mistake.name() {
        "recipients-lost" if to.len() > 1 => _ = to.pop(),
        "no-recipients" => to.clear(),
        "number-repeated" => to.extend(to.first().cloned()),
        "batch-large" => to.extend((0..10_100).map(|number| Recipient {
            number: format!("9990001{number:05}"),
            id: Some(format!("batch-{number}")),
            variables: None,
        })),
        _ => {}
    }
    let numbers = to.iter().map(|recipient| number(recipient, mistake));
    format!(
        "<message><sender>{}</sender><text>{text}</text></message><numbers>{}</numbers>",
        escaped(&sender, Mistake::NONE),
        numbers.collect::<String>()
    )
}

fn number(recipient: &Recipient, mistake: Mistake) -> String {
    let mut id = recipient.id.clone();
    let mut number = recipient.number.clone();
    match mistake.name() {
        "id-constant" => id = Some("msg1".to_owned()),
        "id-repeated" => id = id.map(|id| id.chars().take(3).collect()),
        "id-changed" => id = id.map(|id| id.to_uppercase()),
        "no-id" => id = None,
        "id-and-number-swapped" => {
            let other = id.unwrap_or_else(|| "message".to_owned());
            id = Some(std::mem::replace(&mut number, other));
        }
        "number-form" => number = format!("+{number}"),
        "number-invalid" => number = "12-34".to_owned(),
        "number-national" => number = format!("8{}", &number[number.len().min(2)..]),
        "number-changed" => number.push('0'),
        _ => {}
    }
    let variables = match mistake.name() {
        "variables-mismatch" => Some(vec!["John".to_owned()]),
        "variables-changed" => recipient
            .variables
            .as_ref()
            .map(|values| values.iter().rev().cloned().collect()),
        _ => recipient.variables.clone(),
    };
    let id = id.map(|id| format!(" messageID=\"{}\"", escaped(&id, Mistake::NONE)));
    let variables = variables.map(|values| {
        let values: String = values.iter().map(|value| format!("{value};")).collect();
        format!(" variables=\"{}\"", escaped(&values, Mistake::NONE))
    });
    format!(
        "<number{}{}>{}</number>",
        id.unwrap_or_default(),
        variables.unwrap_or_default(),
        escaped(&number, Mistake::NONE)
    )
}

fn escaped(text: &str, mistake: Mistake) -> String {
    if mistake.is("text-not-escaped") {
        return text.to_owned();
    }
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => _ = write!(escaped, "&#{};", u32::from(character)),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Percent-encoded; `spare` leaves the + as it is.
fn encoded(bytes: &[u8], spare: bool) -> String {
    let encode = |byte: &u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
            char::from(*byte).to_string()
        }
        b'+' if spare => "+".to_owned(),
        byte => format!("%{byte:02X}"),
    };
    bytes.iter().map(encode).collect()
}
