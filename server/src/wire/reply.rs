//! A reply to bytes (REPLY-02 to REPLY-08): one element a line, nothing before the declaration.
//! Not for HTTP, and not for reading.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

use crate::gateway::reply::{Money, Reply, Row};
use crate::gateway::timeline::Standing;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// What is XML and no reply to anything (the fault `wrong_shape`).
pub const NO_REPLY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<maintenance>\n<until>soon</until>\n</maintenance>\n";

/// What PHP writes before a script's own output when it warns (the fault `warning`).
pub const WARNING: &str = "<br />\n<b>Warning</b>:  mysqli_connect(): (HY000/1040): Too many connections in \
    <b>/var/www/members/sms/xml.php</b> on line <b>42</b><br />\n";

/// Writes a reply; dates are told in `zone` (STATUS-07).
pub fn encode(reply: &Reply, zone: &TimeZone) -> Vec<u8> {
    let mut out = String::with_capacity(160);
    out.push_str(DECLARATION);
    match reply {
        Reply::Report(rows) => report(&mut out, rows, zone),
        Reply::Refused(_)
        | Reply::Sent { .. }
        | Reply::Price(_)
        | Reply::Balance { .. }
        | Reply::CreditPrice(_) => response(&mut out, reply),
    }
    out.into_bytes()
}

/// REPLY-03, REPLY-04.
fn response(out: &mut String, reply: &Reply) {
    out.push_str("<RESPONSE>\n");
    element(
        out,
        "status",
        itoa::Buffer::new().format(reply.status().unwrap_or_default()),
    );
    match reply {
        Reply::Refused(refusal) if refusal.of_credit_price => element(out, "price", "0"),
        Reply::Refused(_) | Reply::Report(_) => element(out, "credits", "0"),
        Reply::Sent { charge: paid, .. } | Reply::Price(paid) => money(out, paid),
        Reply::Balance { balance, trial_sms } => {
            money(out, balance);
            if let Some(left) = trial_sms {
                element(out, "trialsms", itoa::Buffer::new().format(*left));
            }
        }
        Reply::CreditPrice(price) => element(out, "price", &price.to_string()),
    }
    out.push_str("</RESPONSE>\n");
}

/// REPLY-07: the extended revision tells the amount too.
fn money(out: &mut String, money: &Money) {
    element(out, "credits", &money.credits.to_string());
    if let Some((amount, currency)) = &money.amount {
        element(out, "amount", &amount.to_string());
        element(out, "currency", currency);
    }
}

/// STATUS-01, STATUS-03, REPLY-08.
fn report(out: &mut String, rows: &[Row], zone: &TimeZone) {
    if rows.is_empty() {
        out.push_str("<deliveryreport></deliveryreport>\n");
        return;
    }
    out.reserve(rows.len().saturating_mul(128));
    out.push_str("<deliveryreport>\n");
    for row in rows {
        let Standing { status, sent, done } = row.standing;
        out.push_str("<message id=\"");
        escape(out, row.id());
        out.push_str("\" sentdate=\"");
        date(out, sent, zone);
        out.push_str("\" donedate=\"");
        date(out, done, zone);
        out.push_str("\" status=\"");
        out.push_str(status.word());
        out.push_str("\" />\n");
    }
    out.push_str("</deliveryreport>\n");
}

fn element(out: &mut String, name: &str, value: &str) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    escape(out, value);
    out.push_str("</");
    out.push_str(name);
    out.push_str(">\n");
}

/// STATUS-04, STATUS-07: `yyyy-mm-dd hh:mm:ss`, all zeros for none.
fn date(out: &mut String, at: Option<Timestamp>, zone: &TimeZone) {
    let Some(at) = at else {
        out.push_str("0000-00-00 00:00:00");
        return;
    };
    let offset = if *zone == TimeZone::UTC {
        Offset::UTC
    } else {
        zone.to_offset(at)
    };
    let local: DateTime = offset.to_datetime(at);
    // A year has four digits until 9999, where jiff ends too.
    let year = local.year().unsigned_abs();
    digits(out, [(year / 100) as u8, (year % 100) as u8]);
    out.push('-');
    digits(out, [local.month().unsigned_abs()]);
    out.push('-');
    digits(out, [local.day().unsigned_abs()]);
    out.push(' ');
    digits(out, [local.hour().unsigned_abs()]);
    out.push(':');
    digits(out, [local.minute().unsigned_abs()]);
    out.push(':');
    digits(out, [local.second().unsigned_abs()]);
}

/// Each number as two digits.
fn digits<const N: usize>(out: &mut String, numbers: [u8; N]) {
    for number in numbers {
        out.push(char::from(b'0' + number / 10));
        out.push(char::from(b'0' + number % 10));
    }
}

/// Text and attribute values: markup is escaped, and the blanks that an XML reader would change in an attribute.
fn escape(out: &mut String, text: &str) {
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\t' => "&#9;",
            b'\n' => "&#10;",
            b'\r' => "&#13;",
            _ => continue,
        };
        out.push_str(text.get(copied..at).unwrap_or_default());
        out.push_str(escaped);
        copied = at + 1;
    }
    out.push_str(text.get(copied..).unwrap_or_default());
}
