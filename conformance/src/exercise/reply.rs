//! The reply of an exercise: what `expect` asks of an endpoint, turned round, so that the kit answers it. Exact values are
//! as they stand there; where a comparison leaves a choice, the reply has what the real gateway might say.

use crate::operation::Operation;
use crate::scenario::comparison::Comparison;
use crate::scenario::date;
use crate::scenario::model::{Expect, Row};
use crate::scenario::template::Template;
use crate::xml::tree::Element;

/// Renders a template.
pub type Render<'r> = dyn Fn(&Template) -> Result<String, String> + 'r;

/// Credits of a SEND or a GETPRICE for one recipient, in thousandths, as they were recorded from the real gateway.
const PART: u64 = 341;

/// When messages were handed over and delivered.
const SENT: &str = "2026-01-02 03:04:05";
const DONE: &str = "2026-01-02 03:04:09";

/// The document with which an expectation is met, or what is wrong with the expectation.
pub fn reply(
    expect: &Expect,
    operation: &Operation,
    render: &Render<'_>,
    other: &dyn Fn(&str) -> Option<Element>,
) -> Result<Element, String> {
    if let Some(step) = &expect.same_as {
        return other(step).ok_or_else(|| format!("{step} was not answered with a document"));
    }
    let asked = Asked {
        expect,
        operation,
        render,
    };
    let root = match &expect.root {
        Some(root) => asked.value(root, Comparison::parse, &[])?,
        None => None,
    };
    let is_report = match root.as_deref() {
        Some(name) => name == "deliveryreport",
        None => {
            expect.rows.is_some()
                || expect.count.is_some()
                || (matches!(operation, Operation::GetStatus(_)) && expect.status.is_none())
        }
    };
    if is_report {
        asked.report()
    } else {
        asked.response(root.as_deref().unwrap_or("RESPONSE"))
    }
}

struct Asked<'a> {
    expect: &'a Expect,
    operation: &'a Operation,
    render: &'a Render<'a>,
}

