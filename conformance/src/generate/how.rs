//! How a document travels and is written: transport, charset, style, dialect (FORM-03 to FORM-06, XML-01 to XML-05).

use clap::ValueEnum as _;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Strategy};
use proptest::prop_oneof;
use proptest::sample::select;

use super::oracle;
use super::template::literal;
use crate::client::transport::Transport;
use crate::scenario::model::{Step, Write};

/// A way in which a document may be put into a request: the names of the keys of a step, or nothing for what a step
/// does if they are not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct How {
    over: Option<&'static str>,
    charset: Option<&'static str>,
    declaration: Option<&'static str>,
    quotes: Option<&'static str>,
    text: Option<&'static str>,
    empty: Option<&'static str>,
    layout: Option<&'static str>,
    line_end: Option<&'static str>,
    mark: Option<&'static str>,
    authentication: Option<&'static str>,
    id: Option<&'static str>,
    split: Option<usize>,
}

/// The transports, `urlencoded` first.
const TRANSPORTS: &[&str] = &[
    "urlencoded",
    "multipart",
    "raw",
    "raw-utf8",
    "raw-comma",
    "raw-form",
    "raw-bare",
    "unescaped",
];

/// The charsets, `utf-8` first.
const CHARSETS: &[&str] = &["utf-8", "windows-1251", "koi8-r", "utf-16le", "utf-16be"];

/// Any way.
pub fn any() -> BoxedStrategy<How> {
    (
        option::of(select(TRANSPORTS)),
        option::of(select(CHARSETS)),
        style(),
        dialect(),
        split(),
    )
        .prop_map(|(over, charset, style, (authentication, id), split)| {
            How {
                over,
                charset,
                authentication,
                id,
                split,
                ..style
            }
            .settled()
        })
        .boxed()
}

/// Any transport, in UTF-8 and the usual style.
pub fn transport() -> BoxedStrategy<How> {
    option::of(select(TRANSPORTS))
        .prop_map(|over| How {
            over,
            ..How::default()
        })
        .boxed()
}

/// Any charset, percent-encoded or as a part of a form.
pub fn charset() -> BoxedStrategy<How> {
    (
        option::of(select(&["urlencoded", "multipart"][..])),
        option::of(select(CHARSETS)),
    )
        .prop_map(|(over, charset)| How {
            over,
            charset,
            ..How::default()
        })
        .boxed()
}

fn style() -> BoxedStrategy<How> {
    let declaration = prop_oneof![
        3 => option::of(select(&["encoding", "version", "none", "standalone"][..])),
    ];
    (
        declaration,
        option::of(select(&["double", "single"][..])),
        option::of(select(&["escaped", "cdata"][..])),
        option::of(select(&["pair", "short", "short-with-blank"][..])),
        option::of(select(&["lines", "indented", "compact"][..])),
        option::of(select(&["lf", "crlf"][..])),
        option::weighted(0.2, select(&["true"][..])),
    )
        .prop_map(
            |(declaration, quotes, text, empty, layout, line_end, mark)| How {
                declaration,
                quotes,
                text,
                empty,
                layout,
                line_end,
                mark,
                ..How::default()
            },
        )
        .boxed()
}

fn dialect() -> BoxedStrategy<(Option<&'static str>, Option<&'static str>)> {
    (
        option::of(select(&["authentication", "authentification"][..])),
        option::of(select(&["messageID", "messageId", "messageid"][..])),
    )
        .boxed()
}

/// In which pieces the request goes; not too small ones, each is a write of its own (FORM-09).
fn split() -> BoxedStrategy<Option<usize>> {
    option::weighted(0.1, 64..2000_usize).boxed()
}

impl How {
    /// Without what would make the document say something else: a charset of one byte a character has to be named, and
    /// has no byte order mark (XML-04).
    fn settled(mut self) -> Self {
        if matches!(self.charset, Some("windows-1251" | "koi8-r")) {
            self.mark = None;
            if matches!(self.declaration, Some("none" | "version")) {
                self.declaration = None;
            }
        }
        self
    }

    /// The step, done in this way; percent-encoded, if its document would not survive otherwise.
    #[must_use]
    pub fn of(&self, step: Step) -> Step {
        let said = |text: Option<&str>| text.map(literal);
        let step = Step {
            over: said(self.over),
            charset: said(self.charset),
            write: Write {
                declaration: said(self.declaration),
                quotes: said(self.quotes),
                text: said(self.text),
                empty: said(self.empty),
                layout: said(self.layout),
                line_end: said(self.line_end),
                byte_order_mark: said(self.mark),
                authentication: said(self.authentication),
                id: said(self.id),
            },
            split: self.split.map(|size| literal(&size.to_string())),
            ..step
        };
        let transport = self
            .over
            .and_then(|over| Transport::from_str(over, false).ok());
        match (transport, oracle::document(&step)) {
            (Some(transport), Some(document)) if !survives(transport, &document) => {
                Step { over: None, ..step }
            }
            (Some(_) | None, _) => step,
        }
    }
}

/// Whether an endpoint reads this document as it is, if it travels so (FORM-07).
pub fn survives(transport: Transport, document: &[u8]) -> bool {
    let names_the_field = || document.windows(3).any(|window| window == b"XML");
    match transport {
        Transport::Unescaped => transport.damages(document).is_empty(),
        // With a field of this name in it, the body would be a form.
        Transport::RawForm => !names_the_field(),
        Transport::Multipart
        | Transport::Urlencoded
        | Transport::Raw
        | Transport::RawUtf8
        | Transport::RawComma
        | Transport::RawBare => true,
    }
}
