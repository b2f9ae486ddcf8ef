//! The choices a writer has: everything about a document that its tree does not say (XML-03 to XML-05).

use super::charset::Charset;

/// How a document is written down. The default is the sample of the vendor's document, with a declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// What stands before the root.
    pub declaration: Declaration,
    /// The quotes around attribute values and in the declaration.
    pub quotes: Quotes,
    /// How text is protected.
    pub text: TextStyle,
    /// How an element without content is written.
    pub empty: EmptyStyle,
    /// Where lines break.
    pub layout: Layout,
    /// What a line break is.
    pub line_end: LineEnd,
    /// The charset of the bytes.
    pub charset: Charset,
    /// Whether a byte order mark comes first.
    pub byte_order_mark: ByteOrderMark,
}

/// What stands before the root (XML-03).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Declaration {
    /// Nothing.
    Absent,
    /// The version alone.
    Version,
    /// Version and encoding.
    #[default]
    Encoding,
    /// Version, encoding and `standalone="yes"`.
    Standalone,
    /// Exactly this, right or wrong.
    Verbatim(String),
}

/// The quotes around attribute values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quotes {
    /// `"`.
    #[default]
    Double,
    /// `'`.
    Single,
}

/// How text is protected (XML-05).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextStyle {
    /// By references: `&amp;`.
    #[default]
    Escaped,
    /// By CDATA sections, as in the sample of the vendor's document.
    CData,
}

/// How an element without content is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EmptyStyle {
    /// `<a></a>`.
    #[default]
    Pair,
    /// `<a/>`.
    Short,
    /// `<a />`.
    ShortWithBlank,
}

/// Where lines break. A break is only made where it changes no text: beside child elements, when no text is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// One element a line, a line end behind the last.
    #[default]
    Lines,
    /// One element a line, indented by two blanks a level.
    Indented,
    /// Nowhere.
    Compact,
}

/// What a line break is (XML-03).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineEnd {
    /// LF.
    #[default]
    Lf,
    /// CR LF.
    CrLf,
}

/// Whether a byte order mark comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ByteOrderMark {
    /// For UTF-16 only, which nobody could read without.
    #[default]
    IfNeeded,
    /// Always; in charsets that have none that is nothing.
    Present,
    /// Never.
    Absent,
}
