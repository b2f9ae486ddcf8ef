//! Replies, and their bytes (REPLY-02 to REPLY-05, REPLY-07, REPLY-08).

use super::Revision;
use super::account::{Account, Standing, ZERO_DATE};
use super::gateway::{Operation, Rules};
use super::lies::{Lie, Tongue};
use super::money::Credits;

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// `<RESPONSE>`.
    Response(Response),
    /// `<deliveryreport>`.
    Report(Vec<Row>),
    /// Nothing: the script broke down.
    Broken,
}

/// A status, and elements with their texts.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    /// `<status>`.
    pub(crate) status: i64,
    elements: Vec<(&'static str, String)>,
}

/// `<message …/>` in a report.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The id of the message.
    pub(crate) id: String,
    /// What became of it.
    pub(crate) standing: Standing,
}

impl Response {
    /// A response with a status alone.
    pub(crate) fn new(status: i64) -> Self {
        Self {
            status,
            elements: Vec::new(),
        }
    }

    /// A refusal, with the element that replies of this operation have (REPLY-04). What cannot be read has none.
    pub(crate) fn refused(code: i64, operation: Option<Operation>, tongue: Tongue) -> Self {
        let mut response = Self::new(code);
        let name = match operation {
            Some(Operation::CreditPrice) if !tongue.tells(Lie::CreditPriceErrorsWithCredits) => {
                "price"
            }
            Some(
                Operation::CreditPrice
                | Operation::Send
                | Operation::GetPrice
                | Operation::GetStatus
                | Operation::Balance,
            )
            | None => "credits",
        };
        if tongue.tells(Lie::ErrorCreditsEmpty) {
            response.push(name, String::new());
        } else if !tongue.tells(Lie::ErrorsWithoutCredits) {
            response.push(name, "0".to_owned());
        }
        response
    }

    /// Adds an element.
    pub(crate) fn push(&mut self, name: &'static str, text: String) {
        self.elements.push((name, text));
    }

    /// Changes the text of an element.
    pub(crate) fn set(&mut self, name: &'static str, text: String) {
        self.elements.retain(|(other, _)| *other != name);
        self.push(name, text);
    }

    /// Adds what the extended revision says of these credits (REPLY-07).
    pub(crate) fn money(&mut self, rules: Rules, account: &Account, credits: Credits) {
        let shows = rules.revision == Revision::Extended || rules.tells(Lie::DocumentedHasAmount);
        let Some(currency) = account.currency.filter(|_| shows) else {
            return;
        };
        let amount = credits
            .amount(currency.rate, rules.tongue)
            .print(rules.tongue);
        let mut added = vec![("amount", amount), ("currency", currency.name.to_owned())];
        if rules.tells(Lie::AmountMissing) {
            added.remove(0);
        } else if rules.tells(Lie::CurrencyMissing) {
            added.pop();
        }
        let place = if rules.tells(Lie::AmountBeforeCredits) {
            0
        } else {
            self.elements.len()
        };
        self.elements.splice(place..place, added);
    }
}

impl Reply {
    /// The code of the reply, if it has one.
    pub(crate) fn status(&self) -> Option<i64> {
        match self {
            Self::Response(response) => Some(response.status),
            Self::Report(_) | Self::Broken => None,
        }
    }

    /// The document, byte for byte.
    pub(crate) fn bytes(&self, tongue: Tongue) -> Vec<u8> {
        let lines = match self {
            Self::Response(response) => response_lines(response, tongue),
            Self::Report(rows) => report_lines(rows, tongue),
            Self::Broken => return Vec::new(),
        };
        let mut reply = declaration(tongue).to_owned();
        let end = if tongue.tells(Lie::OneLine) {
            ""
        } else if tongue.tells(Lie::CarriageReturns) {
            "\r\n"
        } else {
            "\n"
        };
        for (place, line) in lines.iter().enumerate() {
            let is_inside = place > 0 && place < lines.len() - 1;
            if is_inside && tongue.tells(Lie::Indented) {
                reply += "  ";
            }
            reply += line;
            reply += end;
        }
        if tongue.tells(Lie::CarriageReturns) {
            reply = reply.replace("?>\n", "?>\r\n");
        } else if tongue.tells(Lie::OneLine) {
            reply.push('\n');
        } else if tongue.tells(Lie::NoFinalLineFeed) {
            reply.truncate(reply.len() - 1);
        }
        reply.into_bytes()
    }
}

