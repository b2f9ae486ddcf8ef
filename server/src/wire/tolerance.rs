//! What a request needed to be forgiven: forms beyond the vendor's document that real clients send.
//! Kept with each request, because a client's author wants to know. Not for errors: these requests are answered.

use std::fmt;

/// One thing that was tolerated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Tolerance {
    /// Another path than the documented one.
    OtherPath,
    /// A urlencoded body with nothing escaped.
    Unescaped,
    /// The document as the body, without the field.
    NoField,
    /// A multipart body that no library builds: bare line feeds, no end.
    HandMadeMultipart,
    /// A `+` in a urlencoded body that became a blank.
    PlusBecameBlank,
    /// A `%` that began no escape, and stayed.
    StrayPercent,
    /// An `&` that ended the unescaped document; what followed was lost.
    CutAtAmpersand,
    /// The field `XML` stood there more than once; the last one counts.
    RepeatedField,
    /// The charset of the HTTP header is not the document's.
    HeaderCharset,
    /// A byte order mark.
    ByteOrderMark,
    /// Blanks before the XML declaration.
    BlanksBeforeDeclaration,
    /// `<authentification>` instead of `<authentication>`.
    Authentification,
    /// The id attribute in a case that the document does not use.
    IdAttributeCase,
    /// An element or attribute that the document does not know.
    Unknown,
    /// Text between elements.
    StrayText,
    /// Several `<numbers>` blocks.
    SeveralNumbers,
    /// An element that may stand once stood there again; the first counts.
    RepeatedElement,
    /// A number with a plus, blanks, dashes or brackets.
    NumberMarks,
}

impl Tolerance {
    /// Every tolerance.
    pub const ALL: [Self; 18] = [
        Self::OtherPath,
        Self::Unescaped,
        Self::NoField,
        Self::HandMadeMultipart,
        Self::PlusBecameBlank,
        Self::StrayPercent,
        Self::CutAtAmpersand,
        Self::RepeatedField,
        Self::HeaderCharset,
        Self::ByteOrderMark,
        Self::BlanksBeforeDeclaration,
        Self::Authentification,
        Self::IdAttributeCase,
        Self::Unknown,
        Self::StrayText,
        Self::SeveralNumbers,
        Self::RepeatedElement,
        Self::NumberMarks,
    ];

    /// A short name, as logs show it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OtherPath => "other-path",
            Self::Unescaped => "unescaped",
            Self::NoField => "no-field",
            Self::HandMadeMultipart => "hand-made-multipart",
            Self::PlusBecameBlank => "plus-became-blank",
            Self::StrayPercent => "stray-percent",
            Self::CutAtAmpersand => "cut-at-ampersand",
            Self::RepeatedField => "repeated-field",
            Self::HeaderCharset => "header-charset",
            Self::ByteOrderMark => "byte-order-mark",
            Self::BlanksBeforeDeclaration => "blanks-before-declaration",
            Self::Authentification => "authentification",
            Self::IdAttributeCase => "id-attribute-case",
            Self::Unknown => "unknown-names",
            Self::StrayText => "stray-text",
            Self::SeveralNumbers => "several-numbers",
            Self::RepeatedElement => "repeated-element",
            Self::NumberMarks => "number-marks",
        }
    }

    /// The clause that tells of it.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::OtherPath => "FORM-02",
            Self::HandMadeMultipart => "FORM-03",
            Self::Unescaped => "FORM-05",
            Self::NoField => "FORM-06",
            Self::PlusBecameBlank
            | Self::StrayPercent
            | Self::CutAtAmpersand
            | Self::RepeatedField => "FORM-07",
            Self::Authentification => "XML-01",
            Self::IdAttributeCase => "XML-02",
            Self::ByteOrderMark | Self::BlanksBeforeDeclaration => "XML-03",
            Self::HeaderCharset => "XML-04",
            Self::Unknown | Self::StrayText | Self::SeveralNumbers | Self::RepeatedElement => {
                "XML-07"
            }
            Self::NumberMarks => "SEND-06",
        }
    }

    const fn bit(self) -> u32 {
        1 << self as u8
    }
}

/// A set of tolerances; by default none: the request was as the document says.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Tolerances(u32);

impl Tolerances {
    /// Notes one.
    pub const fn note(&mut self, tolerance: Tolerance) {
        self.0 |= tolerance.bit();
    }

    /// Whether this one was needed.
    pub const fn has(self, tolerance: Tolerance) -> bool {
        self.0 & tolerance.bit() != 0
    }

    /// Whether none was needed.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those that were needed.
    pub fn iter(self) -> impl Iterator<Item = Tolerance> {
        Tolerance::ALL
            .into_iter()
            .filter(move |tolerance| self.has(*tolerance))
    }
}

/// The names, with commas between them; `-` for none.
impl fmt::Display for Tolerances {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("-");
        }
        for (position, tolerance) in self.iter().enumerate() {
            if position > 0 {
                f.write_str(",")?;
            }
            f.write_str(tolerance.name())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Tolerances {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
