//! Tree to bytes, in every style and charset that clients of the gateway use (XML-03, XML-04, XML-05).
//!
//! Escaping is right by default: what the tree holds is what a reader gets back. Wrong documents are written on
//! purpose only, through [`Node::Raw`], [`Declaration::Verbatim`] or a name that is none.

use super::charset::Charset;
use super::style::{
    ByteOrderMark, Declaration, EmptyStyle, Layout, LineEnd, Quotes, Style, TextStyle,
};
use super::tree::{Element, Node};

/// Writes `root` as a document.
pub fn write(root: &Element, style: &Style) -> Vec<u8> {
    let mut writer = Writer {
        style,
        bytes: Vec::new(),
    };
    writer.prolog();
    writer.element(root, 0);
    if style.layout != Layout::Compact {
        writer.break_line(0);
    }
    writer.bytes
}

/// Writes `text` as it would stand inside an element, and nothing around it.
pub fn write_text(text: &str, style: &Style) -> Vec<u8> {
    let mut writer = Writer {
        style,
        bytes: Vec::new(),
    };
    writer.text(text);
    writer.bytes
}

struct Writer<'s> {
    style: &'s Style,
    bytes: Vec<u8>,
}

impl Writer<'_> {
    fn push(&mut self, text: &str) {
        self.bytes.extend(self.style.charset.encode(text));
    }

    fn prolog(&mut self) {
        let charset = self.style.charset;
        let utf16 = matches!(charset, Charset::Utf16Le | Charset::Utf16Be);
        match self.style.byte_order_mark {
            ByteOrderMark::IfNeeded if !utf16 => {}
            ByteOrderMark::Absent => {}
            ByteOrderMark::IfNeeded | ByteOrderMark::Present => {
                self.bytes.extend_from_slice(charset.byte_order_mark());
            }
        }
        let (q, label) = (self.quote(), charset.label());
        let declaration = match &self.style.declaration {
            Declaration::Absent => return,
            Declaration::Version => format!("<?xml version={q}1.0{q}?>"),
            Declaration::Encoding => format!("<?xml version={q}1.0{q} encoding={q}{label}{q}?>"),
            Declaration::Standalone => {
                format!("<?xml version={q}1.0{q} encoding={q}{label}{q} standalone={q}yes{q}?>")
            }
            Declaration::Verbatim(verbatim) => verbatim.clone(),
        };
        self.push(&declaration);
        if self.style.layout != Layout::Compact {
            self.break_line(0);
        }
    }

    fn element(&mut self, element: &Element, depth: usize) {
        self.push("<");
        self.push(&element.name);
        for attribute in &element.attributes {
            let quote = self.quote();
            self.push(&format!(" {}={quote}", attribute.name));
            self.attribute_value(&attribute.value);
            self.push(quote);
        }
        if element.children.is_empty() {
            match self.style.empty {
                EmptyStyle::Pair => self.push(&format!("></{}>", element.name)),
                EmptyStyle::Short => self.push("/>"),
                EmptyStyle::ShortWithBlank => self.push(" />"),
            }
            return;
        }
        self.push(">");
        let breaks = self.may_break(element);
        for node in &element.children {
            if breaks {
                self.break_line(depth.saturating_add(1));
            }
            self.node(node, depth);
        }
        if breaks {
            self.break_line(depth);
        }
        self.push(&format!("</{}>", element.name));
    }

    fn node(&mut self, node: &Node, depth: usize) {
        match node {
            Node::Element(child) => self.element(child, depth.saturating_add(1)),
            Node::Text(text) => self.text(text),
            Node::CData(text) => self.cdata(text),
            Node::Comment(comment) => self.comment(comment),
            Node::Instruction(instruction) => self.push(&format!("<?{instruction}?>")),
            Node::Raw(bytes) => self.bytes.extend_from_slice(bytes),
        }
    }

    fn text(&mut self, text: &str) {
        match self.style.text {
            TextStyle::Escaped => {
                let escaped = text
                    .replace('&', "&amp;")
                    .replace('<', "&lt;")
                    .replace('>', "&gt;")
                    // A literal CR would be read as a line end.
                    .replace('\r', "&#13;");
                self.push(&escaped);
            }
            TextStyle::CData => self.cdata(text),
        }
    }

    /// A section cannot hold its own end, nor anything that needs a reference: those stand between sections.
    fn cdata(&mut self, text: &str) {
        const OPEN: &str = "<![CDATA[";
        const CLOSE: &str = "]]>";
        let charset = self.style.charset;
        let mut section = OPEN.to_owned();
        for character in text.chars() {
            if character == '\r' || !charset.holds(character) {
                let reference = format!("{CLOSE}&#{};{OPEN}", u32::from(character));
                section.push_str(&reference);
            } else if character == '>' && section.ends_with("]]") {
                section.push_str(CLOSE);
                section.push_str(OPEN);
                section.push('>');
            } else {
                section.push(character);
            }
        }
        section.push_str(CLOSE);
        self.push(&section);
    }

    fn attribute_value(&mut self, value: &str) {
        let escaped = value
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            // Literal blanks other than the space would be read as spaces.
            .replace('\t', "&#9;")
            .replace('\n', "&#10;")
            .replace('\r', "&#13;");
        let escaped = match self.style.quotes {
            Quotes::Double => escaped.replace('"', "&quot;"),
            Quotes::Single => escaped.replace('\'', "&apos;"),
        };
        self.push(&escaped);
    }

    /// A comment holds no `--` and does not end in `-`; blanks keep it apart.
    fn comment(&mut self, comment: &str) {
        let mut spaced = String::new();
        for character in comment.chars() {
            if character == '-' && spaced.ends_with('-') {
                spaced.push(' ');
            }
            spaced.push(character);
        }
        let tail = if spaced.ends_with('-') { " " } else { "" };
        self.push(&format!("<!--{spaced}{tail}-->"));
    }

    fn quote(&self) -> &'static str {
        match self.style.quotes {
            Quotes::Double => "\"",
            Quotes::Single => "'",
        }
    }

    fn may_break(&self, element: &Element) -> bool {
        self.style.layout != Layout::Compact
            && element.elements().next().is_some()
            && element.children.iter().all(|node| match node {
                Node::Element(_) | Node::Comment(_) | Node::Instruction(_) => true,
                Node::Text(_) | Node::CData(_) | Node::Raw(_) => false,
            })
    }

    fn break_line(&mut self, depth: usize) {
        self.push(match self.style.line_end {
            LineEnd::Lf => "\n",
            LineEnd::CrLf => "\r\n",
        });
        if self.style.layout == Layout::Indented {
            self.push(&"  ".repeat(depth));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        ByteOrderMark, Charset, Declaration, EmptyStyle, Layout, LineEnd, Quotes, Style, TextStyle,
        write,
    };
    use crate::xml::tree::{Element, Node};

    const PLAIN: Style = Style {
        declaration: Declaration::Absent,
        quotes: Quotes::Double,
        text: TextStyle::Escaped,
        empty: EmptyStyle::Pair,
        layout: Layout::Compact,
        line_end: LineEnd::Lf,
        charset: Charset::Utf8,
        byte_order_mark: ByteOrderMark::IfNeeded,
    };

    #[track_caller]
    fn check(element: &Element, style: &Style, expected: &str) {
        assert_eq!(String::from_utf8(write(element, style)).unwrap(), expected);
    }

    #[test]
    fn the_default_is_the_layout_of_the_vendors_sample() {
        let root = Element::new("SMS").with_child(
            Element::new("operations").with_child(Element::leaf("operation", "BALANCE")),
        );
        check(
            &root,
            &Style::default(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SMS>\n<operations>\n\
             <operation>BALANCE</operation>\n</operations>\n</SMS>\n",
        );
        let style = Style {
            layout: Layout::Indented,
            line_end: LineEnd::CrLf,
            declaration: Declaration::Version,
            quotes: Quotes::Single,
            ..PLAIN
        };
        check(
            &root,
            &style,
            "<?xml version='1.0'?>\r\n<SMS>\r\n  <operations>\r\n    <operation>BALANCE</operation>\r\n  \
             </operations>\r\n</SMS>\r\n",
        );
    }

    #[test]
    fn text_is_escaped_or_in_sections() {
        let element = Element::leaf("a", "x & <y> ]]> \r'\"");
        check(&element, &PLAIN, "<a>x &amp; &lt;y&gt; ]]&gt; &#13;'\"</a>");
        let style = Style {
            text: TextStyle::CData,
            ..PLAIN
        };
        check(
            &element,
            &style,
            "<a><![CDATA[x & <y> ]]]]><![CDATA[> ]]>&#13;<![CDATA['\"]]></a>",
        );
    }

    #[test]
    fn attributes_are_escaped_for_their_quotes() {
        let element = Element::new("a").with_attribute("v", "\"'<&\n");
        check(&element, &PLAIN, "<a v=\"&quot;'&lt;&amp;&#10;\"></a>");
        let style = Style {
            quotes: Quotes::Single,
            empty: EmptyStyle::Short,
            ..PLAIN
        };
        check(&element, &style, "<a v='\"&apos;&lt;&amp;&#10;'/>");
        let style = Style {
            empty: EmptyStyle::ShortWithBlank,
            ..PLAIN
        };
        check(&Element::new("a"), &style, "<a />");
    }

    #[test]
    fn what_the_charset_lacks_is_a_reference_everywhere() {
        let style = Style {
            charset: Charset::Windows1251,
            text: TextStyle::CData,
            ..PLAIN
        };
        let element = Element::leaf("a", "\u{20AC}\u{4F60}").with_attribute("b", "\u{4F60}");
        assert_eq!(
            write(&element, &style),
            b"<a b=\"&#20320;\"><![CDATA[\x88]]>&#20320;<![CDATA[]]></a>"
        );
    }

    #[test]
    fn marks_and_wrong_documents_are_possible() {
        let marked = Style {
            byte_order_mark: ByteOrderMark::Present,
            ..PLAIN
        };
        check(&Element::new("a"), &marked, "\u{FEFF}<a></a>");
        let wide = Style {
            charset: Charset::Utf16Be,
            ..PLAIN
        };
        assert!(write(&Element::new("a"), &wide).starts_with(b"\xFE\xFF\0<\0a"));
        let bare = Style {
            charset: Charset::Utf16Le,
            byte_order_mark: ByteOrderMark::Absent,
            ..PLAIN
        };
        assert!(write(&Element::new("a"), &bare).starts_with(b"<\0a\0"));
        let verbatim = Style {
            declaration: Declaration::Verbatim("<?xml?>".to_owned()),
            ..PLAIN
        };
        let raw = Element::new("a").with_node(Node::Raw(b"<b>\xFF".to_vec()));
        assert_eq!(write(&raw, &verbatim), b"<?xml?><a><b>\xFF</a>");
    }

    #[test]
    fn comments_and_instructions_stay_legal() {
        let element = Element::new("a")
            .with_node(Node::Comment("x--y-".to_owned()))
            .with_node(Node::Instruction("php x".to_owned()));
        check(&element, &PLAIN, "<a><!--x- -y- --><?php x?></a>");
    }
}