impl Asked<'_> {
    fn response(&self, root: &str) -> Result<Element, String> {
        let expect = self.expect;
        let recipients = self.recipients().to_string();
        let likely_status: &[&str] = match self.operation {
            Operation::Send(_) => &[&recipients],
            Operation::GetPrice(_)
            | Operation::GetStatus(_)
            | Operation::Balance
            | Operation::CreditPrice => &["0"],
        };
        let status = self.or_else(
            expect.status.as_ref(),
            Comparison::parse_status,
            likely_status,
        )?;
        let refused = status
            .as_deref()
            .is_some_and(|status| status.starts_with('-'));
        let (credits, price) = match self.operation {
            // REPLY-04.
            Operation::Send(_)
            | Operation::GetPrice(_)
            | Operation::GetStatus(_)
            | Operation::Balance
            | Operation::CreditPrice
                if refused =>
            {
                ("0".to_owned(), "0")
            }
            Operation::Send(_) | Operation::GetPrice(_) => (self.charge(), "0.05"),
            Operation::GetStatus(_) | Operation::Balance | Operation::CreditPrice => {
                ("780.64".to_owned(), "0.05")
            }
        };
        let has_price = matches!(self.operation, Operation::CreditPrice);
        let fields: [(&str, Option<&Template>, &str, bool); 5] = [
            ("credits", expect.credits.as_ref(), &credits, !has_price),
            ("price", expect.price.as_ref(), price, has_price),
            ("amount", expect.amount.as_ref(), "0.28", false),
            ("currency", expect.currency.as_ref(), "UAH", false),
            ("trialsms", expect.trialsms.as_ref(), "5", false),
        ];
        let mut elements: Vec<(String, String)> = Vec::new();
        elements.extend(status.map(|status| ("status".to_owned(), status)));
        for (name, template, likely, usual) in fields {
            let value = match template {
                Some(template) => self.value(template, Comparison::parse, &[likely])?,
                None => usual.then(|| likely.to_owned()),
            };
            elements.extend(value.map(|value| (name.to_owned(), value)));
        }
        if let Some(names) = &expect.elements {
            let mut ordered = Vec::with_capacity(names.len());
            for name in names {
                let name = (self.render)(name)?;
                let value = elements.iter().find(|(known, _)| *known == name);
                let value = value.map(|(_, value)| value.clone()).or_else(|| {
                    let mut fields = fields.iter();
                    let field = fields.find(|(known, ..)| *known == name);
                    field.map(|(_, _, likely, _)| (*likely).to_owned())
                });
                ordered.push((name, value.unwrap_or_default()));
            }
            elements = ordered;
        }
        let elements = elements
            .into_iter()
            .map(|(name, value)| Element::leaf(name, value));
        Ok(Element::new(root).with_children(elements))
    }

    fn report(&self) -> Result<Element, String> {
        let ids: &[String] = match self.operation {
            Operation::GetStatus(ids) => ids,
            Operation::Send(_)
            | Operation::GetPrice(_)
            | Operation::Balance
            | Operation::CreditPrice => &[],
        };
        let root = Element::new("deliveryreport");
        let Some(rows) = &self.expect.rows else {
            let count = match &self.expect.count {
                None => ids.len(),
                Some(count) => {
                    let likely = ids.len().to_string();
                    let count = self.value(count, Comparison::parse, &[&likely])?;
                    let count = count.and_then(|count| count.parse().ok());
                    count.ok_or("count must be a number of rows")?
                }
            };
            let plain = Row {
                id: None,
                status: None,
                sentdate: None,
                donedate: None,
            };
            let rows = ids.iter().cycle().take(count);
            let rows = rows.map(|id| self.row(&plain, Some(id)));
            return Ok(root.with_children(rows.collect::<Result<Vec<_>, _>>()?));
        };
        let rows = rows
            .iter()
            .enumerate()
            .map(|(place, row)| self.row(row, ids.get(place)));
        Ok(root.with_children(rows.collect::<Result<Vec<_>, _>>()?))
    }

    fn row(&self, row: &Row, id: Option<&String>) -> Result<Element, String> {
        let id = id.map_or("", String::as_str);
        let plain = |template: Option<&Template>, likely: &str| {
            self.or_else(template, Comparison::parse, &[likely])
        };
        let id = plain(row.id.as_ref(), id)?;
        let status = plain(row.status.as_ref(), "DELIVERED")?;
        let (sent, done) = match status.as_deref() {
            Some("0") => (date::ZERO, date::ZERO),
            Some("SENT") => (SENT, date::ZERO),
            Some(_) | None => (SENT, DONE),
        };
        let attributes = [
            ("id", id),
            ("sentdate", plain(row.sentdate.as_ref(), sent)?),
            ("donedate", plain(row.donedate.as_ref(), done)?),
            ("status", status),
        ];
        let mut element = Element::new("message");
        for (name, value) in attributes {
            if let Some(value) = value {
                element = element.with_attribute(name, value);
            }
        }
        Ok(element)
    }

    /// The value that a template asks for; the likely one, if there is no template.
    fn or_else<E: std::fmt::Display>(
        &self,
        template: Option<&Template>,
        parse: fn(&str) -> Result<Comparison, E>,
        likely: &[&str],
    ) -> Result<Option<String>, String> {
        match template {
            Some(template) => self.value(template, parse, likely),
            None => Ok(likely.first().map(|likely| (*likely).to_owned())),
        }
    }

    fn value<E: std::fmt::Display>(
        &self,
        template: &Template,
        parse: fn(&str) -> Result<Comparison, E>,
        likely: &[&str],
    ) -> Result<Option<String>, String> {
        let text = (self.render)(template)?;
        let comparison = parse(&text).map_err(|error| error.to_string())?;
        let value = comparison.example(likely);
        if comparison.holds(value.as_deref()) {
            Ok(value)
        } else {
            Err(format!("no value is found for which {comparison} holds"))
        }
    }

    fn recipients(&self) -> usize {
        match self.operation {
            Operation::Send(message) | Operation::GetPrice(message) => message.recipients.len(),
            Operation::GetStatus(_) | Operation::Balance | Operation::CreditPrice => 0,
        }
    }

    /// The charge for the recipients, without zeros at its end: thousandths are exact.
    fn charge(&self) -> String {
        let recipients = u64::try_from(self.recipients()).unwrap_or(u64::MAX);
        let thousandths = recipients.saturating_mul(PART);
        let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::reply;
    use crate::check::expect::{Seen, examine};
    use crate::client::exchange::{Afterwards, Exchange, Received, Sent, Timing};
    use crate::operation::{Message, Operation, Recipient};
    use crate::scenario::model::Expect;
    use crate::scenario::template::Template;
    use crate::xml::style::{Declaration, Layout, Style};
    use crate::xml::tree::Element;
    use crate::xml::write::write;

    fn send(count: usize) -> Operation {
        let recipient = Recipient {
            number: "999000000001".to_owned(),
            id: None,
            variables: None,
        };
        Operation::Send(Message {
            sender: None,
            text: "x".to_owned(),
            recipients: vec![recipient; count],
        })
    }

    fn status(ids: &[&str]) -> Operation {
        Operation::GetStatus(ids.iter().map(|id| (*id).to_owned()).collect())
    }

    fn render(template: &Template) -> Result<String, String> {
        Ok(template.to_string())
    }

    /// The reply is as expected in writing, and by the judge of endpoints.
    #[track_caller]
    fn check(operation: &Operation, expect: &str, expected: &str) {
        let expect: Expect = serde_yaml::from_str(expect).unwrap();
        let root = reply(&expect, operation, &render, &|_| None).unwrap();
        let style = Style {
            declaration: Declaration::Absent,
            layout: Layout::Compact,
            ..Style::default()
        };
        let written = String::from_utf8(write(&root, &style)).unwrap();
        assert_eq!(written, expected);
        holds(&expect, &root);
    }

    fn holds(expect: &Expect, root: &Element) {
        let response = Received {
            status_line: "HTTP/1.1 200 OK".to_owned(),
            status: 200,
            headers: Vec::new(),
            body: write(root, &Style::default()),
            raw: Vec::new(),
            surplus: Vec::new(),
        };
        let request = Sent {
            head: Vec::new(),
            body: Vec::new(),
            raw: Vec::new(),
        };
        let seen = Seen::new(Ok(Exchange {
            request,
            response,
            afterwards: Afterwards::Kept,
            timing: Timing {
                connected: Duration::ZERO,
                head: Duration::ZERO,
                total: Duration::ZERO,
            },
        }));
        let findings = examine(expect, "expect", &seen, &render, &|_| None).unwrap();
        for finding in findings {
            assert!(finding.holds, "{finding:?}");
        }
    }

    #[test]
    fn what_is_exact_stands_there_and_the_rest_is_likely() {
        check(
            &send(2),
            "{ status: 2, credits: '> 0' }",
            "<RESPONSE><status>2</status><credits>0.682</credits></RESPONSE>",
        );
        check(
            &send(1),
            "{ status: '> 0' }",
            "<RESPONSE><status>1</status><credits>0.341</credits></RESPONSE>",
        );
        check(
            &send(1),
            "{ status: NOT_ENOUGH_CREDITS }",
            "<RESPONSE><status>-3</status><credits>0</credits></RESPONSE>",
        );
        check(
            &Operation::Balance,
            "{ status: 0, credits: 1.5, currency: present }",
            "<RESPONSE><status>0</status><credits>1.5</credits><currency>UAH</currency></RESPONSE>",
        );
        check(
            &Operation::CreditPrice,
            "{ status: OK, credits: absent }",
            "<RESPONSE><status>0</status><price>0.05</price></RESPONSE>",
        );
        check(
            &Operation::Balance,
            "{ elements: [credits, amount, status] }",
            "<RESPONSE><credits>780.64</credits><amount>0.28</amount><status>0</status></RESPONSE>",
        );
    }

    #[test]
    fn rows_have_the_dates_of_their_status() {
        check(
            &status(&["a", "b", "c"]),
            "{ rows: [{ status: 0 }, { id: z, status: SENT or DELIVERED }, { status: SENT, sentdate: date }] }",
            "<deliveryreport>\
             <message id=\"a\" sentdate=\"0000-00-00 00:00:00\" donedate=\"0000-00-00 00:00:00\" status=\"0\"></message>\
             <message id=\"z\" sentdate=\"2026-01-02 03:04:05\" donedate=\"2026-01-02 03:04:09\" status=\"DELIVERED\"></message>\
             <message id=\"c\" sentdate=\"2026-01-02 03:04:05\" donedate=\"0000-00-00 00:00:00\" status=\"SENT\"></message>\
             </deliveryreport>",
        );
        check(
            &status(&["a"]),
            "{ rows: [] }",
            "<deliveryreport></deliveryreport>",
        );
        check(
            &status(&["a"]),
            "{ count: 0 }",
            "<deliveryreport></deliveryreport>",
        );
        check(
            &status(&["a"]),
            "{ status: AUTH_FAILED }",
            "<RESPONSE><status>-1</status><credits>0</credits></RESPONSE>",
        );
    }

    #[test]
    fn an_expectation_that_nothing_meets_is_a_mistake() {
        let expect: Expect = serde_yaml::from_str("{ count: many }").unwrap();
        let wrong = reply(&expect, &status(&["a"]), &render, &|_| None);
        assert_eq!(wrong.unwrap_err(), "count must be a number of rows");
        let expect: Expect = serde_yaml::from_str("{ same_as: sent }").unwrap();
        assert!(reply(&expect, &send(1), &render, &|_| None).is_err());
    }
}
