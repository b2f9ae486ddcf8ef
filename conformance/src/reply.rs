//! Replies, read loosely: the view that a caller needs, not a judgement of how the reply is written.
//!
//! Element order, blanks around values and unknown elements are let pass here. How strictly a reply must follow
//! REPLY-02 to REPLY-08 is for checks on the document itself.

use crate::xml::tree::Element;

/// What an endpoint answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// `<RESPONSE>`: a code, and what belongs to it (REPLY-03).
    Response(Response),
    /// `<deliveryreport>`: a row for each message (STATUS-01).
    DeliveryReport(Vec<Row>),
}

/// The inside of `<RESPONSE>`. Amounts are text: the kit compares them, it does not calculate with floats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The code, or the number of accepted recipients (SEND-02).
    pub status: i64,
    /// Credits charged, needed or owned.
    pub credits: Option<String>,
    /// The price of a credit in US dollars (CREDIT-01).
    pub price: Option<String>,
    /// The credits in the account's money; extended revision (REPLY-07).
    pub amount: Option<String>,
    /// The account's money; extended revision (REPLY-07).
    pub currency: Option<String>,
    /// Free messages that are left; sometimes, in the extended revision (REPLY-07).
    pub trialsms: Option<String>,
}

/// One `<message>` of a report (REPLY-08).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The id that was asked for.
    pub id: String,
    /// When it was handed over, or zeros (STATUS-04).
    pub sent: String,
    /// When it became final, or zeros (STATUS-05).
    pub done: String,
    /// The status word.
    pub status: String,
}

/// Why a well-formed document is no reply of this gateway.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// The root is another.
    #[error("the root of the reply is <{0}>, neither <RESPONSE> nor <deliveryreport>")]
    Root(String),
    /// There is no `<status>`.
    #[error("<RESPONSE> has no <status>")]
    NoStatus,
    /// The status is no whole number.
    #[error("<status> holds {0:?}, which is not a whole number")]
    Status(String),
    /// A row without one of its attributes.
    #[error("row {row} of <deliveryreport> has no attribute {attribute:?}")]
    Row {
        /// Which row, from 1.
        row: usize,
        /// What it lacks.
        attribute: &'static str,
    },
}

impl Reply {
    /// Reads the root of a reply.
    pub fn from_tree(root: &Element) -> Result<Self, ReplyError> {
        match root.name.as_str() {
            "RESPONSE" => Response::from_tree(root).map(Self::Response),
            "deliveryreport" => {
                let rows = root.children_named("message").enumerate();
                let rows = rows.map(|(index, row)| Row::from_tree(index.saturating_add(1), row));
                rows.collect::<Result<_, _>>().map(Self::DeliveryReport)
            }
            other => Err(ReplyError::Root(other.to_owned())),
        }
    }
}

impl Response {
    fn from_tree(root: &Element) -> Result<Self, ReplyError> {
        let value = |name: &str| {
            root.child(name)
                .map(|element| element.text().trim().to_owned())
        };
        let status = value("status").ok_or(ReplyError::NoStatus)?;
        Ok(Self {
            status: status.parse().map_err(|_| ReplyError::Status(status))?,
            credits: value("credits"),
            price: value("price"),
            amount: value("amount"),
            currency: value("currency"),
            trialsms: value("trialsms"),
        })
    }
}

impl Row {
    fn from_tree(row: usize, element: &Element) -> Result<Self, ReplyError> {
        let value = |attribute: &'static str| {
            let found = element.attribute(attribute).map(str::to_owned);
            found.ok_or(ReplyError::Row { row, attribute })
        };
        Ok(Self {
            id: value("id")?,
            sent: value("sentdate")?,
            done: value("donedate")?,
            status: value("status")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Reply, Response, Row};
    use crate::xml::read::read;

    fn reply(text: &str) -> Result<Reply, String> {
        Reply::from_tree(&read(text.as_bytes()).unwrap().root).map_err(|error| error.to_string())
    }

    #[test]
    fn a_response_is_its_code_and_its_amounts() {
        let expected = Response {
            status: 0,
            credits: Some("195".to_owned()),
            price: None,
            amount: Some("79.82".to_owned()),
            currency: Some("UAH".to_owned()),
            trialsms: None,
        };
        assert_eq!(
            reply(
                "<RESPONSE>\n<amount>79.82</amount><x/>\n<status> 0 </status><credits>195</credits>\
                 <currency>UAH</currency></RESPONSE>"
            ),
            Ok(Reply::Response(expected))
        );
    }

    #[test]
    fn a_report_is_its_rows() {
        let row = Row {
            id: "a".to_owned(),
            sent: "s".to_owned(),
            done: "d".to_owned(),
            status: "SENT".to_owned(),
        };
        assert_eq!(
            reply(
                "<deliveryreport><message status='SENT' id='a' donedate='d' sentdate='s'/></deliveryreport>"
            ),
            Ok(Reply::DeliveryReport(vec![row]))
        );
        assert_eq!(
            reply("<deliveryreport></deliveryreport>"),
            Ok(Reply::DeliveryReport(vec![]))
        );
    }

    #[test]
    fn what_is_no_reply_says_why() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(reply(text).unwrap_err(), expected);
        }
        check(
            "<html/>",
            "the root of the reply is <html>, neither <RESPONSE> nor <deliveryreport>",
        );
        check(
            "<RESPONSE><credits>1</credits></RESPONSE>",
            "<RESPONSE> has no <status>",
        );
        check(
            "<RESPONSE><status>ok</status></RESPONSE>",
            "<status> holds \"ok\", which is not a whole number",
        );
        check(
            "<deliveryreport><message id='a' sentdate='' donedate='' status=''/><message id='b'/></deliveryreport>",
            "row 2 of <deliveryreport> has no attribute \"sentdate\"",
        );
    }
}