fn declaration(tongue: Tongue) -> &'static str {
    if tongue.tells(Lie::NoDeclaration) {
        ""
    } else if tongue.tells(Lie::ByteOrderMark) {
        "\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    } else if tongue.tells(Lie::LineBeforeDeclaration) {
        "\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    } else if tongue.tells(Lie::SaysWindows1251) {
        "<?xml version=\"1.0\" encoding=\"windows-1251\"?>\n"
    } else {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    }
}

fn response_lines(response: &Response, tongue: Tongue) -> Vec<String> {
    let root = if tongue.tells(Lie::RootLowerCase) {
        "response"
    } else {
        "RESPONSE"
    };
    let mut elements = vec![("status", response.status.to_string())];
    elements.extend(response.elements.clone());
    if tongue.tells(Lie::ElementsSwapped) && elements.len() > 1 {
        elements.swap(0, 1);
    }
    if tongue.tells(Lie::ExtraElement) {
        elements.push(("message", "Thank you".to_owned()));
    }
    let mut lines = vec![format!("<{root}>")];
    for (name, text) in elements {
        let blank = if tongue.tells(Lie::BlanksInElements) {
            " "
        } else {
            ""
        };
        let slash = if name == "credits" && tongue.tells(Lie::MisprintKept) {
            ""
        } else {
            "/"
        };
        lines.push(format!("<{name}>{blank}{text}{blank}<{slash}{name}>"));
    }
    lines.push(format!("</{root}>"));
    lines
}

fn report_lines(rows: &[Row], tongue: Tongue) -> Vec<String> {
    let root = if tongue.tells(Lie::ReportRootIsResponse) {
        "RESPONSE"
    } else {
        "deliveryreport"
    };
    if rows.is_empty() {
        return vec![format!("<{root}></{root}>")];
    }
    let mut lines = vec![format!("<{root}>")];
    lines.extend(rows.iter().map(|row| row_line(row, tongue)));
    lines.push(format!("</{root}>"));
    lines
}

fn row_line(row: &Row, tongue: Tongue) -> String {
    let zero = if tongue.tells(Lie::ZeroDatesEmpty) {
        ""
    } else {
        ZERO_DATE
    };
    let id = if tongue.tells(Lie::RowIdUnescaped) {
        row.id.clone()
    } else {
        escape(&row.id)
    };
    let sent = ("sentdate", row.standing.sent.as_deref().unwrap_or(zero));
    let done = ("donedate", row.standing.done.as_deref().unwrap_or(zero));
    let status = ("status", row.standing.status);
    let mut attributes = vec![("id", id.as_str()), sent, done, status];
    if tongue.tells(Lie::RowAttributesReordered) {
        attributes.swap(1, 3);
    } else if tongue.tells(Lie::RowIdMissing) {
        attributes.remove(0);
    }
    let quote = if tongue.tells(Lie::RowSingleQuotes) {
        '\''
    } else {
        '"'
    };
    let attributes: Vec<String> = attributes
        .iter()
        .map(|(name, value)| format!("{name}={quote}{value}{quote}"))
        .collect();
    let end = if tongue.tells(Lie::RowNoBlank) {
        "/>"
    } else if tongue.tells(Lie::RowEndTags) {
        "></message>"
    } else {
        " />"
    };
    format!("<message {}{end}", attributes.join(" "))
}

/// The value of an attribute in double quotes. Blanks that XML would make plain stay what they are.
fn escape(value: &str) -> String {
    let mut escaped = String::new();
    for sign in value.chars() {
        match sign {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\t' => escaped += "&#9;",
            '\n' => escaped += "&#10;",
            '\r' => escaped += "&#13;",
            sign => escaped.push(sign),
        }
    }
    escaped
}
